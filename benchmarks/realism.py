"""Does a simulated scan have the count densities of a real one? ``python -m benchmarks.realism``.

The real scan is the anterior whole-body view of the package pydicom-data (GE Millennium MG, 3,596,452 counts). Boxes on
it were set by hand; on simulated people of like build the same places follow from their joints and labels. Printed per
body part: bone over soft tissue, and count density, as counts per square centimetre per million counts of the view.
``--picture FILE`` also writes the two side by side.
"""

import argparse
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.dicom import read_studies
from tracker.phantom import (
    Expected,
    Person,
    Scene,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    view_truth,
)
from tracker.phantom.pose import motion_of
from tracker.records.regions import FINE_REGIONS
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

SEEDS = range(9000, 9008)
"""Simulated people; report seeds."""

HEIGHT_M, FAT_MM, LIMB_FAT = 1.72, 45.0, 0.6
"""Build of the person on the real scan: 762 rows of 2.26 mm tall, trunk 41 cm wide, slender limbs."""

Box = tuple[int, int, int, int]

REAL_BONE: dict[str, tuple[Box, ...]] = {
    "skull vault": ((95, 112, 115, 158),),
    "face": ((140, 165, 122, 152),),
    "shoulder": ((203, 225, 58, 82), (200, 220, 195, 220)),
    "sternum": ((245, 290, 131, 146),),
    "lateral chest": ((260, 310, 84, 105), (260, 310, 180, 198)),
    "lumbar spine": ((340, 372, 140, 154),),
    "iliac wing": ((375, 400, 86, 96),),
    "hip": ((432, 450, 92, 106), (432, 450, 186, 200)),
    "femoral shaft": ((490, 570, 80, 88), (500, 570, 176, 182)),
    "knee": ((605, 645, 72, 98), (600, 645, 152, 182)),
    "lower leg": ((680, 740, 88, 106),),
    "ankle": ((790, 815, 85, 105),),
}
"""Rows and columns of bone on the real scan."""

REAL_SOFT: dict[str, tuple[Box, ...]] = {
    "neck": ((185, 195, 100, 112),),
    "upper arm": ((230, 250, 36, 46),),
    "flank": ((330, 370, 65, 95), (330, 370, 185, 205)),
    "thigh": ((490, 540, 99, 110), (500, 570, 155, 165)),
}
"""Rows and columns of soft tissue on the real scan."""

PARTNER = {"skull vault": "neck", "face": "neck", "shoulder": "upper arm"} | dict.fromkeys(
    ("sternum", "lateral chest", "lumbar spine", "iliac wing", "hip"), "flank"
)
"""Soft tissue that each bone is compared with; the thigh unless named."""


def real_counts() -> NDArray[np.float64]:
    """Return the real anterior view, decoded by the tracker's own reader."""
    found = next(Path(sysconfig.get_paths()["purelib"]).rglob("JPEG-LL.dcm"))
    return np.asarray(read_studies([found]).studies[0].views[0].counts)


