"""Names of measures that no table lists as a phrase, put together from words that it does: 税收实缴额, 为50名以上员工缴纳社会保险.

Every word of such a name is known (`lexicon/measures.toml`) and their kinds together make one measure, whose unit the number has;
the order of the words, and whether they stand before or behind the number, does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from policies.extract.bounds import clause_start
from policies.extract.leads import narrowed
from policies.extract.metrics import Measured, fits, metrics_in
from policies.lexicon import table
from policies.lexicon.sought import headed
from policies.quantities import Quantity, quantities

_LONGEST = 48
"""How many characters on either side of a number may name what it measures."""
_COUNT = r"[一二两三四五六\d]{1,2}"
_KIND = r"(?:完整|会计|自然|纳税|财务|财政|统计|经营)*"
_TIME = re.compile(
    rf"(?:(?:近|最近|前|过去|此前|连续|申报前|申请前){{1,2}}{_COUNT}个?{_KIND}年度?|(?:申报|申请|认定)?(?:时|之?日)?(?:上|前|当|本|去|今|每)?[一]?个?{_KIND}年度?|"
    rf"(?:近|最近|前|过去|连续|申请前|申报前){{1,2}}\d{{1,2}}个月|(?:自?20\d\d年?(?:至|-|—|~|、|和))?20\d\d年度?)(?:末|底|[以之]?内|以?来|期间|中)?"
)
_PLACE = re.compile(
    r"在?(?:我|本|全|该)?(?:市|区|县|省|州|镇|高新区|开发区|新区)(?:范围|境|辖区)?内?|在[一-龥]{2,6}(?:市|区|县|州|省)(?:范围|境)?内?"
)
_WAYS = re.compile(
    r"与[^，；。的\d]{2,12}(?:相关|有关)的|(?:通过|凭|采用|利用|以)[^，；。的\d]{2,14}(?:质押|抵押|担保|方式|形式|模式|渠道|途径)|"
    r"向[^，；。的\d]{0,10}(?:税务|财政)(?:部门|机关|局)?"
)
"""与主营产品相关的, 通过知识产权质押: which, or by what way, that leaves a measure what it is."""
_ANY_RUN = headed("|".join(pattern.pattern for pattern in (_TIME, _PLACE, _WAYS)))
_ENDS = re.compile(r"[，；。：、)的且并或和及与企]|单位|机构|$")


@dataclass(frozen=True, slots=True)
class _Measure:
    fact: str
    unit: str
    growth: str | None
    of: tuple[frozenset[str], ...]
    beside: frozenset[str]

    def named_by(self, kinds: frozenset[str]) -> bool:
        """Whether words of these kinds, and no others, name it."""
        return all(kinds & part for part in self.of) and kinds <= self.beside.union(*self.of)


@cache
def _measures() -> tuple[_Measure, ...]:
    return tuple(
        _Measure(
            row["fact"],
            row["unit"],
            row.get("growth"),
            tuple(frozenset(kinds.split("/")) for kinds in row["of"]),
            frozenset(row["with"]),
        )
        for row in table("measures")["measure"]
    )


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """The kinds of every word; a kind that decides nothing is the empty one."""
    kinds: dict[str, list[str]] = {}
    for kind, words in table("measures")["words"].items():
        for word in words:
            kinds.setdefault(word, []).append("" if kind in ("free", "join") else kind)
    return {word: tuple(found) for word, found in kinds.items()}


@cache
def _words_from() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The words that begin with each character, the shortest first, with their kinds."""
    begun: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for word, kinds in sorted(_words().items(), key=lambda entry: len(entry[0])):
        begun.setdefault(word[0], []).append((word, kinds))
    return begun


_Kinds = frozenset[str]
_KEPT = 5
"""How many ways of cutting the same words are followed."""


@lru_cache(maxsize=4096)
def _cuts(words: str) -> tuple[tuple[int, tuple[_Kinds, ...]], ...]:
    """Where a run of known words that reaches to the end of `words` may begin, with the kinds it is made of, fewest words first."""
    end = len(words)
    ways: dict[int, list[tuple[int, _Kinds]]] = {end: [(0, frozenset())]}
    for at in range(end - 1, -1, -1):
        here: dict[_Kinds, int] = {}
        for stop, kinds in _tokens(words, at):
            for count, behind in ways.get(stop, ()):
                for kind in kinds:
                    known = behind | {kind} if kind else behind
                    here[known] = min(here.get(known, 99), count + 1)
        if here:
            ways[at] = sorted(((n, k) for k, n in here.items()), key=lambda way: (way[0], sorted(way[1])))[:_KEPT]
    return tuple((at, tuple(k for _, k in ways[at])) for at in sorted(ways))


