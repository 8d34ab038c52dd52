"""Random bodies and poses, wider than `tracker.phantom` draws them, mixed with those it does draw.

One coarse model: scale factors along the trunk, limbs turned about their joints, smooth waves through everything. It
knows nothing of how the phantom shapes a person, so that a template that learns from both learns what both share.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from tracker.phantom import sample_person, sample_pose, shape_of
from tracker.phantom.person import REFERENCE_HEIGHT_MM
from tracker.phantom.pose import motion_of
from tracker.records.regions import SIDES
from tracker.simulation.teaching.frame import Frame

Points = NDArray[np.float64]
Move = Callable[[Points], Points]

PHANTOM_SHARE = 0.5
"""Share of bodies that come from `tracker.phantom`."""

CHILD_SHARE = 0.18
"""Share of the coarse model's bodies that are child-sized."""

RAISED_SHARE = 0.06
"""Share with both arms raised."""

ONE_RAISED_SHARE = 0.04
"""Share of all arms of other bodies that are raised."""

CROSSED_SHARE = 0.03
"""Share with crossed legs."""

SIDE_SIGN = {"left": 1.0, "right": -1.0}
"""Sign of x on each side."""

HEIGHT_KNOTS_MM = np.array([700.0, 800, 1000, 1170, 1440, 1545])
"""Heights between which the trunk is stretched."""

WIDTH_KNOTS_MM = np.array([800.0, 900, 1000, 1100, 1200, 1300, 1400, 1450, 1500])
"""Heights at which the trunk is widened."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One posed body.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float64
        Posed points of the reference skeleton.
    joints : mapping of str to ndarray
        Posed joints, finger tips and toes.
    size : float
        Against the reference body.
    """

    place_mm: Points
    joints: dict[str, Points]
    size: float


def _turn(axes: str, *degrees: float) -> NDArray[np.float64]:
    """Return a rotation matrix; the last axis turns first."""
    return np.asarray(Rotation.from_euler(axes.upper(), list(degrees), degrees=True).as_matrix())


@dataclass(slots=True, kw_only=True, eq=False)
class _Draft:
    """A body in the making."""

    frame: Frame
    rng: np.random.Generator
    place: Points
    joints: dict[str, Points]
    size: float

    def normal(self, sd: float) -> float:
        """Draw from a normal distribution about 0."""
        return float(self.rng.normal(0, sd))

    def between(self, low: float, high: float) -> float:
        """Draw evenly."""
        return float(self.rng.uniform(low, high))

    def move(self, mask: NDArray[np.bool_], motion: Move) -> None:
        """Move some points."""
        self.place[mask] = motion(self.place[mask])

    def limb(self, joint: str, turn: NDArray[np.float64], scale: tuple[float, float, float]) -> Move:
        """Return the motion that scales about a joint's reference place, turns, and carries it to its posed place."""
        rest, posed = self.frame.joints[joint], self.joints[joint]
        return lambda points: ((points - rest) * scale) @ turn.T + posed


