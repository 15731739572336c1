"""The learned clause model: a chance and no more, the same every time, and able to tell our own sentences apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.clause_typing import PLACES, ClauseChances, features_of, places_of, units_of
from policies.parsing import parse_policy
from policies.segmenting import segment

_TEXT = """惠江市扶持设计企业办法
一、申报条件
1.在惠江市注册，具有独立法人资格，拥有稳定的设计团队；
2.近两年完成过不少于三项重大设计项目，管理制度健全；
二、申报程序
1.企业登录惠企平台填写申请表，由市工信局初审后报市政府批准。
2.市财政局按规定将资金拨付到企业账户，联系人张工，电话见附件。
三、奖励标准
对符合条件的企业，给予20万元奖励。
"""


def _chance(words: str) -> float:
    start = _TEXT.index(words)
    return ClauseChances(_TEXT, segment(_TEXT)).of(start, start + len(words))


def test_conditions_are_likelier_than_procedure() -> None:
    conditions = [_chance(w) for w in ("拥有稳定的设计团队", "近两年完成过不少于三项重大设计项目")]
    procedure = [_chance(w) for w in ("由市工信局初审后报市政府批准", "市财政局按规定将资金拨付到企业账户", "电话见附件")]
    assert min(conditions) > 0.5 > max(procedure)


@given(
    st.text(alphabet="一、1.(二)条件对企业给予奖励，；。：\n 在本市注册0", max_size=200), st.integers(0, 220), st.integers(0, 220)
)
def test_every_stretch_has_a_chance(text: str, start: int, end: int) -> None:
    chances = ClauseChances(text, segment(text))
    assert 0 <= chances.of(start, end) <= 1
    assert 0 <= chances.likeliest(start, end) <= 1
    assert chances.of(start, end) == ClauseChances(text, segment(text)).of(start, end)


def test_where_nothing_is_written_the_model_knows_nothing() -> None:
    assert ClauseChances("", segment("")).of(0, 0) == 0.5


@given(st.text(max_size=80))
def test_features_find_their_places(words: str) -> None:
    text = f"一、条件\n{words}"
    for unit in units_of(text, segment(text)):
        places = places_of(features_of(text, unit))
        assert len(set(places.tolist())) == len(places)
        assert ((places >= 0) & (places < PLACES)).all()


def test_a_condition_that_no_rule_covers_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from policies import assembling
    from policies.extract.collecting import Collected
    from policies.extract.items import ItemDraft

    def only_the_grant(m, root, *, title, chances):  # type: ignore[no-untyped-def]
        start = m.text.index("对符合条件的企业")
        return Collected([ItemDraft(start, len(m.text.rstrip()))])

    monkeypatch.setattr(assembling, "collect", only_the_grant)
    parsed = parse_policy(_TEXT.encode(), name="a.txt", document_id="a")
    pointed = [parsed.text[d.start : d.end] for d in parsed.diagnostics if d.code == "condition-unread"]
    assert any("设计团队" in words for words in pointed)
    assert not any("张工" in words for words in pointed)


def test_what_is_covered_is_not_pointed_out() -> None:
    parsed = parse_policy(_TEXT.encode(), name="a.txt", document_id="a")
    pointed = [parsed.text[d.start : d.end] for d in parsed.diagnostics if d.code == "condition-unread"]
    assert not any("在惠江市注册" in words for words in pointed)
