"""The title of one tier said again for another: 省级的, 新认定为市级的, 重新认定的, 国家级…给予100万元、省级…给予50万元."""

from __future__ import annotations

import itertools
import re
from typing import Any

from features.qualifications import LEVELS
from policies.extract.amounts import read_amounts
from policies.extract.gained import names_sought
from policies.extract.leaf import Node, all_of
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit
from policies.extract.title_levels import at_one_level, levels_of, without_levels
from policies.extract.titles import find_titles

_TITLES = ("qualification_granted", "qualifications")
RENEWED = re.compile(
    r"(?:对于?)?(?:(?:资质|证书)?(?:有效)?期满后?|到期后)?(?:通过)?(?:重新(?:通过)?认定(?:\([^()]{1,16}\))?|再次(?:认定|获评|通过认定)|(?:连续|继续)(?:认定|通过认定|获评)|复核|复审|复评|期满复核)(?:通过|合格)?(?:的)?(?:企业)?(?:的)?"
)
_LEVEL = r"(?:(?:国家级?|部级|省部级|省级?|自治区级|地?市级?|州级|区级|县级)(?:、|和|及|或|与)?){1,3}(?:[及和或]?以上)?"
_AT_LEVEL = re.compile(
    r"(?:对于?|其中|，|首次|新|当年|企业|被|经|获得?|获评|获批|入选|列入|通过|评定|认定|确认|命名|授予|属于|评|创建|成功|成|为)*"
    rf"(?P<levels>{_LEVEL})(?:称号|认定|资质|资格|名单)?(?P<name>[^，；。的()]{{0,20}}?)(?:\([^()]{{1,12}}\))?(?:的)?(?:企业|单位|机构|项目)?(?:的)?"
)
_GRADES = {"特": "special", "一": "first", "壹": "first", "二": "second", "贰": "second"}
_AT_GRADE = re.compile(
    r"(?:对于?)?(?:首次|新|当年)*(?:晋升|升级|提升|获得?|取得|为)*(?P<n>[特一壹二贰])级(?:资质)?(?:的)?(?:企业)?(?:的)?"
)
_BESIDE = re.compile(
    rf"[、，；：](?:其中，?)?(?:对)?(?P<levels>{_LEVEL})(?P<name>[^，；。、：\d]{{0,30}}?)(?:的)?(?:分别|每[家个])?(?:给予|奖励|补助|资助|一次性|最高|不超过)*$"
)
_BORNE = re.compile(r"属于|拥有|具有|已|为")
_ONLY_LEVEL = re.compile(
    rf"(?:对于?|其中，?|属于?|达到?|列入|(?:首次|新)?(?:被|经)?(?:获评|获批|认定|评定|评|升级|晋升)?[为是])?(?P<levels>{_LEVEL})(?:的|企业|单位|项目|平台|称号)*"
)
_FIGURE = re.compile(r"\d[\d.,]{0,9}")


def title_of(nodes: list[Node]) -> Node | None:
    """The one title that conditions speak of; None where there is none or more than one."""
    titles = [n for n in nodes if n.get("fact") in _TITLES]
    return titles[0] if len(titles) == 1 else None


def moved_title(m: Mentions, b: Benefit, first: list[Node]) -> list[Node]:
    """重新认定的, 通过复核的, 省级的: the title that the first promise was for, gained again or at another level."""
    title = next((n for n in first if n.get("fact") in _TITLES), None)
    spans = [span for span in b.conditions if m.text[slice(*span)] not in ("其中", "具体为", "标准为", "具体标准为")]
    if title is None or len(spans) != 1:
        return []
    words, span = m.text[slice(*spans[0])], spans[0]
    if RENEWED.fullmatch(words):
        again = {k: v for k, v in title.items() if k not in ("fact", "op", "first", "evidence", "origin")}
        return [
            {
                "fact": "qualification_granted", "op": "occurred", **again, "first": False,
                "evidence": {"start": span[0], "end": span[1]}, "origin": "title/renewed",
            }
        ]  # fmt: skip
    grade = _AT_GRADE.fullmatch(words)
    if grade is not None and str(title["value"][0]).startswith("construction_grade"):
        return [{**title, "value": [f"construction_grade.{_GRADES[grade['n']]}"], "evidence": {"start": span[0], "end": span[1]}}]
    level = _AT_LEVEL.fullmatch(words)
    evidence = title["evidence"]
    if level is None or not _within(level["name"], m.text[evidence["start"] : evidence["end"]]):
        return []
    moved = _moved(m, title, level["levels"], span)
    return [moved] if moved is not None else []


