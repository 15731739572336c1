"""The clean extracts that are lists: credit lists, titles, awards, payments, declarations."""

from typing import Any

import numpy as np

from data_samples.conduct import Conduct, Listing
from data_samples.formats import blank, written_days, yuan
from data_samples.identity import Identity
from data_samples.innovation import Grants, Innovation
from data_samples.layouts import layout
from data_samples.params import Days, Ints, Objects, Scope, day
from data_samples.sheet import Sheet

_REASONS = ("未按规定公示年度报告", "通过登记的住所或者经营场所无法联系", "未按规定公示即时信息")


def _after(scope: Scope, days: Days, lag: int, form: str = "YYYY-MM-DD") -> Objects:
    """Recorded `lag` days after, and before the as-of date; NaT counts as long ago."""
    return written_days(np.minimum(days + np.timedelta64(lag, "D"), day(scope.before(1))), form)


def _same(text: str, size: int) -> Objects:
    return np.full(size, text, dtype=object)


def _texts(scope: Scope, part: str, choices: tuple[str, ...], size: int) -> Objects:
    return np.array(choices, dtype=object)[scope.rng(part).integers(len(choices), size=size)]


def _base(identity: Identity, who: Ints) -> dict[str, Objects]:
    return {"uni_social_crd_cd": identity.uscc[who], "comp_nm": identity.name[who]}


def _old_numbers(identity: Identity, who: Ints) -> Objects:
    return blank(identity.reg_no[who], identity.reg_no[who] == "")


def abnormal(scope: Scope, identity: Identity, conduct: Conduct) -> Sheet:
    """经营异常名录信息."""
    entries, form = conduct.abnormal, "YYYY-MM-DD 00:00:00"
    return Sheet(layout("registry/经营异常名录信息.csv"), {
        **_base(identity, entries.who),
        "reg_no": _old_numbers(identity, entries.who),
        "inclu_dt": written_days(entries.since, form),
        "inclu_reason": _texts(scope, "abnormal", _REASONS, len(entries.who)),
        "remove_dt": written_days(entries.until, form),
        "remexcpres_cn": blank(_same("列入的情形消失", len(entries.who)), np.isnat(entries.until)),
        "decorg_cn": _same("广州市市场监督管理局", len(entries.who)),
        "etl_dt": _after(scope, np.where(np.isnat(entries.until), entries.since, entries.until), 4),
    }, entries.who.copy())  # fmt: skip


def tax_cases(scope: Scope, identity: Identity, conduct: Conduct) -> Sheet:
    """重大税收违法案件信息."""
    entries = conduct.tax_cases
    return Sheet(layout("tax/重大税收违法案件信息.csv"), {
        "tax_no": identity.uscc[entries.who],
        "tax_nm": identity.name[entries.who],
        "case_nature": _texts(scope, "tax cases", ("偷税", "虚开增值税专用发票", "骗取出口退税"), len(entries.who)),
        "punish_date": written_days(entries.since, "YYYY-MM-DD"),
        "etl_dt": _after(scope, entries.since, 9),
    }, entries.who.copy())  # fmt: skip


def credit_sheets(scope: Scope, identity: Identity, conduct: Conduct) -> list[Sheet]:
    """The seven files of the credit folder."""
    return [
        _dishonest(scope, identity, conduct.dishonest), _serious(scope, identity, conduct.serious), _levels(scope, identity, conduct),
        _penalties(scope, identity, conduct.penalties),
        _events(scope, identity, conduct.accidents, ("credit/安全生产事故信息.csv", "acc_dt", "acc_level", ("一般事故", "较大事故"))),
        _events(scope, identity, conduct.environment, ("credit/环境违法信息.csv", "case_dt", "case_desc", ("超标排放水污染物", "未批先建", "擅自倾倒工业固体废物"))),
        _events(scope, identity, conduct.quality, ("credit/质量事故信息.csv", "acc_dt", "acc_desc", ("产品存在重大质量缺陷", "工程质量事故"))),
    ]  # fmt: skip