def _tokens(words: str, at: int) -> list[tuple[int, tuple[str, ...]]]:
    """The known words that begin at a place: where each ends, and its kinds."""
    result = [(at + len(word), kinds) for word, kinds in _words_from().get(words[at], ()) if words.startswith(word, at)]
    for pattern in (_TIME, _PLACE, _WAYS) if _ANY_RUN.match(words, at) is not None else ():
        m = pattern.match(words, at)
        if m is not None and m.end() > at:
            result.append((m.end(), ("",)))
    return result


@lru_cache(maxsize=4096)
def _known_as(kinds: _Kinds) -> tuple[_Measure, ...]:
    """The measures that a name of these kinds of words is."""
    return tuple(m for m in _measures() if m.named_by(kinds))


def _measure(kinds: _Kinds, q: Quantity) -> _Measure | None:
    """The measure that a name of these kinds of words is, if its numbers have the unit that `q` has."""
    grows = "growth" in kinds
    for measure in _known_as(kinds - {"growth"}):
        if grows and not (measure.growth and q.is_ratio):
            continue
        if not grows and (not fits(measure.unit, q) or measure.unit == "ratio" == measure.growth):
            continue
        return measure
    return None


def composed(text: str, q: Quantity, clause: int, end: int) -> tuple[Measured, int] | None:
    """What `q` measures by the words of its clause before it, else by those before and behind it together, and where the name ends."""
    low = max(clause, q.op_start - _LONGEST)
    if text.rfind("(", low, q.start) > text.rfind(")", low, q.start):
        return None
    before = _BRACKETED.sub(lambda b: "的" * len(b[0]), text[low : q.op_start])
    stop = max(q.op_end, q.end)
    behind = [] if q.op in ("le", "lt") else _behind(text[stop : min(end, stop + _LONGEST)])
    for kinds, length in [(frozenset[str](), 0), *behind]:
        named = _named(before, q, kinds)
        if named is not None:
            measure, at, grows = named
            return _as_metric(measure, grows, low + _begins(before, at), q.op_start), stop + length
    return None


def measures_in(text: str, start: int, end: int) -> list[Measured]:
    """The metrics that the table lists, and those put together from words before a number; of words without a number the whole."""
    return list(_measures_of(text, start, end))


@lru_cache(maxsize=4096)
def _measures_of(text: str, start: int, end: int) -> tuple[Measured, ...]:
    listed = metrics_in(text, start, end)
    numbers = quantities(text, start, end)
    if not numbers:
        named = None if listed else _of_words(text[start:end])
        return (Measured(named.fact, named.unit, named.growth, start, end),) if named else tuple(listed)
    for q in numbers:
        clause = clause_start(text, start, q.op_start)
        nearest = next((m for m in reversed(listed) if clause <= m.start and m.end <= q.start and _fitting(m, q)), None)
        if nearest is not None and not narrowed(text[clause : nearest.start], nearest.fact):
            continue
        whole = reach(text, q, clause)
        if whole is not None and not any(whole.start <= m.start <= whole.start + _SHORT and _fitting(m, q) for m in listed):
            listed = sorted(
                [*(m for m in listed if m.end <= whole.start or whole.end <= m.start), whole], key=lambda m: (m.start, m.end)
            )
    return tuple(listed)


_SHORT = 2
"""How far behind the beginning of a name a listed metric may begin and still be all of it (年|营业收入)."""


def _fitting(metric: Measured, q: Quantity) -> bool:
    return fits(metric.unit, q) or (q.is_ratio and metric.growth is not None)


def _of_words(words: str) -> _Measure | None:
    """The measure that `words`, from the first to the last of them, name."""
    at, ways = _cuts(_BRACKETED.sub("", words[-_LONGEST:]))[0]
    return next((m for kinds in ways for m in _known_as(kinds)), None) if at == 0 else None


