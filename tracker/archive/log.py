"""The archive's log: append-only, each row's hash covers the row before, so that any change shows."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text

from tracker.archive.database import LOG

FIRST_HASH = "0" * 64
"""What the first row's ``previous_hash`` holds."""

_TRIGGERS = (
    "CREATE TRIGGER IF NOT EXISTS log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)


def guard(engine: Engine) -> None:
    """Forbid changes to rows of the log.

    Parameters
    ----------
    engine : Engine
        The archive's database.
    """
    with engine.begin() as connection:
        for trigger in _TRIGGERS:
            connection.execute(text(trigger))


def row_hash(previous_hash: str, at_utc: str, action: str, subject: str, detail: str) -> str:
    """Return the hash of one row.

    Parameters
    ----------
    previous_hash : str
        Hash of the row before.
    at_utc, action, subject, detail : str
        The row.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    content = json.dumps([previous_hash, at_utc, action, subject, detail], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def append(connection: Connection, action: str, subject: str, detail: str, at: datetime) -> None:
    """Add one row inside the caller's transaction.

    Parameters
    ----------
    connection : Connection
        An open transaction.
    action : str
        What was done, such as ``"import"``.
    subject : str
        To what: an identifier, never a name.
    detail : str
        Anything needed to understand it later.
    at : datetime
        When; with a time zone.
    """
    last = connection.execute(LOG.select().order_by(LOG.c.number.desc()).limit(1)).one_or_none()
    previous = last.hash if last else FIRST_HASH
    at_utc = at.astimezone(UTC).isoformat(timespec="seconds")
    connection.execute(
        LOG.insert().values(
            at_utc=at_utc,
            action=action,
            subject=subject,
            detail=detail,
            previous_hash=previous,
            hash=row_hash(previous, at_utc, action, subject, detail),
        )
    )


def broken_row(engine: Engine) -> int | None:
    """Return the number of the first row whose hash does not fit, or None if the chain is intact.

    Parameters
    ----------
    engine : Engine
        The archive's database.

    Returns
    -------
    int or None
        None is *intact*.
    """
    previous = FIRST_HASH
    with engine.connect() as connection:
        for expected, row in enumerate(connection.execute(LOG.select().order_by(LOG.c.number)), start=1):
            fits = row.previous_hash == previous and row.number == expected
            if not fits or row.hash != row_hash(previous, row.at_utc, row.action, row.subject, row.detail):
                return int(row.number)
            previous = row.hash
    return None
