"""A visit moved by hand is moved when its patient is tracked, and again when other settings are tried."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tracker.errors import CourseError
from tracker.pipeline import stages
from tracker.records.alignment import CourseAlignment
from tracker.records.study import Study
from tracker.settings.alignment import AlignmentSettings
from tracker.settings.whole import Settings


class _Reached(Exception):  # noqa: N818 - ends the run where it has shown what it is asked
    pass


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []

    def note(
        _studies: Sequence[Study], _settings: AlignmentSettings, *, nudges: Mapping[str, object]
    ) -> CourseAlignment:
        found.append(nudges)
        raise _Reached

    monkeypatch.setattr(stages, "align_course", note)
    return found


def test_moves_reach_the_alignment(asked: list[Mapping[str, object]]) -> None:
    moves = {"1.2": (4.0, -2.5, 0.0)}
    with pytest.raises(_Reached):
        stages.run_stages((), Settings(), moves)
    assert asked == [moves]


def test_moves_stay_in_force_under_other_settings(asked: list[Mapping[str, object]]) -> None:
    moves = {"1.2": (4.0, -2.5, 0.0)}
    earlier = stages.Stages(settings=Settings(), nudges=moves, placed=None, first=(), measured=None)  # type: ignore[arg-type]
    with pytest.raises(_Reached):
        stages.run_again((), replace(Settings(), alignment=AlignmentSettings(knot_mm=50.0)), earlier)
    assert asked == [moves]


def test_no_studies_is_still_no_course() -> None:
    with pytest.raises(CourseError):
        stages.run_stages((), Settings())
