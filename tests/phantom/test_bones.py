"""The reference skeleton, a person's shape, and rigid poses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.phantom import Person, Shape, sample_person, sample_pose, shape_of
from tracker.phantom.anatomy import reference_skeleton, region_of
from tracker.phantom.derive import MESH_FILE, filled, inside_surface
from tracker.phantom.pose import motion_of
from tracker.records.regions import FINE_LABEL, FINE_REGIONS, mirrored_name


def test_every_region_has_bone_and_both_sides_weigh_alike() -> None:
    skeleton = reference_skeleton()
    volume = {region.name: float(skeleton.volume_mm3[skeleton.label == region.label].sum()) for region in FINE_REGIONS}
    for name, here in volume.items():
        assert here > 10_000
        assert here == pytest.approx(volume[mirrored_name(name)], rel=0.1)


def test_cartilage_takes_no_tracer_and_the_skull_is_a_shell() -> None:
    skeleton = reference_skeleton()
    sternum = skeleton.place_mm[skeleton.label == FINE_LABEL["sternum"]]
    assert np.abs(sternum[:, 0]).max() < 35
    skull = skeleton.place_mm[skeleton.label == FINE_LABEL["skull"]]
    assert np.linalg.norm(skull - [0, 210, 1630], axis=1).min() > 30


def test_left_is_where_x_is_positive() -> None:
    skeleton = reference_skeleton()
    for region in FINE_REGIONS:
        x = skeleton.place_mm[skeleton.label == region.label, 0].mean()
        assert {"left": x > 5, "right": x < -5, "": abs(x) < 5}[region.side], region.name


def test_the_kneecap_lies_over_the_distal_femur_and_is_part_of_it() -> None:
    skeleton = reference_skeleton()
    for side in ("left", "right"):
        kneecap = skeleton.bone == skeleton.names.index(f"{side[0]}_patella")
        thigh = skeleton.bone == skeleton.names.index(f"{side[0]}_femur")
        assert (skeleton.label[kneecap] == FINE_LABEL[f"femur_distal_{side}"]).all()
        assert skeleton.place_mm[kneecap, 2].min() > skeleton.place_mm[thigh, 2].min()


def test_thoracic_thirds_lie_above_each_other() -> None:
    assert [region_of(f"thoracic{n}") for n in (4, 5, 8, 9)] == [
        "thoracic_spine_upper",
        "thoracic_spine_middle",
        "thoracic_spine_middle",
        "thoracic_spine_lower",
    ]


def test_the_shipped_cloud_follows_from_the_meshes() -> None:
    skeleton, mesh = reference_skeleton(), np.load(MESH_FILE)
    name = "rib_L4"
    bone = list(mesh["label_names"]).index(name)
    faces = mesh["faces"][mesh["face_label"] == bone]
    points, depth, step = filled(name, mesh["vertices_mm"].astype(np.float64)[faces])
    mine = skeleton.bone == bone
    assert len(points) == mine.sum()
    assert np.abs(skeleton.place_mm[mine] - points).max() <= step / 2 + 0.05
    assert skeleton.depth_mm[mine] == pytest.approx(np.round(depth / 0.25) * 0.25)


def test_a_closed_surface_is_filled() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float) * 10
    faces = corners[[[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]]
    axes = [np.arange(-1, 12, 1.0)] * 3
    inside = inside_surface(faces, axes)
    assert inside.sum() == pytest.approx(1000 / 6, rel=0.35)
    assert not inside[0].any()


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 99))
def test_a_person_is_as_tall_as_stated(seed: int) -> None:
    person = sample_person(np.random.default_rng(seed))
    z = shape_of(person).place_mm[:, 2]
    assert (z.max() - z.min()) / 1000 == pytest.approx(person.height_m, rel=0.045)


def test_two_people_differ_in_shape_not_only_in_size() -> None:
    first, second = (shape_of(sample_person(np.random.default_rng(seed))).place_mm for seed in (6, 7))
    scaled = first * (np.ptp(second[:, 2]) / np.ptp(first[:, 2]))
    offset = second - scaled
    assert np.linalg.norm(offset - offset.mean(axis=0), axis=1).mean() > 8


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 99))
def test_bones_stay_rigid(shape: Shape, seed: int) -> None:
    motion = motion_of(shape, sample_pose(np.random.default_rng(seed), 1.5))
    posed = motion.moved(shape.place_mm, shape.member)
    rng = np.random.default_rng(seed)
    for member in range(len(shape.members)):
        mine = rng.choice(np.flatnonzero(shape.member == member), 2) if (shape.member == member).any() else []
        if len(mine):
            before, after = (np.linalg.norm(place[mine[0]] - place[mine[1]]) for place in (shape.place_mm, posed))
            assert after == pytest.approx(before, abs=0.01)


def test_a_child_is_no_adult() -> None:
    with pytest.raises(ValueError, match="adult"):
        Person(height_m=1.1)
