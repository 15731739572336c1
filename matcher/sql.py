"""The rules as one SQL query, for departments that let rules visit the data but no data leave: only verdicts come back.

SQL's NULL is Kleene's unknown, so a tree becomes AND, OR and CASE over the columns that `compile` names. The query is written once and
put into the dialect (DuckDB, PostgreSQL, Spark, Hive) by sqlglot. The department lays its data out in four long tables (`DDL`):
one row for each known value, one for each member of a set, one for each event; a set or event fact that is known to be empty has only
its row in `fact_value`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import sqlglot

from features.catalogue import Catalogue, FactType, load_catalogue
from features.facts import Interval
from features.periods import keys_of
from matcher.compile import ColumnOf, Compiled, Industry, Judged, Member, Total, Value, compile_documents, leaf_bands, span_of
from matcher.forest import FALSE, TRUE, Band, Cut, Kind, Test
from matcher.truth import leaf_keys, under_industry
from policies.rules import Leaf, RuleDocument

Dialect: TypeAlias = Literal["duckdb", "postgres", "spark", "hive"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "spark", "hive")

DDL = """
CREATE TABLE enterprise (uscc VARCHAR(18));
CREATE TABLE fact_value (uscc VARCHAR(18), fact VARCHAR(64), period VARCHAR(7),
                         low DECIMAL(38, 10), high DECIMAL(38, 10), word VARCHAR(255), day DATE, flag BOOLEAN);
