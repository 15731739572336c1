"""The SQL form of the rules gives the same verdicts, in every dialect that can run here; the others are at least well-formed."""

import os
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import duckdb
import pytest
import sqlglot
from hypothesis import given

from features.catalogue import load_catalogue
from features.profile import EnterpriseProfile
from matcher.sql import DIALECTS, rows_of, rules_to_sql, tables_sql
from policies.rules import RuleDocument
from tests.matcher.strategies import QUICK, a_document, knows
from tests.matcher.test_screen import _rules, crowds, truths

WORD = {2: "eligible", 1: "unknown", 0: "ineligible"}
TABLES = ("enterprise", "fact_value", "fact_member", "fact_event")
POSTGRES = os.environ.get("MIANSHEN_TEST_POSTGRES", "host=127.0.0.1 port=5432 user=postgres dbname=postgres connect_timeout=3")


def fill(run: Any, profiles: list[EnterpriseProfile], mark: str) -> None:
    for table in TABLES:
        run(f"DELETE FROM {table}", None)
    for i, profile in enumerate(profiles):
        for table, rows in rows_of(profile.facts, f"{i:018d}", load_catalogue()).items():
            for row in rows:
                run(f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row))})", row)


def verdicts(rows: list[tuple[Any, ...]]) -> list[list[str]]:
    return [list(column) for column in list(zip(*sorted(rows), strict=True))[1:]]


def told(document: RuleDocument, profiles: list[EnterpriseProfile], as_of: date) -> list[list[str]]:
    return [[WORD[t] for t in row] for row in truths(document, profiles, as_of)]


@QUICK
@given(crowds())
def test_duckdb_gives_the_same_verdicts(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    with duckdb.connect() as connection:
        for statement in tables_sql(dialect="duckdb"):
            connection.execute(statement)
        fill(connection.execute, profiles, "?")
        rows = connection.execute(rules_to_sql([document], as_of, dialect="duckdb")).fetchall()
    assert verdicts(rows) == told(document, profiles, as_of)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    try:
        server = psycopg.connect(POSTGRES, autocommit=True)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL server answers (set MIANSHEN_TEST_POSTGRES)")
    name = f"mianshen_sql_{uuid4().hex[:12]}"
    server.execute(f"CREATE DATABASE {name}")
    try:
        with psycopg.connect(f"{POSTGRES} dbname={name}", autocommit=True) as connection:
            for statement in tables_sql(dialect="postgres"):
                connection.execute(statement)
            yield connection
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


@pytest.mark.postgres
@QUICK
@given(case=crowds(profiles=2))
def test_postgresql_gives_the_same_verdicts(postgres: Any, case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    with postgres.transaction(force_rollback=True):
        fill(postgres.execute, profiles, "%s")
        rows = postgres.execute(rules_to_sql([document], as_of, dialect="postgres")).fetchall()
    assert verdicts(rows) == told(document, profiles, as_of)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_parses_in_its_own_grammar(dialect: Any) -> None:
    criteria = {
        "all": [
            {"fact": "registered_region", "op": "within", "value": ["440100"]},
            {"fact": "industry", "op": "within", "value": ["C", "65"]},
            {"fact": "revenue", "op": "ge", "value": 1000, "period": "Y-3..Y-1", "agg": "min"},
            {"fact": "revenue", "op": "ge", "value": 1000, "first": True},
            {"fact": "insured_headcount", "op": "ge", "value": 10, "period": "M-12..M-1"},
            {"fact": "qualifications", "op": "has_any", "value": ["srdi_sme"]},
            {"fact": "qualification_granted", "op": "occurred", "value": ["srdi_sme"], "period": "Y-1", "first": True},
            {"at_least": 2, "of": [{"fact": "established_on", "op": "age_ge", "value": f"P{n}Y"} for n in (1, 2, 3)]},
        ]
    }
    query = rules_to_sql([a_document(_rules(criteria))], date(2025, 3, 31), dialect=dialect)
    (parsed,) = sqlglot.parse(query, read=dialect)
    assert parsed is not None
    assert [c.alias_or_name for c in parsed.selects] == ["uscc", "item_0"]


def test_words_with_quotes_stay_words() -> None:
    document = a_document(_rules({"fact": "industry_theme", "op": "has_any", "value": ["x' OR '1'='1", "新'材料"]}))
    people = [knows(industry_theme=["新'材料"]), knows(industry_theme=["别的"]), knows()]
    with duckdb.connect() as connection:
        for statement in tables_sql(dialect="duckdb"):
            connection.execute(statement)
        fill(connection.execute, people, "?")
        rows = connection.execute(rules_to_sql([document], date(2025, 3, 31), dialect="duckdb")).fetchall()
    assert verdicts(rows) == [["eligible", "ineligible", "unknown"]]


def test_counting_inside_counting_does_not_grow_the_query() -> None:
    tree: dict[str, Any] = {"fact": "revenue", "op": "ge", "value": 5}
    for level in range(18):
        others = [{"fact": "profit", "op": "ge", "value": level + n} for n in range(3)]
        tree = {"at_least": 2, "of": [tree, *others]}
    document = a_document(_rules(tree))
    query = rules_to_sql([document], date(2025, 3, 31), dialect="duckdb")
    assert len(query) < 100_000
    people = [knows(revenue={"2024": 9}, profit={"2024": 30}), knows(revenue={"2024": 9}), knows(profit={"2024": 0})]
    with duckdb.connect() as connection:
        for statement in tables_sql(dialect="duckdb"):
            connection.execute(statement)
        fill(connection.execute, people, "?")
        rows = connection.execute(query).fetchall()
    assert verdicts(rows) == told(document, people, date(2025, 3, 31))
