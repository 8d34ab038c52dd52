"""Bladder, kidneys, injection site, contamination and faint uptake of soft tissue, as blobs on the canvas."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import SIDES
from tracker.records.skeleton import Physiologic
from tracker.simulation.teaching.layers import CANVAS, Image, Layers
from tracker.simulation.teaching.people import SIDE_SIGN
from tracker.skeleton.placed import SITES
from tracker.skeleton.template import STEP_MM

SITE_EDGE = 0.3
"""Share of a blob's greatest thickness at which its mask ends."""

FAINT_VEIN_SHARE, FAINT_VEIN = 0.4, (0.25, 1.6)
"""Share of injection sites that are hardly brighter than bone, and how bright those are against typical bone."""

FAINTEST = 0.25
"""Blobs fainter than this against typical bone hide nothing and are no site."""

FAINTEST_VEIN = 0.15
"""The same for an injection site: bones of the arm are three times fainter than typical ones."""

VEIN_BIT = SITES.index(Physiologic.INJECTION_SITE)
"""Bit of the injection site."""

INJECTION_PLACES: dict[str, tuple[float, str, str]] = {
    "elbow": (0.6, "elbow", "elbow"),
    "wrist": (0.1, "wrist", "wrist"),
    "hand": (0.2, "wrist", "finger"),
    "forearm": (0.07, "elbow", "wrist"),
    "foot": (0.03, "ankle", "toe"),
}
"""Chance of each injection place, and the joints it lies between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One soft-edged blob.

    Parameters
    ----------
    middle : ndarray, shape (2,)
        Row and column, template pixels.
    radii : tuple of float
        Half axes (row, col) before turning, template pixels.
    angle : float
        Turn, radians.
    wobble : float
        How far its outline departs from an ellipse.
    """

    middle: NDArray[np.float64]
    radii: tuple[float, float]
    angle: float = 0.0
    wobble: float = 0.1


@dataclass(slots=True, kw_only=True, eq=False)
class Glow:
    """What sites add to both views, and their masks as bits in the order of `SITES`.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    bone : float
        Typical bone signal.
    light : ndarray, shape (2, rows, cols), float32
        Added signal.
    bits : ndarray, shape (2, rows, cols), uint8
        Masks.
    """

    rng: np.random.Generator
    bone: float
    light: Image = field(default_factory=lambda: np.zeros((2, *CANVAS), dtype=np.float32))
    bits: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((2, *CANVAS), dtype=np.uint8))

    def add(self, blob: Blob, strength: float, views: tuple[float, float], site: int | None = None) -> None:
        """Add a blob, with its share of each view, and its mask if it is a site."""
        window = _window(blob)
        if window is None:
            return
        thickness = _thickness(blob, window, self.rng)
        for view in (0, 1):
            self.light[view][window] += strength * views[view] * thickness
            faintest = FAINTEST_VEIN if site == VEIN_BIT else FAINTEST
            if site is not None and strength * views[view] > faintest * self.bone:
                self.bits[view][window] |= ((thickness > SITE_EDGE) * (1 << site)).astype(np.uint8)


def _window(blob: Blob) -> tuple[slice, slice] | None:
    """Return the part of the canvas that a blob may touch, or None outside."""
    reach = int(max(blob.radii) * 1.6 + 6)
    spans = []
    for middle, size in zip(blob.middle, CANVAS, strict=True):
        low, high = max(0, int(middle) - reach), min(size, int(middle) + reach)
        if high <= low:
            return None
        spans.append(slice(low, high))
    return spans[0], spans[1]


