"""The bank of wordings (tests/cases/wordings/*.toml): what each paragraph should be read as, against what the reader makes of it.

    python -m tests.policies.wordings [--all] [WORD...]     the cases that are read wrongly (all: also those marked unread)

The form of the cases is explained in tests/cases/wordings/README.md.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.catalogue import load_catalogue
from policies.parsing import parse_policy

FOLDER = Path(__file__).parents[1] / "cases" / "wordings"
TITLE = "广州市番禺区促进产业高质量发展若干措施"
_CLAUSE_FRAMES = (
    "第一条 申请条件\n申请企业应当符合以下条件：\n（一）{}；\n（二）产品质量稳定可靠。\n第二条 奖励标准\n对符合条件的企业，给予10万元奖励。",
    "第一条 对{}的企业，一次性奖励10万元。\n第二条 对开展品牌推广活动的单位，补助5万元。",
)
_BY_PLACE = {"declared", "industry_theme"}
_NUMBERS = {"ge", "gt", "le", "lt", "eq"}
_PERIOD = re.compile(r"(?:Y[-+]?\d+|M[-+]\d+|\d{4}(?:-\d\d)?)(?:\.\.(?:Y[-+]?\d+|M[-+]\d+|\d{4}(?:-\d\d)?))?")
_AMOUNT_WORDS = {
    "fixed": ("value",), "capped": ("cap",), "ratio": ("rate",), "matching": ("rate",), "per_unit": ("value",),
    "step": ("start", "every", "value"),
}  # fmt: skip
_COMPARED = ("value", "rate", "rate_max", "start", "every", "over", "upto", "cap", "floor")

Tree = tuple[str, Any]
"""("leaf", key, (start, end)) or ("all" | "any", [trees]); `key` is what must be equal, the place counts for free words only."""


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of the bank: a paragraph or, where `frame` is set, a bare clause in one of two settings."""

    name: str
    text: str
    document: str
    offset: int
    common: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    unread: str | None
    since: int = 0
    """Where in `text` free words are looked for first; a list of conditions may also stand before."""


def cases() -> list[Case]:
    """Every case of the bank, clauses once for each setting."""
    result: list[Case] = []
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8"))["case"]:
            title = row.get("title", TITLE)
            unread = row.get("unread", {})
            if "clause" not in row:
                document = f"{title}\n{row['text']}\n第二十条 本办法自2023年1月1日起施行，有效期3年。\n"
                items = tuple(tuple(item) for item in row["items"])
                result.append(
                    Case(
                        f"{path.stem}: {row['text'][:40]}",
                        row["text"],
                        document,
                        len(title) + 1,
                        tuple(row.get("common", ())),
                        items,
                        unread or None,
                    )
                )
                continue
            for number, frame in enumerate(_CLAUSE_FRAMES):
                words = row["clause"]
                body = frame.format(words)
                if number == 1 and re.search(r"(?:企业|单位|户|社)$", words):
                    body = body.replace(f"{words}的企业", words)
                document = f"{title}\n{body}\n"
                setting = ("list", "inline")[number]
                if setting not in row.get("settings", ("list", "inline")):
                    continue
                reason = unread.get(setting) if isinstance(unread, dict) else unread
                result.append(
                    Case(
                        f"{path.stem}: {setting} {words}",
                        words,
                        document,
                        document.index(words),
                        (),
                        (tuple(row["leaves"]),),
                        reason,
                    )
                )
    return result


# ---- what is expected --------------------------------------------------------------------------------------------
def _number(word: str) -> float:
    return float(f"{float(word):.6g}")


def _key(leaf: dict[str, Any]) -> tuple[Any, ...]:
    """What of a leaf must be equal; a yearly fact without a period means the year before."""
    fact, value = leaf["fact"], leaf.get("value")
    definition = load_catalogue()[fact]
    period = leaf.get("period") or ({"year": "Y-1", "month": "M-1"}.get(definition.period) if definition.is_periodic else None)
    if fact in _BY_PLACE:
        value = None
    elif isinstance(value, list):
        value = tuple(sorted(str(v) for v in value))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = _number(str(value))
    return fact, "declared" if fact == "declared" else leaf["op"], value, period, leaf.get("first"), leaf.get("currency", "CNY")


def _wanted_leaf(words: str, case: Case) -> Tree:
    fact, _, rest = words.strip().partition(" ")
    quoted = re.search(r"«([^»]*)»", rest)
    if quoted is not None:
        inside = case.text.find(quoted[1], case.since)
        at = case.offset + (inside if inside >= 0 else case.text.index(quoted[1]))
        op = rest.split()[0] if fact != "declared" else "declared"
        return "leaf", (_key({"fact": fact, "op": op}), (at, at + len(quoted[1])))
    op, *words_after = rest.split()
    leaf: dict[str, Any] = {"fact": fact, "op": op, "value": None}
    for index, word in enumerate(words_after):
        if index == 0 and op in _NUMBERS:
            leaf["value"] = word if re.fullmatch(r"\d{4}-\d\d-\d\d", word) else _number(word)
        elif word in ("first", "again"):
            leaf["first"] = word == "first"
        elif re.fullmatch(r"[A-Z]{3}", word) and op in _NUMBERS:
            leaf["currency"] = word
        elif _PERIOD.fullmatch(word) and not op.startswith("age") and not (index == 0 and op.endswith("within")):
            leaf["period"] = word
        elif op == "is":
            leaf["value"] = word == "true"
        else:
            leaf["value"] = word if op.startswith("age") else word.split(",")
    return "leaf", (_key(leaf), None)