def level_behind(m: Mentions, b: Benefit, whole: list[Node]) -> list[Node]:
    """对获评绿色工厂的给予奖励，其中：国家级50万元；…: the bare level that stands last is that of the title before it."""
    title = title_of(whole)
    level = _ONLY_LEVEL.fullmatch(m.text, *b.conditions[-1]) if b.conditions else None
    moved = _moved(m, title, level["levels"], b.conditions[-1]) if title is not None and level is not None else None
    if moved is None or level is None:
        return whole
    alone = [n for n in whole if n.get("fact") == "declared" and n["evidence"]["start"] >= level.start()]
    return [moved if n is title else n for n in whole if n not in alone]


_ROUNDS = re.compile(
    r"(?P<first>(?:首次|新)(?:通过)?(?:认定|获评|评定|获批)?(?:通过)?)(?:、|和|及|或|与)(?P<again>(?:重新|再次)(?:通过)?(?:认定|获评|评定)|(?:复审|复核|复评)(?:通过|合格)?)"
)


def rounds_of(m: Mentions, b: Benefit, criteria: list[Node], title: Node) -> tuple[list[Node], list[Node]] | None:
    """对首次认定、重新认定的高新技术企业，分别给予30万元、10万元: the title gained first and gained again, and what else is asked."""
    said = next((hit for span in b.conditions if (hit := _ROUNDS.search(m.text, *span)) is not None), None)
    if said is None:
        return None
    rest = [
        n
        for n in criteria
        if n is not title
        and not (n.get("fact") == "declared" and n["evidence"]["start"] < said.end() and said.start() < n["evidence"]["end"])
    ]
    kept = {k: v for k, v in title.items() if k not in ("evidence", "origin", "fact", "op", "first")}
    gained = {"fact": "qualification_granted", "op": "occurred", **kept, "origin": "title/regained"}
    spans = [{"start": said.start(name), "end": said.end(name)} for name in ("first", "again")]
    return [{**gained, "first": i == 0, "evidence": span} for i, span in enumerate(spans)], rest


def _within(name: str, words: str) -> bool:
    """Whether words hold a name whole: AAAA级景区 is no part of AAAAA级景区."""
    cut = r"(?<![A-Z\d])" if name[:1].isascii() else ""
    return re.search(cut + re.escape(name), words) is not None


_GAINED_FIRST = re.compile(r"(?:首次|新)(?:通过)?(?:认定|评定|获评|认证)?")


def regained(m: Mentions, title: Node, name: Node) -> Node | None:
    """按照首次认定、重新认定分别给予…: the title that a promise is for, gained as the name of one of its sums says; None where it says else."""
    low, high = name["evidence"]["start"], name["evidence"]["end"]
    first = _GAINED_FIRST.fullmatch(m.text, low, high) is not None
    if not first and RENEWED.fullmatch(m.text, low, high) is None:
        return None
    gained = {k: v for k, v in title.items() if k not in ("evidence", "origin", "fact", "op")}
    how = {"fact": "qualification_granted", "op": "occurred", "first": first}
    return {**gained, **how, "evidence": name["evidence"], "origin": "title/regained"}


