"""Synthetic patients with known truth: a physics simulator of serial planar bone scans.

::

    Person --shape_of--> Shape --Scene(pose, conditions, lesions)--> expected_images --> Expected
    Expected --observed_views(rng)--> views of Poisson counts      (draw again: same visit, other noise)
    Expected --view_truth--> labels, physiologic masks, lesions on stored pixels, noise-free images
    two Expected --displacement_mm--> where every bone pixel goes
    simulate_course(scenario, seed) --> SimulatedCourse: studies of one patient, lesion trajectories, verdict

The skeleton is a cloud of points inside 126 named bones of one real skeleton (`derive`, `anatomy`). A person scales and
warps it (`person`, `shape`); a pose turns it rigidly bone by bone (`joints`, `pose`); soft tissue is built around the
posed joints (`body`); uptake and lesions give each point its activity (`uptake`, `lesions`, `organs`); the camera
attenuates, blurs by distance and scatters (`camera`, `scene`, `acquire`). Change anything with
``dataclasses.replace`` on the `Scene` or its parts and call `expected_images` again.

Recipes
-------
Same visit, other noise: ``observed_views(expected, rng)`` again. Other pose: ``replace(scene, pose=sample_pose(rng))``.
Fewer counts, other uptake time, no urine: ``replace(scene, conditions=replace(scene.conditions, ...))``. Other matrix,
spacing, cropped arms: another `Camera` (``shape``, ``spacing_mm``, ``field_mm``). Healthy people: a `Scene` without
lesions, or ``known_lesions=0``. Lesions of chosen number, size and contrast: `random_lesions` (seen or not) or
`story_lesions` (plain to see). People of a mixed clinic: `mixed`. Other storage: ``Orientation(...).to_stored`` on
``view.anatomical_counts``.

All scores from it are *simulated*. Everything follows from the seeds given; nothing is read but the shipped cloud.
"""

from tracker.phantom.acquire import expected_images, observed_views
from tracker.phantom.course import SimulatedCourse, SimulatedVisit, simulate_course
from tracker.phantom.displacement import TrueDisplacement, displacement_mm
from tracker.phantom.lesions import LesionState, Places, PlantedLesion, random_points
from tracker.phantom.mimics import Mimic
from tracker.phantom.person import Build, Person, Proportions, sample_person
from tracker.phantom.planting import random_lesions, story_lesions
from tracker.phantom.pose import Pose, sample_pose, visit_pose
from tracker.phantom.scenarios import Scenario
from tracker.phantom.scene import Expected, Scene
from tracker.phantom.shape import Shape, shape_of
from tracker.phantom.truth import LesionAppearance, ViewTruth, view_truth
from tracker.phantom.visit import Bladder, Conditions, Spot, sample_conditions

__all__ = [
    "Bladder",
    "Build",
    "Conditions",
    "Expected",
    "LesionAppearance",
    "LesionState",
    "Mimic",
    "Person",
    "Places",
    "PlantedLesion",
    "Pose",
    "Proportions",
    "Scenario",
    "Scene",
    "Shape",
    "SimulatedCourse",
    "SimulatedVisit",
    "Spot",
    "TrueDisplacement",
    "ViewTruth",
    "displacement_mm",
    "expected_images",
    "observed_views",
    "random_lesions",
    "random_points",
    "sample_conditions",
    "sample_person",
    "sample_pose",
    "shape_of",
    "simulate_course",
    "story_lesions",
    "view_truth",
    "visit_pose",
]
