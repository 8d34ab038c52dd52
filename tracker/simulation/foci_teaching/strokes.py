"""A skeleton drawn with strokes along the joints of a body: other shapes and proportions than any anatomical model.

A stroke is a line with a round cross-section. Vertebrae, ribs, long bones, rings and wedges are made of strokes whose
thickness, length and number are drawn within wide limits; what they are like is decided, not measured on people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.simulation.teaching.layers import Layers
from tracker.skeleton.template import STEP_MM

Points = NDArray[np.float64]

RADIUS_MM: dict[str, tuple[float, float]] = {
    "skull": (68, 84),
    "skull base": (8, 16),
    "mandible": (6, 10),
    "ribs": (4, 8),
    "clavicle": (6, 9),
    "scapula": (4, 8),
    "shoulder socket": (9, 16),
    "sternum": (9, 16),
    "sacrum": (9, 16),
    "sacral body": (12, 24),
    "sacroiliac joint": (6, 12),
    "iliac crest": (7, 12),
    "iliac body": (12, 22),
    "hip socket": (16, 27),
    "pubic ring": (6, 12),
    "humerus": (8, 14),
    "femur": (10, 17),
    "lower_leg": (9, 15),
    "forearm": (5, 8),
    "wrist": (9, 15),
    "finger": (3, 6),
    "patella": (10, 20),
    "foot": (10, 20),
}
"""Range of the radius of strokes, millimetres."""

END_MM: dict[str, tuple[float, float]] = {"humerus": (13, 19), "femur": (14, 21), "lower_leg": (11, 18)}
"""Range of the radius of the ends of long bones, millimetres."""

LONG_BONES = (("humerus", "shoulder", "elbow"), ("femur", "hip", "knee"), ("lower_leg", "knee", "ankle"))
"""Long bones and the joints at their ends."""

SPINE = (("thoracic_spine", 12, (8.0, 13.0)), ("lumbar_spine", 5, (13.0, 21.0)))
"""Parts of the spine below the neck, their vertebrae, and the range of half a vertebra's width, millimetres."""

LUMBAR_SHARE, SACRAL_SHARE = (0.5, 0.58), (0.76, 0.83)
"""Range of where lumbar spine and sacrum begin, of the way from neck to hips."""

RIB_COUNT, RIB_SLOPE, CHEST_MM = (8, 11), (0.04, 0.16), (95.0, 150.0)
"""Range of the number of ribs, of how far they fall (of the way from neck to hips), and of half the chest's width."""

OFTEN = 0.7
"""Chance of what is drawn in most skeletons only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stroke:
    """A round line.

    Parameters
    ----------
    base : str
        Region without side.
    points : ndarray, shape (n, 2)
        Corners, canvas pixels.
    radius_px : float
        Radius of its cross-section.
    hollow : float
        Share of the radius that is empty inside.
    """

    base: str
    points: Points
    radius_px: float
    hollow: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Body:
    """Joints in canvas pixels, pixels per millimetre of the reference body, and the trunk's axes."""

    joints: Mapping[str, Points]
    px_per_mm: float
    down: Points
    left: Points
    rng: np.random.Generator

    def at(self, share: float, left_mm: float) -> Points:
        """Return a place of the trunk: share of the way from neck to hips, and millimetres to the left."""
        return np.asarray(self.joints["neck"] + share * self.down + left_mm * self.px_per_mm * self.left)

    def stroke(self, base: str, radius_mm: float, *points: Points, hollow: float = 0.0) -> Stroke:
        """Return a stroke of a radius in millimetres."""
        return Stroke(base=base, points=np.array(points), radius_px=max(radius_mm * self.px_per_mm, 0.8), hollow=hollow)

    def drawn(self, base: str, name: str, *points: Points) -> Stroke:
        """Return a stroke of a radius drawn from the range of that name."""
        return self.stroke(base, self.rng.uniform(*RADIUS_MM[name]), *points)

    def aside(self, place: Points, down_mm: float, left_mm: float) -> Points:
        """Return a place beside another, along the canvas."""
        return np.asarray(place + self.px_per_mm * np.array([down_mm, left_mm]))


