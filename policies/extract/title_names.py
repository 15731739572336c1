"""The names in a list of titles: where each begins and ends, at which levels, and whether it is a title at all.

What the names of titles are made of stands in policies/lexicon/titles.toml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from features.qualifications import qualifications
from features.title_linking import link
from policies.extract.mentions import Mentions
from policies.extract.title_levels import ONE_LEVEL, at_one_level, levels_of
from policies.lexicon import table
from policies.lexicon.sought import Sought

_WORD_OF = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区级"}
_BRACKETS = re.compile(r"\([^()]*\)")
_LISTED = re.compile(r"[目名]录$")
_GRADED = re.compile(r"(?:[1-5]?A{1,5}|[一二三四五]星|[特甲乙丙一二三])级")  # 国家5A级旅游景区: the grade is the state's own
_CLOSED = re.compile(r"\([^()]*\)$")  # 智能工厂(卓越级及以上)
LEVEL_WORDS = re.compile(
    rf"(?:(?:国家级|省部级|部级|省级|自治区级|地?市级|州级|区级|县级|区县级|国家(?!火炬|鼓励|规划布局|科学|自然)|全国|全省|全市)|(?:省|市|区|县)(?=[、和及或与/级])|省(?=.{{3}})|[市区县](?=重点|示范|著名|知名|优秀|骨干|龙头|拟?上市|后备))(?:\((?:[含不]|广东)[^()]{{0,12}}\))?(?:(?:、|和|及|或|与|/|以及){ONE_LEVEL}){{0,4}}(?:\([^()]{{0,8}}\))?(?:[及和或]?以上)?(?:各级|的|重点(?=龙头))?"
)
_JOINT = re.compile(r"、|以及|和|及|或者?|与|/")


_NO_NAME = Sought(
    r"违法|违规|违纪|失信(?!惩戒工作)|事故|^(?:享受|符合|具备)|^(?:和(?!谐)|及|与|或|、)|^(?:以[上下]|[下上]列|上述|如下|前[款述])|扶持|资金|\d(?:[万亿年%元亩层个名]|以上)|前[一二三四五六七八九十\d]{1,2}名|不超过|不少于|不多于|排名|位列|内(?:的)?企业|区或|^[该其各本此]|^[一二三四五六七八九十\d特甲乙丙]级(?:资质)?$|、|总部|被|授予|颁发|列入|评为|认定|获得|获评|入选|设立|创建(?!示范)|^(?:自治区|省|市|区|县|国家|州)级$"
)
_GENERIC = re.compile(
    r"(?:[我本][区市县省]|本地|区内|市内|产业|工业|农业|服务业|制造业?|科技|建筑业?|商贸|文旅|外贸|民营|国有|小微|中小微?|相关|有关|上述|各类|所有|其他|申报|该类|受理|入驻|在园|新|用人)*"
    r"(?:企业|单位|机构|平台|园区|中心|公司|项目|组织|品牌|市场|园)"
)
PLAIN_FIRM = re.compile(
    r"(?:制造业|工业|农业|服务业|建筑业|商贸|外贸|科技|文化|民营|小微|中小微?|规上|限上|本地|区内|市内){1,2}(?:企业|单位|机构|公司)"
)
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
class Trust:
    """How far the words around a name vouch for its being a title: `built` takes a level to be one, `weak` a level or a word of honour,
    `attributive` (经认定的…) these or a name that is not just some kind of body; `issued` (…部门颁发的) takes papers too.
    """

    strong: bool
    weak: bool
    built: bool
    attributive: bool
    issued: bool = False
    listed: bool = False
    """Whether a list is what one is taken into (…名单): a word of honour will do."""


@dataclass(frozen=True, slots=True)
class _NameWords:
    head: re.Pattern[str]
    honour: re.Pattern[str]
    not_title: re.Pattern[str]


@cache
def name_words() -> _NameWords:
    """What the names of titles end in, what honours them, and what is gained and is none."""
    t = table("titles")
    return _NameWords(
        re.compile(rf"(?:{any_of_words(t['heads'])})(?:\([^()]{{1,12}}\))?$"),
        re.compile(any_of_words(t["honours"])),
        re.compile(rf"(?:{any_of_words(t['not_titles'])})$"),
    )


@cache
def _acting() -> re.Pattern[str]:
    heads = any_of_words(table("titles")["heads"])
    return re.compile(
        rf"(?<=[一-龥]{{2}})(?:{heads})(?=购[置买]|新[建购]|扩建|开展|实施|租[赁用]|引进|聘[用请]|参[加与]|举办|投[资保]|流转|应用|贷款|运营满|(?:年度|绩效|综合|期满)*(?:考核|考评|评估|评价)(?!等次|等级|结果|费)|(?:当年|上年度?|上一年度|年度内)(?=[^，；。：]{4}))"
    )


def before_act(text: str, low: int, high: int) -> int:
    """农民合作社示范社|购置烘干设备, 众创空间|运营满一年: where a name ends behind which its bearer does something or is judged; `high` where nothing is done."""
    act = _acting().search(text, low, high)
    return act.end() if act is not None else high


def any_of_words(words: list[str]) -> str:
    """One alternation of words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def names_in(m: Mentions, low: int, high: int, trust: Trust, levels: tuple[str, ...] = ()) -> list[Named]:
    """The names in a list, each with its levels (国家级 before one holds for those behind it without any); none if one is no title."""
    result: list[Named] = []
    shared = bool(levels)
    behind = _GRADES_BEHIND.fullmatch(m.text, low, high)
    if behind is not None:
        return [
            Named((f"other:{behind['name']}{g[0]}级{behind['tail'] or ''}",), low if i == 0 else g.start(), g.end(), ())
            for i, g in enumerate(_STEP.finditer(m.text, behind.start("steps"), behind.end("steps")))
        ]
    parts = _parts(m, low, high)
    grades = [part for part in parts[:-1] if _GRADE.fullmatch(m.text, *part)]
    closing = _GRADE.match(m.text, *parts[len(grades)]) if grades and parts[: len(grades)] == grades else None
    if closing is not None and closing.end() < parts[len(grades)][1]:
        return _graded(m, grades, closing, parts[len(grades)][1]) if len(grades) + 1 == len(parts) else []
    quoted = _quoted_alike(m.text, parts)
    certified = m.text.endswith("认证", low, high) and len(parts) > 1
    for a, b in parts:
        book = _BOOK_LIST.fullmatch(m.text, a, b)
        if book is not None:
            result.append(Named((f"other:{book['name']}",), a, b, ()))
            continue
        said = LEVEL_WORDS.match(m.text, a + (m.text[a] in "“《"), b) or _levels_of_place(m, a, b)
        own = levels_of(m, said[0]) if said is not None else ()
        tail = LEVELS_BEHIND.search(m.text, a, b)
        own, b = (levels_of(m, tail["levels"]), tail.start()) if tail is not None and not own else (own, b)
        how = _HOW_KNOWN.search(m.text, a, b)
        b = how.start() if how is not None else b
        placed = m.text.startswith(("国家", "全国", "中国"), a) or any(r.start == a for r in m.regions_in(a, b))
        levels = own or (levels if shared and not placed else ())
        shared = "级" in said[0] or said[0].startswith(("全省", "全市")) if said is not None else shared
        bearer = _BEARER.search(m.text, a, b) if not trust.attributive else None
        b = bearer.start() if bearer is not None else b
        begin = said.end() if said is not None else a
        dated = _YEARLY.match(m.text, begin, b)
        begin = dated.end() if dated is not None else begin
        name = _bare(RENEWED.sub("", m.text[begin:b]))
        name = re.sub("级?的", "级", name, count=1) if OF_GRADE.fullmatch(name) else name
        name = f"{m.text[begin:b]}{quoted}" if quoted and b < parts[-1][1] else name
        name = f"{name}认证" if certified and _CERTIFIED.search(name) else name
        known = _known(m, begin, b, levels) or (_ends_alike(m, result[-1], begin, b, levels) if result else ())
        if known and _NO_NAME.search(_BRACKETS.sub("", name)):
            return []  # 总部企业首次入选世界500强: more than a name
        if not known and (not _is_title(name, trust, levelled=bool(levels)) or _bare_list(name, levelled=shared)):
            return []
        at = () if said is not None and said[0] in ("国家", "全国") and _GRADED.match(name) else levels
        codes = tuple(f"other:{name}.{level}" for level in at) or (f"other:{name}",)
        result.append(Named(known or codes, a, b, own))
        trust = replace(trust, weak=False, attributive=False)  # behind a title 、 goes on with titles
    return result


