"""Archives of an earlier program open, and lose nothing."""

from pathlib import Path

from sqlalchemy import inspect, text

from tracker.archive.database import open_engine


def _columns(path: Path, table: str) -> set[str]:
    engine = open_engine(path)
    found = {column["name"] for column in inspect(engine).get_columns(table)}
    engine.dispose()
    return found


def test_an_archive_without_a_later_column_gets_it_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    engine = open_engine(path)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE result_timepoints DROP COLUMN flare_peak_low_day"))
        connection.execute(text("INSERT INTO result_timepoints (patient_id, flare_peak_day) VALUES ('P1', 84)"))
    engine.dispose()
    assert "flare_peak_low_day" in _columns(path, "result_timepoints")
    engine = open_engine(path)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT flare_peak_day, flare_peak_low_day FROM result_timepoints")).one()
    engine.dispose()
    assert tuple(row) == (84, None)
