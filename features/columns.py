"""From cells of text to typed columns, as SQL: numbers in the catalogue's unit, dates in five forms, codes by table or look-up.

Every rule yields two expressions: the value, null where the cell is empty or cannot be trusted, and the trouble, a stable code or null.
A cell in trouble is never used; its code and heading go to the row's `problems`, and the words for it stand in `PROBLEM_WORDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyarrow as pa

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.entity_types import read_entity_type
from features.extract import SEPARATOR
from features.industries import bare_code, industries
from features.qualifications import code_of, is_known
from features.regions import current_codes, find_regions, full_name
from features.sources.mapping import FactRule, SourceMapping, power_of, scale_of

PROBLEM_WORDS: Mapping[str, str] = {
    "not_a_number": "不是数字",
    "scientific": "被表格软件转成科学计数法,位数已丢失;请以文本格式重新导出",
    "negative": "不应为负数",
    "absurd": "数值超出合理范围,疑似单位或录入错误",
    "not_a_date": "不是可识别的日期",
    "no_such_day": "日期不存在(如 2 月 31 日)",
    "absurd_date": "日期超出合理范围",
    "future": "日期晚于提供数据之日",
    "unknown_code": "代码不在对照表中",
    "withheld": "部门未授权提供",
    "unit": "与同一行的相关数据相差千倍以上,疑似元与万元混用;两项均按未知处理",
    "differs": "同一主键、同一记录日期出现不同的值,无法确定取哪一个",
}
_EMPTY = "'', '-', '--', '—', '——', '/', '\\', 'NULL', 'null', 'None', 'nan', 'NaN', 'N/A', '#N/A', '空'"
_WITHHELD = "'***', '****', '**', '保密', '不公开', '未授权', '未授权提供'"
_DATE_FORMS = "['%Y-%m-%d', '%Y/%m/%d', '%Y%m%d', '%Y.%m.%d', '%Y年%m月%d日']"
_LIMITS = {"CNY": 10**13, "ratio": 1000, "persons": 5_000_000, "months": 1200, "count": 10_000_000, "m2": 10**9}
_BLANKS = " \t\r\n\u3000\u00a0\ufeff'"
_FULL = "０１２３４５６７８９，．－＋％（）　"
_HALF = "0123456789,.-+%() "
LEVELS: Mapping[str, str] = {
    "国家级": "national", "省级": "provincial", "市级": "municipal", "区级": "district", "县级": "district",
}  # fmt: skip


def quoted(text: str) -> str:
    """A SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Cell:
    """The expressions of one value over parsed columns: what it is, what is wrong with it, and under which heading."""

    name: str
    value: str
    trouble: str
    heading: str


