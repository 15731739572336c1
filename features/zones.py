"""Development zones and the divisions that host them: many to many, because a zone is a jurisdiction and not an area of GB/T 2260.

The table (`reference/zones.csv`) says for each host how it is known; hosts marked `unverified` were written from general knowledge,
and a rule that depends on one deserves an officer's look (`Zone.verified`).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from features.reference.divisions import NATIONAL
from features.reference.names import NameIndex

_KIND_WORDS: tuple[tuple[str, str], ...] = (  # a zone named by its kind alone; the longer word first
    ("高新技术产业开发区", "HTZ"),
    ("国家级经济技术开发区", "ETDZ"),
    ("经济技术开发区", "ETDZ"),
    ("经济开发区", "ETDZ"),
    ("高新区", "HTZ"),
    ("经开区", "ETDZ"),
)


@dataclass(frozen=True, slots=True)
class Zone:
    """One development zone; `hosts` are GB/T 2260 codes, `kind` is HTZ, ETDZ, NEW, COOP or FTZ."""

    name: str
    kind: str
    hosts: tuple[str, ...]
    basis: str  # source | name | curated | unverified
    aliases: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Whether the hosts were taken from a source or follow from the zone's own name."""
        return self.basis in ("source", "name")


@dataclass(frozen=True, slots=True)
class ZoneMention:
    """A zone named in a text; several zones where the words fit more than one."""

    start: int
    end: int
    text: str
    zones: tuple[Zone, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host divisions where the words mean one zone, else nothing."""
        return self.zones[0].hosts if len(self.zones) == 1 else ()


@cache
def zones() -> tuple[Zone, ...]:
    """Every zone, by name."""
    text = files("features.reference").joinpath("zones.csv").read_text("utf-8")
    return tuple(
        Zone(
            row["name"],
            row["kind"],
            tuple(row["hosts"].split(";")),
            row["basis"],
            tuple(alias for alias in row["aliases"].split(";") if alias),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _by_name() -> dict[str, tuple[Zone, ...]]:
    found: dict[str, list[Zone]] = {}
    for zone in zones():
        for name in (zone.name, *zone.aliases):
            found.setdefault(name, []).append(zone)
    return {name: tuple(held) for name, held in found.items()}


@cache
def zone_index() -> NameIndex:
    """The names and kinds of zones, to be looked up in a text."""
    return NameIndex.of((*_by_name(), *(word for word, _ in _KIND_WORDS)))


def zones_of(name: str) -> tuple[Zone, ...]:
    """The zones that bear exactly this name or alias.

    >>> [zone.hosts for zone in zones_of("广州开发区")]
    [('440112',)]
    """
    return _by_name().get(name, ())


def zones_in(area: str) -> tuple[Zone, ...]:
    """The zones with a host inside `area`."""
    prefix = _prefix(area)
    return tuple(zone for zone in zones() if any(host.startswith(prefix) for host in zone.hosts))


def find_zones(text: str, within: str | None = None) -> tuple[ZoneMention, ...]:
    """Every zone that `text` names, in order, without overlaps.

    A bare kind (高新区, 经开区) is read as the zone of that kind in the city of `within`; where that city has none, or `within` is
    not given, a bare kind is no mention.
    """
    return tuple(_mentions(text, within))


def zone_at(text: str, start: int, within: str | None = None) -> ZoneMention | None:
    """The zone that `text` names at `start`, by its longest name, or None."""
    name = zone_index().longest_at(text, start)
    held = _zones_meant(name, within) if name else ()
    return ZoneMention(start, start + len(name), name, held) if name and held else None


def _mentions(text: str, within: str | None) -> Iterator[ZoneMention]:
    at = 0
    while at < len(text):
        mention = zone_at(text, at, within)
        if mention is not None:
            yield mention
        at = mention.end if mention else at + 1


def _zones_meant(name: str, within: str | None) -> tuple[Zone, ...]:
    exact = zones_of(name)
    if exact:
        near = tuple(zone for zone in exact if within and _shares_city(zone, within))
        return near or exact
    kind = dict(_KIND_WORDS)[name]
    if within is None or within in (NATIONAL, "") or within.endswith("0000"):
        return ()
    return tuple(zone for zone in zones() if zone.kind == kind and _shares_city(zone, within))


def _shares_city(zone: Zone, within: str) -> bool:
    city = _prefix(within)[:4]
    return any(host.startswith(city) for host in zone.hosts)


def _prefix(area: str) -> str:
    while area.endswith("00"):
        area = area[:-2]
    return area
