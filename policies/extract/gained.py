"""Titles by the words around them, whatever they are called: 首次被认定为省级、市级隐形冠军企业, 通过…复核, 新获批的…, 获得…称号.

Which words open and close the name of a title, and what such names end in, stands in policies/lexicon/titles.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from features.qualifications import qualifications
from features.title_linking import link
from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.periods import period_in
from policies.extract.title_levels import ONE_LEVEL, at_level, at_one_level, levels_of
from policies.lexicon import table

_WORD_OF = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区级"}
_BRACKETS = re.compile(r"\([^()]*\)")
_UMBRELLA = re.compile(r"(?<![高中初同特优平])等(?![级次])[^、]{0,12}$")  # 重点实验室、技术中心等创新平台
_ISSUED = re.compile(
    r"[^，；。：的()“”获]{2,30}?(?:认定|备案|评定|评选|公布|命名|授予|颁发)的(?!(?:运营|承办|依托|建设|申报|管理|主办)?(?:企业|单位|机构|主体)|，|；|。|$)"
)
_LISTED = re.compile(r"[目名]录$")  # 列入省级…目录 is a title, 列入国家目录 is none
_GRADED = re.compile(r"(?:[1-5]?A{1,5}|[一二三四五]星|[特甲乙丙])级")  # 国家5A级旅游景区: the grade is the state's own
EITHER = re.compile(
    r"(?:首次|初次|新)(?:通过|被|获得?)?(?:认定|评定|获批|获评|备案|申报)?(?:的)?(?:和|、|或者?|及|以及|与)(?:重新|重复|再次|连续|复审|复核|复评)"
)
"""新认定和重新认定的: gained for the first time or again."""
_CLOSED = re.compile(r"\([^()]*\)$")  # 智能工厂(卓越级及以上)
_LEVELS = re.compile(
    rf"(?:(?:国家级|省部级|部级|省级|自治区级|地?市级|州级|区级|县级|区县级|国家(?!火炬|鼓励|规划布局|科学|自然)|全国)|(?:省|市|区|县)(?=[、和及或与/级])|省(?=.{{3}})|[市区县](?=重点|示范|著名|知名|优秀|骨干|龙头))(?:\((?:[含不]|广东)[^()]{{0,12}}\))?(?:(?:、|和|及|或|与|/|以及){ONE_LEVEL}){{0,4}}(?:\([^()]{{0,8}}\))?(?:[及和或]?以上)?(?:各级|的|重点(?=龙头))?"
)
_RUN = re.compile(r"(?:\([^()\n]{0,30}\)|“[^”\n]{1,30}”|《[^》\n]{1,30}》|[^，；。：的()“”《》\s])+")
_MONEY = re.compile(
    r"(?:由)?(?:本级|[省市区县])?财政|分别|给予|一次性|按照|按(?=\d|上|其)|每[家个户项年人]|最高|奖励|补助|资助|并(?=在|且|有|正|经|通|完|符|为|获|纳|签|给)|且|可(?=享|按|给|获|申)|再|后(?=$|\d|按|给|连)|满|当年|将(?=对|给|由)|，"
)
_JOINT = re.compile(r"、|以及|和|及|或者?|与|/")


_AIMED = re.compile(r"(?:视同|视为|申报|申请|争取|力争|拟|共同|联合|将|负责|组织|开展)$")
_NO_NAME = re.compile(
    r"违法|违规|违纪|失信(?!惩戒工作)|事故|^(?:和(?!谐)|及|与|或|、)|^(?:以[上下]|[下上]列|上述|如下|前[款述])|扶持|资金|\d(?:[万亿年%元亩层个名]|以上)|前[一二三四五六七八九十\d]{1,2}名|不超过|不少于|不多于|排名|位列|^[该其各本此]|^[一二三四五六七八九十\d特甲乙丙]级(?:资质)?$|、|总部|被|列入|评为|认定|获得|获评|入选|设立|创建(?!示范)|^(?:自治区|省|市|区|县|国家|州)级$"
)
_GENERIC = re.compile(
    r"(?:[我本][区市县省]|本地|区内|市内|产业|工业|农业|服务业|制造业?|科技|建筑业?|商贸|文旅|外贸|民营|国有|小微|中小微?|相关|有关|上述|各类|所有|其他|申报|该类|受理|入驻|在园|新|用人)*"
    r"(?:企业|单位|机构|平台|园区|中心|公司|项目|组织|品牌|市场|园)"
)
PLAIN_FIRM = re.compile(
    r"(?:制造业|工业|农业|服务业|建筑业|商贸|外贸|科技|文化|民营|小微|中小微?|规上|限上|本地|区内|市内){1,2}(?:企业|单位|机构|公司)"
)
ANY_FIRM = re.compile(
    r"(?:(?!示范|先进|优秀|龙头|重点|骨干|标杆|领军|名牌|诚信|文明|模范|明星|特色|创新)[一-龥]){1,5}(?:企业|单位|机构|公司)"
)
"""获得市级认定的食品企业: whose kind the words say, and no title."""
_QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》")
_BODY = re.compile(r"(?:企业|机构|单位|公司|组织|平台|项目)$")


@dataclass(frozen=True, slots=True)
class Named:
    """One name in a list of titles: its codes (one for each level said) and its place."""

    codes: tuple[str, ...]
    start: int
    end: int
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gained:
    """Titles gained or (where `event` is false) borne, in one phrase."""

    names: tuple[Named, ...]
    start: int
    end: int
    event: bool
    first: bool | None
    period: str | None

    def leaf(self) -> Found:
        """One leaf for the whole list."""
        fact, op = ("qualification_granted", "occurred") if self.event else ("qualifications", "has_any")
        codes = list(dict.fromkeys(code for name in self.names for code in name.codes))
        return found(
            fact, op, codes, self.start, self.end, origin="title/gained", rank=4, first=self.first if self.event else None,
            period=self.period if self.event else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Trust:
    """How far the words around a name vouch for its being a title: `built` takes a level to be one, `weak` a level or a word of honour,
    `attributive` (经认定的…) these or a name that is not just some kind of body.
    """

    strong: bool
    weak: bool
    built: bool
    attributive: bool


@dataclass(frozen=True, slots=True)
class _Words:
    opening: re.Pattern[str]
    head: re.Pattern[str]
    honour: re.Pattern[str]
    not_title: re.Pattern[str]
    given: re.Pattern[str]
    again: re.Pattern[str]


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


@cache
def _words() -> _Words:
    t = table("titles")
    firm, loose = _any(t["firm"]), _any(t["loose"])
    first, again = (
        r"首次|初次|首批|第一批|新增(?=纳入|列入|认定|获|入选|评|备案)|(?<![创高革更最重刷全])新近?",
        r"重新|再次|继续|连续",
    )
    opening = re.compile(
        rf"(?P<held>(?<!新)已经?|曾)?(?:(?P<first>{first})|(?P<again>{again}))?(?:(?:申报|申请)并(?:成功)?)?"
        rf"(?:(?:被|由|经(?![营济费验过])|(?:通过|获)(?=[^，；。的：()获]{{2,24}}(?:认定|评定|评|授予|命名|批准)(?:为|的[国省市全区县])))(?:[^，；。的：()为获评]{{0,30}}?))?(?:(?P<first2>{first})|(?P<again2>{again}))?"
        rf"(?:(?P<become>(?:{_any(t['become'])})(?:成?为|成)(?!主|立|功|本|果|交|效|长|熟))|(?P<firm>(?:成功)?(?:{firm}))|(?P<built>{_any(t['built'])})|(?P<loose>(?:成功)?(?:{loose})))"
        r"(?:建设|设立|创建|认定(?=为)|成为|为|组建|过)*(?P<after>复审|复核|认定|评审|评定)?(?P<of>的)?"
    )
    return _Words(
        opening,
        re.compile(rf"(?:{_any(t['heads'])})(?:\([^()]{{1,12}}\))?$"),
        re.compile(_any(t["honours"])),
        re.compile(rf"(?:{_any(t['not_titles'])})$"),
        re.compile(rf"(?:{_any(t['given'])})+(?:企业|单位|机构|项目|产品)?$"),
        re.compile(_any(t["again"])),
    )


def gained(m: Mentions, start: int, end: int) -> list[Gained]:
    """Every phrase of `start:end` in which titles are gained or borne, in order, without overlaps."""
    return list(_phrases(m, start, end))


def _phrases(m: Mentions, start: int, end: int) -> Iterator[Gained]:
    at = start
    while (opening := _words().opening.search(m.text, at, end)) is not None:
        phrase = _phrase(m, start, end, opening)
        at = max(opening.end(), phrase.end if phrase else 0)
        if phrase is not None:
            yield phrase


def _phrase(m: Mentions, start: int, end: int, opening: re.Match[str]) -> Gained | None:
    words = _words()
    run = _RUN.match(m.text, _past_levels(m.text, opening.end(), end), end)
    if run is None or _AIMED.search(m.text, max(start, opening.start() - 6), opening.start()):
        return None
    if opening["of"] and (opening["loose"] or opening["built"]) and not (opening["after"] or opening["built"] == "新增"):
        return None
    issued = _ISSUED.match(m.text, opening.end(), end)  # 获得行业协会认定的5A级物流企业: who gave it comes before the name
    levels: tuple[str, ...] = ()
    if issued is not None:
        run = _RUN.match(m.text, issued.end(), end) or run
        said = _LEVELS.match(m.text, opening.end(), issued.end())
        levels = levels_of(m, said[0]) if said is not None else ()
    low, stop = issued.end() if issued is not None else opening.end(), run.end()
    graded = _OF_GRADE.match(m.text, low, end)  # 评为五星级的乡村民宿
    stop = graded.end() if graded is not None and graded.end("grade") == stop else stop
    money = _MONEY.search(m.text, low, stop)
    stop = money.start() if money is not None else stop
    given = words.given.search(m.text[low:stop])
    core = low + given.start() if given is not None else stop
    umbrella = _UMBRELLA.search(m.text, low, core)
    core = umbrella.start() if umbrella is not None else core
    again = bool(opening["again"] or opening["again2"] or (opening["after"] and words.again.search(opening["after"])))
    again = again or opening["loose"] == "续展" or bool(given is not None and words.again.search(given[0]))
    strong = bool(opening["become"]) or bool(given is not None and given[0].startswith(("称号", "荣誉")))
    first = (
        False
        if again
        else True
        if opening["first"] or opening["first2"] or opening["built"] == "新增" or opening["firm"] == "首次进入"
        else None
    )
    if EITHER.search(m.text, max(start, opening.start() - 12), low):
        first = None
    weak = bool(opening["loose"]) and given is None and not opening["after"]
    trust = _Trust(strong, weak, bool(opening["built"]), attributive=bool(opening["of"]) and first is None)
    first = False if _RENEWED.search(m.text, low, core) else first
    names = _names(m, low, core, trust, levels)
    if umbrella is not None and not levels:
        names = _all_at_level(m, names, umbrella[0])
    held = opening["loose"] == "属于"
    if held and not all(_BORNE.search(code) and words.honour.search(code) for name in names for code in name.codes):
        return None  # 属于省科技领军企业 bears a title, 属于重点产业 a trade
    if not names or _goes_on(m, core, stop) or (issued is not None and levels and _whoever(names)):
        return None
    near = period_in(m.text, behind_mark(m.text, start, opening.start()), opening.start())
    period = near[0] if near and "连续" not in m.text[near[1] : near[2]] else None
    held = held or bool(opening["held"]) or (bool(opening["of"]) and opening["firm"] in ("认定", "评定", "命名", "授予"))
    event = not held or first is not None or period is not None
    return Gained(tuple(names), opening.start(), stop, event, first, period)


_WHO = re.compile(
    r"的(?:$|[，；。：]|[^，；。：的]{0,12}(?:企业|单位|机构|主体|项目|平台|园区|公司|团队|者|人|方|产品|品牌|村|农场|合作社|基地|每|给予|奖励|分别))"
)


def _goes_on(m: Mentions, core: int, stop: int) -> bool:
    """Whether the name is cut short: 国家鼓励|的软件企业, where it does not end like a title or a known one reaches over its end."""
    if any(x.start < core < x.end and x.end > stop for x in m.qualifications_in(max(0, core - 24), core + 24)):
        return True
    return (
        m.text[stop : stop + 1] == "的"
        and not _words().head.search(m.text[:core], max(0, core - 12))
        and not _WHO.match(m.text, stop)
    )


def _past_levels(text: str, low: int, end: int) -> int:
    """Where a name goes on behind levels that 的 parts from it: 国家级、省级的企业技术中心."""
    said = _LEVELS.match(text, low, end)
    return said.end() if said is not None and said[0].endswith("的") else low


def _names(m: Mentions, low: int, high: int, trust: _Trust, levels: tuple[str, ...] = ()) -> list[Named]:
    """The names in a list, each with its levels (国家级 before one holds for those behind it without any); none if one is no title."""
    result: list[Named] = []
    shared = bool(levels)
    for a, b in _parts(m, low, high):
        said = _LEVELS.match(m.text, a + (m.text[a] in "“《"), b) or _levels_of_place(m, a, b)
        own = levels_of(m, said[0]) if said is not None else ()
        levels = own or (levels if shared and not any(r.start == a for r in m.regions_in(a, b)) else ())
        shared = "级" in said[0] if said is not None else shared
        bearer = _BEARER.search(m.text, a, b) if not trust.attributive else None
        b = bearer.start() if bearer is not None else b
        begin = said.end() if said is not None else a
        name = _bare(_RENEWED.sub("", m.text[begin:b]))
        name = re.sub("级?的", "级", name, count=1) if _OF_GRADE.fullmatch(name) else name
        known = _known(m, begin, b, levels) or (_ends_alike(m, result[-1], begin, b, levels) if result else ())
        if known and _NO_NAME.search(_BRACKETS.sub("", name)):
            return []  # 总部企业首次入选世界500强: more than a name
        if not known and (not _is_title(name, trust, levelled=bool(levels)) or (_LISTED.search(name) and not shared)):
            return []
        at = () if said is not None and said[0] in ("国家", "全国") and _GRADED.match(name) else levels
        codes = tuple(f"other:{name}.{level}" for level in at) or (f"other:{name}",)
        result.append(Named(known or codes, a, b, own))
        trust = _Trust(trust.strong, False, trust.built, attributive=False)  # behind a title 、 goes on with titles
    return result


_BORNE = re.compile(r"(?:企业|机构|单位|平台|基地|中心|园区|合作社|农场)\.[a-z]+$")
_OF_GRADE = re.compile(
    r"(?P<grade>(?:国家)?(?:(?:[1-5]?A{1,5}|[甲乙丙])级|[一二三四五]星级?))的(?!企业|单位|机构|项目|奖|给)[一-龥]{2,10}?(?=，|；|。|$|给予|奖励|补助|一次性|分别|每)"
)
_BEARER = re.compile(r"(?<=[一-龥]{4})(?:牵头|依托|承担|运营|申报|承办|保护)(?:单位|企业|机构|主体|方)$")
"""技术创新中心|牵头单位: who bears the title, and no part of it."""
_RENEWED = re.compile(r"(?:产地)?(?:续展|(?:复查)?换证|复检|期满复核)(?:(?=认证)|$)")
"""绿色食品|续展|认证: what is gained again, said inside its name."""
_PLACE = re.compile(r"[一-龥]{2,6}?(?=[省市区县州]级)")


def _levels_of_place(m: Mentions, low: int, high: int) -> re.Match[str] | None:
    """宁波|市级|企业研究院: the level of a name that opens with the place that gives it."""
    place = _PLACE.match(m.text, low, high)
    if place is None or not any(r.start == low for r in m.regions_in(low, min(high, place.end() + 1))):
        return None
    return _LEVELS.match(m.text, place.end(), high)


def _whoever(names: list[Named]) -> bool:
    """Whether the names say no more than what kind of firm (国家级认定的食品企业)."""
    codes = [code.rpartition(".")[0] for name in names for code in name.codes]
    return all(ANY_FIRM.fullmatch(code.removeprefix("other:")) for code in codes)


def _all_at_level(m: Mentions, names: list[Named], umbrella: str) -> list[Named]:
    """省重点实验室、中试基地等省级创新平台: the one level that the umbrella word says is that of every name that says none."""
    said = _LEVELS.match(umbrella, 1 + umbrella.startswith("等的"))
    levels = levels_of(m, said[0]) if said is not None else ()
    if len(levels) != 1:
        return names
    return [n if n.levels or any("." in c for c in n.codes) else replace(n, codes=at_level(n.codes, levels[0])) for n in names]


def _ends_alike(m: Mentions, before: Named, low: int, high: int, levels: tuple[str, ...]) -> tuple[str, ...]:
    """知识产权示范企业、优势企业: a name cut short, known when it takes the stem of the name before it; at that one's level."""
    own, whole = m.text[low:high], m.text[before.start : before.end]
    said = _LEVELS.match(m.text, before.start, before.end)
    stem = m.text[said.end() if said is not None else before.start : before.end - len(own)]
    if not 4 <= len(own) <= 6 or len(stem) < 3 or own[-2:] != whole[-2:]:
        return ()
    code = link(f"{stem}{own}", m.region)
    if code is None or code.partition(".")[0] not in {c.partition(".")[0] for c in before.codes}:
        return ()
    head = code.partition(".")[0]
    inherited = levels or tuple(c.rpartition(".")[2] for c in before.codes if "." in c and ":" not in c)
    return tuple(at_one_level(head, level) for level in inherited) or (code,)


