"""Studies in, courses out: the only place that knows the order of the stages.

Read `course.track_patient` and, for what is measured on the scans, `stages`: they are the method section.
"""

from tracker.pipeline.course import track_patient
from tracker.pipeline.intake import import_into
from tracker.pipeline.request import Request
from tracker.pipeline.run import track, track_report

__all__ = ["Request", "import_into", "track", "track_patient", "track_report"]
