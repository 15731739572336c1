"""The whole explanation of a decision as JSON values: demands, what the enterprise has, sources, quoted words, amounts, what is missing.

What a rule always says is put into words once for each rule, what an enterprise has once for each `Reading`; so parts of the values are
shared between explanations: read them, send them, but change a copy.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from features.catalogue import load_catalogue
from features.profile import plain
from matcher.amount_words import benefit_sentence, rests_on_masked, rule_of_amount, step_sentence
from matcher.amounts import AmountLine, Benefit, settled_benefit
from matcher.determination import Determination
from matcher.evaluate import Finding, MissingFact, Reading, UsedValue
from matcher.explain import MARKS, advice, change_sentence, gap_sentences, headline_of, lack_sentence, verdict_word
from matcher.gaps import Change, MissingSet, NearMiss, missing_sets
from matcher.once import Once
from matcher.requirements import branch_title, is_masked, own_sentence, own_words
from matcher.verdicts import Verdict
from matcher.words import fact_name, key_name, source_name, value_name, words
from policies.rules import AllOf, Amount, AnyOf, AtLeast, Criterion, Leaf, Not, PolicyItem, RuleDocument, Span

_SECTIONS = {"common": "基本条件", "own": "本事项条件", "tiers": "档次条件"}
_SETS_TOLD = 5


def explanation_to_json(
    determination: Determination, *, reveal: bool = False, near: NearMiss | None = None, reading: Reading | None = None
) -> dict[str, Any]:
    """The whole explanation, ready to be shown or sent; `near` (from `gaps.near_miss`) adds how to become eligible.

    `reading` is the one that the determination was made with: what other items asked as well is then not put into words again.
    """
    sets, found = missing_sets(determination), determination.benefit
    named = (("common", determination.common), ("own", determination.own), ("tiers", determination.tiers))
    amount = None if found is None else _amount_json(found, determination.item, reveal=reveal)
    return {
        "uscc": determination.uscc,
        **_head(determination.document)[determination.index],
        "as_of": determination.as_of.isoformat(),
        "verdict": determination.verdict.value,
        "status": determination.verdict.eligibility,
        "verdict_word": verdict_word(determination.verdict),
        "in_force": determination.in_force,
        "doubts": [d.value for d in determination.doubts],
        "headline": headline_of(determination, sets, reveal=reveal, amount=None if amount is None else amount["text"]),
        "amount": amount,
        "sections": [
            {"section": key, "title": _SECTIONS[key], "finding": finding_to_json(finding, reveal=reveal, reading=reading)}
            for key, finding in named
            if finding is not None
        ],
        "missing": [_missing_json(m) for m in determination.missing],
        "missing_sets": [_set_json(s) for s in sets[:_SETS_TOLD]],
        "gap": None if near is None else _gap_json(near, reveal=reveal),
    }


def _heads_of(document: RuleDocument) -> tuple[dict[str, Any], ...]:
    meta = document.meta
    of_document = {"id": meta.id, "title": meta.title, "doc_number": meta.doc_number, "issuer": list(meta.issuer)}
    return tuple({"document": of_document, "item": _item_json(item, index)} for index, item in enumerate(document.items))


_head = Once(_heads_of, most=16_384)


def _item_json(item: PolicyItem, index: int) -> dict[str, Any]:
    named = words()["values"]
    return {
        "index": index,
        "title": item.title,
        "category": item.category,
        "category_word": named["category"].get(item.category, item.category),
        "delivery": item.delivery,
        "delivery_word": named["delivery"].get(item.delivery, item.delivery),
        "evidence": _span_json(item.span),
    }


# ---- criteria ----------------------------------------------------------------------------------------------------


def finding_to_json(finding: Finding, *, reveal: bool = False, reading: Reading | None = None) -> dict[str, Any]:
    """One finding with its parts: the demand, what the enterprise has, source and date, and the quoted words."""
    leaf, verdict, values = finding.criterion, finding.verdict, finding.values
    if leaf is None:
        return _demand_json(None, verdict) | {"parts": []}
    demand = _demand(leaf)[verdict]
    if not isinstance(leaf, Leaf):
        return {**demand, "parts": [finding_to_json(p, reveal=reveal, reading=reading) for p in finding.parts]}
    told = _told(values, reading)
    masked = bool(values) and is_masked(leaf.fact, reveal=reveal)
    return {
        **demand,
        "own": told.own if values and not masked else own_sentence(finding, reveal=reveal),
        "masked": masked,
        "values": [] if masked else told.values,
        "sources": told.sources,
        "evidence": _evidence(leaf),
        "missing": [_missing_json(m) for m in finding.missing],
    }


def _demand_json(criterion: Criterion | None, verdict: Verdict) -> dict[str, Any]:
    """What stands at the head of every finding on a criterion with this verdict."""
    said = {
        "kind": _kind(criterion),
        "verdict": verdict.value,
        "verdict_word": verdict_word(verdict),
        "mark": MARKS[verdict],
        "requirement": branch_title(criterion),
    }
    return said | {"fact": criterion.fact, "fact_name": fact_name(criterion.fact)} if isinstance(criterion, Leaf) else said


def _demands(criterion: Criterion) -> dict[Verdict, dict[str, Any]]:
    return {verdict: _demand_json(criterion, verdict) for verdict in Verdict}


_demand: Once[Criterion, dict[Verdict, dict[str, Any]]] = Once(_demands)
_evidence: Once[Leaf, dict[str, Any] | None] = Once(lambda leaf: _span_json(leaf.evidence))


def _kind(criterion: Criterion | None) -> str:
    match criterion:
        case Leaf() | None:
            return "leaf"
        case AllOf():
            return "all"
        case AnyOf():
            return "any"
        case AtLeast():
            return "at_least"
        case Not():
            return "not"


class _Told(NamedTuple):
    """What an enterprise has for one demand: in a sentence, value by value, and where each came from."""

    own: str
    values: list[dict[str, Any]]
    sources: list[dict[str, Any]]


def _told(values: tuple[UsedValue, ...], reading: Reading | None) -> _Told:
    if reading is None:
        return _tell(values)
    known = reading.told.get(id(values))
    if known is None or known[0] is not values:
        reading.told[id(values)] = known = values, _tell(values)
    told: _Told = known[1]
    return told


def _tell(values: tuple[UsedValue, ...]) -> _Told:
    own, rows, sources = [], [], []
    for used in values:
        text, period, p = value_name(used.fact, used.value), key_name(used.period), used.provenance
        source = p.source if p else load_catalogue()[used.fact].source
        own.append(own_words(text, source, used.period))
        rows.append({"period": used.period, "period_name": period, "value": plain(used.value), "text": text})
        sources.append(
            {
                "period": used.period,
                "source": source,
                "source_name": source_name(source),
                "record": p.record if p else None,
                "recorded_at": p.recorded_at.isoformat() if p and p.recorded_at else None,
                "derived_from": list(p.derived_from) if p else [],
            }
        )
    return _Told("、".join(own), rows, sources)


@lru_cache(maxsize=8192)
def _missing_json(missing: MissingFact) -> dict[str, Any]:
    return {
        "fact": missing.fact,
        "fact_name": fact_name(missing.fact),
        "period": missing.period,
        "period_name": key_name(missing.period),
        "why": missing.why.value,
        "detail": missing.detail,
        "text": lack_sentence(missing),
        "advice": advice(missing),
    }


def _set_json(found: MissingSet) -> dict[str, Any]:
    return {"facts": [_missing_json(m) for m in found.facts], "cost": found.cost}


def _gap_json(near: NearMiss, *, reveal: bool) -> dict[str, Any]:
    sentences = list(gap_sentences(near, reveal=reveal))
    return {"steps": near.steps, "sentences": sentences, "changes": [_change_json(c, reveal=reveal) for c in near.changes]}


def _change_json(change: Change, *, reveal: bool) -> dict[str, Any]:
    hidden = is_masked(change.fact, reveal=reveal)
    row = {"fact": change.fact, "period": change.period, "masked": hidden, "text": change_sentence(change, reveal=reveal)}
    return row | ({} if hidden else {"have": plain(change.have), "need": plain(change.need)})


# ---- amounts -----------------------------------------------------------------------------------------------------


def _amount_json(found: Benefit, item: PolicyItem, *, reveal: bool) -> dict[str, Any]:
    return _same_for_all(found) if settled_benefit(item) is found else _benefit_json(found, reveal=reveal)


def _benefit_json(found: Benefit, *, reveal: bool) -> dict[str, Any]:
    masked = rests_on_masked(found, reveal=reveal)
    return {
        "text": benefit_sentence(found, reveal=reveal),
        "masked": masked,
        "low": None if masked else decimal_text(found.low),
        "high": None if masked else decimal_text(found.high),
        "lines": [_line_json(line, found, reveal=reveal) for line in found.lines],
    }


_same_for_all: Once[Benefit, dict[str, Any]] = Once(lambda found: _benefit_json(found, reveal=True))


def _line_json(line: AmountLine, found: Benefit, *, reveal: bool) -> dict[str, Any]:
    masked = any(is_masked(v.fact, reveal=reveal) for v in line.base)
    rule, evidence = _amount_card(line.amount)
    return {
        "rule": rule,
        "kind": line.amount.kind,
        "plus": line.amount.plus,
        "applies": line.applies.value,
        "applies_word": verdict_word(line.applies),
        "counts": line.index in (found.certain, found.possible, *found.on_top),
        "when": None if line.when.criterion is None else finding_to_json(line.when, reveal=reveal),
        "masked": masked,
        "low": None if masked else decimal_text(line.low),
        "high": None if masked else decimal_text(line.high),
        "steps": [] if masked else _steps_json(line),
        "missing": [_missing_json(m) for m in line.missing],
        "evidence": evidence,
    }


def _steps_json(line: AmountLine) -> list[dict[str, Any]]:
    return [
        {"step": s.name, "text": step_sentence(s, line), "low": decimal_text(s.low), "high": decimal_text(s.high)}
        for s in line.steps
    ]


def _card_of(amount: Amount) -> tuple[str, dict[str, Any] | None]:
    return rule_of_amount(amount), _span_json(amount.evidence)


_amount_card = Once(_card_of)


def decimal_text(amount: Decimal | None) -> str | None:
    """A decimal string without exponent; None stays None.

    >>> decimal_text(Decimal("1E+6"))
    '1000000'
    """
    return None if amount is None else format(amount, "f")


def _span_json(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"start": span.start, "end": span.end, "quote": span.quote}