class Stage:
    """Expressions computed once, under short names, for the stage above to use."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._names: dict[str, str] = {}

    def add(self, sql: str) -> str:
        """The name that stands for `sql`."""
        return self._names.setdefault(sql, f"{self._prefix}{len(self._names)}")

    @property
    def columns(self) -> list[str]:
        """The select list."""
        return [f"{sql} AS {name}" for sql, name in self._names.items()]


def trimmed_sql(column: str) -> str:
    """A raw cell without the blanks around it that people and spreadsheets leave."""
    looks = f"regexp_matches({column}, {quoted(f'^[{_BLANKS}]|[{_BLANKS}]$')})"
    return f"CASE WHEN {looks} THEN trim({column}, {quoted(_BLANKS)}) ELSE {column} END"


def text_sql(trimmed: str) -> str:
    """A trimmed cell, null where it says nothing."""
    return f"CASE WHEN length({trimmed}) > 5 THEN {trimmed} WHEN {trimmed} IN ({_EMPTY}) THEN NULL ELSE {trimmed} END"


def _half(text: str) -> str:
    return f"translate({text}, {quoted(_FULL)}, {quoted(_HALF)})"


def code_sql(text: str) -> str:
    """A credit code cell in capitals, without blanks, dashes or a leading apostrophe."""
    squeezed = f"upper(regexp_replace(translate({text}, '０１２３４５６７８９', '0123456789'), '[\\s''`·._-]+', '', 'g'))"
    return f"CASE WHEN regexp_full_match({text}, '[0-9A-Z]{{18}}') THEN {text} ELSE {squeezed} END"


def year_sql(text: str) -> str:
    """The year of 2024, 2024年, 2024年度 or 2024.0 as an integer."""
    slow = f"TRY_CAST(regexp_extract({_half(text)}, '^((?:19|20)\\d{{2}})(?:年|年度|\\.0)?$', 1) AS INTEGER)"
    return f"CASE WHEN length({text}) = 4 AND TRY_CAST({text} AS INTEGER) BETWEEN 1900 AND 2099 THEN TRY_CAST({text} AS INTEGER) ELSE {slow} END"


def month_sql(text: str) -> str:
    """The month of 202407, 2024-07, 2024/7, 2024年7月 or a day in it, as 202407."""
    pattern = "'^((?:19|20)\\d{2})[-/.年]?(0?[1-9]|1[0-2])(?:月|[-/.]\\d{1,2}.*|月\\d{1,2}日)?$'"
    half, plain = _half(text), f"TRY_CAST({text} AS INTEGER)"
    slow = f"TRY_CAST(regexp_extract({half}, {pattern}, 1) || lpad(regexp_extract({half}, {pattern}, 2), 2, '0') AS INTEGER)"
    return f"CASE WHEN length({text}) = 6 AND {plain} BETWEEN 190001 AND 209912 AND {plain} % 100 BETWEEN 1 AND 12 THEN {plain} ELSE {slow} END"


def date_sql(text: str) -> str:
    """A date in one of five forms, with or without a time after it, or a spreadsheet's day number."""
    head = f"regexp_replace({_half(text)}, '[ T]\\d{{1,2}}:.*$', '')"
    serial = f"TRY_CAST(CASE WHEN regexp_full_match({text}, '[1-6]\\d{{4}}(\\.0)?') THEN {text} END AS DOUBLE)"
    slow = f"coalesce(CAST(try_strptime({head}, {_DATE_FORMS}) AS DATE), DATE '1899-12-30' + CAST({serial} AS INTEGER))"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN length({text}) = 10 AND {text}[5] = '-' THEN TRY_CAST({text} AS DATE) "
        f"WHEN length({text}) = 8 THEN coalesce(CAST(try_strptime({text}, '%Y%m%d') AS DATE), {slow}) ELSE {slow} END"
    )


def _date_cell(name: str, text: str, heading: str, parses: Stage, *, latest: str | None) -> Cell:
    day = parses.add(date_sql(text))
    low, high = "DATE '1900-01-01'", latest or "DATE '2200-01-01'"
    looks = f"regexp_matches({_half(text)}, '^(19|20)\\d{{2}}([-/.年]?\\d{{1,2}}){{2}}')"
    trouble = (
        f"CASE WHEN {text} IS NULL OR {day} BETWEEN {low} AND {high} THEN NULL WHEN {text} IN ({_WITHHELD}) THEN 'withheld' "
        f"WHEN {day} IS NULL AND {looks} THEN 'no_such_day' WHEN {day} IS NULL THEN 'not_a_date' "
        f"WHEN {day} BETWEEN {low} AND DATE '2200-01-01' THEN 'future' ELSE 'absurd_date' END"
    )
    return Cell(name, f"CASE WHEN {day} BETWEEN {low} AND {high} THEN {day} END", trouble, heading)


