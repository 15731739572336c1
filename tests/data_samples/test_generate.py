"""The generated city: the same bytes for the same seed, files as laid out, and nothing planted that is not written down."""

import csv
import io
import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from stdnum.cn import uscc

from data_samples.generate import generate, main
from data_samples.layouts import Layout, layouts
from data_samples.params import Scope
from data_samples.sheet import TITLED
from tests.data_samples.conftest import AS_OF, SCOPE

SMALL = Scope(120, 5, AS_OF)


def _hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def _rows(folder: Path, entry: Layout) -> list[list[Any]]:
    """Every line of a file as cells, headings included, for all formats."""
    path = folder / entry.path
    if entry.format == "csv":
        return list(csv.reader(io.StringIO(path.read_bytes().decode(entry.encoding))))
    if entry.format == "xlsx":
        return [list(row) for row in openpyxl.load_workbook(path, read_only=False).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    if entry.format == "parquet":
        table = pq.read_table(path)
        return [table.column_names, *map(list, zip(*table.to_pydict().values(), strict=True))]
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [entry.names, *[[line.get(name) for name in entry.names] for line in lines]]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    for name in ("first", "second"):
        generate(SMALL, tmp_path / name)
    generate(Scope(120, 6, AS_OF), tmp_path / "other")
    first, second, other = (_hashes(tmp_path / name) for name in ("first", "second", "other"))
    assert first == second
    assert first.keys() == other.keys()
    assert first["registry/市场主体信息.csv"] != other["registry/市场主体信息.csv"]


def test_the_files_are_exactly_those_of_the_layouts(records: Path) -> None:
    files = {str(path.relative_to(records)) for path in records.rglob("*") if path.is_file()}
    assert files == {entry.path for entry in layouts()} | {"TRUTH.json"}


@pytest.mark.parametrize("entry", layouts(), ids=lambda entry: entry.path)
def test_headings_stand_where_and_as_the_layout_says(records: Path, truth: dict[str, Any], entry: Layout) -> None:
    rows = _rows(records, entry)
    first = 1 if entry.path in TITLED else 0
    assert rows[first] == entry.names
    if first:
        assert rows[0][0] == entry.title
    assert len(rows) - first - 1 == truth["rows"][entry.path]
    assert {len(row) for row in rows} == {len(entry.names)}


def test_registered_codes_are_valid_except_the_planted_ones(records: Path, truth: dict[str, Any]) -> None:
    entry = layouts()[0]
    codes = [row[0] for row in _rows(records, entry)[1:]]
    planted = {
        mark["line"] for mark in truth["planted"] if mark["file"] == entry.path and mark["kind"] == "registry_wrong_check_digit"
    }
    assert planted
    assert {line for line, code in enumerate(codes, start=2) if not uscc.is_valid(code)} == planted


def test_every_record_with_an_unusable_code_is_written_down_with_the_true_one(records: Path, truth: dict[str, Any]) -> None:
    registered = {row[0] for row in _rows(records, layouts()[0])[1:]}
    registered |= {mark["uscc"] for mark in truth["planted"] if mark["kind"] == "registry_wrong_check_digit"}
    noted = {(mark["file"], mark["line"]): mark for mark in truth["unlinked"]}
    furniture = {
        (mark["file"], mark["line"]) for mark in truth["planted"] if mark["kind"] in ("total", "doubled_header", "shifted_row")
    }
    seen = 0
    for entry in layouts():
        column = next((place for place, c in enumerate(entry.columns) if c.kind == "uscc"), None)
        if column is None or entry.source == "registry" or entry.refused:
            continue
        first = 1 if entry.format in ("parquet", "jsonl") else 3 if entry.path in TITLED else 2
        for line, row in enumerate(_rows(records, entry)[2 if entry.path in TITLED else 1 :], start=first):
            where = (entry.path, line)
            if where in furniture:
                continue
            if where in noted:
                seen += 1
                true = noted[where]["uscc"]
                assert row[column] != true or true is None, where
                assert true is None or true in registered, where
            else:
                assert row[column] in registered, where
    assert seen == len(noted) > 0


def test_the_usual_mess_is_all_there(truth: dict[str, Any]) -> None:
    assert set(truth["counts"]) >= {
        "wrong_check_digit", "lower_case", "old_reg_no", "no_code", "stranger", "former_name", "name_variant", "duplicate_equal",
        "duplicate_different", "odd_date", "impossible_date", "negative_revenue", "unit_slip", "total", "doubled_header", "shifted_row",
        "region_contradiction", "status_contradiction", "industry_contradiction",
    }  # fmt: skip
    assert truth["enterprises"] == SCOPE.enterprises
    assert truth["as_of"] == "2026-11-20"


def test_strangers_are_nowhere_in_the_registry(records: Path, truth: dict[str, Any]) -> None:
    entity = _rows(records, layouts()[0])[1:]
    names, codes = {row[2] for row in entity}, {row[0] for row in entity}
    strangers = [mark for mark in truth["unlinked"] if mark["kind"] == "stranger"]
    assert strangers
    for mark in strangers:
        entry = next(entry for entry in layouts() if entry.path == mark["file"])
        row = dict(zip(entry.names, _rows(records, entry)[mark["line"] - 1], strict=True))
        name = next(c.name for c in entry.columns if c.kind == "name")
        code = next(c.name for c in entry.columns if c.kind == "uscc")
        assert row[name] not in names
        assert row[code] not in codes


def test_planted_values_stand_on_the_lines_that_are_noted(records: Path, truth: dict[str, Any]) -> None:
    entry = next(entry for entry in layouts() if entry.path == "tax/企业所得税年度申报.csv")
    rows = _rows(records, entry)
    revenue = entry.names.index("YYSR")
    marks = [mark for mark in truth["planted"] if mark["kind"] == "negative_revenue"]
    assert marks
    assert all(float(rows[mark["line"] - 1][revenue]) < 0 for mark in marks)
    negative = {line for line, row in enumerate(rows[1:], start=2) if row[revenue] and float(row[revenue]) < 0}
    twice = {mark["line"] for mark in truth["planted"] if mark["file"] == entry.path and mark["kind"].startswith("duplicate")}
    assert negative - twice == {mark["line"] for mark in marks} - twice


def test_without_mess_every_code_is_plain(tmp_path: Path) -> None:
    generate(Scope(200, 9, AS_OF, mess=0.0), tmp_path)
    assert json.loads((tmp_path / "TRUTH.json").read_text("utf-8"))["unlinked"] == []


def test_another_day_moves_the_years_and_months(tmp_path: Path) -> None:
    generate(Scope(80, 3, date(2025, 3, 9)), tmp_path)
    months = set(pq.read_table(tmp_path / "social_security/企业社保参保人数信息.parquet")["rece_ym"].to_pylist())
    assert max(months) == "202502"
    assert min(months) == "202401"


def test_the_command_line_writes_a_city_and_refuses_a_tiny_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--enterprises", "60", "--seed", "2", "--out", str(tmp_path / "a")]) == 0
    assert "60 enterprises" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["--enterprises", "3", "--out", str(tmp_path / "b")])
    assert stopped.value.code == 2


@pytest.mark.parametrize(("column", "rate"), [("ENTTYPE", 0.27), ("REGCAP", 0.19), ("RECCAP", 0.62)])
def test_about_as_much_is_missing_as_in_real_registers(records: Path, column: str, rate: float) -> None:
    # population.toml: 0.2684, 0.1236 (and branches, which have no capital of their own, 0.08), 0.60 with branches
    entry = layouts()[0]
    cells = [row[entry.names.index(column)] for row in _rows(records, entry)[1:]]
    assert abs(cells.count("") / len(cells) - rate) < 0.05
