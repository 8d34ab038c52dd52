"""What a result can be reproduced from: versions, settings, input digests."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version

from tracker.pipeline.request import CONTEXT_NAMES, Request
from tracker.records.provenance import Provenance
from tracker.records.study import SourceFile, Study
from tracker.settings.whole import Settings

PACKAGES = (
    "bone-scan-tracker",
    "numpy",
    "scipy",
    "scikit-image",
    "SimpleITK",
    "pydicom",
    "pandas",
    "opencv-python-headless",
)
"""Packages whose version can change a number."""


def provenance_of(studies: Iterable[Study], settings: Settings) -> Provenance:
    """Return how the results of these studies come about.

    Parameters
    ----------
    studies : iterable of Study
        The inputs.
    settings : Settings
        Of all stages.

    Returns
    -------
    Provenance
        No clock and no machine in it, so that a second run gives the same.
    """
    plain = json.loads(json.dumps(asdict(settings), default=str, sort_keys=True))
    text = json.dumps(plain, sort_keys=True)
    return Provenance(
        versions={name: _version(name) for name in PACKAGES},
        settings=plain,
        settings_digest=hashlib.sha256(text.encode()).hexdigest(),
        inputs=_digests(file for study in studies for file in study.files),
    )


def _digests(files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the digest of every file by its path; files of two inputs that share a path keep apart by their digest."""
    found: dict[str, str] = {}
    for file in sorted(files, key=lambda one: (one.path, one.sha256)):
        shared = found.get(file.path, file.sha256) != file.sha256
        found[f"{file.path}#{file.sha256[:8]}" if shared else file.path] = file.sha256
    return found


def with_tables(provenance: Provenance, request: Request) -> Provenance:
    """Return a provenance that also names the input tables and the settings file.

    Parameters
    ----------
    provenance : Provenance
        Of the images.
    request : Request
        Which tables were given.

    Returns
    -------
    Provenance
        Tables as ``context/<name>``, settings as ``settings/<name>``, by their SHA-256.
    """
    tables = {name: request.context / name for name in sorted(CONTEXT_NAMES)} if request.context else {}
    if request.treatments:
        tables["treatments.csv"] = request.treatments
    found = {f"context/{name}": path for name, path in tables.items() if path.is_file()}
    if request.settings_file:
        found[f"settings/{request.settings_file.name}"] = request.settings_file
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
    return replace(provenance, inputs={**provenance.inputs, **digests})


def _version(package: str) -> str:
    """Return an installed version, or that the package runs from its source tree."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "source tree"
