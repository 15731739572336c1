"""Industries: GB/T 4754-2017, the classes that a text names, and themes that a business scope suggests.

A class is a section letter or two to four digits, of the 2017 edition with its 2019 amendment. A theme (人工智能) is a word of
policy and no class: what a business scope suggests is a proposal for an officer or the industry department, never a fact.
"""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from features.reference.names import NameIndex

EDITION = "GB/T 4754-2017"

# First and last division (two digits) of each section.
SECTIONS: MappingProxyType[str, tuple[int, int]] = MappingProxyType(
    {
        "A": (1, 5),
        "B": (6, 12),
        "C": (13, 43),
        "D": (44, 46),
        "E": (47, 50),
        "F": (51, 52),
        "G": (53, 60),
        "H": (61, 62),
        "I": (63, 65),
        "J": (66, 69),
        "K": (70, 70),
        "L": (71, 72),
        "M": (73, 75),
        "N": (76, 79),
        "O": (80, 82),
        "P": (83, 83),
        "Q": (84, 85),
        "R": (86, 90),
        "S": (91, 96),
        "T": (97, 97),
    }
)


@dataclass(frozen=True, slots=True)
class Industry:
    """One class; `level` is 1 (section) to 4 (subclass), `parent` None for a section."""

    code: str
    name: str
    level: int
    section: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class IndustryMention:
    """A class named in a text; `modified` where a word before it narrows it (先进制造业), which makes it a theme and no class."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...]
    modified: bool


@dataclass(frozen=True, slots=True)
class ThemeProposal:
    """A theme that words of a business scope suggest; `words` are those words, strongest reason first."""

    theme: str
    words: tuple[str, ...]


@cache
def industries() -> MappingProxyType[str, Industry]:
    """Every class by code."""
    text = files("features.reference").joinpath("industries_2017.csv").read_text("utf-8")
    found: dict[str, Industry] = {}
    for row in csv.DictReader(text.splitlines()):
        code, section = row["code"], row["section"]
        level = 1 if code.isalpha() else len(code)
        parent = None if level == 1 else section if level == 2 else code[:-1]
        found[code] = Industry(code, row["name"], level, section, parent)
    return MappingProxyType(found)


def section_of(code: str) -> str | None:
    """The section letter of a class code, with or without its own letter; None for what is no class code."""
    if code[:1].isalpha():
        letter = code[0].upper()
        return letter if letter in SECTIONS else None
    if not (code[:2].isascii() and code[:2].isdigit() and len(code) >= 2):
        return None
    division = int(code[:2])
    return next((letter for letter, (low, high) in SECTIONS.items() if low <= division <= high), None)


def bare_code(code: str) -> str:
    """The digits of a code written with its section letter (C3963 -> 3963); a section letter alone stays."""
    return code[1:] if len(code) > 1 and code[0].isalpha() else code.upper() if code.isalpha() else code


def under_industry(code: str, parent: str) -> bool:
    """Whether class `code` is `parent` or lies below it, in the interchange contract's sense.

    >>> under_industry("3963", "C"), under_industry("C3963", "39"), under_industry("39", "3963")
    (True, True, False)
    """
    if parent.isalpha():
        return section_of(code) == parent.upper()
    return code.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(parent)


def industry_name(code: str) -> str:
    """The class's name, or the code itself where the edition has no such class."""
    found = industries().get(bare_code(code))
    return found.name if found else code


