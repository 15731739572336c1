"""One word for several that mean the same, on the working copy only: the grammars then meet fewer ways of saying a thing.

Which words these are stands in policies/lexicon/wording.toml. That replacing a word by another of the same meaning changes no
rule is measured by `python -m tests.policies.other_words`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from features.regions import find_regions
from policies.cleaning import CleanText
from policies.lexicon.sought import headed


@cache
def _table() -> tuple[re.Pattern[str], tuple[str, ...]]:
    rows = tomllib.loads(files("policies.lexicon").joinpath("wording.toml").read_text("utf-8"))["same"]
    pattern = headed("|".join(f"({'|'.join(row['words'])})" for row in rows))
    return pattern, tuple(row["as"] for row in rows)


_NAME = r"(?:(?![省市区县级和及或与])[\u4e00-\u9fff]){2,4}?"
_LEVELS = re.compile(
    rf"国家级?(?:[、和及或](?:{_NAME})?[省市区县]级?){{1,4}}(?![^，；。]{{0,8}}(?:部门|政府|财政))"
    r"(?=[^，；。]{2,40}?(?:认定|称号|荣誉|命名|评定|立项|中心|基地|企业|项目|平台))"
)
_PLACE = re.compile(rf"(?<=[、和及或]){_NAME}(?=[省市区县]级?(?:[、和及或]|$))")


_LEAST_PLACES = 2


def _is_place(m: re.Match[str]) -> bool:
    """广东|省, and not 自治|区 or 设区|市."""
    name = m.string[m.start() : m.end() + 1]
    return any(len(found.text) == len(name) for found in find_regions(name))


def _by_level(copy: CleanText) -> CleanText:
    """国家、广东省、深圳市、龙岗区 in one row are the levels 国家、省、市、区: the names of the places are left out.

    >>> from policies.cleaning import clean
    >>> _by_level(clean("获得国家、广东省、深圳市、龙岗区科普教育基地认定的")).text
    '获得国家、省、市、区科普教育基地认定的'
    >>> _by_level(clean("国家级、自治区级企业技术中心")).text
    '国家级、自治区级企业技术中心'
    """
    rows = [list(_PLACE.finditer(copy.text, *run.span())) for run in _LEVELS.finditer(copy.text)]
    dropped = [place.span() for row in rows if len(row) >= _LEAST_PLACES and all(map(_is_place, row)) for place in row]
    if not dropped:
        return copy
    bounds = [0, *(x for span in dropped for x in span), len(copy.text)]
    kept = list(zip(bounds[::2], bounds[1::2], strict=True))
    return replace(
        copy,
        text="".join(copy.text[a:b] for a, b in kept),
        offsets=tuple(x for a, b in kept for x in copy.offsets[a:b]),
    )


def in_standard_words(copy: CleanText) -> CleanText:
    """The copy with each of the known words replaced; what replaces a word stands where the whole word stood.

    >>> from policies.cleaning import clean
    >>> in_standard_words(clean("予以补助,不得超过5万元。")).text
    '给予补助，不超过5万元。'
    """
    copy = _by_level(copy)
    pattern, standard = _table()
    text: list[str] = []
    offsets: list[int] = []
    done = 0
    for m in pattern.finditer(copy.text):
        words = standard[(m.lastindex or 1) - 1]
        text += [copy.text[done : m.start()], words]
        offsets.extend(copy.offsets[done : m.start()])
        inner = copy.offsets[m.start() : m.end()]
        offsets.extend(inner[min(i, len(inner) - 1)] for i in range(len(words) - 1))
        offsets.append(inner[-1])
        done = m.end()
    if not done:
        return copy
    return replace(copy, text="".join([*text, copy.text[done:]]), offsets=(*offsets, *copy.offsets[done:]))
