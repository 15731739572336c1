"""Snapshots are immutable, the same facts give the same bytes, and columns are mapped, not copied."""

import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.assemble import assemble
from features.errors import SourceError
from features.snapshot import Objects, canonical, open_snapshot, snapshots_of
from features.store import open_store
from tests.features.extracts import REGISTER, RETURNS, code, register_row, return_row, write

_TYPES = st.sampled_from([pa.int32(), pa.int64(), pa.bool_(), pa.string(), pa.date32(), pa.dictionary(pa.int32(), pa.string())])


def _array(kind: pa.DataType, values: list[int | None]) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array([None if v is None else f"w{v % 5}" for v in values], pa.string()).dictionary_encode()
    if kind == pa.string():
        return pa.array([None if v is None else "字" * (v % 4) for v in values], kind)
    if kind == pa.bool_():
        return pa.array([None if v is None else v % 2 == 0 for v in values], kind)
    return pa.array(values, pa.int32()).cast(kind)


@given(_TYPES, st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=40), st.integers(0, 5))
def test_the_canonical_form_depends_on_the_values_alone(kind: pa.DataType, values: list[int | None], offset: int) -> None:
    plain = canonical(_array(kind, values))
    sliced = canonical(_array(kind, [*range(offset), *values, 7]).slice(offset, len(values)))
    pieces = canonical(pa.chunked_array([_array(kind, values[:3]), _array(kind, values[3:])]).unify_dictionaries())
    assert plain.to_pylist() == _array(kind, values).to_pylist()
    for other in (sliced, pieces):
        assert other.equals(plain)
        sink, again = pa.BufferOutputStream(), pa.BufferOutputStream()
        for target, array in ((sink, plain), (again, other)):
            with pa.ipc.new_file(target, pa.schema([("v", array.type)])) as writer:
                writer.write_table(pa.table({"v": array}))
        assert sink.getvalue() == again.getvalue()


def test_the_order_of_rows_and_files_does_not_change_a_byte(tmp_path: Path) -> None:
    rows, returns = [register_row(n) for n in range(1, 30)], [return_row(n, 2025) for n in range(1, 30)]
    ids = []
    for seed in (1, 2):
        random.Random(seed).shuffle(rows)
        write(tmp_path / str(seed), REGISTER, sorted(rows, key=lambda row: row["UNISCID"]))
        write(tmp_path / str(seed), RETURNS, sorted(returns, key=lambda row: row["NSRSBH"]))
        ids.append(assemble(tmp_path / str(seed), date(2026, 11, 20), store=tmp_path / f"store{seed}").snapshot.id)
    assert ids[0] == ids[1]


def test_columns_are_mapped_typed_and_exported(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(2), register_row(1, REGCAP="0.000001")])
    snapshot = assemble(tmp_path / "in", date(2026, 11, 20), store=tmp_path / "store").snapshot
    before = pa.total_allocated_bytes()
    capital = snapshot.column("registered_capital")
    assert pa.total_allocated_bytes() - before < 1000
    assert snapshot.column("uscc").to_pylist() == sorted([code(1), code(2)])
    assert capital.type == pa.int64()
    assert capital.to_pylist() == [1, 500_000_000]  # fen
    assert snapshot.column("established_on").type == pa.date32()
    assert pa.types.is_dictionary(snapshot.column("industry").type)
    snapshot.write_parquet(tmp_path / "all.parquet")
    assert pq.read_table(tmp_path / "all.parquet").schema.names == [column.name for column in snapshot.columns]
    with pytest.raises(SourceError, match="没有列"):
        snapshot.column("revenue@1999")


def test_a_store_without_a_snapshot_or_with_another_id_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="还没有任何快照"):
        open_snapshot(tmp_path)
    with pytest.raises(SourceError, match="没有编号"):
        open_snapshot(tmp_path, "0" * 64)
    assert list(snapshots_of(tmp_path)) == []


def test_an_object_is_named_by_its_bytes_and_written_once(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    first = objects.put(pa.array([1, None, 3]))
    stamp = objects.path(first).stat().st_mtime_ns
    assert objects.put(pa.array([1, None, 3])) == first
    assert objects.path(first).stat().st_mtime_ns == stamp
    assert objects.column(first).to_pylist() == [1, None, 3]


def test_a_profile_is_found_by_its_code_or_is_none(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [register_row(n) for n in range(1, 8)])
    assemble(tmp_path / "in", date(2026, 11, 20), store=tmp_path / "store")
    store = open_store(tmp_path / "store")
    for n in range(1, 8):
        profile = store.profile(code(n))
        assert profile is not None
        assert profile.uscc == code(n)
    assert store.profile(code(8)) is None
    assert store.profile("") is None
    assert [profile.uscc for profile in store.profiles()] == [code(n) for n in range(1, 8)]
