"""Test events: signed like a push, sent at once, without any effect on what is pushed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks.webhooks import Webhook

from api.access import KEY_SCOPES
from api.channels.guard import Guard, read_networks
from api.channels.sender import Answer
from api.records import AuditEntry, Delivery, OutboxMessage, WebhookEndpoint
from tests.api.conftest import House


@pytest.fixture
def made(lite_house: House) -> tuple[House, TestClient, dict[str, Any]]:
    """A client and an endpoint of its own."""
    client = lite_house.client(lite_house.key(*KEY_SCOPES)[1])
    body = {"url": "https://hooks.example.com/in"}
    return lite_house, client, client.post("/v1/webhooks", json=body, headers={"idempotency-key": "hook"}).json()


def _test(client: TestClient, hook: str, key: str) -> Any:
    return client.post(f"/v1/webhooks/{hook}/test", headers={"idempotency-key": key})


def test_a_test_event_is_signed_so_that_the_standards_library_accepts_it(made: tuple[House, TestClient, dict[str, Any]]) -> None:
    house, client, hook = made
    answer = _test(client, hook["id"], "t1")
    assert answer.status_code == 200
    assert (answer.json()["ok"], answer.json()["status"], answer.json()["error"]) == (True, 200, None)
    ((_, body, headers),) = house.sender.sent
    assert json.loads(body)["type"] == "webhook.test"
    assert json.loads(body)["data"] == {"webhook_id": hook["id"]}
    assert headers["webhook-id"] == answer.json()["message_id"]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert Webhook(hook["secret"]).sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]
    with house.services.reading() as uow:
        assert uow.of(OutboxMessage).count() == uow.of(Delivery).count() == 0
        assert [e.subject for e in uow.of(AuditEntry).all() if e.action == "webhook.tested"] == [hook["id"]]


def test_a_repeated_request_sends_nothing_more(made: tuple[House, TestClient, dict[str, Any]]) -> None:
    house, client, hook = made
    first, second = (_test(client, hook["id"], "t1") for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert len(house.sender.sent) == 1


@pytest.mark.parametrize("answer", [Answer(500), Answer(410), Answer(None, "接收方在限定时间内没有应答")])
def test_a_receiver_that_fails_is_told_of_and_stays_as_it_is(
    made: tuple[House, TestClient, dict[str, Any]], answer: Answer
) -> None:
    house, client, hook = made
    house.sender.answer = lambda n: answer
    said = _test(client, hook["id"], "t1").json()
    assert (said["ok"], said["status"], said["error"]) == (False, answer.status, answer.error or None)
    with house.services.reading() as uow:
        (endpoint,) = uow.of(WebhookEndpoint).all()
    assert (endpoint.state, endpoint.failing_since) == ("active", None)


def test_nobody_tests_anothers_endpoint_or_too_often(made: tuple[House, TestClient, dict[str, Any]]) -> None:
    house, client, hook = made
    other = house.client(house.key(*KEY_SCOPES, owner="beta")[1])
    assert _test(other, hook["id"], "x").status_code == 404
    weak = house.client(house.key("matches:read")[1])
    assert _test(weak, hook["id"], "x").status_code == 403
    assert not house.sender.sent
    answers = [_test(client, hook["id"], f"t{n}") for n in range(8)]
    assert [a.status_code for a in answers] == [200] * 6 + [429] * 2
    assert len(house.sender.sent) == 6


def test_an_address_that_may_no_longer_be_called_is_not(made: tuple[House, TestClient, dict[str, Any]]) -> None:
    from dataclasses import replace

    house, _, hook = made
    house.services = replace(house.services, guard=Guard(read_networks("")))
    with house.services.uow() as uow:
        endpoints = uow.of(WebhookEndpoint)
        endpoints.change(endpoints.c.id == hook["id"], url="https://127.0.0.1/in")
    client = house.client(house.key(*KEY_SCOPES)[1])
    assert _test(client, hook["id"], "t1").json()["code"] == "WEBHOOK_URL_REFUSED"
    assert not house.sender.sent


@pytest.mark.parametrize(
    ("answer", "words"),
    [(Answer(204), "测试事件已送达"), (Answer(500), "接收方应答 500"), (Answer(None, "没有应答"), "没有应答")],
)
def test_the_page_has_a_button_for_it(made: tuple[House, TestClient, dict[str, Any]], answer: Answer, words: str) -> None:
    house, _, hook = made
    house.person("chief", "admin")
    client = house.client()
    client.post("/sign-in", data={"username": "chief", "password": "chief-password"})
    page = client.get("/developers").text
    assert f'action="/developers/webhooks/{hook["id"]}/test"' in page
    csrf = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    house.sender.answer = lambda n: answer
    shown = client.post(f"/developers/webhooks/{hook['id']}/test", data={"csrf": csrf})
    assert shown.status_code == 200
    assert words in shown.text
    assert len(house.sender.sent) == 1
    assert client.post(f"/developers/webhooks/{hook['id']}/test", data={"csrf": "x"}).status_code == 403
    assert len(house.sender.sent) == 1