def wanted_tree(conditions: Iterable[str], case: Case) -> Tree:
    """The conditions of a case, `any: A | B & C` among them, as a tree."""
    parts: list[Tree] = []
    for words in conditions:
        if words.startswith("any:"):
            sides = [("all", [_wanted_leaf(w, case) for w in side.split(" & ")]) for side in words[4:].split(" | ")]
            parts.append(("any", sides))
        else:
            parts.append(_wanted_leaf(words, case))
    return _plain(("all", parts))


def wanted_amount(words: str, case: Case) -> tuple[tuple[Any, ...], Tree]:
    """`=> ratio 0.05 cap 1000000 plus if A & B` as (key, tree of the conditions)."""
    amount, _, condition = words.removeprefix("=>").strip().partition(" if ")
    kind, *rest = amount.split()
    read: dict[str, Any] = {"kind": kind}
    for name in _AMOUNT_WORDS[kind]:
        low, _, high = rest.pop(0).partition("..")
        read[name] = _number(low)
        if high:
            read["rate_max"] = _number(high)
    while rest:
        word = rest.pop(0)
        if word == "plus":
            read["plus"] = True
        else:
            read[word] = _number(rest.pop(0))
    return _amount_key(read), wanted_tree([c for c in condition.split(" & ") if c], case)


def _amount_key(amount: dict[str, Any]) -> tuple[Any, ...]:
    numbers = tuple(None if amount.get(k) is None else _number(str(amount[k])) for k in _COMPARED)
    return amount["kind"], *numbers, bool(amount.get("plus"))


# ---- what is read ------------------------------------------------------------------------------------------------
def read_tree(node: dict[str, Any] | None) -> Tree:
    """A criteria tree of the contract's form, flattened."""
    if not node:
        return "all", []
    for word in ("all", "any"):
        if word in node:
            return _plain((word, [read_tree(child) for child in node[word]]))
    if "not" in node or "at_least" in node:
        return "leaf", (("other", repr(sorted(node))), None)
    return "leaf", (_key(node), (node["evidence"]["start"], node["evidence"]["end"]))


def _plain(tree: Tree) -> Tree:
    kind, parts = tree
    if kind == "leaf":
        return tree
    flat: list[Tree] = []
    for part in (_plain(p) for p in parts):
        flat.extend(part[1] if part[0] == kind else [part] if part[0] == "leaf" or part[1] else [])
    return flat[0] if len(flat) == 1 else (kind, flat)


def leaves(tree: Tree) -> list[Any]:
    """The leaves of a flattened tree."""
    return [tree[1]] if tree[0] == "leaf" else [leaf for part in tree[1] for leaf in leaves(part)]


def same_leaf(wanted: Any, read: Any) -> bool:
    """Equal keys; free words must also cover the same place (a third of what both cover)."""
    if wanted[0] != read[0]:
        return False
    if wanted[0][0] not in _BY_PLACE:
        return True
    (a, b), (c, d) = wanted[1], read[1]
    return bool(max(0, min(b, d) - max(a, c)) >= 0.3 * (max(b, d) - min(a, c)))


def same_tree(wanted: Tree, read: Tree) -> bool:
    """Whether two flattened trees say the same, in whatever order."""
    if wanted[0] != read[0]:
        return False
    if wanted[0] == "leaf":
        return same_leaf(wanted[1], read[1])
    left = list(read[1])
    for part in wanted[1]:
        twin = next((x for x in left if same_tree(part, x)), None)
        if twin is None:
            return False
        left.remove(twin)
    return not left


@dataclass(slots=True)
class Reading:
    """What the reader made of a case: counts over leaves, and in words what is not as it should be."""

    faults: list[str]
    hits: int
    wanted: int
    read: int


