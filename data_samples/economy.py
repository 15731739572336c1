"""What the enterprises of the sample city do in figures: heads, revenue, tax, R&D, trade, by year and month. The truth, before any mess.

Amounts are int64 fen; -1 stands for no value (not founded, closed, or nothing of the kind).
"""

from dataclasses import dataclass

import numpy as np

from data_samples.identity import Identity, last_year_of_life
from data_samples.params import Bools, Floats, Ints, Scope, population

_FEN_PER_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Economy:
    """Matrices are (entities, years) for the scope's four years, or (entities, months); vectors are of the last state."""

    exists: Bools
    heads: Ints
    revenue: Ints
    main_share: Floats
    profit: Ints
    assets: Ints
    rd: Ints
    tax: Ints
    local: Ints
    capital_wan: Floats
    paid_in_wan: Floats
    general_taxpayer: Bools
    exports: Ints
    imports: Ints
    insured: Ints
    unemployment: Ints
    new_hires: Ints
    graduates: Ints
    layoff: Floats
    head_growth: Floats
    contribution: Ints
    above_scale: Bools
    entered: Ints
    loan: Ints
    raised: Ints
    provided: Ints
    foreign: Ints
    outbound: Ints
    streak: Ints


def draw_economy(scope: Scope, identity: Identity) -> Economy:
    """The figures of every entity."""
    rng, count = scope.rng("economy"), len(identity)
    exists = _exists(identity, scope)
    heads = _heads(rng, identity)
    revenue = _revenue(rng, scope, identity, heads, exists)
    heads_by_year = _heads_by_year(rng, heads, exists)
    margin = rng.normal(0.05, 0.08, (count, 1)) + rng.normal(0, 0.04, (count, 4))
    profit = np.where(exists, np.round(revenue * margin), -1).astype(np.int64)
    rd = _rd(rng, identity, heads, revenue, exists)
    general = (revenue.max(axis=1) > population()["tax"]["general_threshold_wan"] * _FEN_PER_WAN) | (
        rng.random(count) < population()["tax"]["general_voluntary"]
    )
    tax = _tax(rng, revenue, profit, general, exists)
    local = np.where(tax >= 0, _whole_yuan(tax * rng.uniform(0.30, 0.42, (count, 1))), -1).astype(np.int64)
    insured, unemployment = _insured(rng, scope, heads_by_year[:, 3], identity)
    capital, paid_in = _capital(rng, heads)
    above, entered = _above_scale(rng, scope, identity, revenue, exists)
    exports, imports = _trade(rng, identity, revenue, exists)
    hires, graduates, layoff, growth, contribution = _employment(rng, heads_by_year, insured, scope)
    least = np.maximum(revenue, heads_by_year * 4 * _FEN_PER_WAN) * _by_group(identity, 3)[:, None]
    assets: Ints = np.where(exists, np.round(least * np.exp(rng.normal(0, 0.6, (count, 1)))), -1).astype(np.int64)
    loan, raised, provided, foreign, outbound = _money(rng, identity, revenue)
    return Economy(
        exists=exists, heads=heads_by_year, revenue=revenue, main_share=rng.uniform(0.85, 1.0, count), profit=profit, assets=assets,
        rd=rd, tax=tax, local=local, capital_wan=capital, paid_in_wan=paid_in, general_taxpayer=general, exports=exports,
        imports=imports, insured=insured, unemployment=unemployment, new_hires=hires, graduates=graduates, layoff=layoff,
        head_growth=growth, contribution=contribution, above_scale=above, entered=entered, loan=loan, raised=raised,
        provided=provided, foreign=foreign, outbound=outbound, streak=_streak(rng, identity, insured),
    )  # fmt: skip


def _by_group(identity: Identity, place: int) -> Floats:
    table = population()["group"]
    return np.array([table[key][place] for key in identity.group], dtype=float)


def _exists(identity: Identity, scope: Scope) -> Bools:
    """(entities, 4): founded in or before the year, and still in business in it."""
    founded = identity.established.astype("datetime64[Y]").astype(np.int64) + 1970
    years = np.array(scope.years)
    return (founded[:, None] <= years) & (last_year_of_life(identity, scope)[:, None] >= years)


