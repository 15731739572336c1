import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update

from api.access import SYSTEM
from api.db.tables import audit_log, rule_versions
from api.db.unit_of_work import UnitOfWork
from api.records import RuleVersion
from api.usecases.audit import list_audit, names_of, verify_audit, verify_audit_chain
from api.usecases.rules import retire_rule
from api.web.words import ACTION_WORDS
from tests.api.conftest import House
from tests.api.fakes import publish

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


# ---- published rules against the log -----------------------------------------------------------------------------
def _unretire(uow: UnitOfWork, first: str, second: str) -> None:
    uow.connection.execute(update(rule_versions).where(rule_versions.c.id == first).values(retired_at=None))


def _retire(uow: UnitOfWork, first: str, second: str) -> None:
    uow.connection.execute(update(rule_versions).where(rule_versions.c.id == second).values(retired_at=NOW))


def _delete(uow: UnitOfWork, first: str, second: str) -> None:
    uow.connection.execute(delete(rule_versions).where(rule_versions.c.id == first))


def _smuggle(uow: UnitOfWork, first: str, second: str) -> None:
    versions = uow.of(RuleVersion)
    known = versions.find(versions.c.id == second)
    assert known is not None
    versions.add(replace(known, id="rul_" + "0" * 26, version=99, document_id="D9"))


@pytest.mark.parametrize(
    ("tamper", "named"), [(_unretire, "first"), (_retire, "second"), (_delete, "first"), (_smuggle, "rul_" + "0" * 26)]
)
def test_rules_that_are_not_as_the_log_has_them_are_named(
    house: House, tmp_path: Path, tamper: Callable[[UnitOfWork, str, str], None], named: str
) -> None:
    first = publish(house, "D1", data=b"one").id
    second = publish(house, "D1", data=b"two").id
    s = house.services
    assert verify_audit(SYSTEM, anchor=s.anchor, uow=s.reading()).ok
    with UnitOfWork(s.engine) as uow:
        tamper(uow, first, second)
    report = verify_audit(SYSTEM, anchor=s.anchor, uow=s.reading())
    assert not report.ok
    assert {"first": first, "second": second}.get(named, named) in report.message


def test_a_rule_that_was_retired_by_its_officer_is_as_the_log_has_it(house: House) -> None:
    version, s = publish(house, "D1"), house.services
    retire_rule(version.id, house.person("officer"), uow=s.uow(), clock=s.clock)
    assert verify_audit(SYSTEM, anchor=s.anchor, uow=s.reading()).ok


# ---- the auditor's own look --------------------------------------------------------------------------------------
def test_an_auditor_compares_an_end_that_was_written_down(lite_house: House) -> None:
    lite_house.person("eye", "auditor")
    client = lite_house.client()
    token = client.post("/v1/sessions", json={"username": "eye", "password": "eye-password"}).json()["token"]
    bearer = {"authorization": f"Bearer {token}"}
    now = client.get("/v1/audit/verification", headers=bearer).json()
    assert (now["ok"], now["noted_seq"]) == (True, now["count"])
    address = "/v1/audit/verification?head={}:{}"
    same = client.get(address.format(now["count"], now["head"][:16]), headers=bearer).json()
    other = client.get(address.format(now["count"], "0" * 16), headers=bearer).json()
    later = client.get(address.format(now["count"] + 1, now["head"]), headers=bearer).json()
    assert (same["ok"], other["ok"], later["ok"]) == (True, False, False)
    for half in ("head=1", "head=1:", "head=:" + "0" * 16, "head=1:0", "head=1:" + "Z" * 16):
        assert client.get(f"/v1/audit/verification?{half}", headers=bearer).status_code == 422
    client.post("/sign-in", data={"username": "eye", "password": "eye-password"})
    head = client.get("/v1/audit/verification", headers=bearer).json()
    page = client.get("/audit").text
    assert head["head"] in page
    assert "记录链完整" in page
    assert f"与抄录的第 {head['count']} 条一致" in client.get(f"/audit?seq={head['count']}&head={head['head']}").text
    grouped = "-".join(head["head"][n : n + 8] for n in range(0, 64, 8))
    assert "条一致" in client.get(f"/audit?seq={head['count']}&head={grouped}").text
    assert "记录链有疑点" in client.get(f"/audit?seq={head['count']}&head={'0' * 16}").text
    assert "没有核对" in client.get('/audit?seq=x&head="><script>alert(1)</script>').text
    assert "<script>alert" not in client.get('/audit?seq=x&head="><script>alert(1)</script>').text
