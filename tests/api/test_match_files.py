"""The main job from files to files: what is granted can be followed to the words and records, and what was not used can be found again."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from api.cli import main
from api.matchreasons import MASKED
from api.pipeline import MatchReport, match_files
from data_samples.generate import Scope, generate
from policies.loading import load_rules

AS_OF = date(2026, 11, 20)
HEADQUARTERS = """广州市测试区促进企业发展若干措施
穗测府规〔2026〕1号

第一条 在本区注册的企业,上年度营业收入不低于100万元的,给予20万元奖励。
第二条 在本区注册的企业,按上年度研发费用的10%给予补助,最高100万元。
"""

pytestmark = pytest.mark.xdist_group("match_files")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[MatchReport, Path, Path]:
    root = tmp_path_factory.mktemp("job")
    records, policies, out = root / "records", root / "policies", root / "out"
    generate(Scope(150, 5, AS_OF), records)
    (records / "weather").mkdir()
    (records / "weather" / "rain.csv").write_text("日期,雨量\n2026-01-01,3\n", "utf-8")
    policies.mkdir()
    text = HEADQUARTERS.replace("测试区", "天河区")
    (policies / "a.txt").write_text(text, "utf-8")
    (policies / "b.wps.bak").write_text(text.replace("\n", "\n\n"), "utf-8")  # any suffix, the same words
    (policies / "c.doc").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    (policies / "manifest.csv").write_text("file\na.txt\n", "utf-8")
    (policies / "older").mkdir()
    return match_files(records, policies, as_of=AS_OF, out=out, workers=1), out, records


@pytest.fixture(scope="module")
def account(run: tuple[MatchReport, Path, Path]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((run[1] / "report.json").read_text("utf-8"))
    return loaded


def lines_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "matches.jsonl").read_text("utf-8").splitlines()]


def rows_of(out: Path, sheet: str) -> Iterator[dict[str, Any]]:
    page = openpyxl.load_workbook(out / "matches.xlsx", read_only=True)[sheet]
    rows = page.iter_rows(values_only=True)
    head = [str(cell) for cell in next(rows)]
    for row in rows:
        yield dict(zip(head, (cell if cell is not None else "" for cell in row), strict=False))


def test_the_same_text_under_two_names_is_matched_once_and_named(account: dict[str, Any]) -> None:
    assert account["policies_repeated"] == [{"file": "b.wps.bak", "same_text_as": "a.txt"}]
    assert account["counts"]["files"] == account["counts"]["parsed"] + account["counts"]["files_refused"] + 1


def test_a_file_is_judged_by_its_content_and_refused_with_a_line(
    run: tuple[MatchReport, Path, Path], account: dict[str, Any]
) -> None:
    assert [row["file"] for row in account["policies_refused"]] == ["c.doc"]
    assert any(line.startswith("c.doc:") for line in run[0].troubles)
    assert {row["file"] for row in account["policies_set_aside"]} == {"manifest.csv", "older"}


def test_every_refused_row_is_found_again_by_file_and_number(run: tuple[MatchReport, Path, Path], account: dict[str, Any]) -> None:
    report, out, records = run
    found = account["records_refused"]
    assert found["total"] == found["listed"] >= 1
    by_file = {outcome["file"]: outcome for outcome in account["records"]["files"]}
    for row in found["rows"]:
        assert (records / row["file"]).exists()
        assert row["row"] or by_file[row["file"]]["refusal"]
        assert row["reason"]
    assert found["sheets"] and all((out / sheet).exists() for sheet in found["sheets"])
    assert any(line.startswith("weather/rain.csv:") for line in report.troubles)
    assert any(str(out / "refused") in line for line in report.troubles)
    assert all((records / row["file"]).exists() and "log" not in row for row in account["records"]["files"])


def test_each_eligible_match_is_followed_to_its_conditions_and_its_sum(run: tuple[MatchReport, Path, Path]) -> None:
    out = run[1]
    eligible = [line for line in lines_of(out) if line["status"] == "eligible"]
    assert eligible
    reasons: dict[tuple[str, str, str], dict[str, list[dict[str, Any]]]] = {}
    for row in rows_of(out, "判定依据"):
        reasons.setdefault((row["统一社会信用代码"], row["政策"], row["事项"]), {}).setdefault(row["类别"], []).append(row)
    for line in eligible:
        found = reasons[(line["uscc"], line["policy"], line["title"])]
        assert found["条件"] and found["金额"]
        for row in found["金额"]:
            assert row["内容"]
            assert row["政策原文"] and row["原文位置"]
    for line in (line for line in lines_of(out) if line["band"] == "差一点"):
        found = reasons[(line["uscc"], line["policy"], line["title"])]
        assert "条件" not in found
        assert found.get("尚缺条件") or found.get("怎样符合")
        assert all(row["结论"] != "符合" for row in found.get("尚缺条件", []))


def test_a_sum_that_gives_a_tax_figure_away_is_left_blank_everywhere(run: tuple[MatchReport, Path, Path], tmp_path: Path) -> None:
    out = run[1]
    hidden = [line for line in lines_of(out) if line["masked"]]
    assert hidden, "the policy pays by research spending, which the tax office knows"
    for line in hidden:
        assert line["low"] is None and line["high"] is None
        assert MASKED in line["amount"]
    masked = {(line["uscc"], line["title"]) for line in hidden}
    seen = [row for row in rows_of(out, "匹配结果") if (row["统一社会信用代码"], row["事项"]) in masked]
    assert seen and all(row["金额下限(元)"] == "" and row["金额上限(元)"] == "" and MASKED in row["金额说明"] for row in seen)
    worked = [row for row in rows_of(out, "判定依据") if (row["统一社会信用代码"], row["事项"]) in masked and row["类别"] == "金额"]
    assert all(MASKED in row["企业情况"] and "万元" not in row["企业情况"] for row in worked)


def test_the_rules_of_the_run_load_again(run: tuple[MatchReport, Path, Path]) -> None:
    assert load_rules(json.loads((run[1] / "parsed" / "a.json").read_text("utf-8"))).items


def test_profiles_leave_the_refused_rows_beside_them_and_say_so(run: tuple[MatchReport, Path, Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["profiles", "--records", str(run[2]), "--as-of", AS_OF.isoformat(), "--out", str(tmp_path / "p.jsonl")]
    )
    assert result.exit_code == 3
    assert "weather/rain.csv:" in result.stderr
    assert list((tmp_path / "p.refused").glob("*.xlsx"))
    account = json.loads((tmp_path / "p.report.json").read_text("utf-8"))
    assert account["records_refused"]["rows"][0]["file"]
    assert (tmp_path / "p.jsonl").read_text("utf-8").count("\n") == account["enterprises"]


def test_the_quality_of_the_extracts_comes_as_a_workbook(run: tuple[MatchReport, Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "deep" / "quality.xlsx"
    result = CliRunner().invoke(main, ["quality", "--records", str(run[2]), "--as-of", AS_OF.isoformat(), "--out", str(out)])
    assert result.exit_code == 3
    assert str(out) in result.stdout
    rows = openpyxl.load_workbook(out, read_only=True)["问题记录"].iter_rows(values_only=True)
    assert any("weather/rain.csv" in row for row in rows)
