"""The departments' clean extracts: the city's truth written in each layout's columns, before the mess is planted."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from data_samples import extracts_lists as lists
from data_samples.conduct import Conduct
from data_samples.economy import Economy
from data_samples.formats import blank, fixed, wan, written_days, yuan
from data_samples.identity import Identity, district_names, industries
from data_samples.innovation import Innovation
from data_samples.layouts import Layout, layout
from data_samples.params import Bools, Days, Ints, Objects, Scope, day, population
from data_samples.sheet import Sheet


@dataclass(frozen=True, slots=True)
class City:
    """All that is true of the sample city."""

    scope: Scope
    identity: Identity
    economy: Economy
    innovation: Innovation
    conduct: Conduct
    declarations: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def extracts(city: City) -> list[Sheet]:
    """One sheet for each layout, in the layouts' order."""
    return [
        _market_entities(city), _name_changes(city), _moves(city), _branches(city), lists.abnormal(city.scope, city.identity, city.conduct),
        _taxpayers(city), _tax_returns(city), _tax_paid(city), _tax_grades(city),
        lists.tax_cases(city.scope, city.identity, city.conduct), _insured(city), _employers(city), _employment(city),
        _above_scale(city), _micro_data(city), *lists.innovation_sheets(city.scope, city.identity, city.innovation),
        *lists.credit_sheets(city.scope, city.identity, city.conduct), _trade(city), _outbound(city),
        lists.payments(city.scope, city.identity, city.conduct), _local(city), _funds(city), _foreign(city),
        lists.declared(city.scope, city.identity, city.declarations),
    ]  # fmt: skip


def _sheet(path: str, who: Ints, values: dict[str, Objects]) -> Sheet:
    return Sheet(layout(path), values, who)


def _recent(city: City, size: int, part: str) -> Objects:
    """Days of recording within the last three weeks, ISO."""
    rng = city.scope.rng("recorded " + part)
    return written_days(day(city.scope.as_of) - rng.integers(2, 22, size).astype("timedelta64[D]"), "YYYY-MM-DD")


def _market_entities(city: City) -> Sheet:
    identity, economy, rng = city.identity, city.economy, city.scope.rng("registry")
    count, missing = len(identity), population()["missing"]
    everyone = np.arange(count)
    small = np.where(economy.heads[:, 3] >= 50, 0.25, 1.06)
    foreign = rng.random(count) < population()["capital"]["foreign_currency"]
    names = district_names()
    reg_cap = blank(fixed((economy.capital_wan * 10**6).astype(np.int64), 6), rng.random(count) < missing["reg_capital"] * small)
    known_paid = (rng.random(count) >= missing["paid_in"] * np.where(economy.heads[:, 3] >= 50, 0.5, 1.03)) & ~identity.is_branch
    parent = blank(identity.uscc[identity.parent], identity.parent < 0)
    return _sheet("registry/市场主体信息.csv", everyone, {
        "UNISCID": identity.uscc.copy(),
        "REGNO": blank(identity.reg_no, identity.reg_no == ""),
        "ENTNAME": identity.name.copy(),
        "ENTTYPE": blank(_entity_types(city), rng.random(count) < missing["ent_type"] * small),
        "ESTDATE": written_days(identity.established, "YYYY-MM-DD"),
        "REGCAP": blank(reg_cap, identity.is_branch),
        "REGCAPCUR": np.where(foreign, "美元", "人民币"),
        "RECCAP": fixed((economy.paid_in_wan * 10**6).astype(np.int64), 6, known=known_paid),
        "DOM": _addresses(city, rng),
        "DOMDISTRICT": identity.written_district.astype(str).astype(object),
        "INDUSTRYCO": _industry_codes(identity, rng),
        "OPSCOPE": _scopes(identity, rng),
        "REGSTATE": identity.status.copy(),
        "APPRDATE": written_days(identity.approved, "YYYY-MM-DD"),
        "REGORG": np.array([f"{population()['region']['city_name']}{names[code]}市场监督管理局" for code in identity.district.tolist()], dtype=object),
        "PARENTID": parent,
        "LEREP": np.array(list("陈李黄张梁林刘吴罗杨周冯邓何曾郭"), dtype=object)[rng.integers(16, size=count)] + "某某",
        "S_EXT_DATATIME": _recent(city, count, "registry"),
    })  # fmt: skip


