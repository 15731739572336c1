"""The statement that turns an extract's text into cleaned records, and the words for rows that are refused.

A record has `row`, `refusal` (a code, or null), `uscc` as normalised, `recorded`, `period` (0, a year, or a month as 202407), `key` (what
tells list entries of one enterprise apart), `problems` (`heading:code;...` or null), the identity cells, and the typed cells of `columns`.
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from features.columns import (
    Cell,
    Stage,
    cells_of,
    code_sql,
    date_sql,
    month_sql,
    quoted,
    text_sql,
    trimmed_sql,
    with_likeness,
    year_sql,
)
from features.extract import Extract
from features.sources.mapping import SourceMapping, plain_heading

REFUSAL_WORDS: Mapping[str, str] = {
    "total": "合计行,不是一条记录",
    "headings": "重复的表头行,不是一条记录",
    "shifted": "单元格疑似错列:代码列不是代码,而别的列是代码;请核对后重报",
    "no_identity": "既没有可用的代码也没有名称,无法确定属于哪家企业",
    "period": "所属年度(年月)缺失或无法识别",
    "recorded": "记录日期无法识别,无法判断新旧",
    "later": "记录日期晚于基准日,本次不使用",
    "check_digit": "统一社会信用代码无效(校验位、长度或字符不符),不能建立主体;请核对原件",
    "not_linked": "不属于登记库中的任何企业",
    "undated": "事件日期缺失或无法识别,无法判断何时发生",
}
IDENTITY = ("code", "reg_no", "name", "legal_person", "region")


@dataclass(frozen=True, slots=True)
class RecordStatement:
    """The SELECT over table `raw`, and the typed value columns that it yields."""

    sql: str
    values: tuple[str, ...]


def record_statement(mapping: SourceMapping, extract: Extract, learned_on: date, *, valid_only: bool) -> RecordStatement:
    """The cleaning of one file. `valid_only`: keep a code only where `valid_uscc` accepts it (the register's own rows)."""
    latest = f"DATE '{learned_on.isoformat()}'"
    texts = {name: f"t_{i}" for i, name in enumerate(extract.columns)}
    picks, parses = Stage("x"), Stage("p")
    cells: list[Cell] = []
    for i in range(len(mapping.facts)):
        cells += cells_of(mapping, i, texts=texts, units=extract.units, latest=latest, picks=picks, parses=parses)
    cells = with_likeness(mapping, cells)
    named = {meaning: _first(mapping, meaning, texts) for meaning in IDENTITY[1:]}
    code = picks.add(_code(mapping, texts))
    recorded = _first(mapping, "recorded", texts)
    recorded_day = parses.add(date_sql(recorded)) if recorded != "NULL" else "NULL"
    period, key = parses.add(_period(mapping, texts)), parses.add(_key(mapping, texts))
    refusal = _refusal(
        mapping, texts, parses, code=code, name=named["name"], recorded=(recorded, recorded_day), period=period, latest=latest
    )
    final = [
        "row",
        f"{refusal} AS refusal",
        f"{f'valid_uscc({code})' if valid_only else code_sql(code)} AS uscc",
        f"{code} AS id_code",
        *(f"{named[meaning]} AS id_{meaning}" for meaning in IDENTITY[1:]),
        f"coalesce({recorded_day}, {latest}) AS recorded",
        f"coalesce({period}, 0) AS period",
        f"{key} AS key",
        f"nullif(concat_ws(';', {_problems(cells)}), '') AS problems",
        *(f"{cell.value} AS {cell.name}" for cell in cells),
    ]
    raw = ["edge", *(f"c_{i}" for i in range(len(extract.columns)))]
    cleaned = [f"{text_sql(column)} AS {column.replace('c_', 't_')}" for column in raw]
    sql = "raw"
    for columns in (
        ["row", *(f"{trimmed_sql(column)} AS {column}" for column in raw)],
        ["row", *cleaned],
        ["*", *picks.columns],
        ["*", *parses.columns],
        final,
    ):
        sql = f"(SELECT {', '.join(columns)} FROM {sql})"
    return RecordStatement(sql, tuple(cell.name for cell in cells))


def _problems(cells: list[Cell]) -> str:
    told = {cell.heading + cell.trouble: cell for cell in cells if cell.trouble != "NULL" and cell.heading}
    return ", ".join(f"{quoted(cell.heading + ':')} || ({cell.trouble})" for cell in told.values()) or "NULL"


def _first(mapping: SourceMapping, meaning: str, texts: Mapping[str, str]) -> str:
    found = [texts[column.name] for column in mapping.columns if column.meaning == meaning and column.name in texts]
    return found[0] if found else "NULL"


def _code(mapping: SourceMapping, texts: Mapping[str, str]) -> str:
    """The code cell; where a layout has two, the one that looks like a credit code."""
    found = [texts[column.name] for column in mapping.columns if column.meaning == "uscc" and column.name in texts]
    looks = [f"CASE WHEN length({text}) = 18 THEN {text} END" for text in found[1:]]
    return (
        f"CASE WHEN length({found[0]}) = 18 THEN {found[0]} ELSE coalesce({', '.join([*looks, found[0]])}) END"
        if looks
        else found[0]
    )


def _period(mapping: SourceMapping, texts: Mapping[str, str]) -> str:
    match mapping.period:
        case "year":
            return year_sql(_first(mapping, "year", texts))
        case "month":
            return month_sql(_first(mapping, "month", texts))
        case "none":
            return "0"


def _key(mapping: SourceMapping, texts: Mapping[str, str]) -> str:
    """A number that tells apart the entries of one enterprise; dates in it count as days, however they are written."""
    dates = {name for rule in mapping.facts for name in (rule.on,)}
    parts = [
        f"coalesce(CAST({date_sql(texts[name])} AS VARCHAR), {texts[name]}, '')"
        if name in dates
        else f"coalesce({texts[name]}, '')"
        for name in mapping.key
        if name in texts
    ]
    return f"md5_number_lower(concat_ws('\x1f', {', '.join(parts)}))" if parts else "CAST(0 AS UBIGINT)"


def _refusal(
    mapping: SourceMapping,
    texts: Mapping[str, str],
    parses: Stage,
    *,
    code: str,
    name: str,
    recorded: tuple[str, str],
    period: str,
    latest: str,
) -> str:
    """Why a record is not used at all, or null: the first reason that applies."""
    total = "'^(合|总|小|累)\\s*计[::]?$'"
    headings = {plain_heading(h)[0] for column in mapping.columns if column.meaning in ("uscc", "name") for h in column.headings}
    listed = ", ".join(quoted(h) for h in sorted(headings))
    others = [texts[c.name] for c in mapping.columns if c.meaning not in ("uscc", "parent", "key", "reg_no") and c.name in texts]
    moved = (
        " OR ".join(
            f"(length({text}) = 18 AND regexp_full_match({text}, '[0-9]{{8}}[0-9A-HJ-NPQRTUWXY]{{10}}'))" for text in others
        )
        or "FALSE"
    )
    bad_code = f"NOT coalesce(length({code}) BETWEEN 9 AND 25 AND regexp_full_match({code}, '[0-9A-Za-z .+-]{{9,25}}'), FALSE)"
    looks_total = " OR ".join(f"(length({text}) <= 5 AND regexp_full_match({text}, {total}))" for text in ("edge", code, name))
    whens = [
        f"WHEN {looks_total} THEN 'total'",
        f"WHEN lower({code}) IN ({listed}) OR lower({name}) IN ({listed}) THEN 'headings'",
        f"WHEN {bad_code} AND ({moved}) THEN 'shifted'",
        f"WHEN {code} IS NULL AND {name} IS NULL THEN 'no_identity'",
    ]
    if mapping.period != "none":
        whens.append(
            f"WHEN {period} IS NULL OR {period} // {100 if mapping.period == 'month' else 1} > year({latest}) + 1 THEN 'period'"
        )
    given, day = recorded
    if given != "NULL":
        whens.append(f"WHEN {given} IS NOT NULL AND ({day} IS NULL OR {day} < DATE '1950-01-01') THEN 'recorded'")
        whens.append(f"WHEN {day} > {latest} THEN 'later'")
    undated = [parses.add(date_sql(texts[rule.on])) for rule in mapping.facts if rule.how == "event" and rule.on in texts]
    if undated:
        whens.append(f"WHEN {undated[0]} IS NULL THEN 'undated'")
    return f"CASE {' '.join(whens)} END"
