"""A label in the air is no bone: an arm that left the field leaves its label behind."""

from dataclasses import replace

import numpy as np
import pytest

from tests.burden.conftest import skeleton_view, study
from tracker.burden.on_body import in_field, labels_on_body
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection, View

HAND = FINE_LABEL["hand_left"]


@pytest.fixture
def view() -> View:
    """The body and the stray events that a camera sees beside it."""
    made = study("a", 20.0, 1, {}).views[0]
    stray = np.random.default_rng(3).poisson(0.2, made.counts.shape)
    return replace(made, counts=made.counts + stray)


def _with_hand(cols: slice) -> SkeletonView:
    """Labels with a hand over these columns; the body begins at column 8 and its blur reaches column 4."""
    made = skeleton_view(Projection.ANTERIOR)
    labels = made.labels.copy()
    labels[300:340, cols] = HAND
    return replace(made, labels=labels)


def test_a_label_in_the_air_is_gone(view: View) -> None:
    found = labels_on_body(view, _with_hand(slice(0, 5)))
    assert not (found.labels == HAND).any()


def test_a_label_half_in_the_air_is_gone_with_the_part_that_is_not(view: View) -> None:
    found = labels_on_body(view, _with_hand(slice(0, 12)))
    assert not (found.labels == HAND).any()


def test_a_label_whose_rim_is_in_the_air_keeps_the_rest(view: View) -> None:
    given = _with_hand(slice(2, 24))
    found = labels_on_body(view, given)
    assert (found.labels[300:340, 10:24] == HAND).all()
    assert (found.labels == HAND).sum() < (given.labels == HAND).sum()


def test_what_of_a_label_lies_beyond_the_field_keeps_its_name(view: View) -> None:
    cut = np.where(np.arange(view.counts.shape[1]) < 6, 0.0, view.counts)
    found = labels_on_body(replace(view, counts=cut), _with_hand(slice(2, 24)))
    assert (found.labels[300:340, 2:6] == HAND).all()


def test_the_field_is_what_holds_counts_but_stray_ones(view: View) -> None:
    cut = np.where(np.arange(view.counts.shape[1]) < 6, 0.0, view.counts)
    cut[3, 1] = 1.0
    found = in_field(replace(view, counts=cut))
    assert not found[:, :6].any()
    assert found[:, 6:].all()
    assert not in_field(replace(view, counts=np.zeros_like(cut))).any()


def test_bones_on_the_body_keep_their_labels_at_any_counts() -> None:
    made = skeleton_view(Projection.ANTERIOR)
    for level in (2.0, 200.0):
        found = labels_on_body(study("a", level, 2, {}).views[0], made)
        assert np.array_equal(found.labels, made.labels)


def test_without_soft_tissue_nothing_is_told(view: View) -> None:
    made = skeleton_view(Projection.ANTERIOR)
    bare = replace(made, body=np.zeros_like(made.body))
    assert labels_on_body(view, bare) is bare
