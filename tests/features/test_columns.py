"""Cells of text to typed values, one case at a time, through the statement that reads whole files."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from features.catalogue import load_catalogue
from features.columns import Stage, cells_of, lookups, text_sql, trimmed_sql
from features.sources.mapping import FactRule, SourceColumn, SourceMapping, load_mappings, scale_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "cells.toml").read_text("utf-8"))["case"]
_LOOKUPS = {"registered_region": "region", "industry": "industry"}


def _mapping(case: dict[str, Any]) -> SourceMapping:
    status = next(rule.codes for mapping in load_mappings() for rule in mapping.facts if rule.fact == "registration_status")
    rule = FactRule(
        fact=case["as"], how="value", column="列", unit=case.get("unit", ""), codes=status if case["as"] == "registration_status" else (),
        lookup=_LOOKUPS.get(case["as"]), level="", on="", until="", first="", first_codes=(), only=None, const="", absent="missing",
        negative=case["as"] == "profit", interval=False,
    )  # fmt: skip
    return SourceMapping(
        id="case.cell", source="case", title="", patterns=(), owner="", legal_basis="x", purposes=("x",), fresh_months=None, rank=1, role="facts",
        complete=False, published=False, encoding=None, columns=(SourceColumn("列", ("列",), "other", True),), key=(), facts=(rule,),
    )  # fmt: skip


def _read(case: dict[str, Any]) -> tuple[Any, str | None]:
    picks, parses = Stage("x"), Stage("p")
    (cell,) = cells_of(_mapping(case), 0, texts={"列": "t_0"}, units={}, latest="DATE '2026-11-20'", picks=picks, parses=parses)
    con = duckdb.connect(":memory:")
    for name, function in lookups(date(2026, 11, 20)).items():
        con.create_function(
            name, function, [duckdb.sqltypes.VARCHAR], duckdb.sqltypes.VARCHAR, type="arrow", null_handling="special"
        )
    con.execute("CREATE TABLE raw AS SELECT ? AS c_0", [case["text"]])
    inner = f"SELECT {text_sql('c_0')} AS t_0 FROM (SELECT {trimmed_sql('c_0')} AS c_0 FROM raw)"
    parsed = ", ".join(["*", *parses.columns])
    (row,) = con.execute(f"SELECT {cell.value}, {cell.trouble} FROM (SELECT {parsed} FROM ({inner}))").fetchall()
    return row[0], row[1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['as']}:{case['text']}")
def test_a_cell_means_what_the_case_says(case: dict[str, Any]) -> None:
    value, trouble = _read(case)
    definition = load_catalogue()[case["as"]]
    assert trouble == case.get("trouble")
    if "value" not in case:
        assert value is None
    elif definition.type.value == "number":
        assert Decimal(value).scaleb(-scale_of(definition.unit)) == Decimal(case["value"])
    else:
        assert str(value) == case["value"]
