"""From drafts in clean offsets to the contract's JSON form in source offsets: spans, category, delivery, confidence."""

from __future__ import annotations

import re
from typing import Any

from features.catalogue import load_catalogue
from policies.clause_typing import ClauseChances
from policies.cleaning import CleanText
from policies.confidence import confidence_of
from policies.extract.climbing import without_tops
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, all_of
from policies.extract.polarity import held
from policies.extract.short_title import short_title
from policies.lexicon import role_of
from policies.marking import is_field_name
from policies.numerals import number

_CATEGORIES = tuple(
    (name, re.compile(words))
    for name, words in (
        ("talent", r"人才|博士|硕士|工匠|高管|高级管理人员|安家|子女|入户|院士(?!工作站)|科研人员|员工个人|技能|职称"),
        ("loan_interest", r"贴息|贷款利息"),
        (
            "tax_relief",
            r"(?:免[征缴]|减征|减半征收|减免|不征收|退还|缓缴)[^，；。]{0,20}税|减按[^，；。]{0,24}税|税收[^，；。]{0,8}(?:优惠|待遇)|所得税|加计扣除|税前扣除|[免不]征?税收入",
        ),
        (
            "fee_relief",
            r"免征|免收|免缴|减免(?!(?:\d{1,2}个月)?(?:的)?(?:房屋)?(?:租|房租))|减半收取|缓缴|滞纳金|欠费不停|收费[^，；。]{0,3}减半|费减半|费用予以优惠|相同价格|(?:居民|民用|住宅)[^，；。]{0,14}(?:价格|电价|水价|标准)|展位费|费用减免",
        ),
        ("matching_fund", r"配套"),
        ("rent", r"租金|场租|房租|办公用房补贴|租房|租赁费用|免租"),
        ("land", r"用地|土地(?:出让|价格|使用权|用途|使用性质|使用政策)|供地|划拨"),
        ("financing", r"股权投资|融资(?:担保|支持)|信用贷款|风险补偿|基金投资|跟进投资"),
        ("award", r"奖励|奖金|奖\b|给予[^，；。]{0,8}奖"),
        ("award", r"(?:认定|获评|评为|获批|入选|称号|首次)[^。]{0,80}奖补"),
        ("subsidy", r"奖补|补助|补贴|资助|扶持|资金支持|经费|支持"),
    )
)
_REVIEW = re.compile(r"择优|遴选|评审|一事一议|一企一策|揭榜|竞争性|专家评|绩效(?:考核|评价)|研究确定|评定(?:后)?给予|排名前")
_APPLICATION = re.compile(r"申报|申请|申领|填报|提交")
_UNASKED = re.compile(r"免申即享|免申请|无需申报|不来即享|无感|自动(?:享受|兑现)|直达快享")
_AT_ONCE = re.compile(r"即申即享|即申即兑|快申快享|简申快享")


def way_in(words: str) -> str | None:
    """How the words say a benefit is got; None where they do not."""
    if _UNASKED.search(words):
        return "no_application"
    if _AT_ONCE.search(words):
        return "instant"
    return "review" if _REVIEW.search(words) else "application" if _APPLICATION.search(words) else None


_MOSTLY = 3  # a paragraph of which an item takes less than a third is about something else besides


def clauses_of(text: str, drafts: list[ItemDraft]) -> list[tuple[int, int]]:
    """Where the clause of each item stands: its whole paragraph, unless others take part in it or it is about much besides."""
    order = sorted(range(len(drafts)), key=lambda i: drafts[i].start)
    after: dict[int, int] = {}
    begins = len(text)
    for i in reversed(order):
        after[i] = begins
        begins = min(begins, drafts[i].start)
    spans = [(0, 0)] * len(drafts)
    taken = 0
    for i in order:
        draft = drafts[i]
        low, high = text.rfind("\n", 0, draft.start) + 1, text.find("\n", max(draft.start, draft.end - 1))
        high = len(text) if high < 0 else high
        alone_before, alone_behind = taken <= low, after[i] >= high
        clause = (low if alone_before else draft.start, max(draft.end, high) if alone_behind else draft.end)
        mostly = clause[1] - clause[0] <= _MOSTLY * (draft.end - draft.start)
        spans[i] = clause if mostly else (draft.start, draft.end)
        taken = max(taken, draft.end)
    return spans


