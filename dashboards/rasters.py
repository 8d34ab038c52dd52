"""What the browser draws: images of counts, labels and alignment as compressed arrays, and lesion outlines."""

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.records.view import Orientation, Projection


class RasterKind(StrEnum):
    """Images that the browser may fetch. *Space* ones lie on the patient-space grid, anatomical frame."""

    COUNTS = "counts"
    LABELS = "labels"
    PHYSIOLOGIC = "physiologic"
    SPACE_COUNTS = "space_counts"
    SPACE_LABELS = "space_labels"
    SPACE_PHYSIOLOGIC = "space_physiologic"
    SPACE_CONFIDENCE = "space_confidence"
    SPACE_ERROR = "space_error"
    SPACE_SHIFT_ROW = "space_shift_row"
    SPACE_SHIFT_COL = "space_shift_col"


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterRequest:
    """Which image.

    Parameters
    ----------
    subject, visit : str
        Tokens.
    projection : Projection
        Which side.
    kind : RasterKind
        Which image of it.
    """

    subject: str
    visit: str
    projection: Projection
    kind: RasterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One image, ready to send.

    Parameters
    ----------
    body : bytes
        gzip of the little-endian array in C order.
    dtype : str
        ``uint16``, ``uint8`` or ``int16``.
    rows, cols : int
        Shape.
    spacing_mm : tuple of float
        Row and column spacing.
    orientation : Orientation
        How the body lies in the array; the default for everything in patient space.
    step : float
        Value per stored unit: counts for counts, millimetres for errors and shifts, 1 / 255 for confidence.
    """

    body: bytes
    dtype: str
    rows: int
    cols: int
    spacing_mm: tuple[float, float]
    orientation: Orientation = field(default_factory=Orientation)
    step: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The outline of one lesion on one view of one visit.

    Parameters
    ----------
    lesion_id, region, kind, fate : str
        As in ``lesions.csv``.
    projection : Projection
        Which view.
    rings : tuple of tuple of (row, col)
        Closed rings in stored pixels, zero-based pixel centres.
    space_rings : tuple of tuple of (row_mm, col_mm)
        The same rings in patient space, millimetres from the centre of its pixel (0, 0); empty if not aligned.
    uptake_ratio : float or None
        Mean inside.
    detected : bool
        False: nothing seen here at this visit; the ring is where the forced measurement was made.
    """

    lesion_id: str
    region: str
    kind: str
    fate: str
    projection: Projection
    rings: tuple[tuple[tuple[float, float], ...], ...]
    space_rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    uptake_ratio: float | None = None
    detected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionShape:
    """The outline of one region of one patient, for the figure of the body.

    Parameters
    ----------
    region : str
        Name, whole level.
    projection : Projection
        Which side.
    rings : tuple of tuple of (row_mm, col_mm)
        Closed rings in patient space, anatomical frame, millimetres.
    """

    region: str
    projection: Projection
    rings: tuple[tuple[tuple[float, float], ...], ...]
