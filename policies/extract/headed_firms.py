"""A heading that names a kind of enterprise and what is done for it (支持软件企业发展, 物流企业奖励): asked of the promises below it.

年营业收入首次达到1亿元的，奖励50万元 under 物流企业奖励 is for 物流企业 alone, though the sentence names nobody. A promise that names a kind of
its own keeps it, and nobody is asked to be already what the promise pays for becoming (培育高新技术企业。对首次认定的…).
"""

from __future__ import annotations

import re

from policies.extract.branches import ANYBODY
from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.state import Begun, State
from policies.extract.wishes import SUBJECTS, speaks_of
from policies.segmenting import Clause

_BODY = r"(?:企业|机构|公司|合作社|工商户)"
_DOES = r"(?:支持|鼓励|引导|推动|扶持|培育|促进|壮大|发展|做大|做强|做优|加大|加强|加快|推进|引进|招引|奖励|助力)"
_THRIVES = r"(?:的?(?:高质量|健康|快速|加快|创新|集聚|持续|规模化)*(?:发展|做大做强|做强做优|做优做强|做大|做强|提质增效|壮大|成长|扶持|支持|培育|引进|奖励|落户)(?:力度)?){0,2}"
_DONE_FOR = re.compile(
    rf"(?:大力|积极|全力|重点|进一步|着力|切实)*{_DOES}(?:[、和]?{_DOES}){{0,3}}(?:对)?(?P<kind>[^，；。：、和及与\d“”()]{{2,16}}?{_BODY}){_THRIVES}"
)
_GIVEN_TO = re.compile(
    rf"(?P<kind>[^，；。：、和及与\d“”()]{{2,16}}?{_BODY})(?:发展|落户|培育|经营|引进|成长|做大做强|高质量发展)?(?:奖励|奖补|扶持|补贴|补助|支持|激励|资助|政策|措施){{1,2}}"
)
_OWN_BODY = re.compile(
    r"[^，；。：的对、]{0,14}(?:企业|单位|机构|公司|平台|园区|基地|人员|人才|组织|中心|孵化器|合作社|农场|院校|高校|协会|俱乐部|医院|酒店|个人|团队|楼宇|工商户|首店|载体|项目)"
    r"(?=$|，|的|给予|予以|奖励|补助|按|每)"
)
_GAINED = {"qualification_granted", "entered_statistics_on"}


def ask_headed_firms(state: State, root: Clause) -> None:
    """Ask the kind of enterprise in a heading of every item below it that names none."""
    begun = Begun(state.drafts)
    for clause in root.walk():
        node = _kind(state, clause) if clause.heading else None
        if node is None:
            continue
        for draft in begun.within(clause.start, clause.end):
            if draft.end <= clause.end and _names_nobody(state, draft, clause) and not _becomes(draft, node):
                draft.criteria.insert(0, node)


def _kind(state: State, clause: Clause) -> Node | None:
    """The kind in the heading as a condition; None where it names none, or something that no fact knows."""
    at = state.m.text.find(clause.heading, clause.start, min(clause.end, clause.body + len(clause.heading) + 4))
    if at < 0:
        return None
    found = _DONE_FOR.fullmatch(clause.heading) or _GIVEN_TO.fullmatch(clause.heading)
    if found is None or ANYBODY.fullmatch(found["kind"]):
        return None
    tree = all_of(inline_condition(state.m, at + found.start("kind"), at + found.end("kind")))
    return tree if tree is not None and all(x["fact"] in SUBJECTS for x in leaves_of(tree)) else None


def _names_nobody(state: State, draft: ItemDraft, clause: Clause) -> bool:
    """Whether the promise speaks of no kind of body: neither by a fact nor by a name of its own."""
    kinds = SUBJECTS - {"registered_region"}
    leaves = [x for tree in draft.trees() for x in leaves_of(tree)]
    if any(x["fact"] in kinds for x in leaves):
        return False
    start = max(draft.start, clause.body + len(clause.heading) if draft.start < clause.body + len(clause.heading) else draft.start)
    return all(ANYBODY.fullmatch(m[0].lstrip("对将凡")) is not None for m in _OWN_BODY.finditer(state.m.text, start, draft.end))


def _becomes(draft: ItemDraft, node: Node) -> bool:
    """Whether the promise pays for becoming what the heading names."""
    facts = {x["fact"] for x in leaves_of(node)}
    if speaks_of(draft, "entered_statistics_on") and "above_scale" in facts:
        return True
    return bool(facts & {"qualifications", "headquarters", "enterprise_size"}) and any(speaks_of(draft, fact) for fact in _GAINED)