def read_case(case: Case) -> Reading:
    """Parse the case's document and compare common conditions, items, trees and amounts."""
    rules = parse_policy(case.document.encode(), name="wording.txt", document_id="wording").rules
    low, high = case.offset, case.offset + len(case.text)
    clause = len(case.items) == 1 and not any(w.startswith("=>") for w in case.items[0])
    if clause:
        return _read_clause(case, rules, low, high)
    items = [i for i in rules["items"] if i["span"]["start"] < high and low < i["span"]["end"]]
    faults: list[str] = []
    pairs = [(wanted_tree(case.common, case), read_tree((rules.get("common") or {}).get("criteria")))]
    if len(items) != len(case.items):
        faults.append(f"{len(items)} items instead of {len(case.items)}")
    for wanted, item in zip(case.items, items, strict=False):
        pairs.append((wanted_tree([w for w in wanted if not w.startswith("=>")], case), read_tree(item.get("criteria"))))
        amounts = [wanted_amount(w, case) for w in wanted if w.startswith("=>")]
        pairs.extend(_paired(amounts, item.get("amounts") or [], faults))
    for wanted in case.items[len(items) :]:
        pairs.append((wanted_tree([w for w in wanted if not w.startswith("=>")], case), ("all", [])))
        pairs.extend((wanted_amount(w, case)[1], ("all", [])) for w in wanted if w.startswith("=>"))
    for item in items[len(case.items) :]:
        pairs.append((("all", []), read_tree(item.get("criteria"))))
    return _compared(case, pairs, faults)


def _paired(wanted: list[tuple[tuple[Any, ...], Tree]], read: list[dict[str, Any]], faults: list[str]) -> list[tuple[Tree, Tree]]:
    left = [(_amount_key(a), read_tree(a.get("when"))) for a in read]
    pairs: list[tuple[Tree, Tree]] = []
    for key, tree in wanted:
        twin = next((x for x in left if x[0] == key and same_tree(tree, x[1])), None) or next(
            (x for x in left if x[0] == key), None
        )
        if twin is None:
            faults.append(
                f"amount missing: {key[0]} "
                + " ".join(f"{k}={v:g}" for k, v in zip(_COMPARED, key[1:], strict=False) if v is not None)
                + (" plus" if key[-1] else "")
            )
            pairs.append((tree, ("all", [])))
        else:
            left.remove(twin)
            pairs.append((tree, twin[1]))
    for key, tree in left:
        faults.append(
            f"amount invented: {key[0]} "
            + " ".join(f"{k}={v:g}" for k, v in zip(_COMPARED, key[1:], strict=False) if v is not None)
            + (" plus" if key[-1] else "")
        )
        pairs.append((("all", []), tree))
    return pairs


def _read_clause(case: Case, rules: dict[str, Any], low: int, high: int) -> Reading:
    trees = [(rules.get("common") or {}).get("criteria")]
    for item in rules["items"]:
        trees += [item.get("criteria"), *(a.get("when") for a in item.get("amounts") or [])]
    found: dict[Any, Any] = {}
    for leaf in (x for tree in trees for x in leaves(read_tree(tree))):
        if leaf[1] is not None and leaf[1][0] < high and low < leaf[1][1]:
            found[leaf] = leaf
    wanted = ("all", [("leaf", leaf) for leaf in leaves(wanted_tree(case.items[0], case))])
    return _compared(case, [(wanted, ("all", [("leaf", leaf) for leaf in found]))], [])


def _compared(case: Case, pairs: list[tuple[Tree, Tree]], faults: list[str]) -> Reading:
    hits = wanted_count = read_count = 0
    for wanted, read in pairs:
        left, missing = leaves(read), []
        wanted_count += len(leaves(wanted))
        read_count += len(left)
        for leaf in leaves(wanted):
            twin = next((x for x in left if same_leaf(leaf, x)), None)
            if twin is None:
                missing.append(leaf)
            else:
                left.remove(twin)
                hits += 1
        faults.extend(f"missing: {_said(case, leaf)}" for leaf in missing)
        faults.extend(f"invented: {_said(case, leaf)}" for leaf in left)
        if not missing and not left and not same_tree(_plain(wanted), _plain(read)):
            faults.append(f"joined otherwise: {_shape(read)}")
    return Reading(faults, hits, wanted_count, read_count)


def _said(case: Case, leaf: Any) -> str:
    key, place = leaf
    words = f" «{case.document[slice(*place)]}»" if place else ""
    return " ".join(str(k) for k in key if k not in (None, "CNY")) + words


def _shape(tree: Tree) -> str:
    return str(tree[1][0][0]) if tree[0] == "leaf" else f"{tree[0]}({', '.join(_shape(p) for p in tree[1])})"


def main() -> None:
    """Print what is read wrongly, and the figures over the whole bank."""
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    everything = "--all" in sys.argv
    totals: dict[str, list[int]] = {}
    for case in cases():
        if words and not any(w in case.name for w in words):
            continue
        reading = read_case(case)
        row = totals.setdefault(case.name.partition(":")[0], [0, 0, 0, 0, 0])
        for index, value in enumerate((1, not reading.faults, reading.hits, reading.wanted, reading.read)):
            row[index] += value
        if reading.faults and (everything or not case.unread):
            print(f"{case.name}\n   " + "\n   ".join(reading.faults))
        if case.unread and not reading.faults:
            print(f"{case.name}\n   marked unread, but is read")
    for name, row in [*totals.items(), ("all", [sum(column) for column in zip(*totals.values(), strict=True)])]:
        print(f"{name}: {row[1]} of {row[0]} right; leaves P {row[2] / max(1, row[4]):.3f} R {row[2] / max(1, row[3]):.3f}")


if __name__ == "__main__":
    main()
