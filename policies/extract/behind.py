"""What a sentence demands behind its own promise: …给予20万元奖励，首店须连续营业满一年。

Before a promise every clause that is not idle is a condition; behind it the sentence goes on about sums, terms and payment, so that
only words that demand something of the one who receives count. What later sentences ask is policies.extract.asking's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from policies.extract.asking import taken
from policies.extract.benefits import benefits
from policies.extract.conditions import listed_condition
from policies.extract.items import ItemDraft
from policies.extract.pieces import Benefit, units
from policies.extract.state import State
from policies.segmenting import Clause

Span = tuple[int, int]

_MUST = r"(?:应当|必须|应(?![急用届收付变对邀聘予给])|须|需(?![求要]))"
_STATES = (
    r"(?:同时)?(?:在|为|是|有|满|已|且|连续|持续|具有|具备|达到?|保证|确保|至少|符合|满足|列入|纳入|入选|取得|获得|通过|完成|从事|属于|依法|正常|稳定|开业|运营|营业|经营|实现|保持|"
    r"配备|设有|拥有|位于|签订|承诺|不少于|不低于|不超过|不得低于|不得少于|用于(?:生产|自身|本))"
)
_DEMANDS = re.compile(
    rf"(?:其中|且|并|但|同时|，)*(?:[^，；。：须应需\d]{{0,20}}{_MUST}{_STATES}[^；。：]{{2,80}}|"
    rf"(?:申[请报]|受助|获奖)?(?:企业|单位|机构|项目|主体|平台|园区)(?:还|均)?{_MUST}(?!当?(?:自|于|按|将|向|在[^，；。]{{0,12}}(?:内|前)))[^；。：]{{4,80}}|"
    r"[^，；。：\d]{2,20}(?:不低于|不少于|不得低于|不得少于|达到)\d[^，；。：]{1,24})"
)
_OF_MONEY = re.compile(
    r"(?:资金(?!的)|补[助贴](?!的)|奖[励补金]|资助|扶持|贴息|支持|款项?|经费|金额|总额|额度|标准|比例(?!不低于)|期限|年限|财政|部门|[省市区县][一-龥]{0,8}局|管委会|街道|乡镇|镇政府|专家|评审|"
    r"银行)(?:[^，；。]{0,6})(?:须|应|需|必须|不低于|不少于|不得|达到)"
)
_TOLD_ELSEWHERE = re.compile(
    r"每年|全[市区县省国]|遴选|力争|提交|提供(?:[^，；。]{0,12})(?:材料|资料|证明|凭证|发票)|填报|报送|登录|材料|退还|返还|归还|追回|取消|专款专用|接受[^，；。]{0,8}(?:检查|监督|审计)|配合|"
    r"(?:按照?|根据|依据|参照)[^，；。]{2,30}(?:规定|办法|程序|要求)(?:执行|办理)|审核|公示|享受[^，；。]{0,8}期间|以下|下列|如下|另行|优先|兑现|拨付|结算|一次性|申请[^，；。]{0,8}(?:时间|期限)"
)


def demands_behind(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """Conditions told behind the promises of a clause's own paragraphs, given to the item they stand in."""
    if not drafts:
        return
    for low, high in clause.paragraphs:
        found = benefits(state.m.text, low, high)
        for span, promise in _behind(state.m.text, found, high):
            for draft in (d for d in drafts if d.start <= promise.start < d.end):
                if not taken([draft], *span):
                    draft.criteria.extend(listed_condition(state.m, *span))


def _behind(text: str, found: list[Benefit], end: int) -> Iterator[tuple[Span, Benefit]]:
    """Each demanding stretch behind a promise, with the promise before it."""
    for index, promise in enumerate(found):
        last = max(high for _, high in promise.promises)
        stop = found[index + 1].start if index + 1 < len(found) else end
        if last >= stop or text[last] != "，":
            continue
        low, high, _ = next(units(text, last + 1, stop), (last, last, ""))
        yield from ((piece, promise) for piece in _pieces(text, low, high) if _demands(text, *piece))


def _demands(text: str, low: int, high: int) -> bool:
    return _DEMANDS.fullmatch(text, low, high) is not None and not _speaks_of_payment(text, low, high)


def _speaks_of_payment(text: str, low: int, high: int) -> bool:
    return _OF_MONEY.search(text, low, high) is not None or _TOLD_ELSEWHERE.search(text, low, high) is not None


def _pieces(text: str, low: int, high: int) -> Iterator[Span]:
    """A whole sentence where it demands throughout, else its comma clauses; what 且 joins to a demand is demanded too."""
    if _demands(text, low, high):
        yield low, high
        return
    marks = [low - 1, *(low + mark.start() for mark in re.finditer("，", text[low:high])), high]
    opened = False
    for before, mark in itertools.pairwise(marks):
        piece = (before + 1, mark)
        opened = _demands(text, *piece) or (
            opened and not _speaks_of_payment(text, *piece) and text.startswith(("且", "并且"), piece[0])
        )
        if opened:
            yield piece
