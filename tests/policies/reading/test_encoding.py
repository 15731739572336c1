from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.errors import UnreadablePolicy
from policies.reading.encoding import common_share, decode

SIMPLIFIED = "第一条 为促进中小企业发展,对2023年营业收入不低于2000万元的企业给予奖励。\n第二条 喆镕〇公司除外。\n"
TRADITIONAL = "為貫徹落實關於促進中小企業發展的決策部署,對符合條件的企業給予獎勵,最高不超過50萬元。" * 5


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_that_a_department_uses_gives_the_same_text(codec: str, expected: str) -> None:
    decoded = decode(SIMPLIFIED.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.diagnostics) == (SIMPLIFIED, expected, ())


def test_big5_is_not_taken_for_the_nonsense_that_gb18030_makes_of_it() -> None:
    decoded = decode(TRADITIONAL.encode("big5"))
    assert decoded.text == TRADITIONAL
    assert [note.code for note in decoded.diagnostics] == ["encoding.guessed"]


def test_traditional_text_in_gb18030_stays_gb18030() -> None:
    assert decode(TRADITIONAL.encode("gb18030")).text == TRADITIONAL


def test_a_page_that_says_gb2312_is_decoded_with_the_larger_set() -> None:
    assert decode("喆镕〇".encode("gb18030"), label="GB2312").text == "喆镕〇"


def test_a_label_that_does_not_fit_is_not_believed() -> None:
    assert decode(SIMPLIFIED.encode("utf-8"), label="gbk").text == SIMPLIFIED


def test_a_utf8_file_cut_in_a_character_is_read_and_the_damage_said() -> None:
    decoded = decode((SIMPLIFIED * 3).encode("utf-8")[:-2])
    assert decoded.encoding == "utf-8"
    assert [note.code for note in decoded.diagnostics] == ["encoding.damaged"]
    note = decoded.diagnostics[0]
    assert note.start is not None
    assert decoded.text[note.start : note.end] == "\ufffd"


def test_crlf_and_blank_lines_stay_as_they_are_because_offsets_point_into_them() -> None:
    text = "第一条\r\n\r\n  甲\t乙\r\n"
    assert decode(text.encode("utf-8")).text == text


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\x7fELF" + bytes(4000), b"\x00\x01\x02\x03" * 500])
def test_a_binary_file_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(UnreadablePolicy) as refused:
        decode(data)
    assert refused.value.code in {"encoding_unknown", "not_a_document"}
    assert "\n" not in refused.value.message


def test_common_characters_tell_a_text_from_nonsense() -> None:
    assert common_share(SIMPLIFIED) > 0.9
    assert common_share("砮过辅瞶蛾") < 0.7


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=300))
def test_whatever_is_written_in_utf8_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text.removeprefix("\ufeff")