_STEP = re.compile(r"[1-5一二三四五](?=级?(?:、|和|及|或|认证|资质|评估|评定|证书|$))")
_GRADES_BEHIND = re.compile(
    r"(?P<name>[^、，；。的]{0,24}[A-Za-z)度])(?P<steps>[1-5一二三四五]级?(?:(?:、|和|及|或)[1-5一二三四五]级?){1,4}(?<=级))(?P<tail>认证|资质|评估|评定)?(?:证书)?"
)
"""软件能力成熟度(CMMI)3级、4级、5级认证: the grades stand behind the name, which is said once."""
LEVELS_BEHIND = re.compile(rf"[(（](?P<levels>(?:含)?{ONE_LEVEL}(?:(?:、|和|及|或|/){ONE_LEVEL}){{0,3}}(?:[及和或]?以上)?)[)）]$")
"""智慧物流园区(国家级、省级): the levels stand behind the name."""
_HOW_KNOWN = re.compile(r"\((?:行政|司法)?认定\)$")
"""驰名商标(行政认定)"""
_BOOK_LIST = re.compile(r"《(?P<name>(?![^》]*(?:失信|违法|异常|负面|禁止|限制|淘汰|风险))[^》]{4,24}(?:名录|名单|榜单))》")
"""列入《特种食品名录》: a list by its title is one name, whatever level stands in it."""
_QUOTED_TAIL = re.compile(r"“[^“”]+”(?P<tail>[一-龥]{2,8})")