def gained_alike(first: list[Node], nodes: list[Node], words: str) -> list[Node]:
    """新认定的国家级…奖励100万元，省级…奖励30万元: what is only named in a later tier is gained as in the first."""
    title = title_of(first)
    if title is None or title["op"] != "occurred" or len(nodes) != 1 or _BORNE.search(words):
        return nodes
    node = nodes[0]
    if node.get("fact") != "qualifications" or node["op"] != "has_any":
        return nodes
    first_time = {"first": title["first"]} if "first" in title else {}
    return [{**node, "fact": "qualification_granted", "op": "occurred", **first_time}]


def told_apart(m: Mentions, criteria: list[Node], amounts: list[dict[str, Any]]) -> list[Node]:
    """获得国家级、省级称号的企业。…国家级奖励50万元，省级奖励20万元: each sum is for one of the levels that the condition names."""
    titles = [n for n in criteria if n.get("fact") in _TITLES]
    whens = [a.get("when") or {} for a in amounts]
    criteria = _gained_as_said(criteria, amounts)
    if (left := _at_said_levels(m, criteria, amounts)) is not None:
        return left
    if len(titles) == 1 and len(amounts) >= 2 and (_by_names(titles[0], amounts) or _by_codes(titles[0], amounts)):
        return [n for n in criteria if n is not titles[0]]
    said = [_ONLY_LEVEL.fullmatch(str(w.get("value", ""))) for w in whens if w.get("fact") == "declared"]
    if len(titles) != 1 or len(said) != len(amounts) or len(amounts) < 2 or not all(said):
        return criteria
    title = titles[0]
    moved: list[list[str]] = []
    for word in said:
        levels = levels_of(m, word["levels"]) if word is not None else ()
        moved.append([c for c in title["value"] if any(c == at_one_level(without_levels([c])[0], level) for level in levels)])
    if not all(moved):
        return criteria
    for amount, codes in zip(amounts, moved, strict=True):
        amount["when"] = {**title, "value": codes, "evidence": amount["when"]["evidence"], "origin": "tier/level-told"}
    return [n for n in criteria if n is not title]


_ONE_OF_THESE = re.compile(
    r"(?:对)?(?:企业)?(?:当年|年度)?(?P<first>首次|新)?(?:被|经)?(?:获得?|通过|取得|获评|入选|认定为?|评为)(?:以下|下列|如下|上述|相关)?(?:认定|资质|称号|荣誉|资格|平台)?(?:的)?(?:企业|单位)?"
)


def _gained_as_said(criteria: list[Node], amounts: list[dict[str, Any]]) -> list[Node]:
    """对首次获得下列认定的企业：瞪羚企业50万元，…: the titles that the sums name are gained, as the words over them say."""
    whens = [a.get("when") or {} for a in amounts if not a.get("plus")]
    said = [n for n in criteria if n.get("fact") == "declared" and _ONE_OF_THESE.fullmatch(str(n["value"]))]
    if len(said) != 1 or not whens or not all(w.get("fact") == "qualifications" and w["op"] == "has_any" for w in whens):
        return criteria
    gain = _ONE_OF_THESE.fullmatch(str(said[0]["value"]))
    for when in whens:
        when.update({"fact": "qualification_granted", "op": "occurred", **({"first": True} if gain and gain["first"] else {})})
    return [n for n in criteria if n is not said[0]]


