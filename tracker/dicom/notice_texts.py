"""One plain sentence for every irregularity that does not stop the reading."""

NOTICE_TEXTS: dict[str, str] = {
    "COUNTS_NOT_STATED": "The header states no counts; the largest pixel value agrees.",
    "COUNTS_OF_ONE_FRAME": "The header states the counts of one frame, not of all.",
    "COUNTS_UNCHECKED": "The header states neither counts nor a largest value: the pixels could not be checked.",
    "EIGHT_BITS": "The pixels hold 8 bits: counts above 255 would have been cut.",
    "EXECUTABLE_PREAMBLE": "The file begins like a program; only the image was read.",
    "EXTRA_PIXEL_BYTES": "There are more bytes of pixel data than pixels; the rest was ignored.",
    "HIGH_BIT": "The high bit contradicts the bits stored; the counts agree.",
    "INVALID_VALUE": "Some header values are invalid and count as not stated.",
    "LARGEST_MISMATCH": "The largest pixel value in the header is wrong; the counts agree.",
    "NO_PATIENT_ID": "No Patient ID is stated: the study is kept as a patient of its own and joined with no other.",
    "NO_PREAMBLE": "The file lacks the DICOM preamble.",
    "ODD_LENGTH": "Some elements have an odd length.",
    "OTHER_WINDOWS": "Frames of other energy windows were left out.",
    "SIGN_WRONG": "Pixels are marked as signed; only unsigned they agree with the counts.",
    "SPACING_NOT_STATED": "No usable pixel spacing is stated: lengths and areas are not shown.",
    "STUDIES_JOINED": "The views were stored in two DICOM studies of the same moment.",
    "TAGS_UNORDERED": "Some elements are out of order.",
    "TAG_TWICE": "Some elements are there twice.",
    "TRAILING_ZEROS": "The file ends in zeros.",
    "TWO_PASSES": "The views were taken one after the other: the patient may have moved between them.",
}
"""Sentence by stable code."""
