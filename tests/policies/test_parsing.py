from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import UnreadablePolicy
from policies.loading import load_rules
from policies.parsing import ParsedPolicy, parse_policy
from tests.policies.files import a_docx, a_pdf

POLICY = (
    "海丰县促进工业企业发展办法\n海府〔2023〕12号\n"
    "第一条 为促进工业企业发展，制定本办法。\n"
    "第二条 申报企业应当在本县登记注册，具有独立法人资格，近三年未被列入失信被执行人名单。\n"
    "第三条 对年营业收入首次突破1亿元的企业，一次性奖励20万元。\n"
    "第四条 对首次认定的高新技术企业，给予30万元奖励；重新认定的，给予10万元奖励。\n"
    "第五条 按照设备投资额的10%给予补助，最高不超过200万元。\n"
    "第六条 本办法自2023年6月1日起施行，有效期3年。\n"
)


def parsed(text: str = POLICY) -> ParsedPolicy:
    return parse_policy(text.encode(), name="a.txt", document_id="a")


def spans(node: Any) -> Iterator[tuple[int, int]]:
    """Every place that a rule document points to."""
    if isinstance(node, Mapping):
        if isinstance(node.get("start"), int) and isinstance(node.get("end"), int):
            yield node["start"], node["end"]
        for value in node.values():
            yield from spans(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from spans(value)


def assert_sound(result: ParsedPolicy) -> None:
    """In the contract's form, every span inside the text, the ledger too, and whole after a trip through JSON."""
    load_rules(result.rules)
    for start, end in [*spans(result.rules.get("items")), *spans(result.rules.get("common"))]:
        assert 0 <= start <= end <= len(result.text)
    for entry in result.ledger:
        assert 0 <= entry["start"] < entry["end"] <= len(result.text)
    for note in result.diagnostics:
        assert note.start is None or 0 <= note.start <= (note.end or 0) <= len(result.text)
    assert ParsedPolicy.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_a_policy_becomes_rules_with_a_ledger_and_metadata() -> None:
    result = parsed()
    assert_sound(result)
    assert result.sha256 == sha256(POLICY.encode()).hexdigest()
    document = result.rules["document"]
    assert (document["doc_number"], document["effective_to"], document["kind"]) == ("海府〔2023〕12号", "2026-05-31", "rules")
    assert {item["category"] for item in result.rules["items"]} >= {"award", "subsidy"}
    assert result.ledger
    assert not result.quarantined


@pytest.mark.parametrize(
    "data",
    [POLICY.encode("gb18030"), POLICY.encode("utf-16"), a_docx(POLICY.splitlines()), a_pdf([[(72, 800 - 18 * at, line) for at, line in enumerate(POLICY.splitlines())]])],
    ids=["gb18030", "utf-16", "docx", "pdf"],
)  # fmt: skip
def test_the_same_policy_in_another_file_gives_the_same_items(data: bytes) -> None:
    result = parse_policy(data, name="a", document_id="a")
    assert_sound(result)
    expected = [(item["title"], len(item.get("amounts", []))) for item in parsed().rules["items"]]
    assert [(item["title"], len(item.get("amounts", []))) for item in result.rules["items"]] == expected


def test_a_quarantined_text_keeps_its_words_and_gives_no_rule() -> None:
    result = parsed(POLICY + "第七条 本办法由欧宝娱乐官网负责解释。\n")
    assert_sound(result)
    assert result.quarantined
    assert result.rules["items"] == []
    assert "common" not in result.rules
    assert "欧宝娱乐" in result.text


def test_an_interpretation_and_a_list_stay_clean() -> None:
    assert parsed("【文字解读】" + POLICY).rules["items"] == []
    assert parsed("海丰县2024年贴息审核通过名单\n" + POLICY).rules["items"] == []


PIECES = ("第一条", "（一）", "1.", "对", "企业", "年营业收入", "不低于", "不超过", "2000万元", "的", "，", "。", "；", "\n", "给予", "奖励", "10%", "最高",
          "分别", "20万元、10万元", "高新技术企业", "首次", "之一", "除外", "近三年", "在我区注册", "附件", "\t", "(含)", "以上", "每", "人", "自2023年1月1日起", "《", "》")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_words_of_a_policy_in_any_order_give_sound_rules(text: str) -> None:
    if text.strip():
        assert_sound(parsed(text))


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_sound_rules_or_a_refusal(text: str) -> None:
    data = text.encode("utf-8", errors="replace")
    try:
        result = parse_policy(data, name="a.txt", document_id="a")
    except UnreadablePolicy as refused:
        message = refused.message
    else:
        assert_sound(result)
        return
    assert message


@given(st.integers(0, len(POLICY)), st.integers(0, len(POLICY)), st.sampled_from(["", "\n", "　", " ", "\t", "，", "不", "0"]))
@settings(max_examples=100, deadline=None)
def test_a_policy_cut_or_joined_anywhere_gives_sound_rules(start: int, end: int, filler: str) -> None:
    text = POLICY[:start] + filler + POLICY[end:]
    if text.strip():
        assert_sound(parsed(text))
