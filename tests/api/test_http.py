import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from api.access import KEY_SCOPES
from api.app import create_app
from api.errors import STATUS, TITLES, UseCaseError
from api.records import AuditEntry, MatchRun, Reservation
from api.settings import load_settings
from api.usecases.runs import run_to_end, start_run
from tests.api.conftest import House
from tests.api.fakes import settle, uscc


@pytest.fixture
def client(lite_house: House, tmp_path: Path) -> TestClient:
    """A key with every scope, in a small city with rules."""
    settle(lite_house, tmp_path)
    return lite_house.client(lite_house.key(*KEY_SCOPES)[1])


def _is_problem(response: Any, status: int, code: str | None = None) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "instance", "code", "trace_id"} <= set(body)
    assert body["status"] == status
    assert body["trace_id"] == response.headers["x-trace-id"]
    assert any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    if code is not None:
        assert body["code"] == code


def test_every_kind_of_refusal_has_its_status_and_title() -> None:
    assert set(UseCaseError.__subclasses__()) == set(STATUS)
    assert {int(s) for s in STATUS.values()} <= set(TITLES)


def test_openapi_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    validate(document)
    assert "match.created" in document["webhooks"]


def test_one_enterprise_by_code_gets_ranked_matches_with_reasons(client: TestClient) -> None:
    answer = client.post("/v1/match", json={"uscc": uscc(2), "top": 1})
    assert answer.status_code == 200
    body = answer.json()
    assert body["counts"] == {"eligible": 2, "unknown": 0, "not_met": 1}
    assert len(body["matches"]) == 1
    assert body["matches"][0]["low"] == "100000"
    assert body["matches"][0]["explanation"]["verdict"] == "met"


def test_an_inline_profile_is_matched_and_its_faults_named(client: TestClient) -> None:
    profile = {"uscc": uscc(77), "facts": {"revenue": {"2025": 30000000}, "qualifications": "x", "nonsense": 1}}
    body = client.post("/v1/match", json={"profile": profile}).json()
    assert body["matches"][0]["title"] == "规模奖励"
    assert [p["fact"] for p in body["problems"]] == ["qualifications", "nonsense"]


def test_figures_are_masked_for_a_key_without_the_right_to_values(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    plain, seeing = (
        lite_house.client(lite_house.key("matches:read")[1]),
        lite_house.client(lite_house.key("matches:read", "values:read")[1]),
    )
    masked, shown = (c.post("/v1/match", json={"uscc": uscc(0)}).text for c in (plain, seeing))
    assert "3000" not in masked
    assert "3000" in shown


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "JSON_INVALID"),
        (b"\xff\xfe{}", 400, "JSON_INVALID"),
        (b'{"uscc": NaN}', 400, "JSON_INVALID"),
        (b'{"uscc": Infinity}', 400, "JSON_INVALID"),
        (b'{"uscc": "1", "uscc": "2"}', 400, "JSON_INVALID"),
        (b'{"profile":' * 10_000, 400, "JSON_INVALID"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "JSON_INVALID"),
        (b'{"uscc": "\\ud800"}', 400, "JSON_INVALID"),
        (b'{"top": ' + b"9" * 5000 + b"}", 400, "JSON_INVALID"),
        (b'{"uscc": "911"}', 422, "REQUEST_INVALID"),
        (b"{}", 422, "REQUEST_INVALID"),
        (b"[]", 422, "REQUEST_INVALID"),
        (b'{"uscc": "911", "extra": 1}', 422, "REQUEST_INVALID"),
        (json.dumps({"uscc": uscc(1), "top": "3"}).encode(), 422, "REQUEST_INVALID"),
        (json.dumps({"uscc": uscc(1), "top": True}).encode(), 422, "REQUEST_INVALID"),
        (json.dumps({"uscc": uscc(1), "as_of": "2026-02-30"}).encode(), 422, "REQUEST_INVALID"),
        (json.dumps({"uscc": uscc(1), "as_of": 20260101}).encode(), 422, "REQUEST_INVALID"),
        (json.dumps({"uscc": uscc(99)}).encode(), 404, "ENTERPRISE_NOT_FOUND"),
    ],
)
def test_doubtful_requests_are_refused_with_a_problem(client: TestClient, body: bytes, status: int, code: str) -> None:
    _is_problem(client.post("/v1/match", content=body, headers={"content-type": "application/json"}), status, code)


