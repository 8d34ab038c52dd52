"""All settings of a run together, and how they are read from TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tracker.errors import SettingsError
from tracker.settings.alignment import AlignmentSettings
from tracker.settings.burden import BurdenSettings
from tracker.settings.comparability import ComparabilitySettings
from tracker.settings.dicom import ReadingSettings
from tracker.settings.intensity import IntensitySettings
from tracker.settings.lesions import LesionSettings
from tracker.settings.response import ResponseSettings
from tracker.settings.skeleton import SkeletonSettings

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of a run, one record per stage.

    Parameters
    ----------
    dicom : ReadingSettings
        Reading files.
    alignment : AlignmentSettings
        Aligning visits.
    skeleton : SkeletonSettings
        Placing the skeleton.
    intensity : IntensitySettings
        Counts to uptake ratios.
    burden : BurdenSettings
        Uptake per region and its change.
    lesions : LesionSettings
        Finding and following lesions.
    comparability : ComparabilitySettings
        Whether visits may be compared.
    response : ResponseSettings
        Treatment clock, flare, criteria.
    """

    dicom: ReadingSettings = field(default_factory=ReadingSettings)
    alignment: AlignmentSettings = field(default_factory=AlignmentSettings)
    skeleton: SkeletonSettings = field(default_factory=SkeletonSettings)
    intensity: IntensitySettings = field(default_factory=IntensitySettings)
    burden: BurdenSettings = field(default_factory=BurdenSettings)
    lesions: LesionSettings = field(default_factory=LesionSettings)
    comparability: ComparabilitySettings = field(default_factory=ComparabilitySettings)
    response: ResponseSettings = field(default_factory=ResponseSettings)


def load_settings(path: Path | None) -> Settings:
    """Return the settings of a TOML file, one table per stage; defaults for everything it does not name.

    Parameters
    ----------
    path : Path or None
        The file; None gives the defaults.

    Returns
    -------
    Settings
        Checked.

    Raises
    ------
    SettingsError
        If the file is no TOML, or names a setting that does not exist or cannot have that value.
    """
    if path is None:
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise SettingsError(f"{path.name} cannot be read as TOML: {failure}") from failure
    return with_values(Settings(), given, "")


def with_values(record: Record, values: Mapping[str, Any], where: str) -> Record:
    """Return a settings record with some values replaced.

    Parameters
    ----------
    record : dataclass instance
        Defaults.
    values : mapping
        Field names to plain TOML values; nested records as tables.
    where : str
        Name of the record, for messages.

    Returns
    -------
    dataclass instance
        Same type.

    Raises
    ------
    SettingsError
        If a name is unknown or a value impossible.
    """
    kinds = get_type_hints(type(record))
    changes: dict[str, Any] = {}
    for name, value in values.items():
        full = f"{where}{name}"
        if name not in {one.name for one in fields(record)}:  # type: ignore[arg-type]
            raise SettingsError(f"there is no setting {full}", remedy="See tracker/settings for the names.")
        changes[name] = _value(getattr(record, name), value, kinds[name], full)
    try:
        return replace(record, **changes)  # type: ignore[type-var]
    except (TypeError, ValueError) as failure:
        raise SettingsError(f"a setting of {where.rstrip('.') or 'the file'} is impossible: {failure}") from failure


def _value(default: Any, value: Any, kind: Any, full: str) -> Any:
    """Return one TOML value as the type its field has."""
    if is_dataclass(default) and isinstance(value, Mapping):
        return with_values(default, value, f"{full}.")
    if isinstance(default, Enum):
        try:
            return type(default)(value)
        except ValueError as failure:
            allowed = ", ".join(str(one.value) for one in type(default))
            raise SettingsError(f"{full} is one of {allowed}, not {value!r}") from failure
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if default is not None and not isinstance(value, type(default)):
        raise SettingsError(f"{full} is a {getattr(kind, '__name__', kind)}, not {value!r}")
    return value
