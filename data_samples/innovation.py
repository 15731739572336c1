"""Titles, platforms, patents, awards, listings and declared facts of the sample city. The truth, before any mess.

One latent score orders the titles, so that 小巨人 lie within 专精特新 and these within 创新型中小企业, as in real lists.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from data_samples.economy import Economy
from data_samples.identity import Identity, industries
from data_samples.params import Days, Floats, Ints, Objects, Scope, day, population


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants as parallel arrays, one place a grant; `valid_to` NaT for titles without a term, `kind` 首次认定, 重新认定 or 复核通过."""

    who: Ints
    title: Objects
    level: Objects
    kind: Objects
    granted: Days
    valid_to: Days


@dataclass(frozen=True, slots=True)
class Innovation:
    """What offices know of the enterprises' innovation; vectors over all entities, -1 or "" for none."""

    high_tech: Grants
    titles: Grants
    patents: Ints
    ip: Ints
    applications: Ints
    board: Objects
    listed_on: Days
    headquarters: Ints
    standards: Ints
    awards: list[tuple[int, str, int]]
    themes: list[tuple[int, list[str]]]


def draw_innovation(scope: Scope, identity: Identity, economy: Economy) -> Innovation:
    """The titles and achievements of every entity."""
    rng, count = scope.rng("innovation"), len(identity)
    score, rank = _score(rng, identity, economy)
    patents = np.where(rank > 0.7, rng.poisson(np.exp(np.clip(score, -2, 4.5)) * 0.8), 0)
    ip = np.where(rank > 0.5, patents + rng.poisson(np.exp(np.clip(score + 0.8, -2, 5))), 0)
    applications = rng.poisson(np.maximum(patents, 0)[:, None] * rng.uniform(0.1, 0.5, (count, 4)))
    board, listed_on = _listing(rng, scope, identity, economy)
    return Innovation(
        high_tech=_high_tech(rng, scope, identity, rank),
        titles=_titles(rng, scope, identity, economy, rank),
        patents=patents,
        ip=ip,
        applications=np.where(ip[:, None] > 0, applications, -1),
        board=board,
        listed_on=listed_on,
        headquarters=_headquarters(rng, scope, identity, economy),
        standards=np.where(rank > 0.97, rng.poisson(1.2, count), 0),
        awards=_awards(rng, scope, rank),
        themes=_themes(rng, identity, economy, rank),
    )


def _score(rng: np.random.Generator, identity: Identity, economy: Economy) -> tuple[Floats, Floats]:
    """A latent innovation score, and its rank in 0..1 among the living that can hold titles (-1 for the others)."""
    bonus = np.array([{"C": 0.6, "I65": 0.8, "M": 0.6}.get(key, -1.6) for key in identity.group])
    heads, rd, revenue = economy.heads[:, 3], economy.rd[:, 3], np.maximum(economy.revenue[:, 3], 1)
    ratio = np.clip(np.maximum(rd, 0) / revenue, 0, 0.5)
    score = bonus + 0.75 * np.log(np.maximum(heads, 1)) + 14 * np.minimum(ratio, 0.15) + rng.normal(0, 0.8, len(heads)) - 2.6
    able = identity.alive & ~identity.is_branch & (identity.age > 1) & (revenue > 1)
    score = np.where(able & (rd > 0), score + 0.8, score)
    rank = np.full(len(heads), -1.0)
    order = np.argsort(score[able], kind="stable")
    places = np.empty(len(order))
    places[order] = (np.arange(len(order)) + 0.5) / max(len(order), 1)
    rank[able] = places
    return score, rank


def _spread(rng: np.random.Generator, scope: Scope, who: Ints, identity: Identity, *, newest: int = 0, oldest: int = 4) -> Days:
    """A day of granting for each, in the autumn or winter months, never before the first birthday of the enterprise."""
    year = scope.as_of.year - 1 - rng.integers(newest - 1, oldest, len(who))
    month = rng.choice([3, 6, 7, 9, 10, 11, 12], len(who))
    when = ((year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1).astype("timedelta64[M]")).astype(
        "datetime64[D]"
    )
    when = when + rng.integers(0, 28, len(who)).astype("timedelta64[D]")
    when = np.maximum(when, identity.established[who] + np.timedelta64(366, "D"))
    return np.asarray(np.minimum(when, day(scope.before(20))))