def _heads(rng: np.random.Generator, identity: Identity) -> Floats:
    params, count = population()["headcount"], len(identity)
    median = _by_group(identity, 1)
    age_part = 0.75 + 0.05 * np.minimum(identity.age, 12)
    heads = params["scale"] * median * np.exp(params["sigma"] * rng.normal(size=count)) * age_part
    tail = rng.random(count) < params["tail_share"] * 3
    heads = np.where(tail, params["tail_factor"] * median * (rng.pareto(1.3, count) + 1) * 0.4, heads)
    return np.asarray(np.clip(heads, 1, 60_000), dtype=np.float64)


def _revenue(rng: np.random.Generator, scope: Scope, identity: Identity, heads: Floats, exists: Bools) -> Ints:
    params, count = population()["revenue"], len(identity)
    last = heads * _by_group(identity, 2) * np.exp(params["sigma"] * rng.normal(size=count)) * (heads / 5) ** 0.2
    zero = rng.random(count) < np.where(identity.age < 1.5, params["zero_young"], params["zero_else"] * np.minimum(1, 6 / heads))
    growth = rng.normal(params["yearly_growth"], params["growth_sd_firm"], (count, 1))
    growth = growth + rng.normal(0, params["growth_sd_year"], (count, 3))
    path = np.ones((count, 4))
    for year in (2, 1, 0):
        path[:, year] = path[:, year + 1] / np.exp(growth[:, year])
    founded = identity.established.astype("datetime64[Y]")
    share = 1 - (identity.established - founded.astype("datetime64[D]")).astype(np.int64) / 366
    years = np.array([np.datetime64(str(year), "Y") for year in scope.years])
    first = founded[:, None] == years[None, :]
    path = np.where(first, path * share[:, None], path)
    fen = np.round(np.where(zero, 0, last)[:, None] * path * _FEN_PER_WAN)
    return np.where(exists, fen, -1).astype(np.int64)


def _heads_by_year(rng: np.random.Generator, heads: Floats, exists: Bools) -> Ints:
    growth = np.exp(rng.normal(0.03, 0.12, (len(heads), 3)))
    path = np.empty((len(heads), 4))
    path[:, 3] = heads
    for year in (2, 1, 0):
        path[:, year] = path[:, year + 1] / growth[:, year]
    return np.where(exists, np.maximum(1, np.round(path)), 0).astype(np.int64)


def _rd(rng: np.random.Generator, identity: Identity, heads: Floats, revenue: Ints, exists: Bools) -> Ints:
    params = population()["rd"]
    section = np.array([params["section"].get(key, 0.0) for key in identity.group])
    chance = 1 / (1 + np.exp(-(params["intercept"] + params["log_head"] * np.log(heads) + section)))
    does = (rng.random(len(heads)) < chance) & ~identity.is_branch
    ratio = np.clip(np.exp(rng.normal(params["ratio_ln_mean"], params["ratio_ln_sd"], len(heads))), 0.003, 0.6)
    yearly = ratio[:, None] * np.exp(rng.normal(0, 0.15, (len(heads), 4)))
    amount = np.round(np.maximum(revenue, 0) * yearly)
    return np.where(exists & does[:, None], amount, np.where(exists, 0, -1)).astype(np.int64)


def _whole_yuan(fen: Floats) -> Floats:
    """Fen rounded to whole yuan, as tables in 万元 with four decimals can show."""
    return np.asarray(np.round(fen / 100) * 100, dtype=np.float64)


def _streak(rng: np.random.Generator, identity: Identity, insured: Ints) -> Ints:
    """Months of unbroken social security payment up to the last month; one without a break reaches back before the series."""
    broken = np.where(insured[:, ::-1] <= 0, 1, 0).argmax(axis=1)
    longer = np.clip((identity.age * 12 * rng.uniform(0.5, 1.0, len(insured))).astype(np.int64), insured.shape[1], 400)
    return np.where((insured > 0).all(axis=1), longer, broken)