def _entity_types(city: City) -> Objects:
    """Type codes; listed joint-stock companies carry the code of the listed."""
    listed = (city.innovation.board != "") & ~np.isin(city.innovation.board, ("新三板", "区域性股权市场"))
    codes = city.identity.type_code.copy()
    codes[listed & np.isin(codes, ("1130", "1222"))] = "1212"
    codes[listed & np.isin(codes, ("1140", "1110"))] = "1213"
    return codes


def _addresses(city: City, rng: np.random.Generator) -> Objects:
    region, names = population()["region"], district_names()
    streets = region["streets"]
    street, number = rng.integers(len(streets), size=len(city.identity)), rng.integers(1, 900, len(city.identity))
    zone = rng.random(len(city.identity)) < 0.06
    return np.array(
        [
            f"{region['city_name']}{'高新技术产业开发区' if in_zone and code == 440112 else names[code]}{streets[s]}{n}号"
            for code, s, n, in_zone in zip(
                city.identity.district.tolist(), street.tolist(), number.tolist(), zone.tolist(), strict=True
            )
        ],
        dtype=object,
    )


def _industry_codes(identity: Identity, rng: np.random.Generator) -> Objects:
    """Four digits; some with the section letter, some short, some as a name, some blank."""
    missing, rows = population()["missing"], industries()
    codes = identity.code4
    letters = np.array([row["group"][0] if row["group"] != "L" else "L" for row in rows], dtype=object)[identity.industry]
    draw = rng.random(len(codes))
    first = missing["industry_blank"]
    second = first + missing["industry_short"]
    third = second + missing["industry_name"] * 0.4
    short = np.array([code[:3] if place % 2 else code[:2] for place, code in enumerate(codes)], dtype=object)
    names = np.array([row["name"] for row in rows], dtype=object)[identity.industry]
    written = np.where(draw > 0.9, letters + codes, codes)
    return blank(np.where(draw < second, short, np.where(draw < third, names, written)), draw < first)


def _scopes(identity: Identity, rng: np.random.Generator) -> Objects:
    tails = np.array(["", ";信息咨询服务", ";货物进出口", ";技术服务", ";物业管理", ";会议及展览服务"], dtype=object)
    base = np.array([row["scope"] for row in industries()], dtype=object)[identity.industry]
    ends = np.where(identity.is_branch, ";隶属企业授权的业务", "").astype(object)
    return np.asarray(base + tails[rng.integers(len(tails), size=len(base))] + ends)


def _name_changes(city: City) -> Sheet:
    who = np.flatnonzero(city.identity.former != "")
    return _sheet("registry/名称变更信息.csv", who, {
        "UNISCID": city.identity.uscc[who],
        "NAME_BEFORE": city.identity.former[who],
        "NAME_AFTER": city.identity.name[who],
        "ALTDATE": written_days(city.identity.renamed_on[who], "YYYY/M/D"),
        "S_EXT_DATATIME": _after(city, city.identity.renamed_on[who], 3),
    })  # fmt: skip


def _after(city: City, days: Days, lag: int, form: str = "YYYY-MM-DD") -> Objects:
    """Recorded `lag` days after, and before the as-of date."""
    return written_days(np.minimum(days + np.timedelta64(lag, "D"), day(city.scope.before(1))), form)


def _moves(city: City) -> Sheet:
    who = np.flatnonzero(~np.isnat(city.identity.moved_in))
    origins = np.array(["广东省佛山市", "广东省东莞市", "广东省深圳市", "湖南省长沙市", "广西壮族自治区南宁市"], dtype=object)
    return _sheet("registry/迁入登记信息.csv", who, {
        "UNISCID": city.identity.uscc[who],
        "ENTNAME": city.identity.name[who],
        "MOVEFROM": origins[city.scope.rng("moves").integers(5, size=len(who))],
        "MOVEINDATE": written_days(city.identity.moved_in[who], "YYYY/M/D"),
        "S_EXT_DATATIME": _after(city, city.identity.moved_in[who], 5),
    })  # fmt: skip