_ASIDE = re.compile(r"等$|(?<=.{4})创建$|(?<=认证)(?:企业|单位|机构|产品)$|\((?:规上|限上|[含不下以])[^()]*\)$")


def _bare(words: str) -> str:
    """A name without the marks around it and what is said of it behind."""
    return unquoted(_ASIDE.sub("", words))


def unquoted(words: str) -> str:
    """A name without quotation marks around all of it, and without one whose partner is cut off."""
    quoted = re.fullmatch(r"[“《]([^“”《》]+)[”》]", words)
    if quoted is not None:
        return quoted[1]
    cut = words.count("“") != words.count("”") or words.count("《") != words.count("》")
    return words.strip("“”《》") if cut else words


def _is_title(name: str, trust: _Trust, *, levelled: bool) -> bool:
    words = _words()
    if not (3 if trust.strong else 2) <= len(name) <= 32 or PLAIN_FIRM.fullmatch(name) or "的" in _QUOTED.sub("", name):
        return False
    if words.not_title.search(name) or _NO_NAME.search(_BRACKETS.sub("", name)):
        return False
    headed, honoured = words.head.search(name) is not None, words.honour.search(name) is not None
    if re.search(r"(?:项目|工程|组织|公司|团体)$", name) and not honoured:
        return False
    if trust.strong:
        return True
    if len(name) < 3 or not headed:
        return False
    if levelled or trust.built:
        return levelled
    if trust.attributive:
        return honoured or not (_BODY.search(name) or _GENERIC.fullmatch(name))
    return honoured or not (trust.weak or _GENERIC.fullmatch(name))


