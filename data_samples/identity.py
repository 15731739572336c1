"""Who the enterprises of the sample city are: codes, names, places, forms, ages, industries. The truth, before any mess."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from data_samples.codes import credit_codes, registration_numbers
from data_samples.names import branch_names, company_names
from data_samples.params import Bools, Days, Floats, Ints, Objects, Scope, day, pick, population

_BRANCH_TYPES = ("2130", "2140")
_NO_LEGAL_PERSON = ("2130", "2140", "4540", "4533")


@dataclass(frozen=True, slots=True)
class Identity:
    """Arrays of one length, one place an entity; `parent` is -1 except for branches, `renamed_on` NaT where never renamed."""

    uscc: Objects
    reg_no: Objects
    name: Objects
    former: Objects
    renamed_on: Days
    type_code: Objects
    district: Ints
    written_district: Ints
    established: Days
    approved: Days
    moved_in: Days
    industry: Ints
    status: Objects
    parent: Ints
    age: Floats

    def __len__(self) -> int:
        return len(self.uscc)

    @property
    def alive(self) -> Bools:
        """Registered as open."""
        return np.asarray(self.status == "K")

    @property
    def is_branch(self) -> Bools:
        """A branch of another entity."""
        return np.asarray(self.parent >= 0)

    @property
    def group(self) -> Objects:
        """The industry group's key in `population.toml`."""
        return np.array([row["group"] for row in industries()], dtype=object)[self.industry]

    @property
    def code4(self) -> Objects:
        """The four-digit GB/T 4754-2017 class."""
        return np.array([row["code"] for row in industries()], dtype=object)[self.industry]


def industries() -> list[dict[str, Any]]:
    """The industry classes in their order."""
    rows: list[dict[str, Any]] = population()["industry"]
    return rows


def district_names() -> dict[int, str]:
    """Adcode to name of the city's districts."""
    return {int(code): str(name) for code, name, _ in population()["region"]["districts"]}


def draw_identity(scope: Scope) -> Identity:
    """The entities of the city."""
    rng, count = scope.rng("identity"), scope.enterprises
    params = population()
    types = pick(rng, params["kind"]["types"], count)
    district = pick(rng, [[code, weight] for code, _, weight in params["region"]["districts"]], count).astype(np.int64)
    established, age = _foundation(rng, scope)
    industry = _industries(rng, count)
    types = _fit_types(types, industry)
    authority, written = _authorities(rng, district, established)
    modern = established >= np.datetime64("2015-10-01")
    kind = np.where(types == "9100", 93, 91)
    parent = _parents(rng, types)
    name = _names(rng, types, district, industry, parent)
    former, renamed = _former(rng, scope, name, established, parent)
    status = pick(rng, params["status"]["codes"], count)
    status[(age < 0.5) & (status != "K")] = "K"
    # A living branch has a living parent.
    has_parent = parent >= 0
    status[has_parent] = np.where(status[parent[has_parent]] == "K", status[has_parent], "X")
    return Identity(
        uscc=credit_codes(rng, kind=kind, authority=authority, modern=modern),
        reg_no=np.where(modern, "", registration_numbers(rng, np.where(authority == 440101, 440101, authority))),
        name=name,
        former=former,
        renamed_on=renamed,
        type_code=types,
        district=district,
        written_district=written,
        established=established,
        approved=_approved(rng, scope, established, renamed),
        moved_in=_moves(rng, scope, established, parent),
        industry=industry,
        status=status,
        parent=parent,
        age=age,
    )


def has_legal_person(types: Objects) -> Bools:
    """Whether the type code is one of a legal person."""
    return ~np.isin(types, _NO_LEGAL_PERSON)


def _foundation(rng: np.random.Generator, scope: Scope) -> tuple[Days, Floats]:
    params = population()["age"]
    age = np.minimum(rng.exponential(params["mean_years"], scope.enterprises) + 0.08, params["cap_years"])
    established = day(scope.as_of) - np.round(age * 365.25).astype("timedelta64[D]")
    return established, age


def _industries(rng: np.random.Generator, count: int) -> Ints:
    groups, rows = population()["group"], industries()
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["group"]] = totals.get(row["group"], 0.0) + row["rate"]
    weights = np.array([groups[row["group"]][0] * row["rate"] / totals[row["group"]] for row in rows])
    return rng.choice(len(rows), size=count, p=weights / weights.sum())


