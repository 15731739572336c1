"""Bodies named side by side of which the facts know only some (商贸流通企业、品牌商): the trade of one is no condition of the others."""

from __future__ import annotations

import re

from policies.extract.leaf import Found

_TRADES = {"industry", "industry_theme"}
_BODY = (
    r"(?:企业|机构|公司|平台|园区|中心|协会|商会|院校|高校|院所|医院|学校|工作室|团队|单位|网点|基地|"
    r"(?:品牌|服务|供应|运营|经销|开发|承包|集成|贸易|批发|零售|代理|渠道|制造)商|(?:设计|研究|剧|画|书|影)院|典当行|事务所|商户|银行|门店|酒店|民宿|景区|媒体)"
)
_JOIN = r"(?:、|，?以及|或者|[和及与或])"
_OWN = r"[^，；。、的和及与或()为由对]"
_NEXT = re.compile(
    rf"(?:企业|公司|机构|单位)?(?<=企业|公司|机构|单位)(?:\([^()]{{1,20}}\))?{_JOIN}(?P<other>{_OWN}{{0,10}}?{_BODY})"
    rf"(?:{_JOIN}{_OWN}{{0,10}}{_BODY}){{0,4}}(?:等(?:单位|机构|主体)?)?(?=[^，；。、的等和及与或为()：])(?!法人|项目|平台|公司|企业|机构|中心|单位|协会|组织|合作社|(?:运营|管理|建设|服务|开发|经营)(?:单位|企业|机构|公司|主体|商))"
)
_PLAIN = re.compile(
    r"(?:相关|有关|其他|其它|各类|所属|下属|上述|该|其|等|同类|关联|配套|上下游|重点|骨干|龙头|优质|本地|境外|国外|合作|成员|个体|社会|经济|服务|事业|用人|法人|申报|参与|企业|[省市区县国]级?)*(?:企业|机构|公司|平台|组织|单位|团队|园区|基地|中心)"
)
"""和相关机构, 或其他单位: who is named with nothing of his own narrows and widens nothing."""


def without_mixed(text: str, end: int, typed: list[Found]) -> list[Found]:
    """The typed leaves without the trades of bodies beside which stands one that no fact knows: 商贸流通企业、品牌商开展直播 is told whole instead."""
    return [f for f in typed if not _is_mixed(text, end, f, typed)]


def _is_mixed(text: str, end: int, f: Found, typed: list[Found]) -> bool:
    """Whether a trade is that of the first of several bodies that all do something, and the next one is not typed."""
    if f.node["fact"] not in _TRADES or f.node["op"] not in ("within", "has_any"):
        return False
    hit = _NEXT.match(text, f.end, end)
    if hit is None or _PLAIN.fullmatch(hit["other"]) is not None:
        return False
    return not any(g.start < hit.end("other") and hit.start("other") < g.end for g in typed)
