"""What the line over a numbered list says of whom the list is for, handed down to every promise below: 总部企业…的：(一)开办补助。…"""

from __future__ import annotations

import re

from policies.extract.benefits import benefits
from policies.extract.conditions import inline_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import units
from policies.extract.state import State, past_heading
from policies.extract.tierlists import shared, telling
from policies.segmenting import Clause

_GIVES_BELOW = re.compile(
    r"，?(?:可以?|将|均|另|还|再|分别|同时){0,3}(?:享受|享有|给予|予以|获得|申请|实行|执行|按照?|参照)[^，；。]{0,8}(?:以下|下列|如下|下述)[^，；。]{0,24}$"
)
"""，可享受以下政策： behind whom it is for."""
_WISH = re.compile(
    r"(?:积极|大力|进一步|重点|全力|着力|持续)*(?:鼓励|支持|引导|推动|推进|促进|扶持|发展|培育|打造|加大|加强|加快|提升|强化|优化|完善|落实|实施|设立)"
)
_WHOM = re.compile(
    r"(?:的|的?(?:企业|项目|单位|机构|公司|总部|平台|载体|主体|楼宇|园区|人才|团队|酒店|基地|中心))(?:\([^()]*\))?，?[：。]?$"
)
_OF_ANOTHER = re.compile(r"《[^》\n]{2,40}》(?:第[^，；。“”]{1,16}[条款项])?(?:“[^”\n]{2,40}”)?(?:的|中的?)?")
"""《若干措施》第三条“支持企业融资”的，over fields: which article of another paper they are about."""
_CONDITIONS = re.compile(r"条件|情形|要求|材料|程序|规定：|(?:应当?|须|需)[^，。]{0,8}：$|所称|是指|包括")


def hand_down(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """Give what the clause's last own line before its children asks to all items below it."""
    if not drafts:
        return
    span = _lead(state, clause)
    if span is None:
        return
    nodes = [n for n in _asked(state, *span) if telling(state, n) and not _sums_up(state, n)]
    for draft in drafts:
        draft.criteria = [*(dict(n) for n in nodes if not _says(draft, n)), *draft.criteria]


def _lead(state: State, clause: Clause) -> tuple[int, int] | None:
    """The last sentence of the line that opens the list, where it says whom the list is for."""
    before = [(i, span) for i, span in enumerate(clause.paragraphs) if span[1] <= clause.children[0].start]
    if not before:
        return None
    index, (low, high) = before[-1]
    low = past_heading(state.m, clause, low, high, index)
    sentences = list(units(state.m.text, low, high))
    if not sentences:
        return None
    low = sentences[-1][0]
    words = state.m.text[low:high].rstrip("。")
    below = _GIVES_BELOW.search(words)
    said = words[: below.start()] if below is not None else words
    if (below is None and not words.endswith(("：", "的，", "的"))) or len(said) < 5 or _CONDITIONS.search(words[len(said) - 4 :]):
        return None
    if _OF_ANOTHER.fullmatch(said):
        return None
    opens = _WHOM.search(said) is not None or re.match(r"对(?!外|接|标|口)|凡|在", said) is not None
    if (_WISH.match(said) and not _WHOM.search(said)) or not (opens or below is not None):
        return None
    return low, low + len(said)


def _asked(state: State, low: int, high: int) -> list[Node]:
    own = benefits(state.m.text, low, high)
    return shared(state, own) if own else inline_condition(state.m, low, high)


_BODIES = re.compile(r"(?:企业|单位|机构|个人|人员|员工|人才|项目|平台|园区|商户)(?:、|和|及|与|以及)[^，；。]{2,}")


def _sums_up(state: State, node: Node) -> bool:
    """对后备上市企业、上市企业及其员工： over a list whose lines each name one of them: it only sums up what follows."""
    leaves = leaves_of(node)
    words = [state.m.text[x["evidence"]["start"] : x["evidence"]["end"]] for x in leaves]
    return all(x["fact"] == "declared" and _BODIES.search(said) is not None for x, said in zip(leaves, words, strict=True))


def _says(draft: ItemDraft, node: Node) -> bool:
    """Whether the item bounds the same fact itself: a tier of what the lead asks at least."""
    facts = {x["fact"] for n in draft.criteria for x in leaves_of(n)}
    return "fact" in node and node["fact"] != "declared" and node["fact"] in facts
