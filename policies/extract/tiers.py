"""Lists that run side by side: 国家级、省级、市级…分别给予300万元、200万元、50万元, 达到1亿元、3亿元的分别奖励…"""

from __future__ import annotations

import itertools
import re

from policies.extract.antecedents import bare_gains, bare_name, named_before
from policies.extract.awards import by_grade, prize_lists
from policies.extract.conditions import declared, for_each
from policies.extract.enumerated import Aligned, enumeration, first_in_a_place, gained_before, name_end, named_alike, phases
from policies.extract.gained import gained, opening_before
from policies.extract.leaf import Found, Node, leaf
from policies.extract.listings import markets
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.receivers import receivers
from policies.extract.thresholds import find_thresholds
from policies.extract.title_levels import at_one_level, levels_of, without_levels
from policies.extract.title_names import before_act
from policies.extract.titles import gained_in
from policies.extract.typed import read_typed
from policies.extract.verdicts import verdicts

_LEVEL = r"(?:国际级|国家级?|部级|省部级|省级?|自治区级|市级?|(?<![假范验聚集园社新业游居能])区级?|县级?|镇级|州级)"
_LEVELS = re.compile(
    rf"(?:{_LEVEL}(?:\([^()]{{1,12}}\))?)(?:(?:、|和|及|或|与|/|以及)(?:[一-龥]{{2,3}}(?=[省市]级))?(?:{_LEVEL})(?:\([^()]{{1,12}}\))?){{1,4}}"
)
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


_KINDS = {"industry", "industry_theme", "enterprise_size", "headquarters", "ownership"}


def align(
    m: Mentions, conditions: list[tuple[int, int]], count: int, context: Measured | None = None, *, any_list: bool = True
) -> Aligned | None:
    """Match `count` amounts to a list of as many alternatives in the conditions, the last list first.

    `any_list`: whether a list of any words may be it, as 分别 says.
    """
    for (low, before), (after, high) in itertools.pairwise(conditions):
        both = _thresholds(m, low, high, count, context) if m.text[before:after] == "，" else None
        if both is not None and len(both.whens[0]) > 1 and both.start < before and after < both.end:
            return both
    for low, high in reversed(conditions):
        bounded = _receivers(m, low, high, count, context) or _thresholds(m, low, high, count, context)
        if bounded is not None:
            return bounded
        for reader in (
            _prizes,
            _markets,
            _levels,
            _grades,
            phases,
            _verdicts,
            _each_gained,
            _each_before,
            _titles,
            named_alike,
            enumeration,
        ):
            if reader is enumeration and not any_list:
                continue
            aligned = reader(m, low, high, count)
            if aligned is not None:
                return first_in_a_place(m, aligned)
    return None


def _receivers(m: Mentions, low: int, high: int, count: int, context: Measured | None) -> Aligned | None:
    """营业收入超过5亿元的批发企业、零售额超过1亿元的零售企业，分别…: whatever is said of a receiver is said of its sum only."""
    several = receivers(m.text, low, high)
    if len(several) != count:
        return None
    shared, whens = for_each(m, several, context=context)
    if not all(whens):
        return None
    start = max((node["evidence"]["end"] for node in shared if "evidence" in node), default=low)
    return Aligned(whens, start, high)


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
            whens = [[_prize(m, low, name, a, b)] for name, a, b in prizes.items]
            return Aligned(whens, prizes.start, _prizes_end(m.text, prizes.end, high))
        graded = by_grade(prizes, count) if count >= 2 else []
        if graded:
            whens = [[leaf("awards", "has_any", names, a, b, origin="tier/prize")] for names, a, b in graded]
            return Aligned(whens, prizes.start, _prizes_end(m.text, prizes.end, high))
    return None


_WHOSE = re.compile(r"[一-龥]{2,4}(?:省|市|区|县)|自治区|全[国省市区县]")


def _all_of_it(text: str, start: int, named: int) -> bool:
    """Whether a title begins where the prize does, but for the place that gives it (江苏省|省长质量奖)."""
    return named <= start + 1 or _WHOSE.fullmatch(text, start, named) is not None