def _quoted_alike(text: str, parts: list[tuple[int, int]]) -> str:
    """“甲好粮油”“乙好粮油”产品: the word behind the last mark is said of each."""
    last = _QUOTED_TAIL.fullmatch(text, *parts[-1]) if len(parts) > 1 else None
    if last is None or not all(text[a] == "“" and text[b - 1] == "”" for a, b in parts[:-1]):
        return ""
    return "" if last["tail"] in ("称号", "企业称号", "荣誉称号") else last["tail"]


_YEARLY = re.compile(r"(?:20\d\d)?年度(?=[一-龥“]{3})")
"""评为|年度|纳税大户"""
_CERTIFIED = re.compile(r"(?:[A-Z\d]|食品|农产品|水产品|畜产品|标志|标识|”|产品)$")
"""绿色食品、有机农产品认证: 认证 closes the list and is said of each."""
_GRADE = re.compile(r"(?:国家)?(?:[1-5]?A{1,5}|[1-5]A|[一二三四五]星|白金宿|[金银铜]宿|[特甲乙丙一二三四五1-5]|[金银铜]牌)级?")


def _graded(m: Mentions, grades: list[tuple[int, int]], closing: re.Match[str], end: int) -> list[Named]:
    """三星级、四星级农家乐; 甲、乙级旅游民宿: the name behind the last grade is that of each."""
    name = m.text[closing.end() : end]
    if not _ends_title(f"{closing[0]}{name}") or _NO_NAME.search(name):
        return []
    unit = closing[0].lstrip("一二三四五12345特甲乙丙金银铜A")
    own = [
        g.removeprefix("国家") if g.endswith(("级", unit)) and unit else f"{g.removeprefix('国家')}{unit}"
        for g in (m.text[a:b] for a, b in grades)
    ]
    own = [g if unit != "级" or g.endswith("级") else f"{g}级" for g in own]
    places = [*grades, (closing.start(), end)]
    return [Named((f"other:{g}{name}",), a, b, ()) for g, (a, b) in zip([*own, closing[0]], places, strict=True)]


def _bare_list(name: str, *, levelled: bool) -> bool:
    """列入国家目录: a list, and no title, unless 省级 or a word of honour says of what kind."""
    if _LISTED.search(name) is None or levelled:
        return False
    return name.endswith("目录") or name_words().honour.search(name) is None


OF_GRADE = re.compile(
    r"(?P<grade>(?:国家)?(?:(?:[1-5]?A{1,5}|[甲乙丙])级|[一二三四五]星级?))的(?!企业|单位|机构|项目|奖|给)[一-龥]{2,10}?(?=，|；|。|$|给予|奖励|补助|一次性|分别|每)"
)
_BEARER = re.compile(r"(?<=[一-龥]{4})(?:牵头|依托|承担|承载|运营|申报|承办|保护)(?:单位|企业|机构|主体|方)$")
"""技术创新中心|牵头单位: who bears the title, and no part of it."""
RENEWED = re.compile(r"(?:产地)?(?:续展|(?:复查)?换证|复检|期满复核)(?:(?=认证)|$)")
"""绿色食品|续展|认证: what is gained again, said inside its name."""
_PLACE = re.compile(r"[一-龥]{2,6}?(?=[省市区县州]级)")


