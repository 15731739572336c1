"""The command line: usage errors are told in Chinese with what to do, and leave with status 2."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match"], "缺少必填项 --records"),
        (["match", "--records", "no-such-folder"], "“no-such-folder”不存在"),
        (["match", "--record", "x"], "没有选项 --record;是不是 --records"),
        (["decide", "--rules", ".", "--profiles", "."], "这里要一个文件"),
        (["match", "--as-of", "2026/11/20"], "不是有效日期"),
        (["parse", "a.txt", "--out", "x", "--workers", "99"], "不在范围"),
        (["parse", "a.txt", "--out"], "选项 --out 后面缺少内容"),
        (["mach"], "没有命令“mach”"),
        (["--colour"], "没有选项 --colour"),
        (["quality", "--records", ".", "--as-of", "2026-11-20", "--out", "a.csv"], ".xlsx"),
    ],
)
def test_a_usage_error_says_in_chinese_what_is_wrong_and_where_to_look(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "查看用法:" in result.stderr and "--help" in result.stderr
    assert "Error" not in result.stderr and "Usage" not in result.stderr


def test_help_and_version_still_answer(tmp_path: Path) -> None:
    assert "mianshen" in CliRunner().invoke(main, ["--help"]).output
    assert CliRunner().invoke(main, ["--version"]).exit_code == 0
    assert "match" in CliRunner().invoke(main, []).output


def test_empty_folders_are_named_instead_of_matched(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "policies").mkdir()
    given = [
        "match",
        "--records",
        str(tmp_path / "records"),
        "--policies",
        str(tmp_path / "policies"),
        "--as-of",
        "2026-11-20",
        "--out",
        str(tmp_path / "out"),
    ]
    result = CliRunner().invoke(main, given)
    assert (result.exit_code, "没有文件" in result.stderr) == (2, True)
    (tmp_path / "policies" / "a.txt").write_text("本区企业给予奖励1万元。", "utf-8")
    result = CliRunner().invoke(main, given)
    assert (result.exit_code, "没有任何数据文件" in result.stderr) == (2, True)
