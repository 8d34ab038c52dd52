"""Simulated patients written as files: DICOM studies, input tables and the truth beside them.

Composes `tracker.phantom` with `tracker.dicom.write_study`; no stage imports it.
"""

from tracker.simulation.write import Advance, simulate, write_courses

__all__ = ["Advance", "simulate", "write_courses"]
