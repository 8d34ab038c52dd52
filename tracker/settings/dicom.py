"""Settings of reading: what is refused before it is decoded, and how views find each other."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What a file may ask for at most; decided for this program, far above any planar bone scan.

    Parameters
    ----------
    largest_side_px : int
        Rows and columns, pixels. Whole-body matrices end at 2048.
    most_frames : int
        Frames of one object.
    largest_image_bytes : int
        Decoded pixels of one object.
    largest_file_bytes : int
        One file, or one member of a zip.
    most_elements : int
        Data elements and sequence items of one object.
    deepest_sequence : int
        Sequences inside sequences.
    largest_inflate_ratio : int
        Inflated over deflated bytes of a deflated object.
    most_zip_members : int
        Members of one zip.
    largest_zip_bytes : int
        Sum of the inflated members of one zip.
    largest_zip_ratio : int
        Inflated over deflated bytes of one zip member.
    decode_cpu_s : int
        Processor time for one file, seconds.
    decode_wall_s : int
        Wall time for one file, seconds.
    decode_memory_bytes : int
        Address space of the process that decodes.
    """

    largest_side_px: int = 4096
    most_frames: int = 64
    largest_image_bytes: int = 256 * MEBIBYTE
    largest_file_bytes: int = 512 * MEBIBYTE
    most_elements: int = 200_000
    deepest_sequence: int = 32
    largest_inflate_ratio: int = 200
    most_zip_members: int = 20_000
    largest_zip_bytes: int = 8 * 1024 * MEBIBYTE
    largest_zip_ratio: int = 100
    decode_cpu_s: int = 10
    decode_wall_s: int = 60
    decode_memory_bytes: int = 1536 * MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """How files become studies.

    Parameters
    ----------
    limits : ReadingLimits
        What is refused before it is decoded.
    photopeak_kev : float
        Energy that the window used must hold; Tc-99m, 140.5 keV.
    shortest_body_mm : float
        A static image counts as whole-body from this length of its field, millimetres; decided: shorter than any
        adult from head to knee, longer than any camera's field without motion (about 550 mm).
    longest_side_ratio : float
        The same decision where no spacing is stated: long side over short side, at least.
    assumed_field_width_mm : float
        Working width of the field where no spacing is stated, millimetres; decided: the useful field of a
        whole-body camera is about 540 to 610 mm wide. Never shown as a measurement.
    pair_window_min : float
        Views of one pass start within this time of each other, minutes (PS3.3 names no limit; decided).
    two_pass_window_min : float
        A camera with one head takes the second view in a second pass; the only two views of a study are paired up to
        this time apart, minutes, with a notice; decided from passes of 10 to 25 minutes.
    duration_tolerance : float
        Relative difference of duration between paired views.
    spacing_tolerance : float
        Relative difference of pixel spacing between paired views: more is another zoom, less is rounding (decided).
    longest_uptake_h : float
        An injection longer ago is a mistake in the header, hours.
    activity_range_mbq : tuple of float
        Plausible administered activity, MBq; outside, 10 to the 6 more is read as Bq, anything else as not stated.
    dates_apart_h : float
        Acquisition and study date further apart raise a notice, hours.
    speed_tolerance : float
        Relative disagreement of speed times duration with the scanned length that raises a notice.
    """

    limits: ReadingLimits = ReadingLimits()
    photopeak_kev: float = 140.5
    shortest_body_mm: float = 1200.0
    longest_side_ratio: float = 1.8
    assumed_field_width_mm: float = 580.0
    pair_window_min: float = 5.0
    two_pass_window_min: float = 60.0
    duration_tolerance: float = 0.1
    spacing_tolerance: float = 0.01
    longest_uptake_h: float = 30.0
    activity_range_mbq: tuple[float, float] = (50.0, 3000.0)
    dates_apart_h: float = 24.0
    speed_tolerance: float = 0.25
