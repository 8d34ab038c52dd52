"""Where the sample studies lie: inside the installed package, or beside it in a source tree."""

from pathlib import Path

import tracker
from tracker.errors import InputError


def sample_studies() -> Path:
    """Return the folder of the sample studies.

    Returns
    -------
    Path
        Holds one folder per patient and the optional input tables.

    Raises
    ------
    InputError
        If this installation carries none.
    """
    package = Path(tracker.__file__).resolve().parent
    for folder in (package / "sample_studies", package.parent / "sample_studies"):
        if folder.is_dir():
            return folder
    raise InputError(
        "this installation carries no sample studies",
        code="NO_SAMPLES",
        remedy="Install the package again, or make studies with: tracker simulate --out samples --scenario stable",
    )
