"""Profiles as the Arrow table of a snapshot, in the layout that `features.snapshot` writes, for tests of everything over columns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from features.catalogue import FactType, load_catalogue
from features.facts import Interval
from features.profile import EnterpriseProfile

SCALE = 6


def _scaled(value: Any) -> int | None:
    return None if value is None else int(value.scaleb(SCALE))


def _field(name: str, fact: str, period: str, kind: Any, scale: int = 0) -> pa.Field:
    return pa.field(name, kind, metadata={"fact": fact, "period": period, "scale": str(scale)})


def table_of(profiles: Sequence[EnterpriseProfile]) -> pa.Table:
    """One row a profile; a column that no profile fills is left out."""
    fields: list[pa.Field] = [_field("uscc", "", "", pa.string())]
    arrays: list[pa.Array] = [pa.array([p.uscc for p in profiles])]
    for definition in load_catalogue():
        have = [p.facts.get(definition.id) for p in profiles]
        periods = [""]
        if definition.is_periodic:
            periods = sorted({k for h in have if isinstance(h, Mapping) for k in h})
        for period in periods:
            values = [h.get(period) if isinstance(h, Mapping) else None for h in have] if definition.is_periodic else have
            if all(v is None for v in values):
                continue
            name = f"{definition.id}@{period}" if period else definition.id
            for suffix, kind, column in _columns(definition.type, values):
                fields.append(_field(name + suffix, definition.id, period, kind, SCALE))
                arrays.append(pa.array(column, kind) if not pa.types.is_dictionary(kind) else pa.array(column).dictionary_encode())
    fields = [f if a.type == f.type else pa.field(f.name, a.type, metadata=f.metadata) for f, a in zip(fields, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _columns(kind: FactType, values: list[Any]) -> list[tuple[str, Any, list[Any]]]:
    match kind:
        case FactType.NUMBER:
            plain = [_scaled(v) if isinstance(v, Decimal) else None for v in values]
            out: list[tuple[str, Any, list[Any]]] = [("", pa.int64(), plain)]
            if any(isinstance(v, Interval) for v in values):
                out.append(("#low", pa.int64(), [_scaled(v.low) if isinstance(v, Interval) else None for v in values]))
                out.append(("#high", pa.int64(), [_scaled(v.high) if isinstance(v, Interval) else None for v in values]))
            return out
        case FactType.BOOL:
            return [("", pa.bool_(), values)]
        case FactType.DATE:
            return [("", pa.date32(), values)]
        case FactType.CODE:
            return [("", pa.dictionary(pa.int32(), pa.string()), values)]
        case FactType.TEXT:
            return [("", pa.string(), values)]
        case FactType.SET:
            return [("", pa.list_(pa.string()), [None if v is None else sorted(v) for v in values])]
        case FactType.EVENTS:
            event = pa.struct([("code", pa.string()), ("on", pa.date32()), ("first", pa.bool_())])
            rows = [None if v is None else [{"code": e.code, "on": e.on, "first": e.first} for e in v] for v in values]
            return [("", pa.list_(event), rows)]
