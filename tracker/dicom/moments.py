"""Dates and times of DICOM text: when the scan was taken, and how long after the injection."""

from datetime import date, datetime, time, timedelta

from tracker.dicom.header import Header, Tracer
from tracker.records.study import Notice
from tracker.settings.dicom import ReadingSettings


def parse_date(text: str) -> date | None:
    """Return the date of a DA value (PS3.5 6.2), also in the retired form with dots; None if it is no date.

    Parameters
    ----------
    text : str
        Such as ``"20240108"``.

    Returns
    -------
    date or None
        None for text that is no day of the calendar.

    Examples
    --------
    >>> parse_date("20240229"), parse_date("20230229")
    (datetime.date(2024, 2, 29), None)
    """
    digits = text.replace(".", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Return the time of a TM value (PS3.5 6.2), also in the retired form with colons; None if it is no time.

    Parameters
    ----------
    text : str
        Such as ``"093000.25"``; minutes and seconds may be missing.

    Returns
    -------
    time or None
        None for text that is no time of day.

    Examples
    --------
    >>> parse_time("0930")
    datetime.time(9, 30)
    """
    whole, _, part = text.replace(":", "").partition(".")
    if len(whole) not in (2, 4, 6) or not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > 6:
        return None
    hour, minute, second = (int(whole[start : start + 2] or 0) for start in (0, 2, 4))
    try:
        return time(hour, minute, min(second, 59), int(part.ljust(6, "0")) if part else 0)
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """Return the moment of a DT value (PS3.5 6.2), its offset from UTC ignored; None if it is none.

    Parameters
    ----------
    text : str
        Such as ``"20240108093000.000000+0100"``.

    Returns
    -------
    datetime or None
        Local to the scanner; None without a day and an hour.
    """
    local = text.partition("+")[0].partition("-")[0]
    day, clock = parse_date(local[:8]), parse_time(local[8:])
    return datetime.combine(day, clock) if day and clock else None


def acquisition_moment(header: Header) -> tuple[date | None, datetime | None, str]:
    """Return the day and moment of acquisition, and the attribute they came from.

    Parameters
    ----------
    header : Header
        Its header.

    Returns
    -------
    day : date or None
        None if no attribute holds a date.
    moment : datetime or None
        None if the time is not stated.
    source : str
        ``"acquisition"``, or the level that stood in for it: ``"series"``, ``"content"`` or ``"study"``.
    """
    moment = parse_datetime(header.acquisition_datetime)
    day = parse_date(header.acquisition_date)
    if day is None and moment is not None:
        return moment.date(), moment, "acquisition"
    for source in ("acquisition", "series", "content", "study"):
        day, clock = parse_date(getattr(header, f"{source}_date")), parse_time(getattr(header, f"{source}_time"))
        if day is not None:
            return day, datetime.combine(day, clock) if clock else None, source
    return None, None, ""


def uptake_time_h(tracer: Tracer, acquired_at: datetime | None, settings: ReadingSettings) -> float | None:
    """Return the hours from injection to acquisition, or None if they are not stated or impossible.

    A start time without a date belongs to the day of acquisition, or to the day before where that would put the
    injection after the scan. Midnight sharp is what anonymisers write and counts as not stated.

    Parameters
    ----------
    tracer : Tracer
        The radiopharmaceutical.
    acquired_at : datetime or None
        Moment of acquisition.
    settings : ReadingSettings
        The longest plausible time.

    Returns
    -------
    float or None
        Hours, positive.
    """
    if acquired_at is None:
        return None
    injected = parse_datetime(tracer.start_datetime)
    clock = parse_time(tracer.start_time)
    if injected is None and clock is not None and clock != time(0):
        injected = datetime.combine(acquired_at.date(), clock)
        if injected > acquired_at:
            injected -= timedelta(days=1)
    if injected is None:
        return None
    elapsed_h = (acquired_at - injected) / timedelta(hours=1)
    return elapsed_h if 0 < elapsed_h <= settings.longest_uptake_h else None


def moment_notices(header: Header, settings: ReadingSettings) -> tuple[Notice, ...]:
    """Return what a reader should know about the dates of an object.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        How far dates may lie apart.

    Returns
    -------
    tuple of Notice
        Empty where the dates agree.
    """
    day, moment, source = acquisition_moment(header)
    found = []
    if day and source != "acquisition":
        text = f"No acquisition date is stated; the {source} date is used."
        found.append(Notice(code="DATE_NOT_OF_ACQUISITION", text=text))
    study_day = parse_date(header.study_date)
    if day and study_day and abs(study_day - day) > timedelta(hours=settings.dates_apart_h):
        text = f"The study is dated {study_day}, the acquisition {day}; the acquisition counts."
        found.append(Notice(code="DATES_DISAGREE", text=text))
    if day and moment is None:
        found.append(Notice(code="TIME_NOT_STATED", text="No time of acquisition is stated."))
    return tuple(found)
