"""The statement that turns an extract's text into cleaned records, and the words for rows that are refused.

A record has `row`, `refusal` (a code, or null), `uscc` as normalised, `recorded`, `period` (0, a year, or a month as 202407), `key` (what
tells list entries of one enterprise apart), `problems` (`heading:code;...` or null), the identity cells, and the typed cells of `columns`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from features.columns import Cell, cells_of, code_sql, date_sql, month_sql, quoted, text_sql, year_sql
from features.readers import Extract
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
    cells: list[Cell] = []
    for i in range(len(mapping.facts)):
        cells += cells_of(mapping, i, texts=texts, units=extract.units, latest=latest)
    named = {meaning: _first(mapping, meaning, texts) for meaning in IDENTITY[1:]}
    code = _code(mapping, texts)
    recorded = _first(mapping, "recorded", texts)
    period, period_given = _period(mapping, texts)
    refusal = _refusal(mapping, extract, texts, code=code, name=named["name"], recorded=recorded, period=period, given=period_given, latest=latest)
    cleaned = ", ".join(["row", f"{text_sql('edge')} AS edge", *(f"{text_sql(f'c_{i}')} AS t_{i}" for i in range(len(extract.columns)))])
    parts = [
        "row",
        f"{refusal} AS refusal",
        f"{f'valid_uscc({code})' if valid_only else code_sql(code)} AS uscc",
        f"{code} AS id_code",
        *(f"{named[meaning]} AS id_{meaning}" for meaning in IDENTITY[1:]),
        f"{f'coalesce({date_sql(recorded)}, {latest})' if recorded != 'NULL' else latest} AS recorded",
        f"coalesce({period}, 0) AS period",
        f"{_key(mapping, texts)} AS key",
        f"nullif(concat_ws(';', {_problems(cells)}), '') AS problems",
        *(f"CASE WHEN {cell.trouble} IS NULL THEN {cell.value} END AS {cell.name}" for cell in cells),
    ]
    return RecordStatement(f"SELECT {', '.join(parts)} FROM (SELECT {cleaned} FROM raw)", tuple(cell.name for cell in cells))


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
    return f"CASE WHEN length({found[0]}) = 18 THEN {found[0]} ELSE coalesce({', '.join([*looks, found[0]])}) END" if looks else found[0]


def _period(mapping: SourceMapping, texts: Mapping[str, str]) -> tuple[str, bool]:
    match mapping.period:
        case "year":
            return year_sql(_first(mapping, "year", texts)), True
        case "month":
            return month_sql(_first(mapping, "month", texts)), True
        case "none":
            return "0", False


def _key(mapping: SourceMapping, texts: Mapping[str, str]) -> str:
    """A number that tells apart the entries of one enterprise; dates in it count as days, however they are written."""
    dates = {name for rule in mapping.facts for name in (rule.on,)}
    parts = [
        f"coalesce(CAST({date_sql(texts[name])} AS VARCHAR), {texts[name]}, '')" if name in dates else f"coalesce({texts[name]}, '')"
        for name in mapping.key
        if name in texts
    ]
    return f"md5_number_lower(concat_ws('\x1f', {', '.join(parts)}))" if parts else "CAST(0 AS UBIGINT)"


def _refusal(
    mapping: SourceMapping,
    extract: Extract,
    texts: Mapping[str, str],
    *,
    code: str,
    name: str,
    recorded: str,
    period: str,
    given: bool,
    latest: str,
) -> str:
    total = "'^(合|总|小|累)\\s*计[::]?$'"
    headings = {plain_heading(h)[0] for column in mapping.columns if column.meaning in ("uscc", "name") for h in column.headings}
    listed = ", ".join(quoted(h) for h in sorted(headings))
    others = [texts[c.name] for c in mapping.columns if c.meaning not in ("uscc", "parent", "key", "reg_no") and c.name in texts]
    moved = " OR ".join(f"regexp_full_match({text}, '[0-9]{{2}}[0-9]{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}')" for text in others) or "FALSE"
    bad_code = f"NOT coalesce(regexp_full_match({code}, '[0-9A-Za-z .+-]{{9,25}}'), FALSE)"
    whens = [
        f"WHEN coalesce(edge, {code}, {name}) IS NOT NULL AND (regexp_full_match(coalesce(edge, ''), {total}) "
        f"OR regexp_full_match(coalesce({code}, ''), {total}) OR regexp_full_match(coalesce({name}, ''), {total})) THEN 'total'",
        f"WHEN lower(coalesce({code}, '')) IN ({listed}) OR lower(coalesce({name}, '')) IN ({listed}) THEN 'headings'",
        f"WHEN {bad_code} AND ({moved}) THEN 'shifted'",
        f"WHEN {code} IS NULL AND {name} IS NULL THEN 'no_identity'",
    ]
    if given:
        whens.append(f"WHEN {period} IS NULL OR {period} // {100 if mapping.period == 'month' else 1} > year({latest}) + 1 THEN 'period'")
    if recorded != "NULL":
        day = date_sql(recorded)
        whens.append(f"WHEN {recorded} IS NOT NULL AND ({day} IS NULL OR {day} < DATE '1950-01-01') THEN 'recorded'")
        whens.append(f"WHEN {day} > {latest} THEN 'later'")
    undated = [date_sql(texts[rule.on]) for rule in mapping.facts if rule.how == "event" and rule.on in texts]
    if undated:
        whens.append(f"WHEN {undated[0]} IS NULL THEN 'undated'")
    return f"CASE {' '.join(whens)} END"
