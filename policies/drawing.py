"""What a text says of drawing several benefits: named exclusions, one draw per project, contract or year, and caps for one enterprise.

The interchange form holds only 就高不重复 (`exclusive`); the rest is read from the words when asked, each with its place, as proposals.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from policies.marking import ordinal_of
from policies.rules import RuleDocument, Span

Scope: TypeAlias = Literal["project", "contract", "year"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a clause points at: articles by number, a document by title (None: this one), an item by its name in quotation marks."""

    articles: tuple[int, ...]
    document: str | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotBeside:
    """The items that the clause stands in may not be drawn beside those of `other` (or, where it stands apart, those among themselves)."""

    other: Reference
    span: Span


@dataclass(frozen=True, slots=True)
class OncePer:
    """The same project, contract or year is supported once."""

    scope: Scope
    span: Span


@dataclass(frozen=True, slots=True)
class EnterpriseCap:
    """One enterprise draws no more than `limit` CNY together (`yearly`: in a year), of this article's items or of all."""

    limit: Decimal
    yearly: bool
    article_only: bool
    span: Span


Clause: TypeAlias = NotBeside | OncePer | EnterpriseCap

_SENTENCE = re.compile(r"[^。;；\n]+")
_NUMERAL = "〇零一二三四五六七八九十百千"
_ARTICLE = re.compile(rf"第([{_NUMERAL}]{{1,8}}|\d{{1,4}})条")
_HEADING = re.compile(rf"(?m)^[ \t\u3000]*第([{_NUMERAL}]{{1,8}}|\d{{1,4}})条")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_QUOTED = re.compile(r"[“\"「]([^“”\"「」]{2,40})[”\"」]")
_DRAWN = r"(?:享受|申报|申请|支持|资助|补助|奖励|兑现|扶持)"
_AGAIN = r"(?:同时|重复|叠加|再次|兼)"
_BESIDE = re.compile(
    rf"不(?:可|得|能|予|再)?{_AGAIN}{{1,2}}{_DRAWN}|不(?:得|可|能)?(?:再)?[与和][^。;；]{{1,80}}?(?:同时|重复|叠加){_DRAWN}"
)
_ONCE = re.compile(
    rf"不(?:可|得|能|予|再)(?:再)?{_DRAWN}|"
    r"只(?:能|可|予)?(?:享受|申报|申请|支持|资助|补助|奖励|兑现)一次|仅(?:能|可)?(?:享受|申报|申请|支持|资助|补助|奖励)一次"
)
_SAME: tuple[tuple[Scope, re.Pattern[str]], ...] = (
    ("contract", re.compile(r"同一(?:份|个|笔)?合同")),
    ("project", re.compile(r"同一(?:个|类)?(?:建设|申报|技改|投资)?(?:项目|事项内容)")),
    ("year", re.compile(r"同一(?:个)?(?:自然|会计|申报)?年度")),
)
_CAP = re.compile(
    r"(?:同一|每[家个]|单[家个]|每户|单户)(?:申报)?(?:企业|单位|主体|机构)[^。;；]{0,40}?(?:合计|累计|总计|总额|总和)[^。;；]{0,16}?"
    r"(?:不(?:得)?(?:超过|高于)|(?:最高|上限)(?:不超过|为)?)\s*(?:人民币)?(\d[\d,]{0,12}(?:\.\d{1,4})?)\s*(万|亿)?元"
)
_OF_ALL = re.compile(
    r"本(?:办法|措施|政策|细则|规定|意见|方案|若干)|各(?:项|类|条)|上述|以上(?:各|政策|条款|项)|所有(?:政策|扶持|奖)"
)
_YEARLY = re.compile(r"每年|年度|当年|每一年|一年内|同一年")
_UNITS = {None: 1, "万": 10_000, "亿": 100_000_000}


def clauses_in(text: str) -> tuple[Clause, ...]:
    """Every clause on drawing several benefits, in the order of the text.

    >>> [type(c).__name__ for c in clauses_in("与《甲办法》第四条不可重复享受。同一项目只能享受一次。")]
    ['NotBeside', 'OncePer']
    """
    return tuple(clause for sentence in _SENTENCE.finditer(text) for clause in _said(sentence[0], sentence.start()))


def _said(words: str, at: int) -> Iterator[Clause]:
    if cap := _CAP.search(words):
        limit = Decimal(cap[1].replace(",", "")) * _UNITS[cap[2]]
        if "本条" in words or _OF_ALL.search(words):
            yield EnterpriseCap(limit, bool(_YEARLY.search(words)), "本条" in words, _span(cap, at))
    twice = _BESIDE.search(words)
    if twice or _ONCE.search(words):
        for scope, pattern in _SAME:
            if same := pattern.search(words):
                yield OncePer(scope, _span(same, at))
                break
    if twice:
        before = words[: twice.end()]
        articles = tuple(dict.fromkeys(ordinal_of(m[1]) or 0 for m in _ARTICLE.finditer(before)))
        titles = _TITLE.findall(before)
        names = tuple(dict.fromkeys(_QUOTED.findall(before)))
        if articles or names:
            start = min(m.start() for p in (_ARTICLE, _TITLE, _QUOTED) for m in p.finditer(before))
            found = Span(at + start, at + twice.end(), words[start : twice.end()])
            yield NotBeside(Reference(articles, titles[-1] if titles else None, names), found)


def _span(found: re.Match[str], at: int) -> Span:
    return Span(at + found.start(), at + found.end(), found[0])


def articles_of(text: str) -> tuple[tuple[int, int, int], ...]:
    """(number, start, end) of every article that begins a line; none in a text without articles.

    >>> articles_of("一、支持企业")
    ()
    """
    heads = [(ordinal_of(m[1]) or 0, m.start()) for m in _HEADING.finditer(text)]
    ends = [*(start for _, start in heads), len(text)][1:]
    return tuple((number, start, end) for (number, start), end in zip(heads, ends, strict=True))


def items_in(document: RuleDocument, text: str, articles: Sequence[int]) -> frozenset[int]:
    """The items whose words begin within these articles."""
    spans = [(start, end) for number, start, end in articles_of(text) if number in articles]
    return frozenset(i for i, item in enumerate(document.items) if any(a <= item.span.start < b for a, b in spans))


def items_around(document: RuleDocument, text: str, place: int) -> frozenset[int]:
    """The items of the article in which a place lies; none where it lies outside every article that has items."""
    here = [number for number, start, end in articles_of(text) if start <= place < end]
    return items_in(document, text, here)
