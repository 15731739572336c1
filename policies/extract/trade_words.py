"""Which words are a trade: the themes of the lexicon, the goods and services of GB/T 4754, and compounds of either."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from features.industries import industries, theme_words
from policies.lexicon import table

_GOODS_OF = "ABCDEFGHIJKLMNOR"
"""The sections whose classes name goods and services that a firm may be called after (白酒制造: 白酒企业)."""
_MAKING = re.compile(
    r"(?:制造业?|加工业?|服务业?|活动|管理业?|生产业?|供应业?|销售|批发业?|零售业?|开采业?|采选业?|制品业?|运输业?|种植|饲养|养殖|业)$"
)
_LONGEST = 14


@cache
def themes() -> frozenset[str]:
    """The looser words of policies, and those that a business scope suggests."""
    return frozenset(table("trades")["themes"]) | frozenset(theme_words())


@cache
def _goods() -> frozenset[str]:
    """What the classes of the standard make, sell or do, without the words for making."""
    no_goods = frozenset(table("trades")["no_goods"])
    found: set[str] = set()
    for industry in industries().values():
        if industry.level == 1 or industry.section not in _GOODS_OF:
            continue
        for part in re.split(r"、|和|及|与", re.sub(r"[(（][^()（）]*[)）]", "", industry.name)):
            bare = re.sub(r"^(?:其他|未列明|非|专用|通用)+", "", part)
            found.update(word for word in (bare, _without_making(bare)) if len(word) >= 2)
    return frozenset(found) - no_goods


def _without_making(word: str) -> str:
    while (bare := _MAKING.sub("", word)) != word:
        word = bare
    return word


@cache
def _tails() -> re.Pattern[str]:
    words = sorted(table("trades")["tails"], key=len, reverse=True)
    return re.compile(rf"[一-龥A-Za-z0-9]{{1,8}}(?:{'|'.join(words)})")


@cache
def _further() -> re.Pattern[str]:
    words = sorted(table("trades")["further"], key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(words)})+")


@cache
def classes() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """The trades of the lexicon that name classes outright, as patterns."""
    return tuple((re.compile(row["pattern"]), tuple(row["codes"])) for row in table("trades")["industry"])


def class_of(word: str) -> tuple[str, ...]:
    """The classes that the bare name of a trade (零售, as part of 批发、零售企业) stands for; none where it is none outright."""
    return next((codes for pattern, codes in classes() if pattern.fullmatch(f"{word}企业") is not None), ())


@lru_cache(maxsize=8192)
def is_theme(word: str) -> bool:
    """Whether a word of the lexicon, alone or as head or root of a compound, makes `word` a theme (功率半导体, 氢能装备)."""
    bare = re.sub(r"(?<=..)(?:产业|领域|行业)$", "", word)
    return 2 <= len(bare) <= _LONGEST and (bare in themes() or _compound(bare, themes()))


@lru_cache(maxsize=8192)
def is_trade(word: str) -> bool:
    """Whether `word` is a theme, or names goods or services that a firm may live on (白酒, 道路货物运输, 连锁餐饮)."""
    if is_theme(word):
        return True
    return 2 <= len(word) <= _LONGEST and (word in _goods() or _compound(word, _goods()) or _tails().fullmatch(word) is not None)


def _compound(word: str, known: frozenset[str]) -> bool:
    """Whether a known word closes `word` behind a few characters, or opens it before words for what is made of it."""
    for at in range(1, min(7, len(word) - 1)):
        if word[at:] in known and len(word) - at >= 2:
            return True
    return any(word[:at] in known and _further().fullmatch(word, at) is not None for at in range(2, len(word)))
