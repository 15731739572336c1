"""Columns made comparable before linking: codes read, names in one spelling, phones as digits, places as districts of today.

What is masked (张*, 138****1234) or a placeholder becomes null: it agrees with nothing and contradicts nothing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.errors import SourceError
from features.identity.names import former_name, is_branch, normalise
from features.identity.uscc import read_codes, read_org_code, read_reg_no, read_usccs
from features.regions import current_codes

_STRING = pa.string()
_TODAY = date(9999, 1, 1)  # districts are compared as they are in the newest table
_NOT_DIGITS = re.compile(r"\D+")
_MASK = re.compile(r"[*＊×]|某")
_NAMELESS = frozenset({"", "无", "不详", "未知", "NULL", "NONE", "-", "/"})


@dataclass(frozen=True, slots=True)
class PreparedRegister:
    """`enterprises`: one row each; `aliases`: every normalised name, present and former, with the code it leads to."""

    enterprises: pa.Table
    aliases: pa.Table


def prepare_register(registry: pa.Table) -> PreparedRegister:
    """Make a register comparable; rows without a valid credit code cannot be linked to and are left out, a code counts once (the last row).

    Raises SourceError where the table has no `uscc` or no `name` column.
    """
    for needed in ("uscc", "name"):
        if needed not in registry.column_names:
            raise SourceError(f"登记库缺少“{needed}”列,无法用于关联;请检查登记数据的字段映射")
    codes = read_usccs(registry["uscc"]).codes
    kept = _last_of_each(codes)
    table, uscc = registry.take(kept), codes.take(kept)
    names = _names(_column(table, "name"))
    enterprises = pa.table(
        {
            "uscc": uscc,
            "org": pc.utf8_slice_codeunits(uscc, 8, 17),
            "name": _or_null(names),
            "branch": _branches(names),
            "reg_no": read_codes(_column(table, "reg_no"), read_reg_no).codes,
            **_attributes(table),
        }
    )
    return PreparedRegister(enterprises, _aliases(table, uscc, names))


def _last_of_each(codes: pa.Array) -> pa.Array:
    """The rows that hold a code for the last time, in order."""
    table = pa.table({"code": codes, "row": np.arange(len(codes), dtype=np.int64)}).filter(pc.is_valid(codes))
    rows = table.group_by("code", use_threads=False).aggregate([("row", "max")])["row_max"].to_numpy()
    return pa.array(np.sort(rows))


def _aliases(table: pa.Table, uscc: pa.Array, names: pa.Array) -> pa.Table:
    current = pa.table({"name": names, "uscc": uscc})
    in_brackets = pa.table({"name": _mapped(_column(table, "name"), former_name, easy=_EASY_FORMER), "uscc": uscc})
    parts = [current, in_brackets]
    if "former_names" in table.column_names:
        former = table["former_names"].combine_chunks()
        if pa.types.is_list(former.type) or pa.types.is_large_list(former.type):
            spread = pc.list_flatten(former)
            owners = uscc.take(pc.list_parent_indices(former).cast(pa.int64()))
        else:  # one cell: names apart by ; 、 or line breaks
            cells = [re.split(r"[;；、\n]", cell) if cell else [] for cell in former.to_pylist()]
            spread = pa.array([name for names in cells for name in names], pa.string())
            owners = uscc.take(pa.array([at for at, names in enumerate(cells) for _ in names], pa.int64()))
        parts.append(pa.table({"name": _names(spread.cast(_STRING)), "uscc": owners.cast(pa.string())}))
    joined = pa.concat_tables(parts)
    joined = joined.filter(pc.greater(pc.utf8_length(pc.fill_null(joined["name"], "")), 3))
    return joined.group_by(["name", "uscc"], use_threads=False).aggregate([])


def prepare_records(records: pa.Table) -> pa.Table:
    """Make records comparable, one row for each, with `row` counting from 0.

    Raises SourceError where the table has no `source` or no `record_id` column.
    """
    for needed in ("source", "record_id"):
        if needed not in records.column_names:
            raise SourceError(f"待关联的记录缺少“{needed}”列;请检查数据来源映射")
    uscc = read_usccs(_column(records, "uscc"))
    org = read_codes(_column(records, "org_code"), read_org_code)
    names = _names(_column(records, "name"))
    return pa.table(
        {
            "row": pa.array(range(records.num_rows), pa.int64()),
            "source": records["source"].cast(pa.string()),
            "record_id": records["record_id"].cast(pa.string()),
            "uscc": uscc.codes,
            "uscc_fault": uscc.faults,
            "org": pc.coalesce(pc.utf8_slice_codeunits(uscc.codes, 8, 17), org.codes),
            "reg_no": read_codes(_column(records, "reg_no"), read_reg_no).codes,
            "name": _or_null(names),
            "branch": _branches(names),
            **_attributes(records),
        }
    )


def _attributes(table: pa.Table) -> dict[str, pa.Array]:
    return {
        "legal_person": _or_null(_persons(_column(table, "legal_person"))),
        "phone": _phones(_column(table, "phone")),
        "region": _mapped(_column(table, "region"), _place, easy=_NONE_EASY),
        "established_on": _dates(table),
        "capital": _capital(table),
    }


def _person(cell: str) -> str | None:
    text = re.sub(r"[\s·•・.]+", "", unicodedata.normalize("NFKC", cell[:60]).upper())
    return None if text in _NAMELESS or _MASK.search(text) else text


def _phone(cell: str) -> str | None:
    """The digits of a phone number without the country's code; null where masked, too short or the same digit over and over."""
    text = unicodedata.normalize("NFKC", cell[:60])
    digits = "" if _MASK.search(text) else _NOT_DIGITS.sub("", text.split("/")[0].split(";")[0])
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    return digits if 7 <= len(digits) <= 12 else None


