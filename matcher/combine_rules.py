"""Grants and the rules between them, derived from what was decided and from what the documents say about drawing twice."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Literal

from features.profile import EnterpriseProfile
from matcher.combine import AtMostOne, Combination, CombinationRule, Grant, LeftOut, Reason
from matcher.determination import Determination
from matcher.ranking import level_of
from matcher.truth import covers, under_region
from matcher.verdicts import Verdict
from matcher.words import money
from policies.rules import Op, PolicyItem, RuleDocument, leaves


def grant_key(document_id: str, item: int) -> str:
    """The key of an item's grant."""
    return f"{document_id}#{item}"


def grants_of(determinations: Iterable[Determination], rules_of: Sequence[RuleDocument] = ()) -> tuple[Grant, ...]:
    """One grant for every item the enterprise is eligible for; what is unknown is no grant.

    An item whose amounts only make up a difference (补齐差额) tops up the other levels' items for the same matter in `rules_of`.
    """
    grants = []
    for found in determinations:
        if found.verdict is not Verdict.MET or found.benefit is None:
            continue
        item, meta, paid = found.item, found.document.meta, found.benefit
        tops_up = any(a.difference for a in item.amounts)
        value = paid.high if tops_up and paid.high is not None else paid.low
        grants.append(
            Grant(
                key=grant_key(meta.id, found.index),
                value=value,
                title=item.title,
                upside=Decimal(0) if paid.high is None else max(Decimal(0), paid.high - value),
                level=level_of(meta.region),
                category=item.category,
                year=found.as_of.year,
                tops_up=frozenset(_same_matter_elsewhere(found.document, item, rules_of)) if tops_up else frozenset(),
            )
        )
    return tuple(grants)


def received_of(profile: EnterpriseProfile, documents: Sequence[RuleDocument], year: int) -> tuple[Grant, ...]:
    """What the finance records say was drawn in a year: grants by the item's own name, for which the sum is not recorded (0).

    Pass them beside `grants_of`; leave out the grants of the same key, which are drawn already.
    """
    events = profile.facts.get("received_benefits")
    names = {e.code for e in events if e.on.year == year} if isinstance(events, tuple) else set()
    return tuple(
        Grant(grant_key(d.meta.id, i), Decimal(0), item.title, level=level_of(d.meta.region), category=item.category, received=True)
        for d in documents
        for i, item in enumerate(d.items)
        if item.title in names
    )


def rules_from(documents: Sequence[RuleDocument]) -> tuple[CombinationRule, ...]:
    """What the documents say: 就高不重复 among a document's items of one category, and between levels for the same matter.

    Two levels exclude each other where both items say 就高不重复, their regions lie within each other and they reward the same
    title or bear the same name; these are proposals that an officer can see by their `basis`.
    """
    rules: list[CombinationRule] = []
    for document in documents:
        by_category: dict[str, set[str]] = {}
        for index, item in enumerate(document.items):
            if is_exclusive(document, item):
                by_category.setdefault(item.category, set()).add(grant_key(document.meta.id, index))
        basis = f"{document.meta.title or document.meta.id}:就高不重复"
        rules += [AtMostOne(frozenset(m), Reason.HIGHEST_ONLY, basis) for _, m in sorted(by_category.items()) if len(m) > 1]
    placed = [(d, i, item) for d in documents for i, item in enumerate(d.items) if is_exclusive(d, item)]
    for (d, i, item), (e, j, other) in combinations(placed, 2):
        if d is not e and _two_levels(d, e) and same_matter(item, other):
            basis = f"{d.meta.title or d.meta.id}与{e.meta.title or e.meta.id}:上下级就高不重复"
            rules.append(AtMostOne(frozenset({grant_key(d.meta.id, i), grant_key(e.meta.id, j)}), Reason.LEVELS, basis))
    return tuple(rules)


def is_exclusive(document: RuleDocument, item: PolicyItem) -> bool:
    """Whether 就高不重复 is said of the item or of its whole document."""
    return item.exclusive or (document.common_exclusive and not item.without_common)


def _two_levels(one: RuleDocument, other: RuleDocument) -> bool:
    a, b = one.meta.region, other.meta.region
    return bool(a and b and a != b and (under_region(a, b) or under_region(b, a)))


def same_matter(one: PolicyItem, other: PolicyItem) -> bool:
    """Whether two items reward the same thing: the same category, and the same title held or granted, or the same name."""
    if one.category != other.category:
        return False
    ours, theirs = _titles(one), _titles(other)
    return any(covers(a, b) or covers(b, a) for a in ours for b in theirs) or one.title == other.title


def _titles(item: PolicyItem) -> set[str]:
    trees = [item.criteria, *(a.when for a in item.amounts)]
    wanted = (leaf for tree in trees for leaf in leaves(tree) if leaf.op in (Op.HAS_ANY, Op.HAS_ALL, Op.OCCURRED))
    named = (leaf for leaf in wanted if leaf.fact in ("qualifications", "qualification_granted"))
    return {code for leaf in named if isinstance(leaf.value, tuple) for code in leaf.value}


def _same_matter_elsewhere(document: RuleDocument, item: PolicyItem, others: Sequence[RuleDocument]) -> set[str]:
    return {
        grant_key(other.meta.id, index)
        for other in others
        if other is not document and _two_levels(document, other)
        for index, candidate in enumerate(other.items)
        if same_matter(item, candidate)
    }


def once_per(grants: Sequence[Grant], scope: Literal["project", "contract", "year"]) -> tuple[AtMostOne, ...]:
    """同一项目、同一合同或同一年度只能享受一次: one group for each project, contract or year that several grants share."""
    reason = {"project": Reason.SAME_PROJECT, "contract": Reason.SAME_CONTRACT, "year": Reason.SAME_YEAR}[scope]
    groups: dict[str, set[str]] = {}
    for grant in grants:
        shared = {"project": grant.project, "contract": grant.contract, "year": grant.year}[scope]
        if shared is not None:
            groups.setdefault(str(shared), set()).add(grant.key)
    return tuple(AtMostOne(frozenset(keys), reason, name) for name, keys in sorted(groups.items()) if len(keys) > 1)


# ---- words -------------------------------------------------------------------------------------------------------

_WORDS = {
    Reason.HIGHEST_ONLY: "就高不重复",
    Reason.NAMED: "政策规定不可重复享受",
    Reason.SAME_PROJECT: "同一项目不可重复享受",
    Reason.SAME_CONTRACT: "同一合同不可重复享受",
    Reason.SAME_YEAR: "同一年度不可重复享受",
    Reason.LEVELS: "上下级政策就高不重复",
    Reason.HIGHER_LEVEL_FIRST: "优先享受上级政策",
    Reason.CAP: "已达累计上限",
    Reason.DIFFERENCE: "只补差额,差额为零",
}


def left_out_sentence(left: LeftOut, combination: Combination) -> str:
    """Why a grant is not drawn, in one line."""
    titles = {c.grant.key: f"“{c.grant.title or c.grant.key}”" for c in combination.chosen}
    rival = "" if left.because_of is None else f",与{titles.get(left.because_of, '已享受的政策')}不能同时享受"
    basis = f"({left.basis})" if left.basis else ""
    return f"“{left.grant.title or left.grant.key}”未计入:{_WORDS[left.reason]}{rival}{basis}"


def combination_sentence(combination: Combination) -> str:
    """What may be drawn together, in one line."""
    more = f",另有最高 {money(combination.upside)} 待核定" if combination.upside else ""
    return f"可同时享受 {len(combination.chosen)} 项,预计合计 {money(combination.total)}{more}"
