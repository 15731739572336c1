"""Every text of the corpus is read: no crash, the words at every place, the file accepted by the gate for rules."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from policies.extract.leaf import leaves_of
from policies.parsing import parse_policy
from tests.shared import SHARED

_WORD = re.compile(r"[一-鿿]")
TEXTS = sorted((SHARED / "corpus" / "policies").glob("*.txt"))


def _wrong(path: Path) -> str:
    """What is wrong with the reading of a text, '' where nothing is."""
    parsed = parse_policy(path.read_bytes(), name=path.name, document_id=path.stem)
    text, rules = parsed.text, parsed.rules
    for block in [rules.get("common") or {}, *rules["items"]]:
        trees = [block.get("criteria"), *(amount.get("when") for amount in block.get("amounts") or [])]
        parts = [*(leaf for tree in trees if tree for leaf in leaves_of(tree)), *(block.get("amounts") or [])]
        for part in parts:
            if not 0 <= part["evidence"]["start"] < part["evidence"]["end"] <= len(text):
                return f"{path.stem}: evidence {part['evidence']} outside of the text"
    ends = 0
    for entry in parsed.ledger:
        if entry["start"] < ends or _told(text, ends, entry["start"]):
            return f"{path.stem}: words before {entry['start']} are in no sentence of the ledger"
        ends = entry["end"]
    return f"{path.stem}: words behind {ends} are in no sentence of the ledger" if _told(text, ends, len(text)) else ""


def _told(text: str, start: int, end: int) -> bool:
    """Whether words stand there that are told once: running heads, and the heads of web pages, stand in the text again."""
    lines = ["".join(line.split()) for line in text[start:end].splitlines()]
    bare = "".join(text.split())
    return any(_WORD.search(line) and bare.count(line) < 2 for line in lines)


@pytest.mark.skipif(not TEXTS, reason="the shared corpus is not beside the checkout")
def test_every_text_of_the_corpus_is_read_with_places_that_hold() -> None:
    with ProcessPoolExecutor(2) as pool:
        assert [wrong for wrong in pool.map(_wrong, TEXTS, chunksize=16) if wrong] == []