def _trunk(draft: _Draft) -> None:
    """Stretch and widen the trunk, let the ribs drop, tilt the pelvis."""
    frame, normal = draft.frame, draft.normal
    chest = frame.of("ribs", "sternum")
    drop, front = normal(14), normal(0.10)
    ribs = draft.place[chest]
    ribs[:, 2] -= drop * (np.abs(ribs[:, 0]) / 130) ** 1.5 + front * (260 - ribs[:, 1])
    draft.place[chest] = ribs
    steps = np.diff(HEIGHT_KNOTS_MM) * np.array([1, *(1 + normal(sd) for sd in (0.06, 0.06, 0.06, 0.10))])
    heights = HEIGHT_KNOTS_MM[0] + np.concatenate([[0], np.cumsum(steps)])
    widths = (1.02 + normal(0.07)) * (1 + draft.rng.normal(0, 0.05, len(WIDTH_KNOTS_MM)))
    widths[-2:] = 1.0
    depth = 1 + normal(0.09)

    def shaped(points: Points) -> Points:
        x = points[:, 0] * np.interp(points[:, 2], WIDTH_KNOTS_MM, widths)
        z = np.interp(points[:, 2], HEIGHT_KNOTS_MM, heights) + np.maximum(points[:, 2] - HEIGHT_KNOTS_MM[-1], 0)
        return np.stack([x, 200 + (points[:, 1] - 200) * depth, z], axis=1)

    limbs = frame.of("humerus", "forearm", "hand", "femur", "patella", "lower_leg", "foot", "skull", "mandible")
    draft.move(~limbs, shaped)
    spine = frame.of("cervical_spine", "thoracic_spine", "lumbar_spine")
    draft.place[spine, 0] *= 1.1 + abs(normal(0.12))
    for name in ("neck", "skullbase", *(f"{j}_{s}" for j in ("hip", "shoulder", "sternal") for s in SIDES)):
        draft.joints[name] = shaped(draft.joints[name][None])[0]
    hips = (draft.joints["hip_left"] + draft.joints["hip_right"]) / 2
    tilt = _turn("x", normal(7))
    draft.move(frame.of("hip_bone", "sacrum"), lambda points: (points - hips) @ tilt.T + hips)


def _head(draft: _Draft, child: bool) -> None:
    """Size and turn the head."""
    normal = draft.normal
    size = (1.08 / draft.size**0.55 if child else 1.06) * (1 + normal(0.045))
    yaw = normal(12) if draft.rng.random() < 0.8 else normal(35)
    turn = _turn("zxy", yaw, draft.between(-28, 18), normal(5))
    scale = (size * 1.06 * (1 + normal(0.04)), size, size * (1 + normal(0.04)))
    draft.move(draft.frame.of("skull", "mandible"), draft.limb("skullbase", turn, scale))


def _shoulder(draft: _Draft, side: str, lift: Points, abduction: float) -> None:
    """Lift and turn one shoulder girdle."""
    sign, normal = SIDE_SIGN[side], draft.normal
    sternal, shoulder = draft.joints[f"sternal_{side}"], draft.joints[f"shoulder_{side}"]
    clavicle, scapula = draft.frame.of("clavicle", side=side), draft.frame.of("scapula", side=side)
    share = np.clip(np.abs(draft.place[clavicle, 0] - sternal[0]) / 90, 0, 1.2)[:, None]
    draft.place[clavicle] += share * lift
    turn = _turn("yz", -sign * (max(0, abduction - 30) * 0.35 + normal(5)), normal(8))
    size = 1 + normal(0.04)
    draft.move(scapula, lambda points: (points - shoulder) @ turn.T * size + shoulder + lift)
    draft.joints[f"shoulder_{side}"] = shoulder + lift


def _elbow_angle(draft: _Draft) -> float:
    """Return how far a forearm turns away from the upper arm in the image plane: mostly little, seldom much."""
    kind = draft.rng.random()
    if kind < 0.6:
        return draft.between(-6, 14)
    return draft.between(-35, 10) if kind < 0.9 else draft.between(-110, -35)