CREATE TABLE fact_member (uscc VARCHAR(18), fact VARCHAR(64), code VARCHAR(255));
CREATE TABLE fact_event (uscc VARCHAR(18), fact VARCHAR(64), code VARCHAR(255), happened_on DATE, first_time BOOLEAN);
"""

_SECTIONS = "ABCDEFGHIJKLMNOPQRST"


def rules_to_sql(
    documents: Iterable[RuleDocument], as_of: date, *, dialect: Dialect = "duckdb", catalogue: Catalogue | None = None
) -> str:
    """A query with one row an enterprise: uscc, then `item_0`, `item_1`, ...: eligible, ineligible or unknown.

    Items stand in the order of the documents and of the items in them, as in `matcher.screen`.
    """
    known = catalogue or load_catalogue()
    compiled = compile_documents(documents, as_of, catalogue=known)
    query = _Query(compiled, known, dialect).text()
    written: str = sqlglot.transpile(query, read="duckdb", write=dialect, pretty=True)[0]
    return written


def tables_sql(*, dialect: Dialect = "duckdb") -> tuple[str, ...]:
    """The statements that create the four tables."""
    return tuple(sqlglot.transpile(DDL, read="duckdb", write=dialect))


class _Query:
    """Collects what has to be gathered from each table, one aggregate a column."""

    def __init__(self, compiled: Compiled, catalogue: Catalogue, dialect: Dialect) -> None:
        self.compiled, self.forest, self.catalogue = compiled, compiled.forest, catalogue
        self.collate = ' COLLATE "C"' if dialect == "postgres" else ""  # codes are compared byte by byte everywhere
        self.counts: list[dict[str, None]] = []
        self.depths: dict[int, int] = {}
        self.gathered: dict[str, dict[str, str]] = {"fact_value": {}, "fact_member": {}, "fact_event": {}}

    def text(self) -> str:
        # every name below is made here and every value goes through _literal, so nothing of a rule is read as SQL
        words = "WHEN TRUE THEN 'eligible' WHEN FALSE THEN 'ineligible' ELSE 'unknown' END"
        verdicts = [f"CASE {self.node(root)} {words} AS item_{i}" for i, root in enumerate(self.compiled.roots)]
        steps, joins, names = [], "", ["enterprise.uscc"]
        for table, columns in self.gathered.items():
            if columns:
                listed = ", ".join(f"{expression} AS {name}" for expression, name in columns.items())
                steps.append(f"{table}_of AS (SELECT uscc, {listed} FROM {table} GROUP BY uscc)")  # noqa: S608
                joins += f" LEFT JOIN {table}_of ON {table}_of.uscc = enterprise.uscc"
                names += columns.values()
        steps.append(f"known_0 AS (SELECT {', '.join(names)} FROM enterprise{joins})")  # noqa: S608
        for i, counts in enumerate(self.counts, 1):
            steps.append(f"known_{i} AS (SELECT *, {', '.join(counts)} FROM known_{i - 1})")  # noqa: S608
        return f"WITH {', '.join(steps)} SELECT {', '.join(['uscc', *verdicts])} FROM known_{len(self.counts)}"  # noqa: S608

    def gather(self, table: str, expression: str) -> str:
        columns = self.gathered[table]
        return columns.setdefault(expression, f"{table[5]}{len(columns)}")

    # ---- trees ---------------------------------------------------------------------------------------------------
    def node(self, node: int) -> str:
        kind, parts = self.forest.kinds[node], self.forest.parts[node]
        match kind:
            case Kind.CONSTANT:
                return "TRUE" if node == TRUE else "FALSE" if node == FALSE else "CAST(NULL AS BOOLEAN)"
            case Kind.TEST:
                return self.test(self.forest.tests[node])
            case Kind.ALL:
                return "(" + " AND ".join(self.node(p) for p in parts) + ")"
            case Kind.ANY:
                return "(" + " OR ".join(self.node(p) for p in parts) + ")"
            case Kind.AT_LEAST:
                return self.at_least(node, self.forest.counts[node], [self.node(p) for p in parts])

    def at_least(self, node: int, k: int, conditions: list[str]) -> str:
        """Both counts become columns of a step of their own, so that nested counting does not repeat itself."""
        met, possible = f"a{node}", f"b{node}"
        depth = self.depth(node)
        while len(self.counts) < depth:
            self.counts.append({})
        step = self.counts[depth - 1]
        step[" + ".join(f"CASE WHEN {c} THEN 1 ELSE 0 END" for c in conditions) + f" AS {met}"] = None
        step[" + ".join(f"CASE WHEN NOT {c} THEN 0 ELSE 1 END" for c in conditions) + f" AS {possible}"] = None
        return f"(CASE WHEN {met} >= {k} THEN TRUE WHEN {possible} < {k} THEN FALSE END)"

    def depth(self, node: int) -> int:
        """How many "at least" stand one inside the other, this node's own included."""
        found = self.depths.get(node)
        if found is None:
            below = max((self.depth(p) for p in self.forest.parts[node]), default=0)
            found = self.depths[node] = below + (self.forest.kinds[node] is Kind.AT_LEAST)
        return found

    def test(self, test: Test) -> str:
        key: Any = test.column
        column: ColumnOf = key
        match column:
            case Value(fact, period):
                low, high = self.value(fact, period)
            case Total(fact, keys, how):
                low, high = self.total(fact, keys, how)
            case Industry(fact, part, period):
                low = high = self.industry(self.gather("fact_value", f"MAX(CASE WHEN {_is(fact, period)} THEN word END)"), part)
            case Member(fact, word):
                return self.flag(test, self.member(fact, word))
            case Judged(leaf, as_of):
                periodic = self.catalogue[leaf.fact].is_periodic
                return self.flag(test, self.first(leaf, as_of) if periodic else self.events(leaf, as_of))
        truth = _between(low, high, test.bands)
        if test.missing == "unknown":
            return truth
        return f"COALESCE({truth}, {'TRUE' if test.missing == 'true' else 'FALSE'})"

    def flag(self, test: Test, condition: str) -> str:
        """A test of a condition that is true, false or NULL by itself."""
        wants_true = test.bands[0][0] is not None
        return condition if wants_true else f"(NOT {condition})"

    # ---- columns -------------------------------------------------------------------------------------------------
    def value(self, fact: str, period: str) -> tuple[str, str]:
        """The low and high end of one value; the same twice where it is no number."""
        kind = self.catalogue[fact].type
        if kind is FactType.NUMBER:
            low, high = (self.gather("fact_value", f"MAX(CASE WHEN {_is(fact, period)} THEN {end} END)") for end in ("low", "high"))
            return low, high
        if kind is FactType.BOOL:
            flag = self.gather("fact_value", f"MAX(CASE WHEN {_is(fact, period)} THEN CASE WHEN flag THEN 1 ELSE 0 END END)")
            return flag, flag
        name = "day" if kind is FactType.DATE else "word"
        found = self.gather("fact_value", f"MAX(CASE WHEN {_is(fact, period)} THEN {name} END)")
        found = found if kind is FactType.DATE else found + self.collate
        return found, found

    def total(self, fact: str, keys: tuple[str, ...], how: str) -> tuple[str, str]:
        ends = [self.value(fact, key) for key in keys]
        known = " AND ".join(f"{low} IS NOT NULL" for low, _ in ends)

        def combined(names: Iterable[str]) -> str:
            listed = list(names)
            if how == "sum" or len(listed) == 1:
                return "(" + " + ".join(listed) + ")"
            return f"{'LEAST' if how == 'min' else 'GREATEST'}({', '.join(listed)})"

        low, high = combined(low for low, _ in ends), combined(high for _, high in ends)
        return f"(CASE WHEN {known} THEN {low} END)", f"(CASE WHEN {known} THEN {high} END)"

    def industry(self, word: str, part: str) -> str:
        if part == "digits":
            return f"REGEXP_REPLACE({word}, '^[A-T]+', '')" + self.collate
        letter, division = f"UPPER(SUBSTR({word}, 1, 1))", f"SUBSTR({word}, 1, 2)"
        letters = ", ".join(f"'{chr(c)}'" for c in range(ord("A"), ord("Z") + 1))
        cases = "".join(
            f" WHEN {division} IN ({', '.join(_quoted(f'{d:02d}') for d in range(100) if under_industry(f'{d:02d}', s))}) THEN '{s}'"
            for s in _SECTIONS
        )
        return f"(CASE WHEN {word} IS NULL THEN NULL WHEN {letter} IN ({letters}) THEN {letter}{cases} ELSE '' END){self.collate}"

    def known(self, fact: str) -> str:
        return self.gather("fact_value", f"MAX(CASE WHEN {_is(fact, '')} THEN 1 END)")

    def member(self, fact: str, word: str) -> str:
        held = self.gather("fact_member", f"MAX(CASE WHEN fact = {_quoted(fact)} AND {_covers(word)} THEN 1 END)")
        return f"(CASE WHEN {self.known(fact)} IS NULL THEN NULL ELSE COALESCE({held}, 0) = 1 END)"

    def events(self, leaf: Leaf, as_of: date) -> str:
        conditions = [f"fact = {_quoted(leaf.fact)}", f"happened_on <= {_literal(as_of)}"]
        if leaf.period:
            start, after = span_of(keys_of(leaf.period, as_of))
            conditions.append(f"happened_on >= {_literal(start)} AND happened_on < {_literal(after)}")
        if isinstance(leaf.value, tuple) and leaf.value:
            conditions.append("(" + " OR ".join(_covers(word) for word in leaf.value) + ")")
        match = " AND ".join(conditions)
        sure = maybe = match
        if leaf.first is not None:
            is_so = "first_time" if leaf.first else "NOT first_time"
            sure, maybe = f"{match} AND {is_so}", f"{match} AND (first_time IS NULL OR {is_so})"
        surely, possibly = (self.gather("fact_event", f"MAX(CASE WHEN {c} THEN 1 END)") for c in (sure, maybe))
        return f"(CASE WHEN {self.known(leaf.fact)} IS NULL THEN NULL WHEN {surely} = 1 THEN TRUE WHEN {possibly} = 1 THEN NULL ELSE FALSE END)"

    def first(self, leaf: Leaf, as_of: date) -> str:
        """Reached in the period and in no earlier recorded year or month."""
        keys = leaf_keys(leaf, as_of, self.catalogue[leaf.fact])
        name = {FactType.NUMBER: "low", FactType.BOOL: "CASE WHEN flag THEN 1 ELSE 0 END"}.get(
            self.catalogue[leaf.fact].type, "word" + self.collate
        )
        reached = _between(name, "high" if name == "low" else name, leaf_bands(leaf, as_of))
        here = f"fact = {_quoted(leaf.fact)} AND period IN ({', '.join(_quoted(k) for k in keys)})"
        earlier = f"fact = {_quoted(leaf.fact)} AND period < {_quoted(keys[0])}"
        now_sure, now_count, now_not, before_sure, before_maybe = (
            self.gather("fact_value", f"SUM(CASE WHEN {c} THEN 1 ELSE 0 END)")
            for c in (
                f"{here} AND {reached}",
                here,
                f"{here} AND NOT {reached}",
                f"{earlier} AND {reached}",
                f"{earlier} AND {reached} IS NULL",
            )
        )
        return (
            f"(CASE WHEN {before_sure} > 0 OR ({now_not} = {now_count} AND {now_count} = {len(keys)}) THEN FALSE "
            f"WHEN {now_sure} > 0 AND {before_maybe} = 0 THEN TRUE END)"
        )


