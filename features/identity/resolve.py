"""From records without a common key to enterprises: exact codes, then exact names with an agreeing attribute, then proposals.

The order of trust: an officer's word; the credit code; an older number; the exact name (former names included) together with an attribute
that agrees; a probable match (`linkage`) whose name differs only in an explained way and whose attributes agree; else the review queue.
A name alone never links. A branch is never its parent. Each record ends in exactly one of `linked`, `review` and `unlinked`.

All steps are joins over columns in an in-memory DuckDB, so that millions of records are linked without a loop over rows. The result depends
on each record and the register alone, not on the batch it came in: an increment gives what a full run gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

import duckdb
import pyarrow as pa

from features.identity import linkage, steps
from features.identity.prepare import PreparedRegister, prepare_records, prepare_register

Method = Literal["officer", "code", "organisation_code", "old_number", "name_and_attribute", "probable"]


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's word on one record and one enterprise; the latest word on a pair counts, so that a link can be undone and redone."""

    source: str
    record_id: str
    uscc: str
    decision: Literal["confirm", "deny"]
    by: str
    on: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """What became of each record.

    `linked`: row int64, source, record_id, uscc, method, confidence double, reasons list<string> (Chinese).
    `review`: row, source, record_id, uscc (null where no candidate is known), rank int64 (1 the best), confidence, reasons; several rows a record.
    `unlinked`: row, source, record_id, reason (Chinese).
    `row` is the record's place in the table that was handed in; all three are ordered by it.
    """

    linked: pa.Table
    review: pa.Table
    unlinked: pa.Table


class Register:
    """The register prepared once for many sources; a context manager, because it holds an in-memory database."""

    def __init__(self, registry: pa.Table) -> None:
        """Prepare `registry`: uscc, name and, where there are such columns, former_names (list), reg_no, legal_person, region,
        established_on (date), phone, registered_capital."""
        self._prepared: PreparedRegister = prepare_register(registry)
        self._con = duckdb.connect(":memory:")
        self._con.execute("SET threads TO 2; SET preserve_insertion_order TO true")
        linkage.install(self._con)
        self._con.register("reg_arrow", self._prepared.enterprises)
        self._con.register("alias_arrow", self._prepared.aliases)
        self._con.execute("CREATE TABLE reg AS SELECT * FROM reg_arrow")
        self._con.execute("CREATE TABLE alias AS SELECT * FROM alias_arrow")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory back."""
        self._con.close()

    def resolve(self, records: pa.Table, *, overrides: Sequence[Override] = (), policy: linkage.Policy | None = None) -> Links:
        """Say for each record which enterprise it is about.

        `records` has source and record_id and, as far as the source knows them: uscc, reg_no, org_code, name, legal_person, region,
        established_on, phone, registered_capital. Codes may be as they stand in the cells; they are read and never repaired.
        """
        con = self._con.cursor()
        con.register("rec_arrow", prepare_records(records))
        con.execute("CREATE OR REPLACE TEMP TABLE rec AS SELECT * FROM rec_arrow")
        con.register("override_arrow", _override_table(overrides))
        for sql in (steps.START, steps.BY_OFFICER, steps.BY_CODE, steps.BY_ORGANISATION, steps.BY_OLD_NUMBER, steps.BY_NAME):
            con.execute(sql)
        linkage.propose(con, policy or linkage.Policy())
        return Links(*(con.sql(sql).to_arrow_table() for sql in (steps.LINKED, steps.REVIEW, steps.UNLINKED)))


def resolve(
    records: pa.Table, registry: pa.Table, *, overrides: Sequence[Override] = (), policy: linkage.Policy | None = None
) -> Links:
    """`Register(registry).resolve(records)` for a register that is needed once."""
    with Register(registry) as register:
        return register.resolve(records, overrides=overrides, policy=policy)


def _override_table(overrides: Sequence[Override]) -> pa.Table:
    latest: dict[tuple[str, str, str], Override] = {}
    for word in overrides:
        latest.pop((word.source, word.record_id, word.uscc), None)
        latest[word.source, word.record_id, word.uscc] = word
    words = list(latest.values())
    return pa.table(
        {
            "source": pa.array([word.source for word in words], pa.string()),
            "record_id": pa.array([word.record_id for word in words], pa.string()),
            "uscc": pa.array([word.uscc for word in words], pa.string()),
            "decision": pa.array([word.decision for word in words], pa.string()),
            "by": pa.array([word.by for word in words], pa.string()),
            "on": pa.array([word.on for word in words], pa.date32()),
            "place": pa.array(range(len(words)), pa.int64()),
        }
    )
