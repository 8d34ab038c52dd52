"""The archive: a folder with a database and content-addressed blobs; saving a patient is one transaction.

Order of every write: blobs first (temporary file, sync, rename, sync folder), then one database transaction, then
the answer. A crash leaves the old state or the new one, and at worst blobs that nothing points to, which `sweep`
removes.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import OperationalError

from tracker.archive import log
from tracker.archive.database import COURSES, META, RASTERS, REJECTED_FILES, RESULT_TABLES, open_engine
from tracker.archive.objects import get_blob, put_blob
from tracker.archive.rasters import Raster
from tracker.archive.schema import COURSE_TABLES, TableSchema
from tracker.archive.tables import conform
from tracker.errors import ArchiveError
from tracker.records.study import RejectedFile

DATABASE_NAME = "archive.sqlite"
"""Name of the database file inside an archive folder."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Archive:
    """An open archive.

    Parameters
    ----------
    folder : Path
        Where it lies.
    engine : Engine
        Its database.
    token_salt : str
        Makes patient tokens unguessable from patient ids.
    """

    folder: Path
    engine: Engine
    token_salt: str

    @property
    def blobs(self) -> Path:
        """Folder of content-addressed files."""
        return self.folder / "blobs"


def open_archive(folder: Path) -> Archive:
    """Open an archive; a new one is made where the folder holds none.

    Parameters
    ----------
    folder : Path
        The archive folder; made if missing.

    Returns
    -------
    Archive
        Ready to read and write.

    Raises
    ------
    ArchiveError
        If it is unreadable or of another version.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "blobs").mkdir(exist_ok=True)
    except OSError as failure:
        raise ArchiveError(f"the archive folder cannot be made: {failure.strerror}", code="ARCHIVE_FOLDER") from failure
    engine = open_engine(folder / DATABASE_NAME)
    log.guard(engine)
    return Archive(folder=folder, engine=engine, token_salt=_salt(engine))


def _salt(engine: Engine) -> str:
    """Return the archive's salt, made once."""
    with engine.begin() as connection:
        found = connection.execute(select(META.c.value).where(META.c.key == "token_salt")).scalar_one_or_none()
        if found is None:
            found = secrets.token_hex(16)
            connection.execute(META.insert().values(key="token_salt", value=found))
    return str(found)


@contextmanager
def writing(archive: Archive) -> Iterator[Connection]:
    """Run one transaction; a locked database is a clear refusal.

    Parameters
    ----------
    archive : Archive
        Where to.

    Yields
    ------
    Connection
        Committed at the end of the block, rolled back on any error.

    Raises
    ------
    ArchiveError
        If another program holds the archive for longer than the busy timeout, or the disk is full.
    """
    try:
        with archive.engine.begin() as connection:
            yield connection
    except OperationalError as failure:
        raise ArchiveError(
            "the archive is busy or its disk is full; nothing was changed",
            code="ARCHIVE_LOCKED",
            remedy="Close the other program that writes to it, or make room, and try again.",
        ) from failure


def save_course(
    archive: Archive,
    patient_id: str,
    *,
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
    rasters: Iterable[Raster],
    at: datetime,
) -> None:
    """Replace everything stored about one patient's results, in one transaction.

    Parameters
    ----------
    archive : Archive
        Where to.
    patient_id : str
        Whose.
    tables : mapping of str to DataFrame
        Result tables by schema name.
    summary : mapping
        Plain data for worklist and verdict card.
    rasters : iterable of Raster
        Display images.
    at : datetime
        Now, with a time zone.
    """
    rows = [_raster_row(archive, patient_id, raster) for raster in rasters]
    with writing(archive) as connection:
        for schema in COURSE_TABLES:
            _replace_rows(connection, patient_id, schema, tables[schema.name])
        connection.execute(delete(RASTERS).where(RASTERS.c.patient_id == patient_id))
        if rows:
            connection.execute(RASTERS.insert(), rows)
        connection.execute(delete(COURSES).where(COURSES.c.patient_id == patient_id))
        row = {name: _json(part) for name, part in (("worklist", summary.get("worklist", {})), ("summary", summary))}
        connection.execute(COURSES.insert().values(patient_id=patient_id, **row))
        log.append(connection, "save_course", patient_id, str(summary.get("settings_digest", "")), at)


def _json(value: Any) -> str:
    """Return plain data as text, the same for the same data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _raster_row(archive: Archive, patient_id: str, raster: Raster) -> dict[str, Any]:
    """Store a raster's bytes and return its row."""
    digest = put_blob(archive.blobs, raster.body)
    return {
        "patient_id": patient_id,
        "study_uid": raster.study_uid,
        "projection": raster.projection.value,
        "kind": raster.kind.value,
        "dtype": raster.dtype,
        "rows": raster.rows,
        "cols": raster.cols,
        "row_spacing_mm": raster.spacing_mm[0],
        "col_spacing_mm": raster.spacing_mm[1],
        "step": raster.step,
        "sha256": digest,
    }


