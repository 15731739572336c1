import json
from datetime import timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from api.access import Actor
from api.channels.schedule import DELAYS, next_delay
from api.channels.sender import Answer, wait_of
from api.errors import Conflict, NotFound
from api.jobs.outbox import dispatch, work_off
from api.jobs.sending import record, send_due, take
from api.records import Delivery, InboxMessage, OutboxMessage, WebhookEndpoint
from api.usecases.rights import list_messages, mark_read, opt_out
from api.usecases.runs import run_to_end, start_run
from api.usecases.webhooks import (
    Registered,
    get_webhook,
    list_deliveries,
    register_webhook,
    remove_webhook,
    replay_delivery,
    rotate_webhook,
)
from tests.api.conftest import House
from tests.api.fakes import settle, uscc


def _register(house: House, actor: Actor) -> Registered:
    s = house.services
    return register_webhook("https://hooks.example.com/in", actor, guard=s.guard, master=s.master, uow=s.uow(), clock=s.clock)


@pytest.fixture
def ready(house: House, tmp_path: Path) -> tuple[House, Actor, Registered]:
    """A city of ten with one endpoint and its pushes decided on, none sent."""
    return _ready(house, tmp_path)


@pytest.fixture
def lite_ready(lite_house: House, tmp_path: Path) -> tuple[House, Actor, Registered]:
    """The same on SQLite."""
    return _ready(lite_house, tmp_path)


def _ready(house: House, folder: Path) -> tuple[House, Actor, Registered]:
    settle(house, folder, count=10)
    alpha, _ = house.key("webhooks:manage", "messages:read", "rights:write")
    registered = _register(house, alpha)
    run = start_run(house.person("officer"), model_version="rules", uow=house.services.uow(), clock=house.clock)
    run_to_end(run.id, scorer=None, chunk_size=5, push_top=3, uow=house.services.uow(), clock=house.clock)
    return house, alpha, registered


def _work(house: House) -> dict[str, int]:
    return dict(work_off(house.services.pump(), uow=house.services.uow()))


def _deliveries(house: House) -> tuple[Delivery, ...]:
    with house.services.reading() as uow:
        return uow.of(Delivery).all()


def test_each_push_arrives_once_signed_so_that_the_standards_library_accepts_it(ready: tuple[House, Actor, Registered]) -> None:
    house, _, registered = ready
    done = _work(house)
    assert done["delivered"] == len(house.sender.sent) == len(house.sender.ids()) == 6
    import datetime as real

    for _, body, headers in house.sender.sent:
        hook = Webhook(registered.secret)
        signed = hook.sign(
            headers["webhook-id"], real.datetime.fromtimestamp(int(headers["webhook-timestamp"]), real.UTC), body.decode()
        )
        assert signed == headers["webhook-signature"]
        assert json.loads(body)["type"] == "match.created"
        assert len(body) < 20_000
    assert _work(house) == {}