def _at_said_levels(m: Mentions, criteria: list[Node], amounts: list[dict[str, Any]]) -> list[Node] | None:
    """新认定的绿色工厂，国家级奖励50万元，省级奖励20万元: a title with no level of its own at the one that each sum is for; None where not all say one."""
    sums = [a for a in amounts if not a.get("plus")]
    whens = [_parts_of(a.get("when")) for a in sums]
    told = [n for n in criteria if n.get("fact") in _TITLES] or [n for n in whens[0] if n.get("fact") in _TITLES] if sums else []
    said = [next((n for n in when if _level_said(n) is not None), None) for when in whens]
    beside = [n for n in criteria if _level_said(n) is not None]  # 对…的，国家级|奖励50万元: the level of the first sum
    if len(said) > 1 and said[0] is None and len(beside) == 1:
        said[0], criteria = beside[0], [n for n in criteria if n is not beside[0]]
    moved = [n for when in whens for n in when if n.get("fact") in _TITLES and without_levels(n["value"]) != n["value"]]
    told = told or (_title_of_lead(m, said) if len(said) > 1 and all(said) else [])
    if (
        len(told) != 1
        or len(sums) < 2
        or not (any(said) or len(moved) == len(sums))
        or without_levels(told[0]["value"]) != told[0]["value"]
    ):
        return None
    title, placed = told[0], list[list[Node]]()
    for when, word in zip(whens, said, strict=True):
        titles = [n for n in when if n.get("fact") in _TITLES]
        if any(without_levels(n["value"]) != title["value"] for n in titles):
            return None
        codes = titles[0]["value"] if titles else title["value"]
        if word is not None and codes == title["value"]:
            codes = [at_one_level(code, level) for code in codes for level in levels_of(m, _level_said(word) or "")]
        if codes == title["value"]:
            return None
        place = (word or titles[0])["evidence"]
        rest = [n for n in when if n is not word and n not in titles]
        own = title if title["op"] == "occurred" or not titles else titles[0]
        placed.append([{**own, "value": codes, "evidence": place, "origin": "tier/level-told"}, *rest])
    for amount, nodes in zip(sums, placed, strict=True):
        amount["when"] = all_of(nodes)
    return [n for n in criteria if n is not title]


def _title_of_lead(m: Mentions, said: list[Node | None]) -> list[Node]:
    """对新认定的绿色工厂按以下标准奖励：|1.国家级50万元: the title that the line over a list of levels names."""
    low = min(n["evidence"]["start"] for n in said if n is not None)
    line = m.text.rfind("\n", 0, low)
    above = m.text.rfind("\n", 0, max(line, 0)) + 1
    if line > 0 and m.text[line - 1] in "：:" and line - above <= _LONGEST_LEAD:
        found = [f.node for f in find_titles(m, above, line) if f.node["fact"] in _TITLES]
        return found if len(found) == 1 else []
    return []


_LONGEST_LEAD = 120  # characters of the line over a list


def _parts_of(when: Node | None) -> list[Node]:
    return [] if when is None else list(when["all"]) if set(when) == {"all"} else [when]


def _level_said(node: Node) -> str | None:
    """The level that declared words name and nothing else."""
    found = _ONLY_LEVEL.fullmatch(str(node.get("value", ""))) if node.get("fact") == "declared" else None
    return found["levels"] if found is not None else None


def _by_names(title: Node, amounts: list[dict[str, Any]]) -> bool:
    """评定为银宿级民宿、金宿级民宿的…。其中，银宿级民宿奖励10万元: put on each sum the one of the titles that it names; False where not all do."""
    names = {code: code.removeprefix("other:") for code in title["value"] if code.startswith("other:")}
    said = [str((a.get("when") or {}).get("value", "")) for a in amounts if (a.get("when") or {}).get("fact") == "declared"]
    told = [[code for code, name in names.items() if words == name] for words in said]
    if len(told) != len(amounts) or len(names) < 2 or any(len(codes) != 1 for codes in told):
        return False
    for amount, codes in zip(amounts, told, strict=True):
        amount["when"] = {**title, "value": codes, "evidence": amount["when"]["evidence"], "origin": "tier/name-told"}
    return True


def _by_codes(title: Node, amounts: list[dict[str, Any]]) -> bool:
    """新认定为国家、省首台(套)装备的单位。国家级、省级首台(套)装备分别奖励…: each sum for one of the titles, gained as the condition says; False where not all are."""
    sums = [a for a in amounts if not a.get("plus")]
    told = [a.get("when") or {} for a in sums]
    if title["op"] != "occurred" or len(sums) < 2 or not all(w.get("fact") in _TITLES for w in told):
        return False
    codes = [code for w in told for code in w["value"]]
    if sorted(codes) != sorted(title["value"]) or any(w["op"] == "occurred" and w.get("first") is False for w in told):
        return False
    for amount, when in zip(sums, told, strict=True):
        amount["when"] = {**title, "value": when["value"], "evidence": when["evidence"], "origin": "tier/level-told"}
    return True