def _arm(draft: _Draft, side: str, abduction: float) -> None:
    """Turn one arm at shoulder, elbow and wrist."""
    frame, normal, sign = draft.frame, draft.normal, SIDE_SIGN[side]
    turn = _turn("yxz", -sign * (abduction - 8), normal(8), sign * draft.between(-30, 70))
    upper = draft.limb(f"shoulder_{side}", turn, (1.08, 1.08, 1 + normal(0.05)))
    draft.move(frame.of("humerus", side=side), upper)
    draft.joints[f"elbow_{side}"] = upper(frame.joints[f"elbow_{side}"][None])[0]
    spread = abduction - 8 + _elbow_angle(draft)
    turn = _turn("yxz", -sign * spread, -abs(normal(10)), sign * draft.between(-40, 95))
    lower = draft.limb(f"elbow_{side}", turn, (1.1, 1.1, 1 + normal(0.05)))
    draft.move(frame.of("forearm", side=side), lower)
    draft.joints[f"wrist_{side}"] = lower(frame.joints[f"wrist_{side}"][None])[0]
    turn = _turn("yxz", -sign * (spread + normal(14)), -abs(normal(20)), sign * draft.between(-40, 95))
    width = 1.08 * (1 + 0.5 * abs(normal(0.25)))
    hand = draft.limb(f"wrist_{side}", turn, (width, width, 1.05 + normal(0.06)))
    draft.move(frame.of("hand", side=side), hand)


def _leg(draft: _Draft, side: str, abduction: float, lengths: tuple[float, float], crossing: float) -> None:
    """Turn one leg at hip, knee and ankle."""
    frame, normal, sign = draft.frame, draft.normal, SIDE_SIGN[side]
    spread = abduction + normal(2)
    turn = _turn("yxz", -sign * (spread - 2), abs(normal(5)), sign * draft.between(-25, 30))
    thigh = draft.limb(f"hip_{side}", turn, (1.1, 1.1, lengths[0] + normal(0.01)))
    draft.move(frame.of("femur", "patella", side=side), thigh)
    draft.joints[f"knee_{side}"] = thigh(frame.joints[f"knee_{side}"][None])[0]
    spread += normal(3) - 2 + draft.between(-3, 3) - crossing
    turn = _turn("yxz", -sign * spread, -abs(normal(6)), sign * draft.between(-25, 35))
    shin = draft.limb(f"knee_{side}", turn, (1.12, 1.12, lengths[1] + normal(0.01)))
    draft.move(frame.of("lower_leg", side=side), shin)
    draft.joints[f"ankle_{side}"] = shin(frame.joints[f"ankle_{side}"][None])[0]
    turn = _turn("yzx", -sign * spread, sign * draft.between(-20, 60), draft.between(5, 55))
    size = 1.0 + normal(0.06)
    draft.move(frame.of("foot", side=side), draft.limb(f"ankle_{side}", turn, (size, size, size)))


def _limbs(draft: _Draft) -> None:
    """Turn arms and legs of both sides."""
    raised = draft.rng.random() < RAISED_SHARE
    lift, forward = draft.normal(10), draft.normal(10)
    for side in SIDES:
        usual = draft.between(-2, 22) if draft.rng.random() < 0.8 else draft.between(10, 45)
        abduction = draft.between(95, 178) if raised or draft.rng.random() < ONE_RAISED_SHARE else usual
        up = lift + draft.normal(5) + (25 if raised else 0)
        _shoulder(draft, side, np.array([SIDE_SIGN[side] * draft.normal(6), forward, up]), abduction)
        _arm(draft, side, abduction)
    abduction = draft.between(-2, 9)
    lengths = (1 + draft.normal(0.045), 1 + draft.normal(0.05))
    crossing = draft.between(4, 16) if draft.rng.random() < CROSSED_SHARE else 0.0
    for side in SIDES:
        _leg(draft, side, abduction, lengths, crossing)


