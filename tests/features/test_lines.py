"""Lines written from the columns are those of the profiles, byte for byte."""

import json
import random
from datetime import date
from pathlib import Path

import pytest

from features import lines
from features.assemble import assemble, profiles, write_profiles
from features.lines import lines_of
from features.profile import profile_to_json
from features.store import open_reader
from tests.features.extracts import (
    ABNORMAL,
    HIGH_TECH,
    MONTHS,
    PENALTIES,
    REGISTER,
    RETURNS,
    code,
    name,
    register_row,
    return_row,
    write,
)

DAY = date(2026, 11, 20)


def _extracts(folder: Path, *, seed: int) -> None:
    """Exact values, ranges, events, sets, conflicts, stale and unknown ones, and a name with a quotation mark."""
    dice = random.Random(seed)
    numbers = range(1, 12)
    write(
        folder,
        REGISTER,
        [
            register_row(n, REGCAP=dice.choice(["", "3.005", "-1", "700"]), ENTNAME=name(n) + dice.choice(["", '"甲"']))
            for n in numbers
        ],
    )
    write(
        folder,
        RETURNS,
        [
            return_row(n, y, YYSR=str(dice.randint(0, 10**9) / 100), CYRS=dice.choice(["10-19", "7", ""]))
            for n in numbers
            for y in (2024, 2025)
            if dice.random() < 0.8
        ],
    )
    write(
        folder,
        MONTHS,
        [
            {
                "uni_social_crd_cd": code(n),
                "corp_nm": name(n),
                "rece_ym": m,
                "mon_insurd_prsons": dice.choice(["10-19", "12"]),
                "etl_dt": "2026-11-02",
            }
            for n in numbers
            for m in ("202609", "202610")
        ],
    )
    write(
        folder,
        HIGH_TECH,
        [
            {
                "hold_cert_cd": code(n),
                "comp_nm": name(n),
                "high_tech_doc": f"GR{n}",
                "issue_dt": "2024/12/1",
                "valid_to": "2027/11/30",
                "cogn_matter": dice.choice(["首次认定", ""]),
                "etl_dt": "2024-12-02",
            }
            for n in dice.sample(numbers, 4)
        ],
    )
    write(
        folder,
        PENALTIES,
        [
            {
                "administrative_cp_cert_code": code(n),
                "administrative_cp_name": name(n),
                "admin_punish_doc": f"罚{n}",
                "punish_dt": dice.choice(["2025-02-01", "2025-02-31"]),
                "cd_time": "2025-03-01",
            }
            for n in dice.sample(numbers, 4)
        ],
    )
    write(folder, ABNORMAL, [{"uni_social_crd_cd": code(1), "comp_nm": name(1), "inclu_dt": "2025-01-05", "etl_dt": "2025-01-06"}])
    tax = ("NSRSBH", "NSRMC", "NSRZT_DM", "HY_DM", "LRRQ")
    write(
        folder,
        "tax/纳税人登记信息.csv",
        [dict(zip(tax, (code(n), name(n), "03", dice.choice(["6513", "3411"]), "20261101"), strict=True)) for n in numbers],
        headings=tax,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_each_line_is_the_profile_in_the_interchange_form(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_CHUNK", 4)
    _extracts(tmp_path / "in", seed=seed)
    with assemble(tmp_path / "in", DAY) as assembly:
        wanted = [json.dumps(profile_to_json(profile), ensure_ascii=False, separators=(",", ":")) for profile in profiles(assembly)]
        found = list(lines_of(open_reader(assembly.snapshot)))
    assert found == wanted
    assert any('"intervals"' in line for line in found)
    assert any('"conflicts"' in line for line in found)


def test_a_folder_without_enterprises_gives_no_lines(tmp_path: Path) -> None:
    write(tmp_path / "in", REGISTER, [])
    write_profiles(tmp_path / "in", DAY, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text("utf-8") == ""
