"""DICOM files to studies and back; the only importer of pydicom."""

from tracker.dicom.nm_object import uid_of
from tracker.dicom.read import read_studies
from tracker.dicom.write import Encoding, Layout, write_study

__all__ = ["Encoding", "Layout", "read_studies", "uid_of", "write_study"]
