"""Any change to the log shows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker.archive import log
from tracker.archive.store import Archive, open_archive, writing
from tracker.archive.verify import faults_of

AT = datetime(2024, 1, 2, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    opened = open_archive(tmp_path)
    for number in range(5):
        with writing(opened) as connection:
            log.append(connection, "test", f"P{number}", "", AT)
    return opened


def test_an_untouched_log_is_intact(archive: Archive) -> None:
    assert log.broken_row(archive.engine) is None
    assert faults_of(archive) == ()


@pytest.mark.parametrize("change", ["UPDATE log SET detail = 'x' WHERE number = 3", "DELETE FROM log WHERE number = 3"])
def test_rows_cannot_be_changed(archive: Archive, change: str) -> None:
    with pytest.raises(SQLAlchemyError), archive.engine.begin() as connection:
        connection.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log SET detail = 'x' WHERE number = 3",
        "UPDATE log SET at_utc = '2030-01-01' WHERE number = 2",
        "DELETE FROM log WHERE number = 3",
        "UPDATE log SET hash = previous_hash WHERE number = 5",
    ],
)
def test_a_change_behind_the_guards_is_found(archive: Archive, change: str) -> None:
    with archive.engine.begin() as connection:
        for trigger in ("log_no_update", "log_no_delete"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(change))
    assert log.broken_row(archive.engine) is not None
    assert faults_of(archive)
