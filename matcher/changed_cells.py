"""Which cells of a snapshot's columns differ from an earlier snapshot's, fact by fact, without reading a profile."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matcher.columns import Table
from matcher.crowd import Mask, Rows


def changed_cells(before: Table, after: Table, was: Rows, facts: Sequence[str], *, only: Rows | None = None) -> dict[str, Mask]:
    """By fact (those that changed at all): for each row of `after` whether the fact's value differs from row `was[r]` of `before`.

    Periods and ends of intervals belong to their fact. Enterprises that are new (-1) count as unchanged here. `only` leaves all other
    rows out of the comparison.
    """
    wanted = set(facts)
    columns: dict[str, set[str]] = {}
    for table in (before, after):
        for name in table.table.column_names:
            if fact_of(name) in wanted:
                columns.setdefault(fact_of(name), set()).add(name)
    rows = np.flatnonzero(was >= 0) if only is None else only[was[only] >= 0]
    whole = len(rows) == len(was) == before.rows and bool((was == np.arange(len(was))).all())
    here, there = (None, None) if whole else (pa.array(rows), pa.array(was[rows]))
    found: dict[str, Mask] = {}
    for fact, names in sorted(columns.items()):
        differs = np.zeros(len(rows), np.bool_)
        for name in sorted(names):
            differs |= _differing(_taken(before, name, there, len(rows)), _taken(after, name, here, len(rows)))
        if differs.any():
            found[fact] = np.zeros(len(was), np.bool_)
            found[fact][rows[differs]] = True
    return found


def fact_of(column: str) -> str:
    """The fact whose values a column holds.

    >>> fact_of("employees@2024#low")
    'employees'
    """
    return column.partition("@")[0].partition("#")[0]


def _taken(table: Table, name: str, rows: pa.Array | None, count: int) -> tuple[pa.Array, int]:
    """(values, decimal places of scaled integers); nulls where there is no such column."""
    if name not in table.table.column_names:
        return pa.nulls(count), 0
    metadata = table.table.schema.field(name).metadata or {}
    chunked = table.table.column(name)
    if rows is not None:
        chunked = chunked.take(rows)
    array = chunked.chunk(0) if chunked.num_chunks == 1 else pa.concat_arrays(chunked.unify_dictionaries().chunks)
    return array, int(metadata.get(b"scale", b"0"))


def _differing(before: tuple[pa.Array, int], after: tuple[pa.Array, int]) -> Mask:
    (old, old_scale), (new, new_scale) = before, after
    if old_scale == new_scale and old.type == new.type and old.equals(new):
        return np.zeros(len(new), np.bool_)
    was_null, is_null = (a.is_null().to_numpy(zero_copy_only=False) for a in (old, new))
    if pa.types.is_null(old.type) or pa.types.is_null(new.type):
        return np.asarray(was_null != is_null)
    if old_scale != new_scale:  # the same number written with other places
        return np.asarray(~(was_null & is_null))
    if pa.types.is_list(new.type):
        return _lists(old, new)
    plain = [a.dictionary_decode() if isinstance(a, pa.DictionaryArray) else a for a in (old, new)]
    other = pc.fill_null(pc.not_equal(*plain), False).to_numpy(zero_copy_only=False)
    return np.asarray((was_null != is_null) | other)


def _lists(old: pa.Array, new: pa.Array) -> Mask:
    """Lists differ where one is null and the other not, in length, or in an element."""
    lengths = [a.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) for a in (old, new)]
    differs = lengths[0] != lengths[1]
    rest = np.flatnonzero(~differs & (lengths[0] > 0))
    inner = [a.take(pa.array(rest)).flatten() for a in (old, new)]
    unlike = np.zeros(len(inner[0]), np.bool_)
    parts = [inner] if not pa.types.is_struct(inner[1].type) else [[a.field(f.name) for a in inner] for f in inner[1].type]
    for was, now in parts:
        unlike |= _differing((was, 0), (now, 0))
    owner = np.repeat(rest, lengths[0][rest])
    differs[owner[unlike]] = True
    return np.asarray(differs)