def _number_sql(text: str, unit: str) -> str:
    """The figure; thousands separators where they are well placed, full-width digits, a % sign that says the unit. Never 1.2E+07."""
    half = f"regexp_replace({_half(text)}, '\\s+', '', 'g')"
    if unit == "%":
        half = f"regexp_replace({half}, '%$', '')"
    grouped = f"regexp_full_match({half}, '[+-]?\\d{{1,3}}(,\\d{{3}})+(\\.\\d+)?')"
    return (
        f"CASE WHEN {text} IS NULL OR contains({text}, 'e') OR contains({text}, 'E') OR contains({text}, '_') THEN NULL ELSE "
        f"coalesce(TRY_CAST({text} AS DECIMAL(24,8)), TRY_CAST(CASE WHEN {grouped} THEN replace({half}, ',', '') ELSE {half} END AS DECIMAL(24,8))) END"
    )


def _number_cells(
    name: str, text: str, heading: str, parses: Stage, *, rule: FactRule, definition: FactDefinition, unit: str
) -> list[Cell]:
    power = power_of(unit, definition.unit)
    scaled = f"CAST('1e{power + scale_of(definition.unit)}' AS DECIMAL(12,0))"
    limit = _LIMITS[definition.unit or "count"] * 10**6 // 10 ** (power + 6)
    number = parses.add(_number_sql(text, unit))
    low = -limit if rule.negative else 0
    span = f"regexp_full_match({_half(text)}, '\\d{{1,9}}(\\.\\d+)?\\s*[-~～至—]\\s*\\d{{1,9}}(\\.\\d+)?\\s*人?')"
    is_span = f"WHEN {span} THEN NULL " if rule.interval else ""
    trouble = (
        f"CASE WHEN {text} IS NULL OR {number} BETWEEN {low} AND {limit} THEN NULL WHEN {text} IN ({_WITHHELD}) THEN 'withheld' {is_span}"
        f"WHEN regexp_full_match({text}, '[+-]?\\d+(\\.\\d*)?[Ee][+-]?\\d+') THEN 'scientific' "
        f"WHEN {number} IS NULL THEN 'not_a_number' WHEN {number} < 0 AND {number} >= -{limit} THEN 'negative' ELSE 'absurd' END"
    )
    cells = [
        Cell(name, f"CASE WHEN {number} BETWEEN {low} AND {limit} THEN CAST({number} * {scaled} AS BIGINT) END", trouble, heading)
    ]
    if rule.interval:
        for end, place in (("lo", 1), ("hi", 2)):
            part = f"regexp_extract({_half(text)}, '(\\d+(?:\\.\\d+)?)\\s*[-~～至—]\\s*(\\d+(?:\\.\\d+)?)', {place})"
            bound = f"CASE WHEN {number} IS NULL AND {text} IS NOT NULL AND {span} THEN CAST(TRY_CAST({part} AS DECIMAL(24,8)) * {scaled} AS BIGINT) END"
            cells.append(Cell(f"{name}_{end}", bound, "NULL", heading))
    return cells


def _table_sql(text: str, codes: tuple[tuple[str, str], ...], *, as_bool: bool) -> str:
    """A code table as a CASE: exact codes before prefixes (`91*`), longer prefixes before shorter ones."""
    exact: dict[str, list[str]] = {}
    for code, meaning in codes:
        if not code.endswith("*"):
            exact.setdefault(meaning, []).append(code)
    prefixes = sorted(((code[:-1], meaning) for code, meaning in codes if code.endswith("*")), key=lambda pair: -len(pair[0]))

    def said(meaning: str) -> str:
        return meaning.upper() if as_bool else quoted(meaning)

    whens = [
        f"WHEN {text} IN ({', '.join(quoted(code) for code in found)}) THEN {said(meaning)}" for meaning, found in exact.items()
    ]
    whens += [f"WHEN starts_with({text}, {quoted(prefix)}) THEN {said(meaning)}" for prefix, meaning in prefixes]
    return f"CASE {' '.join(whens)} END" if whens else "NULL"


