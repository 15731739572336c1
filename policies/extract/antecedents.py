"""Titles that stand before what is said of them: 支持企业申报瞪羚企业，对首次认定的…; 企业技术中心首次被认定为国家级的…"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.extract.awards import Prizes, prize_lists
from policies.extract.bounds import behind_mark
from policies.extract.gained import gained, names_sought, opening_before
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.title_levels import levels_of, without_levels
from policies.lexicon.sought import Sought

_AFTER = re.compile(
    r"(?P<first>首次|初次|新)?(?:被|经)?(?:通过|获得?|获评)?(?:(?P<again>复审|复核|复评|重新认定)|(?:通过)?验收|认定|评定|授牌|备案|命名)(?:通过|合格)?$"
)


@dataclass(frozen=True, slots=True)
class Bare:
    """The words of a name without what is said of it behind: 农家乐通过复核 is 农家乐, gained again."""

    name: str
    event: bool
    first: bool | None


def bare_name(words: str) -> Bare:
    """What a name is called, and whether the words right behind it make it an event."""
    m = _AFTER.search(words)
    if m is None or m.start() < 2:
        return Bare(words, False, None)
    return Bare(words[: m.start()], True, False if m["again"] else True if m["first"] else None)


_SOUGHT = re.compile(
    r"(?:创建|争创|申报|申请|争取|争当|参评|建设|打造成?为?|培育|组建|设立|建立|(?:成长|发展|升级|晋升|转型|提升)[为成至到]|发展|开展|认定|创成|评选|推荐)(?P<name>(?:“[^”\n]{1,30}”|[^，；。：的()“”《》\s]){3,40})"
)
_HEADED = re.compile(
    r"(?:^|(?<=[，；。：\s]))(?:第[一二三四五六七八九十]{1,3}条|\([一二三四五六七八九十\d]{1,3}\)|[\d一二三四五六七八九十]{1,2}[.、])?\s?(?:实施|加大|设立|开展|给予|对于?)?(?P<name>(?:“[^”\n]{1,30}”|[^，；。：的()“”《》\s]){3,40}?)(?:称号|资质)?(?:认定|创建|培育|评定)?(?:给予)?(?:奖励|奖补|补助|资助|扶持)(?:标准|政策)?[。：](?=[^。\n]{0,40}$)"
)
"""绿色工厂奖励。|首次被认定为国家级的: what the head of the clause rewards."""
_SUBJECT = re.compile(
    r"(?:^|(?<=[，；。：\s]))(?:第[一二三四五六七八九十]{1,3}条|\([一二三四五六七八九十\d]{1,3}\)|[\d一二三四五六七八九十]{1,2}[.、])?(?:对于?|支持|鼓励|企业|区内|的)*(?P<name>(?:“[^”\n]{1,30}”|[^，；。：的()“”《》\s]){3,40})：?$"
)
_LEAD_LENGTH = 160
_SEEKING = re.compile(r"(?:称号|资质|资格|荣誉)?(?:的)?(?:认定|评定|评选|评审|创建|申报|建设|备案|认证|命名)(?:工作|活动)?$")
"""申请高新技术企业|认定: what is done for a title, behind its name."""


_SHORTEST_NAME = 3


def named_before(m: Mentions, at: int) -> tuple[list[str], int, int] | None:
    """The titles that a level alone is of: 企业技术中心首次被认定为…, 支持创建农家乐示范点，对新认定为…; their codes."""
    begin = max(m.text.rfind("\n", 0, at) + 1, at - _LEAD_LENGTH)
    close = opening_before(m, begin, at)
    subject = _SUBJECT.search(m.text, begin, close)
    spans = [subject.span("name")] if subject is not None else []
    spans += [x.span("name") for x in reversed(list(_SOUGHT.finditer(m.text, begin, close)))]
    headed = _HEADED.search(m.text, begin, close)
    spans += [headed.span("name")] if headed is not None else []
    for low, high in spans:
        seeking = _SEEKING.search(m.text, low, high)
        high = seeking.start() if seeking is not None and seeking.start() - low >= _SHORTEST_NAME else high
        names = names_sought(m, low, high)
        if names:
            return [c for n in names for c in n.codes], low, high
    phrases = gained(m, begin, close)
    if phrases:
        return [c for n in phrases[-1].names for c in n.codes], phrases[-1].start, phrases[-1].end
    return None


_AT = r"(?:国家级?|省级?|地?市级|区级|县级)(?:(?:、|和|及|或)(?:省|市|区|县)级?){0,2}(?:[及和或]?以上)?"
_GAIN = (
    r"(?:获得?|取得|通过)(?:了)?(?:该|此|相应|相关|上述|以上)?(?:称号|资质|资格|荣誉|认定|评定|认证|授牌|命名|备案|立项|批复|批准)(?:并[^，；。]{2,8})?|"
    r"认定|评定|获评|获批|获奖|授牌|命名|入选|成功(?:获奖|创建|创成|认定|获评|入选|获批|申报)|创建成功"
)
_BARE_GAIN = Sought(
    r"(?:^|(?<=[，；。：\s]))(?:对于?|凡|企业|其中，?|(?P<when>当年|上一?年度?)(?!申)|本?年[度内]|最终|成功|顺利)*(?:(?:资质|证书)?(?:有效)?期满后?|到期后)?"
    r"(?:(?P<first>首次|初次|新)|(?P<again>重新|再次|连续|继续))?(?:成功)?(?:被|(?:获得?|通过)(?=首次|新|国家|省|市|区|县|认定|评定|复))?(?:(?P<first2>首次|新))?"
    rf"(?:(?P<at>{_AT})(?:认定|称号|命名)|(?:(?:认定|升级|升格|提升|晋升|晋级|评)[为到至]|获评|获批|晋级|晋升|升级)(?P<levels>{_AT})|(?P<again2>复核|复审|续展(?:认证)?|(?:到期|复查)?换证|再认证|重新认证)|{_GAIN})"
    r"(?:成功|通过|合格)?(?:\([^()]{2,24}\))?(?:的|$|(?<=获奖)(?=企业|单位|组织))(?:[一-龥]{0,4}(?:企业|单位|组织|机构|项目|主体))?(?=[，；。]|$)"
)


_WHEN = {"当年": "Y0", "上年": "Y-1", "上年度": "Y-1", "上一年": "Y-1", "上一年度": "Y-1"}
_PRIZE_SOUGHT = re.compile(r"(?:争创|申报|申请|参评|争取|创建|参加)")


def _prize_sought(text: str, at: int) -> Prizes | None:
    """支持企业争创鲁班奖，|对获奖企业: the prize that the wish before names."""
    begin = max(text.rfind("\n", 0, at) + 1, at - _LEAD_LENGTH)
    wishes = list(_PRIZE_SOUGHT.finditer(text, begin, at))
    prizes = prize_lists(text, wishes[-1].end(), at, wished=True) if wishes else []
    return prizes[0] if prizes and prizes[0].start <= wishes[-1].end() + 2 else None


def bare_gains(m: Mentions, start: int, end: int) -> list[Found]:
    """支持企业申报瞪羚企业，对首次认定的: the title stands before, in what the sentence wishes for."""
    result: list[Found] = []
    for x in _BARE_GAIN.finditer(m.text, start, end):
        before = named_before(m, x.start())
        if before is None:
            prize = _prize_sought(m.text, x.start()) if "获奖" in x[0] else None
            if prize is not None:
                value = [name for name, _, _ in prize.items]
                result.append(found("awards", "has_any", value, x.start(), x.end(), origin="award/before", rank=4))
            continue
        codes, low, _ = before
        level = x["at"] or x["levels"]
        if level:
            codes = [f"{c}.{at}" for c in without_levels(codes) for at in levels_of(m, level)]
        codes = list(dict.fromkeys(codes))
        begin = behind_mark(m.text, start, low) if low >= start else x.start()
        first = False if x["again"] or x["again2"] else True if x["first"] or x["first2"] else None
        result.append(
            found(
                "qualification_granted",
                "occurred",
                codes,
                begin,
                x.end(),
                origin="title/before",
                rank=4,
                first=first,
                period=_WHEN.get(x["when"]),
            )
        )
    return result


_APPLIED = re.compile(
    r"(?:(?P<first>首次|初次)|(?P<again>重新|再次))?(?:成功)?申[报请](?:为|成为)?(?P<name>(?:“[^”\n]{1,30}”|[^，；。：的()“”《》\s]){3,40}?)(?:认定|备案|评定)?"
    r"(?:并且?|且)(?:最终)?(?:首次|成功|顺利|被|获得?|通过|取得|经){1,3}(?:认定|评定|备案|审批|批准|授牌|命名|批|评|通过)?(?:通过)?(?=的|，|；|。|$)"
)


def applied_gains(m: Mentions, start: int, end: int) -> list[Found]:
    """首次申报高新技术企业并获得认定的: what was applied for and then gained."""
    result: list[Found] = []
    for x in _APPLIED.finditer(m.text, start, end):
        codes = list(dict.fromkeys(c for name in names_sought(m, *x.span("name")) for c in name.codes))
        first = False if x["again"] else True if x["first"] else None
        if codes:
            result.append(found("qualification_granted", "occurred", codes, *x.span(), origin="title/applied", rank=5, first=first))
    return result


_HONOURED = r"示范|试点|标杆|重点|龙头|骨干|领军|优势"
_BORNE = Sought(
    r"(?P<who>(?:申[请报])?(?:企业|单位|机构|主体))?(?:对于?|其中，?|凡|属于|是|现有的?|(?:应当?|须|需)?(?:具有|具备|拥有|持有|取得)(?=[^，；。]{4,40}(?:称号|资质|资格|荣誉))|(?:仍?[处在]*有效期内的)|"
    r"(?P<again>(?:通过|经)?(?:期满)?(?:复核|复审|复评|重新认定|再次认定)(?:通过|合格)?的))*"
    rf"(?P<name>(?:国家级|省级|市级|区级|县级|国家(?![级、和及或])(?=[^，；。：的]{{2,24}}(?:{_HONOURED})))(?:“[^”\n]{{1,30}}”|[^，；。：的()“”《》\s]){{3,40}}?)"
    r"(?:(?:称号|资质|资格|荣誉)(?:或者?(?:称号|资质|资格|荣誉))?)?(?:\((?:[处在]*有效期内)\))?(?:之一)?"
    r"(?:(?:有效)?(?:期满)?(?:后)?(?:(?:通过)?(?P<renewed>复核|复审|复评|重新认定|再次认定)(?:通过|合格)?|(?P<anew>首次|新)(?:通过)?(?:认定|获评|入选|获批))(?=的|，|；|$|给予|奖励|补助|一次性))?"
    r"(?=的|，|；|。|$|给予|奖励|补助|每年|一次性|分别|可(?=按|享|获|申)|购[置买]|实施|开展|新[建购增]|参[加与])"
)
"""国家级工业互联网平台，…; 具有省级示范企业称号的; 通过复核的省级示范企业: who bears a title, or has gained it again."""
_MADE = re.compile(r"(?:新|建|设立|认定|评定|获|入选|创建|列入|纳入|通过|首次|申报)[^，；。：]{0,12}的$")
_WORKS = re.compile(r"(?:项目|工程|课题|示范|试点|品牌|产品|商标|认证|组织|食品)$")


def borne_titles(m: Mentions, start: int, end: int) -> list[Found]:
    """国家级工业互联网平台，每年补助…: a name with its level that opens a clause, of a kind of body that bears titles."""
    result: list[Found] = []
    for x in _BORNE.finditer(m.text, start, end):
        behind = m.text.startswith("的", x.start() - 1) and (x.end() == end or m.text.startswith(("，", "；", "。", "给"), x.end()))
        behind = behind and _MADE.search(m.text, max(start, x.start() - 24), x.start()) is None
        if x.start() > start and m.text[x.start() - 1] not in "，；。：\n对)" and not behind:
            continue
        low, high = x.span("name")
        names = names_sought(m, low, high) if not _WORKS.search(x["name"]) else []
        codes = list(dict.fromkeys(c for n in names for c in n.codes))
        if not codes or not all(c.startswith("other:") and "." in c for c in codes):
            continue
        if x["again"] or x["renewed"] or x["anew"]:
            begin = x.start("again") if x["again"] else low
            event = ("qualification_granted", "occurred", codes, begin, x.end())
            result.append(found(*event, origin="title/borne-again", rank=4, first=x["anew"] is not None))
        else:
            result.append(found("qualifications", "has_any", codes, low, x.end(), origin="title/borne", rank=3))
    return result