def skeleton_strokes(layers: Layers, rng: np.random.Generator) -> Iterator[Stroke]:
    """Yield the strokes of one skeleton.

    Parameters
    ----------
    layers : Layers
        The body on the canvas: its joints.
    rng : Generator
        Source of randomness.

    Yields
    ------
    Stroke
        In no order that matters.
    """
    joints = layers.joints
    down = (joints["hip_left"] + joints["hip_right"]) / 2 - joints["neck"]
    left = np.array([-down[1], down[0]]) / np.hypot(*down)
    axes = {"down": down, "left": left, "joints": joints, "px_per_mm": layers.size / STEP_MM}
    body = _Body(**axes, rng=rng)
    yield from _head(body)
    yield from _spine(body)
    twin = int(rng.integers(2**32))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        yield from _chest(_Body(**axes, rng=np.random.default_rng(twin)), side, sign)
        yield from _pelvis(body, side, sign)
        yield from _long_bones(body, side, sign)
        yield from _ends(body, side)


def _head(body: _Body) -> Iterator[Stroke]:
    """Yield skull, skull base and mandible."""
    rng, base = body.rng, body.joints["skullbase"]
    up = base - body.joints["neck"]
    up = body.px_per_mm * up / max(float(np.hypot(*up)), 1e-6)
    across = np.array([-up[1], up[0]])
    radius_mm, middle = rng.uniform(*RADIUS_MM["skull"]), base + rng.uniform(50, 75) * up
    reach = 0.15 * radius_mm * up
    yield body.stroke("skull", radius_mm, middle - reach, middle + reach, hollow=rng.uniform(0.85, 0.94))
    if rng.random() < OFTEN:
        yield body.drawn("skull", "skull base", base - 30 * across, base + 30 * across)
    chin, wide, low = base - rng.uniform(35, 60) * up, rng.uniform(40, 58) * across, rng.uniform(20, 34) * across
    yield body.drawn("mandible", "mandible", base - wide, chin - low, chin + low, base + wide)


def _spine(body: _Body) -> Iterator[Stroke]:
    """Yield vertebrae, sacrum and sternum."""
    rng, base, neck = body.rng, body.joints["skullbase"], body.joints["neck"]
    bend_mm, phase, fill = rng.normal(0, 6), rng.uniform(0, np.pi), rng.uniform(0.28, 0.5)
    edges = (0.0, rng.uniform(*LUMBAR_SHARE), rng.uniform(*SACRAL_SHARE))
    wide = np.array([0.0, rng.uniform(6, 9) * body.px_per_mm])
    for number in range(7):
        place = base + (number + 0.5) / 7 * (neck - base)
        yield body.stroke("cervical_spine", 15 * fill, place - wide, place + wide)
    length_mm = float(np.hypot(*body.down)) / body.px_per_mm
    for (name, count, half), first, last in zip(SPINE, edges[:-1], edges[1:], strict=True):
        half_mm, pitch = rng.uniform(*half), (last - first) / count
        for number in range(count):
            share = first + (number + 0.5) * pitch
            middle, now = bend_mm * np.sin(phase + 4 * share), half_mm * (0.8 + 0.3 * number / count)
            yield body.stroke(
                name, fill * pitch * length_mm, body.at(share, middle - now), body.at(share, middle + now)
            )
    top, half_mm = edges[-1] + 0.01, rng.uniform(22, 38)
    yield body.drawn("sacrum", "sacrum", body.at(top, -half_mm), body.at(top, half_mm))
    yield body.drawn("sacrum", "sacral body", body.at(top, 0), body.at(rng.uniform(0.86, 0.94), 0))
    if rng.random() < OFTEN:
        for sign in (-1, 1):
            joint = (body.at(top - 0.01, sign * (half_mm + 10)), body.at(top + 0.08, sign * (half_mm - 2)))
            yield body.drawn("sacrum", "sacroiliac joint", *joint)
    yield body.drawn("sternum", "sternum", body.at(0.07, 0), body.at(rng.uniform(0.28, 0.38), 0))
    yield body.drawn("sternum", "sternum", body.at(0.05, 0), body.at(0.1, 0))


