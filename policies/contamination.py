"""Texts that were damaged on their way to us: words replaced by advertising, sentences that speak to machines.

Such a text is flagged and quarantined, never repaired: a repaired quotation is false evidence, and nobody knows what
stood there. Three detectors, measured on real copies: names of betting sites, a token of letters and digits glued to
Chinese again and again (a replaced word comes as often as the word did), and invisible characters.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from policies.diagnostics import Diagnostic, error, warning

_GLUED = re.compile(r"(?<=[\u4e00-\u9fff，。、])[A-Za-z]{2,16}\d{2,8}[\u4e00-\u9fff]{0,4}(?=[ \u3000\u4e00-\u9fff])")
_TOKEN = re.compile(r"[A-Za-z]{2,16}\d{2,8}")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]")
# Tokens of letters and digits that policies do use in the midst of Chinese: short capitals (AI2030) and these.
_ACRONYM = re.compile(r"^[A-Z]{2,6}\d+$")
_TECHNICAL = re.compile(
    r"^(?:iso|gb|gbt|gb/t|iec|cmmi|itss|dcmm|ipv|ccc|sa|ts|iatf|as|en|db|dbt|jr|yd|hj|cj|jg|hs|pm|co|rfc|api|cnas|cma|a|b|c|t|b2b|o2o|top|no|qs|ps|ohsas|rev|ver|v|win|office|excel|covid|sars|mba)\d+$",
    re.IGNORECASE,
)
_LEAST_INVISIBLE = 3


@dataclass(frozen=True, slots=True)
class Contamination:
    """What was found; a quarantined text must not be used before another copy was compared."""

    quarantined: bool
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    brands: re.Pattern[str]
    commands: re.Pattern[str]
    least_repetitions: int


def find_contamination(text: str) -> Contamination:
    """Look for foreign words in `text`; places are offsets of their first occurrence."""
    lexicon = _lexicon()
    found: list[Diagnostic] = [*_brands(text, lexicon), *_glued(text, lexicon)]
    quarantined = bool(found)
    if command := lexicon.commands.search(text):
        message = "文中有疑似写给机器看的指令性语句,不影响解析,请核对来源"
        found.append(warning("contamination.command", message, command.start(), command.end()))
    invisible = [match.start() for match in _INVISIBLE.finditer(text)]
    if len(invisible) >= _LEAST_INVISIBLE:
        message = f"文中有 {len(invisible)} 个不可见字符,可能隐藏或打乱文字,请核对来源"
        found.append(warning("contamination.invisible", message, invisible[0], invisible[0] + 1))
    return Contamination(quarantined, tuple(found))


def _brands(text: str, lexicon: _Lexicon) -> list[Diagnostic]:
    found = list(lexicon.brands.finditer(text))
    if not found:
        return []
    counts = Counter(match[0] for match in found)
    words = "、".join(f"“{word}”{count} 处" for word, count in counts.most_common(3))
    message = f"原文被广告词替换({words}),已隔离:请更换来源后重新上传,系统不会自动修复"
    return [error("contamination.advertising", message, found[0].start(), found[0].end())]


def _glued(text: str, lexicon: _Lexicon) -> list[Diagnostic]:
    """A letter-and-digit token that stands in the midst of Chinese several times."""
    places: dict[str, list[int]] = {}
    for match in _GLUED.finditer(text):
        token = _TOKEN.match(match[0])
        if token is not None and not _TECHNICAL.match(token[0]) and not _ACRONYM.match(token[0]):
            places.setdefault(token[0].lower(), []).append(match.start())
    found: list[Diagnostic] = []
    for name, starts in places.items():
        if len(starts) >= lexicon.least_repetitions:
            message = f"“{name}”在句中反复出现({len(starts)} 处),疑似替换了原文词语,已隔离:请更换来源后重新上传"
            found.append(error("contamination.replacement", message, starts[0], starts[0] + len(name)))
    return found


@cache
def _lexicon() -> _Lexicon:
    """The words of contamination.toml, read once."""
    plain = tomllib.loads(resources.files("policies").joinpath("contamination.toml").read_text(encoding="utf-8"))
    return _Lexicon(_any_of(plain["brands"]), _any_of(plain["commands"]), int(plain["least_repetitions"]))


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)