def _between(low: str, high: str, bands: tuple[Band, ...]) -> str:
    """TRUE where the value lies in a band, FALSE where it cannot, NULL where it is missing or may."""
    if not bands:
        return f"(CASE WHEN {low} IS NOT NULL THEN FALSE END)"
    if bands == ((None, None),):
        return f"(CASE WHEN {low} IS NOT NULL THEN TRUE END)"
    sure = " OR ".join(_and(_above(low, a), _below(high, b)) for a, b in bands)
    if low == high:
        return f"({sure})"
    maybe = " OR ".join(_and(_above(high, a), _below(low, b)) for a, b in bands)
    return f"(CASE WHEN {sure} THEN TRUE WHEN NOT ({maybe}) THEN FALSE END)"


def _and(*conditions: str) -> str:
    return "(" + " AND ".join(c for c in conditions if c) + ")"


def _above(name: str, cut: Cut | None) -> str:
    return "" if cut is None else f"{name} {'>' if cut.after else '>='} {_literal(cut.at)}"


def _below(name: str, cut: Cut | None) -> str:
    return "" if cut is None else f"{name} {'<=' if cut.after else '<'} {_literal(cut.at)}"


def _is(fact: str, period: str) -> str:
    return f"fact = {_quoted(fact)} AND period = {_quoted(period)}"


