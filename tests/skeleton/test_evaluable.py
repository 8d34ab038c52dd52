"""What nothing in the image shows is not evaluable, however it is named."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from skeleton_people import SPACING_MM, Patient

from tracker.records.regions import WHOLE_LABEL
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.evaluable import UNSURE, not_evaluable
from tracker.skeleton.fit import Fit, place
from tracker.skeleton.quality import region_certainty
from tracker.skeleton.template import the_template

FEMUR = WHOLE_LABEL["femur_left"]
Certainty = Mapping[Projection, NDArray[np.float64]]


@pytest.fixture(scope="module")
def fit(patient: Patient) -> Fit:
    counts = {view.projection: np.ascontiguousarray(view.anatomical_counts) for view in patient.views}
    return place(counts, SPACING_MM, the_template(), SkeletonSettings())


@pytest.fixture(scope="module")
def certainty(fit: Fit) -> Certainty:
    return {view.projection: region_certainty(view, fit.seen, fit.grid) for view in fit.views}


def _reasons(fit: Fit, certainty: Certainty) -> dict[str, str]:
    return not_evaluable(fit.counts, fit.views, certainty, the_template(), SkeletonSettings())


def _unsure_of_femur(certainty: Certainty, *sides: Projection) -> Certainty:
    """Return certainties with the left femur hardly more likely than not on some views."""
    changed = {side: values.copy() for side, values in certainty.items()}
    for side in sides:
        changed[side][FEMUR] = 0.5
    return changed


def test_large_bones_are_sure_and_probabilities_are_shares(certainty: Certainty) -> None:
    for values in certainty.values():
        assert values[0] == 0
        assert values.max() <= 1
        for name in ("skull", "lumbar_spine", "femur_left", "femur_right", "hip_bone_left"):
            assert values[WHOLE_LABEL[name]] > SkeletonSettings().least_certainty, name


def test_a_bone_unsure_on_both_views_is_not_evaluable(fit: Fit, certainty: Certainty) -> None:
    assert "femur_left" not in _reasons(fit, certainty)
    assert _reasons(fit, _unsure_of_femur(certainty, *Projection))["femur_left"] == UNSURE


@pytest.mark.parametrize("side", list(Projection))
def test_one_view_that_shows_a_bone_is_enough(fit: Fit, certainty: Certainty, side: Projection) -> None:
    assert "femur_left" not in _reasons(fit, _unsure_of_femur(certainty, side))


def test_certainty_is_that_of_the_pixels_named(fit: Fit, certainty: Certainty) -> None:
    view = fit.views[0]
    named = fit.grid.taken_numbers(view.labels) == WHOLE_LABEL["skull"]
    chance = fit.seen.chances[0][WHOLE_LABEL["skull"]][named]
    assert certainty[view.projection][WHOLE_LABEL["skull"]] == pytest.approx(chance.mean(), abs=1e-4)
