"""However the days go, a snapshot made from the one before is, byte for byte, the one made anew from the whole log."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from features import assemble as assembling
from features.assemble import assemble, build_snapshot
from features.errors import SourceError
from features.manifest import patched_body
from features.snapshot import Snapshot, open_snapshot
from features.store import open_store, profiles_of
from tests.features.extracts import (
    ABNORMAL,
    HEADINGS,
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

TAX_REGISTER = "tax/纳税人登记信息.csv"
BRANCHES = "registry/分支机构信息.csv"
_DAYS = (
    date(2026, 1, 5),
    date(2026, 1, 6),
    date(2026, 2, 20),
    date(2026, 9, 1),
    date(2026, 9, 2),
    date(2027, 3, 1),
    date(2027, 3, 2),
)


def _changes(path: str) -> str:
    return path.replace(".csv", "-增量.csv")


def _day_of(dice: random.Random, day: date, *, back: int = 20) -> str:
    return (day - timedelta(days=dice.randint(0, back))).isoformat()


def _register(dice: random.Random, number: int, day: date) -> Mapping[str, str]:
    return register_row(
        number,
        ENTNAME=name(number) if dice.random() < 0.9 else f"广州市试样{number}号机械有限公司天河分公司",
        ENTTYPE=dice.choice(["1130", "9500", ""]),
        REGCAP=dice.choice(["5", "***", "1.5", "-1"]),
        REGSTATE=dice.choice("KKX"),
        INDUSTRYCO=dice.choice(["3411", "6513", "C", ""]),
        S_EXT_DATATIME=_day_of(dice, day, back=400),
    )


def _extracts(folder: Path, dice: random.Random, day: date, known: int) -> None:
    """A day's files about some of the first `known` enterprises: some layouts come and some do not, whole or as changes."""

    def some(share: float) -> list[int]:
        return [number for number in range(1, known + 1) if dice.random() < share]

    def maybe(path: str, rows: list[dict[str, str]]) -> None:
        if dice.random() < 0.6:
            whole = path if dice.random() < 0.4 else _changes(path)
            write(folder, whole, rows, headings=_headings(path))

    def who(number: int) -> dict[str, str]:
        return {"uni_social_crd_cd": code(number), "comp_nm": name(number)}

    write(folder, REGISTER, [_register(dice, number, day) for number in sorted({*some(0.3), known})])
    figures = ["", "7", "1000", "保密", "x"]
    maybe(RETURNS, [return_row(n, y, YYSR=dice.choice(figures), YFFY=dice.choice(figures), CYRS=dice.choice(["3", "10-19", ""]), LRRQ=_day_of(dice, day).replace("-", "")) for n in some(0.4) for y in (day.year - 2, day.year - 1)])  # fmt: skip
    maybe(MONTHS, [{"uni_social_crd_cd": code(n), "corp_nm": name(n), "rece_ym": f"{day.year}{month:02d}", "mon_insurd_prsons": dice.choice(["5", "10-19", ""]), "etl_dt": _day_of(dice, day)} for n in some(0.3) for month in (1, 2)])  # fmt: skip
    maybe(HIGH_TECH, [{"hold_cert_cd": code(n), "comp_nm": name(n), "high_tech_doc": f"GR{n}", "issue_dt": "2023-09-02", "valid_to": dice.choice(["2026-01-05", "2026-09-01", "2030-01-01", ""]), "cogn_matter": dice.choice(["首次认定", "重新认定"]), "etl_dt": _day_of(dice, day)} for n in some(0.3)])  # fmt: skip
    maybe(ABNORMAL, [{**who(n), "inclu_dt": "2025-03-01", "remove_dt": dice.choice(["", "2026-09-02", "坏"]), "etl_dt": _day_of(dice, day)} for n in some(0.2)])  # fmt: skip
    maybe(PENALTIES, [{"administrative_cp_cert_code": code(n) if dice.random() < 0.8 else "", "administrative_cp_name": name(n), "admin_punish_doc": f"罚{dice.randint(1, 3)}", "punish_dt": dice.choice(["2025-03-01", "2025-02-31"]), "cd_time": _day_of(dice, day)} for n in some(0.2)])  # fmt: skip
    maybe(TAX_REGISTER, [{"NSRSBH": code(n), "NSRMC": name(n), "SHXYDM": code(n), "NSRZT_DM": "03", "ZZSNSRLX": dice.choice("12"), "HY_DM": dice.choice(["3411", "3412", "6513"]), "XZQH_DM": "440112", "LRRQ": _day_of(dice, day).replace("-", "")} for n in some(0.3)])  # fmt: skip
    maybe(BRANCHES, [{"UNISCID": code(n), "ENTNAME": name(n), "BRNUM": str(dice.randint(0, 4)), "S_EXT_DATATIME": _day_of(dice, day)} for n in some(0.3) for _ in range(dice.choice([1, 1, 2]))])  # fmt: skip


