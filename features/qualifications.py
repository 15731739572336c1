"""Qualifications, titles and platforms: their codes, levels and validity, and the ones that a text names.

A code may carry a level or kind behind a dot, which makes it narrower: key_laboratory.national, top_500.private. A wanted code
holds for itself and for what is narrower. A title that the table does not know is written other:<name>.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from features.periods import shift_months
from features.reference.names import NameIndex
from features.regions import is_municipality

LEVELS = ("national", "provincial", "municipal", "district")  # the highest first


@dataclass(frozen=True, slots=True)
class Qualification:
    """One entry of the table; `valid_years` None where titles of this kind do not lapse by themselves."""

    id: str
    zh: str
    names: tuple[str, ...]
    levels: tuple[str, ...]
    kinds: MappingProxyType[str, tuple[str, ...]]
    valid_years: int | None
    level_names: MappingProxyType[str, tuple[str, ...]]  # names that say their level by themselves (中华老字号)
    not_before: tuple[str, ...] = field(default=())
    not_after: tuple[str, ...] = field(default=())
    own_level: str | None = None  # the one level at which a title of this name is given


@dataclass(frozen=True, slots=True)
class QualificationMention:
    """A title named in a text: `codes` are alternatives in the text's words (省级以上 gives national and provincial).

    The span holds the level words that were read; `level_read` says whether there were any.
    """

    start: int
    end: int
    text: str
    codes: tuple[str, ...]
    level_read: bool


@cache
def qualifications() -> MappingProxyType[str, Qualification]:
    """The table by id."""
    data = tomllib.loads(files("features.reference").joinpath("qualifications.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            row["id"]: Qualification(
                id=row["id"],
                zh=row["zh"],
                names=tuple(row.get("names", ())),
                levels=tuple(row.get("levels", ())),
                kinds=MappingProxyType({kind: tuple(names) for kind, names in row.get("kinds", {}).items()}),
                valid_years=row.get("valid_years"),
                level_names=MappingProxyType({level: tuple(names) for level, names in row.get("level_names", {}).items()}),
                not_before=tuple(row.get("not_before", ())),
                not_after=tuple(row.get("not_after", ())),
                own_level=row.get("own_level"),
            )
            for row in data["qualification"]
        }
    )


def covers(wanted: str, code: str) -> bool:
    """Whether holding `code` satisfies `wanted`, in the interchange contract's sense.

    >>> covers("key_laboratory", "key_laboratory.national"), covers("key_laboratory.national", "key_laboratory")
    (True, False)
    """
    return code == wanted or code.startswith(wanted + ".")


def is_known(code: str) -> bool:
    """Whether a code stands in the table with a level or kind that the entry allows; other:<name> is known if it has a name."""
    if code.startswith("other:"):
        return len(code) > len("other:")
    head, _, tail = code.partition(".")
    entry = qualifications().get(head)
    return entry is not None and (not tail or tail in entry.levels or tail in entry.kinds or (tail in LEVELS and not entry.kinds))


def qualification_name(code: str) -> str:
    """Words for a code as an officer would write it: 企业技术中心(省级)."""
    head, _, tail = code.partition(".")
    words = {"national": "国家级", "provincial": "省级", "municipal": "市级", "district": "区县级"}
    if code.startswith("other:"):
        name, _, tail = code[len("other:") :].rpartition(".") if code.rpartition(".")[2] in LEVELS else (code[6:], "", "")
        return f"{name}({words[tail]})" if tail else name
    entry = qualifications().get(head)
    if entry is None:
        return code
    if tail in entry.kinds:
        return entry.kinds[tail][0]
    return f"{entry.zh}({words[tail]})" if tail in words else entry.zh


def expires_on(code: str, granted_on: date) -> date | None:
    """The first day on which a title granted on a day no longer holds, or None where it does not lapse by itself."""
    entry = qualifications().get(code.partition(".")[0])
    if entry is None or entry.valid_years is None:
        return None
    return shift_months(granted_on, 12 * entry.valid_years)


# ---- titles in a text --------------------------------------------------------------------------------------------
_IGNORED = frozenset("“”\"'‘’「」『』 \u3000\u00a0\t\r\n")
_WIDE = str.maketrans({"（": "(", "）": ")", "５": "5", "０": "0", "五": "五"})
_OPTIONAL = re.compile(r"\(([^()]{1,6})\)")
_LOOK_BACK = 24
_LEVEL = {
    "国家": "national",
    "国": "national",
    "部": "national",
    "省": "provincial",
    "自治区": "provincial",
    "直辖市": "provincial",
    "市": "municipal",
    "区": "district",
    "县": "district",
}
_LEVEL_WORDS = re.compile(
    r"(?P<levels>(?:(?:国家|省|自治区|直辖市|市|(?<![园新城社高校厂景街片])区|县|部)级?(?:[、和或及与/,，]|以上|及以上|\(含\)|或以上|和)*){1,5})(?:\([^()]{1,12}\))?(?:认定的?|的|备案的?|重点)?$"
)
_ONE_LEVEL = re.compile(r"国家|自治区|直辖市|省|市|区|县|部")
_LEVEL_AFTER = re.compile(
    r"\(((?:国家|省|自治区|市|区|县)级?(?:[、和或及](?:国家|省|自治区|市|区|县)级){1,3}|(?:国家|省|自治区|市|区|县)级(?:及?以上)?)\)"
)
"""绿色工厂(省级), 绿色工厂(国家级、省级), 绿色工厂(省级及以上)"""


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without quotation marks and blanks, brackets narrowed, and the place of each kept character."""

    text: str
    places: tuple[int, ...]


