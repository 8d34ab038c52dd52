"""Display images in patient space: a physiologic site lies where the alignment says it lies."""

import gzip
from types import SimpleNamespace

import numpy as np
import pytest

from tracker.archive import course_store
from tracker.records.alignment import DisplacementField, ViewAlignment
from tracker.records.view import Orientation, Projection, View


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(patient_left_first=True)])
def test_site_moves_with_the_alignment(orientation: Orientation) -> None:
    anatomical = np.zeros((40, 20), np.uint8)
    anatomical[10:14, 4:7] = 1
    stored = np.ascontiguousarray(orientation.to_stored(anatomical))
    view = View(
        projection=Projection.ANTERIOR, counts=np.ones((40, 20)), spacing_mm=(2.0, 2.0), orientation=orientation
    )
    shift = np.zeros((40, 20, 2), np.float32)
    shift[..., 0], shift[..., 1] = 6.0, -2.0
    field = DisplacementField(displacement_mm=shift, spacing_mm=(2.0, 2.0))
    placed = ViewAlignment(projection=Projection.ANTERIOR, to_visit=field, to_space=field)
    scan = SimpleNamespace(
        study=SimpleNamespace(study_uid="1.2"), skeleton_view=lambda _: SimpleNamespace(physiologic=stored)
    )
    course = SimpleNamespace(alignment=SimpleNamespace(spacing_mm=(2.0, 2.0)))
    (raster,) = course_store._space_sites(course, scan, placed, view)
    found = np.frombuffer(gzip.decompress(raster.body), np.uint8).reshape(40, 20)
    rows, cols = np.nonzero(found)
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (7, 10, 5, 7)