def _place(cell: str) -> str | None:
    """A division code of today; a province alone is no place to agree on."""
    text = cell.strip()
    if not (len(text) == 6 and text.isascii() and text.isdigit()) or text.endswith("0000"):
        return None
    now = current_codes(text, _TODAY)
    return now[0] if len(now) == 1 else None


def _dates(table: pa.Table) -> pa.Array:
    column = _raw(table, "established_on")
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pa.array([_day(cell) for cell in column.to_pylist()], pa.date32())
    return column.cast(pa.date32())


def _day(cell: str | None) -> date | None:
    try:
        return date.fromisoformat(cell.strip()) if cell else None
    except ValueError:
        return None


def _capital(table: pa.Table) -> pa.Array:
    column = _raw(table, "registered_capital")
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pa.array([_number(cell) for cell in column.to_pylist()], pa.float64())
    return column.cast(pa.float64(), safe=False)


def _number(cell: str | None) -> float | None:
    try:
        return float(cell.replace(",", "")) if cell else None
    except ValueError:
        return None


def _raw(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    column = table[name].combine_chunks()
    return pa.nulls(table.num_rows, pa.string()) if pa.types.is_null(column.type) else column


def _column(table: pa.Table, name: str) -> pa.Array:
    return _raw(table, name).cast(pa.string())


@dataclass(frozen=True, slots=True)
class _Easy:
    """Cells that need no reading cell by cell: those that match `pattern` (RE2), and what all of them become at once."""

    pattern: str
    become: Callable[[pa.Array], pa.Array]
    shortest: int = 0
    longest: int = 190


def _mapped(column: pa.Array, read: Callable[[str], Any], *, easy: _Easy, kind: pa.DataType = _STRING) -> pa.Array:
    """`read` for each cell: at once for the easy ones, for the others each different value once. Null stays null."""
    cells = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    length = pc.utf8_length(cells)
    fits = pc.and_(pc.greater_equal(length, easy.shortest), pc.less_equal(length, easy.longest))
    is_easy = pc.fill_null(pc.and_(pc.match_substring_regex(cells, easy.pattern), fits), False)
    hard = cells.filter(pc.invert(is_easy)).dictionary_encode()
    values = pa.array([read(value) for value in hard.dictionary.to_pylist()], kind).take(hard.indices)
    return pc.replace_with_mask(easy.become(cells).cast(kind), pc.invert(is_easy), values)


def _same(cells: pa.Array) -> pa.Array:
    return cells


def _plain_names(cells: pa.Array) -> pa.Array:
    narrow = pc.replace_substring(pc.replace_substring(cells, "（", "("), "）", ")")
    return pc.replace_substring(pc.replace_substring(narrow, "有限责任公司", "有限公司"), "()", "")


def _no_name(cells: pa.Array) -> pa.Array:
    return pa.array(np.full(len(cells), "", dtype=object), _STRING)


def _no_branch(cells: pa.Array) -> pa.Array:
    return pa.array(np.zeros(len(cells), dtype=bool))


_NOT_PARTNERS = r"[\x{4e00}-\x{4f18}\x{4f1a}-\x{9fa5}]"  # Han, but not 伙
_HAN = r"\x{4e00}-\x{9fa5}"
_EASY_NAME = _Easy(f"^[{_HAN}]+(?:[（(][{_HAN}]+[）)][{_HAN}]+)*{_NOT_PARTNERS}$", _plain_names, shortest=5)
_EASY_FORMER = _Easy(f"[{_HAN}]$", _no_name)
_EASY_PERSON = _Easy(f"^[{_HAN}]{{2,4}}$", _same)
_EASY_PHONE = _Easy("^1[3-9][0-9]{9}$", _same)
_NONE_EASY = _Easy("^\\b\\B", _same)  # matches nothing
# A phone of one or two different digits (13131313131) is made up.
_TWO_DIGITS = "^(?:" + "|".join(f"[{a}{b}]+" for a in range(10) for b in range(a + 1, 10)) + ")$"
_HARD_BRANCH = re.compile(r"有限公司[^(]{2}|[分支办代营项第]")


def _persons(column: pa.Array) -> pa.Array:
    read = _mapped(column, _person, easy=_EASY_PERSON)
    unnamed = pc.or_(pc.is_in(read, pa.array(sorted(_NAMELESS))), pc.match_substring(read, "某"))
    return pc.if_else(pc.fill_null(unnamed, False), pa.scalar(None, _STRING), read)


def _phones(column: pa.Array) -> pa.Array:
    read = _mapped(column, _phone, easy=_EASY_PHONE)
    dull = pc.match_substring_regex(read, _TWO_DIGITS)
    return pc.if_else(pc.fill_null(dull, False), pa.scalar(None, _STRING), read)


def _names(column: pa.Array) -> pa.Array:
    """Normalised names; those of 合伙 may carry a form in odd brackets and are read one by one."""
    return _mapped(column, normalise, easy=_EASY_NAME)


def _branches(names: pa.Array) -> pa.Array:
    filled = pc.fill_null(names, "")
    maybe = pc.match_substring_regex(filled, _HARD_BRANCH.pattern)
    flags = pa.array([is_branch(name) for name in filled.filter(maybe).to_pylist()], pa.bool_())
    return pc.replace_with_mask(_no_branch(filled), maybe, flags)


def _or_null(names: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_length(pc.fill_null(names, "")), 0), pa.scalar(None, pa.string()), names)