def _replace_rows(connection: Connection, patient_id: str, schema: TableSchema, table: pd.DataFrame) -> None:
    """Replace one patient's rows of one result table."""
    target = RESULT_TABLES[schema.name]
    connection.execute(delete(target).where(target.c.patient_id == patient_id))
    shaped = conform(table, schema).astype(object)
    plain = shaped.where(shaped.notna(), None)
    rows: list[dict[str, Any]] = [
        {"row_order": order, **{str(name): value for name, value in row.items()}}
        for order, row in enumerate(plain.to_dict("records"))
    ]
    if rows:
        connection.execute(target.insert(), rows)


def load_table(archive: Archive, schema: TableSchema, patient_ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the rows of one result table.

    Parameters
    ----------
    archive : Archive
        Where from.
    schema : TableSchema
        Which table.
    patient_ids : iterable of str, optional
        Whose rows; everybody's unless given.

    Returns
    -------
    DataFrame
        In declared shape and order.
    """
    target = RESULT_TABLES[schema.name]
    query = select(target).order_by(target.c.patient_id, target.c.row_order)
    if patient_ids is not None:
        query = query.where(target.c.patient_id.in_(list(patient_ids)))
    with archive.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    table = pd.DataFrame([dict(row) for row in rows], columns=["row_order", *schema.columns])
    return conform(table.drop(columns="row_order"), schema)


def load_summaries(archive: Archive) -> dict[str, dict[str, Any]]:
    """Return the stored summary of every patient.

    Parameters
    ----------
    archive : Archive
        Where from.

    Returns
    -------
    dict of str to dict
        Patient id to plain data, ordered by patient id.
    """
    with archive.engine.connect() as connection:
        rows = connection.execute(select(COURSES).order_by(COURSES.c.patient_id)).all()
    return {row.patient_id: json.loads(row.summary) for row in rows}


def load_summary(archive: Archive, patient_id: str) -> dict[str, Any] | None:
    """Return the stored summary of one patient, or None if there is no such patient.

    Parameters
    ----------
    archive : Archive
        Where from.
    patient_id : str
        Whose.

    Returns
    -------
    dict or None
        Plain data.
    """
    with archive.engine.connect() as connection:
        text = connection.execute(select(COURSES.c.summary).where(COURSES.c.patient_id == patient_id)).scalar()
    return None if text is None else dict(json.loads(text))


def load_raster(archive: Archive, key: tuple[str, str, str, str]) -> Mapping[str, Any] | None:
    """Return one display image's row with its ``body``, or None if there is no such image.

    Parameters
    ----------
    archive : Archive
        Where from.
    key : tuple of str
        Patient id, study uid, projection, kind.

    Returns
    -------
    mapping or None
        Columns of the raster table and ``body``, the gzip of the array.
    """
    columns = (RASTERS.c.patient_id, RASTERS.c.study_uid, RASTERS.c.projection, RASTERS.c.kind)
    query = select(RASTERS)
    for column, value in zip(columns, key, strict=True):
        query = query.where(column == value)
    with archive.engine.connect() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else {**row, "body": get_blob(archive.blobs, row["sha256"])}


def save_rejected(archive: Archive, rejected: Iterable[RejectedFile]) -> None:
    """Add files that were not used; a row that is there already is not added again.

    Parameters
    ----------
    archive : Archive
        Where to.
    rejected : iterable of RejectedFile
        What was not used, and why.
    """
    known = set(load_rejected(archive).itertuples(index=False, name=None))
    rows = [{"path": one.path, "code": one.code, "reason": one.reason} for one in rejected]
    fresh = [row for row in rows if tuple(row.values()) not in known]
    if fresh:
        with writing(archive) as connection:
            connection.execute(REJECTED_FILES.insert(), fresh)


def load_rejected(archive: Archive) -> pd.DataFrame:
    """Return every file that was given and not used.

    Parameters
    ----------
    archive : Archive
        Where from.

    Returns
    -------
    DataFrame
        Columns path, code, reason.
    """
    with archive.engine.connect() as connection:
        rows = connection.execute(select(REJECTED_FILES).order_by(REJECTED_FILES.c.path)).mappings().all()
    return pd.DataFrame([dict(row) for row in rows], columns=["number", "path", "code", "reason"]).drop(
        columns="number"
    )
