"""What an enterprise does, by the verb that says so: 从事集成电路设计、制造的企业, 以工业设计为主营业务, 主营业务为文化旅游、住宿餐饮."""

from __future__ import annotations

import re

from features.trade_links import link_trade
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.themes import ACTS, GENERIC, Words, nouny, split_words, theme_leaf
from policies.extract.trade_words import class_of, is_theme, themes
from policies.lexicon.sought import Sought

_VERB = Sought(
    r"(?<![非不未])(?:专业|主要)?从事(?:以)?|主营业务(?:范围)?(?:为|是|属于|涉及|包括)|主营(?!业务|产品)|主要经营(?!地|场|范围|活动|者|所|性|额|业绩|状况)|经营范围(?:为|包括|涵盖|涉及)|以(?=[^，；。：的\d]{2,40}为主(?:营|要业务|业))"
)
_SAID = re.compile(r"[^，；。：的\d()《》]{2,60}")
_LAST = re.compile(rf"(?:{ACTS}|等|相关|业务|活动|工作|产业|行业|领域|为主营业务|为主要业务|为主营|为主业|为主|、|和|及|与)$")
_WHO_DOES = re.compile(
    r"的?(?:[^，；。的]{0,6}(?:企业|公司|单位|机构|主体|商户|组织|法人|个体工商户|经济组织))?(?:[，；。：、(]|$)|的"
)
_SO_LONG = re.compile(r"(?:已|须|应)?满(?:[一二两三四五六七八九十]+(?:年|个月)|$)|[一二两三四五六七八九十]年(?:以上|及以上|$)")
"""从事软件开发业务满两年: how long one has done it is a part of what is asked."""
_ITS_ACTS = re.compile(
    rf"的(?:{ACTS}|制作|建设|集成)(?:(?:、|和|及|与|或者?|以及)?(?:{ACTS}|制作|建设|集成|服务)){{0,4}}(?:等)?(?:业务|活动|工作)?(?=的|[，；。、]|$|且|并)"
)
"""从事甲及乙|的研发、生产或销售"""
_BODY = re.compile(r"的(?:企业|单位|机构)")
_PERSONS = re.compile(r"的?[^，；。]{0,8}(?:人员|人才|职工|劳动者|毕业生|学生|个人|团队)")
_NO_BUSINESS = re.compile(r"个体经营|公益|志愿|科普|教学|违法|岗位|一线|全职|就业|活动的|工作|下列|以下|上述|生产经营|经营活动")


def find_callings(m: Mentions, start: int, end: int) -> list[Found]:
    """从事集成电路设计、制造的企业; 以工业设计为主营业务."""
    result: list[Found] = []
    for verb in _VERB.finditer(m.text, start, end):
        said = _SAID.match(m.text, verb.end(), end)
        if said is None or not _WHO_DOES.match(m.text, said.end(), end) or _PERSONS.match(m.text, said.end(), end):
            continue
        words = said[0]
        if _SO_LONG.search(words) is not None:
            continue
        while words.split("、")[-1] not in themes() and (last := _LAST.search(words, max(0, len(words) - 6))) is not None:
            words = words[: last.start()]
        if len(words) < 2 or _NO_BUSINESS.search(said[0]):
            continue
        spans = [
            span
            for low, high in _parts(m.text, said.start(), said.start() + len(words))
            for span in split_words(m.text, low, high, last=False)
        ]
        named = tuple(m.text[a:b] for a, b in spans)
        empty = [w for w in named if w not in themes() and GENERIC.fullmatch(w)]
        if not all(nouny(w) for w in named) or len(empty) * 2 >= len(named):
            continue
        first = spans[0][0] if verb[0].endswith("从事") else verb.start()
        codes = _called(words, said[0], named)
        acts = _ITS_ACTS.match(m.text, said.end(), end)
        done = acts.end() if acts is not None else said.end()
        if codes:
            result.append(found("industry", "within", list(codes), first, done, origin="trade/industry", rank=3))
            continue
        body = _BODY.match(m.text, done, end)
        stop = body.end() if body is not None else done
        mixed = _mixed(m.text, spans)
        if mixed:
            result.extend(mixed)
            continue
        result.append(theme_leaf(Words(named, first), stop, rank=3, listed=len(named) > 1))
    return result


def _mixed(text: str, spans: list[tuple[int, int]]) -> list[Found]:
    """从事文化旅游、住宿餐饮、批发零售: runs of classes and of themes in one list; nothing where all of it is of one sort."""
    runs: list[tuple[list[str], list[str], int, int]] = []
    for a, b in spans:
        word = text[a:b]
        codes = [] if word in themes() else list(class_of(word.removesuffix("业")))
        if runs and bool(runs[-1][0]) == bool(codes):
            known, words, low, _ = runs.pop()
            runs.append(([*known, *codes], [*words, word], low, b))
        else:
            runs.append((codes, [word], a, b))
    if not any(codes for codes, *_ in runs):
        return []
    return [
        found("industry", "within", list(dict.fromkeys(codes)), low, high, origin="trade/industry", rank=4)
        if codes
        else theme_leaf(Words(tuple(words), low), high, rank=4, listed=len(words) > 1)
        for codes, words, low, high in runs
    ]


def _called(words: str, said: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of a calling, unless it is one of the themes that go by the name of a small class (集成电路设计)."""
    whole = link_trade(words) or link_trade(said)
    if whole is None or (is_theme(named[-1]) and not named[-1].endswith("业") and len(whole.codes[0]) > 2):
        return ()
    return whole.codes


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    while start < end:
        stop = text.find("、", start, end)
        stop = end if stop < 0 else stop
        spans.append((start, stop))
        start = stop + 1
    return [(a, b) for a, b in spans if b > a]
