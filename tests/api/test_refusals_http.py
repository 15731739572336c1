"""What the service refuses over HTTP, and in which words: sign-ins, imports, drafts, addresses, opt-outs, uploads."""

import base64
import copy
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import KEY_SCOPES
from api.app import create_app
from api.ratelimit import RateLimiter
from api.records import AuditEntry, OptOut, PolicyDocument, RuleDraft, RuleVersion
from api.settings import load_settings
from tests.api.conftest import House
from tests.api.fakes import TEXT, parse_fake, settle, uscc
from tests.journeys.serving import serving


def is_problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem document, after checking that it is one (RFC 9457) and speaks Chinese."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "code", "trace_id"} <= set(body)
    assert body["status"] == status
    assert body["instance"] == response.request.url.path
    assert any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    if code is not None:
        assert body["code"] == code
    return body


def signed_in(house: House, name: str, role: str = "officer", code: str | None = None) -> TestClient:
    """Somebody with a bearer session."""
    house.person(name, role, code)  # type: ignore[arg-type]
    token = house.client().post("/v1/sessions", json={"username": name, "password": f"{name}-password"}).json()["token"]
    return house.client(token)


# ---- signing in --------------------------------------------------------------------------------------------------
def _try(client: TestClient, name: str, password: str) -> Any:
    return client.post("/v1/sessions", json={"username": name, "password": password})


def test_an_unknown_name_a_wrong_password_and_a_locked_account_are_answered_alike(lite_house: House) -> None:
    lite_house.person("zhang")
    client = lite_house.client()
    unknown = is_problem(_try(client, "nobody", "wrong-password"), 401, "SIGN_IN_FAILED")
    wrong = [is_problem(_try(client, "zhang", "wrong-password"), 401) for _ in range(5)]
    locked = [is_problem(_try(client, "zhang", word), 401) for word in ("wrong-password", "zhang-password")]
    said = {(b["code"], b["title"], b["detail"]) for b in (unknown, *wrong, *locked)}
    assert len(said) == 1
    lite_house.clock.advance(15 * 60 + 1)
    assert _try(client, "zhang", "zhang-password").status_code == 201


def test_guessing_at_an_unknown_name_locks_nobody_and_leaves_no_trace_of_the_name(lite_house: House) -> None:
    client = lite_house.client()
    for _ in range(8):
        is_problem(_try(client, "canary-name", "wrong-password"), 401, "SIGN_IN_FAILED")
    with lite_house.services.reading() as uow:
        assert not [e for e in uow.of(AuditEntry).all() if "canary-name" in f"{e.subject}{e.data}{e.actor}"]


def test_one_address_may_try_so_often_and_no_other_is_held_up(lite_house: House) -> None:
    lite_house.person("zhang")
    services = replace(lite_house.services, sign_ins=RateLimiter(10))
    app = create_app(services.settings, services)
    here, there = (TestClient(app, client=(address, 50_000)) for address in ("198.51.100.7", "198.51.100.8"))
    answers = [_try(here, f"name-{n}", "wrong-password") for n in range(12)]
    assert [a.status_code for a in answers] == [401] * 10 + [429] * 2
    is_problem(answers[-1], 429, "RATE_LIMITED")
    assert int(answers[-1].headers["retry-after"]) >= 1
    is_problem(_try(here, "zhang", "zhang-password"), 429)  # the right password does not help either
    form = here.post("/sign-in", data={"username": "zhang", "password": "zhang-password"}, follow_redirects=False)
    assert form.status_code == 429
    assert int(form.headers["retry-after"]) >= 1
    assert "set-cookie" not in form.headers
    assert _try(there, "zhang", "zhang-password").status_code == 201