_NEAR = 24  # characters before the first sum in which its own level may stand (…给予奖励，国家级50万元、省级20万元)


def beside_levels(m: Mentions, title: Node, amounts: list[dict[str, Any]]) -> list[Node] | None:
    """对国家级绿色工厂给予100万元、省级绿色工厂给予50万元: the title at the level said right before each further sum."""
    sums = [_sum(m.text, amount["evidence"]) for amount in amounts]
    opening = _BESIDE.search(m.text, max(title["evidence"]["end"], sums[0][0] - _NEAR), sums[0][0])
    first = _moved(m, title, opening["levels"], opening.span("levels")) if opening is not None else None
    nodes = [first or title]
    for (_, low), (high, _) in itertools.pairwise(sums):
        said = _BESIDE.search(m.text, low, high)
        other = _named_beside(m, title, low, high)
        moved = other if other is not None else _moved(m, title, said["levels"], said.span("levels")) if said is not None else None
        if moved is None:
            return None
        nodes.append(moved)
    return nodes


_ANOTHER = re.compile(
    r"\)?[、，；](?:对)?(?P<name>[^，；。、：\d的()]{3,30}?(?:\([^()\d]{1,4}\)[^，；。、：\d的()]{0,12}?)?)(?:的)?(?:分别|每[家个])?(?:给予|奖励|补助|资助|一次性|最高|不超过|\()*$"
)


def _named_beside(m: Mentions, title: Node, low: int, high: int) -> Node | None:
    """新认定的绿色工厂给予50万元、瞪羚企业给予20万元: another title right before its sum, gained or borne as the first."""
    said = _ANOTHER.search(m.text, low, high)
    codes = [c for n in names_sought(m, *said.span("name")) for c in n.codes] if said is not None else []
    if said is None or not codes or set(without_levels(codes)) == set(without_levels(title["value"])):
        return None
    start, end = said.span("name")
    return {**title, "value": codes, "evidence": {"start": start, "end": end}, "origin": "tier/title-beside"}


def _sum(text: str, evidence: dict[str, int]) -> tuple[int, int]:
    """Where the figure of an amount stands, the last in its words."""
    figures = list(_FIGURE.finditer(text, evidence["start"], evidence["end"]))
    return figures[-1].span() if figures else (evidence["end"], evidence["end"])


def _moved(m: Mentions, title: Node, words: str, span: tuple[int, int]) -> Node | None:
    """The title at other levels; None where it has none to move or the levels stay the same."""
    levels = levels_of(m, words)
    heads = [code.rpartition(".")[0] if code.endswith(LEVELS) and "." in code else code for code in title["value"]]
    codes = [at_one_level(head, level) for head in dict.fromkeys(heads) for level in levels]
    if not levels or set(codes) == set(title["value"]):
        return None
    return {**title, "value": codes, "evidence": {"start": span[0], "end": span[1]}, "origin": "tier/level-moved"}


def is_band(m: Mentions, b: Benefit) -> bool:
    """超过500万元部分按70%: a higher part of the same sum, for whom the first is."""
    amounts = read_amounts(m.text, b.promises)
    return bool(amounts) and all("over" in a for a in amounts)


def bound_moved(m: Mentions, one: Node, other: Node) -> bool:
    """增量超过1亿元, 增量超过2亿元: declared words that differ in their figures only are the same bound, moved."""
    if not (one.get("fact") == other.get("fact") == "declared"):
        return False
    said = [m.text[n["evidence"]["start"] : n["evidence"]["end"]] for n in (one, other)]
    bare = [_FIGURES.sub("", words) for words in said]
    return bare[0] == bare[1] and said[0] != said[1] and len(bare[0]) >= 2


_FIGURES = re.compile(r"\d[\d.]*(?:万|亿)?")