def _dishonest(scope: Scope, identity: Identity, entries: Listing) -> Sheet:
    form, size = "YYYY-MM-DD 00:00:00", len(entries.who)
    years = entries.since.astype("datetime64[Y]").astype(np.int64) + 1970
    numbers = [f"({year})粤01执{5000 + place * 3}号" for place, year in enumerate(years.tolist())]
    return Sheet(layout("credit/失信被执行人信息.csv"), {
        "executed_nm": identity.name[entries.who],
        "uni_social_crd_cd": identity.uscc[entries.who],
        "case_no": np.array(numbers, dtype=object).reshape(size),
        "fil_dt": written_days(entries.since - np.timedelta64(60, "D"), form),
        "publish_dt": written_days(entries.since, form),
        "exit_dt": written_days(entries.until, form),
        "etl_dt": _after(scope, np.where(np.isnat(entries.until), entries.since, entries.until), 3),
    }, entries.who.copy())  # fmt: skip


def _serious(scope: Scope, identity: Identity, entries: Listing) -> Sheet:
    return Sheet(layout("credit/严重违法失信企业名单信息.csv"), {
        **_base(identity, entries.who),
        "reg_no": _old_numbers(identity, entries.who),
        "abn_tm": written_days(entries.since, "YYYY-M-D"),
        "serill_rea": _same("被列入经营异常名录届满3年仍未履行相关义务", len(entries.who)),
        "rem_dt": written_days(entries.until, "YYYY-M-D"),
        "etl_dt": _after(scope, np.where(np.isnat(entries.until), entries.since, entries.until), 5),
    }, entries.who.copy())  # fmt: skip


def _levels(scope: Scope, identity: Identity, conduct: Conduct) -> Sheet:
    who = np.flatnonzero((conduct.credit_level != "") & ~np.isin(identity.status, ("X",)))
    rated = day(scope.before(60)) + scope.rng("levels").integers(0, 25, len(who)).astype("timedelta64[D]")
    return Sheet(layout("credit/公共信用综合评价.csv"), {
        **_base(identity, who),
        "credit_level": conduct.credit_level[who],
        "evalua_dt": written_days(rated, "YYYY-MM-DD"),
        "etl_dt": _after(scope, rated, 5),
    }, who)  # fmt: skip


def _penalties(scope: Scope, identity: Identity, entries: Listing) -> Sheet:
    reasons = ("未按规定办理变更登记", "发布违法广告", "消防设施不符合标准", "产品标签不合格", "违反劳动用工规定", "未按期申报纳税")
    years = entries.since.astype("datetime64[Y]").astype(np.int64) + 1970
    numbers = [f"穗执罚〔{year}〕{1000 + place}号" for place, year in enumerate(years.tolist())]
    return Sheet(layout("credit/行政处罚信息.csv"), {
        "administrative_cp_cert_code": identity.uscc[entries.who],
        "administrative_cp_name": identity.name[entries.who],
        "admin_punish_doc": np.array(numbers, dtype=object),
        "punish_rea": _texts(scope, "penalties", reasons, len(entries.who)),
        "punish_dt": written_days(entries.since, "YYYY/M/D"),
        "cd_time": _after(scope, entries.since, 7),
    }, entries.who.copy())  # fmt: skip


def _events(scope: Scope, identity: Identity, entries: Listing, form: tuple[str, str, str, tuple[str, ...]]) -> Sheet:
    path, when, what, choices = form
    return Sheet(layout(path), {
        **_base(identity, entries.who),
        when: written_days(entries.since, "YYYY-MM-DD"),
        what: _texts(scope, path, choices, len(entries.who)),
        "etl_dt": _after(scope, entries.since, 9),
    }, entries.who.copy())  # fmt: skip


