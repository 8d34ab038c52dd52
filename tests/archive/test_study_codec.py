"""A stored study comes back equal in every field."""

from dataclasses import asdict
from datetime import date, datetime

import numpy as np
import pytest

from tracker.archive.study_codec import decoded, encoded
from tracker.errors import ArchiveError
from tracker.records.study import Acquisition, Notice, PatientClues, SourceFile, Study
from tracker.records.view import Orientation, Projection, View


def _study() -> Study:
    counts = np.arange(12.0).reshape(3, 4)
    return Study(
        patient_id="P 1",
        study_uid="1.2.3",
        study_date=date(2024, 2, 29),
        acquired_at=datetime.fromisoformat("2024-02-29T13:05:07"),
        views=(
            View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=(2.4, 2.2), evidence=("view code",)),
            View(
                projection=Projection.POSTERIOR,
                counts=counts[::-1],
                spacing_mm=(2.4, 2.2),
                orientation=Orientation(patient_left_first=True),
            ),
        ),
        acquisition=Acquisition(tracer="Tc-99m MDP", energy_window_kev=(126.0, 154.0), corrections=("UNIF",)),
        clues=PatientClues(name_digest="ab", birth_date=date(1950, 1, 2)),
        notices=(Notice(code="IMAGE_DERIVED", text="Derived."),),
        files=(SourceFile(path="a/b.dcm", sha256="0" * 64, sop_uid="1.2"),),
    )


def test_round_trip() -> None:
    before, after = _study(), decoded(encoded(_study()))
    left, right = asdict(before), asdict(after)
    for view_left, view_right in zip(left.pop("views"), right.pop("views"), strict=True):
        np.testing.assert_array_equal(view_left.pop("counts"), view_right.pop("counts"))
        assert view_left == view_right
    assert left == right


def test_damage_is_an_error() -> None:
    with pytest.raises(ArchiveError):
        decoded(b"no study")
