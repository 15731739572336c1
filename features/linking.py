"""Rows whose code is not in the register: identity resolution over the distinct identities of a day, and what it needs to know."""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from features.daylog import Day, days_of, paths_sql, sql_path
from features.identity.resolve import Override, Register
from features.records import IDENTITY


def record_id_sql(source: str) -> str:
    """What tells the identities apart that stand in the records of a mapping (`source`: SQL of its id)."""
    return f"md5(concat_ws('\x1f', {source}, {', '.join(f'coalesce(id_{what}, chr(30))' for what in IDENTITY)}))"


def write_identity(day: Day) -> None:
    """What linking needs to know of the enterprises in this day's register rows, the newest row of each; and former names."""
    wanted = {
        "register": [f for f in day.files if f.mapping.role == "register"],
        "former_names": [f for f in day.files if f.mapping.role == "former_names"],
    }
    parts = []
    for logged in wanted["register"]:
        established = next(
            (f"v{i}" for i, rule in enumerate(logged.mapping.facts) if rule.fact == "established_on" and f"v{i}" in logged.values),
            "NULL",
        )
        parts.append(
            "SELECT ent, id_name AS name, id_reg_no AS reg_no, id_legal_person AS legal_person, id_region AS region, "
            f"CAST({established} AS DATE) AS established_on, recorded, row FROM read_parquet('{sql_path(logged.path)}') WHERE ent IS NOT NULL"
        )
    empty = "SELECT 0 AS ent, '' AS name, '' AS reg_no, '' AS legal_person, '' AS region, DATE '2000-01-01' AS established_on, DATE '2000-01-01' AS recorded, 0 AS row WHERE FALSE"
    day.con.execute(
        f"COPY (SELECT DISTINCT ON (ent) * EXCLUDE (row) FROM ({' UNION ALL '.join(parts) or empty}) ORDER BY ent, recorded DESC, row DESC) "
        f"TO '{sql_path(day.folder / 'identity.parquet')}' (FORMAT parquet)"
    )
    names = [
        f"SELECT ent, former_name FROM read_parquet('{sql_path(f.path)}') WHERE ent IS NOT NULL AND former_name IS NOT NULL"
        for f in wanted["former_names"]
    ]
    day.con.execute(
        f"COPY (SELECT DISTINCT ent, former_name FROM ({' UNION ALL '.join(names) or 'SELECT 0 AS ent, NULL AS former_name WHERE FALSE'}) "
        f"ORDER BY ent, former_name) TO '{sql_path(day.folder / 'former_names.parquet')}' (FORMAT parquet)"
    )


def link_the_rest(day: Day, log: Path, overrides: Sequence[Override]) -> None:
    """Hand what has no known code to identity resolution, each distinct identity once; write links, review and refusals."""
    con = day.con
    con.execute(
        "CREATE TABLE rest (log VARCHAR, file VARCHAR, source VARCHAR, role VARCHAR, row INTEGER, record_id VARCHAR, code VARCHAR, reg_no VARCHAR, name VARCHAR, legal_person VARCHAR, region VARCHAR)"
    )
    for logged in day.files:
        identity = ", ".join(f"id_{what}" for what in IDENTITY)
        con.execute(
            f"INSERT INTO rest SELECT ?, ?, ?, ?, row, {record_id_sql('?')}, {identity} "
            f"FROM read_parquet('{sql_path(logged.path)}') WHERE ent IS NULL AND refusal IS NULL",
            [logged.path.name, logged.name, logged.mapping.id, logged.mapping.role, logged.mapping.id],
        )
    con.execute("CREATE TABLE links (record_id VARCHAR, ent INTEGER, method VARCHAR, confidence DOUBLE, reasons VARCHAR[])")
    con.execute("CREATE TABLE doubts (record_id VARCHAR, candidates INTEGER[], reasons VARCHAR[])")
    con.execute("CREATE TABLE strangers (record_id VARCHAR, reason VARCHAR)")
    asked = con.sql(
        "SELECT any_value(source) AS source, record_id, any_value(code) AS uscc, "
        "coalesce(any_value(reg_no), any_value(CASE WHEN length(code) IN (13, 15) THEN code END)) AS reg_no, any_value(name) AS name, "
        "any_value(legal_person) AS legal_person, any_value(region) AS region FROM rest WHERE role <> 'register' GROUP BY record_id ORDER BY record_id"
    ).to_arrow_table()
    if asked.num_rows:
        with Register(_register(day, log)) as register:
            links = register.resolve(asked, overrides=overrides)
        for name, table in (("linked_a", links.linked), ("review_a", links.review), ("unlinked_a", links.unlinked)):
            con.register(name, table)
        con.execute(
            "INSERT INTO links SELECT l.record_id, s.ent, l.method, l.confidence, l.reasons FROM linked_a l JOIN spine s USING (uscc)"
        )
        con.execute(
            "INSERT INTO doubts SELECT r.record_id, list(s.ent ORDER BY r.rank) FILTER (WHERE s.ent IS NOT NULL), "
            "flatten(list(r.reasons ORDER BY r.rank)) FROM review_a r LEFT JOIN spine s USING (uscc) GROUP BY r.record_id"
        )
        con.execute("INSERT INTO strangers SELECT record_id, reason FROM unlinked_a")
    con.execute(
        f"COPY (SELECT r.log, r.row, r.source, r.record_id, l.ent, l.method, l.confidence, l.reasons FROM rest r JOIN links l USING (record_id) ORDER BY 1, 2) "
        f"TO '{sql_path(day.folder / 'links.parquet')}' (FORMAT parquet)"
    )
    con.execute(
        f"COPY (SELECT r.log, r.file, r.row, r.source, r.record_id, r.code, r.name, d.candidates, d.reasons FROM rest r JOIN doubts d USING (record_id) ORDER BY 1, 3) "
        f"TO '{sql_path(day.folder / 'review.parquet')}' (FORMAT parquet)"
    )


def _register(day: Day, log: Path) -> pa.Table:
    """Everything known for linking, the newest word on each enterprise, with all its former names."""
    days = [*days_of(log), day.learned_on]
    identity, former = (paths_sql(log, days, name) for name in ("identity", "former_names"))
    return day.con.sql(
        f"""
        SELECT s.uscc, i.name, coalesce(f.former_names, []) AS former_names, i.reg_no, i.legal_person, i.region, i.established_on
        FROM spine s
        LEFT JOIN (SELECT DISTINCT ON (ent) * FROM read_parquet({identity}, filename = true) ORDER BY ent, recorded DESC, filename DESC) i USING (ent)
        LEFT JOIN (SELECT ent, list(DISTINCT former_name ORDER BY former_name) AS former_names FROM read_parquet({former}) GROUP BY ent) f USING (ent)
        ORDER BY s.ent
        """
    ).to_arrow_table()
