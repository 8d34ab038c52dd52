"""Serial visits of one simulated patient, with everything that is true of them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from tracker.phantom.acquire import expected_images, observed_views
from tracker.phantom.history import history
from tracker.phantom.lesions import PlantedLesion
from tracker.phantom.mimics import Mimic, draw_mimics, fracture, prosthesis, worn
from tracker.phantom.person import Build, Person, sample_person
from tracker.phantom.planting import story_lesions
from tracker.phantom.pose import Pose, sample_pose, visit_pose
from tracker.phantom.scenarios import Plan, Scenario, plan, verdict
from tracker.phantom.scene import Expected, Scene
from tracker.phantom.shape import Shape, shape_of
from tracker.phantom.truth import ViewTruth, view_truth
from tracker.phantom.visit import Conditions, sample_conditions
from tracker.records.context import Context
from tracker.records.study import Acquisition, PatientClues, Study
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

TREATMENT_START = date(2024, 3, 4)
"""Start of treatment of every simulated patient, up to a few months."""

AXIAL_REGIONS = (
    "skull",
    "cervical_spine",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "sternum",
    "ribs_left",
    "ribs_right",
    "scapula_left",
    "scapula_right",
    "hip_bone_left",
    "hip_bone_right",
    "humerus_left",
    "humerus_right",
    "femur_left",
    "femur_right",
)
"""Regions that diffuse disease of the marrow takes."""


UNCHANGED = frozenset({Scenario.REPEAT, Scenario.NOT_COMPARABLE})
"""Stories in which no tissue changes at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedVisit:
    """One visit.

    Parameters
    ----------
    study : Study
        What a reader of its files would get.
    expected : Expected
        The noise-free visit: scene, camera, images.
    day : int
        From the start of treatment.
    """

    study: Study
    expected: Expected
    day: int

    def truth(self, projection: Projection) -> ViewTruth:
        """Return what is true of one view; computed on each call.

        Parameters
        ----------
        projection : Projection
            Which view.

        Returns
        -------
        ViewTruth
            On stored pixels.
        """
        return view_truth(self.expected, projection)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedCourse:
    """One patient.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID.
    scenario : Scenario
        The story.
    verdict : str
        What a reader who knew the truth would say at the last visit.
    treatment_start : date
        Start of the current line.
    lesions : tuple of PlantedLesion
        All that are ever there.
    visits : tuple of SimulatedVisit
        Earliest first.
    context : Context
        Treatments, laboratory values, events and facts.
    """

    patient_id: str
    scenario: Scenario
    verdict: str
    treatment_start: date
    lesions: tuple[PlantedLesion, ...]
    visits: tuple[SimulatedVisit, ...]
    context: Context

    @property
    def studies(self) -> tuple[Study, ...]:
        """The studies alone, earliest first."""
        return tuple(visit.study for visit in self.visits)


def simulated_uid(*parts: object) -> str:
    """Return a DICOM UID that follows from its parts.

    Parameters
    ----------
    *parts : object
        Whatever names the object.

    Returns
    -------
    str
        Below ``2.25``, as PS3.5 B.2 allows.
    """
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def _benign(
    shape: Shape, story: Plan, scenario: Scenario, found: tuple[Mimic, ...], rng: np.random.Generator
) -> tuple[PlantedLesion, ...]:
    """Return benign findings that are planted like lesions; where nothing may change, fractures do not heal."""
    days = np.zeros_like(story.days) if scenario in UNCHANGED else story.days
    lesions: tuple[PlantedLesion, ...] = ()
    if Mimic.RIB_FRACTURE in found:
        lesions += (fracture(shape, days, rng),)
    if Mimic.HIP_PROSTHESIS in found:
        lesions += (prosthesis(shape, len(days), rng),)
    return lesions


