"""Whom the wish or the heading before a promise names (鼓励…企业建设…。给予…): the promise that names nobody is for them."""

from __future__ import annotations

import re

from policies.extract.benefits import BUILDS, OF_THE_KIND
from policies.extract.branches import ANYBODY
from policies.extract.called import called
from policies.extract.conditions import declared, inline_condition, read_typed
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.mixed import without_mixed
from policies.extract.pieces import Benefit, units
from policies.extract.state import State
from policies.extract.themes import as_words
from policies.segmenting import Clause

_Group = list[Benefit]
_LEAD_VERB = re.compile(
    r"(?:(?:围绕|聚焦|针对|面向)[^，；。]{2,30}，)?(?:积极|大力|重点)?(?:鼓励|支持|引导|推动|扶持)(?!对象|主体|范围|标准|内容|方式|条件)(?:[和与、并](?:鼓励|支持|引导))?"
)
_ACTOR = re.compile(
    r"(?:(?:在?[我本全]?[省市区县]|园区|辖区|区域)(?:范围)?内)?(?P<who>(?!在|通过|各|设立|建设|打造|创建|组建|引进|培育|发展|优质|符合|创新主体)[^，；。：、的和及或与对为在由经以\d“”《》()]{2,12}?"
    r"(?:企业|机构|公司|协会|商会|平台|合作社|农场|大户|旅行社|商场|酒店|饭店|景区|院校|高校|院所|医院|组织|联盟|园区|基地|孵化器|银行|团队|书店|超市|民宿|俱乐部))"
    r"(?!(?:建设|改造|升级|培训|整合|投资)(?:[，。；和与及]|发展|运营|项目|$))(?=在|通过|利用|依托|围绕|面向|针对|聚焦|牵头|联合|参与|参加|开展|实施|组织|举办|承办|建设|建立|搭建|打造|创建|组建|设立|引进|引入|引荐|购|租|开发|研发|开拓|拓展|使用|运用|应用|推广|"
    r"提供|申[请报]|入驻|落户|为|与|向|将|以|加大|承接|采购|采用|采取|发行|上市|挂牌|新建|新增|改造|升级|投资|招用|吸纳|培训|输出|走出去|做大|到|赴|从事|对外|自建|按照|出口|进口|整合|转化|承担|开放|发布|推出|聘[请用]|招引|共建)"
)
"""鼓励人才中介组织|引进人才: a kind of body, and what it is wished to do."""
SUBJECTS = {
    "qualifications",
    "industry_theme",
    "industry",
    "registered_region",
    "enterprise_size",
    "entity_kind",
    "above_scale",
    "headquarters",
    "ownership",
}
_WISH = re.compile(
    r"(?:[^，；。：]{2,16}[。：])?(?:积极|大力|进一步|重点|全力|加强|加快|持续)*(?:鼓励|支持|引导|推动|推进|促进|扶持|发展|培育|打造|提升|完善|加强|加快)[^。；]*(?:[。；]|$)"
)


def wishes_only(text: str, start: int, end: int) -> bool:
    """Whether all before the promise of a numbered paragraph only wishes for what it pays for: then it takes the whole paragraph."""
    wished = [_WISH.fullmatch(text, a, min(z + 1, end)) for a, z, _ in units(text, start, end)]
    return bool(wished) and all(wished) and text[max(start, end - 1)] in "。；"


_NO_SUBJECT = re.compile(r"、|(?:建设|设立|建立)(?:和|与|及|、|，|。|；|发展|运营|$)|建成|设施")
_NEAR = 3
_SORT = re.compile(r"[一-龥]{2,6}[型类]")
_ABOUT = ("聚焦", "围绕", "针对", "面向")  # a field that the acting is about, and no trade of who acts


