"""Derived facts into the columns of a day: what a department gave stays, what it left unknown is filled in."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from features.derive import DERIVATIONS, Kind
from features.derive_columns import ColumnSource, derive_columns
from features.identity.names import is_branch, normalise
from features.identity.uscc import entity_kind, is_legal_person
from features.making import NOT_APPLICABLE, MadeColumn, Making, column_name
from features.merging import Mask, filled


def add_derived(making: Making) -> None:
    """Everything that `DERIVATIONS` can add, in order."""

    def column(name: str) -> pa.Array | None:
        made = making.made.get(name) or making.bounds.get(name)
        return making.bench.column(made.object) if made else None

    def periods(fact: str) -> tuple[str, ...]:
        return tuple(sorted(name.partition("@")[2] for name in making.made if name.startswith(f"{fact}@")))

    def not_applicable(fact: str) -> Mask | None:
        codes = making.absences.get(fact)
        return None if codes is None else codes == NOT_APPLICABLE

    source = ColumnSource(making.rows, making.as_of, column, periods, not_applicable)
    for derivation in DERIVATIONS:
        if derivation.kind in (Kind.ENTITY_KIND, Kind.LEGAL_PERSON):
            _from_code(making, derivation.fact)
            continue
        for derived in derive_columns(derivation, source):
            _fill(making, derived.fact, derived.period, derived.values, derived.rests_on)


def _fill(making: Making, fact: str, period: str, values: pa.Array, rests_on: Sequence[str]) -> None:
    """Fill in where no department said anything; what a department gave stays."""
    if fact in making.withheld:
        return
    name, way = column_name(fact, period), {"mapping": "", "period": 0, "how": "derived", "rests_on": list(rests_on)}
    bench, made = making.bench, making.made.get(name)
    if made is None:
        making.made[name] = MadeColumn(bench.put(values), [way])
        return
    given = bench.column(made.object)
    known = given.is_valid().to_numpy(zero_copy_only=False)
    fill = ~known & values.is_valid().to_numpy(zero_copy_only=False)
    choice = bench.column(made.choice).to_numpy().copy() if made.choice else known.astype(np.uint8)
    choice[fill] = len(made.ways) + 1
    merged = made.object
    if fill.any():
        merged = bench.put(filled(given, values.cast(given.type) if not pa.types.is_dictionary(given.type) else values))
        if fact in making.absences:
            making.absences[fact][fill] = 0
    making.made[name] = MadeColumn(merged, [*made.ways, way], bench.put(pa.array(choice)))


def _from_code(making: Making, fact: str) -> None:
    """Kind and legal personality where the register's type cell says nothing: from the credit code, but never for what is named as a branch."""
    bench, made, kinds_known = making.bench, making.made.get(fact), making.made.get("entity_kind")
    unknown = np.ones(making.rows, bool) if made is None else bench.column(made.object).is_null().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(unknown)
    codes, names = making.uscc.take(pa.array(rows)).to_pylist(), making.name.take(pa.array(rows)).to_pylist()
    kinds = bench.column(kinds_known.object).take(pa.array(rows)).to_pylist() if kinds_known else [None] * len(rows)
    found: list[Any] = []
    for code, name, kind in zip(codes, names, kinds, strict=True):
        branch = is_branch(normalise(name or ""))
        if fact == "entity_kind":
            found.append("branch" if branch else entity_kind(code))
        else:
            by_kind = {"individual_business": False, "branch": False, "cooperative": True}.get(kind or "")
            found.append(by_kind if by_kind is not None else False if branch else is_legal_person(code))
    answers = pa.array(found, pa.string() if fact == "entity_kind" else pa.bool_())
    index = np.zeros(making.rows, np.int64)
    index[rows] = np.arange(len(rows))
    whole = answers.take(pa.array(index, mask=~unknown))
    if fact == "entity_kind":
        _fill(making, fact, "", whole.dictionary_encode(), ("uscc", "name"))
    else:
        _fill(making, fact, "", whole, ("entity_kind", "uscc"))
