"""The same kernel inside Spark, for populations that one machine no longer holds: Parquet to Parquet through `mapInArrow`.

The rules are compiled once on the driver and broadcast; each worker codes the batches it is given and runs the circuit on them. The
extra `cluster` (pyspark) is needed by nothing else. On one machine Spark only costs time: use `matcher.screen` there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.circuit import Circuit, Slices, compile_circuit
from matcher.codes import codings_of
from matcher.coding import Coding, build_planes, layout
from matcher.columns import Table
from matcher.compile import compile_documents
from matcher.errors import BackendMissing
from matcher.forest import ColumnKey
from matcher.kernels import run
from policies.rules import RuleDocument

RESULT = "uscc string, eligible array<int>, unknown array<int>"
_RESULT_SCHEMA = pa.schema([("uscc", pa.string()), ("eligible", pa.list_(pa.int32())), ("unknown", pa.list_(pa.int32()))])


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker needs: the circuit, how to code, and the fields' metadata that Spark does not carry."""

    circuit: Circuit
    codings: Mapping[ColumnKey, Coding]
    slices: Mapping[ColumnKey, Slices]
    height: int
    scales: Mapping[str, bytes]


def prepare(documents: Iterable[RuleDocument], as_of: date, schema: pa.Schema) -> Job:
    """Compile rules for a population whose Parquet files have this Arrow schema."""
    compiled = compile_documents(documents, as_of)
    codings = codings_of(compiled.forest)
    empty = Table(schema.empty_table())
    intervals = frozenset(key for key in codings if empty.has_intervals(_column(key)))
    slices, height = layout(codings, intervals)
    scales = {field.name: (field.metadata or {}).get(b"scale", b"0") for field in schema}
    return Job(compile_circuit(compiled.forest, compiled.roots, slices), codings, slices, height, scales)


def _column(key: ColumnKey) -> Any:
    return key


def decide_batch(job: Job, batch: pa.RecordBatch) -> pa.RecordBatch:
    """uscc and, per enterprise, the positions of the items it is eligible for and of those that are open."""
    fields = [pa.field(f.name, f.type, metadata={"scale": job.scales.get(f.name, b"0")}) for f in batch.schema]
    table = Table(pa.Table.from_arrays(batch.columns, schema=pa.schema(fields)))
    tasks = [(job.slices[key], partial(table.column, _column(key), coding)) for key, coding in job.codings.items()]
    planes = build_planes(table.rows, job.height, tasks, threads=1)
    answers = run(job.circuit, planes, table.rows, bitmaps=True, threads=1)
    lists = [_positions(bitmaps, table.rows) for bitmaps in (answers.surely, answers.open)]
    return pa.RecordBatch.from_arrays([batch.column("uscc").cast(pa.string()), *lists], schema=_RESULT_SCHEMA)


def _positions(bitmaps: Any, rows: int) -> pa.Array:
    """Bitmaps over rows, one a rule, as a list of rules a row."""
    flags = (
        np.unpackbits(bitmaps.view(np.uint8), axis=1, count=rows, bitorder="little")
        if len(bitmaps)
        else np.zeros((0, rows), np.uint8)
    )
    row, rule = np.nonzero(flags.T)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(rule.astype(np.int32)))


def decider(job: Any) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function for `mapInArrow`; `job` is a broadcast Job."""

    def decide(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield decide_batch(job.value, batch)

    return decide


def screen_parquet(
    session: Any, source: str, target: str, documents: Sequence[RuleDocument], as_of: date, *, schema: pa.Schema | None = None
) -> None:
    """Decide every enterprise in the Parquet files at `source`, written by `Snapshot.write_parquet`; verdicts go to `target`.

    `schema` is the files' Arrow schema with its metadata (read from `source` where it is one local file). Positions count the items in
    the order of the documents, as in `matcher.screen`. Raises BackendMissing without pyspark.
    """
    if find_spec("pyspark") is None:
        raise BackendMissing("未安装 Spark 组件;请安装附加依赖 mianshen[cluster] 后再运行")
    job = prepare(documents, as_of, pq.read_schema(source) if schema is None else schema)
    frame = session.read.parquet(source)
    named = {c.fact for c in map(_column, job.codings)}
    wanted = [c for c in frame.columns if c == "uscc" or c.partition("@")[0].partition("#")[0] in named]
    broadcast = session.sparkContext.broadcast(job)
    decided = frame.select(*(f"`{c}`" for c in wanted)).mapInArrow(decider(broadcast), RESULT)
    decided.write.mode("overwrite").parquet(target)
