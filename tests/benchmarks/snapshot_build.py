"""How long it takes from CSV extracts to a snapshot, what one day's change of 1 % costs, and how fast one profile is read.

    python -m tests.benchmarks.snapshot_build --enterprises 100000 [--folder DIR]

The extracts are written by DuckDB in the layouts of the shipped mappings (75 facts before derivation); the build, the increment and the
reading run in processes of their own, so that time (wall and CPU) and peak memory are theirs. The full rebuild of the second day is the
peer of the increment in the same run, and their snapshots must be equal.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from features.assemble import build_snapshot
from features.ingest import ingest_day
from features.snapshot import open_snapshot
from features.sources.mapping import load_mappings
from features.store import open_store

DAY = date(2026, 11, 20)
CHANGED = 97  # every so many enterprises change: 1.03 %, and, 97 being prime, as much of the files that hold every 20th or 50th
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# file -> the SELECT over ents(uscc, name, i), with {day} the day of recording; what follows § is a further source or a condition
_FILES: dict[str, str] = {
    "registry/市场主体信息.csv": """uscc AS UNISCID, '' AS REGNO, name AS ENTNAME, CASE i % 7 WHEN 0 THEN '1110' WHEN 1 THEN '1140' ELSE '1130' END AS ENTTYPE,
        DATE '2000-01-01' + CAST(i % 9000 AS INTEGER) AS ESTDATE, printf('%.6f', (i % 90000) / 7.0) AS REGCAP, '人民币' AS REGCAPCUR, printf('%.6f', (i % 9000) / 7.0) AS RECCAP,
        '广州市黄埔区科学大道' || i || '号' AS DOM, (440103 + i % 4)::VARCHAR AS DOMDISTRICT, (['3411','6513','5132','5292','7320','3961'])[1 + i % 6] AS INDUSTRYCO,
        '技术开发、技术转让、技术咨询;销售机械设备' AS OPSCOPE, CASE WHEN i % 20 = 0 THEN 'X' ELSE 'K' END AS REGSTATE, '甲某' || i % 5000 AS LEREP, '{day}' AS S_EXT_DATATIME""",
    "registry/迁入登记信息.csv": "uscc AS UNISCID, name AS ENTNAME, '2024/5/6' AS MOVEINDATE, '{day}' AS S_EXT_DATATIME§i % 50 = 0",
    "registry/分支机构信息.csv": "uscc AS UNISCID, name AS ENTNAME, i % 9 AS BRNUM, '{day}' AS S_EXT_DATATIME§i % 20 = 0",
    "registry/经营异常名录信息.csv": "uscc AS uni_social_crd_cd, name AS comp_nm, '2025-03-01 00:00:00' AS inclu_dt, CASE WHEN i % 3 = 0 THEN '2025-09-01 00:00:00' END AS remove_dt, '{day}' AS etl_dt§i % 40 = 0",
    "tax/纳税人登记信息.csv": """uscc AS NSRSBH, name AS NSRMC, uscc AS SHXYDM, '03' AS NSRZT_DM, (1 + i % 2)::VARCHAR AS ZZSNSRLX, (['3411','6513','5132','5292','7320','3961'])[1 + i % 6] AS HY_DM,
        (440103 + i % 4)::VARCHAR AS XZQH_DM, strftime(DATE '{day}', '%Y%m%d') AS LRRQ""",
    "tax/企业所得税年度申报.csv": """uscc AS NSRSBH, name AS NSRMC, y AS SSND, printf('%.2f', i % 900000 * 7.3 * y / 2020) AS YYSR, printf('%.2f', i % 900000 * 7.0) AS ZYYWSR, printf('%.2f', (i % 9000 - 4000) * 7.3) AS LRZE,
        printf('%.2f', i % 900000 * 11.3) AS ZCZE, CASE WHEN i % 3 = 0 THEN printf('%.2f', i % 9000 * 3.1) END AS YFFY, i % 400 AS CYRS, '20260401' AS LRRQ§, range(2024, 2026) t(y)""",
    "tax/税款入库年度汇总.csv": "uscc AS NSRSBH, name AS NSRMC, y AS SSND, printf('%.2f', i % 90000 * 1.7) AS SJJE, '20260201' AS LRRQ§, range(2024, 2026) t(y)",
    "tax/纳税信用等级信息.csv": "uscc AS uni_social_crd_cd, name AS tax_nm, 2025 AS evalua_year, (['A','B','M','C','D'])[1 + i % 5] AS tax_credit_level, '2026-04-30' AS etl_dt",
    "social_security/企业社保参保人数信息.csv": "uscc AS uni_social_crd_cd, name AS corp_nm, ym AS rece_ym, i % 300 AS mon_insurd_prsons, i % 290 AS unemploy_num, '{day}' AS etl_dt§, (SELECT unnest(['202608', '202609', '202610']) AS ym)",
    "social_security/单位参保缴费信息.csv": "uscc AS AAB003, name AS AAB004, i % 200 AS LXJFYS, i % 2 AS QFBZ, strftime(DATE '{day}', '%Y%m%d') AS ETLSJ",
    "social_security/就业年度统计.csv": "uscc AS AAB003, name AS AAB004, 2025 AS AAE001, i % 30 AS XZYRS, i % 7 AS GXBYSRS, i % 11 AS CYL, i % 40 - 10 AS YGRSZS, printf('%.2f', i % 9000 * 1.1) AS SYBXJFE, '20260210' AS ETLSJ",
    "statistics/规模以上企业在库名录.csv": "uscc AS 统一社会信用代码, name AS 单位详细名称, '2020年1月1日' AS 首次纳统时间, '440112' AS 统计所在地区划, '{day}' AS 名录更新日期§i % 15 = 0",
    "qualifications/高新技术企业信息.csv": "uscc AS hold_cert_cd, name AS comp_nm, 'GR' || i AS high_tech_doc, '2024/12/1' AS issue_dt, '2027/11/30' AS valid_to, '首次认定' AS cogn_matter, '{day}' AS etl_dt§i % 20 = 0",
    "qualifications/资质称号认定信息.csv": "uscc AS 统一社会信用代码, name AS 企业名称, '专精特新中小企业' AS 资质名称, '省级' AS 级别, '' AS 认定类型, '2025-06-01' AS 认定日期, '' AS 有效期至, '{day}' AS 更新日期§i % 25 = 0",
    "qualifications/总部企业认定名单.csv": "uscc AS 统一社会信用代码, name AS 企业名称, '{day}' AS 更新日期§i % 500 = 0",
    "qualifications/主导制定标准信息.csv": "uscc AS 统一社会信用代码, name AS 企业名称, i % 5 AS 主导制定标准数, '{day}' AS 更新日期§i % 200 = 0",
    "ip/企业知识产权统计.csv": "uscc AS uni_social_crd_cd, name AS comp_nm, i % 20 AS inv_patent_num, i % 60 AS ip_total_num, '{day}' AS etl_dt§i % 4 = 0",
    "ip/专利申请年度统计.csv": "uscc AS uni_social_crd_cd, name AS comp_nm, 2025 AS app_year, i % 12 AS app_num, '2026-02-01' AS etl_dt§i % 4 = 0",
    "credit/失信被执行人信息.csv": "uscc AS uni_social_crd_cd, name AS executed_nm, '案' || i AS case_no, '2025-01-01' AS publish_dt, '' AS exit_dt, '{day}' AS etl_dt§i % 100 = 0",
    "credit/严重违法失信企业名单信息.csv": "uscc AS uni_social_crd_cd, name AS comp_nm, '2025-1-1' AS abn_tm, '' AS rem_dt, '{day}' AS etl_dt§i % 300 = 0",
    "credit/公共信用综合评价.csv": "uscc AS uni_social_crd_cd, name AS comp_nm, (['A','B','C','D'])[1 + i % 4] AS credit_level, '{day}' AS etl_dt",
    "credit/行政处罚信息.csv": "uscc AS administrative_cp_cert_code, name AS administrative_cp_name, '罚' || i AS admin_punish_doc, '2025/3/1' AS punish_dt, '{day}' AS cd_time§i % 30 = 0",
    "customs/企业进出口年度统计.csv": "uscc AS 统一社会信用代码, name AS 企业名称, y AS 年份, printf('%.4f', i % 9000 * 1.1) AS 出口额, printf('%.4f', i % 900 * 1.1) AS 进口额, printf('%.4f', i % 9000 * 1.1 + i % 900 * 1.1) AS 进出口额, '2026-02-01' AS 提供日期§, range(2024, 2026) t(y) WHERE i % 10 = 0",
    "finance/财政奖补兑现信息.csv": "uscc AS 统一社会信用代码, name AS 收款单位, '研发补助' AS 事项名称, '市级' AS 资金层级, '20250601' AS 拨付日期, '20250602' AS 入库日期§i % 20 = 0",
    "finance/企业融资信息.csv": "uscc AS 统一社会信用代码, name AS 企业名称, 2025 AS 年度, i % 500 AS 贷款金额, i % 90 AS 直接融资额, '' AS 提供融资额, '2026-03-01' AS 更新日期§i % 5 = 0",
}


def codes(count: int) -> pa.Array:
    """Credit codes of invented enterprises, check characters included."""
    digits = np.array([[9, 1, 4, 4, 0, 1, 1, 2]] * count, dtype=np.int64)
    body = (np.arange(count)[:, None] // 10 ** np.arange(7, -1, -1)) % 10
    values = np.concatenate([digits, body, np.full((count, 1), 5)], axis=1)
    weights = np.array([pow(3, place, 31) for place in range(17)])
    check = (31 - (values * weights).sum(axis=1) % 31) % 31
    letters = np.frombuffer(_ALPHABET.encode(), np.uint8)[np.concatenate([values, check[:, None]], axis=1)]
    return pa.array([bytes(row).decode() for row in letters], pa.string())


def write_extracts(folder: Path, count: int, *, day: date, every: int = 1) -> None:
    """All files for every enterprise, or, as files of changes, for every so many of them, evenly spread, with other values than before."""
    con = duckdb.connect(":memory:")
    con.execute("SET threads TO 2")
    con.register("c", pa.table({"uscc": codes(count), "i": np.arange(count)}))
    shift = 0 if every == 1 else 1
    con.execute(
        f"CREATE TABLE ents AS SELECT uscc, '广州市试样' || i || '号科技发展有限公司' AS name, i + {shift} AS i FROM c WHERE i % {every} = 0"
    )
    for path, spec in _FILES.items():
        select, _, rest = spec.partition("§")
        where = f" {rest}" if rest.startswith(",") else f" WHERE {rest}" if rest else ""
        target = folder / (path if every == 1 else path.replace(".csv", "-增量.csv"))
        target.parent.mkdir(parents=True, exist_ok=True)
        con.execute(
            f"COPY (SELECT {select.format(day=(day - timedelta(days=1)).isoformat())} FROM ents{where}) TO '{target}' (HEADER, DELIMITER ',')"
        )
    con.close()


def measured(stage: str, folder: Path, enterprises: int) -> dict[str, float]:
    """Run one stage in a process of its own: wall and CPU seconds, peak memory in MB (this process stays small: a child starts from its peak)."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.snapshot_build",
        "--stage",
        stage,
        "--folder",
        str(folder),
        "--enterprises",
        str(enterprises),
    ]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(out.stdout.splitlines()[-1])
    return found