def _plus_years(when: Days, years: int) -> Days:
    return (when + np.timedelta64(365 * years + years // 4, "D")).astype("datetime64[D]")


def _high_tech(rng: np.random.Generator, scope: Scope, identity: Identity, rank: Floats) -> Grants:
    """One certificate of three years each, and the one before it for those recognised again."""
    who = np.flatnonzero(rank >= population()["innovation"]["quantiles"]["hnte"])
    granted = _spread(rng, scope, who, identity, oldest=3)
    again = (rng.random(len(who)) < 0.55) & (granted - identity.established[who] > np.timedelta64(365 * 5, "D"))
    older = who[again]
    before = granted[again] - np.timedelta64(1096, "D")
    everyone, dates = np.concatenate([who, older]), np.concatenate([granted, before])
    kind = np.concatenate([np.where(again, "重新认定", "首次认定"), np.full(len(older), "首次认定", dtype=object)]).astype(object)
    kind[rng.random(len(kind)) < 0.02] = ""
    same = np.full(len(everyone), "高新技术企业", dtype=object)
    return Grants(everyone, same, np.full(len(everyone), "", dtype=object), kind, dates, _plus_years(dates, 3))


# title, level, years of validity (0: none), lowest rank, chance, groups (empty: all), smallest head count
_TITLES: tuple[tuple[str, str, int, float, float, tuple[str, ...], int], ...] = (
    ("科技型中小企业", "国家级", 1, 0.86, 0.75, (), 0),
    ("创新型中小企业", "省级", 3, 0.88, 0.8, (), 0),
    ("专精特新中小企业", "省级", 3, 0.952, 0.9, (), 0),
    ("专精特新“小巨人”企业", "国家级", 3, 0.988, 0.9, (), 0),
    ("制造业单项冠军", "国家级", 3, 0.9955, 0.8, ("C",), 0),
    ("瞪羚企业", "市级", 3, 0.96, 0.35, (), 0),
    ("独角兽企业", "市级", 0, 0.9985, 0.7, (), 0),
    ("技术先进型服务企业", "省级", 3, 0.95, 0.3, ("I65", "M"), 0),
    ("软件企业", "", 1, 0.8, 0.5, ("I65",), 0),
    ("企业技术中心", "市级", 3, 0.95, 0.45, ("C", "I65"), 30),
    ("企业技术中心", "省级", 3, 0.98, 0.35, ("C",), 50),
    ("企业技术中心", "国家级", 3, 0.997, 0.3, ("C",), 50),
    ("工程技术研究中心", "市级", 0, 0.95, 0.4, (), 20),
    ("工程技术研究中心", "省级", 0, 0.975, 0.35, (), 20),
    ("重点实验室", "省级", 0, 0.99, 0.15, (), 20),
    ("工业设计中心", "省级", 3, 0.97, 0.12, ("C", "M"), 0),
    ("新型研发机构", "市级", 3, 0.9, 0.08, ("M",), 0),
    ("科技企业孵化器", "市级", 3, 0.2, 0.0, (), 0),
    ("博士后科研工作站", "国家级", 0, 0.99, 0.2, (), 30),
    ("绿色工厂", "市级", 3, 0.75, 0.22, ("C",), 30),
    ("绿色工厂", "省级", 3, 0.93, 0.25, ("C",), 30),
    ("绿色工厂", "国家级", 3, 0.97, 0.25, ("C",), 50),
    ("智能制造示范工厂", "市级", 3, 0.90, 0.30, ("C",), 30),
    ("智能制造示范工厂", "省级", 3, 0.985, 0.35, ("C",), 50),
    ("知识产权示范企业", "国家级", 3, 0.985, 0.2, (), 0),
    ("知识产权优势企业", "国家级", 3, 0.97, 0.2, (), 0),
    ("知识产权管理体系贯标", "", 3, 0.9, 0.25, (), 0),
    ("两化融合管理体系贯标", "", 3, 0.85, 0.45, ("C",), 0),
    ("首台(套)重大技术装备", "省级", 3, 0.98, 0.4, ("C",), 0),
    ("海关AEO高级认证企业", "", 0, 0.8, 0.06, ("C", "F51"), 20),
    ("跨境电商企业", "", 0, 0.0, 0.06, ("F51", "F52"), 0),
    ("电子商务示范企业", "市级", 3, 0.3, 0.10, ("F51", "F52", "I65"), 5),
    ("老字号", "省级", 0, 0.0, 0.012, ("C", "F52", "H"), 0),
    ("农业产业化龙头企业", "市级", 2, 0.0, 0.15, ("A",), 3),
    ("农业产业化龙头企业", "省级", 2, 0.3, 0.08, ("A",), 5),
)  # fmt: skip


def _titles(rng: np.random.Generator, scope: Scope, identity: Identity, economy: Economy, rank: Floats) -> Grants:
    parts: list[tuple[Ints, Objects, Objects, Objects, Days, Days]] = []
    heads, group = economy.heads[:, 3], identity.group
    small = (heads < 1000) | (economy.revenue[:, 3] < 40_000 * 1_000_000)
    for title, level, years, lowest, chance, groups, least in _TITLES:
        fits = (rank >= lowest) & (heads >= least) & (np.isin(group, groups) if groups else True)
        fits &= small if "中小企业" in title or "小巨人" in title else True
        who = np.flatnonzero(fits & (rng.random(len(rank)) < chance))
        parts.append(_grant(rng, scope, identity, who, (title, level, years)))
    parts.append(_incubators(rng, scope, identity))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Grants(*[column[order] for column in columns])


def _grant(
    rng: np.random.Generator, scope: Scope, identity: Identity, who: Ints, form: tuple[str, str, int]
) -> tuple[Ints, Objects, Objects, Objects, Days, Days]:
    title, level, years = form
    granted = (
        _spread(rng, scope, who, identity, oldest=max(2, years)) if years != 1 else _spread(rng, scope, who, identity, oldest=1)
    )
    kind = np.where(rng.random(len(who)) < 0.75, "首次认定", "复核通过").astype(object)
    kind[rng.random(len(who)) < 0.03] = ""
    valid = _plus_years(granted, years) if years else np.full(len(who), np.datetime64("NaT", "D"))
    return who, np.full(len(who), title, dtype=object), np.full(len(who), level, dtype=object), kind, granted, valid


def _incubators(rng: np.random.Generator, scope: Scope, identity: Identity) -> tuple[Ints, Objects, Objects, Objects, Days, Days]:
    """Incubators and maker spaces are run by enterprises of 创业空间服务."""
    runs = np.array([row["code"] == "7540" for row in industries()])[identity.industry] & identity.alive & ~identity.is_branch
    who = np.flatnonzero(runs & (rng.random(len(runs)) < 0.6))
    made = _grant(rng, scope, identity, who, ("科技企业孵化器", "市级", 3))
    made[1][:] = rng.choice(np.array(["科技企业孵化器", "众创空间"], dtype=object), len(who))
    made[2][:] = rng.choice(np.array(["国家级", "省级", "市级"], dtype=object), len(who), p=[0.2, 0.3, 0.5])
    return made


def _listing(rng: np.random.Generator, scope: Scope, identity: Identity, economy: Economy) -> tuple[Objects, Days]:
    """Boards: large joint-stock companies mostly; some smaller ones are quoted on the regional market."""
    count, revenue = len(identity), economy.revenue[:, 3] / 1_000_000
    able = identity.alive & ~identity.is_branch & np.isin(identity.type_code, ("1130", "1140", "1222", "1110")) & (identity.age > 3)
    board = np.full(count, "", dtype=object)
    draw = rng.random(count)
    small = able & (revenue > 1000) & (draw < 0.05)
    board[small] = np.where(rng.random(int(small.sum())) < 0.4, "新三板", "区域性股权市场")
    big = able & (revenue > 10_000) & (draw < 0.16)
    boards = np.array(["主板", "科创板", "创业板", "北交所", "境外"], dtype=object)
    board[big] = rng.choice(boards, int(big.sum()), p=[0.3, 0.2, 0.25, 0.15, 0.1])
    when = np.maximum(
        day(scope.before(2600)) + (rng.random(count) * 2550).astype("timedelta64[D]"),
        identity.established + np.timedelta64(900, "D"),
    )
    return board, np.where(board == "", np.datetime64("NaT", "D"), when)


def _headquarters(rng: np.random.Generator, scope: Scope, identity: Identity, economy: Economy) -> Ints:
    able = identity.alive & ~identity.is_branch & (economy.revenue[:, 3] > 8_000 * 1_000_000)
    chosen = able & (rng.random(len(able)) < 0.3)
    return np.where(chosen, rng.integers(scope.as_of.year - 4, scope.as_of.year + 1, len(able)), -1)


def _awards(rng: np.random.Generator, scope: Scope, rank: Floats) -> list[tuple[int, str, int]]:
    names = (
        "广东省科学技术奖",
        "广州市科学技术奖",
        "国家科学技术奖",
        "广州市市长质量奖",
        "中国专利优秀奖",
        "广东专利奖",
    )
    who = np.flatnonzero((rank > 0.98) & (rng.random(len(rank)) < 0.15)).tolist()
    return [(index, names[int(rng.integers(len(names)))], scope.as_of.year - 1 - int(rng.integers(4))) for index in who]


def _themes(rng: np.random.Generator, identity: Identity, economy: Economy, rank: Floats) -> list[tuple[int, list[str]]]:
    """The chains an office lists an enterprise under: those of its industry, now and then one more."""
    rows = industries()
    listed = identity.alive & ~identity.is_branch & (rng.random(len(rank)) < np.where(rank > 0.5, 0.8, 0.45))
    extra = rng.random(len(rank)) < 0.06
    made: list[tuple[int, list[str]]] = []
    for index in np.flatnonzero(listed).tolist():
        themes = list(rows[int(identity.industry[index])].get("themes", ()))
        if extra[index] and "人工智能" not in themes:
            themes.append("人工智能")
        if themes:
            made.append((index, themes))
    return made


def draw_declarations(
    scope: Scope, identity: Identity, economy: Economy, innovation: Innovation
) -> list[tuple[int, dict[str, Any]]]:
    """What enterprises declare for last year: (entity, keys of the layout with values in its units). Larger ones declare more often."""
    rng, count = scope.rng("declared"), len(identity)
    heads, revenue, rd = economy.heads[:, 3], economy.revenue[:, 3] / 100, economy.rd[:, 3] / 100
    declares = (
        identity.alive
        & ~identity.is_branch
        & (heads > 0)
        & (rng.random(count) < np.clip(0.25 + 0.12 * np.log(np.maximum(heads, 1)), 0, 0.9))
    )
    share = rng.beta(1.5, 5, count)
    group = identity.group
    made: list[tuple[int, dict[str, Any]]] = []
    for index in np.flatnonzero(declares).tolist():
        size, income = int(heads[index]), float(revenue[index])
        values: dict[str, Any] = {
            "独立核算": "是" if rng.random() < 0.985 else "否",
            "财务制度健全": "是" if rng.random() < 0.97 else "否",
        }
        if rd[index] > 0:
            staff = min(size, max(1, round(size * float(share[index]))))
            values |= {"研发人员数": staff, "研发人员占比": round(staff / size * 100, 2)}
        if rng.random() < 0.5:
            values["培训人数"] = int(size * rng.random())
        if rng.random() < 0.6:
            values["房屋租金支出"] = round(size * float(rng.uniform(4000, 20000)), 2)
            values["场地面积"] = round(size * float(rng.uniform(8, 40)) + 60)
        if group[index] == "C" and rng.random() < 0.45:
            values["设备投入"] = round(income / 10000 * float(rng.uniform(0.02, 0.2)), 2)
        if group[index] in ("C", "I65", "M") and rng.random() < 0.25:
            values["技术合同额"] = round(income / 10000 * float(rng.uniform(0.05, 0.5)), 2)
        if group[index] in ("I65", "F52") and rng.random() < 0.1:
            values["平台交易额"] = round(income / 10000 * float(rng.uniform(2, 20)), 2)
        if rng.random() < 0.08 and income > 1e7:
            total = round(income / 10000 * float(rng.uniform(0.3, 2)), 2)
            values |= {"项目总投资": total, "项目固定资产投资": round(total * 0.7, 2)}
        made.append((index, values))
    return made