# ---- importing ---------------------------------------------------------------------------------------------------
class _Counting:
    """Reads as the fake does, and counts."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self, data: bytes, *, name: str, document_id: str) -> Any:
        self.read += 1
        return parse_fake(data, name=name, document_id=document_id)


@pytest.fixture
def importing(house: House) -> tuple[House, TestClient, _Counting]:
    """A client that may import, and how often a file was read."""
    parse = _Counting()
    house.services = replace(house.services, parse=parse)
    return house, house.client(house.key(*KEY_SCOPES)[1]), parse


def _upload(data: bytes, name: str = "新政.txt") -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(data).decode(), "document_id": "D7"}


def test_the_key_is_looked_at_before_a_file_is_read(importing: tuple[House, TestClient, _Counting]) -> None:
    _, client, parse = importing
    is_problem(client.post("/v1/policies", json=_upload(b"one")), 400, "IDEMPOTENCY_KEY_MISSING")
    assert parse.read == 0
    assert client.post("/v1/policies", json=_upload(b"one"), headers={"idempotency-key": "k"}).status_code == 201
    assert parse.read == 1
    other = client.post("/v1/policies", json=_upload(b"another file"), headers={"idempotency-key": "k"})
    is_problem(other, 422, "IDEMPOTENCY_KEY_REUSED")
    assert parse.read == 1
    with importing[0].services.reading() as uow:
        assert uow.of(PolicyDocument).count() == 1


def test_a_second_identical_import_has_no_second_effect(importing: tuple[House, TestClient, _Counting]) -> None:
    house, client, parse = importing
    answers = [client.post("/v1/policies", json=_upload(b"one"), headers={"idempotency-key": key}) for key in ("a", "a", "b")]
    assert {a.status_code for a in answers} == {201}
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in answers[2].headers
    assert {a.json()["policy"]["id"] for a in answers} == {answers[0].json()["policy"]["id"]}
    assert parse.read == 1
    with house.services.reading() as uow:
        assert (uow.of(PolicyDocument).count(), uow.of(RuleDraft).count()) == (1, 1)
        assert len([e for e in uow.of(AuditEntry).all() if e.action == "policy.parsed"]) == 1


# ---- editing drafts ----------------------------------------------------------------------------------------------
@pytest.fixture
def drafting(lite_house: House) -> tuple[TestClient, str, str, dict[str, Any]]:
    """An officer, a draft of theirs, its ETag and its rules."""
    client = signed_in(lite_house, "officer")
    made = client.post("/v1/policies", json=_upload(TEXT.encode()), headers={"idempotency-key": "p"}).json()
    got = client.get(f"/v1/drafts/{made['draft']['id']}")
    return client, f"/v1/drafts/{made['draft']['id']}", got.headers["etag"], got.json()["rules"]


def _with(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def changed(rules: dict[str, Any]) -> dict[str, Any]:
        copied = copy.deepcopy(rules)
        change(copied)
        return {"rules": copied}

    return changed


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (lambda rules: {"rules": rules, "state": "approved"}, "/state"),
        (lambda rules: {"rules": rules, "revision": 1}, "/revision"),
        (lambda rules: {"rules": [rules]}, "/rules"),
        (lambda rules: {"rules": "rules"}, "/rules"),
        (lambda rules: {"rules": None}, "/rules"),
        (lambda rules: {}, "/rules"),
        (_with(lambda r: r.update(approved_by="me")), "/approved_by"),
        (_with(lambda r: r.update(version="1")), "/version"),
        (_with(lambda r: r.update(items={})), "/items"),
        (_with(lambda r: r["items"][0].update(eligible=True)), "/items/0/eligible"),
        (_with(lambda r: r["items"][0].update(quota="10")), "/items/0/quota"),
        (_with(lambda r: r["items"][0].update(quota=True)), "/items/0/quota"),
        (_with(lambda r: r["items"][0]["criteria"].update(value="20000000")), "/items/0/criteria/value"),
        (_with(lambda r: r["items"][0]["criteria"].update(value=True)), "/items/0/criteria/value"),
        (_with(lambda r: r["items"][0]["criteria"].update(weight=1)), "/items/0/criteria/weight"),
        (_with(lambda r: r["items"][0]["amounts"][0].update(value="200000")), "/items/0/amounts/0/value"),
        (_with(lambda r: r["items"][0]["amounts"][0].update(bonus=1)), "/items/0/amounts/0/bonus"),
        (_with(lambda r: r["items"][1]["criteria"].update(value="high_tech_enterprise")), "/items/1/criteria/value"),
    ],
)
def test_an_edit_with_unknown_fields_or_wrong_types_is_refused_at_its_place(
    drafting: tuple[TestClient, str, str, dict[str, Any]], body: Callable[[dict[str, Any]], Any], pointer: str
) -> None:
    client, address, tag, rules = drafting
    problem = is_problem(client.put(address, json=body(rules), headers={"if-match": tag}), 422)
    assert any(e["pointer"].startswith(pointer) for e in problem["errors"]), problem["errors"]
    assert client.get(address).headers["etag"] == tag  # nothing was saved


# ---- addresses and methods ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/v1", 404, "NOT_FOUND"),
        ("GET", "/v1/enterprises", 404, "NOT_FOUND"),
        ("POST", "/v1/%E6%94%BF%E7%AD%96", 404, "NOT_FOUND"),
        ("GET", "/v1/../etc/passwd", 404, "NOT_FOUND"),
        ("GET", "/wp-login.php", 404, "NOT_FOUND"),
        ("GET", "/static/../settings.py", 404, None),
        ("PUT", "/v1/match", 405, "METHOD_NOT_ALLOWED"),
        ("TRACE", "/v1/match", 405, "METHOD_NOT_ALLOWED"),
        ("PROPFIND", "/v1/rules", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/healthz", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/openapi.json", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_an_address_or_method_that_is_not_there_is_a_problem(
    lite_house: House, method: str, address: str, status: int, code: str | None
) -> None:
    client = lite_house.client(lite_house.key("matches:read")[1])
    answer = client.request(method, address)
    body = is_problem(answer, status, code)
    if status == 405:
        assert answer.headers["allow"]
        assert method not in answer.headers["allow"]
    assert body["title"] in ("没有找到", "不支持这种请求方法")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "text/json", ""],
)
def test_a_body_that_is_not_json_is_a_problem(lite_house: House, kind: str) -> None:
    client = lite_house.client(lite_house.key("matches:read")[1])
    answer = client.post("/v1/match", content=b'{"uscc": "x"}', headers={"content-type": kind} if kind else {})
    is_problem(answer, 415, "MEDIA_TYPE_UNSUPPORTED")


# ---- opting out --------------------------------------------------------------------------------------------------
def _outs(house: House) -> list[tuple[str, str]]:
    with house.services.reading() as uow:
        return [(o.uscc, o.channel) for o in uow.of(OptOut).all()]


def test_an_opt_out_is_the_enterprises_own(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    firm, other = signed_in(lite_house, "firm", "enterprise", uscc(1)), signed_in(lite_house, "other", "enterprise", uscc(2))
    address = f"/v1/enterprises/{uscc(1)}/opt-outs"
    assert firm.put(f"{address}/all").status_code == 200
    strangers = [
        other,
        lite_house.client(lite_house.key(*KEY_SCOPES, enterprises=[uscc(2)])[1]),
        lite_house.client(lite_house.key(*KEY_SCOPES, owner="beta", enterprises=[uscc(3)])[1]),
    ]
    for stranger in strangers:
        is_problem(stranger.get(address), 404, "ENTERPRISE_NOT_FOUND")
        is_problem(stranger.put(f"{address}/inbox"), 404, "ENTERPRISE_NOT_FOUND")
        is_problem(stranger.delete(f"{address}/all"), 404, "ENTERPRISE_NOT_FOUND")
    weak = lite_house.client(lite_house.key("matches:read", enterprises=[uscc(1)])[1])
    is_problem(weak.put(f"{address}/inbox"), 403, "SCOPE_MISSING")
    is_problem(weak.delete(f"{address}/all"), 403, "SCOPE_MISSING")
    is_problem(lite_house.client().get(address), 401)
    assert _outs(lite_house) == [(uscc(1), "all")]
    assert firm.delete(f"{address}/all").status_code == 204
    assert _outs(lite_house) == []


def test_who_may_see_an_enterprise_cannot_lift_its_own_refusal(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    firm = signed_in(lite_house, "firm", "enterprise", uscc(1))
    bank = lite_house.client(lite_house.key(*KEY_SCOPES, owner="bank")[1])
    officer = signed_in(lite_house, "officer")
    address = f"/v1/enterprises/{uscc(1)}/opt-outs/all"
    assert bank.put(address).status_code == 200  # on the enterprise's behalf
    assert firm.put(address).status_code == 200  # and then by itself
    for visitor in (bank, officer):
        is_problem(visitor.delete(address), 403, "OPT_OUT_OF_ENTERPRISE")
    assert _outs(lite_house) == [(uscc(1), "all")]


# ---- forms of the officers ---------------------------------------------------------------------------------------
class _Person:
    """Somebody signed in by the form, with the word that their forms must carry."""

    def __init__(self, house: House, name: str, role: str) -> None:
        house.person(name, role)  # type: ignore[arg-type]
        self.client = house.client()
        self.client.post("/sign-in", data={"username": name, "password": f"{name}-password"}, follow_redirects=False)
        page = self.client.get("/about/algorithm").text
        self.csrf = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]

    def post(self, address: str, **fields: object) -> Any:
        fields = {k: str(v) for k, v in fields.items()}
        return self.client.post(address, data={"csrf": self.csrf, **fields}, follow_redirects=False)


@pytest.fixture
def desk(lite_house: House) -> tuple[House, _Person, _Person, str]:
    """An officer and a reviewer at their pages, and the address of a submitted draft."""
    officer, reviewer = _Person(lite_house, "officer", "officer"), _Person(lite_house, "reviewer", "reviewer")
    file = {"file": ("D9.txt", TEXT.encode(), "text/plain")}
    made = officer.client.post("/officer/policies", data={"csrf": officer.csrf}, files=file, follow_redirects=False)
    address = made.headers["location"]
    assert officer.post(f"{address}/submit").status_code == 303
    return lite_house, officer, reviewer, address


def _draft(house: House) -> RuleDraft:
    with house.services.reading() as uow:
        (draft,) = uow.of(RuleDraft).all()
    return draft


def _versions(house: House) -> int:
    with house.services.reading() as uow:
        return uow.of(RuleVersion).count()


def test_a_form_acts_only_on_the_revision_that_was_shown(desk: tuple[House, _Person, _Person, str]) -> None:
    house, officer, reviewer, address = desk
    shown = _draft(house).revision
    for action in ("approve", "reject"):
        stale = reviewer.post(f"{address}/{action}", revision=shown - 1, note="看过")
        assert stale.status_code == 412
        assert "RULE_CONFLICT" in stale.text
        assert reviewer.post(f"{address}/{action}", note="看过").status_code == 422  # a form without it is none of ours
    assert _draft(house).state == "submitted"
    assert reviewer.post(f"{address}/approve", revision=shown, note="看过").status_code == 303
    approved = _draft(house).revision
    stale = officer.post(f"{address}/publish", revision=shown)
    assert stale.status_code == 412
    assert officer.post(f"{address}/publish").status_code == 422
    assert _versions(house) == 0
    assert officer.post(f"{address}/publish", revision=approved).status_code == 303
    assert _versions(house) == 1


def test_a_form_without_the_sessions_own_word_does_nothing(desk: tuple[House, _Person, _Person, str]) -> None:
    house, officer, reviewer, address = desk
    shown = _draft(house).revision
    for word in ("", "x", officer.csrf):
        answer = reviewer.client.post(
            f"{address}/approve", data={"csrf": word, "revision": str(shown), "note": "看过"}, follow_redirects=False
        )
        assert answer.status_code == 403
        assert "FORM_EXPIRED" in answer.text
    assert house.client().post(f"{address}/approve", data={"revision": str(shown)}).status_code == 401
    assert _draft(house).state == "submitted"


@pytest.mark.parametrize(
    "spoil",
    [
        {"rules": {"version": 1, "document": {"id": "D9"}, "items": [{"title": "坏"}]}},
        {"authors": ["everybody"], "approved_by": "everybody"},
        {"approved_by": None},
        {"state": "submitted"},
    ],
)
def test_what_was_approved_is_looked_at_again_before_it_counts(
    desk: tuple[House, _Person, _Person, str], spoil: dict[str, Any]
) -> None:
    house, officer, reviewer, address = desk
    reviewer.post(f"{address}/approve", revision=_draft(house).revision, note="看过")
    with house.services.uow() as uow:
        drafts = uow.of(RuleDraft)
        drafts.change(drafts.c.id == _draft(house).id, **spoil)
    answer = officer.post(f"{address}/publish", revision=_draft(house).revision)
    assert answer.status_code in (403, 409, 422)
    assert any("\u4e00" <= c <= "\u9fff" for c in answer.text)
    assert _versions(house) == 0


# ---- uploads -----------------------------------------------------------------------------------------------------
LIMIT = 256 * 1024
_PART = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@pytest.fixture
def limited(lite_house: House) -> Iterator[tuple[House, str, int]]:
    """A running service that takes little, and its port."""
    folder = str(lite_house.services.settings.data_dir)
    settings = load_settings({"MIANSHEN_DATA_DIR": folder, "MIANSHEN_MAX_BODY_BYTES": str(LIMIT)})
    with serving(create_app(settings, lite_house.services)) as base:
        yield lite_house, base, int(base.rpartition(":")[2])


def _stream(port: int, head: str, first: bytes, *, more: int) -> bytes:
    """Begin a body without saying how long it will be, send `more` bytes of it, and read the answer up to the end of the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(head.encode() + b"host: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
            connection.sendall(f"{len(first):x}\r\n".encode() + first + b"\r\n")
            for _ in range(more // 65_536):
                connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # hung up on already: what was said before can still be read
        with suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                answer += piece
    return answer


def test_a_stream_that_grows_beyond_the_limit_is_cut_off(limited: tuple[House, str, int]) -> None:
    house, _, port = limited
    key = house.key(*KEY_SCOPES)[1]
    head = f"POST /v1/policies HTTP/1.1\r\nauthorization: Bearer {key}\r\nidempotency-key: k\r\ncontent-type: application/json\r\n"
    answer = _stream(port, head, b'{"name": "a.txt", "content": "', more=LIMIT + 65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert b"BODY_TOO_LARGE" in answer


def test_a_form_that_grows_beyond_the_limit_is_cut_off(limited: tuple[House, str, int]) -> None:
    house, _, port = limited
    officer = _Person(house, "officer", "officer")
    cookie = officer.client.cookies["mianshen_session"]
    head = (
        f"POST /officer/policies HTTP/1.1\r\ncookie: mianshen_session={cookie}\r\ncontent-type: multipart/form-data; boundary=x\r\n"
    )
    answer = _stream(port, head, _PART, more=LIMIT + 65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "请求内容超过".encode() in answer


def test_a_strangers_upload_is_refused_before_it_is_read(limited: tuple[House, str, int]) -> None:
    _, _, port = limited
    head = "POST /officer/policies HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=x\r\n"
    assert _stream(port, head, _PART, more=0).startswith(b"HTTP/1.1 401 ")


def test_a_declared_length_over_the_limit_is_refused_unread(limited: tuple[House, str, int]) -> None:
    house, _, port = limited
    key = house.key(*KEY_SCOPES)[1]
    head = f"POST /v1/policies HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-length: {LIMIT + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