def _bent(draft: _Draft, points: Points) -> Points:
    """Return points of the whole body turned, bent sideways and shaken by smooth waves."""
    normal, between = draft.normal, draft.between
    points = points.copy()
    up = np.clip((points[:, 2] - 820) / 300, 0, 1)
    angle = np.radians(normal(4) + up * up * (3 - 2 * up) * normal(5))
    x, y = points[:, 0].copy(), points[:, 1] - 220
    points[:, 0] = x * np.cos(angle) - y * np.sin(angle)
    points[:, 1] = 220 + x * np.sin(angle) + y * np.cos(angle)
    along = np.clip((points[:, 2] - 850) / 600, 0, 1.15)
    points[:, 0] += normal(14) * np.sin(np.pi * along) + normal(9) * np.sin(2 * np.pi * along) + normal(18) * along**2
    if draft.rng.random() < 0.08:
        points[:, 0] += normal(28) * np.sin(np.pi * along * between(0.8, 1.8) + between(0, 1))
    for _ in range(5):
        length = between(180, 700)
        wave = draft.rng.normal(0, 1, 3)
        wave *= 2 * np.pi / length / np.linalg.norm(wave)
        amplitude = draft.rng.normal(0, 1, 3) * 0.007 * min(length, 450)
        points += np.sin(points @ wave + between(0, 2 * np.pi))[:, None] * amplitude
    return (points - [0, 220, 0]) * draft.size + [0, 220, 0]


def _tips(frame: Frame, place: Points, joints: dict[str, Points]) -> dict[str, Points]:
    """Return the farthest point of each hand and foot."""
    found = {}
    for tip, base, joint in (("finger", "hand", "wrist"), ("toe", "foot", "ankle")):
        for side in SIDES:
            mine = place[frame.of(base, side=side)]
            found[f"{tip}_{side}"] = mine[np.argmax(np.linalg.norm(mine - joints[f"{joint}_{side}"], axis=1))]
    return found


def coarse_body(frame: Frame, rng: np.random.Generator) -> Body:
    """Return a random body of the coarse model.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Body
        Child to very large, arms anywhere.
    """
    child = rng.random() < CHILD_SHARE
    size = rng.uniform(0.62, 0.85) if child else float(np.clip(1 + rng.normal(0, 0.07), 0.84, 1.2))
    joints = {name: place.copy() for name, place in frame.joints.items()}
    draft = _Draft(frame=frame, rng=rng, place=frame.place_mm.copy(), joints=joints, size=size)
    _trunk(draft)
    _head(draft, child)
    _limbs(draft)
    names = list(draft.joints)
    bent = _bent(draft, np.concatenate([draft.place, [draft.joints[name] for name in names]]))
    place = bent[: -len(names)] + rng.normal(0, abs(rng.normal(0, 1.0)), draft.place.shape)
    joints = dict(zip(names, bent[-len(names) :], strict=True))
    return Body(place_mm=place, joints=joints | _tips(frame, place, joints), size=size)


def phantom_body(frame: Frame, rng: np.random.Generator) -> Body:
    """Return a random body as `tracker.phantom` draws it, poses spread wider.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Body
        An adult.
    """
    person = sample_person(rng)
    shape = shape_of(person)
    motion = motion_of(shape, sample_pose(rng, float(rng.uniform(0.7, 1.8))))
    place = motion.moved(shape.place_mm, shape.member).astype(np.float64)
    joints = {
        member.name: motion.rotation[index] @ member.joint_mm + motion.offset_mm[index]
        for index, member in enumerate(shape.members)
        if member.name in frame.joints
    }
    neck = place[frame.of("cervical_spine")]
    joints["neck"] = neck[neck[:, 2] < neck[:, 2].min() + 15].mean(axis=0)
    joints["skullbase"] = neck[neck[:, 2] > neck[:, 2].max() - 15].mean(axis=0)
    hips = (joints["hip_left"][0] + joints["hip_right"][0]) / 2
    middle = np.array([(joints["neck"][0] + hips) / 2, np.median(place[:, 1]) - 200, 0])
    place -= middle
    joints = {name: at - middle for name, at in joints.items()}
    size = person.height_m * 1000 / REFERENCE_HEIGHT_MM
    return Body(place_mm=place, joints=joints | _tips(frame, place, joints), size=size)


def random_body(frame: Frame, rng: np.random.Generator) -> Body:
    """Return a body of either model.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Body
        See `PHANTOM_SHARE`.
    """
    return (phantom_body if rng.random() < PHANTOM_SHARE else coarse_body)(frame, rng)
