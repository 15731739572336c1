import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, delete, update

from api.access import SYSTEM
from api.anchor import Anchor, AnchorFile, AnchorForged
from api.cli import main
from api.clock import SetClock
from api.db.engine import open_database
from api.db.tables import audit_log
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid
from api.records import AuditEntry
from api.usecases.audit import ChainReport, renew_anchor, verify_audit

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MASTER = b"m" * 48


@pytest.fixture
def anchor(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path, "sqlite:///here", MASTER)


@pytest.fixture
def noted(engine: Engine, anchor: AnchorFile) -> Engine:
    for n in range(10):
        with UnitOfWork(engine, noted=anchor) as uow:
            uow.audit(NOW, "u1", "run.started", f"run_{n}", {"n": n})
    return engine


def _verify(engine: Engine, anchor: AnchorFile) -> ChainReport:
    return verify_audit(SYSTEM, anchor=anchor, uow=UnitOfWork(engine, reading=True))


def _file(folder: Path) -> Path:
    (path,) = folder.glob("audit-head-*.json")
    return path


def test_the_end_of_an_untouched_log_is_where_it_was_noted(noted: Engine, anchor: AnchorFile) -> None:
    report = _verify(noted, anchor)
    assert (report.ok, report.count) == (True, 10)
    assert anchor.read() == Anchor(10, report.head, sealed_from=1)


@pytest.mark.parametrize("kept", [0, 1, 9])
def test_a_log_whose_last_rows_are_gone_is_found(noted: Engine, anchor: AnchorFile, kept: int) -> None:
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > kept))
    report = _verify(noted, anchor)
    assert not report.ok
    assert report.broken_seq == kept + 1
    assert "截断" in report.message


def test_a_log_cut_short_and_written_on_by_the_service_itself_is_found(noted: Engine, anchor: AnchorFile) -> None:
    before = _verify(noted, anchor)
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 4))
    for n in range(20):
        with UnitOfWork(noted, noted=anchor) as uow:
            uow.audit(NOW, "u2", "run.started", f"run_{n}")
        report = _verify(noted, anchor)
        assert not report.ok
        assert report.broken_seq == min(10, 5 + n + 1)
    assert anchor.read() == Anchor(10, before.head, sealed_from=1)  # the note stays where it was


def test_a_note_that_was_deleted_is_missed_and_not_made_anew_by_the_service(
    noted: Engine, anchor: AnchorFile, tmp_path: Path
) -> None:
    _file(tmp_path).unlink()
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 4))
    for service in (anchor, AnchorFile(tmp_path, "sqlite:///here", MASTER)):  # the one running, and one started again
        with UnitOfWork(noted, noted=service) as uow:
            uow.audit(NOW, "u1", "run.started", "run_11")
        report = _verify(noted, service)
        assert not report.ok
        assert "没有审计链尾留存" in report.message
        assert "mianshen anchor" in report.message


def test_an_older_note_put_back_with_an_older_log_is_found_by_what_a_person_wrote_down(
    engine: Engine, anchor: AnchorFile, tmp_path: Path
) -> None:
    for n in range(5):
        with UnitOfWork(engine, noted=anchor) as uow:
            uow.audit(NOW, "u1", "run.started", f"run_{n}")
    older = _file(tmp_path).read_bytes()
    for n in range(5):
        with UnitOfWork(engine, noted=anchor) as uow:
            uow.audit(NOW, "u1", "run.finished", f"run_{n}")
    written = _verify(engine, anchor)
    with UnitOfWork(engine) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 5))
    _file(tmp_path).write_bytes(older)
    assert _verify(engine, anchor).ok  # the note alone cannot tell
    reading = UnitOfWork(engine, reading=True)
    report = verify_audit(SYSTEM, anchor=anchor, uow=reading, written_down=(written.count, written.head[:16]))
    assert (report.ok, report.broken_seq) == (False, 6)
    good = verify_audit(
        SYSTEM, anchor=anchor, uow=UnitOfWork(engine, reading=True), written_down=(5, _verify(engine, anchor).head[:20])
    )
    assert good.ok