def _branches(city: City) -> Sheet:
    living = city.identity.is_branch & city.identity.alive
    who, number = np.unique(city.identity.parent[living], return_counts=True)
    return _sheet("registry/分支机构信息.csv", who, {
        "UNISCID": city.identity.uscc[who],
        "ENTNAME": city.identity.name[who],
        "BRNUM": number.astype(str).astype(object),
        "S_EXT_DATATIME": _recent(city, len(who), "branches"),
    })  # fmt: skip


def _taxpayers(city: City) -> Sheet:
    identity, rng = city.identity, city.scope.rng("taxpayers")
    who = np.flatnonzero(city.economy.exists[:, 1:].any(axis=1) | identity.alive)
    state = np.where(np.isin(identity.status, ("X",)), "07", np.where(city.conduct.irregular_taxpayer, "05", "03"))[who]
    names = district_names()
    office = np.array([f"国家税务总局广州市{names[code]}税务局" for code in identity.district[who].tolist()], dtype=object)
    return _sheet("tax/纳税人登记信息.csv", who, {
        "NSRSBH": identity.uscc[who],
        "NSRMC": identity.name[who],
        "SHXYDM": blank(identity.uscc[who], rng.random(len(who)) < 0.03),
        "NSRZT_DM": state.astype(object),
        "ZZSNSRLX": np.where(city.economy.general_taxpayer[who], "1", "2").astype(object),
        "HY_DM": identity.code4[who],
        "DJRQ": written_days(identity.established[who] + np.timedelta64(20, "D"), "YYYYMMDD"),
        "XZQH_DM": identity.district[who].astype(str).astype(object),
        "SWJG_MC": office,
        "LRRQ": np.array([text.replace("-", "") for text in _recent(city, len(who), "taxpayers")], dtype=object),
    })  # fmt: skip


def _yearly(city: City, filed: Bools) -> tuple[Ints, Ints, Objects]:
    """Entities and year places of the true cells of `filed` (entities, 4), row by row, and the years as text."""
    who, place = np.nonzero(filed)
    return who, place, np.array([str(year) for year in city.scope.years], dtype=object)[place]


def _in_next_year(rng: np.random.Generator, city: City, place: Ints, *, first: tuple[int, int], span: int) -> Days:
    """A day in the year after, from `first` (month, day) over `span` days."""
    starts = np.array([day(date(year + 1, *first)) for year in city.scope.years])
    when = starts[place] + rng.integers(0, span, len(place)).astype("timedelta64[D]")
    return np.asarray(np.minimum(when, day(city.scope.before(1))))


def _tax_returns(city: City) -> Sheet:
    economy, rng, missing = city.economy, city.scope.rng("returns"), population()["missing"]
    small = np.where(economy.heads[:, 3] >= 20, 0.12, 1.1)[:, None]
    filed = (
        economy.exists & (rng.random(economy.exists.shape) >= missing["annual_return"] * small) & ~city.identity.is_branch[:, None]
    )
    who, place, years = _yearly(city, filed)
    rd = economy.rd[who, place]
    declared_on = _in_next_year(rng, city, place, first=(3, 1), span=90)
    main = np.round(economy.revenue[who, place] * economy.main_share[who]).astype(np.int64)
    return _sheet("tax/企业所得税年度申报.csv", who, {
        "NSRSBH": city.identity.uscc[who],
        "NSRMC": city.identity.name[who],
        "SSND": years,
        "YYSR": yuan(economy.revenue[who, place]),
        "ZYYWSR": yuan(main),
        "LRZE": yuan(economy.profit[who, place], known=np.ones(len(who), dtype=bool)),
        "ZCZE": yuan(economy.assets[who, place]),
        "YFFY": yuan(rd, known=(rd > 0) | ((rd == 0) & (rng.random(economy.rd.shape[0]) >= missing["rd_expense"])[who])),
        "CYRS": economy.heads[who, place].astype(str).astype(object),
        "SBRQ": written_days(declared_on, "YYYYMMDD"),
        "LRRQ": _after(city, declared_on, 4, "YYYYMMDD"),
    })  # fmt: skip


def _tax_paid(city: City) -> Sheet:
    who, place, years = _yearly(city, city.economy.exists)
    paid = city.economy.tax[who, place]
    recorded = _in_next_year(city.scope.rng("tax paid"), city, place, first=(1, 20), span=20)
    return _sheet("tax/税款入库年度汇总.csv", who, {
        "NSRSBH": city.identity.uscc[who],
        "NSRMC": city.identity.name[who],
        "SSND": years,
        "SJJE": yuan(paid),
        "LRRQ": written_days(recorded, "YYYYMMDD"),
    })  # fmt: skip


