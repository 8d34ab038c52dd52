"""A visit that could not be aligned with the others still has its own bones."""

from dataclasses import replace

import numpy as np
import pytest

from tracker.comparability import image_facts
from tracker.phantom import Scenario, simulate_course
from tracker.pipeline.labelling import labels_alone
from tracker.records.study import Study
from tracker.settings.whole import Settings


@pytest.fixture(scope="module")
def study() -> Study:
    return simulate_course(Scenario.REPEAT, 1801, visits=1).studies[0]


def test_soft_tissue_is_measured_without_any_other_visit(study: Study) -> None:
    facts = image_facts(study, labels_alone(study, Settings()))
    assert all(view.soft_tissue_ratio is not None for view in facts.views)


def test_where_no_bones_can_be_placed_there_are_none(study: Study) -> None:
    blank = replace(study, views=tuple(replace(view, counts=np.zeros(view.counts.shape)) for view in study.views))
    assert labels_alone(blank, Settings()) == ()
