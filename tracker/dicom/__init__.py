"""DICOM files to studies and back; the only importer of pydicom.

Writing is strict: NM Image objects that the conformance checker dciodvfy passes without a word, the same bytes for the
same study. Reading is tolerant where a file can prove itself and refuses where it cannot::

    paths    -sources, zips->      files; links, pipes and everything that does not begin like DICOM are refused unread
    bytes    -examiner, worker->   a limited process takes them; it may die, the batch goes on
    bytes    -structure->          elements are walked and counted before anything is built
    data set -header_reader->      plain values; a name leaves only as a digest
    header   -subject, pixels->    bone scan? whole body? lossless? of a size that can be?
    pixels   -counting->           the sum must be the counts that the header states
    objects  -objects, passes->    copies dropped, views of one pass found, never guessed
    passes   -sides, orient->      which side, head where, left where; from header and image, with evidence
    passes   -studies, identity->  studies; what a reader should check stands in their notices

Codes of refusal
----------------
not ours
    ``NOT_DICOM NOT_NM NOT_WHOLE_BODY TRANSMISSION NOT_TECHNETIUM NOT_BONE_TRACER ENERGY_WINDOW DERIVED_IMAGE
    SC_NO_COUNTS DICOMDIR``
cannot be opened
    ``NOT_FOUND NOT_A_FILE LINK UNREADABLE EMPTY_FILE TOO_LARGE ZIP_DAMAGED ZIP_ENCRYPTED ZIP_NESTED ZIP_BOMB
    UNSAFE_NAME DICOMDIR_ESCAPE``
damaged or hostile
    ``STRUCTURE TRUNCATED TOO_DEEP TOO_MANY_ELEMENTS INFLATE_BOMB IMAGE_SIZE FRAMES FRAME_VECTOR FRAME_SIZE BITS
    NO_PIXELS DECODE DECODE_DIED DAMAGED TRANSFER_SYNTAX``
not the true counts
    ``LOSSY NEGATIVE_COUNTS NO_COUNTS COUNTS_MISMATCH LARGEST_MISMATCH``
cannot be placed
    ``NO_DATE VIEW_UNKNOWN VIEW_CONFLICT AMBIGUOUS_PAIR DUPLICATE UID_CONFLICT``

Codes of notices that no file but a person can settle: ``VIEW_DOUBTFUL VIEW_FROM_IMAGE VIEW_INFERRED
POSTERIOR_MIRRORED LEFT_RIGHT_ASSUMED TWO_PASSES STUDIES_JOINED IDENTITY_CONFLICT POSSIBLY_SAME_PERSON NO_PATIENT_ID``;
the others are in `tracker.dicom.notice_texts` and beside the facts they are about.

Decided here
------------
A study without Patient ID becomes a patient of its own, ``UNIDENTIFIED-`` and eight digits, and joins no other.
The Patient ID is trimmed and otherwise taken as it is. Decoders: python-gdcm for lossless JPEG and JPEG-LS, openjpeg
for JPEG 2000, pydicom for run lengths; a GPL decoder is not needed. Rescale slopes are noted and never applied.
"""

from tracker.dicom.nm_object import uid_of
from tracker.dicom.read import read_studies
from tracker.dicom.write import Encoding, Layout, write_study

__all__ = ["Encoding", "Layout", "read_studies", "uid_of", "write_study"]