def _thickness(blob: Blob, window: tuple[slice, slice], rng: np.random.Generator) -> Image:
    """Return a blob's thickness, 1 in its middle."""
    row, col = np.mgrid[window].astype(np.float32)
    row, col = row - blob.middle[0], col - blob.middle[1]
    cos, sin = np.cos(blob.angle), np.sin(blob.angle)
    along, across = row * cos + col * sin, col * cos - row * sin
    bearing = np.arctan2(across, along)
    phases = rng.uniform(0, 2 * np.pi, 2)
    sizes = blob.wobble * rng.normal(0, 1, 2) * [1.0, 0.7]
    edge = 1 + sizes[0] * np.cos(2 * bearing + phases[0]) + sizes[1] * np.cos(3 * bearing + phases[1])
    distance = ((along / blob.radii[0]) ** 2 + (across / blob.radii[1]) ** 2) / np.maximum(edge, 0.4) ** 2
    return np.asarray(np.sqrt(np.maximum(1 - distance, 0)), dtype=np.float32)


def _bladder(glow: Glow, layers: Layers) -> None:
    """Add a bladder of any filling above the pubic bones."""
    rng, unit = glow.rng, layers.size / STEP_MM
    hips = (layers.joints["hip_left"] + layers.joints["hip_right"]) / 2
    radius, flatness = np.exp(rng.normal(np.log(32), 0.4)) * unit, np.exp(rng.normal(0, 0.2))
    radii = (radius / flatness, radius * flatness)
    up = rng.normal(38, 9) * unit + 0.5 * (radii[0] - 20 * unit)
    blob = Blob(middle=hips + [-up, rng.normal(0, 9) * unit], radii=radii, angle=rng.normal(0, 0.3))
    glow.add(blob, glow.bone * np.exp(rng.normal(0.9, 0.9)), (1.0, rng.uniform(0.2, 0.9)), 0)


def _kidneys(glow: Glow, layers: Layers) -> None:
    """Add kidneys beside the upper lumbar spine; one may be missing."""
    rng, unit, joints = glow.rng, layers.size / STEP_MM, layers.joints
    hips = (joints["hip_left"] + joints["hip_right"]) / 2
    shoulders = (joints["shoulder_left"][0] + joints["shoulder_right"][0]) / 2
    for bit, side in ((1, "left"), (2, "right")):
        if rng.random() < 0.08:
            continue
        row = shoulders + (hips[0] - shoulders) * rng.normal(0.60, 0.05)
        col = (joints["neck"][1] + hips[1]) / 2 + SIDE_SIGN[side] * rng.normal(66, 9) * unit
        radii = (rng.normal(52, 6) * unit, rng.normal(27, 4) * unit)
        blob = Blob(
            middle=np.array([row, col]), radii=radii, angle=SIDE_SIGN[side] * rng.normal(0.15, 0.15), wobble=0.05
        )
        glow.add(blob, glow.bone * np.exp(rng.normal(-0.9, 0.6)), (rng.uniform(0, 0.6), 1.0), bit)


VEIN_BEHIND: dict[str, tuple[float, float]] = {
    "elbow": (0.3, 0.85),
    "wrist": (0.4, 1.4),
    "hand": (0.4, 1.4),
    "forearm": (0.3, 1.0),
    "foot": (0.4, 1.4),
}
"""Share of a vein's anterior signal that reaches the posterior detector: at the elbow veins lie in front of 60 to 80 mm
of arm, on hands and feet on either side of little."""


