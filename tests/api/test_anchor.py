import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from api.access import SYSTEM
from api.anchor import Anchor, AnchorFile, AnchorForged
from api.db.tables import audit_log
from api.db.unit_of_work import UnitOfWork
from api.usecases.audit import ChainReport, verify_audit

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MASTER = b"m" * 48


@pytest.fixture
def anchor(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path, "sqlite:///here", MASTER)


@pytest.fixture
def noted(engine: Engine, anchor: AnchorFile) -> Engine:
    for n in range(10):
        with UnitOfWork(engine, noted=anchor.note) as uow:
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
    assert anchor.read() == Anchor(10, report.head)


@pytest.mark.parametrize("kept", [0, 1, 9])
def test_a_log_whose_last_rows_are_gone_is_found(noted: Engine, anchor: AnchorFile, kept: int) -> None:
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > kept))
    report = _verify(noted, anchor)
    assert not report.ok
    assert report.broken_seq == kept + 1
    assert "截断" in report.message


def test_a_log_cut_short_and_written_on_is_found(noted: Engine, anchor: AnchorFile) -> None:
    with UnitOfWork(noted) as uow:
        uow.connection.execute(delete(audit_log).where(audit_log.c.seq > 4))
    for n in range(20):
        with UnitOfWork(noted, noted=None) as uow:
            uow.audit(NOW, "u2", "run.started", f"run_{n}")
    assert not _verify(noted, anchor).ok


@pytest.mark.parametrize("change", [{"seq": 3}, {"hash": "0" * 64}, {"seal": "0" * 64}, {"seal": "签"}])
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
    with UnitOfWork(noted, noted=again.note) as uow:
        uow.audit(NOW, "u1", "run.started", "run_11")
    assert json.loads(path.read_text())["seq"] == 99


def test_a_rolled_back_change_is_not_noted(engine: Engine, anchor: AnchorFile) -> None:
    def failing() -> None:
        with UnitOfWork(engine, noted=anchor.note) as uow:
            uow.audit(NOW, "u1", "run.started", "run_1")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        failing()
    assert anchor.read() is None


def test_another_process_never_takes_the_note_back(noted: Engine, anchor: AnchorFile, tmp_path: Path) -> None:
    late = AnchorFile(tmp_path, "sqlite:///here", MASTER)
    late.note(3, "f" * 64)
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
    with UnitOfWork(engine, noted=anchor.note) as uow:
        uow.audit(NOW, "u1", "run.started", "run_1")
    report = verify_audit(SYSTEM, anchor=AnchorFile(tmp_path, "sqlite:///here", MASTER), uow=UnitOfWork(engine, reading=True))
    assert replace(report, head="") == ChainReport(True, 1, "", None, report.message)


def test_a_reading_unit_of_work_refuses_to_note_a_change(engine: Engine) -> None:
    with UnitOfWork(engine, reading=True) as uow, pytest.raises(RuntimeError, match="rolled back"):
        uow.audit(NOW, "u1", "run.started", "run_1")