_OTHERS: Mapping[str, tuple[str, ...]] = {
    TAX_REGISTER: ("NSRSBH", "NSRMC", "SHXYDM", "NSRZT_DM", "ZZSNSRLX", "HY_DM", "XZQH_DM", "LRRQ"),
    BRANCHES: ("UNISCID", "ENTNAME", "BRNUM", "S_EXT_DATATIME"),
}


def _headings(path: str) -> tuple[str, ...]:
    return HEADINGS.get(path) or _OTHERS[path]


def _bytes(snapshot: Snapshot) -> dict[str, bytes]:
    names = {column.object for column in snapshot.columns} | {entry["choice"] for entry in snapshot.manifest["ways"].values()} - {
        ""
    }
    return {one: (snapshot.folder / "objects" / one[:2] / f"{one}.arrow").read_bytes() for one in names}


@pytest.mark.parametrize("seed", range(6))
def test_every_day_s_snapshot_is_that_of_a_full_rebuild(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice, parts = random.Random(seed), list[str]()

    def counted(*given: object) -> object:
        parts.append("laid in")
        return patched_body(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(assembling, "patched_body", counted)
    store = tmp_path / "store"
    for place, day in enumerate(_DAYS):
        _extracts(tmp_path / str(place), dice, day, 14 + 2 * place)
        stepped = assemble(tmp_path / str(place), day, store=store).snapshot
        full = build_snapshot(store / "log", tmp_path / f"full{place}", day)
        assert full.manifest == stepped.manifest
        assert (full.id, _bytes(full)) == (stepped.id, _bytes(stepped))
    assert parts, "no day was laid into the snapshot before it"
    for profile in profiles_of(open_snapshot(store)):
        assert profile == open_store(store).profile(profile.uscc)


def test_another_day_without_new_records_is_made_from_the_snapshot_before(tmp_path: Path) -> None:
    store, dice = tmp_path / "store", random.Random(11)
    _extracts(tmp_path / "in", dice, _DAYS[0], 20)
    base = assemble(tmp_path / "in", _DAYS[0], store=store).snapshot
    for later in (_DAYS[0] + timedelta(days=1), date(2026, 9, 2), date(2027, 3, 2)):
        stepped = build_snapshot(store / "log", store, later, base=base)
        assert stepped.manifest == build_snapshot(store / "log", tmp_path / str(later), later).manifest


def test_a_snapshot_of_the_past_is_no_base(tmp_path: Path) -> None:
    store = tmp_path / "store"
    write(tmp_path / "a", REGISTER, [register_row(1, S_EXT_DATATIME="2025-12-01")])
    assemble(tmp_path / "a", _DAYS[0], store=store)
    past = build_snapshot(store / "log", store, date(2025, 12, 31))
    with pytest.raises(SourceError, match="不能在该基准快照上增量"):
        build_snapshot(store / "log", store, _DAYS[1], base=past)
    write(tmp_path / "b", REGISTER, [register_row(2, S_EXT_DATATIME="2026-01-06")])
    assert assemble(tmp_path / "b", _DAYS[1], store=store).snapshot.rows == 2  # made anew
