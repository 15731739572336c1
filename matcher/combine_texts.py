"""Rules between grants from the words of the policies: named exclusions, one draw per project, contract or year, caps for one enterprise.

Proposals that an officer can see by their `basis`; what points at a document or an item that is not known gives no rule.
"""

from collections.abc import Iterator, Mapping, Sequence

from matcher.combine import AtMostOne, Cap, CombinationRule, Grant, Reason
from matcher.combine_rules import grant_key, once_per
from policies.drawing import Clause, EnterpriseCap, NotBeside, OncePer, Reference, articles_of, clauses_in, items_around, items_in
from policies.rules import RuleDocument


def rules_in_texts(
    documents: Sequence[RuleDocument], texts: Mapping[str, str], grants: Sequence[Grant] = ()
) -> tuple[CombinationRule, ...]:
    """What the texts (by document id) say of drawing several benefits.

    `grants` carry the project, contract and year on which 同一项目, 同一合同 and 同一年度 rest; without them those say nothing.
    """
    rules: dict[CombinationRule, None] = {}
    for document in documents:
        text = texts.get(document.meta.id, "")
        for clause in clauses_in(text):
            rules.update(dict.fromkeys(_rules(document, text, clause, documents, texts, grants)))
    return tuple(rules)


def _rules(
    document: RuleDocument, text: str, clause: Clause, documents: Sequence[RuleDocument], texts: Mapping[str, str], grants: Sequence[Grant]
) -> Iterator[CombinationRule]:  # fmt: skip
    basis = f"{document.meta.title or document.meta.id}:{clause.span.quote or ''}"
    around = items_around(document, text, clause.span.start)
    match clause:
        case EnterpriseCap(limit=limit, article_only=article_only):
            under = around if article_only else range(len(document.items))
            members = frozenset(grant_key(document.meta.id, i) for i in under)
            if members:
                yield Cap(members, limit, basis)
        case OncePer(scope=scope):
            under = around or range(len(document.items))
            mine = {grant_key(document.meta.id, i) for i in under}
            for rule in once_per([g for g in grants if g.key in mine], scope):
                yield AtMostOne(rule.members, rule.reason, basis)
        case NotBeside(other=other):
            yield from _named(document, around, other, basis, documents, texts)


def _named(
    document: RuleDocument, around: frozenset[int], other: Reference, basis: str, documents: Sequence[RuleDocument], texts: Mapping[str, str]
) -> Iterator[CombinationRule]:  # fmt: skip
    """One pair for each item here and each item pointed at; a clause that stands apart sets those it names against each other."""
    meant = _document_meant(document, other, documents)
    if meant is None:
        return
    theirs = _items_meant(meant, texts.get(meant.meta.id, ""), other)
    ours = around
    if meant is document and not around - theirs:
        ours = theirs
    elif not ours:
        ours = frozenset(range(len(document.items)))
    for i in sorted(ours):
        for j in sorted(theirs):
            pair = frozenset({grant_key(document.meta.id, i), grant_key(meant.meta.id, j)})
            if len(pair) == 2 and (meant is not document or i < j or i not in theirs or j not in ours):
                yield AtMostOne(pair, Reason.NAMED, basis)


def _document_meant(document: RuleDocument, other: Reference, documents: Sequence[RuleDocument]) -> RuleDocument | None:
    if other.document is None:
        return document
    found = [d for d in documents if d.meta.title and (other.document in d.meta.title or d.meta.title in other.document)]
    return found[0] if len(found) == 1 else None


def _items_meant(document: RuleDocument, text: str, other: Reference) -> frozenset[int]:
    """By name first, as the plainer word; else by article."""
    named = frozenset(i for i, item in enumerate(document.items) if any(n in item.title or item.title in n for n in other.names))
    if named or not other.articles or not articles_of(text):
        return named
    return items_in(document, text, other.articles)