def _levels_of_place(m: Mentions, low: int, high: int) -> re.Match[str] | None:
    """宁波|市级|企业研究院: the level of a name that opens with the place that gives it."""
    place = _PLACE.match(m.text, low, high)
    if place is None or not any(r.start == low for r in m.regions_in(low, min(high, place.end() + 1))):
        return None
    return LEVEL_WORDS.match(m.text, place.end(), high)


def _ends_alike(m: Mentions, before: Named, low: int, high: int, levels: tuple[str, ...]) -> tuple[str, ...]:
    """知识产权示范企业、优势企业: a name cut short, known when it takes the stem of the name before it; at that one's level."""
    own, whole = m.text[low:high], m.text[before.start : before.end]
    said = LEVEL_WORDS.match(m.text, before.start, before.end)
    stem = m.text[said.end() if said is not None else before.start : before.end - len(own)]
    if (alike := _stemmed(before, own, levels)) is not None:
        return alike
    if not 4 <= len(own) <= 6 or len(stem) < 3 or own[-2:] != whole[-2:]:
        return ()
    code = link(f"{stem}{own}", m.region)
    if code is None or code.partition(".")[0] not in {c.partition(".")[0] for c in before.codes}:
        return ()
    head = code.partition(".")[0]
    inherited = levels or tuple(c.rpartition(".")[2] for c in before.codes if "." in c and ":" not in c)
    return tuple(at_one_level(head, level) for level in inherited) or (code,)


_CUT_SHORT = re.compile(r"(?:示范|试点|优势|重点|骨干|领军|培育)(?:企业|单位|园区|基地|机构|项目|平台|社|点|镇|村|户|店|场)")
_HONOUR = re.compile(r"示范|试点|优势|重点|骨干|领军|培育")


def _stemmed(before: Named, own: str, levels: tuple[str, ...]) -> tuple[str, ...] | None:
    """智慧物流示范园区、示范企业: what a name cut short takes from the one before, at its levels."""
    stems = {code.removeprefix("other:").rpartition(".")[0] or code.removeprefix("other:") for code in before.codes}
    stem = stems.pop() if len(stems) == 1 and before.codes[0].startswith("other:") else ""
    honours = [x.start() for x in _HONOUR.finditer(stem)] if _CUT_SHORT.fullmatch(own) else []
    at = honours[-1] if honours else -1
    if at < 2:
        return None
    ends = levels or tuple(c.rpartition(".")[2] for c in before.codes if "." in c)
    return tuple(f"other:{stem[:at]}{own}.{level}" for level in ends) or (f"other:{stem[:at]}{own}",)


_SYSTEM = re.compile(r"(?:欧盟|美国|德国|英国|日本|国际)?[A-Z][A-Z\d]{1,12}(?::\d{4})?")


def systems(text: str, low: int, high: int, closing: str) -> list[Named]:
    """通过ISO9001、HACCP、GMP等体系认证: each system by its sign, certified (认证 or 认证证书 closes the list)."""
    signs = list(_SYSTEM.finditer(text, low, high))
    if not signs or re.sub(r"[、和及或与以]", "", text[low:high]) != "".join(s[0] for s in signs):
        return []
    return [Named((f"other:{s[0]}{closing}",), s.start(), s.end(), ()) for s in signs]


_ASIDE = re.compile(
    r"等(?:企业|单位|机构)?$|(?<=.{4})创建$|(?<=认证)(?:企业|单位|产品)$|\((?:规上|限上|[含不下以]|名单|详见|见附件|在?有效期|具体名单)[^()]*\)$"
)


def _bare(words: str) -> str:
    """A name without the marks around it and what is said of it behind."""
    return unquoted(_ASIDE.sub("", words))


_IN_QUOTES = re.compile(r"[“《]([^“”《》]+)[”》]")


def unquoted(words: str) -> str:
    """A name without quotation marks around all of it, and without one whose partner is cut off."""
    quoted = _IN_QUOTES.fullmatch(words)
    if quoted is not None:
        return quoted[1]
    cut = words.count("“") != words.count("”") or words.count("《") != words.count("》")
    return words.strip("“”《》") if cut else words


