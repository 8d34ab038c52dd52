"""The studies that are shipped: ``python -m tracker.simulation.sample_studies`` writes them again, byte for byte."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from tracker.dicom import Layout
from tracker.phantom import Mimic, Scenario, SimulatedCourse, simulate_course
from tracker.settings.phantom import Camera
from tracker.simulation.write import write_courses

FOLDER = Path(__file__).resolve().parents[2] / "sample_studies"
"""Where they lie in the source tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One shipped patient.

    Parameters
    ----------
    scenario : Scenario
        The story.
    seed : int
        Of `simulate_course`.
    visits : int
        How many.
    mimics : tuple of Mimic
        Benign findings.
    layout : Layout
        One object with two frames, or one object per view.
    pixel_mm : float
        Spacing of the matrix of 1024 x 256.
    """

    scenario: Scenario
    seed: int
    visits: int = 5
    mimics: tuple[Mimic, ...] = ()
    layout: Layout = Layout.TWO_FRAMES
    pixel_mm: float = 2.26

    def course(self) -> SimulatedCourse:
        """Return the patient.

        Returns
        -------
        SimulatedCourse
            Always the same.
        """
        camera = Camera(spacing_mm=(self.pixel_mm, self.pixel_mm))
        return simulate_course(self.scenario, self.seed, visits=self.visits, mimics=self.mimics, camera=camera)


SAMPLES: tuple[Sample, ...] = (
    Sample(scenario=Scenario.STABLE, seed=501, mimics=(Mimic.WORN_JOINT,)),
    Sample(scenario=Scenario.RESPONSE, seed=502, pixel_mm=2.4),
    Sample(scenario=Scenario.PROGRESSION, seed=503, visits=4, mimics=(Mimic.RIB_FRACTURE,)),
    Sample(scenario=Scenario.FLARE_RESPONSE, seed=504, visits=6),
    Sample(scenario=Scenario.FLARE_PROGRESSION, seed=505, visits=4),
    Sample(scenario=Scenario.MIXED, seed=506, layout=Layout.SEPARATE, pixel_mm=2.4),
    Sample(scenario=Scenario.SINGLE_NEW, seed=507, mimics=(Mimic.HIP_PROSTHESIS,)),
    Sample(scenario=Scenario.SUPERSCAN, seed=508, visits=4),
    Sample(scenario=Scenario.REPEAT, seed=509, visits=4),
    Sample(scenario=Scenario.NOT_COMPARABLE, seed=510, visits=4),
)
"""Every shipped patient, one per story."""


def write_samples(folder: Path, samples: tuple[Sample, ...] = SAMPLES) -> None:
    """Write shipped patients.

    Parameters
    ----------
    folder : Path
        Where to; files of the same name are replaced, others are left alone.
    samples : tuple of Sample, optional
        All of them unless given.
    """
    layouts = {sample.scenario: sample.layout for sample in samples}
    write_courses(folder, (sample.course() for sample in samples), layout_of=lambda course: layouts[course.scenario])


def main() -> None:
    """Write all of them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=FOLDER)
    write_samples(arguments.parse_args().out)


if __name__ == "__main__":
    main()