class Places:
    """Where the parts of one simulated person lie on the anterior view."""

    def __init__(self, expected: Expected) -> None:
        shape, frame = expected.scene.shape, expected.frame
        self.motion, self.shape, self.frame = motion_of(shape, expected.scene.pose), shape, frame
        labels = view_truth(expected, Projection.ANTERIOR).labels
        names = np.array([""] + [region.name for region in FINE_REGIONS])
        self.name = names[labels]
        self.rows, self.cols = np.indices(frame.shape)
        spacing = frame.spacing_mm[0]
        self.from_bone = ndimage.distance_transform_edt(labels == 0) * spacing
        self.depth = ndimage.distance_transform_edt(expected.body) * spacing

    def joint(self, name: str) -> tuple[float, float]:
        """Return the row and column of a joint."""
        index = self.shape.index(name)
        place = self.motion.rotation[index] @ self.shape.members[index].joint_mm + self.motion.offset_mm[index]
        row, col = self.frame.pixel(place[None])
        return float(row[0]), float(col[0])

    def near(self, joint: str, radius_mm: float) -> NDArray[np.bool_]:
        """Return pixels near the joints of both sides."""
        mask = np.zeros(self.frame.shape, dtype=bool)
        for side in ("left", "right"):
            row, col = self.joint(f"{joint}_{side}")
            mask |= np.hypot(self.rows - row, self.cols - col) * self.frame.spacing_mm[0] < radius_mm
        return mask

    def between(self, upper: str, lower: str, low: float, high: float) -> NDArray[np.bool_]:
        """Return rows between two joints, as shares of the way down."""
        top, bottom = self.joint(upper)[0], self.joint(lower)[0]
        share = (self.rows - top) / (bottom - top)
        return np.asarray((share > low) & (share < high))

    def across(self, low_mm: float, high_mm: float) -> NDArray[np.bool_]:
        """Return pixels at a distance from the midline."""
        away = np.abs(self.cols - self.joint("lumbar3")[1]) * self.frame.spacing_mm[1]
        return np.asarray((away > low_mm) & (away < high_mm))

    def region(self, prefix: str, depth_mm: float = 0.0) -> NDArray[np.bool_]:
        """Return the inner pixels of a region."""
        mine = np.char.startswith(self.name, prefix)
        return np.asarray(ndimage.distance_transform_edt(mine) * self.frame.spacing_mm[0] > depth_mm)

    def soft(self) -> NDArray[np.bool_]:
        """Return pixels well inside the body and away from bone."""
        return np.asarray((self.from_bone > 9) & (self.depth > 12))


def _vault(at: Places) -> NDArray[np.bool_]:
    skull = at.region("skull", 6)
    top = np.flatnonzero(skull.any(axis=1))[0]
    return np.asarray(skull & (at.rows < top + 17) & at.across(0, 48))


def _face(at: Places) -> NDArray[np.bool_]:
    row, col = at.joint("head")
    step = at.frame.spacing_mm[0]
    return np.asarray((np.abs(at.rows - row) * step < 28) & (np.abs(at.cols - col) * step < 34))


BONE: dict[str, Callable[[Places], NDArray[np.bool_]]] = {
    "skull vault": _vault,
    "face": _face,
    "shoulder": lambda at: at.near("shoulder", 25),
    "sternum": lambda at: at.region("sternum", 4) & at.between("thoracic3", "thoracic9", 0, 1),
    "lateral chest": lambda at: at.across(70, 115) & at.between("thoracic4", "thoracic8", 0, 1),
    "lumbar spine": lambda at: at.region("lumbar", 6) & at.between("lumbar3", "lumbar5", 0, 1),
    "iliac wing": lambda at: at.region("hip_bone", 6) & at.between("lumbar5", "hip_left", 0.05, 0.45),
    "hip": lambda at: at.near("hip", 18),
    "femoral shaft": lambda at: at.region("femur_shaft", 4) & at.between("hip_left", "knee_left", 0.3, 0.75),
    "knee": lambda at: at.near("knee", 36),
    "lower leg": lambda at: at.between("knee_left", "ankle_left", 0.3, 0.6) & at.region("lower_leg", 3),
    "ankle": lambda at: at.near("ankle", 22),
}

SOFT: dict[str, Callable[[Places], NDArray[np.bool_]]] = {
    "neck": lambda at: at.soft() & at.between("cervical4", "thoracic1", 0, 1) & at.across(30, 75),
    "upper arm": lambda at: at.soft() & at.between("shoulder_left", "elbow_left", 0.1, 0.5) & at.across(170, 320),
    "flank": lambda at: at.soft() & at.between("lumbar1", "lumbar5", 0, 1) & at.across(90, 150),
    "thigh": lambda at: at.soft() & at.between("hip_left", "knee_left", 0.3, 0.75),
}


