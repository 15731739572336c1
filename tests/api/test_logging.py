import json
import logging
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.logging import configure_logging, withhold
from api.usecases.runs import run_to_end, start_run
from tests.api.conftest import House
from tests.api.fakes import settle, uscc

CANARIES = ("11010519491231002X", "13912345678", "6222021234567890123", "msk_abcdefghijklmnop", "whsec_c2VjcmV0c2VjcmV0")


@pytest.mark.parametrize("canary", CANARIES)
def test_what_looks_personal_or_secret_is_taken_out(canary: str) -> None:
    event = withhold(
        None, "info", {"event": f"about {canary}.", "nested": {"list": [f"x {canary} y"]}, "facts": {"revenue": 1}, "password": "p"}
    )
    text = json.dumps(event, ensure_ascii=False)
    assert canary not in text
    assert "revenue" not in text
    assert '"p"' not in text


@pytest.mark.parametrize(
    "trace", ["2a4314044c819b369265856790425932", "ab13812345678" + "c" * 19, "d" * 40 + "6222021234567890" + "e" * 8]
)
@pytest.mark.parametrize("around", ["{}", "编号 {} 已记录", "{}," + CANARIES[1]])
def test_an_id_of_our_own_stays_whole_whatever_digits_it_holds(trace: str, around: str) -> None:
    written = str(withhold(None, "info", {"event": around.format(trace)})["event"])
    assert trace in written
    assert CANARIES[1] not in written


@given(digits=st.from_regex(r"[1-9][0-9]{15,18}", fullmatch=True), before=st.sampled_from(["", "账号", "x ", "a=", "ab"]))
def test_an_account_is_taken_out_wherever_it_stands(digits: str, before: str) -> None:
    assert digits not in str(withhold(None, "info", {"event": f"{before}{digits}。"})["event"])


def test_other_libraries_logs_are_events_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    logging.getLogger("somebody.else").warning("phone %s", CANARIES[1])
    structlog.get_logger().info("request.finished", status=200)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in lines] == ["warning", "info"]
    assert CANARIES[1] not in json.dumps(lines)


def test_nothing_of_an_enterprise_but_ids_reaches_the_log(
    lite_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(lite_house, tmp_path)
    client = lite_house.client(lite_house.key("matches:read", "values:read", "rights:write")[1])
    configure_logging("debug")
    capsys.readouterr()
    assert "3000" in client.post("/v1/match", json={"uscc": uscc(0)}).text
    client.post("/v1/match", json={"profile": {"uscc": uscc(1), "name": CANARIES[0], "facts": {"revenue": {"2025": 87654321}}}})
    client.post(
        f"/v1/enterprises/{uscc(0)}/objections", json={"kind": "review", "text": CANARIES[1]}, headers={"idempotency-key": "k"}
    )
    client.post("/v1/sessions", json={"username": "x", "password": CANARIES[2]})
    s = lite_house.services
    run = start_run(lite_house.person("officer"), model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=5, push_top=3, uow=s.uow(), clock=s.clock)
    written = capsys.readouterr().err
    assert "request.finished" in written
    for canary in (*CANARIES, "30000000", "87654321", "示例企业", uscc(0)):
        assert canary not in written


def test_a_failure_is_logged_with_its_trace_and_without_its_values(
    lite_house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = lite_house.client(lite_house.key("matches:read")[1])
    configure_logging("info")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"phone {CANARIES[1]}")

    monkeypatch.setattr("api.usecases.runs.list_runs", fail)
    capsys.readouterr()
    trace = client.get("/v1/runs").json()["trace_id"]
    written = capsys.readouterr().err
    assert trace in written
    assert "RuntimeError" in written
    assert CANARIES[1] not in written