def _tax_grades(city: City) -> Sheet:
    shown = (
        city.economy.exists & ~city.identity.is_branch[:, None] & (city.scope.rng("graded").random((len(city.identity), 1)) < 0.95)
    )
    who, place, years = _yearly(city, shown)
    when = _in_next_year(city.scope.rng("grades"), city, place, first=(4, 10), span=15)
    return _sheet("tax/纳税信用等级信息.csv", who, {
        "uni_social_crd_cd": city.identity.uscc[who],
        "tax_nm": city.identity.name[who],
        "evalua_year": years,
        "tax_credit_level": city.conduct.tax_grades[who, place],
        "evalua_dt": written_days(when, "YYYY-MM-DD 00:00:00"),
        "etl_dt": _after(city, when, 6),
    })  # fmt: skip


def _insured(city: City) -> Sheet:
    params, rng = population(), city.scope.rng("insured")
    insured, months = city.economy.insured, city.scope.months
    reported = (
        (insured >= 0) & (insured.max(axis=1, initial=-1) > 0)[:, None] & (rng.random(insured.shape) >= params["missing"]["month"])
    )
    late = rng.random(len(insured)) < params["social_security"]["late_share"]
    behind = rng.integers(1, 3, len(insured))
    reported &= ~(late[:, None] & (np.arange(len(months))[None, :] >= len(months) - behind[:, None]))
    who, place = np.nonzero(reported)
    first = np.array([np.datetime64(f"{m[:4]}-{m[4:]}", "M").astype("datetime64[D]") for m in months])
    recorded = np.minimum(first[place] + np.timedelta64(42, "D"), day(city.scope.before(1)))
    return _sheet("social_security/企业社保参保人数信息.parquet", who, {
        "uni_social_crd_cd": city.identity.uscc[who],
        "corp_id": _unit_numbers(city)[who],
        "corp_nm": city.identity.name[who],
        "rece_ym": np.array(months, dtype=object)[place],
        "mon_insurd_prsons": insured[who, place].astype(object),
        "unemploy_num": city.economy.unemployment[who, place].astype(object),
        "etl_dt": written_days(recorded, "YYYY-MM-DD"),
    })  # fmt: skip


def _unit_numbers(city: City) -> Objects:
    return (44010000000 + np.arange(len(city.identity)) * 7 + 13).astype(str).astype(object)


def _employers(city: City) -> Sheet:
    who = np.flatnonzero(city.economy.insured.max(axis=1, initial=-1) > 0)
    months = city.economy.streak[who]
    recent = np.array([text.replace("-", "") for text in _recent(city, len(who), "employers")], dtype=object)
    return _sheet("social_security/单位参保缴费信息.csv", who, {
        "AAB003": city.identity.uscc[who],
        "AAB001": _unit_numbers(city)[who],
        "AAB004": city.identity.name[who],
        "LXJFYS": months.astype(str).astype(object),
        "QFBZ": np.where(city.conduct.arrears[who], "1", "0").astype(object),
        "AAE036": recent,
        "ETLSJ": recent.copy(),
    })  # fmt: skip


def _employment(city: City) -> Sheet:
    economy = city.economy
    shown = economy.exists[:, 2:] & (economy.insured.max(axis=1, initial=-1) > 0)[:, None]
    who, place = np.nonzero(shown)
    years = np.array([str(year) for year in city.scope.years[2:]], dtype=object)[place]
    recorded = _in_next_year(city.scope.rng("employment"), city, place + 2, first=(2, 5), span=30)
    return _sheet("social_security/就业年度统计.csv", who, {
        "AAB003": city.identity.uscc[who],
        "AAB004": city.identity.name[who],
        "AAE001": years,
        "XZYRS": economy.new_hires[who, place].astype(str).astype(object),
        "GXBYSRS": economy.graduates[who, place].astype(str).astype(object),
        "CYL": fixed(np.round(economy.layoff[who, place] * 100).astype(np.int64), 2),
        "YGRSZS": fixed(np.round(economy.head_growth[who, place] * 100).astype(np.int64), 2),
        "SYBXJFE": yuan(economy.contribution[who, place]),
        "ETLSJ": written_days(recorded, "YYYYMMDD"),
    })  # fmt: skip


