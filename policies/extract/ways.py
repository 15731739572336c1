"""How the benefits of a document are got: by review, by application, or as a card's own field says."""

from __future__ import annotations

import re

from policies.extract.finishing import way_in
from policies.extract.state import State
from policies.segmenting import Clause

_JUDGED = re.compile(
    r"(?:专家|组织|进行|开展|委托)[^，；。]{0,16}(?:评审|评选|遴选|论证)|评审(?:立项|委员会|专家|会议|机构)|择优(?:支持|确定|推荐|遴选|评选)|竞争性"
)
HANDED_IN = re.compile(
    r"(?:提出|提交|递交|填写|填报|报送|受理)[^，；。]{0,20}(?:申请|申报)|(?:申请|申报)(?:单位|企业|人|材料|表|书|指南)|(?:申报|申请)(?:通知|平台|系统)"
)


def delivery_of(state: State, root: Clause) -> str:
    """How the document says its benefits are got: by its sections of procedure, material and applications."""
    words = "".join(
        state.text_of(c)
        for c in root.walk()
        if c.in_role in ("procedure", "material") or (c.in_role == "time" and "申" in c.heading)
    )
    if _JUDGED.search(words):
        return "review"
    return "application" if HANDED_IN.search(words) else "unspecified"


_WAY = re.compile(r"(?:办理|享受|兑现|兑付|申报|申请|申领|受理|实施|拨付|发放)(?:方式|途径|类型)")


def ways_told(state: State, root: Clause) -> None:
    """办理方式：免申即享 in a card tells how the benefits of that card are got."""
    for clause in root.walk():
        field, card = _WAY.fullmatch(clause.heading), clause.parent
        if field is None or card is None or card.style == "root":
            continue
        told = way_in(state.text_of(clause))
        for draft in state.drafts if told is not None else ():
            if card.start <= draft.start < card.end and told is not None:
                draft.delivery = told
