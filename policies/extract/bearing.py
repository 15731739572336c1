"""Titles that somebody is said to hold: 为已认定的广东省骨干企业(名单见附件), 属于省级示范单位, 国家大学科技园、国家技术转移示范机构, 后备上市企业."""

from __future__ import annotations

import re
from functools import cache

from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.title_levels import levels_of
from policies.extract.title_names import LEVEL_WORDS, Named, Trust, any_of_words, name_words, names_in
from policies.lexicon import table

_RUN = r"(?:\([^()\n]{0,30}\)|“[^”\n]{1,30}”|[^，；。：的()“”《》\s]){4,80}?"
_SUBJECT = r"(?:(?:申[请报][^，；。：()的]{0,8}的)?(?:申[请报](?:主体|单位|企业|机构|人|对象)|[^，；。：()为是属系的\s]{0,10}(?:单位|企业|机构|主体|平台|基地|方)(?=原则上|[应须需均已为是系属经]|必须)))?"
_CLAUSE = (
    rf"(?:对于?|凡|(?P<listed>将))?(?:[\d一二三四五六七八九十]{{1,2}}[.、])?{_SUBJECT}(?:原则上)?(?:应当?|须|需|必须|均)?(?:已(?=为|是))?(?P<verb>为|是|系|属于|属)?"
    rf"(?:(?:已?经?(?P<by>[^，；。：的()《》]{{0,24}}?)(?P<conferred>认定|备案|评定|命名|授予|批准(?:设立|建设|成立)?|公布|认可|登记|在册))的)?(?P<valid>(?:在|且|证书)*有效期内的)?"
    rf"(?P<run>{_RUN})(?P<end>之一)?(?=[，；。]|$|的(?:[，；。]|(?:实施|运营|建设|依托|承担|牵头)?(?:企业|单位|机构|主体)|$))"
)
_BORNE = re.compile(rf"(?:^|(?<=[，；。：\n)])){_CLAUSE}")
_OPENING = re.compile(_CLAUSE)
_REMARK = re.compile(r"(?:等(?:企业|单位|机构|平台)?|企业或单位|称号|资质|资格|荣誉)$|\((?:名单|详见|见附件|含|包括|以下)[^()]*\)$")
_PLAIN = re.compile(r"(?:重点|骨干|优势|特色|龙头|领军|优质|优秀|知名|培育|智能|绿色|先进|品牌)")
_OTHERS = re.compile(
    r"(?:服务|推荐|培育|引[进入]|孵化|辅导|申[请报]|争创|创建|参与|支持|建设|共建|入驻|新增|组织|成为|配合|属地|合作|联合|投资|面向)"
)
_EVENT = re.compile(r"新|首次|再次|当年|获|通过|年度|\d年")
_LEAST = 6  # characters of a title behind the place that gives it


def find_borne(m: Mentions, start: int, end: int) -> list[Found]:
    """The titles that clauses of `start:end` say somebody holds, a leaf for each list."""
    result = [*_clauses(m, start, end), *_standing(m, start, end)]
    return [f for i, f in enumerate(result) if not any(o.start < f.end and f.start < o.end for o in result[:i])]


def _clauses(m: Mentions, start: int, end: int) -> list[Found]:
    result: list[Found] = []
    opening = _OPENING.match(m.text, start, end)
    for x in [*([opening] if opening is not None else []), *_BORNE.finditer(m.text, start + 1, end)]:
        low, high = x.span("run")
        while (remark := _REMARK.search(m.text, low, high)) is not None:
            high = remark.start()
        conferred = x["conferred"] or x["valid"]
        if high - low < _LEAST - 2 or _OTHERS.match(m.text, low, high) or _EVENT.search(x["by"] or ""):
            continue
        names = names_in(m, low, high, Trust(bool(conferred), False, False, attributive=True))
        by = _GIVER.search(x["by"] or "") is not None
        sure = bool(names) and all(_sure(m, n, conferred=bool(conferred), given=by) for n in names)
        if not sure or not (x["verb"] or x["listed"] or conferred or len(names) > 1):
            continue
        codes = list(dict.fromkeys(code for n in names for code in _as_called(m, n)))
        if all(not c.startswith("other:") for c in codes) and not (x["verb"] and len(names) > 1):
            continue  # what the table knows is read with the words around it
        begin = x.start("verb") if x["verb"] else low
        begin = x.end("verb") if x["verb"] and conferred else begin
        begin = _giver_from(m.text, x.start("by"), begin) if x["by"] else begin
        result.append(found("qualifications", "has_any", codes, begin, x.end("run"), origin="title/held", rank=4))
    return result