def run_stage(stage: str, folder: Path, enterprises: int) -> dict[str, float]:
    """One stage, here; what Python loads before and at the first array is not counted (a service has loaded it long since)."""
    pa.array(np.zeros(1))
    before = resource.getrusage(resource.RUSAGE_SELF)
    started, extra = time.perf_counter(), dict[str, float]()
    store, next_day = folder / "store", DAY + timedelta(days=1)
    match stage:
        case "write":
            write_extracts(folder / "day1", enterprises, day=DAY)
            write_extracts(folder / "day2", enterprises, day=next_day, every=CHANGED)
            extra = {"csv_mb": sum(path.stat().st_size for path in (folder / "day1").rglob("*") if path.is_file()) / 1e6}
        case "ingest":
            report = ingest_day(folder / "day1", store / "log", DAY, mappings=load_mappings())
            extra = {"rows": report.total("rows"), "linked": report.total("linked")}
        case "snapshot":
            extra = {"columns": len(build_snapshot(store / "log", store, DAY).columns)}
        case "increment":
            report = ingest_day(folder / "day2", store / "log", next_day, mappings=load_mappings())
            extra = {"rows": report.total("rows"), "linked": report.total("linked"), "ingest_s": time.perf_counter() - started}
            build_snapshot(store / "log", store, next_day, base=open_snapshot(store))
        case "rebuild":
            full = build_snapshot(store / "log", folder / "again", next_day)
            assert full.id == open_snapshot(store).id, "the increment differs from the full rebuild"
        case "read":
            opened = open_store(store)
            codes_here = opened.snapshot.column("uscc")
            picks = np.random.default_rng(7).integers(0, len(codes_here), 2000)
            opened.profile(codes_here[0].as_py())
            times = []
            for pick in picks:
                at = time.perf_counter()
                opened.profile(codes_here[int(pick)].as_py())
                times.append(time.perf_counter() - at)
            extra = {"p50_ms": float(np.percentile(times, 50)) * 1e3, "p99_ms": float(np.percentile(times, 99)) * 1e3}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": time.perf_counter() - started,
        "cpu_s": usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        **extra,
    }


def main() -> None:
    """Write the extracts, run the stages, print one line for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stage", choices=("write", "ingest", "snapshot", "increment", "rebuild", "read"))
    chosen = parser.parse_args()
    if chosen.stage:
        print(json.dumps(run_stage(chosen.stage, chosen.folder, chosen.enterprises)))
        return
    with tempfile.TemporaryDirectory(dir=chosen.folder) as scratch:
        folder = Path(scratch)
        print(f"{chosen.enterprises} enterprises")
        for stage in ("write", "ingest", "snapshot", "increment", "rebuild", "read"):
            print(stage, {name: round(value, 2) for name, value in measured(stage, folder, chosen.enterprises).items()}, flush=True)


if __name__ == "__main__":
    main()
