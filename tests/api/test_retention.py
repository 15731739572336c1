"""What is cleared when its time is over, and what never is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.access import KEY_SCOPES, Actor
from api.errors import Conflict, NotSignedIn
from api.jobs.outbox import work_off
from api.jobs.worker import Worker
from api.records import AuditEntry, Decision, Delivery, IdempotencyKey, InboxMessage, OutboxMessage, Session
from api.settings import load_settings
from api.usecases import retention
from api.usecases.accounts import actor_of_session, sign_in
from api.usecases.audit import verify_audit
from api.usecases.retention import Retention, sweep
from api.usecases.runs import run_to_end, start_run
from api.usecases.webhooks import register_webhook, replay_delivery
from tests.api.conftest import House
from tests.api.fakes import settle, uscc

DAY = 86_400


def _sweep(house: House) -> dict[str, int]:
    return dict(sweep(house.services.retention, uow=house.services.uow(), clock=house.clock))


def _kinds(house: House, kind: type) -> int:
    with house.services.reading() as uow:
        return uow.of(kind).count()


@pytest.fixture
def pushed(house: House, tmp_path: Path) -> tuple[House, Actor]:
    """A city whose pushes were sent."""
    settle(house, tmp_path)
    s, (alpha, _) = house.services, house.key("webhooks:manage")
    register_webhook("https://hooks.example.com/", alpha, guard=s.guard, master=s.master, uow=s.uow(), clock=s.clock)
    run = start_run(house.person("officer"), model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=10, push_top=3, uow=s.uow(), clock=s.clock)
    return house, alpha


def _bodies(house: House) -> set[bool]:
    with house.services.reading() as uow:
        return {bool(m.payload) for m in uow.of(OutboxMessage).all()}


def test_answers_kept_for_repetitions_go_after_their_days_and_not_before(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path)
    client = house.client(house.key(*KEY_SCOPES)[1])
    body, key = {"uscc": uscc(0), "document_id": "D1", "item": 0}, {"idempotency-key": "k"}
    first = client.post("/v1/decisions", json=body, headers=key)
    house.clock.advance(7 * DAY - 1)
    _sweep(house)
    assert client.post("/v1/decisions", json=body, headers=key).content == first.content
    house.clock.advance(2)
    assert _sweep(house)["idempotency_keys"] == 1
    assert _kinds(house, IdempotencyKey) == 0
    assert _kinds(house, Decision) == 1  # the effect stays
    assert client.post("/v1/decisions", json=body, headers=key).json()["id"] != first.json()["id"]


def test_bodies_of_old_pushes_go_and_the_record_of_them_stays(pushed: tuple[House, Actor]) -> None:
    house, alpha = pushed
    s = house.services
    work_off(s.pump(), uow=s.uow())
    deliveries, inbox = _kinds(house, Delivery), _kinds(house, InboxMessage)
    house.clock.advance(30 * DAY - 1)
    assert "push_bodies" not in _sweep(house)
    house.clock.advance(2)
    assert _sweep(house)["push_bodies"] == 12
    assert _bodies(house) == {False}
    assert (_kinds(house, Delivery), _kinds(house, InboxMessage)) == (deliveries, inbox) == (6, 6)
    with s.reading() as uow:
        one = uow.of(Delivery).all()[0]
    with pytest.raises(Conflict, match="DELIVERY_EXPIRED"):
        replay_delivery(one.id, alpha, uow=s.uow(), clock=s.clock)
    with s.uow() as uow:  # and were it put back by other means, nothing empty is sent
        uow.of(Delivery).change(state="pending", next_at=house.clock.now())
    sent = len(house.sender.sent)
    work_off(s.pump(), uow=s.uow())
    assert len(house.sender.sent) == sent
    run = start_run(house.person("officer"), model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=10, push_top=3, uow=s.uow(), clock=s.clock)
    assert _kinds(house, OutboxMessage) == 12  # nobody is told of the same rules twice


def test_a_body_that_still_waits_is_kept(pushed: tuple[House, Actor]) -> None:
    house, _ = pushed
    house.clock.advance(31 * DAY)
    _sweep(house)
    assert _bodies(house) == {True}  # not even dispatched
    from api.jobs.outbox import dispatch

    dispatch(house.services.pump(), uow=house.services.uow())
    house.clock.advance(31 * DAY)
    assert _sweep(house)["push_bodies"] == 6  # those for inboxes; the webhooks are pending
    assert work_off(house.services.pump(), uow=house.services.uow())["delivered"] == 6


def test_sessions_that_ended_go_and_those_in_use_stay(house: House) -> None:
    house.person("zhang")
    opened = [sign_in("zhang", "zhang-password", uow=house.services.uow(), clock=house.clock) for _ in range(2)]
    for _ in range(2):
        house.clock.advance(10 * 60)
        actor_of_session(opened[1].token, uow=house.services.uow(), clock=house.clock)
    assert _sweep(house) == {"sessions": 2}  # idle: the one above and the fixture's own
    assert actor_of_session(opened[1].token, uow=house.services.uow(), clock=house.clock)[0].name == "zhang"
    house.clock.advance(13 * 3600)
    assert _sweep(house) == {"sessions": 1}
    assert _kinds(house, Session) == 0
    with pytest.raises(NotSignedIn):
        actor_of_session(opened[1].token, uow=house.services.uow(), clock=house.clock)


def test_the_audit_log_is_never_swept_and_says_what_was(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    now = house.clock.now()
    with house.services.uow() as uow:
        uow.of(IdempotencyKey).add_new([IdempotencyKey(f"o{n}", f"k{n % 2}", "f" * 64, 200, "{}", now) for n in range(7)])
        uow.audit(now, "u1", "run.started", "run_1")
    house.clock.advance(4000 * DAY)
    assert _sweep(house) == {"idempotency_keys": 7}
    assert _sweep(house) == {}  # nothing went: nothing is noted
    with house.services.reading() as uow:
        assert [(e.action, e.data) for e in uow.of(AuditEntry).all()] == [
            ("run.started", "{}"), ("records.swept", '{"idempotency_keys":7}'),
        ]  # fmt: skip
    from api.access import SYSTEM

    assert verify_audit(SYSTEM, anchor=house.services.anchor, uow=house.services.reading()).ok


def test_the_days_are_settings(tmp_path: Path) -> None:
    from api.wiring import build_services
    from tests.api.fakes import AnyWhere, NotingSender, parse_fake

    given = {
        "MIANSHEN_DATA_DIR": str(tmp_path), "MIANSHEN_IDEMPOTENCY_DAYS": "3", "MIANSHEN_PUSH_BODY_DAYS": "9", "MIANSHEN_SESSION_IDLE_MINUTES": "5",
    }  # fmt: skip
    services = build_services(load_settings(given), sender=NotingSender(), parse=parse_fake, guard=AnyWhere())
    assert services.retention == Retention(timedelta(days=3), timedelta(days=9), timedelta(minutes=5))
    services.close()


@pytest.fixture
def worker(lite_house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker whose engine for runs is left out."""
    monkeypatch.setattr("api.jobs.worker.start_engine", lambda services, stopping: lambda run_id: None)
    monkeypatch.setattr("api.jobs.worker.stop_engine", lambda: None)
    made = Worker(lite_house.services)
    yield made
    made.stop()


def test_the_worker_sweeps_from_its_start(lite_house: House, worker: Worker) -> None:
    import time

    lite_house.person("zhang")
    lite_house.clock.advance(13 * 3600)
    worker.start()
    deadline = time.monotonic() + 60
    while _kinds(lite_house, Session) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _kinds(lite_house, Session) == 0