def _giver_from(text: str, at: int, begin: int) -> int:
    """(经)…部门批准设立的|工作室: from where the words say who conferred it."""
    return min(begin, at - 1 if text.startswith("经", at - 1) else at)


def _sure(m: Mentions, name: Named, *, conferred: bool, given: bool) -> bool:
    """Whether a name says by itself that it is a title: the table knows it, it stands at a level, or a place gives it."""
    if not all(code.startswith("other:") for code in name.codes) or _standing_names().fullmatch(m.text, name.start, name.end):
        return True
    words = m.text[name.start : name.end]
    called = name.codes[0].removeprefix("other:")
    if (given and _titled(words)) or (called.startswith(words) is False and words in called):
        return True  # conferred by a department, or cut short behind a whole name
    honoured = name_words().honour.search(words) is not None
    if name.levels or all("." in code for code in name.codes):
        return honoured or not (words.endswith(("项目", "工程")) or _ANY_BODY.fullmatch(LEVEL_WORDS.sub("", words, count=1)))
    place = next((r for r in m.regions_in(name.start, name.end)), None)
    if place is not None:
        inside = m.text.startswith(("内", "境内", "辖区", "注册", "行政"), place.end)
        return len(words) - (place.end - place.start) >= _LEAST and not inside and (honoured or conferred)
    headed = name_words().head.search(words) is not None
    return conferred and honoured and headed and (_PLAIN.sub("", words) not in ("企业", "单位", "机构"))


_GIVER = re.compile(r"部门|[厅局委部办]$|政府|协会|联合会")


def _titled(words: str) -> bool:
    return name_words().head.search(words) is not None and _ANY_BODY.fullmatch(words) is None


_ANY_BODY = re.compile(r"[一-龥]{0,4}?(?<!型)(?:企业|单位|机构|部门|园区|平台)")
_STATES_OWN = re.compile(r"国家(?!级|、|和|及|或|重点实验室)[一-龥]{4}")


_AT_EACH_LEVEL = re.compile(
    r"(?:示范|试点|标杆|重点|龙头|骨干|领军|优势)(?:[一-龥]{0,4})(?:企业|单位|基地|园区?|平台|项目|车间|工厂)$"
)
"""国家技术创新示范企业: the provinces have theirs, so the word is a level."""


def _as_called(m: Mentions, name: Named) -> tuple[str, ...]:
    """国家大学科技园: the word is part of the name where it is no level among others."""
    words = m.text[name.start : name.end]
    own = name.codes[0].startswith("other:") and _STATES_OWN.match(words) is not None and _AT_EACH_LEVEL.search(words) is None
    return (f"other:{words}",) if own else name.codes


@cache
def _standing_names() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of_words(table('titles')['standing'])})")


_NOT_BEHIND = re.compile(r"[”》]?(?:培育|建设|服务|认定|评审|申报|管理|名额|内(?!的)|库|总数|数量|累计|\d|[（(]以下)")
_NOT_BEFORE = re.compile(
    r"(?:培育|推荐|争创|创建|申报|建设|打造|引导|推动|引进|服务|成为|参与|辅导|认定|授予|首次|新|设立|依托|在|入驻|进入|获批|获评|列入|纳入|入选|评为|共建)(?:的|为)?$|(?:鼓励|支持|推动|引导|促进)[^，；。：对]{0,8}$"
)


def _standing(m: Mentions, start: int, end: int) -> list[Found]:
    """对后备上市企业，…; 就业见习基地: what is a title by its name alone."""
    result: list[Found] = []
    for x in _standing_names().finditer(m.text, start, end):
        low = x.start()
        said = None
        for level in LEVEL_WORDS.finditer(m.text, max(start, low - 8), low):
            said = level if level.end() == low else said
        low = said.start() if said is not None else low
        if _NOT_BEHIND.match(m.text, x.end(), end) or _NOT_BEFORE.search(m.text, max(start, low - 14), low):
            continue
        code = f"other:{x[0]}"
        codes = [f"{code}.{at}" for at in levels_of(m, said[0])] if said is not None else [code]
        result.append(found("qualifications", "has_any", codes, low, x.end(), origin="title/standing", rank=1))
    return result
