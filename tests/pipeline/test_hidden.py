"""What one visit hides is left out at the others, through patient space."""

import numpy as np
import pytest

from tracker.alignment import align_course
from tracker.phantom import Scenario, simulate_course
from tracker.pipeline.hidden import hidden_elsewhere
from tracker.pipeline.labelling import LabelledVisit, label_visit
from tracker.records.view import Projection
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton

GAP_MM = 14.0
SIDE = Projection.ANTERIOR


@pytest.fixture(scope="module")
def visits() -> tuple[LabelledVisit, ...]:
    settings = Settings()
    studies = simulate_course(Scenario.REPEAT, 1900, visits=2).studies
    alignment = align_course(studies, settings.alignment)
    skeleton = fit_skeleton(alignment.images, alignment.spacing_mm, settings.skeleton)
    return tuple(label_visit(study, alignment.visit(study.study_uid), skeleton, settings) for study in studies)


def test_the_bladder_of_one_visit_is_left_out_at_the_other(visits: tuple[LabelledVisit, ...]) -> None:
    found = hidden_elsewhere(visits, GAP_MM)
    for mine, other, mask in zip(visits, visits[::-1], found, strict=True):
        labels, there = mine.skeleton_view(SIDE), other.skeleton_view(SIDE)
        assert labels is not None
        assert there is not None
        pelvis = np.isin(labels.labels, np.unique(there.labels[(there.physiologic > 0) & (there.labels > 0)]))
        assert (mask[SIDE] & pelvis).any()
        assert (mask[SIDE] & (labels.labels > 0)).sum() < 0.5 * (labels.labels > 0).sum()


def test_one_visit_alone_knows_of_no_other(visits: tuple[LabelledVisit, ...]) -> None:
    (alone,) = hidden_elsewhere(visits[:1], GAP_MM)
    assert not any(mask.any() for mask in alone.values())
