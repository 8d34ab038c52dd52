"""The archive's database: declared tables, opened so that a crash loses nothing that was acknowledged."""

from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from tracker.archive.schema import COURSE_TABLES, NUMBER, SCHEMA_VERSION, TRUTH, WHOLE, TableSchema
from tracker.errors import ArchiveError

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another one, milliseconds."""

metadata = MetaData()
"""Every table of the archive."""

_SQL_TYPES: dict[str, Any] = {NUMBER: Float, WHOLE: BigInteger, TRUTH: Boolean}


def _result_table(schema: TableSchema) -> Table:
    """Return the database table of one result table; ``row_order`` keeps the declared order."""
    columns = [Column(name, _SQL_TYPES.get(dtype, Text)) for name, dtype in schema.columns.items()]
    columns[0] = Column("patient_id", String, nullable=False, index=True)
    return Table(f"result_{schema.name}", metadata, Column("row_order", Integer), *columns)


RESULT_TABLES: dict[str, Table] = {schema.name: _result_table(schema) for schema in COURSE_TABLES}
"""Result tables by the name of their schema."""

COURSES = Table(
    "course",
    metadata,
    Column("patient_id", String, primary_key=True),
    Column("worklist", Text, nullable=False),
    Column("summary", Text, nullable=False),
)
"""One row per patient, as JSON: its line in the worklist, apart so that thousands are read at once, and the rest."""

RASTERS = Table(
    "raster",
    metadata,
    Column("patient_id", String, primary_key=True),
    Column("study_uid", String, primary_key=True),
    Column("projection", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("dtype", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("cols", Integer, nullable=False),
    Column("row_spacing_mm", Float, nullable=False),
    Column("col_spacing_mm", Float, nullable=False),
    Column("step", Float, nullable=False),
    Column("sha256", String, nullable=False),
)
"""One row per display image; the blob holds the gzip of the little-endian array in C order."""

STUDIES = Table(
    "study",
    metadata,
    Column("patient_id", String, primary_key=True),
    Column("study_uid", String, primary_key=True),
    Column("sha256", String, nullable=False),
)
"""One row per study; the blob is the study as `study_codec` writes it."""

FILES = Table(
    "file",
    metadata,
    Column("sop_uid", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("patient_id", String, nullable=False, index=True),
    Column("study_uid", String, nullable=False),
)
"""One row per file whose images are in use."""

CONTEXTS = Table(
    "context",
    metadata,
    Column("patient_id", String, primary_key=True),
    Column("rows", Text, nullable=False),
)
"""What is known of each patient beside the images, as JSON; the latest import that says anything wins."""

REJECTED_FILES = Table(
    "rejected_file",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False),
    Column("code", String, nullable=False),
    Column("reason", Text, nullable=False),
)
"""One row per file that was given and not used."""

LOG = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at_utc", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False),
)
"""What was done, append-only, each row's hash covering the one before."""

META = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))
"""Version of the schema."""


def open_engine(path: Path) -> Engine:
    """Return an engine on the SQLite file ``path``, its tables made if it is new.

    Parameters
    ----------
    path : Path
        The database file; its folder must exist.

    Returns
    -------
    Engine
        Write-ahead log, full sync, waits `BUSY_TIMEOUT_MS` for other writers.

    Raises
    ------
    ArchiveError
        If it cannot be opened, is damaged, or is of another version.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _set_durable)
    try:
        _make_or_check(engine)
    except SQLAlchemyError as failure:
        engine.dispose()
        raise ArchiveError(
            f"{path.name} cannot be opened as an archive",
            code="ARCHIVE_UNREADABLE",
            remedy="Check that it is an archive of this program, that the disk has room and that no copy is running.",
        ) from failure
    return engine


def _set_durable(connection: Any, _record: object) -> None:
    """Set a fresh connection up so that committed means on disk."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _make_or_check(engine: Engine) -> None:
    """Make the tables of a new archive, or check the version of an old one."""
    if not inspect(engine).has_table(META.name):
        metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(META.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))
        return
    with engine.connect() as connection:
        found = connection.execute(META.select().where(META.c.key == "schema_version")).one().value
    if found != str(SCHEMA_VERSION):
        raise ArchiveError(
            f"the archive has schema version {found}, this program needs {SCHEMA_VERSION}",
            code="ARCHIVE_VERSION",
        )
    _add_columns(engine)


def _add_columns(engine: Engine) -> None:
    """Give an archive of an earlier program the columns that came since; they stay empty until a patient is redone."""
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            found = {column["name"] for column in inspect(connection).get_columns(table.name)}
            for column in table.columns:
                if column.name not in found:
                    kind = column.type.compile(engine.dialect)
                    connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}'))
