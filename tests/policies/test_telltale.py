"""Telltales are what no match can do without: passing over a pattern by them never loses a match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.lexicon import table
from policies.lexicon.telltale import compiled, telltales

TABLES = [row["pattern"] for name, key in (("metrics", "metric"), ("standing", "standing")) for row in table(name)[key]]


@pytest.mark.parametrize(("pattern", "tells"), list(zip(TABLES, telltales(TABLES), strict=True)), ids=range(len(TABLES)))
@given(data=st.data())
def test_every_match_holds_a_telltale(pattern: str, tells: frozenset[str] | None, data: st.DataObject) -> None:
    words = data.draw(st.from_regex(re.compile(pattern), alphabet=st.characters(codec="utf-8")))
    match = re.search(pattern, words)
    assert tells is None or (match is not None and not tells.isdisjoint(match[0]))


def test_nearly_every_pattern_has_telltales() -> None:
    assert sum(tells is not None for tells in telltales(TABLES)) > 0.9 * len(TABLES)


def test_case_is_not_guessed() -> None:
    assert telltales(["(?i:ab)", "a?", "a|[^b]", "(?:ab|cd)e?"]) == [None, None, None, frozenset("bc")]
    with pytest.raises(ValueError, match="ignores case"):
        telltales(["(?i)ab"])


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(re.error):
        compiled(["("])