def _code_cell(name: str, text: str, heading: str, parses: Stage, *, rule: FactRule, level: str, as_bool: bool) -> Cell:
    plain = f"CASE WHEN ends_with({text}, '.0') THEN {text}[:-3] ELSE {text} END"
    match rule.lookup:
        case "region" | "industry" | "entity_kind" | "ownership":
            sql = f"{rule.lookup}_of({plain})"
        case "legal_person":
            sql = f"CAST(legal_person_of({plain}) AS BOOLEAN)"
        case "qualification":
            sql = f"qualification_of({text} || {quoted(SEPARATOR)} || coalesce({level or 'NULL'}, ''))"
        case None:
            sql = (
                _table_sql(plain, rule.codes, as_bool=as_bool)
                if rule.codes
                else f"CASE WHEN {text} NOT IN ({_WITHHELD}) THEN {text} END"
            )
    value = parses.add(sql)
    trouble = f"CASE WHEN {text} IS NULL OR {value} IS NOT NULL THEN NULL WHEN {text} IN ({_WITHHELD}) THEN 'withheld' ELSE 'unknown_code' END"
    return Cell(name, value, trouble, heading)


def cells_of(
    mapping: SourceMapping,
    index: int,
    *,
    texts: Mapping[str, str],
    units: Mapping[str, str],
    latest: str,
    picks: Stage,
    parses: Stage,
) -> list[Cell]:
    """The typed cells of fact rule `index`: v<i>, and on<i>, until<i>, first<i>, v<i>_lo, v<i>_hi where the rule has them.

    `texts`: source column -> the name of its cleaned text (columns that the file lacks are absent); `latest`: SQL of the last possible
    day. `picks` computes over the texts, `parses` over texts and picks, the cells over all of these.
    """
    rule = mapping.facts[index]
    definition = load_catalogue()[rule.fact]
    text = texts.get(rule.column)
    if rule.only is not None and text is not None:
        other, values = rule.only
        allowed = ", ".join(quoted(value) for value in values)
        text = picks.add(f"CASE WHEN coalesce({texts.get(other, 'NULL')}, '') IN ({allowed}) THEN {text} END")
    name, cells = f"v{index}", list[Cell]()
    if rule.how in ("event", "member") and rule.const:
        cells.append(Cell(name, quoted(rule.const), "NULL", ""))
    elif rule.how == "presence" and not rule.column:
        cells.append(Cell(name, "TRUE", "NULL", ""))
    elif text is not None and rule.column:
        if rule.how in ("event", "member"):
            cells.append(_code_cell(name, text, rule.column, parses, rule=rule, level=texts.get(rule.level, ""), as_bool=False))
        else:
            unit = units.get(rule.column) or rule.unit
            cells += _value_cells(name, text, rule.column, parses, rule=rule, definition=definition, unit=unit, latest=latest)
    for part, column in (("on", rule.on), ("until", rule.until)):
        if column in texts:
            cells.append(_date_cell(f"{part}{index}", texts[column], column, parses, latest=latest if part == "on" else None))
    if rule.first in texts:
        cells.append(
            Cell(f"first{index}", parses.add(_table_sql(texts[rule.first], rule.first_codes, as_bool=True)), "NULL", rule.first)
        )
    return cells


def with_likeness(mapping: SourceMapping, cells: list[Cell]) -> list[Cell]:
    """The cells with those set aside that differ from a figure of the same row by a factor no business explains."""
    at = {mapping.facts[int(cell.name[1:])].fact: cell for cell in cells if cell.name[1:].isdigit() and cell.name.startswith("v")}
    for first, second, times in mapping.alike:
        if first not in at or second not in at:
            continue
        one, other = at[first].value, at[second].value
        odd = f"coalesce({one} > 0 AND {other} > 0 AND ({one} >= {other} * {times} OR {other} >= {one} * {times}), FALSE)"
        cells = [
            Cell(
                cell.name,
                f"CASE WHEN NOT {odd} THEN {cell.value} END",
                f"CASE WHEN {odd} THEN 'unit' ELSE {cell.trouble} END",
                cell.heading,
            )
            if cell in (at[first], at[second])
            else cell
            for cell in cells
        ]
    return cells


