"""A joint is where its bones meet, not wherever they cross on the image."""

import numpy as np
import pytest

from tracker.lesions.landmarks import Landmarks
from tracker.records.regions import WHOLE_LABEL

SPACING_MM = (2.0, 2.0)
REACH_MM = 18.0


@pytest.fixture(scope="module")
def marks() -> Landmarks:
    """A shoulder: the clavicle runs over the upper edge of the shoulder blade to above the humerus."""
    whole = np.zeros((120, 160), dtype=np.uint8)
    whole[20:60, 70:118] = WHOLE_LABEL["scapula_left"]
    whole[30:100, 120:134] = WHOLE_LABEL["humerus_left"]
    whole[12:18, 20:120] = WHOLE_LABEL["clavicle_left"]
    whole[14:60, 0:18] = WHOLE_LABEL["sternum"]
    return Landmarks(whole=whole, spacing_mm=SPACING_MM, midline=(0.0, 0.0))


@pytest.mark.parametrize(
    ("place", "base", "joint"),
    [
        ((20, 115), "scapula", "acromioclavicular joint"),
        ((20, 115), "clavicle", "acromioclavicular joint"),
        ((20, 72), "scapula", ""),
        ((16, 20), "clavicle", "sternoclavicular joint"),
        ((16, 20), "", "sternoclavicular joint"),
        ((16, 20), "thoracic_spine", ""),
        ((50, 119), "humerus", "shoulder"),
    ],
)
def test_a_focus_lies_at_a_joint_of_its_own_bone_only_where_the_bones_meet(
    marks: Landmarks, place: tuple[int, int], base: str, joint: str
) -> None:
    row_mm, col_mm = place[0] * SPACING_MM[0], place[1] * SPACING_MM[1]
    assert marks.joint(row_mm, col_mm, REACH_MM, base) == joint
