"""What a perfect record would know: the city's truth as profiles in the contract's form, for tests, training and comparison.

No department hands these over. What nobody recorded (an undeclared figure, R&D that was not filed) is left out, hence unknown.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from data_samples.conduct import Listing
from data_samples.extracts import City
from data_samples.identity import has_legal_person, industries
from data_samples.innovation import Grants
from data_samples.layouts import qualification_names
from data_samples.params import Days, Ints
from features.size import classify

_STATUS = {"K": "active", "Q": "moved_out", "D": "revoked", "X": "cancelled", "Z": "suspended"}
_BOARD = {
    "主板": "main",
    "科创板": "star",
    "创业板": "chinext",
    "北交所": "beijing",
    "新三板": "neeq",
    "区域性股权市场": "regional",
    "境外": "overseas",
}
_LEVEL = {"国家级": ".national", "省级": ".provincial", "市级": ".municipal", "区级": ".district", "": ""}
_PAID_LEVEL = {"区级": "district", "市级": "municipal", "省级": "provincial", "国家级": "national"}
_OWNER = {"1110": "state", "1140": "state", "1213": "state", "2140": "state", "3200": "collective", "5110": "foreign", "5150": "foreign",
          "6110": "hmt", "6150": "hmt"}  # fmt: skip
_DECLARED = {"研发人员数": ("rd_staff", 1), "培训人数": ("training_headcount", 1), "房屋租金支出": ("rent_paid", 1),
             "设备投入": ("equipment_investment", 10_000), "技术合同额": ("contract_value", 10_000),
             "平台交易额": ("platform_turnover", 10_000)}  # fmt: skip
_DECLARED_NOW = {"场地面积": ("floor_area", 1), "项目固定资产投资": ("project_fixed_investment", 10_000),
                 "项目总投资": ("project_investment", 10_000)}  # fmt: skip


def true_profiles(city: City) -> list[dict[str, Any]]:
    """One profile an entity, in the order of the identity arrays: {"uscc", "facts"} as in the contract's oracle."""
    facts: list[dict[str, Any]] = [_base(city, index) for index in range(len(city.identity))]
    for part in (_figures, _employment, _titles, _conduct, _declared):
        part(city, facts)
    return [{"uscc": uscc, "facts": known} for uscc, known in zip(city.identity.uscc.tolist(), facts, strict=True)]


def _iso(day: np.datetime64) -> str:
    return str(day.astype("datetime64[D]"))


def _base(city: City, index: int) -> dict[str, Any]:
    identity, economy = city.identity, city.economy
    code, district = str(identity.type_code[index]), str(identity.district[index])
    moved = identity.moved_in[index]
    facts: dict[str, Any] = {
        "registered_region": district,
        "tax_region": district,
        "legal_person": bool(has_legal_person(identity.type_code[index : index + 1])[0]),
        "entity_kind": "branch" if identity.parent[index] >= 0 else "cooperative" if code == "9100" else "enterprise",
        "ownership": _OWNER.get(code, "private"),
        "registration_status": _STATUS[identity.status[index]],
        "established_on": _iso(identity.established[index]),
        "settled_on": _iso(identity.established[index] if np.isnat(moved) else moved),
        "industry": industries()[int(identity.industry[index])]["code"],
        "above_scale": bool(economy.above_scale[index]),
        "taxpayer_kind": "general" if economy.general_taxpayer[index] else "small_scale",
        "tax_registered": identity.status[index] != "X" and not city.conduct.irregular_taxpayer[index],
        "headquarters": bool(city.innovation.headquarters[index] > 0),
        "listed_board": _BOARD.get(city.innovation.board[index], "none"),
        "invention_patents": int(city.innovation.patents[index]),
        "ip_count": int(city.innovation.ip[index]),
        "standards_led": int(city.innovation.standards[index]),
    }
    if not np.isnat(moved):
        facts["moved_in_on"] = _iso(moved)
    if identity.parent[index] < 0:
        facts["registered_capital"] = int(economy.capital_wan[index] * 10_000)
        facts["paid_in_capital"] = int(economy.paid_in_wan[index] * 10_000)
    if economy.above_scale[index]:
        facts["statistics_region"] = district
        facts["entered_statistics_on"] = str(np.datetime64(int(economy.entered[index]), "D"))
    return facts


def _yearly(values: Ints, years: tuple[int, ...], *, scale: int = 1) -> dict[str, Any]:
    return {str(year): _plain(int(value), scale) for year, value in zip(years, values.tolist(), strict=True) if value >= 0}