def test_entries_after_the_note_are_counted(noted: Engine, anchor: AnchorFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchor, "note", lambda seq, head: None)  # committed, and then the power failed
    with UnitOfWork(noted, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.started", "run_11")
    report = _verify(noted, anchor)
    assert (report.ok, report.count, report.noted_seq) == (True, 11, 10)
    assert "最后 1 条" in report.message
    monkeypatch.undo()
    with UnitOfWork(noted, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.finished", "run_11")
    assert _verify(noted, anchor).noted_seq == 12


@pytest.mark.parametrize(
    "words",
    [b"", b"[]", b"[" * 100_000, b"null", b'{"seq": Infinity, "hash": "a", "seal": "b"}', b'{"seq": "10", "hash": "a", "seal": "b"}', b"\xff\xfe",
     b'{"seq": 1e999, "hash": [], "seal": {}}', b'{"seq": 10, "hash": "\\ud800", "seal": "b"}', None],
)  # fmt: skip
def test_a_note_that_is_nonsense_is_said_so_and_stops_no_work(
    noted: Engine, anchor: AnchorFile, tmp_path: Path, words: bytes | None
) -> None:
    path = _file(tmp_path)
    path.unlink()
    if words is None:
        path.mkdir()
    else:
        path.write_bytes(words)
    with UnitOfWork(noted, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.started", "run_11")
    report = _verify(noted, anchor)
    assert (report.ok, report.count) == (False, 11)
    assert "不可读或签名不符" in report.message


def test_a_note_of_another_database_does_not_count_here(tmp_path: Path) -> None:
    one, other = (AnchorFile(tmp_path, url, MASTER) for url in ("sqlite:///one", "sqlite:///other"))
    one.note(5, "a" * 64)
    other._path.write_bytes(one._path.read_bytes())
    with pytest.raises(AnchorForged):
        other.read()


def test_a_changed_password_changes_no_note(tmp_path: Path) -> None:
    one, other = (AnchorFile(tmp_path, f"postgresql://me:{word}@db:5432/m", MASTER) for word in ("old", "new"))
    one.note(5, "a" * 64)
    assert other.read() == Anchor(5, "a" * 64, sealed_from=1)


# ---- an operator looks and notes anew ----------------------------------------------------------------------------
def _renew(engine: Engine, anchor: AnchorFile, reason: str = "由备份恢复,已核对") -> ChainReport:
    return renew_anchor(SYSTEM, reason=reason, anchor=anchor, uow=UnitOfWork(engine, noted=anchor), clock=SetClock(NOW))


def test_after_a_restore_the_operator_notes_the_end_anew_and_the_log_says_so(
    noted: Engine, anchor: AnchorFile, tmp_path: Path
) -> None:
    with UnitOfWork(noted) as uow:  # restored from a backup of an hour ago
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 6))
    before = anchor.read()
    assert before is not None
    assert not _verify(noted, anchor).ok
    report = _renew(noted, anchor)
    assert (report.ok, report.count) == (True, 7)
    assert _verify(noted, anchor).ok
    with UnitOfWork(noted, reading=True) as uow:
        last = uow.of(AuditEntry).all()[-1]
    assert last.action == "audit.reanchored"
    assert json.loads(last.data) == {"reason": "由备份恢复,已核对", "before": {"seq": 10, "hash": before.hash}}
    (aside,) = tmp_path.glob("audit-head-*.replaced-1.json")
    assert json.loads(aside.read_text())["seq"] == 10
    with UnitOfWork(noted, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.started", "run_12")
    assert _verify(noted, anchor).noted_seq == 8  # and it goes on from there


def test_no_new_note_without_a_reason_or_over_a_broken_chain(noted: Engine, anchor: AnchorFile) -> None:
    with pytest.raises(Invalid):
        _renew(noted, anchor, reason=" ")
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq == 4))
    held = anchor.read()
    with pytest.raises(Conflict, match="AUDIT_BROKEN"):
        _renew(noted, anchor)
    assert anchor.read() == held


def test_the_command_notes_the_end_anew(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIANSHEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MIANSHEN_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MIANSHEN_SECRET_KEY", "k" * 40)
    engine = open_database(sqlite_url)
    with UnitOfWork(engine) as uow:
        uow.audit(NOW, "u1", "run.started", "run_1")
    anchor = AnchorFile(tmp_path, sqlite_url, b"k" * 40)
    assert not _verify(engine, anchor).ok
    outcome = CliRunner().invoke(main, ["anchor", "--reason", "迁移到新机器"])
    assert outcome.exit_code == 0, outcome.output
    assert "第 2 条" in outcome.output
    assert _verify(engine, anchor).ok
    engine.dispose()


@pytest.mark.parametrize(
    "change", [{"seq": 3}, {"hash": "0" * 64}, {"seal": "0" * 64}, {"seal": "签"}, {"sealed_from": 9}, {"sealed_from": None}]
)
def test_a_note_that_somebody_changed_is_named(
    noted: Engine, anchor: AnchorFile, tmp_path: Path, change: dict[str, object]
) -> None:
    path = _file(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}), "utf-8")
    with pytest.raises(AnchorForged):
        anchor.read()
    report = _verify(noted, anchor)
    assert not report.ok
    assert "签名不符" in report.message