def innovation_sheets(scope: Scope, identity: Identity, innovation: Innovation) -> list[Sheet]:
    """The seven files of the qualifications folder and the two of ip."""
    return [
        _high_tech(scope, identity, innovation.high_tech), _titles(scope, identity, innovation.titles), _boards(scope, identity, innovation),
        _headquarters(scope, identity, innovation), _themes(scope, identity, innovation), _awards(scope, identity, innovation),
        _standards(scope, identity, innovation), _ip(scope, identity, innovation), _applications(scope, identity, innovation),
    ]  # fmt: skip


def _high_tech(scope: Scope, identity: Identity, grants: Grants) -> Sheet:
    years = grants.granted.astype("datetime64[Y]").astype(np.int64) + 1970
    numbers = [f"GR{year}4400{place:06d}" for place, year in enumerate(years.tolist(), start=1)]
    return Sheet(layout("qualifications/高新技术企业信息.csv"), {
        "hold_cert_cd": identity.uscc[grants.who],
        "comp_nm": identity.name[grants.who],
        "high_tech_doc": np.array(numbers, dtype=object),
        "issue_dt": written_days(grants.granted, "YYYY/M/D"),
        "valid_to": written_days(grants.valid_to, "YYYY/M/D"),
        "cogn_matter": blank(grants.kind, grants.kind == ""),
        "award_cert": _same("广东省科学技术厅", len(grants.who)),
        "etl_dt": _after(scope, grants.granted, 15),
    }, grants.who.copy())  # fmt: skip


def _titles(scope: Scope, identity: Identity, grants: Grants) -> Sheet:
    years = (grants.granted.astype("datetime64[Y]").astype(np.int64) + 1970).tolist()
    return Sheet(layout("qualifications/资质称号认定信息.csv"), {
        "统一社会信用代码": identity.uscc[grants.who],
        "企业名称": identity.name[grants.who],
        "资质名称": grants.title.copy(),
        "级别": blank(grants.level, grants.level == ""),
        "认定类型": blank(grants.kind, grants.kind == ""),
        "认定日期": written_days(grants.granted, "YYYY-MM-DD"),
        "有效期至": written_days(grants.valid_to, "YYYY-MM-DD"),
        "认定文号": np.array([f"认定公告〔{year}〕第{place % 60 + 1}号" for place, year in enumerate(years)], dtype=object),
        "更新日期": _after(scope, grants.granted, 12),
    }, grants.who.copy())  # fmt: skip


