"""The fact catalogue: the closed vocabulary of what can be known about one enterprise, read from `catalogue.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from features.errors import UnknownFact


class FactType(StrEnum):
    """The form of a fact's value."""

    BOOL = "bool"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    SET = "set"
    EVENTS = "events"
    TEXT = "text"


Sensitivity = Literal["L1", "L2", "L3", "L4"]


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One entry of the catalogue. `cost` runs from 1 (a look-up) to 5 (the enterprise must be asked)."""

    id: str
    zh: str
    type: FactType
    source: str
    period: Literal["none", "year", "month"]
    unit: str | None
    values: tuple[str, ...]
    codes: Literal["region", "industry", "qualification"] | None
    sensitivity: Sensitivity
    changeable: bool
    cost: int
    fresh_months: int

    @property
    def is_periodic(self) -> bool:
        """Whether the fact has one value a year or a month; events carry their own dates and are not periodic."""
        return self.period != "none" and self.type is not FactType.EVENTS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The definitions by id, in the catalogue's order."""

    definitions: Mapping[str, FactDefinition]

    def __getitem__(self, fact: str) -> FactDefinition:
        """The definition of `fact`; raises UnknownFact."""
        try:
            return self.definitions[fact]
        except KeyError:
            raise UnknownFact(fact) from None

    def __contains__(self, fact: object) -> bool:
        return fact in self.definitions

    def __iter__(self) -> Iterator[FactDefinition]:
        return iter(self.definitions.values())

    def __len__(self) -> int:
        return len(self.definitions)


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that ships with this version."""
    data = tomllib.loads(files("features").joinpath("catalogue.toml").read_text("utf-8"))
    entries = {
        row["id"]: FactDefinition(
            id=row["id"],
            zh=row["zh"],
            type=FactType(row["type"]),
            source=row["source"],
            period=row["period"],
            unit=row.get("unit"),
            values=tuple(row.get("values", ())),
            codes=row.get("codes"),
            sensitivity=row["sensitivity"],
            changeable=row["changeable"],
            cost=row["cost"],
            fresh_months=row["fresh_months"],
        )
        for row in data["fact"]
    }
    return Catalogue(MappingProxyType(entries))
