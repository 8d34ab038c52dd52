"""The global start of an alignment: the best of several similarity maps, each refined by Gauss-Newton."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.compare import (
    Difference,
    LevelPair,
    Pair,
    Rules,
    difference,
    level_pair,
    sample_grid,
    total_gains,
)
from tracker.alignment.fields import Floats
from tracker.alignment.search import candidates
from tracker.alignment.similarity import Affine
from tracker.settings.alignment import AlignmentSettings, LevelSettings

START_LEVELS: tuple[LevelSettings, ...] = (
    LevelSettings(blur_mm=18.0, sample_mm=24.0, iterations=12),
    LevelSettings(blur_mm=9.0, sample_mm=18.0, iterations=12),
)
"""Blur and sampling of the global start."""

STILL_MM = 0.5
"""The start is good enough when the images' corners move less than this in a step, millimetres."""

EACH_WAY = 2
"""Starts of either way up that are refined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A refined global start.

    Parameters
    ----------
    map : Affine
        From fixed to moving.
    misfit : float
        Weighted mean squared residual over the variance of the fixed image where compared, 0 is perfect.
    overlap : float
        Share of the fixed body that is seen in both images.
    """

    map: Affine
    misfit: float
    overlap: float


def global_start(pairs: Sequence[Pair], settings: AlignmentSettings) -> tuple[Start, ...]:
    """Return refined global starts, best first.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view; fixed pictures share one grid.
    settings : AlignmentSettings
        How to align.

    Returns
    -------
    tuple of Start
        At least one.
    """
    levels = [_prepared(pairs, level, settings) for level in START_LEVELS]
    starts = [_refined(candidate.start, levels) for candidate in candidates(pairs, EACH_WAY)]
    return tuple(sorted(starts, key=lambda start: start.misfit))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Level:
    """What all starts share on one level."""

    pairs: list[LevelPair]
    places: Floats
    iterations: int
    rules: Rules


def _prepared(pairs: Sequence[Pair], level: LevelSettings, settings: AlignmentSettings) -> _Level:
    """Return the images of one level."""
    samples = sample_grid(pairs[0].fixed, level.sample_mm)
    return _Level(
        pairs=[level_pair(pair, gain, level, samples) for pair, gain in zip(pairs, total_gains(pairs), strict=True)],
        places=samples.places,
        iterations=level.iterations,
        rules=Rules(
            lowpass_mm=3.0 * level.blur_mm + settings.lowpass_mm,
            robust_width=settings.robust_width,
            cell_mm=samples.cell_mm,
        ),
    )


def _refined(start: Affine, levels: Sequence[_Level]) -> Start:
    """Return a similarity map refined by Gauss-Newton on all levels, and how well it fits."""
    refined = Start(map=start, misfit=np.inf, overlap=0.0)
    for level in levels:
        refined = _descend(level, refined.map)
    return refined


def _descend(level: _Level, start: Affine) -> Start:
    """Return the map after the Gauss-Newton steps of one level."""
    places = level.places
    middle = places.mean(axis=(0, 1))
    reach = float(np.abs(places - middle).max())
    arms = (places - middle) / np.float32(reach)
    found: list[Difference] = []
    for _ in range(level.iterations):
        found = [difference(pair, start(places), start, level.rules) for pair in level.pairs]
        step = _similarity_step(found, arms)
        grown, turned = step[2] / reach, step[3] / reach
        matrix = np.array([[1 + grown, -turned], [turned, 1 + grown]])
        local = Affine(matrix=matrix, offset_mm=middle + step[:2] - matrix @ middle)
        start = start.after(local)
        if float(np.abs(step).max()) < STILL_MM:
            break
    return _judged(start, level.pairs, found)


def _similarity_step(found: list[Difference], arms: Floats) -> NDArray[np.float64]:
    """Return the step (shift rows, shift cols, growth, turn), millimetres at the reach of the image."""
    hessian, pull = np.zeros((4, 4)), np.zeros(4)
    for each in found:
        rows, cols = each.slope[..., 0], each.slope[..., 1]
        design = np.stack(
            [rows, cols, rows * arms[..., 0] + cols * arms[..., 1], cols * arms[..., 0] - rows * arms[..., 1]]
        ).reshape(4, -1)
        weighted = design * (each.weight / each.sd**2).ravel()
        hessian += weighted @ design.T
        pull -= weighted @ each.residual.ravel()
    hessian += np.eye(4) * (1e-3 * np.trace(hessian) / 4 + 1e-9)
    step = np.linalg.solve(hessian, pull)
    return np.asarray(step * min(1.0, 60.0 / max(float(np.abs(step).max()), 1e-9)))


def _judged(start: Affine, pairs: list[LevelPair], found: list[Difference]) -> Start:
    """Return the map with its misfit and overlap."""
    left, spread, seen, body = 0.0, 0.0, 0.0, 0.0
    for pair, each in zip(pairs, found, strict=True):
        image = pair.fixed[..., 0]
        inside = (each.weight > 0).astype(np.float32)
        mean = float((image * inside).sum() / max(float(inside.sum()), 1.0))
        left += float((each.weight * np.abs(each.residual)).sum() + (inside - each.weight).sum() * each.sd)
        spread += float((inside * np.abs(image - mean)).sum())
        bright = image > 1.2
        body += float(bright.sum())
        seen += float((bright & (inside > 0)).sum())
    share = seen / max(body, 1.0)
    return Start(map=start, misfit=left / max(spread, 1e-6) / max(share, 0.05) ** 0.5, overlap=share)