def _value_cells(
    name: str, text: str, heading: str, parses: Stage, *, rule: FactRule, definition: FactDefinition, unit: str, latest: str
) -> list[Cell]:
    match definition.type:
        case FactType.NUMBER:
            return _number_cells(name, text, heading, parses, rule=rule, definition=definition, unit=unit)
        case FactType.DATE:
            return [_date_cell(name, text, heading, parses, latest=latest)]
        case FactType.BOOL | FactType.CODE | FactType.TEXT | FactType.SET | FactType.EVENTS:
            return [_code_cell(name, text, heading, parses, rule=rule, level="", as_bool=definition.type is FactType.BOOL)]


# ---- look-ups, column by column -------------------------------------------------------------------------------------
def region_of(text: str, on: date) -> str | None:
    """The division code in force on a day for a code (a street's too) or a place name; None where it is not one division."""
    digits = text.strip()
    if digits.isdigit() and len(digits) in (6, 9, 12):
        codes = current_codes(digits[:6], on)
        return codes[0] if len(codes) == 1 and full_name(codes[0]) != codes[0] else None
    if digits.isdigit():
        return None
    mentions = find_regions(digits)
    return mentions[0].codes[0] if len(mentions) == 1 and len(mentions[0].codes) == 1 else None


def industry_of(text: str) -> str | None:
    """The digits of an industry code that stands in GB/T 4754-2017, or a section letter alone; a class's own name is read as its code."""
    code = bare_code(text.strip().upper())
    known = industries()
    if not code.isascii():
        return _industry_names().get(text.strip())
    while code and code not in known and len(code) == 4 and code.endswith("0"):
        code = code[:-1]  # 3910 for the group 391 that has no classes below it
    return code if code in known else None


@cache
def _industry_names() -> Mapping[str, str]:
    """Each class name that means one class, or a class and the only one below it (732 and 7320), by its name."""
    found: dict[str, list[str]] = {}
    for one in industries().values():
        found.setdefault(one.name, []).append(one.code)
    return {
        name: max(codes, key=len) for name, codes in found.items() if all(max(codes, key=len).startswith(code) for code in codes)
    }


def qualification_of(text: str) -> str | None:
    """The code of a title and its level, parted by SEPARATOR; a title outside the table keeps its own name as other:<name>."""
    name, _, level = text.partition(SEPARATOR)
    code = code_of(name)
    if code is None:
        return f"other:{name}" if name else None
    suffix = LEVELS.get(level)
    return f"{code}.{suffix}" if suffix and "." not in code and is_known(f"{code}.{suffix}") else code


def lookups(on: date) -> Mapping[str, "Lookup"]:
    """The functions that the statements call, by name; codes of divisions are read as of a day."""
    return {
        "region_of": Lookup(lambda text: region_of(text, on)),
        "industry_of": Lookup(industry_of),
        "qualification_of": Lookup(qualification_of),
        "entity_kind_of": Lookup(lambda text: read_entity_type(text).kind),
        "ownership_of": Lookup(lambda text: read_entity_type(text).ownership),
        "legal_person_of": Lookup(_legal_person_of),
    }


def _legal_person_of(text: str) -> str | None:
    says = read_entity_type(text).legal_person
    return None if says is None else str(says).lower()


class Lookup:
    """A look-up over Arrow columns that asks once for each distinct value."""

    def __init__(self, ask: Callable[[str], str | None]) -> None:
        self._ask = ask
        self._known: dict[str | None, str | None] = {None: None}  # an empty cell has no answer

    def __call__(self, column: pa.Array) -> pa.Array:
        """The answers, cell by cell."""
        encoded = column.dictionary_encode()
        chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
        out = []
        for chunk in chunks:
            answers = []
            for word in chunk.dictionary.to_pylist():
                if word is not None and word not in self._known:
                    self._known[word] = self._ask(word)
                answers.append(self._known[word])
            out.append(pa.array(answers, pa.string()).take(chunk.indices))
        return pa.chunked_array(out, pa.string()) if len(out) != 1 else out[0]
