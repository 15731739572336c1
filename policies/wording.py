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

from policies.cleaning import CleanText


@cache
def _table() -> tuple[re.Pattern[str], tuple[str, ...]]:
    rows = tomllib.loads(files("policies.lexicon").joinpath("wording.toml").read_text("utf-8"))["same"]
    pattern = re.compile("|".join(f"({'|'.join(row['words'])})" for row in rows))
    return pattern, tuple(row["as"] for row in rows)


def in_standard_words(copy: CleanText) -> CleanText:
    """The copy with each of the known words replaced; what replaces a word stands where the whole word stood.

    >>> from policies.cleaning import clean
    >>> in_standard_words(clean("予以补助,不得超过5万元。")).text
    '给予补助，不超过5万元。'
    """
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