def _chest(body: _Body, side: str, sign: float) -> Iterator[Stroke]:
    """Yield ribs, clavicle and scapula of one side."""
    rng, shoulder = body.rng, body.joints[f"shoulder_{side}"]
    count, slope, wide_mm = (
        int(rng.integers(RIB_COUNT[0], RIB_COUNT[1] + 1)),
        rng.uniform(*RIB_SLOPE),
        rng.uniform(*CHEST_MM),
    )
    radius_mm = rng.uniform(*RADIUS_MM["ribs"])
    for number in range(count):
        share, half_mm = 0.02 + 0.5 * number / count, wide_mm * (0.5 + 0.5 * np.sin(2.36 * (number + 1) / count + 0.38))
        turns = np.linspace(0.3, 2.6, 5)
        falls = slope * (1 - np.cos(turns)) / 2 * rng.uniform(0.9, 1.1, len(turns))
        outward = 16 + (half_mm - 16) * np.sin(turns / 2 + 0.25)
        back = [body.at(share, 16 * sign), *(body.at(share + f, sign * o) for f, o in zip(falls, outward, strict=True))]
        yield body.stroke("ribs", radius_mm, *back)
        if number < RIB_COUNT[0]:
            low = share + slope * rng.uniform(1.0, 1.8)
            front = (body.at(low + 0.03, sign * half_mm * 0.75), body.at(low, 35 * sign))
            yield body.stroke("ribs", radius_mm, back[-1], *front)
    medial = body.at(0.04, sign * rng.uniform(14, 24))
    yield body.drawn("clavicle", "clavicle", medial, body.aside((medial + shoulder) / 2, -6, 0), shoulder)
    inner = body.at(rng.uniform(0.06, 0.12), sign * rng.uniform(65, 90))
    tip = body.at(rng.uniform(0.24, 0.34), sign * rng.uniform(80, 115))
    socket = body.aside(shoulder, 0, -sign * rng.uniform(12, 25))
    yield body.drawn("scapula", "scapula", inner, tip, socket)
    yield body.drawn("scapula", "scapula", inner, socket)
    yield body.drawn("scapula", "shoulder socket", socket, socket)


def _pelvis(body: _Body, side: str, sign: float) -> Iterator[Stroke]:
    """Yield the hip bone of one side: a ring of strokes, a body and a socket."""
    rng, hip = body.rng, body.joints[f"hip_{side}"]
    top, above = rng.uniform(0.72, 0.79), body.aside(hip, -29, 0)
    crest = (
        body.at(0.85, 40 * sign),
        body.at(top, 70 * sign),
        body.at(top, 115 * sign),
        body.at(top + 0.08, 132 * sign),
    )
    yield body.drawn("hip_bone", "iliac crest", *crest, above)
    yield body.drawn("hip_bone", "iliac body", body.at(0.86, 60 * sign), above)
    yield body.drawn("hip_bone", "hip socket", hip, body.aside(hip, -6, 0))
    under, low = body.aside(hip, 10, 0), body.at(rng.uniform(1.06, 1.12), sign * rng.uniform(45, 65))
    yield body.drawn("hip_bone", "pubic ring", under, body.at(1.02, 14 * sign), low, under)


def _long_bones(body: _Body, side: str, sign: float) -> Iterator[Stroke]:
    """Yield humerus, femur and lower leg of one side, with thick ends."""
    rng = body.rng
    for base, first, last in LONG_BONES:
        start, end = body.joints[f"{first}_{side}"], body.joints[f"{last}_{side}"]
        turn = body.aside(start, 25, 45 * sign) if base == "femur" else start
        yield body.stroke(base, rng.uniform(*RADIUS_MM[base]), start, turn, end, hollow=rng.uniform(0.0, 0.6))
        for place in (start, end):
            if rng.random() < OFTEN:
                half_mm = rng.uniform(4, 18)
                thick = (body.aside(place, 0, -half_mm), body.aside(place, 0, half_mm))
                yield body.stroke(base, rng.uniform(*END_MM[base]), *thick)


def _ends(body: _Body, side: str) -> Iterator[Stroke]:
    """Yield forearm, hand, kneecap and foot of one side."""
    elbow, wrist, finger, knee, ankle, toe = (
        body.joints[f"{name}_{side}"] for name in ("elbow", "wrist", "finger", "knee", "ankle", "toe")
    )
    for shift in (-9, 9):
        yield body.drawn("forearm", "forearm", body.aside(elbow, 6, shift), body.aside(wrist, 0, shift))
    yield body.drawn("hand", "wrist", body.aside(wrist, 10, -12), body.aside(wrist, 10, 12))
    for shift in (-24, -12, 0, 12, 24):
        yield body.drawn("hand", "finger", body.aside(wrist, 12, shift / 2), body.aside(finger, 0, shift))
    if body.rng.random() < OFTEN:
        yield body.drawn("patella", "patella", knee, knee)
    yield body.drawn("foot", "foot", ankle, toe)