_WHOLE = 6  # characters of a product's title (被认定为…名优高新技术产品)
_PAPER = re.compile(r"(?<=[一-龥]{2})(?:证书|标识|标志|牌匾)(?:\([^()]{1,12}\))?$")
_OF_PERSONS = re.compile(
    r"专利|职业资格|技能等级|学历|学位|毕业|结业|培训|执业(?!许可)|从业|不动产|土地|房产|产权证|健康证|职称|驾驶|居住证|身份证"
)
"""Papers that persons or things have: no titles of a firm."""


def _is_title(name: str, trust: Trust, *, levelled: bool) -> bool:
    words = name_words()
    if not (3 if trust.strong else 2) <= len(name) <= 32 or PLAIN_FIRM.fullmatch(name) or "的" in _QUOTED.sub("", name):
        return False
    if trust.issued and _PAPER.search(name) and not _OF_PERSONS.search(name):
        return _NO_NAME.search(_BRACKETS.sub("", name)) is None
    product = trust.strong and name.endswith("产品") and len(name) >= _WHOLE
    if (words.not_title.search(name) and not product) or _NO_NAME.search(_BRACKETS.sub("", name)):
        return False
    headed, honoured = words.head.search(name.rstrip("”》")) is not None, words.honour.search(name) is not None
    if re.search(r"(?:项目|工程|组织|公司|团体)$", name) and not honoured:
        return False
    if trust.strong:
        return True
    if len(name) < 3 or not (headed or (trust.listed and honoured)):
        return False
    if levelled or trust.built:
        return levelled
    if trust.attributive:
        return honoured or not (_BODY.search(name) or _GENERIC.fullmatch(name))
    return honoured or not (trust.weak or _GENERIC.fullmatch(name))


_TOLD_IN = re.compile(r"(?:平台|机构|载体)\((?:包含|包括|含|指|即)")
"""国家级研发平台(含重点实验室、技术创新中心): what the bracket names is what is gained."""


def _known(m: Mentions, low: int, high: int, levels: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a name that the table knows, at the levels said: it names the title or ends in its name."""
    inside = [x for x in m.qualifications_in(max(0, low - 8), high + 1) if x.end > low]
    told = _TOLD_IN.search(m.text, low, high)
    if told is not None and (these := [c for x in inside if x.start >= told.end() for c in x.codes]):
        return _at_levels(these, levels)
    closed = _CLOSED.search(m.text, low, high)
    high = closed.start() if closed is not None else high
    if len(inside) > 1 and m.text[inside[0].end : inside[0].end + 1] == "(" and ")" in m.text[inside[-1].end : high + 1]:
        return _at_levels([c for x in inside for c in x.codes], levels)  # 企业技术中心(工程技术研究中心、重点实验室): any of them
    for mention in m.qualifications_in(max(0, low - 24), high + 4):
        if high - 2 <= mention.end and mention.end > low:
            bare = levels and all(c in qualifications() and qualifications()[c].levels for c in mention.codes)
            return tuple(f"{c}.{level}" for c in mention.codes for level in levels) if bare else mention.codes
    name = _BRACKETS.sub("", m.text[low:high]) or m.text[low:high]
    if name.endswith("产品认证"):
        return ()  # 绿色产品认证 is no title for a green design
    words = {level: link(f"{_WORD_OF[level]}{name}", m.region) for level in levels}
    linked = list(words.values()) if words else [link(name, m.region)]
    known = [code for code in linked if code]
    return tuple(dict.fromkeys(known)) if len(known) == len(linked) else ()


def _at_levels(codes: list[str], levels: tuple[str, ...]) -> tuple[str, ...]:
    """Each code at each of the levels said, unless it has one of its own."""
    return tuple(dict.fromkeys(c if not levels or "." in c else f"{c}.{level}" for c in codes for level in levels or ("",)))


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
        if (
            joint is not None
            and joint.end() < high
            and (
                at in known
                or _ends_title(_HOW_KNOWN.sub("", text[begin:at]))
                or _GRADE.fullmatch(text, begin, at)
                or _SYSTEM.fullmatch(text, begin, at)
            )
        ):
            parts.append((begin, at))
            begin = joint.end()
        at = joint.end() if joint is not None else at + 1
    if begin < high:
        parts.append((begin, high))
    return parts


def _ends_title(words: str) -> bool:
    return len(words) > 3 and name_words().head.search(words.strip("”》")) is not None