def from_lead(state: State, clause: Clause, groups: list[_Group], drafts: list[ItemDraft], start: int) -> None:
    """鼓励跨境电商企业建设海外仓。对… : whom the lead (or the heading) names as its subject the promise is for."""
    if not groups:
        return
    leads: list[tuple[int, int]] = []
    if clause.paragraphs and clause.heading and state.m.text.startswith(clause.heading, clause.body):
        leads.append((clause.body, clause.body + len(clause.heading)))
    leads.extend((a, b) for a, b, _ in units(state.m.text, start, groups[0][0].start))
    if len(drafts) == 1 and not drafts[0].criteria and not any(a.get("when") for a in drafts[0].amounts):
        deeds = [n for n in _wished(state, leads) if not _aims_only(n)]
        if any(x["fact"] == "declared" for n in deeds for x in leaves_of(n)):
            drafts[0].criteria.extend(deeds)
            return
    for low, high in leads:
        verb = _LEAD_VERB.match(state.m.text, low, high)
        if verb is None:
            continue
        near = verb.end()
        typed = read_typed(state.m, verb.end(), min(high, verb.end() + 60))
        for f in without_mixed(state.m.text, high, typed):
            apart = f.start - near > _NEAR or state.m.text[verb.end() : f.start] in _ABOUT
            epithet = _SORT.fullmatch(state.m.text, near, f.start) is not None  # 我区|劳动密集型|中小微企业
            apart = apart and not (epithet and near > verb.end())
            near = f.end if (f.start - near <= 1 or epithet) and f.node["fact"] in SUBJECTS else near  # 本市|民营|中小企业
            if f.node["fact"] not in SUBJECTS or apart or _NO_SUBJECT.match(state.m.text, f.end):
                continue
            for draft, group in zip(drafts, groups, strict=False):
                if (
                    len(groups) == len(drafts)
                    and _others(state.m.text, group)
                    and low < group[0].start
                    and re.search("[。；]", state.m.text[high - 1 : group[0].start])
                ):
                    continue
                if not speaks_of(draft, f.node["fact"]) and not _gains(draft, f.node):
                    draft.criteria.insert(0, as_words(state.m.text, f).node)
    if len(drafts) == 1 and not drafts[0].criteria and not any(a.get("when") for a in drafts[0].amounts):
        wished = _wished(state, leads) or _wished(state, _inner(state.m.text, leads))
        named = [] if wished else called(state, clause)
        drafts[0].criteria.extend(wished or named)
        if named:
            drafts[0].start = min(drafts[0].start, clause.start)
            drafts[0].words = state.m.text[drafts[0].start : drafts[0].end]
    elif len(drafts) == 1 and not _names_own(state.m.text, groups[0]):
        drafts[0].criteria[:0] = _actor(state, leads) or _what_is_built(state, leads, groups[0][0])


_AIM = re.compile(r"转型|发展|扩大|提升|提高|加大|加强|加快|做[大强优]|增强|拓展|优化|改善|创新创业|走出去|升级(?!改造)")


def _aims_only(node: Node) -> bool:
    """支持外贸企业|扩大出口: what is hoped for, and nothing that an enterprise can be found to have done."""
    return node.get("fact") == "declared" and _AIM.search(str(node["value"])) is not None


_OWN_BODY = re.compile(
    r"[^，；。、的]{0,14}(?:企业|单位|机构|公司|平台|园区|基地|人员|人才|组织|主体|中心|孵化器|合作社|农场|院校|高校|协会|俱乐部|医院|酒店|个人|团队|产品|展会|楼宇|工厂|车间)$"
)


_OTHERS = re.compile(
    r"(?:对于?|将|凡)(?:首次|新|经|符合)?[^，；。]{2,60}?(?P<who>[^，；。的、]{2,12}(?:企业|机构|园区|平台|中心|基地|供应商|协会|学校|院校|医院|人才|团队))(?=的?(?:，|$|纳入|给予|予以|可|按))"
)


def _others(text: str, group: _Group) -> bool:
    """对于首发上市的|体育企业: a promise that names a kind of body of its own, which the wish a sentence before is not about."""
    found = [_OTHERS.match(text, low, high) for b in group for low, high in b.conditions]
    return any(hit is not None and ANYBODY.fullmatch(hit["who"]) is None for hit in found)


def _names_own(text: str, group: _Group) -> bool:
    """Whether a promise says for itself what kind of body (or thing) it is for: 对年服务100家的|孵化器 and not 对年服务100家的|企业."""
    for low, high in (span for b in group for span in b.conditions):
        words = text[low:high].rstrip("，；。")
        head = words[max(words.rfind("的"), words.rfind("对")) + 1 :]
        own = _OWN_BODY.match(head)
        if own is not None and not ANYBODY.fullmatch(own[0]):
            return True
    return False


