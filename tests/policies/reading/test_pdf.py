from __future__ import annotations

import pytest

from policies.document import BlockKind
from policies.errors import UnreadablePolicy
from policies.reading.pdf import read_pdf
from tests.policies.files import a_cyclic_pdf, a_pdf, a_scanned_pdf

FULL = "第一条 为促进企业发展,对年营业收入不低于两千万元且增速较快的企业给予"  # a full line of the page


def lines(data: bytes) -> list[str]:
    return read_pdf(data).builder.text.splitlines()


def test_a_sentence_over_two_lines_is_one_paragraph() -> None:
    reading = read_pdf(a_pdf([[(72, 780, FULL), (72, 760, "奖励,最高50万元。"), (72, 740, "第二条 其他。")]]))
    assert reading.builder.text.splitlines() == [FULL + "奖励,最高50万元。", "第二条 其他。"]
    assert "pdf.joined_lines" in {note.code for note in reading.diagnostics}


def test_a_line_that_begins_with_a_number_starts_anew_even_after_a_full_line() -> None:
    assert lines(a_pdf([[(72, 780, FULL), (72, 760, "（二）乙类企业")]])) == [FULL, "（二）乙类企业"]


def test_running_heads_and_page_numbers_go_and_a_sentence_over_two_pages_is_joined() -> None:
    ends = ("甲", "乙", "丙", "丁")
    pages = [
        [
            (200, 820, "海城市人民政府公报"),
            (72, 780, "奖励。"),
            (72, 740, f"第{at}条 其他。"),
            (72, 60, f"第{at}{FULL[2:-1]}{end}"),
            (280, 30, f"— {at} —"),
        ]
        for at, end in enumerate(ends, 1)
    ]
    reading = read_pdf(a_pdf(pages))
    assert "公报" not in reading.builder.text
    assert "—" not in reading.builder.text
    assert f"第1{FULL[2:-1]}甲奖励。" in reading.builder.text.splitlines()
    assert "pdf.dropped_heads" in {note.code for note in reading.diagnostics}
    assert [block.page for block in reading.builder.blocks] == [1, 1, 1, 2, 2, 3, 3, 4, 4]


def test_a_ruled_table_gives_rows_of_cells_and_stands_where_it_stood() -> None:
    cells = [(80, 705, "档次"), (230, 705, "奖励金额"), (80, 675, "一档"), (230, 675, "10万元")]
    rules = "".join(f"{x} 660 m {x} 720 l S\n" for x in (72, 220, 400)) + "".join(
        f"72 {y} m 400 {y} l S\n" for y in (660, 690, 720)
    )
    data = a_pdf([[(72, 780, "第一条 标准如下:"), *cells, (72, 600, "第二条 其他。")]], rules=[rules])
    reading = read_pdf(data)
    assert reading.builder.text.splitlines() == ["第一条 标准如下:", "档次\t奖励金额", "一档\t10万元", "第二条 其他。"]
    assert [block.kind for block in reading.builder.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.TABLE_ROW,
        BlockKind.TABLE_ROW,
        BlockKind.PARAGRAPH,
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_scanned_pdf(3), "scanned_pdf"),
        (a_pdf([[(72, 780, "第一条")]], encrypt=True), "encrypted"),
        (a_cyclic_pdf(), "no_text"),
        (b"%PDF-1.7\n" + b"garbage" * 100, "broken_container"),
        (a_pdf([[(72, 780, FULL)]])[:300], "broken_container"),
        (a_pdf([[(72, 780, "第一条")]] * 5000), "too_many_pages"),
        (a_pdf([[]]), "no_text"),
    ],
    ids=["scanned", "encrypted", "cyclic", "garbage", "truncated", "5,000 pages", "empty"],
)
def test_a_bad_pdf_ends_in_one_clear_line(data: bytes, code: str) -> None:
    with pytest.raises(UnreadablePolicy) as refused:
        read_pdf(data)
    assert refused.value.code == code
    assert "\n" not in refused.value.message


def test_a_page_of_pictures_within_a_text_is_pointed_out() -> None:
    picture = (200, 400, "")
    data = a_pdf([[(72, 780 - 20 * at, FULL) for at in range(20)], [picture]], inline_image_on=(1,))
    assert "pdf.pages_without_text" in {note.code for note in read_pdf(data).diagnostics}
