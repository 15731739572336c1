"""The levels of titles: which ones words mean (省级以上, 市级 in a 直辖市), and the code of a title at a level."""

from __future__ import annotations

import re

from features.qualifications import LEVELS, at_or_above, qualifications
from features.regions import is_municipality
from policies.extract.mentions import Mentions

_LEVEL_OF = {"国": "national", "全": "national", "部": "national", "省": "provincial", "自": "provincial", "市": "municipal", "地": "municipal", "州": "municipal", "区": "district", "县": "district"}  # fmt: skip
ONE_LEVEL = r"(?:国家级|部级|省部级|省级|自治区级|地?市级|州级|区级|县级|国家|全国|全省|全市|省|市|区|县)"
NEW = r"(?<![重创高革更全最])新(?![区城型兴三一技材能产品药])"
"""新 that says when: none of 高新, 创新, 新区, 新型."""
_WORD = re.compile(ONE_LEVEL)


def levels_of(m: Mentions, words: str) -> tuple[str, ...]:
    """国家级、省级 and 省级以上, as the levels they mean; the 市 of a 直辖市 is its provincial level."""
    own = is_municipality(m.region)
    said = [_LEVEL_OF[w[0].removeprefix("全")[0]] for w in _WORD.finditer(re.sub(r"\([^()]*\)", "", words))]
    said = ["provincial" if own and level == "municipal" else level for level in said]
    if "以上" in words and said:
        return at_or_above(said)
    return tuple(dict.fromkeys(said))


def at_one_level(code: str, level: str) -> str:
    """A code at a level: 专精特新 of the nation is 小巨人, and a title that has one level only is another title at any other."""
    head = code.partition(".")[0]
    entry = qualifications().get(head)
    if head in ("srdi_sme", "srdi_little_giant") and level in ("national", "provincial"):
        return "srdi_little_giant" if level == "national" else "srdi_sme"
    if entry is None or entry.own_level is None:
        return f"{code}.{level}"
    return head if level == entry.own_level else f"other:{entry.zh}.{level}"


def without_levels(codes: list[str]) -> list[str]:
    """The codes at no level in particular."""
    return list(dict.fromkeys(c.rpartition(".")[0] if c.endswith(tuple(f".{level}" for level in LEVELS)) else c for c in codes))


def at_level(codes: tuple[str, ...], level: str) -> tuple[str, ...]:
    """The codes at a level, those of titles that have none in the table as they are."""
    return tuple(
        f"{c}.{level}" if ":" in c or (c in qualifications() and level in qualifications()[c].levels) else c for c in codes
    )