def _tax(rng: np.random.Generator, revenue: Ints, profit: Ints, general: Bools, exists: Bools) -> Ints:
    params, count = population()["tax"], len(revenue)
    rate = rng.uniform(params["effective_low"], params["effective_high"], count)
    vat = np.maximum(revenue, 0) * np.where(general, rate, 0.01)[:, None]
    small_profit = 3_000_000 * 100
    income = np.maximum(profit, 0) * np.where(profit > small_profit, 0.22, 0.05)
    return np.where(exists, np.round(vat + income), -1).astype(np.int64)


def _insured(rng: np.random.Generator, scope: Scope, heads: Ints, identity: Identity) -> tuple[Ints, Ints]:
    """Insured persons by month (-1: no record), all kinds and unemployment insurance; cuts and a dip in February included."""
    params, months = population()["social_security"], scope.months
    count = len(heads)
    share = rng.beta(params["insured_alpha"], params["insured_beta"], count)
    share = np.where((heads <= 3) & (rng.random(count) < 0.45), rng.choice([0.0, 0.34], count), share)
    level = np.zeros(count)
    insured = np.empty((count, len(months)), dtype=np.int64)
    kept = np.ones(count)
    for place, month in enumerate(months):
        level = params["ar"] * level + rng.normal(0, params["ar_sd"], count)
        cut = rng.random(count) < params["cut_per_month"]
        kept = np.where(cut, kept * rng.uniform(0.4, 0.75, count), np.minimum(1.15, kept * 1.004))
        dip = 1 - params["february_dip"] if month.endswith("02") else 1.0
        insured[:, place] = np.round(heads * share * np.exp(level) * kept * dip)
    opened = np.char.replace(identity.established.astype("datetime64[M]").astype(str), "-", "")
    insured[opened[:, None] > np.array(months)[None, :]] = -1
    last = last_year_of_life(identity, scope)
    closed = ~np.isin(identity.status, ("K", "Q"))
    insured[closed[:, None] & (np.array([int(month[:4]) for month in months])[None, :] >= last[:, None])] = -1
    other = rng.integers(0, 3, insured.shape) * (rng.random(insured.shape) < 0.12)
    return insured, np.where(insured < 0, -1, np.maximum(0, insured - other))


def _capital(rng: np.random.Generator, heads: Floats) -> tuple[Floats, Floats]:
    """Registered and paid-in capital in 万元: the heap of round amounts, its rank tied to the heads."""
    params, count = population()["capital"], len(heads)
    amounts = np.array([pair[0] for pair in params["heap"]], dtype=float)
    weights = np.array([pair[1] for pair in params["heap"]])
    rho = params["rank_correlation"]
    mixed = rho * (np.log(heads) - np.log(heads).mean()) / max(np.log(heads).std(), 1e-9) + np.sqrt(1 - rho**2) * rng.normal(
        size=count
    )
    rank = (np.argsort(np.argsort(mixed)) + 0.5) / count
    capital = amounts[np.minimum(np.searchsorted(np.cumsum(weights / weights.sum()), rank), len(amounts) - 1)]
    paid = capital * rng.choice([0.0, 0.2, 0.5, 1.0], count, p=[0.25, 0.15, 0.2, 0.4])
    return capital, paid


_SCALE_WAN = {
    "C": 2000,
    "F51": 2000,
    "F52": 500,
    "H": 200,
    "I65": 1000,
    "M": 1000,
    "G": 2000,
    "L": 1000,
    "R": 500,
    "K": 1000,
    "E": 2000,
}


def _above_scale(rng: np.random.Generator, scope: Scope, identity: Identity, revenue: Ints, exists: Bools) -> tuple[Bools, Ints]:
    """Who is in the list, and since which day (days since 1970): most of those whose revenue passed the line, the year after.

    Lines: national statistical system, from 2,000 万元 of revenue in industry and wholesale down to 200 万元 in catering.
    """
    line = np.array([_SCALE_WAN.get(key, 10**9) for key in identity.group]) * _FEN_PER_WAN
    reached = exists & (revenue >= line[:, None])
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), 9)
    listed = (first < 9) & reached[:, 3] & (rng.random(len(line)) < 0.9) & ~identity.is_branch & identity.alive
    year = np.array([*scope.years, 0, 0, 0, 0, 0, 0])[first] + 1
    earlier = first == 0
    year = np.where(earlier, scope.years[0] + 1 - rng.integers(0, 7, len(line)), year)
    founded = identity.established.astype("datetime64[Y]").astype(np.int64) + 1970
    year = np.clip(year, np.minimum(founded + 1, scope.as_of.year), scope.as_of.year)
    month = rng.choice([1, 1, 1, 4, 5, 7, 10], len(line))
    when = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1).astype("timedelta64[M]")
    return listed, when.astype("datetime64[D]").astype(np.int64)


