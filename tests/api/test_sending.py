"""Who waits for whom when deliveries are sent, and when they are tried again."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from api.channels.guard import Target
from api.channels.sender import Answer
from api.jobs import sending
from api.jobs.outbox import dispatch, work_off
from api.jobs.sending import Courier, Pump
from api.records import Delivery, WebhookEndpoint
from api.usecases.runs import run_to_end, start_run
from api.usecases.webhooks import register_webhook
from tests.api.conftest import House
from tests.api.fakes import settle

ENTERPRISES = 120
PUSHED = 76  # of them: more than are ever under way at once


class _Hanging:
    """One receiver never answers until the test ends; the others answer at once."""

    def __init__(self) -> None:
        self.released = Event()
        self.asked: Counter[str] = Counter()

    def send(self, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
        self.asked[target.host] += 1
        if target.host.startswith("hangs"):
            self.released.wait(60)
            return Answer(None, "接收方在限定时间内没有应答")
        return Answer(204)


@pytest.fixture
def hanging() -> Iterator[_Hanging]:
    sender = _Hanging()
    yield sender
    sender.released.set()


def _register(house: House, host: str, owner: str) -> WebhookEndpoint:
    s, (actor, _) = house.services, house.key("webhooks:manage", owner=owner)
    url = f"https://{host}/in"
    return register_webhook(url, actor, guard=s.guard, master=s.master, uow=s.uow(), clock=s.clock).endpoint


def _push(house: House, folder: Path, count: int = ENTERPRISES) -> None:
    settle(house, folder, count=count)
    s = house.services
    run = start_run(house.person("officer"), model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=60, push_top=3, uow=s.uow(), clock=s.clock)


def _pump(house: House, sender: _Hanging) -> Pump:
    s = house.services
    return Pump(s.guard, sender, s.master, s.clock, timedelta(seconds=120))


def _states(house: House, endpoint: WebhookEndpoint) -> Counter[str]:
    with house.services.reading() as uow:
        deliveries = uow.of(Delivery)
        return Counter(d.state for d in deliveries.all(deliveries.c.endpoint_id == endpoint.id))


def _steps(house: House, courier: Courier, until: object, most: int = 200) -> None:
    for _ in range(most):
        if until():  # type: ignore[operator]
            return
        courier.step(house.services.uow(), seconds=0.05)


def test_a_receiver_that_hangs_delays_nobody_else(house: House, tmp_path: Path, hanging: _Hanging) -> None:
    slow = _register(house, "hangs.example.com", "alpha")
    quick = _register(house, "quick.example.com", "beta")
    _push(house, tmp_path)
    pump = _pump(house, hanging)
    dispatch(pump, uow=house.services.uow())
    courier = Courier(pump)
    _steps(house, courier, lambda: _states(house, quick) == {"delivered": PUSHED})
    assert _states(house, quick) == {"delivered": PUSHED}
    assert _states(house, slow) == {"pending": PUSHED}
    assert hanging.asked["hangs.example.com"] <= sending._AN_ENDPOINT < sending.AT_ONCE
    hanging.released.set()
    assert courier.finish(house.services.uow())["failed"] == hanging.asked["hangs.example.com"]
    assert not courier.busy


def test_many_endpoints_of_one_integrator_that_hang_delay_no_other(lite_house: House, tmp_path: Path, hanging: _Hanging) -> None:
    slow = [_register(lite_house, f"hangs-{n}.example.com", "alpha") for n in range(10)]
    quick = _register(lite_house, "quick.example.com", "beta")
    _push(lite_house, tmp_path)
    pump = _pump(lite_house, hanging)
    dispatch(pump, uow=lite_house.services.uow())
    courier = Courier(pump)
    _steps(lite_house, courier, lambda: _states(lite_house, quick) == {"delivered": PUSHED})
    assert _states(lite_house, quick) == {"delivered": PUSHED}
    assert hanging.asked.total() - hanging.asked["quick.example.com"] <= sending._AN_OWNER
    assert all(_states(lite_house, e) == {"pending": PUSHED} for e in slow)
    hanging.released.set()
    courier.finish(lite_house.services.uow())


def test_a_receiver_that_failed_is_tried_one_at_a_time_until_it_answers(
    lite_house: House, tmp_path: Path, hanging: _Hanging
) -> None:
    slow = _register(lite_house, "hangs.example.com", "alpha")
    _push(lite_house, tmp_path)
    with lite_house.services.uow() as uow:
        endpoints = uow.of(WebhookEndpoint)
        endpoints.change(endpoints.c.id == slow.id, failing_since=lite_house.clock.now())
    pump = _pump(lite_house, hanging)
    dispatch(pump, uow=lite_house.services.uow())
    courier = Courier(pump)
    for _ in range(5):
        courier.step(lite_house.services.uow(), seconds=0.02)
    assert hanging.asked == {"hangs.example.com": 1}
    hanging.released.set()
    courier.finish(lite_house.services.uow())


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("Fri, 20 Nov 2026 03:00:00 GMT", timedelta(hours=2)),
        ("Fri, 20-Nov-26 03:00:00 GMT", timedelta(hours=2)),
        ("Fri Nov 20 03:00:00 2026", timedelta(hours=2)),
        ("Fri, 20 Nov 2026 11:00:00 +0800", timedelta(hours=2)),
        ("Fri, 20 Nov 2099 03:00:00 GMT", timedelta(days=1)),
        ("Fri, 20 Nov 2020 03:00:00 GMT", timedelta(seconds=5)),
        ("soon", timedelta(seconds=5)),
    ],
)
def test_a_retry_after_given_as_a_date_is_kept_to(lite_house: House, tmp_path: Path, asked: str, waits: timedelta) -> None:
    """The three forms of RFC 9110 5.6.7, and what senders write beside them; at most a day, never sooner than our own schedule."""
    assert lite_house.clock.now() == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    _register(lite_house, "busy.example.com", "alpha")
    _push(lite_house, tmp_path, count=5)
    lite_house.sender.answer = lambda n: Answer(503, "", asked)
    s = lite_house.services
    assert work_off(s.pump(), uow=s.uow())["failed"] == 3
    with s.reading() as uow:
        due = {d.next_at - lite_house.clock.now() for d in uow.of(Delivery).all()}
    assert all(waits <= one <= waits * 1.1 for one in due), due
    lite_house.clock.advance(waits.total_seconds() - 1)
    assert not work_off(s.pump(), uow=s.uow())
    lite_house.sender.answer = lambda n: Answer(200)
    lite_house.clock.advance(waits.total_seconds() * 0.1 + 2)
    assert work_off(s.pump(), uow=s.uow())["delivered"] == 3


def test_a_worker_that_stops_records_what_is_under_way_and_starts_nothing_more(
    lite_house: House, tmp_path: Path, hanging: _Hanging
) -> None:
    slow = _register(lite_house, "hangs.example.com", "alpha")
    _push(lite_house, tmp_path)
    pump = _pump(lite_house, hanging)
    dispatch(pump, uow=lite_house.services.uow())
    courier = Courier(pump)
    courier.step(lite_house.services.uow(), seconds=0.01)
    hanging.released.set()
    assert courier.finish(lite_house.services.uow()) == {"failed": sending._AN_ENDPOINT}
    with lite_house.services.reading() as uow:
        tried = [d for d in uow.of(Delivery).all() if d.endpoint_id == slow.id and d.attempts]
    assert len(tried) == sending._AN_ENDPOINT
    assert all(d.lease is None for d in tried)