# ---- classes in a text -------------------------------------------------------------------------------------------
_ALIASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("工业", ("B", "C", "D")),
    ("农业", ("A",)),
    ("农林牧渔业", ("A",)),
    ("批发零售业", ("F",)),
    ("批发零售", ("F",)),
    ("批零业", ("F",)),
    ("批零住餐业", ("F", "H")),
    ("批零住餐", ("F", "H")),
    ("住宿餐饮业", ("H",)),
    ("住宿餐饮", ("H",)),
    ("餐饮住宿业", ("H",)),
    ("餐饮住宿企业", ("H",)),
    ("住餐业", ("H",)),
    ("交通运输业", ("G",)),
    ("交通运输、仓储和邮政业", ("G",)),
    ("软件和信息服务业", ("I",)),
    ("软件信息服务业", ("I",)),
    ("信息传输、软件和信息技术服务业", ("I",)),
    ("房地产开发业", ("7010",)),
    ("房地产开发", ("7010",)),
    ("租赁商务服务业", ("L",)),
    ("科学研究和技术服务业", ("M",)),
    ("居民服务业", ("O",)),
    ("互联网和相关服务业", ("64",)),
    ("互联网和相关服务", ("64",)),
    ("货币金融服务业", ("66",)),
    ("资本市场服务业", ("67",)),
    ("物业管理企业", ("7020",)),
    ("物业管理公司", ("7020",)),
    ("物业服务企业", ("7020",)),
    ("物业服务公司", ("7020",)),
    ("文化体育娱乐业", ("R",)),
    ("烟草制造业", ("16",)),
    ("制造企业", ("C",)),
    ("建筑企业", ("E",)),
    ("建筑施工企业", ("E",)),
    ("批发企业", ("51",)),
    ("零售企业", ("52",)),
    ("批发零售企业", ("F",)),
    ("批零企业", ("F",)),
    ("住宿企业", ("61",)),
    ("餐饮企业", ("62",)),
    ("住宿餐饮企业", ("H",)),
    ("住餐企业", ("H",)),
    ("金融企业", ("J",)),
    ("房地产企业", ("K",)),
    ("房地产开发企业", ("7010",)),
    ("劳务派遣企业", ("7263",)),
    ("劳务派遣单位", ("7263",)),
    ("劳务派遣公司", ("7263",)),
)
_NEEDS_A_NOUN = (
    "工业",
    "农业",
    "批发零售",
    "住宿餐饮",
    "房地产开发",
    "批零住餐",
)  # 工业 alone counts before 企业, a comma or an end only
_NOUNS = ("企业", "项目", "类", "领域", "行业", "单位", "、", "，", ",", "。", "；", ";", "）", ")", "和", "或", "及", "\n")
_LEFT_WORDS = frozenset("在于从事属为是的及和与或以上市区省县镇等我全各对内类含指中有把将国限规下小大中型营")


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for industry in industries().values():
        if len(industry.name) >= 3 and industry.name.endswith("业"):
            found.setdefault(industry.name, (industry.code,))
    return {**found, **dict(_ALIASES)}


@cache
def _index() -> NameIndex:
    return NameIndex.of(_by_name())


def industries_named(name: str) -> tuple[str, ...]:
    """The codes of the class (or the usual group of classes) that bears exactly this name; nothing where none does.

    >>> industries_named("工业"), industries_named("零售业"), industries_named("先进制造业")
    (('B', 'C', 'D'), ('52',), ())
    """
    return _by_name().get(name, ())


def find_industries(text: str) -> tuple[IndustryMention, ...]:
    """Every class that `text` names by the standard's words, in order, without overlaps."""
    return tuple(_mentions(text))


def _mentions(text: str) -> Iterator[IndustryMention]:
    at = 0
    while (at := _index().next_place(text, at)) < len(text):
        name = _index().longest_at(text, at)
        if name is None or (name in _NEEDS_A_NOUN and not _a_noun_follows(text, at + len(name))):
            at += 1
            continue
        before = text[at - 1 : at] if at else ""
        modified = "\u4e00" <= before <= "\u9fff" and before not in _LEFT_WORDS
        yield IndustryMention(at, at + len(name), name, _by_name()[name], modified)
        at += len(name)


def _a_noun_follows(text: str, at: int) -> bool:
    return at >= len(text) or text.startswith(_NOUNS, at)


# ---- themes ------------------------------------------------------------------------------------------------------
@cache
def theme_words() -> MappingProxyType[str, tuple[str, ...]]:
    """The words that suggest each theme (`reference/industry_themes.toml`)."""
    data = tomllib.loads(files("features.reference").joinpath("industry_themes.toml").read_text("utf-8"))
    return MappingProxyType({row["theme"]: tuple(row["words"]) for row in data["theme"]})


@cache
def _theme_index() -> tuple[NameIndex, dict[str, tuple[str, ...]]]:
    by_word: dict[str, tuple[str, ...]] = {}
    for theme, words in theme_words().items():
        for word in words:
            by_word[word] = (*by_word.get(word, ()), theme)
    return NameIndex.of(by_word), by_word


def themes(business_scope: str) -> tuple[ThemeProposal, ...]:
    """The themes that a business scope suggests, the one with the most different words first.

    Selling is not making: a theme named only in clauses about selling (销售, 批发, 零售, 进出口) comes last.
    """
    index, by_word = _theme_index()
    made: dict[str, dict[str, None]] = {}
    sold: dict[str, dict[str, None]] = {}
    for clause in _clauses(business_scope):
        into = sold if clause.startswith(("销售", "批发", "零售")) or clause.endswith(("销售", "批发", "零售", "进出口")) else made
        for at in range(len(clause)):
            for word in index.all_at(clause, at):
                for theme in by_word[word]:
                    into.setdefault(theme, {})[word] = None
    ranked = sorted(made, key=lambda theme: (-len(made[theme]), theme)) + sorted(set(sold) - set(made))
    return tuple(ThemeProposal(theme, tuple({**made.get(theme, {}), **sold.get(theme, {})})) for theme in ranked)


def _clauses(scope: str) -> Iterator[str]:
    start = 0
    for at, char in enumerate(scope):
        if char in "，,；;。、\n":
            yield scope[start:at]
            start = at + 1
    yield scope[start:]