def test_what_is_wrong_is_pointed_at(client: TestClient) -> None:
    body = client.post("/v1/match", json={"profile": {"uscc": "911", "facts": {}}, "top": 99}).json()
    assert [e["pointer"] for e in body["errors"]] == ["/profile/uscc", "/top"]


def test_unknown_and_wrong_addresses_are_problems_too(client: TestClient) -> None:
    _is_problem(client.get("/v1/nowhere"), 404, "NOT_FOUND")
    wrong = client.patch("/v1/keys")
    _is_problem(wrong, 405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "GET, POST"
    _is_problem(client.post("/v1/match", content=b"x", headers={"content-type": "text/plain"}), 415, "MEDIA_TYPE_UNSUPPORTED")
    _is_problem(client.get("/v1/rules?cursor=zzz"), 422)
    _is_problem(client.get("/v1/rules?page=2"), 422, "PARAMETER_UNKNOWN")
    _is_problem(client.get("/v1/rules?limit=1&limit=2"), 422, "PARAMETER_TWICE")


def test_no_credentials_and_wrong_ones_are_told_to_sign_in(lite_house: House) -> None:
    for client in (
        lite_house.client(),
        lite_house.client("msk_wrong"),
        lite_house.client("nonsense"),
        lite_house.client("x" * 5000),
    ):
        answer = client.get("/v1/me")
        _is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_too_much_is_refused_before_it_is_read(lite_house: House) -> None:
    settings = load_settings({"MIANSHEN_DATA_DIR": str(lite_house.services.settings.data_dir), "MIANSHEN_MAX_BODY_BYTES": "2048"})
    client = TestClient(
        create_app(settings, lite_house.services), headers={"authorization": f"Bearer {lite_house.key(*KEY_SCOPES)[1]}"}
    )
    _is_problem(client.post("/v1/match", json={"uscc": "x" * 3000}), 413, "BODY_TOO_LARGE")

    def streamed() -> Any:
        for _ in range(10):
            yield b"x" * 1000

    _is_problem(client.post("/v1/match", content=streamed(), headers={"content-type": "application/json"}), 413, "BODY_TOO_LARGE")


def test_our_own_mistakes_are_problems_without_details(lite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = lite_house.client(lite_house.key("matches:read")[1])
    monkeypatch.setattr("api.usecases.runs.list_runs", lambda *a, **k: 1 / 0)
    answer = client.get("/v1/runs")
    _is_problem(answer, 500, "INTERNAL_ERROR")
    assert "division" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_over_the_limit_one_is_told_when_to_come_back(lite_house: House) -> None:
    from dataclasses import replace

    from api.ratelimit import RateLimiter

    services = replace(lite_house.services, limiter=RateLimiter(10))
    client = TestClient(
        create_app(services.settings, services), headers={"authorization": f"Bearer {lite_house.key('matches:read')[1]}"}
    )
    answers = [client.get("/v1/me") for _ in range(12)]
    assert [a.status_code for a in answers] == [200] * 10 + [429] * 2
    _is_problem(answers[-1], 429, "RATE_LIMITED")
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[0].headers["ratelimit-limit"] == "10"


def test_private_answers_are_not_kept_and_headers_protect(client: TestClient) -> None:
    answer = client.get("/v1/me")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_repeated_request_has_one_effect_and_the_same_answer(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path)
    client = house.client(house.key(*KEY_SCOPES)[1])
    first, second = (client.post("/v1/runs", json={"push": False}, headers={"idempotency-key": "run-1"}) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    with house.services.reading() as uow:
        assert uow.of(MatchRun).count() == 1
    _is_problem(client.post("/v1/runs", json={"push": True}, headers={"idempotency-key": "run-1"}), 422, "IDEMPOTENCY_KEY_REUSED")
    _is_problem(client.post("/v1/runs", json={"push": True}), 400, "IDEMPOTENCY_KEY_MISSING")


def test_many_at_once_with_one_key_have_one_effect(house: House, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rule = settle(house, tmp_path)[0].id
    client = house.client(house.key(*KEY_SCOPES)[1])

    def ask(_: int) -> Any:
        return client.post(
            f"/v1/rules/{rule}/reservations",
            json={"uscc": uscc(0), "item": 0, "amount": "200000"},
            headers={"idempotency-key": "same"},
        )

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(24)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    with house.services.reading() as uow:
        assert uow.of(Reservation).count() == 1
        assert len([e for e in uow.of(AuditEntry).all() if e.action == "budget.reserved"]) == 1


def test_a_refused_request_leaves_its_key_free(client: TestClient) -> None:
    body = {"uscc": uscc(0), "document_id": "D1", "item": 99}
    assert client.post("/v1/decisions", json=body, headers={"idempotency-key": "k"}).status_code == 404
    assert client.post("/v1/decisions", json=body | {"item": 0}, headers={"idempotency-key": "k"}).status_code == 201


def test_a_secret_is_shown_once_and_never_kept(client: TestClient, lite_house: House) -> None:
    body = {"name": "接入", "scopes": ["matches:read"]}
    first = client.post("/v1/keys", json=body, headers={"idempotency-key": "k1"})
    assert first.json()["secret"].startswith("msk_")
    _is_problem(client.post("/v1/keys", json=body, headers={"idempotency-key": "k1"}), 409, "SHOWN_ONCE")
    data = (lite_house.services.settings.data_dir / "mianshen.sqlite").read_bytes()
    wal = lite_house.services.settings.data_dir / "mianshen.sqlite-wal"
    assert first.json()["secret"].encode() not in data + (wal.read_bytes() if wal.exists() else b"")


def test_a_key_can_be_used_at_once_and_not_after_it_was_revoked(client: TestClient, lite_house: House) -> None:
    made = client.post("/v1/keys", json={"name": "x", "scopes": ["matches:read"]}, headers={"idempotency-key": "k2"}).json()
    theirs = lite_house.client(made["secret"])
    assert theirs.get("/v1/me").json()["scopes"] == ["matches:read"]
    assert client.delete(f"/v1/keys/{made['id']}").status_code == 204
    _is_problem(theirs.get("/v1/me"), 401)
    _is_problem(client.delete(f"/v1/keys/{made['id']}"), 404)
    me = client.get("/v1/me").json()["id"]
    _is_problem(client.delete(f"/v1/keys/{me}"), 409, "KEY_IN_USE")


def test_a_policy_comes_in_as_a_file_and_is_found_again(client: TestClient) -> None:
    body = {"name": "新政.txt", "content": base64.b64encode(b"D7").decode(), "document_id": "D7"}
    made = client.post("/v1/policies", json=body, headers={"idempotency-key": "p"})
    assert made.status_code == 201
    found = client.get(made.headers["location"])
    assert found.json()["text"].startswith("对上年营业收入")
    broken = client.post(
        "/v1/policies", json=body | {"content": base64.b64encode(b"BROKEN").decode()}, headers={"idempotency-key": "q"}
    ).json()
    assert (broken["policy"]["state"], broken["draft"]) == ("refused", None)
    assert [p["id"] for p in client.get("/v1/policies?state=refused").json()["items"]] == [broken["policy"]["id"]]


def test_lists_link_to_their_next_page(client: TestClient) -> None:
    for n in range(5):
        client.post("/v1/keys", json={"name": f"k{n}", "scopes": ["matches:read"]}, headers={"idempotency-key": f"many-{n}"})
    names, address = [], "/v1/keys?limit=2"
    while address:
        page = client.get(address)
        names += [k["name"] for k in page.json()["items"]]
        link = page.headers.get("link", "")
        address = link[1 : link.index(">")] if link else ""
    assert sorted(n for n in names if n.startswith("k")) == [f"k{n}" for n in range(5)]


def test_a_draft_is_changed_only_on_the_version_it_rests_on(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    lite_house.person("officer")
    token = lite_house.client().post("/v1/sessions", json={"username": "officer", "password": "officer-password"}).json()["token"]
    client = lite_house.client(token)
    key = {"idempotency-key": "d"}
    policy = client.get("/v1/policies").json()["items"][0]["id"]
    draft = client.post("/v1/drafts", json={"policy_id": policy}, headers=key).json()
    got = client.get(f"/v1/drafts/{draft['id']}")
    tag, body = got.headers["etag"], {"rules": got.json()["rules"]}
    assert client.get(f"/v1/drafts/{draft['id']}", headers={"if-none-match": tag}).status_code == 304
    _is_problem(client.put(f"/v1/drafts/{draft['id']}", json=body), 428, "IF_MATCH_MISSING")
    changed = client.put(f"/v1/drafts/{draft['id']}", json=body, headers={"if-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    _is_problem(client.put(f"/v1/drafts/{draft['id']}", json=body, headers={"if-match": tag}), 412, "RULE_CONFLICT")
    broken = {"rules": {"version": 1, "document": got.json()["rules"]["document"], "items": [{}]}}
    refused = client.put(f"/v1/drafts/{draft['id']}", json=broken, headers={"if-match": changed.headers["etag"]})
    _is_problem(refused, 422, "RULES_INVALID")
    assert refused.json()["errors"][0]["pointer"].startswith("/items/0")


def test_an_author_approving_their_own_rule_is_forbidden(lite_house: House) -> None:
    lite_house.person("both", "reviewer")
    token = lite_house.client().post("/v1/sessions", json={"username": "both", "password": "both-password"}).json()["token"]
    client = lite_house.client(token)
    made = client.post(
        "/v1/policies", json={"name": "x.txt", "content": base64.b64encode(b"D8").decode()}, headers={"idempotency-key": "1"}
    ).json()
    draft = made["draft"]["id"]
    assert client.post(f"/v1/drafts/{draft}/submit", headers={"idempotency-key": "2"}).status_code == 200
    address = f"/v1/drafts/{draft}/approve"
    _is_problem(client.post(address, json={"note": ""}, headers={"idempotency-key": "3"}), 428, "IF_MATCH_MISSING")
    tag = client.get(f"/v1/drafts/{draft}").headers["etag"]
    _is_problem(client.post(address, json={"note": ""}, headers={"idempotency-key": "4", "if-match": tag}), 403, "FOUR_EYES")


def test_a_stranger_is_refused_before_the_body_is_parsed(lite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.strict.strict_json", lambda body: 1 / 0)
    client = lite_house.client()
    _is_problem(client.post("/v1/match", content=b"[" * 900_000, headers={"content-type": "application/json"}), 401)
    _is_problem(
        client.post("/v1/sessions", content=b"[" * 900_000, headers={"content-type": "application/json"}), 413, "BODY_TOO_LARGE"
    )


def test_json_over_a_megabyte_is_refused(client: TestClient) -> None:
    _is_problem(
        client.post("/v1/match", content=b" " * 1_100_000, headers={"content-type": "application/json"}), 413, "BODY_TOO_LARGE"
    )


def test_a_host_that_is_not_ours_is_refused(lite_house: House) -> None:
    folder = str(lite_house.services.settings.data_dir)
    app = create_app(
        load_settings({"MIANSHEN_DATA_DIR": folder, "MIANSHEN_ALLOWED_HOSTS": "policy.example.cn"}), lite_house.services
    )
    _is_problem(TestClient(app).get("/healthz"), 400, "HOST_REFUSED")
    assert TestClient(app, base_url="http://policy.example.cn").get("/healthz").status_code == 200


def test_an_enterprise_sees_no_drafts(lite_house: House) -> None:
    lite_house.person("firm", "enterprise", uscc(1))
    token = lite_house.client().post("/v1/sessions", json={"username": "firm", "password": "firm-password"}).json()["token"]
    _is_problem(lite_house.client(token).get("/v1/drafts"), 403, "SCOPE_MISSING")


def test_no_integrator_meets_anothers_things(lite_house: House, tmp_path: Path) -> None:
    """Every address with an id, asked by another integrator with every scope: what is not yours is not there."""
    settle(lite_house, tmp_path)
    owner, s = lite_house.key(*KEY_SCOPES, owner="alpha"), lite_house.services
    mine = lite_house.client(owner[1])
    theirs = lite_house.client(lite_house.key(*KEY_SCOPES, owner="beta")[1])
    hook = mine.post("/v1/webhooks", json={"url": "https://hooks.example.com/"}, headers={"idempotency-key": "1"}).json()["id"]
    run = start_run(owner[0], model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=10, push_top=3, uow=s.uow(), clock=s.clock)
    from api.jobs.outbox import work_off

    work_off(s.pump(), uow=s.uow())
    match = mine.get(f"/v1/matches?run_id={run.id}&limit=1").json()["items"][0]
    delivery = mine.get("/v1/deliveries?limit=1").json()["items"][0]["id"]
    key = mine.post("/v1/keys", json={"name": "x", "scopes": ["matches:read"]}, headers={"idempotency-key": "2"}).json()["id"]
    addresses = [
        ("GET", f"/v1/webhooks/{hook}"), ("DELETE", f"/v1/webhooks/{hook}"), ("POST", f"/v1/webhooks/{hook}/rotate"),
        ("GET", f"/v1/runs/{run.id}"), ("GET", f"/v1/matches/{match['id']}"), ("GET", f"/v1/matches/{match['id']}/explanation"),
        ("GET", f"/v1/matches?run_id={run.id}"), ("GET", f"/v1/decisions/{match['decision_id']}"),
        ("GET", f"/v1/decisions/{match['decision_id']}/explanation"), ("GET", f"/v1/decisions/{match['decision_id']}/replay"),
        ("GET", f"/v1/deliveries/{delivery}"), ("POST", f"/v1/deliveries/{delivery}/replay"),
        ("GET", f"/v1/keys/{key}"), ("DELETE", f"/v1/keys/{key}"),
    ]  # fmt: skip
    for number, (method, address) in enumerate(addresses):
        _is_problem(theirs.request(method, address, headers={"idempotency-key": f"x{number}"}), 404)
    for method, address in addresses:
        if method == "GET":
            assert mine.get(address).status_code == 200, address


def test_a_bound_key_finds_no_other_enterprise(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    client = lite_house.client(lite_house.key(*(KEY_SCOPES - {"runs:write"}), enterprises=[uscc(1)])[1])
    other, h = uscc(2), {"idempotency-key": "k"}
    assert client.post("/v1/match", json={"uscc": uscc(1)}).status_code == 200
    for answer in (
        client.post("/v1/match", json={"uscc": other}),
        client.get(f"/v1/enterprises/{other}/groups"),
        client.get(f"/v1/enterprises/{other}/messages"),
        client.get(f"/v1/enterprises/{other}/opt-outs"),
        client.put(f"/v1/enterprises/{other}/opt-outs/all"),
        client.delete(f"/v1/enterprises/{other}/opt-outs/all"),
        client.post(f"/v1/enterprises/{other}/objections", json={"kind": "review", "text": "x"}, headers=h),
        client.post("/v1/decisions", json={"uscc": other, "document_id": "D1", "item": 0}, headers=h),
        client.get(f"/v1/matches?uscc={other}"),
        client.get(f"/v1/decisions?uscc={other}"),
        client.get(f"/v1/objections?uscc={other}"),
    ):
        _is_problem(answer, 404)


def test_every_scope_is_asked_for(lite_house: House, tmp_path: Path) -> None:
    """A key with one harmless scope is refused at every other address."""
    settle(lite_house, tmp_path)
    client = lite_house.client(lite_house.key("messages:read")[1])
    for address in (
        "policies",
        "drafts",
        "rules",
        "runs",
        "matches",
        "decisions",
        "objections",
        "webhooks",
        "deliveries",
        "keys",
        "users",
        "audit",
        "audit/verification",
    ):
        _is_problem(client.get(f"/v1/{address}"), 403, "SCOPE_MISSING")


def test_objections_and_opt_outs_work_over_http(client: TestClient) -> None:
    made = client.post(
        f"/v1/enterprises/{uscc(3)}/objections",
        json={"kind": "data", "fact": "revenue", "text": "上年营业收入有误"},
        headers={"idempotency-key": "o"},
    )
    assert made.status_code == 201
    answered = client.post(
        f"/v1/objections/{made.json()['id']}/answer", json={"answer": "已核对"}, headers={"idempotency-key": "a"}
    )
    assert answered.json()["state"] == "answered"
    _is_problem(
        client.post(f"/v1/objections/{made.json()['id']}/answer", json={"answer": "再答"}, headers={"idempotency-key": "b"}), 409
    )
    assert client.put(f"/v1/enterprises/{uscc(3)}/opt-outs/webhook").status_code == 200
    assert [o["channel"] for o in client.get(f"/v1/enterprises/{uscc(3)}/opt-outs").json()["items"]] == ["webhook"]
    assert client.delete(f"/v1/enterprises/{uscc(3)}/opt-outs/webhook").status_code == 204
    assert client.get(f"/v1/enterprises/{uscc(3)}/opt-outs").json()["items"] == []


def test_health_readiness_and_version(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    ready = client.get("/readyz").json()
    assert ready["checks"]["rules"] == "1"
    assert client.get("/version").json()["model"] == "rules"


def test_a_service_on_its_way_out_is_not_ready(lite_house: House) -> None:
    client = lite_house.client()
    lite_house.services.live.stop()
    _is_problem(client.get("/readyz"), 503, "STOPPING")


def test_a_database_that_is_away_is_said_so(lite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT canary", {}, Exception("gone"))

    client = lite_house.client(lite_house.key("matches:read")[1])
    monkeypatch.setattr("api.usecases.runs.list_runs", away)
    answer = client.get("/v1/runs")
    _is_problem(answer, 503, "DATABASE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"
    assert "canary" not in answer.text


def test_sums_that_rest_on_masked_figures_are_kept_from_a_key_that_may_not_see_values(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=110)
    s = lite_house.services
    starter, secret = lite_house.key("matches:read", "runs:write", "decisions:write")
    run = start_run(starter, model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=10, push_top=0, uow=s.uow(), clock=s.clock)
    plain, seeing = lite_house.client(secret), lite_house.client(lite_house.key("matches:read", "values:read")[1])

    def sums(client: TestClient) -> dict[str, tuple[object, object]]:
        found: dict[str, tuple[object, object]] = {}
        for n in range(100, 106):
            matches = client.post("/v1/match", json={"uscc": uscc(n), "top": 10}).json()["matches"]
            stored = {m["title"]: m["low"] for m in client.get("/v1/matches", params={"uscc": uscc(n)}).json()["items"]}
            found |= {f"{n} {m['title']}": (m["low"], stored[m["title"]]) for m in matches if m["title"] in stored}
        return found

    from matcher.amount_words import base_masked
    from policies.loading import load_rules

    rules = [load_rules(json.loads(v.rules)) for v in s.live.rules().versions]
    resting = {item.title for d in rules for item in d.items if base_masked(item.amounts, reveal=False)}
    shown, hidden = sums(seeing), sums(plain)
    assert shown.keys() == hidden.keys()
    assert all(None not in pair for pair in shown.values())
    assert (None, None) in hidden.values()
    for title, pair in hidden.items():
        assert pair == ((None, None) if title.split()[1] in resting and shown[title][0] != "0" else (shown[title][0], pair[1]))
        assert pair[1] == (None if title.split()[1] in resting else shown[title][1])
    for client, kept in ((plain, True), (seeing, False)):
        for decision in client.get("/v1/decisions").json()["items"]:
            document = next(d for d in rules if d.meta.id == decision["document_id"])
            rests = base_masked(document.items[decision["item"]].amounts, reveal=False)
            result = json.loads(decision["result"])
            assert result.get("masked", False) == (kept and rests)
            if kept and rests:
                assert (result["low"], result["high"]) == (None, None)