def _injection(glow: Glow, layers: Layers) -> None:
    """Add what is left at an injection site, sometimes with tracer along the vein."""
    rng, unit = glow.rng, layers.size / STEP_MM
    names = list(INJECTION_PLACES)
    chosen = names[int(rng.choice(len(names), p=[INJECTION_PLACES[name][0] for name in names]))]
    side = SIDES[int(rng.integers(2))]
    ends = [layers.joints[f"{joint}_{side}"] for joint in INJECTION_PLACES[chosen][1:]]
    middle = (ends[0] + ends[1]) / 2 + rng.normal(0, 12, 2) * unit
    radius = np.exp(rng.normal(np.log(11), 0.45)) / STEP_MM
    strength = glow.bone * np.exp(rng.normal(0.9, 0.8))
    if rng.random() < FAINT_VEIN_SHARE:
        strength = glow.bone * np.exp(rng.uniform(*np.log(FAINT_VEIN)))
    length = radius * np.exp(abs(rng.normal(0, 0.4)))
    blob = Blob(middle=middle, radii=(length, radius), angle=rng.uniform(0, np.pi), wobble=0.15)
    front = rng.uniform(0.5, 1)
    glow.add(blob, strength, (front, front * rng.uniform(*VEIN_BEHIND[chosen])), VEIN_BIT)
    if rng.random() < 0.3:
        vein = Blob(
            middle=middle + rng.normal(0, 20, 2) * unit, radii=(3 * radius, 0.7 * radius), angle=rng.uniform(0, np.pi)
        )
        glow.add(vein, 0.2 * strength, (1.0, 1.0))


def _contamination(glow: Glow, layers: Layers) -> None:
    """Add drops of urine on skin or clothes below the pelvis."""
    rng, unit = glow.rng, layers.size / STEP_MM
    hips = (layers.joints["hip_left"] + layers.joints["hip_right"]) / 2
    for _ in range(int(rng.integers(1, 4))):
        radius = np.exp(rng.normal(np.log(12), 0.4)) / STEP_MM
        blob = Blob(
            middle=hips + [rng.uniform(10, 260) * unit, rng.normal(0, 50) * unit],
            radii=(radius, radius * rng.uniform(0.5, 2)),
            angle=rng.uniform(0, np.pi),
            wobble=0.15,
        )
        views = (rng.uniform(0.2, 1), rng.uniform(0.2, 1))
        glow.add(blob, glow.bone * np.exp(rng.normal(0.5, 0.7)), views, 4)


def _faint(glow: Glow, layers: Layers) -> None:
    """Add one faint patch: thyroid, genitals, breast, or anywhere in the trunk."""
    rng, unit, joints = glow.rng, layers.size / STEP_MM, layers.joints
    hips = (joints["hip_left"] + joints["hip_right"]) / 2
    kind = rng.random()
    if kind < 0.2:
        middle, radii = joints["neck"], (22 * unit, 16 * unit)
    elif kind < 0.4:
        middle, radii = hips + [rng.uniform(60, 110) * unit, rng.normal(0, 10) * unit], (30 * unit, 20 * unit)
    elif kind < 0.6:
        side = rng.choice([-1, 1]) * 90 * unit
        middle = np.array([joints["shoulder_left"][0] + 130 * unit, hips[1] + side])
        radii = (55 * unit, 55 * unit)
    else:
        middle = np.array([rng.uniform(joints["neck"][0], hips[0]), hips[1] + rng.normal(0, 80) * unit])
        radii = (rng.uniform(15, 80) * unit, rng.uniform(15, 80) * unit)
    blob = Blob(middle=np.asarray(middle), radii=radii, angle=rng.uniform(0, np.pi), wobble=0.15)
    glow.add(blob, glow.bone * rng.uniform(0.05, 0.4), (rng.uniform(0, 1), rng.uniform(0, 1)))


SITE_CHANCES = ((0.93, _bladder), (0.8, _kidneys), (0.8, _injection), (0.45, _contamination))
"""Chance of each kind of site in a lesson; the seldom ones come oftener than in life, or they would not be learned."""


def sites_of(layers: Layers, bone: float, rng: np.random.Generator) -> Glow:
    """Return random sites of one body.

    Parameters
    ----------
    layers : Layers
        The body.
    bone : float
        Typical bone signal.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Glow
        Added signal and masks; `len(SITES)` bits are used.
    """
    glow = Glow(rng=rng, bone=bone)
    for chance, add in SITE_CHANCES:
        if rng.random() < chance:
            add(glow, layers)
    for _ in range(int(rng.integers(0, 7))):
        _faint(glow, layers)
    return glow
