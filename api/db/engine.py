"""Opening the database: SQLite with a write-ahead log and immediate writers, or PostgreSQL; and bringing its tables up to date."""

import json
import os
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

VERSION_TABLE = "mianshen_version"
_BUSY_MS = 30_000


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def open_database(url: str) -> Engine:
    """An engine for the address; the folder of a SQLite file is made."""
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address, json_serializer=_dumps, hide_parameters=True, pool_size=20, max_overflow=30, pool_pre_ping=True
        )
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(address.database, os.O_CREAT | os.O_RDWR, 0o600))  # its log files take over these rights
        if os.stat(address.database).st_uid == os.getuid():
            os.chmod(address.database, 0o600)
    engine = create_engine(
        address,
        json_serializer=_dumps,
        hide_parameters=True,  # values stay out of error messages and logs
        pool_size=20,
        max_overflow=60,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a reader that turns writer half-way is refused by SQLite without waiting.
    reading = connection.get_execution_options().get("mianshen_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def migrate(engine: Engine) -> None:
    """Bring the tables to this version; does nothing where they are. Safe to call from several processes."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
