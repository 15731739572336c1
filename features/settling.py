"""The account of a day: every row of every file counted out, what was refused written down, keys that came twice found."""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Mapping

import pyarrow as pa

from features.daylog import Day, Earlier, FileOutcome, LoggedFile, clash_sql, linked_sql, sql_path
from features.records import REFUSAL_WORDS

_REFUSED = pa.schema(
    [("file", pa.string()), ("row", pa.int32()), ("heading", pa.string()), ("code", pa.string()), ("reason", pa.string())]
)


def settle(day: Day) -> None:
    """Count each file out, write what was refused, and find the keys that came twice with different values."""
    con = day.con
    con.execute("CREATE TABLE refused (file VARCHAR, row INTEGER, heading VARCHAR, code VARCHAR, reason VARCHAR)")
    early = pa.table(
        [
            [name for name, _ in day.refused],
            *([getattr(r, a) for _, r in day.refused] for a in ("row", "column", "code", "reason")),
        ],
        schema=_REFUSED,
    )
    con.register("early_a", early)
    con.execute("INSERT INTO refused SELECT * FROM early_a")
    words = pa.table({"code": list(REFUSAL_WORDS), "reason": list(REFUSAL_WORDS.values())})
    con.register("words_a", words)
    clashes: list[str] = []
    unlinked = _unlinked(day)
    for logged in day.files:
        path, rest = sql_path(logged.path), unlinked.get(logged.path.name, {})
        outcome, refused = _outcome(day, logged, rest)
        if refused:
            con.execute(
                f"INSERT INTO refused SELECT ?, row, '', refusal, w.reason FROM read_parquet('{path}') p JOIN words_a w ON w.code = p.refusal",
                [logged.name],
            )
        if rest and logged.mapping.role == "register":
            con.execute(
                "INSERT INTO refused SELECT file, row, '', 'check_digit', ? FROM rest WHERE log = ?",
                [REFUSAL_WORDS["check_digit"], logged.path.name],
            )
        if rest.get("strangers"):
            con.execute(
                "INSERT INTO refused SELECT r.file, r.row, '', 'not_linked', s.reason FROM rest r JOIN strangers s USING (record_id) WHERE r.log = ?",
                [logged.path.name],
            )
        if logged.values:
            clashes.append(clash_sql(logged.path.name, logged.values, linked_sql(logged.path)))
        day.outcomes.append(outcome)
    con.execute(f"COPY (SELECT * FROM refused ORDER BY file, row) TO '{sql_path(day.folder / 'refused.parquet')}' (FORMAT parquet)")
    empty = "SELECT '' AS log, 0 AS ent, 0 AS period, CAST(0 AS UBIGINT) AS key, DATE '2000-01-01' AS recorded, [0] AS rows, [''] AS cells WHERE FALSE"
    con.execute(
        f"COPY (SELECT * FROM ({' UNION ALL '.join(clashes) or empty}) ORDER BY log, ent, period, key) TO '{sql_path(day.folder / 'clashes.parquet')}' (FORMAT parquet)"
    )


def _unlinked(day: Day) -> dict[str, dict[str, int]]:
    """Of the rows without a known code, by log file: how many were linked, are in doubt, are strangers, and their number."""
    found = day.con.execute(
        "SELECT log, count(*) FILTER (record_id IN (SELECT record_id FROM links)), count(*) FILTER (record_id IN (SELECT record_id FROM doubts)), "
        "count(*) FILTER (record_id IN (SELECT record_id FROM strangers)), count(*) FROM rest GROUP BY log"
    ).fetchall()
    return {log: dict(zip(("links", "doubts", "strangers", "all"), counts, strict=True)) for log, *counts in found}


def _outcome(day: Day, logged: LoggedFile, rest: Mapping[str, int]) -> tuple[FileOutcome, int]:
    """The account of one file, and how many of its records were refused in cleaning."""
    con, path = day.con, sql_path(logged.path)
    unknown = "refusal = 'no_identity' OR (refusal = 'shifted' AND length(coalesce(id_name, '')) <> 18) OR (refusal IN ('undated', 'recorded', 'later', 'period') AND uscc IS NULL)"
    counted = con.execute(
        f"SELECT count(*), count(*) FILTER (WHERE ent IS NOT NULL AND refusal IS NULL), count(*) FILTER (WHERE refusal IS NOT NULL), "
        f"count(problems) FILTER (WHERE refusal IS NULL), max(recorded) FILTER (WHERE refusal IS NULL), count(*) FILTER (WHERE {unknown}) FROM read_parquet('{path}')"
    ).fetchall()
    records, exact, refused, flagged, newest, unread = counted[0]
    review, linked, strangers = (rest.get(what, 0) for what in ("doubts", "links", "strangers"))
    if logged.mapping.role == "register":
        strangers = records - exact - refused
    before, extent = day.before.get(logged.mapping.id, Earlier()), logged.extent
    if newest and newest.isoformat() < before.newest:
        logged.notes.append(
            f"本次数据最新记录日期 {newest.isoformat()} 早于上次提供的 {before.newest};旧记录不会覆盖新记录,请核对是否误报旧数据"
        )
        if extent == "full" and _is_older(day, logged, before):
            extent = "older"
            logged.notes.append("本次完整名单的导出早于已有名单,未用于更新;请报送最新名单")
    whole = sum(part.rows for part in day.files if part.mapping is logged.mapping and part.extent == "full")
    if extent == "full" and 2 * whole < before.rows:
        logged.notes.append(f"完整名单由 {before.rows} 行减至 {whole} 行,缺少的记录按已移出处理;如为部分数据,请以“增量”文件报送")
    outcome = FileOutcome(
        file=logged.name,
        mapping=logged.mapping.id,
        log=logged.path.name,
        rows=logged.rows,
        linked=exact + linked,
        review=review,
        refused=logged.dropped + refused + strangers,
        flagged=flagged,
        newest=newest.isoformat() if newest else "",
        notes=tuple(logged.notes),
        extent=extent,
        unread=int(unread) + logged.dropped,
    )
    outcome.check()
    return outcome, int(refused)


def _is_older(day: Day, logged: LoggedFile, before: Earlier) -> bool:
    """Whether a full extract was made before the one that we have: some record that both have was recorded earlier in it, and none later."""
    known = " UNION ALL ".join(f"SELECT ent, period, key, recorded FROM ({linked_sql(path)})" for path in before.records)
    found = day.con.execute(
        f"SELECT count(*) FILTER (WHERE n.recorded < k.recorded), count(*) FILTER (WHERE n.recorded > k.recorded) "
        f"FROM ({linked_sql(logged.path)}) n "
        f"JOIN (SELECT ent, period, key, max(recorded) AS recorded FROM ({known}) GROUP BY ALL) k USING (ent, period, key)"
    ).fetchall()
    earlier, later = found[0]
    return bool(earlier and not later)
