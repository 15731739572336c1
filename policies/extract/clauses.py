"""A condition cut into its clauses, and the stretches of a clause that typed leaves leave uncovered."""

from __future__ import annotations

import re

from policies.extract.leaf import Found
from policies.extract.mentions import Mentions
from policies.lexicon.sought import Sought

_SPLIT = Sought(r"[，；。]|(?<=[一-龥)%])(?:并且|且|而且)(?=[一-龥\d])")
_FINE = Sought(
    r"、(?=(?:具有|具备|拥有|取得|获得|与|服务|开展|实行|有|无|未|符合|建立|设有|年|上年|近[一二两三四五\d]个?[年月]|上一年|已|且|在|为|经|通过|完成|能|被|投资|建设|注册|固定资产|营业))|(?<=[一-龥]{2}的)、(?=[一-龥]{4})"
)


_BOUNDED = Sought(
    r"(?:以上|以下|以内|\d[%元人家件亩间张个名月年只户台天次场头吨辆册座处所]|[万亿]元|平方米|人次|立方米|美元)、(?=[一-龥][^，；。、\d]{1,15}\d)|"
    r"(?:以上|以下|以内)、(?=[一-龥]{2}[^，；。、]{4})"
)


_KINDS = {"industry_theme", "industry", "headquarters", "enterprise_size", "ownership"}
_ENTERS = re.compile(
    r"(?:^|[，；。：对凡])于?(?:[^，；。的]{0,6}?新(?:引进|设立|设|落户|注册|迁入|认定|办|建|入驻|增)|现有|原有|已?经?认定|已?落户|入驻|区内|县内|市内|本地|辖区内)?的?$|"
    r"(?:^|[，；。：对凡])于?(?![^，；。的]{0,8}(?:[为与向在由给帮]|服务|引[进入荐导]|招引|支持|鼓励|组织|带动|委托|收购|并购|对接|联合|推[动荐]|指导|辅导|培[育训]))[^，；。、的\d]{2,8}$"
)
_ACTS = re.compile(
    r"(?=在[我本全]?[市区县园省]|租[赁用]|购[买置]|自[建有购]|新[建购增招]|当年|首次|引进|实施|开展|建设|投资|缴纳|设立|入驻|聘用|招用|连续|增资|取得|获得|参[加与]|投保)"
)
"""新引进总部企业|在我区租赁办公用房, 商贸文旅中小企业|取得贷款: who acts, and what."""

_BRACKETS = re.compile("[(《)》]")


def chunks(text: str, start: int, end: int, typed: list[Found], *, fine: bool) -> list[tuple[int, int]]:
    """The comma clauses of a span; brackets and quotes are never cut open, typed spans neither."""
    cuts: list[tuple[int, int]] = []
    depth = 0
    hits = {h.start(): h.end() for h in _SPLIT.finditer(text, start, end)}
    hits.update({h.start(): h.end() for h in _FINE.finditer(text, start, end)})
    if fine:  # 客房不少于10间、床位不少于15张: two bounds
        hits.update({h.end() - 1: h.end() for h in _BOUNDED.finditer(text, start, end)})
    for f in typed if fine else ():
        if f.node["fact"] in _KINDS and _ACTS.match(text, f.end, end) and _ENTERS.search(text[max(start, f.start - 16) : f.start]):
            hits[f.end] = f.end
    for f in typed:
        if f.end < end and text[f.end : f.end + 1] == "、":
            hits[f.end] = f.end + 1
        if f.start > start and text[f.start - 1 : f.start] == "、":
            hits[f.start - 1] = f.start
    for index in sorted({*hits, *(b.start() for b in _BRACKETS.finditer(text, start, end))}):
        char = text[index]
        if char in "(《":
            depth += 1
        elif char in ")》":
            depth = max(0, depth - 1)
        if depth == 0 and index in hits and not any(f.start < index < f.end for f in typed):
            cuts.append((index, hits[index]))
    return outside(start, end, cuts)


_ASIDES = re.compile(
    r"(?<![^，；。])(?:[^，；。]{2,60}的(?:企业|单位|机构|项目)?，(?:[^，；。]{0,24}(?:连续|合并|累计)计算|按[^，；。]{2,24}计算|[^，；。]{0,16}视[为同][^，；。]{2,40}|[^，；。]{0,6}先[^，；。]{2,30}，再[^，；。]{2,30}|由[^，；。]{2,24}(?:统一|集中|代为|牵头|负责)(?:组织)?(?:申请|申报)[^，；。]{0,6}(?:，[^，；。]{0,10}资金[^，；。]{0,24})?)|"
    r"[^，；。]{2,24}(?:同等|同样|平等|一视同仁)(?:享受|适用|对待|纳入)[^，；。]{0,12}|[^，；。]{2,40}(?:原则上|均|可)视为[^，；。]{2,40}|[^，；。、]{0,20}(?:费用|投资额|总额)(?:主要)?包括[^，；。]{2,120}|"
    r"(?<![^，；。：)])[^，；。：的]{1,14}(?:金额|额|收入|费用?|投资|贡献|增速|增幅|面积|年度|时间|日期|税收|人数|口径|基数)，?(?:均|特)?(?:是指|系指|指(?![导引定标南]))[^；。]{4,240})(?=[；。]|$)"
)


def without_asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A listed condition without what only says how something counts: 成立不足两年的，按实际年限计算; 投资总额包括…; 外资企业同等享受; 到账外资，是指…."""
    words = text[start:end]
    return [(start + a, start + b) for a, b in outside(0, len(words), [m.span() for m in _ASIDES.finditer(words)])]


def around(low: int, high: int, spans: list[Found], m: Mentions) -> list[tuple[int, int]]:
    """The stretches of a clause outside typed spans and outside bare names of regions."""
    taken = sorted([(f.start, f.end) for f in spans] + [(r.start, r.end) for r in m.regions_in(low, high)])
    return outside(low, high, taken)


def outside(start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of `start:end` that none of the `taken`, in order of their beginnings, covers."""
    result: list[tuple[int, int]] = []
    position = start
    for low, high in taken:
        if low > position:
            result.append((position, low))
        position = max(position, high)
    if position < end:
        result.append((position, end))
    return result