def _squeeze(text: str) -> _Squeezed:
    places = tuple(at for at, char in enumerate(text) if char not in _IGNORED)
    return _Squeezed("".join(text[at] for at in places).translate(_WIDE), places)


def _spellings(name: str) -> Iterator[str]:
    """A name with and without what it has in brackets: 首台(套) is 首台(套), 首台套 and 首台."""
    plain = _squeeze(name).text
    yield plain
    if _OPTIONAL.search(plain):
        yield _OPTIONAL.sub(r"\1", plain)
        yield _OPTIONAL.sub("", plain)


@cache
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in qualifications().values():
        if entry.id == "other":
            continue
        for name in (*entry.names, entry.zh):
            if "/" not in name:
                for spelling in _spellings(name):
                    found.setdefault(spelling, entry.id)
        for tail, names in (*entry.kinds.items(), *entry.level_names.items()):
            for name in names:
                found[_squeeze(name).text] = f"{entry.id}.{tail}"
    return {name: code for name, code in found.items() if len(name) >= 2}


def code_names() -> dict[str, str]:
    """Every spelling of every name of the table, and its code."""
    return dict(_codes_by_name())


def squeezed(name: str) -> str:
    """A name without quotation marks and blanks, its brackets narrow."""
    return _squeeze(name).text


@cache
def _index() -> NameIndex:
    return NameIndex.of(_codes_by_name())


def find_qualifications(text: str, within: str | None = None) -> tuple[QualificationMention, ...]:
    """Every title of the table that `text` names, in order, without overlaps; offsets are code points of `text`.

    `within` is the issuing region: in a text of 北京 市级 means the provincial level.

    >>> [m.codes for m in find_qualifications("省级以上企业技术中心、国家专精特新“小巨人”企业")]
    [('enterprise_technology_center.national', 'enterprise_technology_center.provincial'), ('srdi_little_giant',)]
    """
    return tuple(_mentions(_squeeze(text), text, within))


