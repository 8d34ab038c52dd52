"""The error tree. A surprise is one of these; an expected absence is a value with a reason.

::

    TrackerError
    +-- InputError            what was given cannot be used            (a file, a table, an argument)
    |   +-- FileRejected      one file cannot be used; the batch goes on
    |   +-- TableError        a row of an input table is impossible; names row and column
    |   +-- SettingsError     an unknown or impossible setting
    +-- StudyError            a study lacks what the step needs
    |   +-- MissingViewError
    |   +-- MissingAttributeError
    +-- ImageError            an array cannot be an image of counts    (empty, NaN, negative, constant)
    +-- AlignmentError        a refused alignment was asked for a result
    +-- SkeletonError         no skeleton can be placed on this image
    +-- CourseError           studies that cannot form one course
    +-- ArchiveError          the archive is locked, damaged or of another version

Each error carries a stable ``code`` that tables, screens and exit messages print. They are caught in two places
only: at the command line and at the rim of a page. Messages say what was found, what was needed and which study,
never a patient's name.
"""

from typing import ClassVar


class TrackerError(Exception):
    """Any refusal by the tracker.

    Parameters
    ----------
    message : str
        One plain sentence: what was found and what was needed.
    remedy : str, optional
        What the reader can do about it.
    code : str, optional
        Stable code of this very case; the class's own code unless given.
    """

    default_code: ClassVar[str] = "TRACKER"

    def __init__(self, message: str, *, remedy: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code or self.default_code


class InputError(TrackerError):
    """What was given cannot be used."""

    default_code = "INPUT"


class FileRejected(InputError):
    """One file cannot be used; ``code`` is the one written to ``rejected.csv``."""

    default_code = "FILE_REJECTED"


class TableError(InputError):
    """A row of an input table is impossible; the message names row and column."""

    default_code = "TABLE"


class SettingsError(InputError):
    """A setting is unknown or out of its range."""

    default_code = "SETTINGS"


class StudyError(TrackerError):
    """A study lacks what the step needs."""

    default_code = "STUDY"


class MissingViewError(StudyError):
    """The study has no image of the projection asked for."""

    default_code = "MISSING_VIEW"


class MissingAttributeError(StudyError):
    """The study's header does not state what the step needs."""

    default_code = "MISSING_ATTRIBUTE"


class ImageError(TrackerError):
    """An array cannot be an image of counts."""

    default_code = "IMAGE"


class AlignmentError(TrackerError):
    """A refused alignment was asked for a result."""

    default_code = "ALIGNMENT_REFUSED"


class SkeletonError(TrackerError):
    """No skeleton can be placed on this image."""

    default_code = "SKELETON"


class CourseError(TrackerError):
    """Studies that cannot form one course."""

    default_code = "COURSE"


class ArchiveError(TrackerError):
    """The archive is locked, damaged or of another version."""

    default_code = "ARCHIVE"
