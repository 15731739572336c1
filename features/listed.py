"""Facts made of list entries: on a list or not, a set of titles, events; which entries count on the as-of day."""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from features.catalogue import FactDefinition, FactType
from features.extract import SEPARATOR
from features.making import STALE, MadeColumn, Making
from features.merging import list_column
from features.sources.mapping import FactRule, SourceMapping

Sources = Sequence[tuple[SourceMapping, int, FactRule]]


def add_listed(making: Making, definition: FactDefinition, sources: Sources) -> None:
    """The fact's column; known to be empty only where every list is complete and recent."""
    complete = [mapping for mapping, _, _ in sources if mapping.complete]
    known = np.full(making.rows, bool(complete) and all(making.is_fresh(definition, mapping) for mapping in complete))
    for mapping in {mapping.id: mapping for mapping in complete}.values():
        known &= ~making.tainted(mapping)
    entries = _entries(making, definition, sources)
    ents = entries.column("ent").to_numpy()
    if definition.type is FactType.BOOL:
        listed = np.zeros(making.rows, bool)
        listed[ents] = True
        values: pa.Array = pa.array(listed, mask=~(listed | known))
    else:
        if not complete:
            known[ents] = True
        values = list_column(entries, ents, known, as_events=definition.type is FactType.EVENTS)
    if complete and not all(making.is_fresh(definition, mapping) for mapping in complete if mapping.id in making.states):
        making.absence(definition.id)[values.is_null().to_numpy(zero_copy_only=False)] = STALE
    ways = [{"mapping": mapping.id, "period": 0, "how": "list"} for mapping in {m.id: m for m, _, _ in sources}.values()]
    making.made[definition.id] = MadeColumn(making.bench.put(values), ways)


def _entries(making: Making, definition: FactDefinition, sources: Sources) -> pa.Table:
    """The entries that count on the as-of day, by enterprise: ent, code, on, first."""
    con, selects = making.con, list[str]()
    try:
        for place, (mapping, i, rule) in enumerate(sources):
            state = making.states.get(mapping.id)
            if state is not None and state.list_table:
                table = making.bench.entries(state.list_table)
                con.register(f"t{place}", table)
                selects.append(_select(f"t{place}", set(table.schema.names), i, rule, making.as_of))
        empty = "SELECT CAST(0 AS INTEGER) AS ent, '' AS code, CAST(NULL AS DATE) AS \"on\", FALSE AS first WHERE FALSE"
        union = " UNION ALL ".join(selects) or empty
        if definition.type is FactType.SET:
            sql = f"SELECT DISTINCT ent, code FROM ({union}) ORDER BY ent, code"
        else:
            sql = f'SELECT * FROM ({union}) ORDER BY ent, "on", code, first'
        found: pa.Table = con.sql(sql).to_arrow_table()
    finally:
        for place in range(len(sources)):
            con.unregister(f"t{place}")
    return found


def _select(table: str, has: set[str], i: int, rule: FactRule, as_of: date) -> str:
    day = f"DATE '{as_of.isoformat()}'"
    code, on, first, until = (name if name in has else "NULL" for name in (f"v{i}", f"on{i}", f"first{i}", f"until{i}"))
    ends = f"{until} > {day}" if rule.how == "listed" else f"{until} >= {day}"
    codes = f"unnest(string_split({code}, '{SEPARATOR}'))" if rule.how == "member" else code
    where = f"({on} IS NULL OR {on} <= {day}) AND ({until} IS NULL OR {ends})"
    if rule.how == "member" or (rule.how == "event" and (rule.column or rule.const)):
        where += f" AND {code} IS NOT NULL"
    return (
        f'SELECT ent, CAST({codes} AS VARCHAR) AS code, CAST({on} AS DATE) AS "on", CAST({first} AS BOOLEAN) AS first '
        f"FROM {table} WHERE {where}"
    )