def _plain(value: int, scale: int) -> int | float:
    return value if scale == 1 else value // scale if value % scale == 0 else value / scale


def _growth(values: dict[str, Any]) -> dict[str, float]:
    """Year on year, where the year before is known and above zero; floored to eight decimals."""
    known = {int(year): Decimal(str(value)) for year, value in values.items()}
    return {str(y): float(round(known[y] / known[y - 1] - 1, 8)) for y in known if known.get(y - 1, Decimal(0)) > 0}


def _figures(city: City, facts: list[dict[str, Any]]) -> None:
    economy, years = city.economy, city.scope.years
    tables: tuple[tuple[str, Ints, tuple[int, ...]], ...] = (
        ("revenue", economy.revenue, years), ("total_assets", economy.assets, years), ("tax_paid", economy.tax, years),
        ("export_value", economy.exports, years[1:]), ("import_value", economy.imports, years[1:]), ("loan_amount", economy.loan, years[2:]),
        ("financing_raised", economy.raised, years[2:]), ("financing_provided", economy.provided, years[2:]),
        ("foreign_capital_used", economy.foreign, years[2:]), ("outbound_investment", economy.outbound, years[2:]),
        ("trade_value", np.where(economy.exports >= 0, economy.exports + economy.imports, -1), years[1:]),
        ("local_contribution", np.where(economy.local[:, 2:] >= 20 * 10**6, economy.local[:, 2:], -1), years[2:]),
    )  # fmt: skip
    for index, known in enumerate(facts):
        for name, values, span in tables:
            _keep(known, name, _yearly(values[index], span, scale=100))
        lived = city.economy.exists[index].tolist()
        main = np.where(economy.revenue[index] >= 0, np.round(economy.revenue[index] * economy.main_share[index]), -1).astype(
            np.int64
        )
        _keep(known, "main_business_revenue", _yearly(main, years, scale=100))
        _keep(
            known,
            "profit",
            {str(y): int(p) / 100 for y, p, there in zip(years, economy.profit[index], lived, strict=True) if there},
        )
        _keep(known, "employees", {str(y): int(h) for y, h, there in zip(years, economy.heads[index], lived, strict=True) if there})
        if (economy.rd[index] > 0).any():
            known["rd_expense"] = _yearly(economy.rd[index], years, scale=100)
            revenue = known["revenue"]
            known["rd_ratio"] = {y: round(v / revenue[y], 8) for y, v in known["rd_expense"].items() if revenue.get(y, 0) > 0}
        growth = (
            ("revenue", "revenue_growth"),
            ("tax_paid", "tax_paid_growth"),
            ("trade_value", "trade_growth"),
            ("rd_expense", "rd_expense_growth"),
        )
        for source, name in growth:
            _keep(known, name, _growth(known.get(source, {})))
        _size(known, str(years[3]))


def _keep(known: dict[str, Any], name: str, values: dict[str, Any]) -> None:
    if values:
        known[name] = values


def _size(known: dict[str, Any], year: str) -> None:
    figures = {
        name: Decimal(str(known[name][year])) for name in ("employees", "revenue", "total_assets") if year in known.get(name, {})
    }
    size = classify(
        known["industry"],
        employees=figures.get("employees"),
        revenue=figures.get("revenue"),
        total_assets=figures.get("total_assets"),
    )
    if size is not None:
        known["enterprise_size"] = size


def _employment(city: City, facts: list[dict[str, Any]]) -> None:
    economy, months = city.economy, [f"{month[:4]}-{month[4:]}" for month in city.scope.months]
    years = [str(year) for year in city.scope.years[2:]]
    employers = economy.insured.max(axis=1, initial=-1) > 0
    for index in np.flatnonzero(employers).tolist():
        known = facts[index]
        insured = economy.insured[index].tolist()
        known["insured_headcount"] = {m: v for m, v in zip(months, insured, strict=True) if v >= 0}
        known["unemployment_insured_headcount"] = {
            m: v for m, v in zip(months, economy.unemployment[index].tolist(), strict=True) if v >= 0
        }
        known["social_security_paid_up"] = not city.conduct.arrears[index]
        known["insured_months"] = int(economy.streak[index])
        rows: tuple[tuple[str, list[Any]], ...] = (
            ("new_hires", economy.new_hires[index].tolist()), ("graduate_hires", economy.graduates[index].tolist()),
            ("layoff_rate", np.round(economy.layoff[index] / 100, 4).tolist()), ("headcount_growth", np.round(economy.head_growth[index] / 100, 4).tolist()),
            ("unemployment_contribution", (economy.contribution[index] / 100).tolist()),
        )  # fmt: skip
        for name, values in rows:
            known[name] = dict(zip(years, values, strict=True))


