"""A sought pattern finds what the pattern alone would find: its words and its first characters only say where it cannot match."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policies.extract
from policies.lexicon.sought import Sought, headed

CASES = Path(__file__).parents[1] / "cases" / "wordings"


def _patterns() -> list[str]:
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(policies.extract.__path__, "policies.extract.")]
    return sorted({found.pattern for module in modules for found in vars(module).values() if isinstance(found, Sought)})


def _texts() -> list[str]:
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*.toml"))]
    return sorted(
        {row["text"] for table in tables for rows in table.values() if isinstance(rows, list) for row in rows if "text" in row}
    )


def test_the_sentences_of_the_bank_are_read_alike() -> None:
    texts = _texts()
    assert len(texts) > 100
    for pattern in _patterns():
        alone, sought = re.compile(pattern), Sought(pattern)
        for text in texts:
            assert [m.span() for m in sought.finditer(text)] == [m.span() for m in alone.finditer(text)], (pattern, text)


@pytest.mark.parametrize("pattern", _patterns())
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_a_match_is_found(pattern: str, data: st.DataObject) -> None:
    words = data.draw(st.from_regex(re.compile(pattern), alphabet=st.characters(codec="utf-8")))
    alone = re.search(pattern, words)
    for found in (Sought(pattern).search(words), headed(pattern).search(words)):
        assert alone is not None and found is not None
        assert (found.span(), found.groups()) == (alone.span(), alone.groups())


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a?", ""),
        ("[^b]", ""),
        ("(?:ab|cd)e", "ab|cd"),
        ("x(?:ab)?(?=cd)", "x"),
        ("(?:长|[^，]短)", "短|长"),
    ],
)
def test_the_words_are_those_of_the_pattern(pattern: str, words: str) -> None:
    assert Sought(pattern).words == words


def test_places_before_the_start_are_seen_but_not_searched() -> None:
    sought = Sought("(?<=对)企业")
    assert sought.search("对企业", 1) is not None
    assert sought.search("对企业", 0, 2) is None
    assert sought.match("对企业", 1) is not None and sought.fullmatch("对企业", 1, 3) is not None


def test_case_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="ignores case"):
        Sought("(?i)ab")
