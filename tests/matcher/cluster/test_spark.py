"""The Spark job decides as one machine does; the batch function is tested everywhere, the job where pyspark is installed."""

import sys
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from features.profile import EnterpriseProfile
from matcher.cluster.spark import decide_batch, prepare, screen_parquet
from matcher.columns import Table
from matcher.errors import BackendMissing
from matcher.screen import screen
from policies.rules import RuleDocument
from tests.matcher.strategies import QUICK
from tests.matcher.tables import table_of
from tests.matcher.test_index import _many
from tests.matcher.test_screen import crowds, truths

DAY = date(2025, 3, 31)


@QUICK
@given(crowds(profiles=3))
def test_a_batch_is_decided_as_each_pair(case: tuple[RuleDocument, list[EnterpriseProfile], date]) -> None:
    document, profiles, as_of = case
    table = table_of(profiles)
    job = prepare([document], as_of, table.schema)
    (batch,) = table.combine_chunks().to_batches()
    told = truths(document, profiles, as_of)
    for row, answer in enumerate(decide_batch(job, batch).to_pylist()):
        assert answer["eligible"] == [i for i, t in enumerate(told) if t[row] == 2]
        assert answer["unknown"] == [i for i, t in enumerate(told) if t[row] == 1]


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="pyspark is installed here, so nothing is missing")
def test_without_pyspark_the_extra_is_named() -> None:
    with pytest.raises(BackendMissing, match="cluster"):
        screen_parquet(None, "in.parquet", "out", [], DAY)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (extra: cluster)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[3]), prepend=":")
        spark = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
            .getOrCreate()
        )
        yield spark
        spark.stop()


def test_the_spark_job_equals_the_single_machine_run(session: Any, tmp_path: Path) -> None:
    documents, people = _many()
    table = table_of(people * 40)
    table = table.set_column(0, table.schema.field("uscc"), pa.array([f"{i:018d}" for i in range(table.num_rows)]))
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=400)
    screen_parquet(session, str(tmp_path / "in.parquet"), str(tmp_path / "out"), documents, DAY)
    rows = sorted(pq.read_table(tmp_path / "out").to_pylist(), key=lambda r: str(r["uscc"]))
    alone = screen(documents, Table(table), DAY)
    assert len(rows) == table.num_rows
    for item in range(len(alone.items)):
        assert [i for i, r in enumerate(rows) if item in r["eligible"]] == alone.eligible(item).tolist()
        assert [i for i, r in enumerate(rows) if item in r["unknown"]] == alone.unknown(item).tolist()