def _conditions(scenario: Scenario, visits: int, rng: np.random.Generator) -> tuple[Conditions, ...]:
    """Return the conditions of each visit; the second half of a course that cannot be compared differs grossly."""
    usual = [sample_conditions(rng) for _ in range(visits)]
    if scenario is Scenario.NOT_COMPARABLE:
        spoilt = range(1, visits, 2)
        for visit in spoilt:
            usual[visit] = replace(
                usual[visit],
                uptake_time_h=float(rng.uniform(1.3, 1.8)),
                anterior_counts=float(rng.uniform(2.5e5, 4.0e5)),
                scan_velocity_mm_s=5.0,
            )
    if scenario is Scenario.SUPERSCAN:
        usual = [
            replace(
                found,
                soft_factor=0.45 * found.soft_factor,
                kidney=0.15 * found.kidney,
                bladder=replace(found.bladder, concentration=0.4 * found.bladder.concentration),
            )
            for found in usual
        ]
    return tuple(usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    """What names one study and its patient."""

    patient_id: str
    study_uid: str
    acquired_at: datetime
    birth_date: date


def _study(expected: Expected, identity: _Identity, rng: np.random.Generator) -> Study:
    """Return the study of one acquired visit."""
    conditions, person, camera = expected.scene.conditions, expected.scene.shape.person, expected.camera
    length = camera.shape[0] * camera.spacing_mm[0]
    return Study(
        patient_id=identity.patient_id,
        study_uid=identity.study_uid,
        study_date=identity.acquired_at.date(),
        acquired_at=identity.acquired_at,
        views=observed_views(expected, rng),
        acquisition=Acquisition(
            tracer="Tc-99m MDP",
            activity_mbq=conditions.activity_mbq,
            uptake_time_h=conditions.uptake_time_h,
            duration_s=length / conditions.scan_velocity_mm_s,
            scan_velocity_mm_s=conditions.scan_velocity_mm_s,
            scan_length_mm=length,
            energy_window_kev=(126.4, 154.6),
            collimator="LEHR",
            manufacturer="Bone-scan tracker",
            model="Phantom",
            station="SIMULATED",
            injection_site=_site(conditions),
        ),
        clues=PatientClues(
            birth_date=identity.birth_date,
            sex="F" if person.build is Build.BROAD_PELVIS else "M",
            height_m=round(person.height_m, 2),
            weight_kg=round(weight_kg(person), 1),
        ),
    )


def _site(conditions: Conditions) -> str | None:
    """Return where the tracer was injected as a header would say it; not stated where nothing is left there."""
    return None if conditions.injection is None else conditions.injection.joint.replace("_", " ").upper()


def weight_kg(person: Person) -> float:
    """Return a body weight that goes with a height and a fat thickness.

    Parameters
    ----------
    person : Person
        Whose.

    Returns
    -------
    float
        Kilograms; body mass index 20 at no fat, 40 at 75 mm.
    """
    return float((20.0 + 20.0 * person.fat_mm / 75.0) * person.height_m**2)


def _scenes(
    shape: Shape, story: Plan, scenario: Scenario, lesions: tuple[PlantedLesion, ...], rng: np.random.Generator
) -> tuple[Scene, ...]:
    """Return one scene per visit."""
    fat_mm = shape.person.fat_mm
    habit: Pose = sample_pose(rng, fat_mm=fat_mm)
    conditions = _conditions(scenario, len(story.days), rng)
    return tuple(
        Scene(
            shape=shape,
            pose=visit_pose(habit, rng, 0.8, fat_mm),
            conditions=conditions[visit],
            lesions=lesions,
            visit=visit,
            region_factor=dict.fromkeys(AXIAL_REGIONS, factor) if factor != 1 else {},
        )
        for visit, factor in enumerate(story.diffuse)
    )


def _acquired_at(start: date, day: int, rng: np.random.Generator) -> datetime:
    """Return a working hour of a day of the course."""
    moment = datetime.combine(start + timedelta(days=day), time(11, 0))
    return moment + timedelta(minutes=int(rng.integers(0, 300)))


def simulate_course(
    scenario: Scenario | str,
    seed: int,
    *,
    visits: int = 5,
    known_lesions: int | None = None,
    mimics: tuple[Mimic, ...] | None = None,
    camera: Camera | None = None,
) -> SimulatedCourse:
    """Return one simulated patient.

    Parameters
    ----------
    scenario : Scenario or str
        The story.
    seed : int
        Same seed and arguments, same course.
    visits : int, optional
        Number of visits.
    known_lesions : int, optional
        Lesions at baseline; drawn to suit the scenario unless given.
    mimics : tuple of Mimic, optional
        Benign findings; drawn unless given.
    camera : Camera, optional
        Matrix, spacing and physics.

    Returns
    -------
    SimulatedCourse
        Studies and truth.
    """
    scenario, camera = Scenario(scenario), camera or Camera()
    rng = np.random.default_rng(seed)
    found = draw_mimics(rng) if mimics is None else mimics
    person = sample_person(rng)
    shape = shape_of(worn(person, rng) if Mimic.WORN_JOINT in found else person)
    story = plan(scenario, visits, known_lesions, rng)
    lesions = story_lesions(shape, story.curves, camera, rng) + _benign(shape, story, scenario, found, rng)
    start = TREATMENT_START + timedelta(days=int(rng.integers(0, 120)))
    patient_id = f"SIM-{scenario.value.upper().replace('_', '-')}-{seed:04d}"
    born = start - timedelta(days=int(rng.integers(55 * 365, 82 * 365)))
    cancer = "breast" if person.build is Build.BROAD_PELVIS else "prostate"
    context = history((patient_id, cancer, start), scenario, story.days, lesions, rng)
    acquired: list[SimulatedVisit] = []
    for visit, scene in enumerate(_scenes(shape, story, scenario, lesions, rng)):
        day = int(story.days[visit])
        identity = _Identity(
            patient_id=patient_id,
            study_uid=simulated_uid(patient_id, visit),
            acquired_at=_acquired_at(start, day, rng),
            birth_date=born,
        )
        expected = expected_images(scene, camera)
        acquired.append(SimulatedVisit(study=_study(expected, identity, rng), expected=expected, day=day))
    return SimulatedCourse(
        patient_id=patient_id,
        scenario=scenario,
        verdict=verdict(scenario, story.curves),
        treatment_start=start,
        lesions=lesions,
        visits=tuple(acquired),
        context=context,
    )