_TRADES = {"C": "工业", "F51": "批发业", "F52": "零售业", "H": "住宿餐饮业", "E": "建筑业"}


def _above_scale(city: City) -> Sheet:
    who = np.flatnonzero(city.economy.above_scale)
    return _sheet("statistics/规模以上企业在库名录.csv", who, {
        "统一社会信用代码": city.identity.uscc[who],
        "单位详细名称": city.identity.name[who],
        "专业类别": np.array([_TRADES.get(key, "服务业") for key in city.identity.group[who]], dtype=object),
        "首次纳统时间": written_days(city.economy.entered[who].astype("datetime64[D]"), "YYYY年M月D日"),
        "统计所在地区划": city.identity.district[who].astype(str).astype(object),
        "名录更新日期": np.full(len(who), city.scope.before(18).isoformat(), dtype=object),
    })  # fmt: skip


def _micro_data(city: City) -> Sheet:
    who = np.flatnonzero(city.economy.above_scale & (city.identity.group == "C"))[:5]
    return _sheet("statistics/联网直报单位年报.csv", who, {
        "统一社会信用代码": city.identity.uscc[who],
        "单位详细名称": city.identity.name[who],
        "年份": np.full(len(who), str(city.scope.years[3]), dtype=object),
        "工业总产值": (city.economy.revenue[who, 3] // 100_000).astype(str).astype(object),
    })  # fmt: skip


def _trade(city: City) -> Sheet:
    exports, imports = city.economy.exports, city.economy.imports
    who, place = np.nonzero(exports >= 0)
    out, into = exports[who, place] // 100 * 100, imports[who, place] // 100 * 100
    recorded = _in_next_year(city.scope.rng("trade"), city, place + 1, first=(1, 25), span=10)
    return _sheet("customs/企业进出口年度统计.csv", who, {
        "海关注册编码": (4401960000 + who).astype(str).astype(object),
        "企业名称": city.identity.name[who],
        "统一社会信用代码": city.identity.uscc[who],
        "年份": np.array([str(year) for year in city.scope.years[1:]], dtype=object)[place],
        "出口额": wan(out),
        "进口额": wan(into),
        "进出口额": wan(out + into),
        "提供日期": written_days(recorded, "YYYY-MM-DD"),
    })  # fmt: skip


def _amounts(city: City, path: str, columns: dict[str, Ints], recorded: str, *, decimals: int = 4) -> Sheet:
    """Sheets with a row for an entity and one of the last two years, with the names 企业名称 and 年度 or 年份."""
    who, place = np.nonzero(np.maximum.reduce(list(columns.values())) >= 0)
    form: Layout = layout(path)
    year = "年度" if "年度" in form.names else "年份"
    when = _in_next_year(city.scope.rng(path), city, place + 2, first=(2, 15), span=30)
    return _sheet(path, who, {
        "统一社会信用代码": city.identity.uscc[who],
        "企业名称": city.identity.name[who],
        year: np.array([str(value) for value in city.scope.years[2:]], dtype=object)[place],
        **{name: wan(values[who, place], decimals=decimals) for name, values in columns.items()},
        recorded: written_days(when, "YYYY-MM-DD"),
    })  # fmt: skip


def _outbound(city: City) -> Sheet:
    return _amounts(city, "customs/境外投资年度统计.csv", {"境外投资额": city.economy.outbound}, "提供日期")


def _local(city: City) -> Sheet:
    local = city.economy.local[:, 2:]
    return _amounts(city, "finance/地方财力贡献.xlsx", {"地方财力贡献": np.where(local >= 20 * 10**6, local, -1)}, "测算日期")


def _funds(city: City) -> Sheet:
    economy = city.economy
    return _amounts(
        city, "finance/企业融资信息.csv",
        {"贷款金额": economy.loan, "直接融资额": economy.raised, "提供融资额": economy.provided}, "更新日期",
    )  # fmt: skip


def _foreign(city: City) -> Sheet:
    return _amounts(city, "finance/实际使用外资信息.csv", {"实际使用外资": city.economy.foreign}, "更新日期")