def _mentions(squeezed: _Squeezed, text: str, within: str | None) -> Iterator[QualificationMention]:
    plain, at, free = squeezed.text, 0, 0
    inherited: tuple[str, ...] = ()  # levels of the title just before: 国家级重点实验室、技术创新中心
    while (at := _index().next_place(plain, at)) < len(plain):
        name = _name_at(plain, at)
        if name is None:
            at += 1
            continue
        code = _codes_by_name()[name]
        start, end = at, at + len(name)
        if _of_another_level(plain, start, end, code, within):
            at = free = end
            continue
        levels: tuple[str, ...] = ()
        if qualifications()[code.partition(".")[0]].levels and "." not in code:
            levels, start, end = _levels_beside(plain, at, end, within=within, free=free)
            if not levels and start - free <= 2 and all(char in "、和及或与" for char in plain[free:start]):
                levels = inherited
        codes = tuple(f"{code}.{level}" for level in levels) or (code,)
        first, last = squeezed.places[start], squeezed.places[end - 1] + 1
        yield QualificationMention(first, last, text[first:last], codes, bool(levels))
        at = free = end
        inherited = levels


def _name_at(plain: str, at: int) -> str | None:
    for name in _index().all_at(plain, at):
        entry = qualifications()[_codes_by_name()[name].partition(".")[0]]
        before, after = plain[max(0, at - 8) : at], plain[at + len(name) : at + len(name) + 8]
        if not (entry.not_before and before.endswith(entry.not_before)) and not (
            entry.not_after and after.startswith(entry.not_after)
        ):
            return name
        if entry.not_after and after.startswith(entry.not_after):
            return None  # 瞪羚企业|培育库: nor is the shorter name 瞪羚 meant
    return None


def _levels_beside(plain: str, start: int, end: int, *, within: str | None, free: int) -> tuple[tuple[str, ...], int, int]:
    """The levels read straight before or after a name, and the span with them; nothing where no level stands there."""
    before = plain[max(free, start - _LOOK_BACK) : start]
    m = _LEVEL_WORDS.search(before)
    if m is not None:
        return _levels_meant(m["levels"], within), start - (len(before) - m.start()), end
    after = _LEVEL_AFTER.match(plain, end)
    if after is not None:
        return _levels_meant(after[1], within), start, after.end()
    return (), start, end


_LEVEL_SAID = re.compile(r"(?:省|自治区|市|区|县|镇)级(?:[、和或及与](?:省|市|区|县)级?){0,3}$")


def _of_another_level(plain: str, start: int, end: int, code: str, within: str | None) -> bool:
    """市级高新技术企业: a title that the table knows at another level only is not the one of the table."""
    entry = qualifications()[code.partition(".")[0]]
    if entry.own_level is None:
        return False
    said = _LEVEL_SAID.search(plain, max(0, start - _LOOK_BACK), start)
    after = _LEVEL_AFTER.match(plain, end)
    words = said[0] if said is not None else after[1] if after is not None else ""
    lists_higher = said is not None and plain[said.start() - 1 : said.start()] in ("、", "和", "或", "及", "与")
    return bool(words) and not lists_higher and entry.own_level not in _levels_meant(words, within)


def _levels_meant(words: str, within: str | None) -> tuple[str, ...]:
    named = {_level(word, within) for word in _ONE_LEVEL.findall(words)}
    return at_or_above(named) if "以上" in words else tuple(level for level in LEVELS if level in named)


def at_or_above(levels: Collection[str]) -> tuple[str, ...]:
    """The levels from the highest down to the lowest of these: 省级以上 takes in the national one.

    >>> at_or_above(["provincial"])
    ('national', 'provincial')
    """
    return LEVELS[: max(LEVELS.index(level) for level in levels) + 1]


def _level(word: str, within: str | None) -> str:
    level = _LEVEL[word]
    return "provincial" if word == "市" and is_municipality(within) else level


# ---- names on departmental lists ---------------------------------------------------------------------------------
def code_of(name: str) -> str | None:
    """The code of a title by its exact name or a known variant (quotation marks and blanks do not matter), with its level."""
    mentions = find_qualifications(name)
    if len(mentions) == 1 and len(mentions[0].codes) == 1 and len(_squeeze(mentions[0].text).text) == len(_squeeze(name).text):
        return mentions[0].codes[0]
    return None
