"""Columns made comparable before linking: codes read, names in one spelling, phones as digits, places as districts of today.

What is masked (张*, 138****1234) or a placeholder becomes null: it agrees with nothing and contradicts nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.errors import SourceError
from features.identity.names import former_name, is_branch, normalise
from features.identity.uscc import read_codes, read_org_code, read_reg_no, read_usccs
from features.regions import current_codes

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
    last: dict[str, int] = {code: at for at, code in enumerate(codes.to_pylist()) if code is not None}
    kept = pa.array(sorted(last.values()), pa.int64())
    table, uscc = registry.take(kept), codes.take(kept)
    names = _mapped(_column(table, "name"), normalise)
    enterprises = pa.table(
        {
            "uscc": uscc,
            "org": pc.utf8_slice_codeunits(uscc, 8, 17),
            "name": _or_null(names),
            "branch": _flags(names, is_branch),
            "reg_no": read_codes(_column(table, "reg_no"), read_reg_no).codes,
            **_attributes(table),
        }
    )
    return PreparedRegister(enterprises, _aliases(table, uscc, names))


def _aliases(table: pa.Table, uscc: pa.Array, names: pa.Array) -> pa.Table:
    current = pa.table({"name": names, "uscc": uscc})
    in_brackets = pa.table({"name": _mapped(_column(table, "name"), former_name), "uscc": uscc})
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
        parts.append(pa.table({"name": _mapped(spread.cast(pa.string()), normalise), "uscc": owners.cast(pa.string())}))
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
    names = _mapped(_column(records, "name"), normalise)
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
            "branch": _flags(names, is_branch),
            **_attributes(records),
        }
    )


def _attributes(table: pa.Table) -> dict[str, pa.Array]:
    return {
        "legal_person": _mapped(_column(table, "legal_person"), _person),
        "phone": _mapped(_column(table, "phone"), _phone),
        "region": _mapped(_column(table, "region"), _place),
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
    return digits if 7 <= len(digits) <= 12 and len(set(digits)) > 2 else None


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


def _mapped(column: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """`read` for each different value once."""
    encoded = column.combine_chunks().dictionary_encode() if isinstance(column, pa.ChunkedArray) else column.dictionary_encode()
    values: Iterable[Any] = encoded.dictionary.to_pylist()
    return pa.array([read(value) for value in values], pa.string()).take(encoded.indices)


def _flags(names: pa.Array, test: Callable[[str], bool]) -> pa.Array:
    encoded = names.dictionary_encode()
    return pc.fill_null(
        pa.array([test(name or "") for name in encoded.dictionary.to_pylist()], pa.bool_()).take(encoded.indices), False
    )


def _or_null(names: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_length(pc.fill_null(names, "")), 0), pa.scalar(None, pa.string()), names)
