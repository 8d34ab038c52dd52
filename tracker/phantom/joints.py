"""Where the joints of the reference skeleton are, and which bones move together."""

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.anatomy import base_and_side

SIDE_SIGN = {"right": 1.0, "left": -1.0}
"""Rotation sense: abduction, external rotation and pronation are mirrored on the left."""

JOINT_PLACES: dict[str, tuple[float, float, float]] = {
    "sternoclavicular": (24.0, 172.0, 1415.0),
    "shoulder": (172.0, 199.0, 1413.0),
    "elbow": (160.0, 200.0, 1117.0),
    "wrist": (202.0, 168.0, 873.0),
    "hip": (72.0, 158.0, 860.0),
    "knee": (79.0, 155.0, 436.0),
    "ankle": (72.0, 158.0, 64.0),
}
"""Centre of each joint on the left side of the reference frame (right side: x negative), read off the point cloud."""

SPINE_JOINTS: tuple[tuple[str, float, float], ...] = (
    ("lumbar5", 205.0, 998.0),
    ("lumbar4", 205.0, 1036.0),
    ("lumbar3", 200.0, 1073.0),
    ("lumbar2", 204.0, 1105.0),
    ("lumbar1", 210.0, 1134.0),
    ("thoracic12", 220.0, 1161.0),
    ("thoracic11", 232.0, 1187.0),
    ("thoracic10", 240.0, 1212.0),
    ("thoracic9", 246.0, 1238.0),
    ("thoracic8", 250.0, 1262.0),
    ("thoracic7", 251.0, 1286.0),
    ("thoracic6", 250.0, 1308.0),
    ("thoracic5", 248.0, 1329.0),
    ("thoracic4", 246.0, 1351.0),
    ("thoracic3", 243.0, 1377.0),
    ("thoracic2", 238.0, 1399.0),
    ("thoracic1", 234.0, 1420.0),
    ("cervical7", 229.0, 1446.0),
    ("cervical6", 226.0, 1461.0),
    ("cervical5", 223.0, 1475.0),
    ("cervical4", 221.0, 1489.0),
    ("cervical3", 220.0, 1503.0),
    ("cervical2", 220.0, 1518.0),
    ("head", 222.0, 1536.0),
)
"""Name, y and z of the joint below each member of the spinal chain, from the sacrum up; x is 0."""

SPINE_INDEX = {name: index + 1 for index, (name, _, _) in enumerate(SPINE_JOINTS)}
"""Number of each member of the spinal chain; 0 is the pelvis, which everything hangs from."""

LIMBS: dict[str, str] = {
    "shoulder": "sternoclavicular",
    "elbow": "shoulder",
    "wrist": "elbow",
    "knee": "hip",
    "ankle": "knee",
}
"""Each joint of a limb and the joint before it; the sternoclavicular joint sits on T2, the hip on the pelvis."""

MEMBER_OF_BONE: dict[str, str] = {
    "clavicle": "sternoclavicular",
    "scapula": "sternoclavicular",
    "humerus": "shoulder",
    "ulna": "elbow",
    "radius": "elbow",
    "femur": "hip",
    "tibia": "knee",
    "fibula": "knee",
    "patella": "knee",
    "talus": "ankle",
    "foot": "ankle",
    "bofoot": "ankle",
}
"""Paired bones without side and the joint they turn about; hand bones turn about the wrist."""

STERNUM_RIDES_ON = "thoracic5"
"""Member of the spinal chain whose motion the breastbone follows."""


def joint_place(name: str) -> NDArray[np.float64]:
    """Return the reference place of a joint.

    Parameters
    ----------
    name : str
        Such as ``"hip_left"``.

    Returns
    -------
    ndarray, shape (3,), float64
        Millimetres, reference frame.
    """
    base, side = name.rsplit("_", 1)
    x, y, z = JOINT_PLACES[base]
    return np.array([-SIDE_SIGN[side] * x, y, z])


def member_of(bone: str) -> str:
    """Return the rigid member that a bone belongs to.

    Parameters
    ----------
    bone : str
        Bone name of the meshes, other than the cervical spine, which is cut into seven.

    Returns
    -------
    str
        ``"pelvis"``, a name of `SPINE_JOINTS`, or a limb joint with its side.
    """
    if bone in SPINE_INDEX:
        return bone
    if bone in ("hat_skull", "hat_jaw"):
        return "head"
    if bone == "sternum_and_costal_cartilage":
        return STERNUM_RIDES_ON
    if bone.startswith("rib_"):
        return f"thoracic{bone[5:]}"
    base, side = base_and_side(bone)
    if base in ("sacrum", "pelvis"):
        return "pelvis"
    return f"{MEMBER_OF_BONE.get(base, 'wrist')}_{side}"
