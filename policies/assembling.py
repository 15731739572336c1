"""From a policy text to items, common conditions, a coverage ledger and diagnostics: the order in which the rest is asked.

Sections whose heading tells procedure, material or contact bear no items. Eligibility sections give conditions: to the item
whose heading they share, else to all items (`common`), or to the one item there is. Everything else is searched for promises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from policies.clause_typing import ClauseChances
from policies.cleaning import CleanText, clean
from policies.confidence import among
from policies.coverage import LedgerEntry, ledger_of, unread_conditions
from policies.diagnostics import Diagnostic, warning
from policies.document import PolicyText
from policies.extract.checks import check_items
from policies.extract.collecting import collect
from policies.extract.finishing import clauses_of, finish, source_tree
from policies.extract.items import ItemDraft
from policies.extract.leaf import SHUT_OUT, Node, leaves_of, trees_of
from policies.extract.mentions import mentions_of
from policies.extract.unlikely import Sieve
from policies.metadata import DocumentMetadata
from policies.segmenting import segment
from policies.surroundings import surroundings
from policies.wording import in_standard_words


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a text grants, in the contract's JSON form, with the ledger of its sentences and what is odd about it."""

    common: dict[str, Any] | None
    items: tuple[dict[str, Any], ...]
    ledger: tuple[LedgerEntry, ...]
    diagnostics: tuple[Diagnostic, ...]


def assemble(text: PolicyText, metadata: DocumentMetadata) -> Assembled:
    """The items of a policy text; every span points into `text.text`."""
    copy = clean(text.text)
    if not metadata.bears_items:
        return Assembled(None, (), ledger_of(copy, [], None, granting=False), copy.diagnostics)
    return _assemble(in_standard_words(copy), text.text, metadata)


_LIKELY = "这几句没有现成的句式可依,因读来像申报条件而读入;请人工核对内容和所属项目"


def _assemble(copy: CleanText, source: str, metadata: DocumentMetadata) -> Assembled:
    days = (metadata.effective_from, metadata.effective_to)
    first, last = (day.isoformat() if day else None for day in days)
    m = mentions_of(copy.text, metadata.region, (first, last))
    root = segment(copy.text)
    chances = ClauseChances(copy.text, root)
    collected = collect(m, root, title=metadata.title or "", chances=chances)
    drafts, common = collected.drafts, collected.common
    sieve = Sieve(copy, chances)
    for draft in drafts:
        draft.criteria = sieve.of_item(draft.criteria)
    common = sieve.of_tree(common)
    odd = (
        *sieve.diagnostics(),
        *check_items(copy, drafts),
        *unread_conditions(copy, drafts, common, chances),
        *(warning("unresolved-reference", "条款引用在本文中找不到对应条款", *copy.source_span(a, b)) for a, b in collected.lost),
        *(warning("condition-likely", _LIKELY, *copy.source_span(a, b)) for a, b in collected.likely),
    )
    items = tuple(finish(copy, draft, chances, span) for draft, span in zip(drafts, clauses_of(copy.text, drafts), strict=True))
    block = _block(copy, common, collected.exclusive, drafts, chances)
    for leaf, names in surroundings(block, items, source):
        leaf["confidence"] = among(leaf["confidence"], names)
    squeezed = "".join(source.split())
    for part in (*items, *([block] if block else [])):
        _in_own_words(part, source, squeezed)
    return Assembled(block, items, ledger_of(copy, drafts, common, granting=True), (*copy.diagnostics, *odd))


def _in_own_words(part: dict[str, Any], source: str, squeezed: str) -> None:
    """Declared conditions say what the text says, not what its working copy was turned into. `squeezed`: the text without blanks."""
    for tree in trees_of(part):
        for node in leaves_of(tree):
            if node["fact"] == "declared":
                words = "".join(source[node["evidence"]["start"] : node["evidence"]["end"]].split())
                shut = SHUT_OUT if str(node["value"]).startswith(SHUT_OUT) else ""
                node["value"] = shut + (words if len(words) <= 60 else words[:59] + "…")
            elif isinstance(node.get("value"), list) and any("(" in str(v) for v in node["value"]):
                node["value"] = [_as_written(str(v), squeezed) for v in node["value"]]


def _as_written(code: str, squeezed: str) -> str:
    """A name that the text itself gives has the text's own brackets (other:特色商业街（步行街）.provincial)."""
    return re.sub(r"(?P<before>[^():]{0,4})\((?P<inside>[^()]*)\)", lambda m: _as_in(m, squeezed), code)


def _as_in(m: re.Match[str], squeezed: str) -> str:
    wide = f"{m['before']}（{m['inside']}）"
    return wide if wide in squeezed else m[0]


def _block(
    copy: CleanText, common: Node | None, exclusive: bool, drafts: list[ItemDraft], chances: ClauseChances
) -> dict[str, Any] | None:
    """The `common` object, None where nothing is said for all items."""
    if not drafts or (common is None and not exclusive):
        return None
    block: dict[str, Any] = {}
    if common is not None:
        block["criteria"] = source_tree(copy, common, chances)
    if exclusive:
        block["exclusive"] = True
    return block


__all__ = ["Assembled", "ItemDraft", "assemble"]
