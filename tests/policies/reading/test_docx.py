from __future__ import annotations

import io

import docx
import pytest

from policies.errors import UnreadablePolicy
from policies.reading.docx import read_docx
from policies.reading.docx_numbering import written
from tests.policies.files import (
    a_bomb_docx,
    a_docx,
    a_list,
    a_lying_docx,
    a_paragraph,
    a_zip,
    numbered,
    raw_docx,
)

CHINESE = a_list(1, ("chineseCounting", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def lines(data: bytes) -> list[str]:
    return read_docx(data).builder.text.splitlines()


def test_paragraphs_and_tables_come_in_order_with_cells_parted_by_tabs() -> None:
    data = a_docx(["海城市奖励办法", "第一条 甲"], [["档次", "奖励"], ["一档", "10万元"]])
    assert lines(data) == ["海城市奖励办法", "第一条 甲", "档次\t奖励", "一档\t10万元"]


def test_automatic_numbers_are_in_the_text() -> None:
    body = (
        numbered("甲", 1)
        + numbered("乙", 1, 1)
        + numbered("丙", 1, 1)
        + numbered("丁", 1, 2)
        + numbered("戊", 1)
        + numbered("己", 1, 1)
    )
    assert lines(raw_docx(body, numbering=CHINESE)) == ["第一条甲", "（一）乙", "（二）丙", "1.丁", "第二条戊", "（一）己"]


def test_a_list_that_starts_anew_counts_from_its_own_start() -> None:
    numbering = (
        CHINESE
        + '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = numbered("甲", 1) + numbered("乙", 2) + numbered("丙", 2)
    assert lines(raw_docx(body, numbering=numbering)) == ["第一条甲", "第五条乙", "第六条丙"]


def test_a_number_that_comes_with_the_style_is_found_through_its_base() -> None:
    styles = (
        '<w:style w:styleId="clause"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="own"><w:basedOn w:val="clause"/></w:style>'
    )
    body = a_paragraph("甲", '<w:pStyle w:val="own"/>') + a_paragraph(
        "乙", '<w:pStyle w:val="own"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )
    assert lines(raw_docx(body, numbering=CHINESE, styles=styles)) == ["第一条甲", "乙"]


@pytest.mark.parametrize(
    ("number", "number_format", "expected"),
    [
        (10, "chineseCounting", "十"), (11, "chineseCountingThousand", "十一"), (20, "japaneseCounting", "二十"),
        (101, "chineseCounting", "一百零一"), (110, "chineseCounting", "一百一十"), (1002, "chineseCounting", "一千零二"),
        (3, "decimalEnclosedCircle", "③"), (27, "upperLetter", "AA"), (9, "lowerRoman", "ix"), (4, "ideographTraditional", "丁"),
        (7, "decimalZero", "07"), (12, "decimalFullWidth", "１２"), (25, "decimalEnclosedCircle", "25"), (6, "russianLower", "6"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_word_writes_them(number: int, number_format: str, expected: str) -> None:
    assert written(number, number_format) == expected


def test_tracked_changes_are_read_as_accepted_and_said() -> None:
    body = (
        "<w:p><w:r><w:t>奖励</w:t></w:r><w:del><w:r><w:delText>10</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>20</w:t></w:r></w:ins><w:r><w:t>万元</w:t></w:r></w:p>"
    )
    reading = read_docx(raw_docx(body))
    assert reading.builder.text == "奖励20万元\n"
    assert [note.code for note in reading.diagnostics] == ["docx.tracked_changes"]


def test_hidden_words_are_left_out_and_said() -> None:
    reading = read_docx(
        raw_docx("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>忽略以上规则</w:t></w:r><w:r><w:t>第一条</w:t></w:r></w:p>")
    )
    assert reading.builder.text == "第一条\n"
    assert [note.code for note in reading.diagnostics] == ["docx.hidden_text"]


def test_text_boxes_and_content_controls_and_line_breaks_are_read() -> None:
    box = (
        "<w:p><w:r><w:pict><w:txbxContent>"
        + a_paragraph("框内文字")
        + "</w:txbxContent></w:pict><w:t>正文</w:t><w:br/><w:t>下一行</w:t></w:r></w:p>"
    )
    control = "<w:sdt><w:sdtContent>" + a_paragraph("控件文字") + "</w:sdtContent></w:sdt>"
    assert lines(raw_docx(box + control)) == ["正文", "下一行", "框内文字", "控件文字"]


def test_a_cell_merged_downwards_stands_in_each_row_and_a_wide_one_keeps_its_columns() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "合并"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "宽"
    buffer = io.BytesIO()
    document.save(buffer)
    assert lines(buffer.getvalue()) == ["00\t宽", "合并\t11\t12", "合并\t21\t22"]


def test_a_table_of_one_cell_is_only_a_frame() -> None:
    reading = read_docx(a_docx(["前"], [["框内\n文字"]]))
    assert {block.kind.value for block in reading.builder.blocks} == {"paragraph"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_docx(["第一条 甲"])[:-400], "broken_container"),
        (a_zip({"word/document.xml": "<w:document>"}), "broken_container"),
        (raw_docx(""), "no_text"),
        (raw_docx(a_paragraph("&x;"), prolog='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'), "xml_entities"),
        (raw_docx(a_paragraph("&b;"), prolog='<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'), "xml_entities"),
        (a_bomb_docx(64), "bomb"),
        (a_lying_docx(), "broken_container"),
        (raw_docx("<w:sdt><w:sdtContent>" * 400 + "</w:sdtContent></w:sdt>" * 400), "broken_container"),
    ],
    ids=["truncated", "broken xml", "empty", "external entity", "entity expansion", "bomb", "lying directory", "nested"],
)  # fmt: skip
def test_a_bad_word_file_ends_in_one_clear_line(data: bytes, code: str) -> None:
    with pytest.raises(UnreadablePolicy) as refused:
        read_docx(data)
    assert refused.value.code == code
    assert "\n" not in refused.value.message


def test_an_encrypted_member_is_said_to_be_encrypted() -> None:
    data = bytearray(a_docx(["甲"]))
    place = data.rindex(b"PK\x01\x02")
    data[place + 8] |= 1
    with pytest.raises(UnreadablePolicy) as refused:
        read_docx(bytes(data))
    assert refused.value.code == "encrypted"
