"""Sentences that stand beside promises and demand something of those who apply: 申请贴息的企业，贷款须已按期还本付息."""

from __future__ import annotations

import re

from policies.extract.benefits import benefits
from policies.extract.conditions import listed_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import units
from policies.extract.refusals import refusal_in
from policies.extract.state import State
from policies.segmenting import Clause

_GIFT = r"(?:奖励|奖补|补助|补贴|扶持|资助|支持|贴息|政策|资金|奖|优惠|项目)"
_WHO = r"(?:企业|单位|机构|主体|对象|组织|申请人|项目|展会|产品|平台|载体|园区|基地|中心|团队)"
_MUST = r"(?:(?<![对供响适])应(?!用)当?|必须|须|需(?!求|要)|原则上|不[低少高大]于|不得(?:低于|少于|超过|高于)|不超过|未(?=发生|受到?|被|出现|列入)|无(?=不良|重大|严重|失信|违法|欠))"
_ASKS = re.compile(
    rf"(?:凡|其中，?|同时，|此外，|另外，)?(?:"
    rf"(?P<who>(?:申[请报领]|享受|获得)(?:本|上述|以上)?[^，。；：的须应]{{0,24}}?{_GIFT}(?:资金)?的?[^，。；：的须应]{{0,10}}?(?:的|{_WHO})，?(?!认定|公示))"
    rf"|(?:申报|申请|获奖|受奖|受助)(?:企业|单位|主体|对象|机构|项目)|(?:奖励|扶持|支持|补助|补贴|资助)(?:对象|主体)"
    rf"|(?P<whose>(?:以上|上述|本条|本章|第[一二三四五六七八九十]{{1,3}}条)[^，。；：]{{0,16}}?{_GIFT}(?:的)?(?:{_WHO}|，)))"
    rf"[^。；：]{{0,48}}?{_MUST}[^。；：]{{3,}}"
)
_PROCEDURE = re.compile(
    r"提出申请|提交|报送|提供[^，。；]{0,16}(?:材料|资料|证明|报告|凭证|附件|信息)|填[报写]|上传|登录|配合|接受|承担|真实|专款|台账|退[回还]|追[回缴]|公示|承诺书|拨付|"
    r"(?:按照?|依据|根据)[^，。；]{0,16}(?:规定|要求|程序|办法|流程)|及时|申请表|材料|核算|检查|责任|取消|停止|撤销|重复|一次|绩效|验收后|审核|核查|评审|书面|"
    r"签章|盖章|工作日|之日起|期限内|规定的?(?:条件|要求)|(?:以下|下列|如下|上述)[^，。；]{0,8}(?:条件|要求|规定|材料)|另行|协议|资金[^，。；]{0,8}(?:应|须|使用|用于|用途)|个人所得税"
)


def asked_beside(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """Note what the clause's sentences demand that no promise in it has taken up; whose it is shows when all items are known."""
    for start, end in clause.paragraphs:
        for low, high, _ in units(state.m.text, start, end):
            begin = _demand_in(state, low, high)
            if begin is not None and not _taken(drafts, low, high):
                nodes = listed_condition(state.m, begin, high)
                if nodes:
                    state.asked.append((clause, (low, high), nodes))


def _demand_in(state: State, low: int, high: int) -> int | None:
    """Where a demanding sentence begins to demand, behind the words that say of whom; None where it tells procedure, duties or promises."""
    text = state.m.text
    found = _ASKS.fullmatch(text, low, high)
    if found is None or _PROCEDURE.search(text, low, high) or refusal_in(state.m, low, high) or benefits(text, low, high):
        return None
    return max(low, found.end("who"), found.end("whose"))


def _taken(drafts: list[ItemDraft], low: int, high: int) -> bool:
    """Whether a leaf or a sum of the drafts already stands in the sentence."""
    trees: list[Node] = [n for d in drafts for n in d.criteria]
    trees += [a["when"] for d in drafts for a in d.amounts if a.get("when")]
    spans = [x["evidence"] for tree in trees for x in leaves_of(tree)]
    spans += [a["evidence"] for d in drafts for a in d.amounts]
    return any(e["start"] < high and low < e["end"] for e in spans)