def _known(m: Mentions, low: int, high: int, levels: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a name that the table knows, at the levels said: it names the title or ends in its name."""
    closed = _CLOSED.search(m.text, low, high)
    high = closed.start() if closed is not None else high
    for mention in m.qualifications_in(max(0, low - 24), high + 4):
        if high - 2 <= mention.end and mention.end > low:
            bare = levels and all(c in qualifications() and qualifications()[c].levels for c in mention.codes)
            return tuple(f"{c}.{level}" for c in mention.codes for level in levels) if bare else mention.codes
    words = {level: link(f"{_WORD_OF[level]}{m.text[low:high]}", m.region) for level in levels}
    codes = words.values() if words else [link(m.text[low:high], m.region)]
    return tuple(dict.fromkeys(code for code in codes if code)) if all(codes) else ()


def _parts(m: Mentions, low: int, high: int) -> list[tuple[int, int]]:
    """The names of a list: parted at 、 和 或 where what stands before ends like a title, or a known one (供应链创新与应用示范企业 is one name)."""
    text = m.text
    known = {x.end for x in m.qualifications_in(low, high)}
    parts: list[tuple[int, int]] = []
    begin, at, depth = low, low, 0
    while at < high:
        if depth == 0 and at > begin and text.startswith("”“", at - 1):  # “甲”“乙”
            parts.append((begin, at))
            begin = at
        depth += (text[at] in "(“《") - (text[at] in ")”》")
        joint = _JOINT.match(text, at, high) if depth == 0 and at > begin else None
        if joint is not None and joint.end() < high and (at in known or _ends_title(text[begin:at])):
            parts.append((begin, at))
            begin = joint.end()
        at = joint.end() if joint is not None else at + 1
    if begin < high:
        parts.append((begin, high))
    return parts


def _ends_title(words: str) -> bool:
    return len(words) > 3 and _words().head.search(words.strip("”》")) is not None


def names_sought(m: Mentions, low: int, high: int) -> list[Named]:
    """The titles that the words after 创建 or 申报 name; none where they name anything else."""
    money = _MONEY.search(m.text, low, high)
    return _names(m, low, money.start() if money else high, _Trust(False, False, False, attributive=True))


def opening_before(m: Mentions, low: int, at: int) -> int:
    """Where the words that open a name at `at` begin (首次被认定为|…), `at` itself where there are none."""
    openings = list(_words().opening.finditer(m.text, max(low, at - 40), at))
    return openings[-1].start() if openings and openings[-1].end() >= at else at
