"""What a reader decided about a lesion, stored as events; the machine's own value is never overwritten."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.records.lesion import Kind
from tracker.records.view import Projection


class ReaderAction(StrEnum):
    """What a reader can do; every action is one event, undone by a later one."""

    SET_KIND = "set_kind"
    ADD_FOCUS = "add_focus"
    REMOVE_FOCUS = "remove_focus"
    LINK = "link"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderEvent:
    """One decision of a reader.

    Parameters
    ----------
    at : datetime
        When it was made; later decisions win.
    reader : str
        Who made it.
    action : ReaderAction
        ``set_kind``: ``lesion_id`` is of ``kind``, at every visit. ``add_focus``: a disc of ``radius_mm`` around
        ``row_px, col_px`` on one view of ``study_uid``, of ``kind``, joins ``lesion_id`` or, if that is empty, starts
        a lesion. ``remove_focus``: ``lesion_id`` was not seen at ``study_uid`` (on ``projection``, or on both views
        if that is None). ``link``: ``lesion_id`` is the same lesion as ``other_id``, whose name goes on. ``unlink``:
        from ``study_uid`` on, ``lesion_id`` is another lesion.
    reason : str
        Why, in the reader's words.
    study_uid, lesion_id, other_id : str
        As the action needs; empty otherwise.
    projection : Projection or None
        As the action needs.
    kind : Kind or None
        As the action needs.
    row_px, col_px, radius_mm : float or None
        As ``add_focus`` needs.
    """

    at: datetime
    reader: str
    action: ReaderAction
    reason: str = ""
    study_uid: str = ""
    lesion_id: str = ""
    other_id: str = ""
    projection: Projection | None = None
    kind: Kind | None = None
    row_px: float | None = None
    col_px: float | None = None
    radius_mm: float | None = None

    def __post_init__(self) -> None:
        needed = {
            ReaderAction.SET_KIND: ("lesion_id", "kind"),
            ReaderAction.ADD_FOCUS: ("study_uid", "projection", "kind", "row_px", "col_px", "radius_mm"),
            ReaderAction.REMOVE_FOCUS: ("study_uid", "lesion_id"),
            ReaderAction.LINK: ("lesion_id", "other_id"),
            ReaderAction.UNLINK: ("study_uid", "lesion_id"),
        }[self.action]
        missing = [name for name in needed if getattr(self, name) in ("", None)]
        if missing or not self.reader:
            raise ValueError(f"{self.action} needs {', '.join(missing) or 'a reader'}")
        if self.action is ReaderAction.LINK and self.lesion_id == self.other_id:
            raise ValueError("a lesion cannot be linked to itself")
        if self.radius_mm is not None and not self.radius_mm > 0:
            raise ValueError(f"a radius is positive, found {self.radius_mm}")