def test_the_body_tells_which_matches_and_no_figures(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, _, _ = lite_ready
    _work(house)
    data = json.loads(house.sender.sent[0][1])["data"]
    assert set(data) == {"run_id", "as_of", "uscc", "document_id", "rule_version_id", "matches", "total"}
    assert set(data["matches"][0]) == {"id", "item", "title", "group"}


def test_the_inbox_gets_one_message_a_push(ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, _ = ready
    _work(house)
    _work(house)
    page = list_messages(uscc(2), alpha, uow=house.services.reading())
    assert len(page.items) == 1
    assert "2 项" in page.items[0].title
    assert "一定" not in page.items[0].body
    mark_read(page.items[0].id, alpha, uow=house.services.uow(), clock=house.clock)
    assert list_messages(uscc(2), alpha, uow=house.services.reading()).items[0].read_at == house.clock.now()


def test_a_failure_is_tried_again_when_its_time_has_come(ready: tuple[House, Actor, Registered]) -> None:
    house, _, _ = ready
    house.sender.answer = lambda n: Answer(500)
    assert _work(house)["failed"] == 6
    assert _work(house) == {}
    house.clock.advance(4)
    assert _work(house) == {}
    house.sender.answer = lambda n: Answer(200)
    house.clock.advance(2)
    assert _work(house)["delivered"] == 6
    assert len(house.sender.sent) == 12
    assert len(house.sender.ids()) == 6  # the same webhook-id: the receiver can tell


def test_after_the_last_attempt_it_is_given_up(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, _, _ = lite_ready
    house.sender.answer = lambda n: Answer(None, "timeout")
    for _ in range(len(DELAYS) + 2):
        _work(house)
        house.clock.advance(86_400 * 1.2)
    assert {d.state for d in _deliveries(house)} == {"dead"}
    assert {d.attempts for d in _deliveries(house)} <= {len(DELAYS) + 1} | set(range(4, 11))


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_anything_but_success_is_a_failure_redirects_included(lite_ready: tuple[House, Actor, Registered], status: int) -> None:
    house, _, _ = lite_ready
    house.sender.answer = lambda n: Answer(status)
    assert _work(house)["failed"] == 6


def test_retry_after_is_honoured(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, _, _ = lite_ready
    house.sender.answer = lambda n: Answer(429, "", "3600")
    _work(house)
    assert all(d.next_at - house.clock.now() >= timedelta(seconds=3600) for d in _deliveries(house))


def test_gone_disables_the_endpoint_and_what_waits_is_given_up(ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, registered = ready
    house.sender.answer = lambda n: Answer(410)
    _work(house)
    assert get_webhook(registered.endpoint.id, alpha, uow=house.services.reading()).state == "disabled"
    assert {d.state for d in _deliveries(house)} == {"dead"}
    s = house.services
    again = rotate_webhook(registered.endpoint.id, alpha, master=s.master, uow=s.uow(), clock=s.clock)
    assert again.endpoint.state == "active"
    assert again.secret != registered.secret


def test_a_worker_that_lost_its_lease_writes_nothing(ready: tuple[House, Actor, Registered]) -> None:
    house, _, _ = ready
    pump = house.services.pump()
    dispatch(pump, uow=house.services.uow())
    slow = take(pump, (), house.services.uow())
    assert send_due(pump, uow=house.services.uow()) == {}  # leased: nobody else takes them
    house.clock.advance(121)
    assert send_due(pump, uow=house.services.uow())["delivered"] == 6
    late = record(pump, [(one, Answer(500)) for one in slow], house.services.uow())
    assert late == {"lease_lost": 6}
    assert {d.state for d in _deliveries(house)} == {"delivered"}


def test_opting_out_stops_what_is_already_waiting(ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, _ = ready
    house.sender.answer = lambda n: Answer(500)
    _work(house)
    opt_out(uscc(0), alpha, uow=house.services.uow(), clock=house.clock)
    house.sender.answer = lambda n: Answer(200)
    house.clock.advance(10)
    _work(house)
    states = {d.uscc: d.state for d in _deliveries(house)}
    assert states.pop(uscc(0)) == "cancelled"
    assert set(states.values()) == {"delivered"}


def test_opting_out_before_dispatch_reaches_the_queued_message(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, _ = lite_ready
    opt_out(uscc(0), alpha, uow=house.services.uow(), clock=house.clock)
    _work(house)
    with house.services.reading() as uow:
        assert uscc(0) not in {m.uscc for m in uow.of(InboxMessage).all()}
        assert uow.of(OutboxMessage).count() == 12
    assert uscc(0) not in {d.uscc for d in _deliveries(house)}


def test_a_rotation_signs_with_both_secrets_for_a_day(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, registered = lite_ready
    s = house.services
    rotate_webhook(registered.endpoint.id, alpha, master=s.master, uow=s.uow(), clock=s.clock)
    _work(house)
    assert len(house.sender.sent[0][2]["webhook-signature"].split()) == 2
    delivery = _deliveries(house)[0]
    house.clock.advance(86_401)
    replay_delivery(delivery.id, alpha, uow=s.uow(), clock=s.clock)
    _work(house)
    assert len(house.sender.sent[-1][2]["webhook-signature"].split()) == 1


def test_a_delivery_is_sent_again_on_request_but_not_to_who_opted_out(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, _ = lite_ready
    _work(house)
    s, sent = house.services, list_deliveries(alpha, uow=house.services.reading()).items
    replay_delivery(sent[0].id, alpha, uow=s.uow(), clock=s.clock)
    assert _work(house)["delivered"] == 1
    opt_out(sent[0].uscc, alpha, uow=s.uow(), clock=s.clock)
    replay_delivery(sent[0].id, alpha, uow=s.uow(), clock=s.clock)
    _work(house)
    with pytest.raises(Conflict):
        replay_delivery(sent[0].id, alpha, uow=s.uow(), clock=s.clock)


def test_integrators_do_not_see_each_others_endpoints_and_deliveries(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, _, registered = lite_ready
    _work(house)
    beta, _ = house.key("webhooks:manage", owner="beta")
    s = house.services
    with pytest.raises(NotFound):
        get_webhook(registered.endpoint.id, beta, uow=s.reading())
    with pytest.raises(NotFound):
        replay_delivery(_deliveries(house)[0].id, beta, uow=s.uow(), clock=s.clock)
    assert list_deliveries(beta, uow=s.reading()).items == ()


def test_a_bound_keys_endpoint_hears_only_of_its_enterprises(house: House, tmp_path: Path) -> None:
    bound, _ = house.key("webhooks:manage", enterprises=[uscc(2)])
    _register(house, bound)
    _ready(house, tmp_path)
    _work(house)
    with house.services.reading() as uow:
        theirs = next(e for e in uow.of(WebhookEndpoint).all() if e.enterprises is not None)
    assert {d.uscc for d in _deliveries(house) if d.endpoint_id == theirs.id} == {uscc(2)}


def test_an_endpoint_removed_takes_its_deliveries_along(lite_ready: tuple[House, Actor, Registered]) -> None:
    house, alpha, registered = lite_ready
    _work(house)
    remove_webhook(registered.endpoint.id, alpha, uow=house.services.uow(), clock=house.clock)
    assert _deliveries(house) == ()


def test_the_delays_grow_to_three_days_with_jitter_of_their_own() -> None:
    waits = [next_delay("dlv_1", n) for n in range(1, len(DELAYS) + 1)]
    assert all(plain <= wait <= plain * 1.1 for plain, wait in zip(DELAYS, waits, strict=True) if wait is not None)
    assert next_delay("dlv_1", 1) != next_delay("dlv_2", 1)
    assert next_delay("dlv_1", len(DELAYS) + 1) is None
    assert timedelta(days=2.5) < sum(DELAYS, timedelta()) < timedelta(days=4)


def test_retry_after_is_read_as_seconds_or_date_and_bounded(lite_house: House) -> None:
    now = lite_house.clock.now()
    assert wait_of("120", now) == timedelta(seconds=120)
    assert wait_of("Fri, 20 Nov 2026 01:05:00 GMT", now) == timedelta(minutes=5)
    assert wait_of("99999999", now) == timedelta(days=1)
    assert wait_of("soon", now) is None
    assert wait_of(None, now) is None
