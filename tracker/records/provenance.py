"""How a result came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a result can be reproduced from.

    Parameters
    ----------
    versions : mapping of str to str
        Program and library versions.
    settings : mapping of str to object
        Every setting, as plain data.
    settings_digest : str
        SHA-256 of the settings' canonical text.
    inputs : mapping of str to str
        Path of every file used, relative to the input, to its SHA-256; input tables as ``context/<name>``.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    settings_digest: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