def test_a_forged_note_is_left_as_evidence(noted: Engine, anchor: AnchorFile, tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.write_text('{"seq": 99, "hash": "x", "seal": "y"}')
    again = AnchorFile(tmp_path, "sqlite:///here", MASTER)
    with UnitOfWork(noted, noted=again) as uow:
        uow.audit(NOW, "u1", "run.started", "run_11")
    assert json.loads(path.read_text())["seq"] == 99


def test_a_rolled_back_change_is_not_noted(engine: Engine, anchor: AnchorFile) -> None:
    def failing() -> None:
        with UnitOfWork(engine, noted=anchor) as uow:
            uow.audit(NOW, "u1", "run.started", "run_1")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        failing()
    assert anchor.read() is None


def test_another_process_never_takes_the_note_back(noted: Engine, anchor: AnchorFile, tmp_path: Path) -> None:
    late = AnchorFile(tmp_path, "sqlite:///here", MASTER)
    late.note(3, "f" * 64)
    late.note(10, "f" * 64)
    held = anchor.read()
    assert held is not None
    assert held.seq == 10


def test_each_database_has_its_own_note(tmp_path: Path) -> None:
    one, other = (AnchorFile(tmp_path, url, MASTER) for url in ("sqlite:///one", "sqlite:///other"))
    one.note(5, "a" * 64)
    assert other.read() is None


def test_a_folder_that_cannot_be_written_does_not_undo_the_commit(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    anchor = AnchorFile(tmp_path / "file", "sqlite:///here", MASTER)
    with UnitOfWork(engine, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.started", "run_1")
    report = verify_audit(SYSTEM, anchor=AnchorFile(tmp_path, "sqlite:///here", MASTER), uow=UnitOfWork(engine, reading=True))
    assert (report.count, report.noted_seq, report.ok) == (1, None, False)  # and it is not passed over in silence


def test_a_reading_unit_of_work_refuses_to_note_a_change(engine: Engine) -> None:
    with UnitOfWork(engine, reading=True) as uow, pytest.raises(RuntimeError, match="rolled back"):
        uow.audit(NOW, "u1", "run.started", "run_1")


# ---- entries that somebody else added -----------------------------------------------------------------------------
def _forge(engine: Engine, seal: str = "") -> None:
    """Append an entry as whoever can write to the database would: chained as it must be."""
    with UnitOfWork(engine) as uow:
        uow.audit(NOW, "u9", "rule.published", "rule_9")
    with engine.begin() as connection:
        connection.execute(update(audit_log).where(audit_log.c.actor == "u9").values(seal=seal))


@pytest.mark.parametrize("seal", ["", "0" * 64, "another entry's"])
def test_an_entry_that_somebody_else_added_is_found_and_stays_found(noted: Engine, anchor: AnchorFile, seal: str) -> None:
    with UnitOfWork(noted, reading=True) as uow:
        earlier = uow.of(AuditEntry).all()[2].seal
    _forge(noted, earlier if seal == "another entry's" else seal)
    with UnitOfWork(noted, noted=anchor) as uow:  # the service goes on after it
        uow.audit(NOW, "u1", "run.started", "run_12")
    report = _verify(noted, anchor)
    assert (report.ok, report.broken_seq) == (False, 11)
    assert "没有本服务的签名" in report.message


def test_taking_all_seals_away_hides_no_forged_entry(noted: Engine, anchor: AnchorFile) -> None:
    _forge(noted)
    with noted.begin() as connection:
        connection.execute(update(audit_log).values(seal=""))
    assert _verify(noted, anchor).broken_seq == 1


def test_a_log_from_before_seals_is_sealed_from_the_next_entry_on(noted: Engine, anchor: AnchorFile, tmp_path: Path) -> None:
    with noted.begin() as connection:
        connection.execute(update(audit_log).values(seal=""))
    head = (anchor.read() or Anchor(0, "")).hash
    anchor._write(Anchor(10, head))  # as the version before wrote it: it says nothing of seals
    assert _verify(noted, anchor).ok
    with UnitOfWork(noted, noted=anchor) as uow:
        uow.audit(NOW, "u1", "run.started", "run_11")
    held = anchor.read()
    assert held is not None
    assert held.sealed_from == 11
    assert _verify(noted, anchor).ok
    _forge(noted)
    assert _verify(noted, anchor).broken_seq == 12


def test_after_an_operator_looked_the_entries_before_are_taken_as_they_are(noted: Engine, anchor: AnchorFile) -> None:
    _forge(noted)
    assert not _verify(noted, anchor).ok
    assert _renew(noted, anchor, reason="第 11 条系迁移脚本写入,已核对").ok
    assert _verify(noted, anchor).ok
    _forge(noted)
    assert _verify(noted, anchor).broken_seq == 13
