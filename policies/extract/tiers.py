"""Lists that run side by side: 国家级、省级、市级…分别给予300万元、200万元、50万元, 达到1亿元、3亿元的分别奖励…"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from policies.extract.antecedents import bare_name, named_before
from policies.extract.awards import prize_lists
from policies.extract.conditions import declared, read_typed
from policies.extract.gained import at_one_level, gained, levels_of, opening_before, without_levels
from policies.extract.leaf import Found, Node, leaf
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.thresholds import find_thresholds
from policies.extract.titles import split_level

_LEVEL = r"(?:国家级?|部级|省部级|省级?|自治区级|市级?|(?<![假范验聚集园社新业游居能])区级?|县级?|镇级|州级)"
_LEVELS = re.compile(rf"(?:{_LEVEL}(?:\([^()]{{1,12}}\))?)(?:(?:、|和|及|或|与|/|以及)(?:{_LEVEL})(?:\([^()]{{1,12}}\))?){{1,4}}")
_ONE_LEVEL = re.compile(_LEVEL)
_SUFFIX = {
    "国": "national",
    "部": "national",
    "省": "provincial",
    "自": "provincial",
    "市": "municipal",
    "州": "municipal",
    "区": "district",
    "县": "district",
    "镇": "district",
}
_ENUMERATION = re.compile(r"[^，；。、：]{1,40}(?:、[^，；。、：]{1,40}){0,8}(?:、|和|及|或|以及|与)[^，；。、：]{1,40}")


@dataclass(frozen=True, slots=True)
class Aligned:
    """The `when` of each of n amounts, and the stretch of the condition that the list takes up."""

    whens: list[list[Node]]
    start: int
    end: int
    used: tuple[int, int] | None = None


_KINDS = {"industry", "industry_theme", "enterprise_size", "headquarters", "ownership"}


def align(m: Mentions, conditions: list[tuple[int, int]], count: int, context: Measured | None = None) -> Aligned | None:
    """Match `count` amounts to a list of as many alternatives in the conditions, the last list first."""
    for (low, before), (after, high) in itertools.pairwise(conditions):
        both = _thresholds(m, low, high, count, context) if m.text[before:after] == "，" else None
        if both is not None and len(both.whens[0]) > 1 and both.start < before and after < both.end:
            return both
    for low, high in reversed(conditions):
        bounded = _thresholds(m, low, high, count, context)
        if bounded is not None:
            return bounded
        for reader in (_prizes, _levels, _grades, _each_gained, _titles, _enumeration):
            aligned = reader(m, low, high, count)
            if aligned is not None:
                return aligned
    return None


def _thresholds(m: Mentions, low: int, high: int, count: int, context: Measured | None) -> Aligned | None:
    found = [
        f
        for f in find_thresholds(m.text, low, high, elided=True, context=context)
        if "value" in f.node and f.node["fact"] not in ("established_on",)
    ]
    facts = dict.fromkeys(f.node["fact"] for f in reversed(found))
    lists = [same for fact in facts if len(same := [f for f in found if f.node["fact"] == fact]) == count]
    if not lists:
        return None
    whens = [[f.node for f in sorted(tier, key=lambda f: f.start)] for tier in zip(*lists, strict=True)]
    ends = [f for same in lists for f in same]
    aligned = Aligned(whens, min(f.start for f in ends), max(f.end for f in ends))
    return _each_its_own(m, low, aligned, lists[0]) if len(lists) == 1 else aligned


def _each_its_own(m: Mentions, low: int, aligned: Aligned, bounds: list[Found]) -> Aligned:
    """零售企业年零售额达5000万元、批发企业年销售额达2亿元的，分别…: whom each bound is for stands before it."""
    begins = [low, *(f.end for f in bounds[:-1])]
    kinds = [
        [f for f in read_typed(m, begin, bound.start) if f.node["fact"] in _KINDS]
        for begin, bound in zip(begins, bounds, strict=True)
    ]
    if not all(kinds) or len({f.node["fact"] for part in kinds for f in part}) != 1:
        return aligned
    whens = [[*(f.node for f in part), *tier] for part, tier in zip(kinds, aligned.whens, strict=True)]
    return Aligned(whens, kinds[0][0].start, aligned.end)


def _prizes(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """国家级专利金奖、专利优秀奖分别给予…: each prize its own amount."""
    for prizes in reversed(prize_lists(m.text, low, high)):
        if len(prizes.items) == count:
            whens = [[leaf("awards", "has_any", [name], a, b, origin="tier/prize")] for name, a, b in prizes.items]
            return Aligned(whens, prizes.start, _name_end(m.text, prizes.end, high))
    return None


def _levels(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    for match in reversed(list(_LEVELS.finditer(m.text, low, high))):
        words = [(w.start(), w.end()) for w in _ONE_LEVEL.finditer(m.text, match.start(), match.end())]
        if len(words) != count:
            continue
        stop = _name_end(m.text, match.end(), high)
        title = _title_over(m, low, high, match.start(), stop)
        apart = title is None and len(re.sub(r"[的，\s]", "", m.text[match.end() : stop])) < 2
        if apart:
            title = _title_before(m, low)
        event, first = _gained(m.text, low, match.start())
        begin = match.start()
        before = named_before(m, begin) if apart and _SAID_OF.fullmatch(m.text, match.end(), stop) else None
        if before is not None:  # 企业技术中心首次被认定为国家级、省级的: the level is all that is said behind
            fact, op = ("qualification_granted", "occurred") if event else ("qualifications", "has_any")
            node = leaf(fact, op, without_levels(before[0]), *before[1:], origin="title/before", first=first)
            title, apart = Found(node, *before[1:]), False
            begin = begin if before[1] < low else before[1]
        whens: list[list[Node]] = []
        for a, b in words:
            level = next(iter(levels_of(m, m.text[a:b])), _SUFFIX[m.text[a]])
            whens.append([_at_level(m, title, level, (a, b), (match.end(), stop), event=event, first=first)])
        used = before[1:] if before else (title.start, title.end) if apart and title is not None else None
        return Aligned(whens, begin if title is None or apart or before else min(title.start, begin), stop, used)
    return None


_SAID_OF = re.compile(r"(?:称号|认定|资格|评定|命名)?")


def _name_end(text: str, start: int, high: int) -> int:
    m = _NAME_END.match(text, start, high)
    return m.end() if m else high


_NAME_END = re.compile(
    r"[^，；。：]*?(?=(?:称号)?(?:认定)?的(?:，|$|(?:企业|单位|机构|项目)(?!技术|重点|工程|研|研发|设计))"
    r"|(?<![级类定评得选为过授获合格])的[^，；。：的]{2,8}企业(?:，|$)|，|；|。|$|分别|一次性|给予)"
)
_HEAD_OF = re.compile(
    r"(?P<name>[^，；。：的]{3,30})的[^，；。：的]{0,8}(?:单位|企业|机构|主体|项目|团队|个人|产品|运营方|业主|公司)(?=[，；。]|$)"
)


def _title_over(m: Mentions, low: int, high: int, start: int, end: int) -> Found | None:
    titles = [f for f in read_typed(m, low, high) if f.node["fact"] in ("qualifications", "qualification_granted", "awards")]
    return next((f for f in titles if f.start < end and start < f.end), None)


def _title_before(m: Mentions, low: int) -> Found | None:
    """The title named earlier in the sentence: 对认定的重点实验室等平台，…国家级、省级、市级分别给予…"""
    begin = max(m.text.rfind("。", 0, low), m.text.rfind("\n", 0, low)) + 1
    titles = [f for f in read_typed(m, begin, low) if f.node["fact"] in ("qualifications", "qualification_granted")]
    return titles[-1] if titles else None


def _gained(text: str, low: int, at: int) -> tuple[bool, bool | None]:
    """Whether the words before a list of levels make it an event, and whether for the first time."""
    before = text[max(low, at - 30) : at]
    event = bool(_GAIN.search(before))
    again = re.search(r"重新|复审|复评|再次", before)
    first = False if again else True if re.search(r"首次|初次|首批|新", before) else None
    return event, first if event else None


_GAIN = re.compile(
    r"(?:获得?|认定|评定|评选|评为|确认|列入|纳入|入选|荣获|取得|授予|命名|批准|立项|备案|通过|晋升|升级|创建|创成|建成|新)[^，；。]{0,12}$"
)
_GRADE = r"(?:国家|全国)?(?:[1-5][ASas]|[ASas]{1,5}|[一二三四五](?:星|A)?|[特甲乙丙])级?"
_GRADES = re.compile(rf"{_GRADE}(?:(?:、|和|及|或|与){_GRADE}){{1,4}}(?:(?<=级)|(?<=A)(?=的|旅游|景区|物流))")
_ONE_GRADE = re.compile(r"(?:国家|全国)?(?P<n>[1-5一二三四五特甲乙丙]?)(?P<unit>星|[ASas]{1,5})?级?")


def _grades(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """五星级、四星级、三星级旅游饭店, 国家5A、4A、3A级物流企业: a title that comes in grades, the unit said with the last at least."""
    for match in reversed(list(_GRADES.finditer(m.text, low, high))):
        if m.text.rfind("(", low, match.start()) > m.text.rfind(")", low, match.start()):
            continue  # what stands in brackets is another case
        words = [w.span() for w in re.finditer(_GRADE, m.text[: match.end()]) if w.start() >= match.start()]
        stop = _name_end(m.text, match.end(), high)
        name = re.sub(r"^(?:标准)?的|\((?:规上|限上|含)[^()]*\)$", "", m.text[match.end() : stop])
        headed = _HEAD_OF.fullmatch(name)
        name = (headed["name"] if headed else name).strip("“”《》")
        if len(words) != count or len(name) < 2:
            continue
        sort = _SORT.search(m.text, low, match.start())
        name = re.sub("(?:评估|测评|评审|评定)$", "", name)
        event, first = _gained(m.text, low, sort.start() if sort else match.start())
        fact, op = ("qualification_granted", "occurred") if event else ("qualifications", "has_any")
        last = _ONE_GRADE.match(m.text, *words[-1])
        unit = (last["unit"] or "") if last is not None else ""
        whens: list[list[Node]] = []
        for a, b in words:
            grade = _ONE_GRADE.match(m.text, a, b)
            said = f"{grade['n']}{grade['unit'] or unit}" if grade is not None else m.text[a:b]
            whens.append(
                [leaf(fact, op, [f"other:{sort[0] if sort else ''}{said}级{name}"], a, b, origin="tier/grade", first=first)]
            )
        begin = sort.start() if sort else match.start()
        begin -= 2 if m.text.endswith("国家", low, begin) else 0
        return Aligned(whens, opening_before(m, low, begin) if event else begin, stop)
    return None


_SORT = re.compile(
    r"(?:[A-Za-z][A-Za-z\d-]{1,9}|(?<=通过|国家|获得|达到)[^，；。、的通过国家获得达到]{3,14}(?:成熟度|等级保护|标准化|贯标))(?:\([^()]{1,20}\))?$"
)  # CMMI三级、四级认证


def _at_level(
    m: Mentions,
    title: Found | None,
    level: str,
    word: tuple[int, int],
    name_span: tuple[int, int],
    *,
    event: bool,
    first: bool | None,
) -> Node:
    a, b = word
    if title is None:
        words = re.sub(r"^(?:的|以上)", "", m.text[name_span[0] : name_span[1]])
        headed = _HEAD_OF.fullmatch(words)  # 集聚区的运营单位: who runs what bears the title
        name = (headed["name"] if headed else words).strip("“”《》") or m.text[a:b]
        bare = bare_name(re.sub(r"(?<=.{4})创建$", "", name))
        fact, op = ("qualification_granted", "occurred") if event or bare.event else ("qualifications", "has_any")
        first = bare.first if bare.event else first
        return leaf(fact, op, [f"other:{bare.name}.{level}"], a, b, origin="tier/level-other", first=first)
    codes = []
    for code in title.node["value"]:
        base = code.rsplit(".", 1)[0] if re.search(r"\.(?:national|provincial|municipal|district)$", code) else code
        codes.append(at_one_level(base, level) if title.node["fact"] != "awards" else base)
    return {**title.node, "value": list(dict.fromkeys(codes)), "evidence": {"start": a, "end": b}, "origin": "tier/level"}


def _each_gained(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """新认定的国家级星创天地、省级农家乐: each title of the phrase its own amount."""
    for phrase in reversed(gained(m, low, high)):
        if len(phrase.names) == count:
            node = phrase.leaf().node
            whens = [
                [{**node, "value": list(n.codes), "evidence": {"start": n.start, "end": n.end}, "origin": "tier/gained"}]
                for n in phrase.names
            ]
            return Aligned(whens, phrase.start, phrase.end)
    return None


def _titles(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """Several titles, each with its own amount: 国家高新技术企业、瞪羚企业、独角兽企业分别给予…"""
    mentions = list(m.qualifications_in(low, high))
    if len(mentions) != count or any(
        not re.fullmatch(r"[^，；。]{0,6}(?:、|和|及|或|以及|与|(?<=”)(?=“))[^，；。]{0,6}", m.text[a.end : b.start])
        for a, b in itertools.pairwise(mentions)
    ):
        return None
    title = _title_over(m, low, high, mentions[0].start, mentions[-1].end)
    if title is None:
        return None
    whens = [
        [{**title.node, "value": list(x.codes), "evidence": {"start": x.start, "end": x.end}, "origin": "tier/title"}]
        for x in mentions
    ]
    return Aligned(whens, title.start, max(title.end, mentions[-1].end))


def _enumeration(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """Any list of as many parts as there are amounts; its parts become declared (or typed) tiers."""
    for match in reversed(list(_ENUMERATION.finditer(m.text, low, high))):
        parts = _parts(m.text, match.start(), match.end())
        if len(parts) != count:
            continue
        stop = _name_end(m.text, parts[-1][0], high)
        parts[-1] = (parts[-1][0], max(parts[-1][0] + 1, stop))
        whens: list[list[Node]] = []
        for a, b in parts:
            typed = [f for f in read_typed(m, a, b) if f.end - f.start >= (b - a) * 0.6]
            nodes = [_as_gained(f.node, m.text, low, parts[0][0]) for f in typed]
            whens.append(nodes or [_named_title(m, low, parts[0][0], a, b) or declared(m, a, b, origin="tier/enumerated")])
        return Aligned(whens, parts[0][0], parts[-1][1])
    return None


_RECOGNISED_AS = re.compile(r"(?:认定为?|评定为|评为|获评|入选|授予|命名为|确认为)$")


def _as_gained(node: Node, text: str, low: int, at: int) -> Node:
    """A title in a list that 获评 or 认定为 opens is gained there, not held."""
    if node["fact"] != "qualifications" or not _RECOGNISED_AS.search(text, max(low, at - 12), at):
        return node
    first = _gained(text, low, at)[1]
    return {**node, "fact": "qualification_granted", "op": "occurred", **({"first": first} if first is not None else {})}


def _named_title(m: Mentions, low: int, at: int, start: int, end: int) -> Node | None:
    """新认定为跨国公司地区总部、外资研发中心的: titles that the table does not know."""
    words = re.sub(r"的[^，；。的]{0,6}$", "", m.text[start:end])
    if not _RECOGNISED_AS.search(m.text, max(low, at - 12), at) or len(words) < 4:
        return None
    name, level = split_level(words)
    code = f"other:{name}{level}"
    return leaf("qualification_granted", "occurred", [code], start, end, origin="tier/named", first=_gained(m.text, low, at)[1])


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a list; what stands before its first 的 or verb belongs to the frame, not to the first part."""
    cut = start
    for m in re.finditer(
        r"(?:对于?|获得?的?|认定为?|评为|评定为|列入|新获批|新担任|担任|制定并?|达到|为|的)(?=[^，；。]{2,})", text[start:end]
    ):
        if "、" not in text[start : start + m.end()]:
            cut = start + m.end()
    parts: list[tuple[int, int]] = []
    position, depth = cut, 0
    index = cut
    while index < end:
        char = text[index]
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        joint = re.compile(r"、|以及|和|及|或").match(text, index, end) if depth == 0 else None
        if joint and index > position:
            parts.append((position, index))
            position = joint.end()
            index = joint.end()
            continue
        index += 1
    if position < end:
        parts.append((position, end))
    return parts
