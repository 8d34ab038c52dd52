"""One focus in its surroundings: what the rules about its kind look at."""

from dataclasses import dataclass

import numpy as np

from tracker.lesions.landmarks import Landmarks
from tracker.records.foci import FociView
from tracker.records.lesion import Focus, Kind
from tracker.settings.lesions import LesionSettings

Verdict = tuple[Kind, str]
"""A kind and its reason in words."""

CERTAIN_SHARE = 0.75
"""Share of the outline of a certain lesion that looks like one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """One focus in its surroundings.

    Parameters
    ----------
    focus : Focus
        The focus.
    seen : FociView
        Its view.
    marks : Landmarks
        Geometry of the view.
    row_mm, col_mm : float
        Place of the focus in the anatomical frame.
    mirror_excess : float
        Relative excess over the expectation at the mirrored place.
    elongation : float
        Long over short axis of the outline.
    upright : float
        Cosine between the long axis and the long axis of the body.
    odds : float
        Greatest log odds of a lesion inside the outline; minus infinity where there is no evidence.
    like_a_lesion : float
        Share of the outline that looks more like a lesion than not.
    twin_odds : float
        Greatest log odds of a lesion around the mirrored place; minus infinity where there is no evidence.
    one_view : bool
        Whether the visit has no other view.
    """

    focus: Focus
    seen: FociView
    marks: Landmarks
    row_mm: float
    col_mm: float
    mirror_excess: float
    elongation: float
    upright: float
    odds: float = -np.inf
    like_a_lesion: float = 0.0
    twin_odds: float = -np.inf
    one_view: bool = False

    def certain(self, settings: LesionSettings) -> bool:
        """Return whether the focus looks so much like a lesion that its place cannot explain it.

        Parameters
        ----------
        settings : LesionSettings
            Log odds asked for.

        Returns
        -------
        bool
            False where there is no evidence, and for a site's whole mask that merely holds a lesion.
        """
        return self.odds >= settings.sure_odds and self.like_a_lesion >= CERTAIN_SHARE

    @property
    def base(self) -> str:
        """Region without part and side."""
        name = self.focus.region
        for part in ("_left", "_right", "_upper", "_middle", "_lower", "_proximal", "_shaft", "_distal"):
            name = name.removesuffix(part)
        return name
