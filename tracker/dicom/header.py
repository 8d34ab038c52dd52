"""What one object's header says, as plain values: nothing decided, nothing assumed.

A value that is missing, empty or invalid is ``None``, ``""`` or ``()``; an invalid one also leaves a complaint.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyWindow:
    """One energy window.

    Parameters
    ----------
    ranges_kev : tuple of tuple of float
        Lower and upper limit of each part, keV.
    name : str
        As written.
    """

    ranges_kev: tuple[tuple[float, float], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """One detector.

    Parameters
    ----------
    view_codes : tuple of str
        ``value|scheme|meaning`` of View Code Sequence.
    collimator_type, collimator_name : str
        As written.
    start_angle_deg : float or None
        As written.
    image_orientation : tuple of float
        Six direction cosines of rows and columns, or empty.
    """

    view_codes: tuple[str, ...] = ()
    collimator_type: str = ""
    collimator_name: str = ""
    start_angle_deg: float | None = None
    image_orientation: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracer:
    """One radiopharmaceutical as written; the dose has no unit yet, times are DICOM text."""

    name: str = ""
    codes: tuple[str, ...] = ()
    nuclide_codes: tuple[str, ...] = ()
    dose: float | None = None
    start_time: str = ""
    start_datetime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One object's header as plain values. Names follow the keywords of the standard; units as there.

    Dates and times are DICOM text. ``labels`` are free texts that may name a view, each with where it stood;
    ``frame_labels`` hold one text per frame. ``name_digest`` is a digest: the name itself never leaves the decoder.
    """

    sop_class: str = ""
    sop_uid: str = ""
    study_uid: str = ""
    series_uid: str = ""
    frame_of_reference_uid: str = ""
    transfer_syntax: str = ""
    modality: str = ""
    image_type: tuple[str, ...] = ()
    patient_id: str = ""
    patient_id_issuer: str = ""
    name_digest: str = ""
    birth_date: str = ""
    sex: str = ""
    height_m: float | None = None
    weight_kg: float | None = None
    acquisition_date: str = ""
    acquisition_time: str = ""
    acquisition_datetime: str = ""
    series_date: str = ""
    series_time: str = ""
    content_date: str = ""
    content_time: str = ""
    study_date: str = ""
    study_time: str = ""
    rows: int | None = None
    columns: int | None = None
    frames: int | None = None
    samples: int | None = None
    photometric: str = ""
    bits_allocated: int | None = None
    bits_stored: int | None = None
    high_bit: int | None = None
    signed: int | None = None
    spacing_mm: tuple[float, ...] = ()
    counts_accumulated: int | None = None
    largest_pixel: int | None = None
    rescale: tuple[float, ...] = ()
    lossy: str = ""
    lossy_method: str = ""
    derivation: str = ""
    derivation_codes: tuple[str, ...] = ()
    energy_vector: tuple[int, ...] = ()
    detector_vector: tuple[int, ...] = ()
    energy_windows: tuple[EnergyWindow, ...] = ()
    detectors: tuple[Detector, ...] = ()
    tracers: tuple[Tracer, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    frame_labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gantry_codes: tuple[str, ...] = ()
    patient_position: str = ""
    duration_ms: float | None = None
    velocity_mm_s: float | None = None
    scan_length_mm: float | None = None
    corrections: tuple[str, ...] = ()
    manufacturer: str = ""
    model: str = ""
    station: str = ""
    serial_number: str = ""
    private_creators: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return the header as nested dictionaries and lists.

        Returns
        -------
        dict
            What `from_plain` takes.
        """
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Header":
        """Return the header that `to_plain` was called on.

        Parameters
        ----------
        plain : dict
            Nested dictionaries and lists, for example from JSON.

        Returns
        -------
        Header
            The same values.
        """
        known = {item.name for item in fields(cls)}
        values = {name: _tuples(value) for name, value in plain.items() if name in known}
        for name, kind in (("energy_windows", EnergyWindow), ("detectors", Detector), ("tracers", Tracer)):
            items = plain.get(name, ())
            values[name] = tuple(kind(**{key: _tuples(value) for key, value in item.items()}) for item in items)
        return cls(**values)


def _tuples(value: Any) -> Any:  # noqa: ANN401  (any plain value)
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value