def _covers(word: str) -> str:
    start = word + "."
    return f"(code = {_quoted(word)} OR SUBSTR(code, 1, {len(start)}) = {_quoted(start)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(int(value))
        case Decimal():
            return format(value, "f")
        case date():
            return f"CAST('{value.isoformat()}' AS DATE)"
        case _:
            return _quoted(str(value))


def rows_of(facts: Mapping[str, Any], uscc: str, catalogue: Catalogue) -> dict[str, list[tuple[Any, ...]]]:
    """One enterprise's facts as rows of the four tables, for those who fill them from profiles."""

    out: dict[str, list[tuple[Any, ...]]] = {"enterprise": [(uscc,)], "fact_value": [], "fact_member": [], "fact_event": []}
    for fact, have in facts.items():
        kind = catalogue[fact].type
        values = have.items() if catalogue[fact].is_periodic else [("", have)]
        for period, value in values:
            low = high = word = day = flag = None
            match value:
                case bool():
                    flag = value
                case Decimal():
                    low = high = value
                case Interval():
                    low, high = value.low, value.high
                case date():
                    day = value
                case str():
                    word = value
                case frozenset():
                    out["fact_member"] += [(uscc, fact, code) for code in sorted(value)]
                case _ if kind is FactType.EVENTS:
                    out["fact_event"] += [(uscc, fact, e.code, e.on, e.first) for e in value]
            out["fact_value"].append((uscc, fact, period, low, high, word, day, flag))
    return out