def simulated_person(seed: int) -> Expected:
    """Return a healthy person built like the one on the real scan."""
    rng = np.random.default_rng(seed)
    person = sample_person(rng)
    scale = HEIGHT_M / person.height_m
    lengths = {name: getattr(person.proportions, name) * scale for name in ("trunk_length", "leg_length", "arm_length")}
    like: Person = replace(
        person, height_m=HEIGHT_M, fat_mm=FAT_MM, limb_fat=LIMB_FAT, proportions=replace(person.proportions, **lengths)
    )
    conditions = replace(sample_conditions(rng), anterior_counts=3.4e6)
    return expected_images(
        Scene(shape=shape_of(like), pose=sample_pose(rng, fat_mm=FAT_MM), conditions=conditions), Camera()
    )


def densities_real(counts: NDArray[np.float64], pixel_cm2: float) -> dict[str, float]:
    """Return counts per square centimetre per million, by part."""
    total = counts.sum() / 1e6
    return {
        name: float(np.mean([counts[a:b, c:d].mean() for a, b, c, d in boxes]) / pixel_cm2 / total)
        for name, boxes in (REAL_BONE | REAL_SOFT).items()
    }


def densities_simulated(expected: Expected) -> dict[str, float]:
    """Return the same of one simulated person, from the noise-free anterior view."""
    image = expected.view(Projection.ANTERIOR).total.astype(np.float64)
    at, total = Places(expected), image.sum() / 1e6
    pixel_cm2 = expected.frame.spacing_mm[0] * expected.frame.spacing_mm[1] / 100
    return {name: float(image[place(at)].mean() / pixel_cm2 / total) for name, place in (BONE | SOFT).items()}


def show(real: NDArray[np.float64], expected: Expected, path: Path) -> None:
    """Write the two side by side, square root of counts, inverse grey."""
    from matplotlib.figure import Figure

    views = observed_views(expected, np.random.default_rng(0))
    images = [
        ("real, anterior", real),
        ("simulated, anterior", views[0].counts),
        ("simulated, posterior", views[1].counts),
    ]
    figure = Figure(figsize=(6.6, 8.6), dpi=84, facecolor="white")
    for axis, (title, image) in zip(figure.subplots(1, 3), images, strict=True):
        top = np.percentile(image[image > 0], 99.3)
        axis.imshow(np.sqrt(np.clip(image, 0, top)), cmap="gray_r", interpolation="bilinear")
        axis.set_ylim(990, 30)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    figure.tight_layout(pad=0.3)
    figure.savefig(path)


def main() -> None:
    """Print the comparison."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="two people only")
    arguments.add_argument("--picture", type=Path, help="write the scans side by side")
    arguments.add_argument("--first-seed", type=int, default=SEEDS[0])
    given = arguments.parse_args()
    counts = real_counts()
    real = densities_real(counts, 2.26**2 / 100)
    people = [simulated_person(given.first_seed + k) for k in range(2 if given.quick else len(SEEDS))]
    measured = [densities_simulated(person) for person in people]
    print(f"counts/cm2 per million anterior counts; {len(people)} simulated people against one real scan")
    heads = f"{'real':>8s}{'simulated':>11s}{'quotient':>10s}"
    print(f"{'part':16s}{heads}   bone/soft{heads}")
    for name in (*REAL_BONE, *REAL_SOFT):
        mean = float(np.mean([one[name] for one in measured]))
        line = f"{name:16s}{real[name]:8.0f}{mean:11.0f}{mean / real[name]:10.2f}"
        if name in REAL_BONE:
            soft = PARTNER.get(name, "thigh")
            ratio = float(np.mean([one[name] / one[soft] for one in measured]))
            line += f"            {real[name] / real[soft]:8.2f}{ratio:11.2f}{ratio / (real[name] / real[soft]):10.2f}"
        print(line)
    if given.picture:
        show(counts, people[0], given.picture)


if __name__ == "__main__":
    main()
