import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update

from api.access import SYSTEM
from api.db.tables import audit_log
from api.db.unit_of_work import UnitOfWork
from api.usecases.audit import list_audit, names_of, verify_audit_chain
from api.web.words import ACTION_WORDS
from tests.api.conftest import House

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def noted(engine: Engine) -> Engine:
    for n in range(20):
        with UnitOfWork(engine) as uow:
            uow.audit(NOW, "u1", "rule.published", f"rul_{n}", {"n": n})
            uow.audit(NOW, "u2", "rule.retired", f"rul_{n}")
    return engine


def _verify(engine: Engine, anchor: tuple[int, str] | None = None):  # type: ignore[no-untyped-def]
    return verify_audit_chain(SYSTEM, uow=UnitOfWork(engine, reading=True), anchors=[] if anchor is None else [anchor])


def test_an_untouched_chain_holds(noted: Engine) -> None:
    report = _verify(noted)
    assert (report.ok, report.count) == (True, 40)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data", '{"n":99}'),
        ("actor", "somebody"),
        ("action", "x"),
        ("subject", "y"),
        ("at", "2020"),
        ("hash", "0" * 64),
        ("previous", "f" * 64),
    ],
)
@pytest.mark.parametrize("seq", [1, 17, 40])
def test_a_changed_row_is_found_and_named(noted: Engine, column: str, value: str, seq: int) -> None:
    with UnitOfWork(noted) as uow:
        uow.connection.execute(update(audit_log).where(audit_log.c.seq == seq).values({column: value}))
    report = _verify(noted)
    assert not report.ok
    assert report.broken_seq == seq


def test_a_deleted_row_is_found_and_named(noted: Engine) -> None:
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq == 9))
    assert _verify(noted).broken_seq == 9


def test_exchanged_rows_are_found(noted: Engine) -> None:
    with UnitOfWork(noted) as uow:
        for before, after in ((5, 1000), (6, 5), (1000, 6)):
            uow.connection.execute(update(audit_log).where(audit_log.c.seq == before).values(seq=after))
    assert _verify(noted).broken_seq == 5


def test_a_log_cut_short_is_found_against_an_anchor(noted: Engine) -> None:
    head = _verify(noted)
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 30))
    assert _verify(noted).ok
    report = _verify(noted, anchor=(head.count, head.head))
    assert not report.ok
    assert report.broken_seq == 31


def test_the_newest_entries_come_first_and_pages_join(noted: Engine) -> None:
    first = list_audit(SYSTEM, limit=15, uow=UnitOfWork(noted, reading=True))
    second = list_audit(SYSTEM, limit=50, cursor=first.next_cursor, uow=UnitOfWork(noted, reading=True))
    assert [e.seq for e in (*first.items, *second.items)] == list(range(40, 0, -1))


def test_each_actor_is_shown_by_name(house: House) -> None:
    officer = house.person("zhang", "officer")
    names = names_of({officer.id, "system", "usr_nobody"}, SYSTEM, uow=house.services.uow())
    assert names == {officer.id: f"{officer.name}(zhang)", "system": "系统"}


def test_every_action_that_is_noted_has_a_word() -> None:
    noted = {
        match
        for path in sorted(Path(__file__).parents[2].joinpath("api").rglob("*.py"))
        for match in re.findall(r'(?:audit|_save)\([^"]*"([a-z]+\.[a-z_]+)"', path.read_text("utf-8"))
    }
    assert {"rule.retired", "session.opened"} <= noted
    assert noted - set(ACTION_WORDS) == set()
