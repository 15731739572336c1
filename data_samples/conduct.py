"""Credit lists, penalties, accidents and benefits already paid in the sample city. The truth, before any mess."""

from dataclasses import dataclass

import numpy as np

from data_samples.economy import Economy
from data_samples.identity import Identity
from data_samples.innovation import Innovation
from data_samples.params import Bools, Days, Floats, Ints, Objects, Scope, day, population


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries of a list: who, since when, and until when (NaT while it stands)."""

    who: Ints
    since: Days
    until: Days


@dataclass(frozen=True, slots=True)
class Payments:
    """Benefits paid: who, document number, item, level, amount in fen, day."""

    who: Ints
    document: Objects
    item: Objects
    level: Objects
    fen: Ints
    paid: Days


@dataclass(frozen=True, slots=True)
class Conduct:
    """What credit offices and the treasury know."""

    abnormal: Listing
    serious: Listing
    dishonest: Listing
    penalties: Listing
    accidents: Listing
    environment: Listing
    quality: Listing
    tax_cases: Listing
    credit_level: Objects
    tax_grades: Objects
    arrears: Bools
    irregular_taxpayer: Bools
    payments: Payments


def draw_conduct(scope: Scope, identity: Identity, economy: Economy, innovation: Innovation) -> Conduct:
    """The conduct of every entity; one latent weakness makes troubles keep company."""
    rng, count, params = scope.rng("conduct"), len(identity), population()["conduct"]
    weak = rng.gamma(0.5, 2.0, count)
    dead = np.isin(identity.status, ("D", "X"))
    abnormal = _standing(rng, scope, identity, weak * params["abnormal"] * np.where(dead, 3, 0.8), cured=0.45)
    serious = _standing(rng, scope, identity, weak * params["serious"], cured=0.3)
    dishonest = _standing(rng, scope, identity, weak * params["dishonest"], cured=0.3)
    heads = np.log1p(economy.heads[:, 3])
    maker = np.where(identity.group == "C", 2.0, 0.3)
    trouble = weak + np.isin(np.arange(count), np.concatenate([abnormal.who, serious.who, dishonest.who])) * 2
    return Conduct(
        abnormal=abnormal,
        serious=serious,
        dishonest=dishonest,
        penalties=_events(rng, scope, identity, weak * heads * params["penalty_per_year"]),
        accidents=_events(rng, scope, identity, weak * heads * maker * params["accident_per_year"] * 0.5),
        environment=_events(rng, scope, identity, weak * heads * maker * params["environment_per_year"] * 0.5),
        quality=_events(rng, scope, identity, weak * heads * params["quality_per_year"]),
        tax_cases=_events(rng, scope, identity, weak * params["tax_case_per_year"]),
        credit_level=_credit_level(rng, trouble),
        tax_grades=_tax_grades(rng, identity, trouble),
        arrears=rng.random(count) < np.clip(0.03 * (0.4 + weak), 0, 0.4),
        irregular_taxpayer=rng.random(count) < np.clip(0.015 * weak + 0.3 * (identity.status == "D"), 0, 0.6),
        payments=_payments(rng, scope, identity, economy, innovation),
    )


def _standing(rng: np.random.Generator, scope: Scope, identity: Identity, chance: Floats, *, cured: float) -> Listing:
    """Entries in a list of the last four years; a share has been taken off again."""
    who = np.flatnonzero(rng.random(len(chance)) < chance)
    since = np.maximum(
        day(scope.before(1450)) + (rng.random(len(who)) * 1400).astype("timedelta64[D]"),
        identity.established[who] + np.timedelta64(30, "D"),
    )
    since = np.minimum(since, day(scope.before(25)))
    until = since + (30 + rng.random(len(who)) * 700).astype("timedelta64[D]")
    open_still = (rng.random(len(who)) >= cured) | (until >= day(scope.before(15)))
    return Listing(who, since, np.where(open_still, np.datetime64("NaT", "D"), until))


def _events(rng: np.random.Generator, scope: Scope, identity: Identity, per_year: Floats) -> Listing:
    """Events since 2021-01-01, never before the enterprise existed."""
    first = np.datetime64("2021-01-01")
    span = (day(scope.before(10)) - first).astype(np.int64)
    who = np.repeat(np.arange(len(per_year)), rng.poisson(np.clip(per_year, 0, 3) * span / 365))
    when = first + (rng.random(len(who)) * span).astype("timedelta64[D]")
    keep = when > identity.established[who]
    when = when[keep]
    return Listing(who[keep], when, np.full(len(when), np.datetime64("NaT", "D")))


def _credit_level(rng: np.random.Generator, trouble: Floats) -> Objects:
    """A to D; about a tenth has not been rated."""
    cut = trouble + rng.normal(0, 0.4, len(trouble))
    level = np.select([cut < 0.4, cut < 2.2, cut < 4.0], ["A", "B", "C"], "D").astype(object)
    level[rng.random(len(trouble)) < 0.1] = ""
    return level


def _tax_grades(rng: np.random.Generator, identity: Identity, trouble: Floats) -> Objects:
    """(entities, last four years): the shares of population.toml by rank of good conduct; a new enterprise is M."""
    cumulative = np.cumsum([share for _, share in population()["tax"]["grades"]])
    names = np.array([name for name, _ in population()["tax"]["grades"]], dtype=object)
    count = len(trouble)
    columns = []
    for year in range(4):
        mixed = -trouble + rng.normal(0, 1.0, count)
        rank = 1 - (np.argsort(np.argsort(mixed)) + 0.5) / count
        grade = names[np.minimum(np.searchsorted(cumulative, rank), 4)]
        columns.append(np.where((identity.age < 4 - year + 1) & (grade != "D"), "M", grade))
    return np.column_stack(columns)


# item, document number, level, 万元, chance among those for whom the flag holds: (title in the grants, or "" for anyone with R&D)
_PAID: tuple[tuple[str, str, str, float, float, str], ...] = (
    ("高新技术企业认定奖励", "穗科规字〔2024〕91号", "市级", 10, 0.45, "高新技术企业"),
    ("高新技术企业认定区级奖励", "埔府规〔2024〕93号", "区级", 20, 0.25, "高新技术企业"),
    ("专精特新企业培育奖励", "穗工信规字〔2024〕92号", "市级", 20, 0.4, "专精特新中小企业"),
    ("专精特新“小巨人”省级奖励", "粤工信中小〔2024〕95号", "省级", 50, 0.3, "专精特新“小巨人”企业"),
    ("技术改造补助", "穗工信规字〔2023〕96号", "市级", 60, 0.12, ""),
    ("研发费用补助", "穗科规字〔2023〕97号", "市级", 15, 0.2, ""),
    ("稳岗返还", "穗人社规字〔2025〕98号", "市级", 1.2, 0.3, ""),
)  # fmt: skip


def _payments(rng: np.random.Generator, scope: Scope, identity: Identity, economy: Economy, innovation: Innovation) -> Payments:
    """Payments since 2022: awards follow titles, subsidies follow R&D."""
    holders: dict[str, Ints] = {"高新技术企业": innovation.high_tech.who}
    for title in ("专精特新中小企业", "专精特新“小巨人”企业"):
        holders[title] = innovation.titles.who[innovation.titles.title == title]
    researching = np.flatnonzero((economy.rd[:, 3] > 0) & identity.alive)
    span = (scope.as_of - scope.as_of.replace(year=2022, month=1, day=1)).days - 15
    parts: list[tuple[Ints, Objects, Objects, Objects, Ints, Days]] = []
    for item, document, level, wan, chance, title in _PAID:
        pool = np.unique(holders.get(title, researching))
        who = pool[rng.random(len(pool)) < chance]
        size = len(who)
        factor = 1.0 if title else rng.uniform(0.2, 3.0, size)
        paid = np.datetime64("2022-01-01") + (rng.random(size) ** 0.7 * span).astype("timedelta64[D]")
        paid = np.maximum(paid, identity.established[who] + np.timedelta64(300, "D"))
        fen = np.round(np.full(size, wan) * factor * 1_000_000).astype(np.int64)
        full = [np.full(size, text, dtype=object) for text in (document, item, level)]
        parts.append((who, full[0], full[1], full[2], fen, np.minimum(paid, day(scope.before(20)))))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Payments(*[column[order] for column in columns])
