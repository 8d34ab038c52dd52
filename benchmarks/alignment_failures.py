"""Planted failures: pairs that no alignment should claim to have solved, and pairs of two different people.

An alignment has failed if there is no true one, or if its skeleton error exceeds `FAILED_MM`. It is *refused* if it is
not accepted, or if a typed error is raised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.alignment_cases import Case, real_case
from benchmarks.alignment_motions import KINDS, Field, pixels, seen_at
from benchmarks.alignment_scenes import PIXEL_MM, Image
from tracker.alignment import register
from tracker.errors import TrackerError
from tracker.phantom import Person, Scene, expected_images, sample_person, sample_pose, shape_of
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

FAILED_MM = 10.0
"""Mean error over the skeleton above which an alignment has failed, millimetres."""

BLOCK_PX = 64
"""Side of the squares that a scrambled image is cut into, pixels."""

CANDIDATES = 40
"""People drawn to find one of like build."""

SWAY_PX = 45.0
"""Reach of the bends of an impossible body to either side, and their wavelength over two pi, pixels."""

LIKE_HEIGHT_M, LIKE_FAT_MM = 0.02, 4.0
"""Differences of height and of fat that count one each when the person most alike is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planted:
    """One pair to be refused.

    Parameters
    ----------
    name : str
        Kind of failure.
    fixed, moving : ndarray
        Counts.
    case : Case or None
        What is true, if an alignment exists.
    """

    name: str
    fixed: Image
    moving: Image
    case: Case | None = None


def planted(seed: int) -> Iterator[Planted]:
    """Yield one pair of every kind of failure."""
    case = real_case(KINDS[seed % len(KINDS)], seed)
    rng = np.random.default_rng([seed, 77])
    fixed, moving = case.images
    yield Planted(name="noise", fixed=fixed, moving=rng.poisson(moving.mean(), moving.shape).astype(np.float64))
    yield Planted(name="scrambled", fixed=fixed, moving=_scrambled(moving, rng))
    yield Planted(name="upper half only", fixed=fixed, moving=_cut(moving, 0, int(rng.integers(330, 430))), case=case)
    yield Planted(
        name="lower half only", fixed=fixed, moving=_cut(moving, int(rng.integers(420, 520)), 1024), case=case
    )
    angle = float(rng.choice([-1, 1]) * rng.uniform(50, 130))
    yield _turned("extreme pose: turned", case, angle, rng)
    yield _bent(case, float(rng.choice([0.6, 1.6])), rng)


def _cut(image: Image, first: int, last: int) -> Image:
    """Return an image of which only some rows were scanned."""
    cut = np.zeros_like(image)
    cut[first:last] = image[first:last]
    return cut


def _scrambled(image: Image, rng: np.random.Generator) -> Image:
    """Return an image cut into squares and laid together anew."""
    rows, cols = image.shape[0] // BLOCK_PX, image.shape[1] // BLOCK_PX
    squares = image.reshape(rows, BLOCK_PX, cols, BLOCK_PX).swapaxes(1, 2).reshape(-1, BLOCK_PX, BLOCK_PX)
    mixed = squares[rng.permutation(len(squares))].reshape(rows, cols, BLOCK_PX, BLOCK_PX)
    return np.asarray(mixed.swapaxes(1, 2).reshape(image.shape))


def _remapped(name: str, case: Case, maps: tuple[Field, Field], rng: np.random.Generator) -> Planted:
    """Return a pair whose moving image is read again at other places.

    ``maps`` leads from new to old pixels of the moving image, and from the true old places to the new ones.
    """
    fixed, moving = case.images
    again = rng.poisson(seen_at(moving, maps[0])).astype(np.float64)
    return Planted(name=name, fixed=fixed, moving=again, case=replace(case, place_px=maps[1]))


def _turned(name: str, case: Case, degrees: float, rng: np.random.Generator) -> Planted:
    """Return a pair whose moving body lies turned far, most of it outside the field."""
    middle, angle = np.array([512.0, 128.0]), np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    maps = ((pixels() - middle) @ turn.T + middle, (case.place_px - middle) @ turn + middle)
    return _remapped(name, case, maps, rng)


def _bent(case: Case, factor: float, rng: np.random.Generator) -> Planted:
    """Return a pair whose moving body is squeezed and bent like a snake, as no body is."""

    def sway(rows: Image) -> Image:
        return np.asarray(SWAY_PX * np.sin(rows / SWAY_PX))

    back, forth = pixels(), case.place_px.copy()
    back[..., 1] = (back[..., 1] - 128) * factor + 128 + sway(back[..., 0])
    forth[..., 1] = (forth[..., 1] - 128 - sway(forth[..., 0])) / factor + 128
    return _remapped("extreme pose: bent", case, (back, forth), rng)


def _image(person: Person, rng: np.random.Generator, projection: Projection = Projection.ANTERIOR) -> Image:
    """Return anatomical counts of one visit of a person."""
    expected = expected_images(Scene(shape=shape_of(person), pose=sample_pose(rng, 0.8, person.fat_mm)), Camera())
    return rng.poisson(expected.view(projection).total).astype(np.float64)


def other_view(seed: int) -> Planted:
    """Return an anterior and a posterior view of one person, the posterior as its detector stores it."""
    rng = np.random.default_rng([seed, 78])
    person = sample_person(rng)
    fixed, moving = _image(person, rng), _image(person, rng, Projection.POSTERIOR)
    return Planted(name="posterior for anterior", fixed=fixed, moving=moving[:, ::-1])


def wrong_patient(seed: int) -> Planted:
    """Return two people: the second is the most alike in build, height and fat of several."""
    rng = np.random.default_rng([seed, 79])
    person = sample_person(rng)
    others = [other for other in (sample_person(rng) for _ in range(CANDIDATES)) if other.build is person.build]

    def unlike(other: Person) -> float:
        height, fat = (other.height_m - person.height_m) / LIKE_HEIGHT_M, (other.fat_mm - person.fat_mm) / LIKE_FAT_MM
        return float(np.hypot(height, fat))

    return Planted(name="wrong patient", fixed=_image(person, rng), moving=_image(min(others, key=unlike), rng))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of a planted failure.

    Parameters
    ----------
    name : str
        Kind of failure.
    failed : bool
        Whether the alignment is wrong.
    refused : bool
        Whether it was refused.
    why : str
        Reason given.
    """

    name: str
    failed: bool
    refused: bool
    why: str


def tried(pair: Planted) -> Tried:
    """Return what `register` makes of a planted failure."""
    spacing_mm = (PIXEL_MM, PIXEL_MM)
    try:
        found = register(pair.fixed, pair.moving, spacing_mm=spacing_mm)
    except TrackerError as error:
        return Tried(name=pair.name, failed=True, refused=True, why=error.code)
    failed = True
    if pair.case is not None:
        seen = pair.case.counted & (seen_at((pair.moving > 0).astype(np.float64), pair.case.place_px) > 0)
        off = pixels(pair.fixed.shape) + found.displacement_mm / PIXEL_MM - pair.case.place_px
        failed = float(np.linalg.norm(off, axis=-1)[seen].mean() * PIXEL_MM) > FAILED_MM
    return Tried(name=pair.name, failed=failed, refused=not found.accepted, why=found.reason)