def in_row(text: str, clause: int, at: int) -> list[Measured]:
    """The measures that stand in a row before `at`: 完税额和产值|分别达到…, none where one of them is not known."""
    result: list[Measured] = []
    for part in re.finditer(r"[^、和及与]+", text[clause:at]):
        begin, ways = _cuts(part[0])[0]
        measure = next((m for kinds in ways for m in _known_as(kinds)), None) if begin == 0 else None
        if measure is None:
            return []
        opened = _WHEN.match(part[0]) if not result else None
        start = clause + part.start() + (opened.end() if opened else 0)
        result.append(Measured(measure.fact, measure.unit, measure.growth, start, clause + part.end()))
    return result


_WHEN = re.compile(rf"对?(?:{_TIME.pattern})")


def reach(text: str, q: Quantity, clause: int) -> Measured | None:
    """What `q` measures by all the words of its clause before it: a table may know only the last of them."""
    low = max(clause, q.op_start - _LONGEST)
    before = _BRACKETED.sub(lambda b: "的" * len(b[0]), text[low : q.op_start])
    named = _named(before, q, frozenset())
    if named is None or not _whole(before, named[1]):
        return None
    return _as_metric(named[0], named[2], low + _begins(before, named[1]), q.op_start)


def _as_metric(measure: _Measure, grows: bool, start: int, end: int) -> Measured:
    fact = str(measure.growth) if grows else measure.fact
    return Measured(fact, "ratio" if grows else measure.unit, measure.growth, start, end)


def _begins(before: str, at: int) -> int:
    """Where a run begins without the words that join it to what stands before."""
    opened = _OPENED.match(before, at)
    return opened.end() if opened else at


_OPENED = re.compile("(?:或者?|以及|[对且并及和与、]|[拥具]有|具备)*")


def _whole(before: str, at: int) -> bool:
    return at == 0 or before[at - 1] in "且并或"


_BRACKETED = re.compile(r"(?<!制)\((?!或)[^()]{0,40}\)")


def grown(words: str) -> str | None:
    """The growth fact of the measure that `words` name from the first to the last of them."""
    at, ways = _cuts(_BRACKETED.sub("", words[-_LONGEST:]))[0]
    found = [m.growth for kinds in ways for m in _known_as(kinds - {"growth"}) if m.growth]
    return found[0] if found and at == 0 else None


def names(words: str, fact: str) -> bool:
    """Whether `words`, from the first to the last of them, name what `fact` measures."""
    at, ways = _cuts(_BRACKETED.sub("", words[-_LONGEST:]))[0]
    return at == 0 and any(m.fact == fact for kinds in ways for m in _known_as(kinds))


_WHOSE = re.compile(r"(?:企业|单位|机构|公司|合作社|组织|院所|协会|平台|项目|的)$")


def _named(before: str, q: Quantity, behind: _Kinds) -> tuple[_Measure, int, bool] | None:
    """The measure by the longest run of known words before the number, where what stands before the run leaves it the enterprise's own."""
    cuts = _cuts(before)
    for at, ways in cuts:
        if at != cuts[0][0] and not before.endswith(_BODIES, 0, at):
            continue
        for kinds in ways if "none" not in ways[0] else ():
            measure = _measure(kinds | behind, q)
            if measure is None or (measure.fact == "patent_applications" and before.startswith("累计", at)):
                continue  # 累计申请10件: of all years, which a yearly fact does not count
            if measure.fact == "total_assets" and "固定资产" in before[at:]:
                continue  # a part of the assets
            if _whole(before, at) or (_WHOSE.search(before, 0, at) and not narrowed(before[:at], measure.fact)):
                return measure, at, "growth" in kinds | behind
    return None


_BODIES = ("企业", "单位", "机构", "公司")


def _behind(words: str) -> list[tuple[_Kinds, int]]:
    """The kinds of the known words that stand right behind a number, up to where its clause or its phrase ends, and how far they reach."""
    reach = re.match(r"[^，；。：()]{0,40}", words)
    phrase = reach[0] if reach else ""
    for stop in range(len(phrase), 1, -1):
        if not _ENDS.match(words, stop):
            continue
        at, ways = _cuts(phrase[:stop])[0]
        if at == 0:
            return [(kinds, stop) for kinds in ways if kinds]
    return []