def _prize(m: Mentions, low: int, name: str, start: int, end: int) -> Node:
    """A prize of a list; one that the table of titles knows (中国质量奖) is gained like any title."""
    known = [x for x in m.qualifications_in(max(0, start - 8), end) if x.end == end and _all_of_it(m.text, start, x.start)]
    if not known or any("提名" in m.text[x.start : end + 3] for x in known):
        return leaf("awards", "has_any", [name], start, end, origin="tier/prize")
    first, period = gained_before(m.text, low, start)[1], gained_in(m.text, low, start)
    codes = list(known[-1].codes)
    return leaf("qualification_granted", "occurred", codes, start, end, origin="tier/prize", first=first, period=period)


def _prizes_end(text: str, end: int, high: int) -> int:
    """Behind what is said of the prizes; a further condition (一等奖且在一年内落户的) is none of that."""
    return end if text.startswith(("且", "并", "后"), end) else name_end(text, end, high)


_LISTED_BEHIND = re.compile(r"[一-龥]{0,4}?(?:首发|首次公开发行|发行)?(?:上市|挂牌)(?:或挂牌|或上市|\((?:上市|挂牌)\))?")


def _markets(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """在主板、新三板挂牌的企业，分别…: each market its own amount."""
    found = markets(m.text, low, high)
    if len(found) != count or count < 2:
        return None
    behind = _LISTED_BEHIND.match(m.text, found[-1].end, high)
    return Aligned([[f.node] for f in found], found[0].start, behind.end() if behind is not None else found[-1].end)


def _levels(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    for match in reversed(list(_LEVELS.finditer(m.text, low, high))):
        words = [(w.start(), w.end()) for w in _ONE_LEVEL.finditer(m.text, match.start(), match.end())]
        if len(words) != count:
            continue
        stop = before_act(m.text, match.end(), name_end(m.text, match.end(), high))
        title = _title_over(m, low, high, match.start(), stop)
        if title is None and (
            _OCCASION.search(m.text, match.end(), stop) or _HELD.search(m.text, max(low, match.start() - 12), match.start())
        ):
            ends = [*(b for _, b in words[:-1]), stop]  # 承办国家级、省级赛事: what is held or taken part in is no title
            parts = [(a, end) for (a, _), end in zip(words, ends, strict=True)]
            return Aligned([[declared(m, a, b, origin="tier/held")] for a, b in parts], match.start(), stop)
        apart = title is None and len(re.sub(r"[的，\s]", "", m.text[match.end() : stop])) < 2
        if apart:
            title = _title_before(m, low)
        event, first = gained_before(m.text, low, match.start())
        period = gained_in(m.text, low, match.start()) if event else None
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
            node = _at_level(m, title, level, (a, b), (match.end(), stop), event=event, first=first)
            whens.append([{**node, "period": period} if period is not None and node["op"] == "occurred" else node])
        used = before[1:] if before else (title.start, title.end) if apart and title is not None else None
        return Aligned(whens, begin if title is None or apart or before else min(title.start, begin), stop, used)
    return None


_OCCASION = re.compile(
    r"(?:赛事|比赛|大赛|展会|会展|会议|论坛|活动|演出|评选)(?:$|[中上里](?:获|荣)|(?:、|或|和|及)[一-龥]{2,6}[中上里](?:获|荣))"
)  # 国家级、省级赛事 are levels of what is held, and no titles
_HELD = re.compile(
    r"(?:承办|举办|主办|协办|引进|组织|参加|参与|承接|承担|主持|牵头)(?:(?:和|或|、)(?:承办|举办|主办|引进))?(?:的)?$"
)
_SAID_OF = re.compile(r"(?:称号|认定|资格|评定|命名)?")


_HEAD_OF = re.compile(
    r"(?P<name>[^，；。：的]{2,30})的[^，；。：的]{0,8}(?:单位|企业|机构|主体|项目|团队|个人|产品|运营方|业主|公司|农庄|农场|合作社|酒店|民宿|园区|基地|景区|饭店|社区|村)(?=[，；。]|$)"
)


_QUOTED = re.compile(r"“(?P<name>[^“”]{2,24})”(?:称号|荣誉|牌匾|标识|品牌)?(?:的[^，；。]*)?")


def _unquoted(words: str) -> str:
    """绿色建筑 of “绿色建筑”称号的楼宇: a title's name without its quotation marks and what bears it."""
    quoted = _QUOTED.fullmatch(words)
    return quoted["name"] if quoted is not None else words.strip("“”《》")


def _title_over(m: Mentions, low: int, high: int, start: int, end: int) -> Found | None:
    titles = [f for f in read_typed(m, low, high) if f.node["fact"] in ("qualifications", "qualification_granted", "awards")]
    return next((f for f in titles if f.start < end and start < f.end), None)


def _title_before(m: Mentions, low: int) -> Found | None:
    """The title named earlier in the sentence: 对认定的重点实验室等平台，…国家级、省级、市级分别给予…"""
    begin = max(m.text.rfind("。", 0, low), m.text.rfind("\n", 0, low)) + 1
    titles = [f for f in read_typed(m, begin, low) if f.node["fact"] in ("qualifications", "qualification_granted")]
    return titles[-1] if titles else None


_GRADE = r"(?:国家|全国)?(?:[1-5][ASas]|[ASas]{1,5}|[一二三四五](?:星|A)?|[特甲乙丙])级?"
_GRADES = re.compile(rf"{_GRADE}(?:(?:、|和|及|或|与){_GRADE}){{1,4}}(?:(?<=级)|(?<=星)(?=的)|(?<=A)(?=的|旅游|景区|物流))")
_ONE_GRADE = re.compile(r"(?:国家|全国)?(?P<n>[1-5一二三四五特甲乙丙]?)(?P<unit>星|[ASas]{1,5})?级?")


def _grades(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """五星级、四星级、三星级旅游饭店, 国家5A、4A、3A级物流企业: a title that comes in grades, the unit said with the last at least."""
    for match in reversed(list(_GRADES.finditer(m.text, low, high))):
        if m.text.rfind("(", low, match.start()) > m.text.rfind(")", low, match.start()):
            continue  # what stands in brackets is another case
        words = [w.span() for w in re.finditer(_GRADE, m.text[: match.end()]) if w.start() >= match.start()]
        stop = name_end(m.text, match.end(), high)
        name = re.sub(r"^(?:标准)?的|\((?:规上|限上|含)[^()]*\)$", "", m.text[match.end() : stop])
        headed = _HEAD_OF.fullmatch(name)
        name = _unquoted(headed["name"] if headed else name)
        if len(words) != count or len(name) < 2:
            continue
        builder = _BUILDER.search(m.text, low, match.start()) if name.startswith("资质") else None
        if builder is not None:
            event, first = gained_before(m.text, low, builder.start())
            period = gained_in(m.text, low, builder.start()) if event else None
            fact, op = ("qualification_granted", "occurred") if event else ("qualifications", "has_any")
            codes = [_BUILT.get(m.text[a]) for a, _ in words]
            if all(codes):
                built = [
                    [leaf(fact, op, [f"construction_grade.{code}"], a, b, origin="tier/grade", first=first, period=period)]
                    for code, (a, b) in zip(codes, words, strict=True)
                ]
                return Aligned(built, opening_before(m, low, builder.start()) if event else builder.start(), stop)
        sort = _SORT.search(m.text, low, match.start())
        if _HIRED.search(m.text, max(low, match.start() - 8), match.start()):
            ends = [*(b for _, b in words[:-1]), stop]  # 聘请一级、二级物业企业: the grade of somebody else
            parts = [(a, end) for (a, _), end in zip(words, ends, strict=True)]
            return Aligned([[declared(m, a, b, origin="tier/hired")] for a, b in parts], match.start(), stop)
        if sort is None and _NO_NAME.fullmatch(name):  # 通过两化融合管理体系A级、AA级评定: the title stands before the grades
            return Aligned([[declared(m, a, b, origin="tier/grade-alone")] for a, b in words], match.start(), stop)
        name = re.sub("(?:评估|测评|评审|评定)$", "", name)
        event, first = gained_before(m.text, low, sort.start() if sort else match.start())
        period = gained_in(m.text, low, sort.start() if sort else match.start()) if event else None
        fact, op = ("qualification_granted", "occurred") if event else ("qualifications", "has_any")
        last = _ONE_GRADE.match(m.text, *words[-1])
        unit = (last["unit"] or "") if last is not None else ""
        whens: list[list[Node]] = []
        for a, b in words:
            grade = _ONE_GRADE.match(m.text, a, b)
            said = f"{grade['n']}{grade['unit'] or unit}" if grade is not None else m.text[a:b]
            whens.append(
                [
                    leaf(
                        fact,
                        op,
                        [f"other:{sort[0] if sort else ''}{said}级{name}"],
                        a,
                        b,
                        origin="tier/grade",
                        first=first,
                        period=period,
                    )
                ]
            )
        begin = sort.start() if sort else match.start()
        begin -= 2 if m.text.endswith("国家", low, begin) else 0
        return Aligned(whens, opening_before(m, low, begin) if event else begin, stop)
    return None


_HIRED = re.compile(r"(?:聘请|聘用|引进|引入|委托|购买|采购|服务|入驻)(?:的|了)?(?:国家)?$")
_BUILDER = re.compile(r"(?:建筑业|建筑工程|房屋建筑工程|市政公用工程|工程)?(?:施工)?总承包(?:企业)?(?:的)?$")
_BUILT = {"特": "special", "一": "first", "壹": "first", "二": "second", "贰": "second"}
_NO_NAME = re.compile(r"(?:评定|认证|评估|评价|贯标|认定|标准|水平|等级|证书|测评|验收|通过)+")
_SORT = re.compile(
    r"(?:[A-Za-z][A-Za-z\d-]{1,9}|(?<=为)(?:施工总承包|专业承包|总承包|工程设计|工程勘察|工程监理|房地产开发)|(?<=通过|国家|获得|达到)[^，；。、的通过国家获得达到]{3,14}(?:成熟度|成熟度(?:评估|等级)?模型|成熟度评估|等级保护|标准化|贯标))(?:\([^()]{1,20}\))?$"
)  # CMMI三级、四级认证


_PRIZE_LEVEL = re.compile(r"^(?:国家级?|省级|市级|区级|县级|(?:及|和|或)以上)+")


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
        name = _unquoted(headed["name"] if headed else words) or m.text[a:b]
        bare = bare_name(re.sub(r"(?<=.{4})创建$", "", name))
        fact, op = ("qualification_granted", "occurred") if event or bare.event else ("qualifications", "has_any")
        first = bare.first if bare.event else first
        return leaf(fact, op, [f"other:{bare.name}.{level}"], a, b, origin="tier/level-other", first=first)
    codes = []
    for code in title.node["value"]:
        base = code.rsplit(".", 1)[0] if re.search(r"\.(?:national|provincial|municipal|district)$", code) else code
        codes.append(at_one_level(base, level) if title.node["fact"] != "awards" else f"{m.text[a:b]}{_PRIZE_LEVEL.sub('', base)}")
    return {**title.node, "value": list(dict.fromkeys(codes)), "evidence": {"start": a, "end": b}, "origin": "tier/level"}


def _verdicts(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    found = verdicts(m, low, high, count)
    return Aligned(*found) if found is not None else None


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


def _each_before(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """支持企业申报国家级、省级绿色工厂，对认定成功的，分别…: each of the titles that the wish before names its own amount."""
    for f in bare_gains(m, low, high):
        if len(f.node["value"]) == count and f.start < f.end <= high:
            whens = [[{**f.node, "value": [code], "origin": "tier/before"}] for code in f.node["value"]]
            return Aligned(whens, max(low, f.start), f.end)
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
    behind = _GAINED_BEHIND.match(m.text, mentions[-1].end, high)
    node = title.node
    if behind is not None and node["fact"] == "qualifications":
        first = {"first": behind["again"] is None} if behind["again"] or behind["anew"] else {}
        period = {"period": "Y0"} if behind["year"] else {}
        node = {**node, "fact": "qualification_granted", "op": "occurred", **first, **period}
    whens = [
        [{**node, "value": list(x.codes), "evidence": {"start": x.start, "end": x.end}, "origin": "tier/title"}] for x in mentions
    ]
    return Aligned(whens, title.start, max(title.end, mentions[-1].end, behind.end() if behind is not None else 0))


_GAINED_BEHIND = re.compile(
    r"”?(?:企业|称号)?，?(?P<year>当年度?|本年度?)?(?:被|获|获得|通过)?(?:(?P<anew>首次|新)|(?P<again>重新|再次))?(?:被|获|获得|通过)?(?:认定|评定|获评|获批|入选)(?=的)"
)
"""单项冠军、“小巨人”当年度首次认定的，分别…: the event stands behind the list of titles."""
