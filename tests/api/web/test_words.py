"""How pages write things: no internal word, and nothing that sounds more certain than it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.records import PolicyDocument
from api.web.words import counted, fen, moment_text, remark, scorer


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, None, "以核定为准"),
        (20_000_000, None, "200,000.00 起"),
        (20_000_000, 20_000_000, "200,000.00"),
        (100, 200, "1.00 – 2.00"),
        (0, 200, "最高 2.00"),
    ],
)
def test_a_sum_of_which_nothing_is_known_is_not_written_as_nothing(low: int, high: int | None, words: str) -> None:
    assert fen(low, high) == words


def test_moments_of_the_log_are_shown_in_china_s_time() -> None:
    assert moment_text("2026-11-20T16:30:00+00:00") == "2026-11-21 00:30"
    assert moment_text("changed by hand") == "changed by hand"


def test_counters_are_words_in_a_fixed_order_and_none_is_lost() -> None:
    found = counted({"band_near": 3, "enterprises": 5, "band_apply": 2, "something_new": 1})
    assert found == [("企业", 5), ("符合条件,待申报", 2), ("差一点", 3), ("something_new", 1)]


def test_without_a_model_the_order_is_that_of_the_rules() -> None:
    assert scorer("rules") == "规则次序"
    assert scorer("2026-11-20.1") == "2026-11-20.1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"meta": {"kind": "notice"}, "diagnostics": [{"code": "document.draft"}]}, "征求意见稿"),
        ({"meta": {"kind": "list"}}, "名单或公示"),
        ({"meta": {"kind": "plan"}}, "规划"),
        ({"meta": {"kind": "interpretation"}}, "解读"),
        ({"meta": {"kind": "measure"}}, "没有识别出"),
        ({"state": "refused", "refused_message": "这是图片"}, "这是图片"),
        ({"state": "quarantined"}, "已隔离"),
        ({"meta": {"kind": "measure"}, "ledger": [{"status": "encoded"}]}, ""),
    ],
)
def test_a_policy_without_items_says_why(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "id": "pol_1", "document_id": "a", "name": "a.txt", "sha256": "0" * 64, "state": "parsed", "source_format": "txt", "title": "a",
        "meta": {}, "text": "", "diagnostics": [], "ledger": [{"status": "procedure"}], "attachments": [], "refused_code": None,
        "refused_message": None, "imported_by": "system", "imported_at": datetime(2026, 11, 20, tzinfo=UTC),
    }  # fmt: skip
    found = remark(PolicyDocument(**given | changes))
    assert words in found if words else found == ""
