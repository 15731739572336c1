"""Alembic's entry: migrates over the connection handed in by `api.db.engine.migrate`, in one transaction."""

from alembic import context
from sqlalchemy import text

from api.db.engine import VERSION_TABLE
from api.db.tables import metadata

_MIGRATION_LOCK = 7_206_102

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE, transactional_ddl=False)
context.run_migrations()
