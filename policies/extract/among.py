"""A promise for some of those that the promise before it names (实践项目中的舞台类项目，…) is one more tier of it, whatever its number."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.leaf import leaves_of
from policies.extract.state import State

_AMONG = re.compile(r"(?:对于?)?(?P<all>[^，；。的]{4,24})中的[^，；。]{2,24}")


def join_some_of(state: State) -> None:
    """Put the sums for a part of one tier's receivers beside that tier."""
    kept: list[ItemDraft] = []
    for draft in state.drafts:
        if kept and _some_of(state, kept[-1], draft):
            host, tree = kept[-1], draft.criteria[0]
            host.amounts.extend({**amount, "when": tree} for amount in draft.amounts)
            host.end = max(host.end, draft.end)
            host.words = ""
        else:
            kept.append(draft)
    state.drafts = kept


def _some_of(state: State, before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether all that an item asks is to be among those of one tier of the item before, whose every sum has its receivers."""
    text = state.m.text
    if len(draft.criteria) != 1 or draft.criteria[0].get("fact") != "declared" or not draft.amounts or not before.amounts:
        return False
    if any(a.get("when") for a in draft.amounts) or not all(a.get("when") for a in before.amounts):
        return False
    said = draft.criteria[0]["evidence"]
    some = _AMONG.fullmatch(text, said["start"], said["end"])
    if some is None:
        return False
    told = (text[x["evidence"]["start"] : x["evidence"]["end"]] for a in before.amounts for x in leaves_of(a["when"]))
    return any(some["all"] in words for words in told)
