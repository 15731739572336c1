"""The coverage ledger: sentence by sentence, what became a rule, what stands as a declared condition, what is procedure, what nobody read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policies.clause_typing import ClauseChances
from policies.cleaning import CleanText
from policies.diagnostics import Diagnostic, warning
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of

Status = Literal["encoded", "declared", "procedure", "unread"]

_PROCEDURE = re.compile(
    r"申报|申请|材料|受理|审核|公示|拨付|流程|程序|负责解释|施行|实施|有效期|联系|电话|邮箱|地址|网址|附件|解释|监督|检查|绩效|追回|时间|期限|部门|领导|组织|依据|根据|为贯彻|为落实|制定本|发布|字号|用于|资金|预算|评审|管理|第[一二三四五六七八九十百\d]+[章条]"
)


_NAMING = re.compile(
    r"[^，。；：]{2,60}(?:办法|细则|措施|意见|规定|政策|方案|通知|公告|指南|条例|规程|决定)(?:\((?:试行|暂行|修订|[^()]{1,12})\))?|"
    r"[一-龥]{1,12}\(?20\d\d\)?(?:年第)?\d{1,5}号|20\d\d年\d{1,2}月\d{1,2}日|[^，。；]{2,60}：|[一-龥]{2,24}(?:人民政府|办公室|委员会|管委会|局|厅|部|院)"
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One sentence of the source text and what became of it."""

    start: int
    end: int
    status: Status

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {"start": self.start, "end": self.end, "status": self.status}


def ledger_of(copy: CleanText, drafts: list[ItemDraft], common: Node | None, *, granting: bool) -> tuple[LedgerEntry, ...]:
    """Each sentence once, in order; without items everything is procedure or unread."""
    typed, stated = _covered(drafts, common)
    entries: list[LedgerEntry] = []
    for low, high in _sentences(copy.text):
        words = copy.text[low:high]
        status: Status = "unread"
        if _touches(typed, low, high):
            status = "encoded"
        elif _touches(stated, low, high):
            status = "declared"
        elif not granting or _PROCEDURE.search(words) or len(words) < 8 or _NAMING.fullmatch(words.strip()):
            status = "procedure"
        a, b = copy.source_span(low, high)
        entries.append(LedgerEntry(a, b, status))
    return tuple(entries)


_LIKE_A_CONDITION = 0.7
_SHOWN = 40


def unread_conditions(
    copy: CleanText, drafts: list[ItemDraft], common: Node | None, chances: ClauseChances
) -> tuple[Diagnostic, ...]:
    """Sentences of a granting text that no rule covers though they read like conditions, the first `_SHOWN` of them."""
    if not drafts:
        return ()
    typed, stated = _covered(drafts, common)
    whole = {(d.start, d.end) for d in drafts}
    taken = sorted([*typed, *(span for span in stated if span not in whole)])
    found: list[Diagnostic] = []
    for low, high in _sentences(copy.text):
        if high - low >= 8 and not _touches(taken, low, high) and chances.likeliest(low, high) >= _LIKE_A_CONDITION:
            words = "这句话像是申报条件,但没有读成规则;请人工核对,必要时补录"
            found.append(warning("condition-unread", words, *copy.source_span(low, high)))
            if len(found) == _SHOWN:
                break
    return tuple(found)


def _covered(drafts: list[ItemDraft], common: Node | None) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    typed: list[tuple[int, int]] = []
    stated: list[tuple[int, int]] = []
    trees = [common, *(n for d in drafts for n in d.criteria), *(a.get("when") for d in drafts for a in d.amounts)]
    for tree in trees:
        for item in leaves_of(tree):
            span = (item["evidence"]["start"], item["evidence"]["end"])
            (stated if item["fact"] == "declared" else typed).append(span)
    typed.extend((a["evidence"]["start"], a["evidence"]["end"]) for d in drafts for a in d.amounts)
    stated.extend((d.start, d.end) for d in drafts if not d.amounts)
    return sorted(typed), sorted(stated)


def _touches(spans: list[tuple[int, int]], low: int, high: int) -> bool:
    import bisect

    index = bisect.bisect_left(spans, (high, 0))
    return any(b > low for _, b in spans[max(0, index - 60) : index])


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for m in re.finditer(r"[。；！？\n]", text):
        stop = m.end() if m[0] != "\n" else m.start()
        if text[position:stop].strip():
            yield position, stop
        position = m.end()
    if text[position:].strip():
        yield position, len(text)
