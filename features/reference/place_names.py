"""The names that may stand for a place: full names, short names, and names that only former divisions bore."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from features.reference.divisions import Division, codes_on, divisions, former_divisions
from features.reference.names import NameIndex
from features.zones import Zone

_SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|区|县|旗|盟)$")
_SHORT_SUFFIX = {"自治州": "州", "自治县": "县", "自治旗": "旗"}
_LATER_THAN_ALL = 9999


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Hand-written word lists about names of places (`place_words.toml`)."""

    need_parent: frozenset[str]
    everyday: frozenset[str]
    peoples: tuple[str, ...]
    not_after_short: tuple[str, ...]
    broken_after: frozenset[str]
    broken_before: frozenset[str]
    abbreviations: MappingProxyType[str, str]


@cache
def place_words() -> PlaceWords:
    """The word lists that ship with this version."""
    data = tomllib.loads(files("features.reference").joinpath("place_words.toml").read_text("utf-8"))
    return PlaceWords(
        frozenset(data["need_parent"]),
        frozenset(data["everyday"]),
        tuple(data["peoples"]),
        tuple(data["not_after_short"]),
        frozenset(data["broken_after"]),
        frozenset(data["broken_before"]),
        MappingProxyType(data["abbreviations"]),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One reading of a name: the codes it means today (several where a former division was divided up, or a zone has several)."""

    codes: tuple[str, ...]
    name: str
    former: bool = False
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """What one name may stand for."""

    places: tuple[Place, ...]
    short: bool  # a name without its suffix
    county: bool  # below a city


@cache
def namings() -> dict[str, Naming]:
    """Every name that may stand for a place, with all the places it may stand for."""
    full: dict[str, list[Place]] = {}
    short: dict[str, list[Place]] = {}
    for division in divisions().values():
        place = Place((division.code,), division.name)
        full.setdefault(division.name, []).append(place)
        for alias in _short_names(division):
            short.setdefault(alias, []).append(place)
    names = {name: Naming(tuple(places), False, _all_counties(places)) for name, places in full.items()}
    for alias, places in short.items():
        if alias not in names:
            names[alias] = Naming(_highest(places), _SUFFIX.search(alias) is None, _all_counties(places))
    for name, former in _former_places().items():
        names.setdefault(name, Naming(former, False, True))
    return names


@cache
def _people() -> re.Pattern[str]:
    words = "|".join(f"{name}族" for name in place_words().peoples)
    return re.compile(f"(?:{words}|蒙古|哈萨克|维吾尔|柯尔克孜|塔吉克|锡伯)+$")


def _short_names(division: Division) -> Iterator[str]:
    m = _SUFFIX.search(division.name)
    if m is None:
        return
    stem = division.name[: m.start()]
    bare = _people().sub("", stem)
    if len(bare) >= 2 and bare != stem and m[1] in _SHORT_SUFFIX:
        yield bare + _SHORT_SUFFIX[m[1]]
    if stem.endswith("新") and m[1] == "区":  # 浦东新区 -> 浦东
        bare = stem[:-1]
    if len(bare) >= 2 and bare not in place_words().everyday:
        yield bare


def _highest(places: list[Place]) -> tuple[Place, ...]:
    """A short name that a province bears means the province (海南, 吉林)."""
    provinces = tuple(place for place in places if place.codes[0].endswith("0000"))
    return provinces or tuple(places)


def _all_counties(places: Iterable[Place]) -> bool:
    return all(not code.endswith("00") for place in places for code in place.codes)


@cache
def _former_places() -> dict[str, tuple[Place, ...]]:
    """The names of former divisions with the codes of today; a part that went elsewhere earlier is left aside."""
    found: dict[str, dict[tuple[str, ...], Place]] = {}
    for row in former_divisions():
        if len(row.name) < 3 or not _SUFFIX.search(row.name) or row.name in place_words().need_parent:
            continue
        codes = frozenset(code for heir in row.successors if heir.since is None for code in codes_on(heir.code, _LATER_THAN_ALL))
        if codes:
            key = tuple(sorted(codes))
            found.setdefault(row.name, {})[key] = Place(key, row.name, former=True)
    return {name: tuple(places.values()) for name, places in found.items()}


def former_readings(name: str) -> tuple[Place, ...]:
    """What `name` stood for once, with the codes of today."""
    return _former_places().get(name, ())


@cache
def name_index() -> NameIndex:
    """All names, to be looked up in a text."""
    return NameIndex.of(namings())
