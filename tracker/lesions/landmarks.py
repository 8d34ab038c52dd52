"""What lies around a place of one view: joints, the midline, the mirrored place; in the anatomical frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.lesions.place import space_points
from tracker.records.foci import FociView
from tracker.records.lesion import Focus
from tracker.records.regions import PAIRED_REGIONS, WHOLE_LABEL, WHOLE_REGIONS, side_of, whole_labels

JOINTS: dict[str, tuple[str, str]] = {
    "sternoclavicular joint": ("clavicle", "sternum"),
    "acromioclavicular joint": ("clavicle", "scapula"),
    "shoulder": ("humerus", "scapula"),
    "elbow": ("humerus", "forearm"),
    "wrist": ("forearm", "hand"),
    "sacroiliac joint": ("sacrum", "hip_bone"),
    "hip": ("femur", "hip_bone"),
    "knee": ("femur", "lower_leg"),
    "ankle": ("lower_leg", "foot"),
}
"""Joints by the two bones that meet there, most specific first."""

THIRD_BONE_MM = {"acromioclavicular joint": ("humerus", 40.0)}
"""Joints whose two bones cross on a planar view elsewhere as well, the bone that lies below the joint itself, and how
near it is, millimetres: the acromion roofs the head of the humerus."""

LEAST_PAIR_PX = 20
"""Fewest pixels of a region for its centre to serve the midline."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """Geometry of one view.

    Parameters
    ----------
    whole : ndarray, shape (rows, cols), uint8
        Whole-level labels, anatomical frame.
    spacing_mm : tuple of float
        Of the anatomical frame.
    midline : tuple of float
        Column of the midline in millimetres: at row 0, and its change per millimetre of row.
    """

    whole: NDArray[np.uint8]
    spacing_mm: tuple[float, float]
    midline: tuple[float, float]

    def mirrored(self, row_mm: float, col_mm: float) -> tuple[float, float]:
        """Return the place on the other side of the midline.

        Parameters
        ----------
        row_mm, col_mm : float
            A place of the anatomical frame, millimetres.

        Returns
        -------
        tuple of float
            Its mirror image across the (possibly tilted) midline.
        """
        start, slope = self.midline
        distance = (col_mm - start - slope * row_mm) / (1 + slope**2)
        return (row_mm + 2 * slope * distance, col_mm - 2 * distance)

    def off_midline(self, row_mm: float, col_mm: float) -> float:
        """Return the distance from the midline, positive towards the patient's left.

        Parameters
        ----------
        row_mm, col_mm : float
            A place of the anatomical frame, millimetres.

        Returns
        -------
        float
            Millimetres.
        """
        start, slope = self.midline
        return (col_mm - start - slope * row_mm) / float(np.sqrt(1 + slope**2))

    def bones_near(self, row_mm: float, col_mm: float, reach_mm: float) -> dict[str, float]:
        """Return the bones (base names, without side) within reach of a place and their distance.

        Parameters
        ----------
        row_mm, col_mm : float
            A place of the anatomical frame, millimetres.
        reach_mm : float
            How far to look.

        Returns
        -------
        dict of str to float
            Millimetres to the nearest pixel of each bone.
        """
        step = np.asarray(self.spacing_mm)
        low = np.maximum(np.floor((np.array([row_mm, col_mm]) - reach_mm) / step).astype(int), 0)
        high = np.ceil((np.array([row_mm, col_mm]) + reach_mm) / step).astype(int) + 1
        part = self.whole[low[0] : high[0], low[1] : high[1]]
        rows, cols = np.indices(part.shape)
        distance = np.hypot((rows + low[0]) * step[0] - row_mm, (cols + low[1]) * step[1] - col_mm)
        found: dict[str, float] = {}
        for label in np.unique(part[part > 0]):
            name = WHOLE_REGIONS[int(label) - 1].name
            base = name.removesuffix("_" + side_of(name)) if side_of(name) else name
            found[base] = min(found.get(base, np.inf), float(distance[part == label].min()))
        return {base: away for base, away in found.items() if away <= reach_mm}

    def joint(self, row_mm: float, col_mm: float, reach_mm: float, base: str) -> str:
        """Return the joint that a focus lies at, or an empty text.

        Parameters
        ----------
        row_mm, col_mm : float
            A place of the anatomical frame, millimetres.
        reach_mm : float
            How far either bone may be.
        base : str
            Bone of the focus, without side: one of the joint's own; empty outside all bones.

        Returns
        -------
        str
            A key of `JOINTS`; the nearest where several are in reach.
        """
        near = self.bones_near(row_mm, col_mm, reach_mm)
        held = {
            name: near[bones[0]] + near[bones[1]]
            for name, bones in JOINTS.items()
            if near.keys() >= set(bones) and base in ("", *bones) and self._third_bone(name, row_mm, col_mm)
        }
        return min(held, key=lambda name: held[name]) if held else ""

    def _third_bone(self, joint: str, row_mm: float, col_mm: float) -> bool:
        """Return whether the bone that tells a joint from a mere crossing of its bones is near."""
        if joint not in THIRD_BONE_MM:
            return True
        bone, reach_mm = THIRD_BONE_MM[joint]
        return bone in self.bones_near(row_mm, col_mm, reach_mm)


def landmarks(seen: FociView) -> Landmarks:
    """Return the geometry of one view.

    Parameters
    ----------
    seen : FociView
        A view with its labels.

    Returns
    -------
    Landmarks
        With the midline through the middles of paired bones; without any, through the middle of the body.
    """
    whole = np.ascontiguousarray(seen.view.orientation.to_anatomical(whole_labels(seen.skeleton.labels)))
    spacing = seen.view.anatomical_spacing_mm
    middles = _middles(whole) * np.asarray(spacing)
    if len(middles) >= 2 and np.ptp(middles[:, 0]) > 0:
        slope, start = np.polyfit(middles[:, 0], middles[:, 1], 1)
    else:
        slope, start = 0.0, _body_middle(seen) * spacing[1]
    return Landmarks(whole=whole, spacing_mm=spacing, midline=(float(start), float(slope)))


def anatomical_mm(focus: Focus, seen: FociView) -> tuple[float, float]:
    """Return where a focus lies in the anatomical frame of its view.

    Parameters
    ----------
    focus : Focus
        A focus of ``seen``.
    seen : FociView
        Its view.

    Returns
    -------
    tuple of float
        Row and column, millimetres.
    """
    row, col = space_points(np.array([[focus.row_px, focus.col_px]]), seen.view, None)[0]
    return (float(row), float(col))


def _middles(whole: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the middle between left and right of every paired bone, shape (n, 2), pixels."""
    count = np.bincount(whole.ravel(), minlength=len(WHOLE_REGIONS) + 1)
    rows, cols = np.indices(whole.shape)
    row_sum = np.bincount(whole.ravel(), weights=rows.ravel(), minlength=len(count))
    col_sum = np.bincount(whole.ravel(), weights=cols.ravel(), minlength=len(count))
    found = []
    for base in PAIRED_REGIONS:
        left, right = WHOLE_LABEL[f"{base}_left"], WHOLE_LABEL[f"{base}_right"]
        if min(count[left], count[right]) >= LEAST_PAIR_PX:
            found.append(
                (
                    (row_sum[left] / count[left] + row_sum[right] / count[right]) / 2,
                    (col_sum[left] / count[left] + col_sum[right] / count[right]) / 2,
                )
            )
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _body_middle(seen: FociView) -> float:
    """Return the middle column of the body, pixels, anatomical frame."""
    body = seen.view.orientation.to_anatomical(seen.skeleton.body)
    return float(np.nonzero(body)[1].mean()) if body.any() else (body.shape[1] - 1) / 2
