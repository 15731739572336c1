from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.errors import UnreadablePolicy
from policies.sandbox import Limits, Sandbox
from tests.policies.files import a_bomb_docx, a_docx, a_pdf

GOOD = "海城市促进企业发展办法\n第一条 对年营业收入不低于2000万元的企业给予一次性奖励10万元。\n".encode()


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as shared:
        yield shared


def pid_of(box: Sandbox) -> int:
    child = box._child
    assert child is not None
    return child.pid


def test_a_file_is_parsed_in_another_process_and_comes_back_whole(box: Sandbox) -> None:
    parsed = box.parse(GOOD, name="办法.txt", document_id="d1")
    assert parsed.text == GOOD.decode()
    assert parsed.rules["document"]["id"] == "d1"
    assert pid_of(box) != os.getpid()


def test_one_process_serves_file_after_file(box: Sandbox) -> None:
    box.parse(GOOD, name="a", document_id="a")
    first = pid_of(box)
    box.parse(a_docx(["第一条 甲"]), name="b", document_id="b")
    assert pid_of(box) == first


def test_a_refused_file_does_not_stop_the_process(box: Sandbox) -> None:
    box.parse(GOOD, name="a", document_id="a")
    before = pid_of(box)
    with pytest.raises(UnreadablePolicy) as refused:
        box.parse(a_bomb_docx(64), name="b.docx", document_id="b")
    assert refused.value.code == "bomb"
    assert box.parse(GOOD, name="a", document_id="a").text == GOOD.decode()
    assert pid_of(box) == before


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_served() -> None:
    slow = a_pdf([[(72, 780, "第一条 甲企业给予奖励资金支持")] * 40] * 700)
    with Sandbox(Limits(seconds=0.05)) as box:
        began = time.monotonic()
        with pytest.raises(UnreadablePolicy) as refused:
            box.parse(slow, name="a.pdf", document_id="a")
        assert refused.value.code == "timeout"
        assert time.monotonic() - began < 30
        box._limits = Limits(seconds=60)
        assert box.parse(GOOD, name="a", document_id="a").text == GOOD.decode()


def test_a_file_that_needs_too_much_memory_is_stopped_and_the_next_one_is_served() -> None:
    greedy = ("第一条 对年营业收入不低于2000万元的企业给予一次性奖励10万元。" * 50_000).encode()
    with Sandbox(Limits(seconds=60, memory_bytes=160 * 2**20)) as box:
        with pytest.raises(UnreadablePolicy) as refused:
            box.parse(greedy, name="a.txt", document_id="a")
        assert refused.value.code in {"memory", "crashed"}
        assert box.parse(GOOD, name="a", document_id="a").text == GOOD.decode()


def test_a_process_that_dies_is_replaced(box: Sandbox) -> None:
    box.parse(GOOD, name="a", document_id="a")
    os.kill(pid_of(box), 9)
    child = box._child
    assert child is not None
    child.wait()
    assert box.parse(GOOD, name="a", document_id="a").text == GOOD.decode()


def test_closing_ends_the_process() -> None:
    box = Sandbox()
    box.parse(GOOD, name="a", document_id="a")
    pid = pid_of(box)
    box.close()
    assert not Path(f"/proc/{pid}").exists()


def test_a_worker_that_cannot_start_is_our_own_fault_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policies.sandbox.sys.executable", "/bin/false")
    with Sandbox() as box, pytest.raises(ChildProcessError, match=r"policies\.worker"):
        box.parse(GOOD, name="a", document_id="a")