def _what_is_built(state: State, leads: list[tuple[int, int]], promise: Benefit) -> list[Node]:
    """支持企业开展技术攻关。对获批立项的|项目: of what the lead names."""
    meant = promise.conditions and OF_THE_KIND.search(state.m.text, *promise.conditions[-1])
    return _wished(state, leads[-1:]) if meant and leads and BUILDS.match(state.m.text, *leads[-1]) else []


def _actor(state: State, leads: list[tuple[int, int]]) -> list[Node]:
    """鼓励人才中介组织引进高端人才。对…的，给予…: the kind of body in the wish right before the promise, where no fact knows it."""
    for low, high in reversed(leads):
        verb = _LEAD_VERB.match(state.m.text, low, high)
        who = _ACTOR.match(state.m.text, verb.end(), high) if verb is not None else None
        if who is None or ANYBODY.fullmatch(who["who"]) or state.m.text.startswith(who["who"], low - len(who["who"])):
            continue
        if not any(
            f.start < who.end("who") and who.start("who") < f.end for f in read_typed(state.m, verb.end() if verb else low, high)
        ):
            return [declared(state.m, *who.span("who"), origin="declared/wished")]
    return []


def each_from_lead(state: State, groups: list[_Group], drafts: list[ItemDraft], start: int) -> None:
    """Of several promises in a paragraph, one that names nobody is for what the wish right before it names, and begins there."""
    low = start
    before: ItemDraft | None = None
    for group, draft in zip(groups, drafts, strict=True):
        if not draft.criteria and not any(a.get("when") for a in draft.amounts):
            leads = [(a, b) for a, b, _ in units(state.m.text, low, group[0].start) if _LEAD_VERB.match(state.m.text, a, b)]
            wished = _wished(state, leads)
            if wished:
                draft.criteria.extend(wished)
                draft.start = leads[-1][0]
                draft.words = state.m.text[draft.start : draft.end]
            elif (
                before is not None
                and not _names_body(state.m.text, group[0])
                and _same_breath(state.m.text, before.end, group[0].start)
            ):
                draft.criteria.extend(before.criteria)
        low = draft.end
        before = draft


_SAYS_WHO = re.compile(r"对(?!其|该|上述)|企业|单位|机构|项目|平台|园区|基地|人员|人才|组织")


def _names_body(text: str, b: Benefit) -> bool:
    """Whether a promise says for itself whom it is for."""
    return any(_SAYS_WHO.search(text, low, high) for low, high in b.conditions)


def _same_breath(text: str, low: int, high: int) -> bool:
    """Whether only a mark or a joining word stands between two promises: the second, for which nobody is named, is for whom the first is."""
    return re.fullmatch(r"[；。，]?(?:同时|另外|此外|并)?，?", text[low:high]) is not None


def _wished(state: State, leads: list[tuple[int, int]]) -> list[Node]:
    """鼓励企业建设海外仓。按照…给予补助: a promise that names nobody is for those who do what the lead wishes."""
    for low, high in reversed(leads):
        verb = _LEAD_VERB.match(state.m.text, low, high)
        if verb is not None and high - verb.end() >= 8:
            given = re.compile(r"，(?:并)?(?:给予|予以|按)").search(state.m.text, verb.end(), high)
            nodes = inline_condition(state.m, verb.end(), given.start() if given else high)
            if nodes:
                return nodes
    return []


_INNER = re.compile(r"(?<=，)(?:鼓励|支持|引导)(?=企业|机构|单位)")


def _inner(text: str, leads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """发布攻关清单，支持企业组建联合体，…。根据投入给予支持: the wish that a sentence about other matters ends with."""
    found = [(hit.start(), high) for low, high in leads for hit in list(_INNER.finditer(text, low, high))[-1:]]
    return [] if any(_LEAD_VERB.match(text, *lead) for lead in leads) else found[-1:]


def _gains(draft: ItemDraft, held: Node) -> bool:
    """Whether the promise is for gaining the very title that the lead names: then nobody holds it yet."""
    leaves = [x for tree in draft.trees() for x in leaves_of(tree) if x["fact"] == "qualification_granted"]
    return held["fact"] == "qualifications" and any(set(held["value"]) & set(x["value"]) for x in leaves)


def speaks_of(draft: ItemDraft, fact: str) -> bool:
    return any(x["fact"] == fact for tree in draft.trees() for x in leaves_of(tree))