def _trade(rng: np.random.Generator, identity: Identity, revenue: Ints, exists: Bools) -> tuple[Ints, Ints]:
    """Exports and imports of the last three years; -1 where the enterprise does not trade."""
    chance = np.array([{"C": 0.16, "F51": 0.22, "F52": 0.04, "G": 0.05}.get(key, 0.01) for key in identity.group])
    trades = (rng.random(len(chance)) < chance) & ~identity.is_branch & (revenue[:, 3] > 50 * _FEN_PER_WAN)
    share = np.clip(rng.beta(1.2, 2.5, (len(chance), 1)) * np.exp(rng.normal(0, 0.2, (len(chance), 3))), 0, 0.95)
    exports = np.round(np.maximum(revenue[:, 1:], 0) * share)
    imports = np.round(exports * rng.uniform(0, 0.6, (len(chance), 1)) * (rng.random((len(chance), 1)) < 0.5))
    mask = trades[:, None] & exists[:, 1:]
    return np.where(mask, _whole_yuan(exports), -1).astype(np.int64), np.where(mask, _whole_yuan(imports), -1).astype(np.int64)


def _employment(rng: np.random.Generator, heads: Ints, insured: Ints, scope: Scope) -> tuple[Ints, Ints, Floats, Floats, Ints]:
    """Per entity and the last two years: new hires, graduates, layoff rate and growth in percent, unemployment contribution in fen."""
    count, now = len(heads), heads[:, 2:]
    before = np.maximum(heads[:, 1:3], 1)
    grown = np.maximum(now - before, 0)
    hires = rng.poisson(np.maximum(now, 0) * 0.12) + grown
    graduates = rng.binomial(hires, rng.beta(1.5, 4, (count, 1)))
    steady = rng.random((count, 2)) < 0.62
    layoff: Floats = np.where(steady, rng.uniform(0, 3.0, (count, 2)), rng.gamma(2.0, 4.5, (count, 2)))
    growth = (now / before - 1) * 100
    low, middle, high = population()["social_security"]["payment_per_head"]
    per_head = rng.triangular(low, middle, high, (count, 1))
    paid = np.round(np.maximum(insured[:, :12].max(axis=1, initial=0), 0)[:, None] * per_head * 100)
    return (
        hires,
        graduates,
        np.asarray(np.round(layoff, 2), dtype=np.float64),
        np.round(growth, 2),
        np.broadcast_to(paid, (count, 2)).astype(np.int64),
    )


def _money(rng: np.random.Generator, identity: Identity, revenue: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Loans, equity and bonds, financing provided, foreign capital, outbound investment of the last two years in fen; -1 none."""
    shape = (len(revenue), 2)
    size = np.maximum(revenue[:, 2:], 0)

    def some(chance: Floats | float, low: float, high: float) -> Ints:
        has = (rng.random(shape) < np.broadcast_to(chance, shape)) & (size > 100 * _FEN_PER_WAN)
        amount = np.round(size * rng.uniform(low, high, shape) / (10 * _FEN_PER_WAN)) * 10 * _FEN_PER_WAN
        return np.where(has & (amount > 0), amount, -1).astype(np.int64)

    lender = (identity.group == "J").astype(float)[:, None]
    is_foreign = np.isin(identity.type_code, ("5110", "5150", "6110", "6150")).astype(float)[:, None]
    return (
        some(0.22, 0.03, 0.3),
        some(0.012, 0.1, 0.8),
        some(lender * 0.9, 0.5, 6.0),
        some(is_foreign * 0.3, 0.05, 0.5),
        some(0.01, 0.02, 0.2),
    )