def _events(grants: Grants, codes: Callable[[int], str]) -> list[tuple[int, dict[str, Any], np.datetime64]]:
    first = {"首次认定": True, "重新认定": False, "复核通过": False}
    return [
        (
            int(who),
            {"code": codes(place), "date": _iso(grants.granted[place]), "first": first.get(grants.kind[place])},
            grants.valid_to[place],
        )
        for place, who in enumerate(grants.who)
    ]


def _titles(city: City, facts: list[dict[str, Any]]) -> None:
    innovation, names = city.innovation, qualification_names()
    for known in facts:
        known |= {"qualifications": [], "qualification_granted": [], "awards": []}
    titles = innovation.titles
    found = _events(innovation.high_tech, lambda _: "high_tech_enterprise")
    found += _events(titles, lambda place: names[titles.title[place]] + _LEVEL[titles.level[place]])
    today = np.datetime64(city.scope.as_of, "D")
    for who, event, valid_to in found:
        facts[who]["qualification_granted"].append(event)
        if (np.isnat(valid_to) or valid_to >= today) and event["code"] not in facts[who]["qualifications"]:
            facts[who]["qualifications"].append(event["code"])
    for who, award, _ in innovation.awards:
        facts[who]["awards"].append(award)
    for who, themes in innovation.themes:
        facts[who]["industry_theme"] = themes
    for index in np.flatnonzero(innovation.applications[:, 0] >= 0).tolist():
        facts[index]["patent_applications"] = _yearly(innovation.applications[index], city.scope.years)
    living = city.identity.is_branch & city.identity.alive
    parents, number = np.unique(city.identity.parent[living], return_counts=True)
    for who, count in zip(parents.tolist(), number.tolist(), strict=True):
        facts[who]["branches"] = count


def _stands(entries: Listing) -> set[int]:
    return set(entries.who[np.isnat(entries.until)].tolist())


def _dates(who: Ints, when: Days) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for index, day in zip(who.tolist(), when, strict=True):
        found.setdefault(index, []).append({"code": None, "date": _iso(day), "first": None})
    return found


def _conduct(city: City, facts: list[dict[str, Any]]) -> None:
    conduct, years = city.conduct, [str(year) for year in city.scope.years]
    lists = (
        ("abnormal_operation", conduct.abnormal),
        ("serious_violation", conduct.serious),
        ("dishonest_debtor", conduct.dishonest),
    )
    events = (("penalties", conduct.penalties), ("safety_accidents", conduct.accidents), ("environment_violations", conduct.environment),
              ("quality_accidents", conduct.quality), ("tax_violations", conduct.tax_cases))  # fmt: skip
    standing = {name: _stands(entries) for name, entries in lists}
    dated = {name: _dates(entries.who, entries.since) for name, entries in events}
    for index, known in enumerate(facts):
        known |= {name: index in members for name, members in standing.items()}
        known |= {name: found.get(index, []) for name, found in dated.items()}
        known["received_benefits"] = []
        grades = {y: g for y, g, there in zip(years, conduct.tax_grades[index], city.economy.exists[index], strict=True) if there}
        _keep(known, "tax_credit_grade", grades)
        if conduct.credit_level[index]:
            known["good_credit"] = conduct.credit_level[index] in ("A", "B")
    paid = conduct.payments
    for place, who in enumerate(paid.who.tolist()):
        for code in (_PAID_LEVEL[paid.level[place]], paid.item[place]):
            facts[who]["received_benefits"].append({"code": code, "date": _iso(paid.paid[place]), "first": None})


def _declared(city: City, facts: list[dict[str, Any]]) -> None:
    year = str(city.scope.years[3])
    for who, values in city.declarations:
        known = facts[who]
        for key, value in values.items():
            if key in _DECLARED:
                name, unit = _DECLARED[key]
                known[name] = {year: round(value * unit, 2)}
            elif key in _DECLARED_NOW:
                name, unit = _DECLARED_NOW[key]
                known[name] = round(value * unit, 2)
        known["independent_accounting"], known["financial_system_sound"] = (
            values["独立核算"] == "是",
            values["财务制度健全"] == "是",
        )
        if "研发人员占比" in values:
            known["rd_staff_ratio"] = {year: round(values["研发人员占比"] / 100, 4)}
