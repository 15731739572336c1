"""Titles by the words around them, whatever they are called: 首次被认定为省级、市级隐形冠军企业, 通过…复核, 新获批的…, 获得…称号.

Which words open and close the name of a title, and what such names end in, stands in policies/lexicon/titles.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from policies.extract.bounds import behind_mark
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.periods import period_in
from policies.extract.title_levels import at_level, levels_of
from policies.extract.title_names import LEVEL_WORDS, OF_GRADE, RENEWED, Named, Trust, any_of_words, name_words, names_in, systems
from policies.lexicon import table
from policies.lexicon.sought import Sought

_UMBRELLA = re.compile(r"(?<![高中初同特优平甲乙丙一二三])等(?![级次])[^、]{0,12}$")  # 重点实验室、技术中心等创新平台
_ISSUED = re.compile(
    r"[^，；。：的()“”获]{2,36}?(?:认定|备案|评定|评选|公布|发布|公示|命名|授予|颁发|核发|核准|批准|签发|印发|评出|认可|确认|出具)的(?!(?:运营|承办|依托|建设|申报|管理|主办)?(?:企业|单位|机构|主体)|，|；|。|$)"
)
_GIVER = re.compile(
    r"(?:国家)?(?:工业和信息化部|工信部|农业农村部|商务部|科技部(?:火炬中心)?|科学技术部|文化和旅游部|财政部|教育部|民政部|水利部|交通运输部|自然资源部|生态环境部|人力资源和?社会保障部|人社部|住房和?城乡建设部|住建部|发展改革委|发改委|知识产权局|市场监督?管理?总局|体育总局|林草局)(?:年度)?(?=[一-龥“]{4})|[一-龥]{2,16}?(?:联合会|协会|学会|商会|促进会|总局|火炬中心|[^总干支分]部|委|厅|局|署)(?=“|《|国家级|省级|市级|区级|县级|[1-5]?A{1,5}级|[一二三四五]星|年度)(?:年度)?"
)
"""获评中国物流与采购联合会|5A级物流企业: who gave it, with no word of giving."""
EITHER = re.compile(
    r"(?:首次|初次|新)(?:通过|被|获得?)?(?:认定|评定|获批|获评|备案|申报)?(?:的)?(?:和|、|或者?|及|以及|与)(?:重新|重复|再次|连续|复审|复核|复评)"
)
"""新认定和重新认定的: gained for the first time or again."""
_RUN = re.compile(r"(?:\([^()\n]{0,30}\)|“[^”\n]{1,30}”|《[^》\n]{1,30}》|[^，；。：的()“”《》\s])+")
_MONEY = re.compile(
    r"(?:由)?(?:本级|[省市区县])?财政|分别|给予|一次性|按照|按(?=\d|上|其|以下|下列|如下|标准|[^，；。]{0,6}分[别档级类])|每[家个户项年人]|最高|奖励|补助|资助|并(?=在|且|有|正|经|通|完|符|为|获|纳|签|给)|且|可(?=享|按|给|获|申)|再|后(?=$|\d|按|给|连)|满|当年|将(?=对|给|由)|，"
)
_SYSTEMS = re.compile(r"(?P<how>认证(?:证书)?)(?:之一)?$")
_IS_MONEY = re.compile(r"(?:奖励|补助|资助)(?:资金|支持|政策|经费)?(?:的|[；。]|$)")
"""已获得…示范项目|补助: money, and no title."""
_AIMED = re.compile(r"(?:视同|视为|申报|申请|争取|力争|拟|共同|联合|将|负责|组织|开展)$")
ANY_FIRM = re.compile(
    r"(?:(?!示范|先进|优秀|龙头|重点|骨干|标杆|领军|名牌|诚信|文明|模范|明星|特色|创新)[一-龥]){1,5}(?:企业|单位|机构|公司)"
)
"""获得市级认定的食品企业: whose kind the words say, and no title."""


@dataclass(frozen=True, slots=True)
class Gained:
    """Titles gained or (where `event` is false) borne, in one phrase."""

    names: tuple[Named, ...]
    start: int
    end: int
    event: bool
    first: bool | None
    period: str | None
    built: bool = False
    """Whether it is told with a word of building, which may tell what is built and not what it is called."""

    def leaf(self) -> Found:
        """One leaf for the whole list."""
        fact, op = ("qualification_granted", "occurred") if self.event else ("qualifications", "has_any")
        codes = list(dict.fromkeys(code for name in self.names for code in name.codes))
        return found(
            fact, op, codes, self.start, self.end, origin="title/gained", rank=4, first=self.first if self.event else None,
            period=self.period if self.event else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    opening: Sought
    given: re.Pattern[str]
    again: re.Pattern[str]


@cache
def _words() -> _Words:
    t = table("titles")
    firm, loose = any_of_words(t["firm"]), any_of_words(t["loose"])
    first, again = (
        r"首次|初次|首批|第一批|新增(?=纳入|列入|认定|获|入选|评|备案)|(?<![创高革更最重刷全])新近?",
        r"重新|再次|继续|连续",
    )
    opening = Sought(
        rf"(?P<held>(?<!新)已经?|曾)?(?:(?P<first>{first})|(?P<again>{again}))?(?:(?:申报|申请)并(?:成功)?)?"
        rf"(?:(?:被|由|经(?![营济费验过])|(?:通过|获)(?=[^，；。的：()获]{{2,24}}(?:(?:认定|评定|评|授予|命名|批准)(?:为|的[国省市全区县])|授予)))(?:[^，；。的：()为获评]{{0,30}}?))?(?:(?P<first2>{first})|(?P<again2>{again}))?"
        rf"(?:(?P<become>(?:{any_of_words(t['become'])})(?:成?为|成)(?!主|立|功|本|果|交|效|长|熟))|(?P<firm>(?:成功)?(?:{firm}))|(?P<built>{any_of_words(t['built'])})|(?P<loose>(?:成功)?(?:{loose})))"
        r"(?:建设|设立|创建|认定(?=为)|成为|为|组建|过)*(?P<after>复审|复核|认定|评审|评定|(?P<cert>认证)(?=的?“|的?绿色食品|的?有机|的?无公害|的?农产品|或|、)(?:(?:或|、)(?:到期)?(?:复[评查检核])?换证)?)?(?P<of>的)?"
    )
    return _Words(
        opening,
        re.compile(rf"(?:{any_of_words(t['given'])})+(?:企业|单位|机构|项目|产品)?$"),
        re.compile(any_of_words(t["again"])),
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
    """The phrase that an opening opens: who gave the title stands before it (…认定的), or the words behind the verb are the name."""
    issued = _ISSUED.match(m.text, opening.end(), end)  # 获得行业协会认定的5A级物流企业
    phrase = _read(m, start, end, opening, issued)
    return phrase if phrase is not None or issued is None else _read(m, start, end, opening, None)


def _read(m: Mentions, start: int, end: int, opening: re.Match[str], issued: re.Match[str] | None) -> Gained | None:
    words = _words()
    run = _RUN.match(m.text, _past_levels(m.text, opening.end(), end), end)
    if run is None or _AIMED.search(m.text, max(start, opening.start() - 6), opening.start()):
        return None
    if opening["of"] and (opening["loose"] or opening["built"]) and not (opening["after"] or opening["built"] == "新增"):
        return None
    levels: tuple[str, ...] = ()
    if issued is not None:
        run = _RUN.match(m.text, issued.end(), end) or run
        said = LEVEL_WORDS.match(m.text, opening.end(), issued.end())
        paper = m.text.endswith(("证", "证书"), issued.end(), run.end())  # …省级部门核发的许可证 is no provincial one
        levels = levels_of(m, said[0]) if said is not None and not paper else ()
    giver = _GIVER.match(m.text, opening.end(), run.end()) if issued is None else None
    low, stop = issued.end() if issued is not None else giver.end() if giver is not None else opening.end(), run.end()
    graded = OF_GRADE.match(m.text, low, end)  # 评为五星级的乡村民宿
    stop = graded.end() if graded is not None and graded.end("grade") == stop else stop
    money = _MONEY.search(m.text, low, stop)
    if money is not None and _IS_MONEY.match(m.text, money.start()):
        return None
    stop = money.start() if money is not None else stop
    given = words.given.search(m.text[low:stop])
    core = low + given.start() if given is not None else stop
    umbrella = _UMBRELLA.search(m.text, low, core)
    core = umbrella.start() if umbrella is not None else core
    again = bool(opening["again"] or opening["again2"] or (opening["after"] and words.again.search(opening["after"])))
    again = (
        again
        or opening["loose"] == "续展"
        or (opening["become"] or "").startswith("复")
        or bool(given is not None and words.again.search(given[0]))
    )
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
    weak = bool(opening["loose"]) and given is None and not opening["after"] and "被" not in opening[0]
    certifying = bool(opening["cert"]) or opening[0].endswith(("认证", "认证的"))
    strong = strong or certifying
    listed = given is not None and given[0].endswith(("名单", "榜单", "排行榜"))
    trust = Trust(strong, weak, bool(opening["built"]), bool(opening["of"]) and first is None, issued is not None, listed)
    first = False if RENEWED.search(m.text, low, core) else first
    names = names_in(m, low, core, trust, levels)
    if certifying:
        names = [replace(n, codes=_certified(m.text, n)) for n in names]
    closing = _SYSTEMS.search(m.text, umbrella.start(), stop) if umbrella is not None and not names else None
    if closing is not None:
        names = systems(m.text, low, core, closing["how"])
    if umbrella is not None and not levels:
        names = _all_at_level(m, names, umbrella[0])
    held = opening["loose"] == "属于"
    if held and not all(_BORNE.search(code) and name_words().honour.search(code) for name in names for code in name.codes):
        return None  # 属于省科技领军企业 bears a title, 属于重点产业 a trade
    if not names or _goes_on(m, core, stop) or (issued is not None and levels and _whoever(names)):
        return None
    near = period_in(m.text, behind_mark(m.text, start, opening.start()), opening.start())
    period = near[0] if near and "连续" not in m.text[near[1] : near[2]] else None
    held = (
        held
        or bool(opening["held"])
        or (bool(opening["of"]) and opening["firm"] in ("认定", "评定", "命名", "授予") and not opening[0].startswith("获"))
    )
    event = not held or first is not None or period is not None
    begin = opening.start()
    if held and opening[0].startswith(opening["firm"] or "\n"):
        by = _GIVEN_BY.search(m.text, max(start, begin - 30), begin)
        begin = by.start() if by is not None else begin
    return Gained(tuple(names), begin, stop, event, first, period, bool(opening["built"]))


def _certified(text: str, name: Named) -> tuple[str, ...]:
    """首次认证“三品一标”: what is certified, with the word."""
    if any(not code.startswith("other:") or "认证" in code for code in name.codes):
        return name.codes
    return (f"other:{text[name.start : name.end]}认证",) if text[name.start] == "“" else tuple(f"{c}认证" for c in name.codes)


_GIVEN_BY = re.compile(
    r"(?:(?<=[为是系对，；。：、\n])|(?<=属于)|^)(?:由|经)?[^，；。：、的为是系()\n]{2,26}(?:部门|[厅局委部办]|政府|协会|学会|联合会|促进会|中心|管委会|机构)(?:联合|共同|依法|组织)?$"
)
"""(申请单位为)人社部门|认定的就业见习基地: who conferred it, said before the verb with no 由."""


_WHO = re.compile(
    r"的(?:$|[，；。：]|[^，；。：的]{0,12}(?:企业|单位|机构|主体|项目|平台|园区|公司|团队|者|人|方|产品|品牌|村|农场|合作社|基地|每|给予|奖励|分别))"
)


def _goes_on(m: Mentions, core: int, stop: int) -> bool:
    """Whether the name is cut short: 国家鼓励|的软件企业, where it does not end like a title or a known one reaches over its end."""
    if any(x.start < core < x.end and x.end > stop for x in m.qualifications_in(max(0, core - 24), core + 24)):
        return True
    return (
        m.text[stop : stop + 1] == "的"
        and not name_words().head.search(m.text[:core], max(0, core - 12))
        and not _WHO.match(m.text, stop)
    )


def _past_levels(text: str, low: int, end: int) -> int:
    """Where a name goes on behind levels that 的 parts from it: 国家级、省级的企业技术中心."""
    said = LEVEL_WORDS.match(text, low, end)
    return said.end() if said is not None and said[0].endswith("的") else low


_BORNE = re.compile(r"(?:企业|机构|单位|平台|基地|中心|园区|合作社|农场)\.[a-z]+$")


def _whoever(names: list[Named]) -> bool:
    """Whether the names say no more than what kind of firm (国家级认定的食品企业)."""
    codes = [code.rpartition(".")[0] for name in names for code in name.codes]
    return all(ANY_FIRM.fullmatch(code.removeprefix("other:")) for code in codes)


def _all_at_level(m: Mentions, names: list[Named], umbrella: str) -> list[Named]:
    """省重点实验室、中试基地等省级创新平台: the one level that the umbrella word says is that of every name that says none."""
    said = LEVEL_WORDS.match(umbrella, 1 + umbrella.startswith("等的"))
    levels = levels_of(m, said[0]) if said is not None else ()
    if len(levels) != 1:
        return names
    return [n if n.levels or any("." in c for c in n.codes) else replace(n, codes=at_level(n.codes, levels[0])) for n in names]


def names_sought(m: Mentions, low: int, high: int) -> list[Named]:
    """The titles that the words after 创建 or 申报 name; none where they name anything else."""
    money = _MONEY.search(m.text, low, high)
    return names_in(m, low, money.start() if money else high, Trust(False, False, False, attributive=True))


def opening_before(m: Mentions, low: int, at: int) -> int:
    """Where the words that open a name at `at` begin (首次被认定为|…), `at` itself where there are none."""
    openings = list(_words().opening.finditer(m.text, max(low, at - 40), at))
    return openings[-1].start() if openings and openings[-1].end() >= at else at
