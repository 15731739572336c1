from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from policies.batch import distinct_ids, parse_files
from tests.policies.files import a_bomb_docx, a_docx, a_pdf, a_scanned_pdf, raw_docx

GOOD = "海城市促进企业发展办法\n第一条 对年营业收入不低于2000万元的企业给予一次性奖励10万元。\n"
BAD: dict[str, tuple[bytes, str]] = {
    "truncated.docx": (a_docx(["第一条 甲"])[:-300], "broken_container"),
    "scan.pdf": (a_scanned_pdf(), "scanned_pdf"),
    "big.txt": (b"\xe7\xac\xac" * (50 * 2**20 // 3), "too_large"),
    "bomb.docx": (a_bomb_docx(64), "bomb"),
    "entity.docx": (raw_docx("<w:p/>", prolog='<!DOCTYPE a [<!ENTITY x "y">]>'), "xml_entities"),
    "locked.pdf": (a_pdf([[(72, 780, "甲")]], encrypt=True), "encrypted"),
    "empty.txt": (b"", "empty"),
}


def test_every_file_ends_in_rules_or_in_a_reason_and_none_stops_the_others(tmp_path: Path) -> None:
    good = {
        "a.txt": GOOD.encode(),
        "b.txt": GOOD.encode("gb18030"),
        "c.txt": GOOD.encode("utf-16"),
        "d.docx": a_docx(GOOD.splitlines()),
    }
    for name, data in {**good, **{name: data for name, (data, _) in BAD.items()}}.items():
        (tmp_path / name).write_bytes(data)
    out = tmp_path / "out"
    seen: list[str] = []
    summary = parse_files(sorted(tmp_path.glob("*.*")), out_dir=out, done=lambda outcome: seen.append(outcome.path.name))
    assert sorted(seen) == sorted([*good, *BAD])
    assert {outcome.path.name for outcome in summary.parsed} == set(good)
    assert {outcome.path.name: outcome.code for outcome in summary.refused} == {name: code for name, (_, code) in BAD.items()}
    for name in good:
        rules = json.loads((out / f"{Path(name).stem}.json").read_text("utf-8"))
        reading = json.loads((out / "reading" / f"{Path(name).stem}.json").read_text("utf-8"))
        assert rules["version"] == 1
        assert reading["sha256"] == sha256(good[name]).hexdigest()
        assert reading["text"] == GOOD
    for name, (_, code) in BAD.items():
        refusal = json.loads((out / f"{Path(name).stem}.error.json").read_text("utf-8"))
        assert refusal["code"] == code
        assert "\n" not in refusal["message"]
        assert not (out / f"{Path(name).stem}.json").exists()


def test_a_missing_file_is_a_refusal_and_an_earlier_result_is_not_left_beside_it(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text(GOOD, encoding="utf-8")
    assert parse_files([source], out_dir=out).parsed
    source.unlink()
    summary = parse_files([source], out_dir=out)
    assert [outcome.code for outcome in summary.refused] == ["unreadable_file"]
    assert sorted(path.name for path in out.glob("*.json")) == ["a.error.json"]


def test_files_of_one_stem_are_told_apart_by_their_suffix() -> None:
    names = ("x/a.pdf", "y/a.docx", "z/a.docx", "b.c.txt")
    assert distinct_ids([Path(name) for name in names]) == ("a", "a.docx", "a-2.docx", "b.c")