def finish(copy: CleanText, draft: ItemDraft, chances: ClauseChances, span: tuple[int, int]) -> dict[str, Any]:
    """One item in the contract's form; `span`: its clause in the copy."""
    start, end = copy.source_span(*span)
    words = draft.words or copy.text[draft.start : draft.end]
    asked, amounts = without_tops(draft.criteria, draft.amounts)
    category, criteria = category_of(draft.title + words), all_of(asked)
    item: dict[str, Any] = {
        "title": _title(draft, words),
        "span": {"start": start, "end": end},
        "category": category,
        "delivery": _delivery(draft, words),
        "criteria": source_tree(copy, _of_holders(criteria) if category == "tax_relief" else criteria, chances),
        "amounts": [_amount(copy, a, chances) for a in amounts],
    }
    if draft.exclusive or re.search(r"就高不重复|不重复(?:享受|奖励|补助)|只享受一次较高|不可重复|仅对最高", words):
        item["exclusive"] = True
    if draft.without_common:
        item["without_common"] = True
    quota = re.search(
        r"(?:名额|总数|数量)[^，；。]{0,8}(?:不超过)?(\d{1,5})(?:家|个|名)|(?:拟|计划|择优)(?:支持|资助|立项|遴选|认定|评选|扶持|奖励)(?:不超过|前)?(\d{1,3})[项个家名]|排名前([一二三四五六七八九十]{1,3}|\d{1,4})的",
        words,
    )
    if quota:
        n = number(quota[1] or quota[2] or quota[3])
        if n:
            item["quota"] = int(n)
    budget = re.search(r"每年(?:统筹)?安排(?:不少于|不低于)?(\d[\d.,]*)(万|亿)元", words)
    if budget:
        value = (number(budget[1]) or 0) * (10_000 if budget[2] == "万" else 100_000_000)
        item["budget"] = int(value)
    return item


def _of_holders(node: Node | None) -> Node | None:
    """对认定为高新技术企业的，减按15%征收所得税: who pays less tax holds the title; that it was granted is no event that a tax waits for."""
    if not node:
        return node
    for word in ("all", "any", "of"):
        if word in node:
            return {**node, word: [_of_holders(child) for child in node[word]]}
    return held(node) if node.get("op") == "occurred" and node.get("value") else node


def category_of(words: str) -> str:
    """The contract's category by the words of title and promise."""
    for name, pattern in _CATEGORIES:
        if pattern.search(words):
            return name
    return "other"


def _delivery(draft: ItemDraft, words: str) -> str:
    around = "".join(draft.path) + words
    if (said := way_in(around)) in ("no_application", "instant"):
        return said or "unspecified"
    if _REVIEW.search(words):
        return "review"
    if draft.delivery in ("no_application", "instant"):
        return draft.delivery
    return "application" if draft.delivery == "unspecified" and _APPLICATION.search(around) else draft.delivery


_SENTENCE = re.compile(r"(?:[^，；。]{0,4})?对(?!外|口|接|标)[^，；。]*(?:奖励|补助|补贴|资助|给予|的$|企业$)")
"""对…的企业奖励10万元: a heading that is the whole clause."""


def _title(draft: ItemDraft, words: str) -> str:
    name = draft.title
    if name and (role_of(name) is not None or is_field_name(name)):  # 支持标准 of a card: the card has the name
        above = draft.path[draft.path.index(name) + 1 :] if name in draft.path else ()
        name = above[0] if above and role_of(above[0]) is None and not is_field_name(above[0]) else ""
    if name:
        return short_title(name) if _SENTENCE.match(name) else name[:40]
    head, _, rest = words.partition("\n")
    words = rest if rest and role_of(head) is not None else words
    return short_title(words)


def source_tree(copy: CleanText, node: Node | None, chances: ClauseChances) -> Node | None:
    """The tree with source offsets and a confidence on each leaf."""
    if not node:
        return None
    for word in ("all", "any", "of"):
        if word in node:
            children = [c for c in (source_tree(copy, child, chances) for child in node[word]) if c is not None]
            return {**{k: v for k, v in node.items() if k != word}, word: children}
    if "not" in node:
        return {"not": source_tree(copy, node["not"], chances)}
    low, high = node["evidence"]["start"], node["evidence"]["end"]
    a, b = copy.source_span(low, high)
    return {
        **_in_step(node),
        "evidence": {"start": a, "end": b},
        "confidence": confidence_of(node.get("origin", ""), chances.of(low, high)),
    }


def _in_step(node: Node) -> Node:
    """A fact counted by the month takes no yearly period (2023年参保人数 is its twelve months), one by the year no months."""
    period, definition = node.get("period"), load_catalogue()[node["fact"]]
    if period is None or not definition.is_periodic:
        return node
    if definition.period == "month" and not re.search(r"M|-\d\d(?!\d)", period):
        low, _, high = period.partition("..")
        months = {"period": f"{low}-01..{high or low}-12"} if "Y" not in period else {}
        return {**{k: v for k, v in node.items() if k != "period"}, **months}
    if definition.period == "year" and re.search(r"M|-\d\d(?!\d)", period):
        return {k: v for k, v in node.items() if k != "period"}
    return node


def _amount(copy: CleanText, amount: dict[str, Any], chances: ClauseChances) -> dict[str, Any]:
    a, b = copy.source_span(amount["evidence"]["start"], amount["evidence"]["end"])
    result = {**amount, "evidence": {"start": a, "end": b}}
    if amount.get("when"):
        result["when"] = source_tree(copy, amount["when"], chances)
    return result