def _fit_types(types: Objects, industry: Ints) -> Objects:
    """Cooperatives farm; works (厂) make things."""
    group = np.array([row["group"] for row in industries()], dtype=object)[industry]
    fitted = np.where((types == "9100") & (group != "A"), "1130", types)
    return np.where(np.isin(fitted, ("4540", "3200")) & (group != "C"), "1151", fitted)


def _authorities(rng: np.random.Generator, district: Ints, established: Days) -> tuple[Ints, Ints]:
    """The first registration authority, and the division as the registry still writes it."""
    params = population()["region"]
    in_luogang = (district == 440112) & (established >= np.datetime64("2005-06-01"))
    in_luogang &= (established < np.datetime64("2014-06-01")) & (rng.random(len(district)) < params["abolished_share"])
    by_city = (rng.random(len(district)) < params["authority_share"]) & (established >= np.datetime64("2015-10-01"))
    authority = np.where(in_luogang, params["abolished"], np.where(by_city, params["authority"], district))
    written = np.where(in_luogang & (rng.random(len(district)) < 0.6), params["abolished"], district)
    return authority, written


def _parents(rng: np.random.Generator, types: Objects) -> Ints:
    """A parent for each branch: any company of the city, some of them with many branches."""
    branch = np.isin(types, _BRANCH_TYPES)
    companies = np.flatnonzero(np.isin(types, ("1130", "1140", "1222", "1110")))
    parent = np.full(len(types), -1, dtype=np.int64)
    if len(companies):
        skewed = (rng.random(int(branch.sum())) ** 2 * len(companies)).astype(np.int64)
        parent[branch] = companies[skewed]
    return parent


def _names(rng: np.random.Generator, types: Objects, district: Ints, industry: Ints, parent: Ints) -> Objects:
    place = district_names()
    districts = np.array([place[code] for code in district.tolist()], dtype=object)
    choice = rng.random(len(types))
    words = np.array(
        [
            rows["words"][int(share * len(rows["words"]))]
            for rows, share in zip((industries()[i] for i in industry.tolist()), choice.tolist(), strict=True)
        ],
        dtype=object,
    )
    names = np.empty(len(types), dtype=object)
    main = parent < 0
    names[main] = company_names(rng, words=words[main], types=types[main], districts=districts[main])
    branches = np.flatnonzero(~main)
    seen: dict[tuple[int, int], int] = {}
    order = np.empty(len(branches), dtype=np.int64)
    for place_in, index in enumerate(branches.tolist()):
        key = (int(parent[index]), int(district[index]))
        order[place_in] = seen.get(key, 0)
        seen[key] = int(order[place_in]) + 1
    names[branches] = branch_names(names[parent[branches]], districts[branches], order)
    return names


def _former(rng: np.random.Generator, scope: Scope, name: Objects, established: Days, parent: Ints) -> tuple[Objects, Days]:
    """A former name for some: the same enterprise under another line of business."""
    old_enough = (established < day(scope.before(500))) & (parent < 0)
    renamed = old_enough & (rng.random(len(name)) < population()["mess"]["former_name"])
    former = np.where(renamed, "", "").astype(object)
    when = np.full(len(name), np.datetime64("NaT", "D"))
    words = ("贸易", "科技", "实业", "电子商务", "技术服务", "工贸")
    for index in np.flatnonzero(renamed).tolist():
        head = name[index].split("有限")[0].split("股份")[0]
        former[index] = head[: max(4, len(head) - 2)] + words[int(rng.integers(len(words)))] + "有限公司"
        when[index] = day(scope.as_of) - np.timedelta64(int(rng.integers(30, 400)), "D")
    return former, when


def _approved(rng: np.random.Generator, scope: Scope, established: Days, renamed: Days) -> Days:
    span = (day(scope.before(30)) - established).astype(np.int64)
    last = established + (np.maximum(span, 0) * rng.random(len(established))).astype("timedelta64[D]")
    return np.where(np.isnat(renamed), last, renamed)


def _moves(rng: np.random.Generator, scope: Scope, established: Days, parent: Ints) -> Days:
    """The day of moving into the city, for some of the older ones."""
    moves = (established < day(scope.before(900))) & (parent < 0) & (rng.random(len(established)) < 0.03)
    when = day(scope.as_of) - (30 + rng.random(len(established)) * 800).astype("timedelta64[D]")
    return np.where(moves, when, np.datetime64("NaT", "D"))


def last_year_of_life(identity: Identity, scope: Scope) -> Ints:
    """The last calendar year with business: the as-of year for the living, the year of the last approval for the others."""
    approved = identity.approved.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isin(identity.status, ("K", "Q")), (scope.as_of - timedelta(days=1)).year, approved)
