from dataclasses import fields
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from api.access import SYSTEM
from api.db.engine import VERSION_TABLE, migrate, open_database
from api.db.mapping import TABLE_OF
from api.db.tables import metadata
from api.db.unit_of_work import UnitOfWork
from api.records import AuditEntry, Counter, OptOut
from api.usecases.audit import verify_audit_chain

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with UnitOfWork(engine) as uow:
        assert uow.of(Counter).count() == 0


@pytest.mark.parametrize("kind", sorted(TABLE_OF, key=lambda k: k.__name__))
def test_a_record_has_the_columns_of_its_table(kind: type) -> None:
    assert [f.name for f in fields(kind)] == [c.name for c in TABLE_OF[kind].columns]


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    with pytest.raises(RuntimeError), UnitOfWork(engine) as uow:  # noqa: PT012
        uow.of(OptOut).add(OptOut("91", "all", "me", NOW))
        uow.audit(NOW, "me", "push.refused", "91")
        raise RuntimeError
    with UnitOfWork(engine) as uow:
        assert uow.of(OptOut).count() == uow.of(AuditEntry).count() == 0


def test_a_nested_use_joins_the_outer_transaction(engine: Engine) -> None:
    uow = UnitOfWork(engine)
    with pytest.raises(RuntimeError), uow:  # noqa: PT012
        with uow:
            uow.of(OptOut).add(OptOut("91", "all", "me", NOW))
        raise RuntimeError
    with uow:
        assert uow.of(OptOut).count() == 0


def test_adding_what_is_there_is_no_error_and_counts_as_nothing_new(engine: Engine) -> None:
    with UnitOfWork(engine) as uow:
        outs = [OptOut(str(n), "all", "me", NOW) for n in range(5)]
        assert uow.of(OptOut).add_new(outs[:3]) == 3
        assert uow.of(OptOut).add_new(outs) == 2
        assert uow.of(OptOut).add_new(outs[:1]) == 0
        with pytest.raises(IntegrityError):
            uow.of(OptOut).add(outs[0])


def test_a_moment_comes_back_as_it_was_and_one_without_zone_is_refused(engine: Engine) -> None:
    with UnitOfWork(engine) as uow:
        uow.of(OptOut).add(OptOut("91", "all", "me", NOW))
        assert uow.of(OptOut).all()[0].at == NOW
    with pytest.raises(Exception, match="time zone"), UnitOfWork(engine) as uow:
        uow.of(OptOut).add(OptOut("92", "all", "me", datetime(2026, 1, 1)))


def test_a_counter_rises(engine: Engine) -> None:
    for expected in (1, 2, 3):
        with UnitOfWork(engine) as uow:
            uow.bump("rules")
        with UnitOfWork(engine, reading=True) as uow:
            assert uow.counter("rules") == expected


def test_many_writers_at_once_keep_one_unbroken_chain(engine: Engine) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def note(n: int) -> None:
        with UnitOfWork(engine) as uow:
            uow.audit(NOW, f"actor-{n}", "test.noted", str(n))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(note, range(60)))
    report = verify_audit_chain(SYSTEM, uow=UnitOfWork(engine, reading=True))
    assert report.ok
    assert report.count == 60


def test_values_stay_out_of_database_errors(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught, UnitOfWork(engine) as uow:  # noqa: PT012
        uow.of(OptOut).add(OptOut("91", "all", "canary-value", NOW))
        uow.of(OptOut).add(OptOut("91", "all", "canary-value", NOW))
    assert "canary-value" not in str(caught.value)


def test_the_database_folder_is_made(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engine = open_database(f"sqlite:///{tmp_path}/a/b/c.sqlite")
    migrate(engine)
    assert (tmp_path / "a/b/c.sqlite").exists()
    engine.dispose()
