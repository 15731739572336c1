"""How a yearly assessment ended, as tiers: 绩效评价为优秀、良好的孵化器，分别给予30万元、15万元."""

from __future__ import annotations

import re

from policies.extract.conditions import declared
from policies.extract.leaf import Node
from policies.extract.mentions import Mentions

_VERDICT = r"(?:“?(?:优秀|良好|中等|合格|基本合格|达标|一般|优|良|[A-D]{1,3}[类级档等]?|[一二三甲乙]等|[一二三]档)(?:\([^()]{1,4}\))?”?(?:等次|等级|档次)?)"
_VERDICTS = re.compile(
    rf"(?P<lead>[^，；。：、对]{{0,24}}?(?:评价|考核|评估|评审|评定|评级|考评|测评|评分|复核|验收|获?评(?=为)|[列定](?=为))(?:结果|等级|等次|结论|档次)?(?:获得?|分别|被评?|评定|确定|认定|达到|达|列|定)?[为是]?)"
    rf"(?P<list>{_VERDICT}(?:(?:、|和|及|或|与|以及){_VERDICT}){{1,4}})(?:等次|等级|档次)?"
)
_ONE = re.compile(_VERDICT)
_VERDICT_ONLY = re.compile(
    rf"(?:对于?|其中，?)?(?:[^，；。、的]{{0,10}}?(?:评价|考核|评估|评审|评定|评级)(?:结果)?(?:为|达到)?)?{_VERDICT}(?:等次|等级|档次)?的?"
)


def of_verdict(m: Mentions, spans: list[tuple[int, int]]) -> list[Node]:
    """绩效考核优秀的平台给予20万元，良好的给予10万元: the verdict that alone is the condition of a tier; empty where more is said or none."""
    if len(spans) != 1 or _VERDICT_ONLY.fullmatch(m.text, *spans[0]) is None:
        return []
    low, high = spans[0]
    low += 2 if m.text.startswith("对于", low) else m.text.startswith("对", low)
    return [declared(m, low, high - m.text.endswith("的", low, high), origin="tier/verdict")]


def tells_verdict(text: str, node: Node) -> bool:
    """Whether a leaf is about how an assessment ended."""
    return node.get("fact") == "declared" and about_verdict(text[node["evidence"]["start"] : node["evidence"]["end"]])


_ENDED = re.compile(rf"(?:评价|考核|评估|评审|评定|评级|等次|等级|结果)[^，；。]{{0,6}}{_VERDICT}")


def about_verdict(words: str) -> bool:
    """Whether words say how an assessment ended."""
    return _ENDED.search(words) is not None


def verdict_only(words: str) -> bool:
    """Whether words say no more than a verdict (良好的)."""
    return _VERDICT_ONLY.fullmatch(words) is not None


def verdicts(m: Mentions, low: int, high: int, count: int) -> tuple[list[list[Node]], int, int] | None:
    """The tier of each of `count` verdicts listed in `low:high`, and the stretch that says them; None where no such list stands there."""
    if not re.compile("评|考核|复核|验收").search(m.text, low, high):
        return None
    found = next((v for v in _VERDICTS.finditer(m.text, low, high) if len(_ONE.findall(v["list"])) == count), None)
    if found is None:
        return None
    words = [w.span() for w in _ONE.finditer(m.text, *found.span("list"))]
    begin = found.start("lead")
    spans = [(begin, words[0][1]), *words[1:]]
    return [[declared(m, a, b, origin="tier/verdict")] for a, b in spans], begin, found.end()