def _boards(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.flatnonzero(innovation.board != "")
    return Sheet(layout("qualifications/上市挂牌企业名单.xlsx"), {
        "序号": (np.arange(len(who)) + 1).astype(str).astype(object),
        "公司全称": identity.name[who],
        "统一社会信用代码": identity.uscc[who],
        "上市板块": innovation.board[who],
        "上市日期": written_days(innovation.listed_on[who], "Excel date"),
        "更新日期": _same(scope.before(12).isoformat(), len(who)),
    }, who)  # fmt: skip


def _headquarters(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.flatnonzero(innovation.headquarters > 0)
    return Sheet(layout("qualifications/总部企业认定名单.csv"), {
        "统一社会信用代码": identity.uscc[who],
        "企业名称": identity.name[who],
        "认定年度": innovation.headquarters[who].astype(str).astype(object),
        "更新日期": _same(scope.before(30).isoformat(), len(who)),
    }, who)  # fmt: skip


def _themes(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.array([index for index, _ in innovation.themes], dtype=np.int64)
    chains = np.empty(len(who), dtype=object)
    for place, (_, themes) in enumerate(innovation.themes):
        chains[place] = themes
    return Sheet(layout("qualifications/重点产业链企业名录.jsonl"), {
        "uscc": identity.uscc[who],
        "name": identity.name[who],
        "chains": chains,
        "updated": _same(scope.before(40).isoformat(), len(who)),
    }, who)  # fmt: skip


def _awards(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.array([index for index, _, _ in innovation.awards], dtype=np.int64)
    return Sheet(layout("qualifications/科技奖励和质量奖获奖名单.csv"), {
        "统一社会信用代码": identity.uscc[who],
        "企业名称": identity.name[who],
        "奖项": np.array([award for _, award, _ in innovation.awards], dtype=object),
        "获奖年度": np.array([str(year) for _, _, year in innovation.awards], dtype=object),
        "更新日期": _same(scope.before(90).isoformat(), len(who)),
    }, who)  # fmt: skip


def _standards(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.flatnonzero(innovation.standards > 0)
    return Sheet(layout("qualifications/主导制定标准信息.csv"), {
        "统一社会信用代码": identity.uscc[who],
        "企业名称": identity.name[who],
        "主导制定标准数": innovation.standards[who].astype(str).astype(object),
        "更新日期": _same(scope.before(45).isoformat(), len(who)),
    }, who)  # fmt: skip


def _ip(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who = np.flatnonzero(innovation.ip > 0)
    return Sheet(layout("ip/企业知识产权统计.csv"), {
        **_base(identity, who),
        "inv_patent_num": innovation.patents[who].astype(str).astype(object),
        "ip_total_num": innovation.ip[who].astype(str).astype(object),
        "count_dt": _same(scope.before(21).strftime("%Y%m%d"), len(who)),
        "etl_dt": _same(scope.before(18).isoformat(), len(who)),
    }, who)  # fmt: skip


def _applications(scope: Scope, identity: Identity, innovation: Innovation) -> Sheet:
    who, place = np.nonzero(innovation.applications >= 0)
    years = np.array(scope.years)[place]
    recorded = np.minimum(
        (years + 1 - 1970).astype("datetime64[Y]").astype("datetime64[D]") + np.timedelta64(40, "D"), day(scope.before(1))
    )
    return Sheet(layout("ip/专利申请年度统计.csv"), {
        **_base(identity, who),
        "app_year": years.astype(str).astype(object),
        "app_num": innovation.applications[who, place].astype(str).astype(object),
        "etl_dt": written_days(recorded, "YYYY-MM-DD"),
    }, who)  # fmt: skip


def payments(scope: Scope, identity: Identity, conduct: Conduct) -> Sheet:
    """财政奖补兑现信息."""
    paid = conduct.payments
    return Sheet(layout("finance/财政奖补兑现信息.csv"), {
        "统一社会信用代码": identity.uscc[paid.who],
        "收款单位": identity.name[paid.who],
        "政策文号": paid.document.copy(),
        "事项名称": paid.item.copy(),
        "资金层级": paid.level.copy(),
        "拨付金额": yuan(paid.fen),
        "拨付日期": written_days(paid.paid, "YYYYMMDD"),
        "入库日期": _after(scope, paid.paid, 6, "YYYYMMDD"),
    }, paid.who.copy())  # fmt: skip


def declared(scope: Scope, identity: Identity, declarations: list[tuple[int, dict[str, Any]]]) -> Sheet:
    """企业自主申报; a key that an enterprise did not declare is None and left out of its line."""
    form = layout("declared/企业自主申报.jsonl")
    who = np.array([index for index, _ in declarations], dtype=np.int64)
    columns: dict[str, Objects] = {name: np.full(len(who), None, dtype=object) for name in form.names}
    for place, (_, values) in enumerate(declarations):
        for name, value in values.items():
            columns[name][place] = value
    columns["统一社会信用代码"], columns["企业名称"] = identity.uscc[who], identity.name[who]
    columns["申报年度"] = np.full(len(who), scope.years[3], dtype=object)
    lag = scope.rng("declared on").integers(5, 200, len(who)).astype("timedelta64[D]")
    columns["申报日期"] = written_days(day(scope.as_of) - lag, "YYYY-MM-DD")
    return Sheet(form, columns, who)
