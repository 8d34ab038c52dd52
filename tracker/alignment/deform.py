"""The deformable step: Gauss-Newton on a cubic B-spline, stiffness chosen from the data, one motion for both views."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.compare import (
    Difference,
    LevelPair,
    Pair,
    Rules,
    SampleGrid,
    difference,
    level_pair,
    sample_grid,
    total_gains,
)
from tracker.alignment.fields import Floats
from tracker.alignment.similarity import Affine
from tracker.alignment.spline import SUPPORT, SplineGrid, cover
from tracker.alignment.stiffness import Normal, Solution, most_evident, solve
from tracker.settings.alignment import AlignmentSettings, LevelSettings

LONGEST_STEP_MM = 25.0
"""No control point moves further than this in one step."""

LOWPASS_BLURS = 2.5
"""The window in which level and contrast are matched is at least this many times as wide as the blur."""

STIFFNESS_STEPS = 4
"""Steps of a level in which the stiffness is chosen anew; by then it stands, and the rest of the level keeps it."""

FINE_LEVELS = 2
"""Levels, counted from the finest, that improve a motion which is nearly right."""

FAINTEST = 1e-6
"""Information taken where two images share nothing, 1 / mm2: the field stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """A displacement of the fixed frame: first the spline, then the global map.

    Parameters
    ----------
    start : Affine
        Global map from the bent fixed frame to the moving frame.
    grid : SplineGrid
        Control points.
    solution : Solution
        Their values, posterior information and stiffness.
    """

    start: Affine
    grid: SplineGrid
    solution: Solution

    def at(self, rows_mm: NDArray[np.float64], cols_mm: NDArray[np.float64]) -> Floats:
        """Return where places of the fixed frame lie in the moving frame.

        Parameters
        ----------
        rows_mm, cols_mm : ndarray, shape (n,) and (m,)
            Places along each axis of the fixed frame.

        Returns
        -------
        ndarray, shape (n, m, 2), float32
            Places in the moving frame, millimetres.
        """
        places = np.stack(np.meshgrid(rows_mm, cols_mm, indexing="ij"), axis=-1).astype(np.float32)
        return self.start(places + self.grid.evaluate(self.solution.control, self.grid.bases(rows_mm, cols_mm)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Level:
    """What does not change while one level is solved."""

    pairs: list[LevelPair]
    samples: SampleGrid
    places: Floats
    bases: tuple[Floats, Floats]
    settings: AlignmentSettings
    start: Affine
    blur_mm: float

    def differences(self, bent: Floats) -> list[Difference]:
        """Return the residuals of all pairs for a displacement at the samples."""
        at_mm = self.start(self.places + bent)
        rules = Rules(
            lowpass_mm=max(self.settings.lowpass_mm, LOWPASS_BLURS * self.blur_mm),
            robust_width=self.settings.robust_width,
            cell_mm=self.samples.cell_mm,
        )
        return [difference(pair, at_mm, self.start, rules) for pair in self.pairs]


def normal_equations(
    grid: SplineGrid, bases: tuple[Floats, Floats], seen: list[tuple[Difference, float]], control: NDArray[np.float64]
) -> Normal:
    """Return the normal equations of one Gauss-Newton step for all pairs together.

    Parameters
    ----------
    grid : SplineGrid
        Control points.
    bases : tuple of ndarray
        Basis matrices at the samples.
    seen : list of tuple
        Each pair's difference and the information of one sample, 1 / variance.
    control : ndarray, shape (unknowns,)
        Control points now, millimetres.

    Returns
    -------
    Normal
        Hessian and right-hand side.
    """
    banded = np.zeros((grid.bandwidth + 1, grid.unknowns))
    pull = np.zeros((*grid.shape, 2))
    row_pairs, col_pairs = (_lagged(basis) for basis in bases)
    weighted = [(each.weight * np.float32(info), each) for each, info in seen]
    for first, second in ((0, 0), (0, 1), (1, 1)):
        image = sum(weight * each.slope[..., first] * each.slope[..., second] for weight, each in weighted)
        product = (row_pairs.T @ (image @ col_pairs)).astype(np.float64)
        lags = product.reshape(SUPPORT, grid.shape[0], SUPPORT, grid.shape[1])
        blocks = {(d, e): lags[d, :, e, :] for d in range(SUPPORT) for e in range(SUPPORT)}
        grid.scatter(banded, blocks, (first, second))
    for axis in (0, 1):
        force = sum(-weight * each.residual * each.slope[..., axis] for weight, each in weighted)
        pull[..., axis] = bases[0].T @ force @ bases[1]
    return Normal(hessian=banded, pull=pull.ravel() + banded_product(banded, control))


def _lagged(basis: Floats) -> Floats:
    """Return the products of each basis function with its next ones, side by side."""
    products = [np.zeros_like(basis) for _ in range(SUPPORT)]
    for lag, product in enumerate(products):
        count = basis.shape[1] - lag
        product[:, :count] = basis[:, :count] * basis[:, lag:]
    return np.hstack(products)


def banded_product(banded: NDArray[np.float64], vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the product of a symmetric matrix in lower banded form with a vector.

    Parameters
    ----------
    banded : ndarray, shape (bandwidth + 1, unknowns)
        Lower banded form.
    vector : ndarray, shape (unknowns,)
        Any vector.

    Returns
    -------
    ndarray, shape (unknowns,)
        The product.
    """
    size = vector.size
    result = banded[0] * vector
    for lag in range(1, min(banded.shape[0], size)):
        diagonal = banded[lag, : size - lag]
        result[lag:] += diagonal * vector[: size - lag]
        result[: size - lag] += diagonal * vector[lag:]
    return np.asarray(result)


def deform(pairs: Sequence[Pair], start: Affine, settings: AlignmentSettings) -> Motion:
    """Return the motion that brings pairs of images together, from a global start.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view; their fixed pictures share one grid.
    start : Affine
        Global map from fixed to moving.
    settings : AlignmentSettings
        How to align.

    Returns
    -------
    Motion
        Spline after global map, with its posterior.
    """
    fixed = pairs[0].fixed
    grid = cover(fixed.shape, fixed.spacing_mm, settings.knot_mm)
    return _descended(pairs, Motion(start=start, grid=grid, solution=unsolved(grid)), settings, settings.levels)


def deform_further(pairs: Sequence[Pair], motion: Motion, settings: AlignmentSettings) -> Motion:
    """Return a motion that is nearly right, improved on the fine levels alone.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view; their fixed pictures share the grid that the motion was found on.
    motion : Motion
        From fixed to moving.
    settings : AlignmentSettings
        How to align.

    Returns
    -------
    Motion
        Same global map, new spline with its posterior.
    """
    return _descended(pairs, motion, settings, settings.levels[-FINE_LEVELS:])


def _descended(
    pairs: Sequence[Pair], motion: Motion, settings: AlignmentSettings, levels: Sequence[LevelSettings]
) -> Motion:
    """Return the motion after all levels."""
    grid, solution = motion.grid, motion.solution
    bending = grid.bending()
    gains = total_gains(pairs)
    for level in levels:
        samples = sample_grid(pairs[0].fixed, level.sample_mm)
        prepared = _Level(
            pairs=[level_pair(pair, gain, level, samples) for pair, gain in zip(pairs, gains, strict=True)],
            samples=samples,
            places=samples.places,
            bases=grid.bases(samples.rows_mm, samples.cols_mm),
            settings=settings,
            start=motion.start,
            blur_mm=level.blur_mm,
        )
        solution = _solve_level(prepared, grid, bending, solution, level)
    return Motion(start=motion.start, grid=grid, solution=solution)


def unsolved(grid: SplineGrid) -> Solution:
    """Return the state before the first step: nothing moved, stiffness unknown.

    Parameters
    ----------
    grid : SplineGrid
        Control points.

    Returns
    -------
    Solution
        Zero displacement, no posterior.
    """
    return Solution(
        control=np.zeros(grid.unknowns), factor=np.empty((0, 0)), log_stiffness=np.nan, log_evidence=-np.inf
    )


def _solve_level(
    level: _Level, grid: SplineGrid, bending: NDArray[np.float64], solution: Solution, rules: LevelSettings
) -> Solution:
    """Return the solution after the Gauss-Newton steps of one level."""
    cell_mm2 = level.samples.cell_mm[0] * level.samples.cell_mm[1]
    for step_number in range(rules.iterations):
        control = solution.control
        found = level.differences(grid.evaluate(control, level.bases))
        seen = [
            (each, cell_mm2 / pair.white_variance * (each.noise_sd / each.sd) ** 2)
            for each, pair in zip(found, level.pairs, strict=True)
        ]
        normal = normal_equations(grid, level.bases, seen, control)
        if step_number < STIFFNESS_STEPS:
            solution = _evident(normal, bending, solution.log_stiffness)
        else:
            solution = solve(normal, bending, solution.log_stiffness)
        step = solution.control - control
        longest = float(np.abs(step).max())
        if longest > LONGEST_STEP_MM:
            solution = replace(solution, control=control + step * (LONGEST_STEP_MM / longest))
        if longest < level.settings.still_mm:
            break
    return solution


def _evident(normal: Normal, bending: NDArray[np.float64], around: float) -> Solution:
    """Return the best solution near a stiffness, or over the whole range where none is known yet."""
    scale = float(np.log(max(normal.hessian[0].sum(), FAINTEST) / bending[0].sum()))
    limits = (scale - 8.0, scale + 12.0)
    if np.isnan(around):
        return most_evident(normal, bending, scale, limits, 24)
    return most_evident(normal, bending, around, limits, 3)
