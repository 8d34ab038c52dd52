"""Free-response curves as a picture: sensitivity against false ones per view."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from benchmarks.lesions_scores import CLASSES

MOST_FALSE = 8.0
"""Right end of the axis, false ones per view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One method's free-response curves.

    Parameters
    ----------
    name : str
        Of the method.
    points : tuple of tuple of float
        False ones per view, then detection of each range of contrast-to-noise, percent.
    """

    name: str
    points: tuple[tuple[float, ...], ...]


def draw(curves: Sequence[Curve], path: str) -> None:
    """Write the curves as a picture, one panel per range of contrast-to-noise.

    Parameters
    ----------
    curves : sequence of Curve
        All methods.
    path : str
        File to write; its ending names the format.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    panels = figure.subplots(1, len(CLASSES), sharey=True)
    for panel, (column, name) in zip(panels, enumerate(CLASSES, start=1), strict=True):
        for curve in curves:
            panel.plot([p[0] for p in curve.points], [p[column] for p in curve.points], marker="o", label=curve.name)
        panel.set(xlim=(0, MOST_FALSE), ylim=(0, 100), title=f"contrast-to-noise {name} (simulated)")
        panel.set_xlabel("false lesions per view")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("lesions found, %")
    panels[-1].legend(loc="lower right")
    figure.savefig(path, dpi=110)
