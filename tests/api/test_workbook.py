"""Workbooks: what is written is what a spreadsheet program reads back, and nothing in them runs."""

import csv
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.workbook import Column, Sheet, write_workbook

COLUMNS = (Column("统一社会信用代码", 22), Column("金额", 14, "money"), Column("日期", 12, "date"), Column("说明", 30))
EVIL = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "甲\n=2", "＝1", "＋1", "http://a.cn", "mailto:a@b.c", "{=1}", "91440101000000000X", "1.2E+07",
    "䶮㛃𬭎𠮷", "\x00\x08", "\ud800", "x" * 40_000,
]  # fmt: skip


def write(path: Path, rows: list[tuple[str, Decimal | None, date | None, str]]) -> None:
    write_workbook(path, [Sheet("匹配结果", COLUMNS, rows)], about=[("基准日", "2026-11-20")])


def test_credit_codes_stay_text_and_evil_cells_stay_words(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [(text, Decimal("1234.56"), date(2026, 11, 20), text) for text in EVIL])
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["匹配结果"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref
    for row, text in zip(page.iter_rows(min_row=2), EVIL, strict=True):
        assert row[0].data_type in ("s", "n", "inlineStr") and row[0].data_type != "f"
        assert row[0].hyperlink is None
        kept = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
        assert (row[0].value or "").startswith(kept[:30_000])
        assert row[1].value == 1234.56
        assert row[2].value.date() == date(2026, 11, 20)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=40),
            st.none() | st.decimals(-(10**9), 10**12, places=2),
            st.none() | st.dates(date(1900, 3, 1)),
            st.text(max_size=40),
        ),
        max_size=6,
    )
)
def test_any_text_at_all_is_written_and_read_back_row_by_row(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:  # type: ignore[type-arg]
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    write(path, rows)
    page = openpyxl.load_workbook(path)["匹配结果"]
    assert page.max_row == max(len(rows) + 1, 1)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_sees_no_formula(tmp_path: Path) -> None:
    texts = [t for t in EVIL if t.isprintable() and len(t) < 100]
    write(tmp_path / "a.xlsx", [(t, None, None, t) for t in texts])
    options = 'csv:"Text - txt - csv (StarCalc)":44,34,76,1,,0,false,true,false,false,false,2'.replace('"', "")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", options, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (out,) = tmp_path.glob("*.csv")
    with out.open(encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert [row[0] for row in read[1:]] == texts
