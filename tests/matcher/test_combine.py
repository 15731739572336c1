"""The best lawful combination: equal to brute force, never against a rule, every grant chosen or explained."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.combine import AtMostOne, Cap, CombinationRule, Grant, Precedence, Reason, best_combination
from matcher.combine_rules import combination_sentence, grants_of, left_out_sentence, once_per, received_of, rules_from
from matcher.determination import determine
from tests.matcher import strategies as a

DAY = date(2025, 3, 31)
CENT = Decimal("0.01")


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Grant], list[CombinationRule]]:
    """Up to five grants worth a few fen each, so that every lawful payment can be tried."""
    keys = [f"g{i}" for i in range(draw(st.integers(0, 5)))]
    grants = []
    for i, key in enumerate(keys):
        below = st.sampled_from(keys[:i]) if i else st.nothing()
        grants.append(
            Grant(
                key,
                draw(st.integers(0, 4)) * CENT,
                upside=draw(st.integers(0, 2)) * CENT,
                level=draw(st.sampled_from(("district", "municipal"))),
                tops_up=frozenset(draw(st.lists(below, max_size=1))) if i else frozenset(),
                received=draw(st.integers(0, 5)) == 5,
            )
        )
    groups = st.lists(st.sampled_from(keys or ["none"]), min_size=1, max_size=4).map(frozenset)
    rules: list[CombinationRule] = [AtMostOne(m, Reason.HIGHEST_ONLY) for m in draw(st.lists(groups, max_size=3))]
    rules += [Cap(m, limit * CENT) for m, limit in draw(st.lists(st.tuples(groups, st.integers(0, 6)), max_size=2))]
    if len(keys) > 1 and draw(st.integers(0, 3)) == 3:
        rules.append(Precedence(keys[0], keys[1]))
    return grants, rules


def lawful(grants: list[Grant], rules: list[CombinationRule], paid: dict[str, int]) -> bool:
    """Whether paying these fen (drawn grants only) breaks no rule."""
    known = {g.key: g for g in grants}
    gone = {g.key: int(g.value * 100) for g in grants if g.received}
    capped = {k for r in rules if isinstance(r, Cap) for k in r.members}
    for rule in rules:
        match rule:
            case AtMostOne(members):
                if members & paid.keys() and len(members & (paid.keys() | gone.keys())) > 1:
                    return False
            case Cap(members, limit):
                used = sum(gone.get(k, 0) for k in members)
                if sum(paid.get(k, 0) for k in members) > max(0, int(limit * 100) - used):
                    return False
            case Precedence(first, then):
                if then in paid and first in known:
                    return False
    for key, pays in paid.items():
        grant = known[key]
        due = int(grant.value * 100) - sum(paid.get(k, 0) + gone.get(k, 0) for k in grant.tops_up)
        if pays > due or (grant.value and pays < 1) or (key not in capped and pays != due):
            return False
    return True


@a.THOROUGH
@given(problems())
def test_the_best_combination_is_the_one_that_brute_force_finds(problem: tuple[list[Grant], list[CombinationRule]]) -> None:
    grants, rules = problem
    free = [g for g in grants if not g.received]
    best = (-1, -1, -1)
    for pays in product(*(range(-1, int(g.value * 100) + 1) for g in free)):
        paid = {g.key: p for g, p in zip(free, pays, strict=True) if p >= 0}
        worth = (sum(paid.values()), sum(int(g.upside * 100) for g in free if g.key in paid), len(paid))
        if worth > best and lawful(grants, rules, paid):
            best = worth
    found = best_combination(grants, rules)
    assert (int(found.total * 100), int(found.upside * 100), len(found.chosen)) == best
    assert lawful(grants, rules, {c.grant.key: int(c.pays * 100) for c in found.chosen})


@a.QUICK
@given(problems(), st.randoms())
def test_every_grant_is_chosen_or_left_out_with_a_reason_whatever_the_order(
    problem: tuple[list[Grant], list[CombinationRule]], random: Any
) -> None:
    grants, rules = problem
    found = best_combination(grants, rules)
    named = sorted([c.grant.key for c in found.chosen] + [x.grant.key for x in found.left_out])
    assert named == sorted(g.key for g in grants if not g.received)
    assert all(left_out_sentence(x, found) for x in found.left_out)
    shuffled = list(grants)
    random.shuffle(shuffled)
    assert best_combination(shuffled, rules).total == found.total


def test_enumeration_and_solver_agree_on_a_plain_part() -> None:
    from matcher.combine import _Problem

    grants = tuple(Grant(f"g{i}", Decimal(10 + i * 7 % 5)) for i in range(8))
    rules = tuple(AtMostOne(frozenset({f"g{i}", f"g{(i + 1) % 8}"}), Reason.NAMED) for i in range(8))
    part = _Problem(grants, rules, {})
    assert sum(part.enumerated().values()) == sum(part.solved().values())


def test_the_higher_of_two_exclusive_awards_is_drawn_and_the_other_named() -> None:
    city, district = Grant("c", Decimal(500000), "市级奖励"), Grant("d", Decimal(300000), "区级奖励")
    found = best_combination([district, city], [AtMostOne(frozenset({"c", "d"}), Reason.LEVELS, "市办法")])
    assert [c.grant.key for c in found.chosen] == ["c"]
    assert left_out_sentence(found.left_out[0], found) == "“区级奖励”未计入:上下级政策就高不重复,与“市级奖励”不能同时享受(市办法)"
    assert combination_sentence(found) == "可同时享受 1 项,预计合计 50 万元"


def test_what_was_received_blocks_its_rivals() -> None:
    grants = [Grant("old", Decimal(100), received=True), Grant("new", Decimal(900), "新奖励")]
    found = best_combination(grants, [AtMostOne(frozenset({"old", "new"}), Reason.SAME_PROJECT)])
    assert found.total == 0
    assert (found.left_out[0].reason, found.left_out[0].because_of) == (Reason.SAME_PROJECT, "old")


def test_a_yearly_cap_shares_out_what_is_left_of_it() -> None:
    grants = [Grant("a", Decimal(60)), Grant("b", Decimal(60)), Grant("old", Decimal(30), received=True)]
    found = best_combination(grants, [Cap(frozenset({"a", "b", "old"}), Decimal(100))])
    assert found.total == Decimal(70)


def test_only_the_difference_is_topped_up() -> None:
    grants = [Grant("province", Decimal(300000)), Grant("district", Decimal(500000), tops_up=frozenset({"province"}))]
    found = best_combination(grants)
    assert {c.grant.key: c.pays for c in found.chosen} == {"province": Decimal(300000), "district": Decimal(200000)}


def test_a_district_award_waits_where_the_citys_is_to_be_had() -> None:
    grants = [Grant("c", Decimal(10)), Grant("d", Decimal(90))]
    found = best_combination(grants, [Precedence("c", "d")])
    assert [c.grant.key for c in found.chosen] == ["c"]
    assert found.left_out[0].reason is Reason.HIGHER_LEVEL_FIRST


def test_one_contract_is_rewarded_once() -> None:
    grants = [Grant("a", Decimal(1), contract="k1"), Grant("b", Decimal(2), contract="k1"), Grant("c", Decimal(3), contract="k2")]
    found = best_combination(grants, once_per(grants, "contract"))
    assert sorted(c.grant.key for c in found.chosen) == ["b", "c"]


def test_two_grants_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="share a key"):
        best_combination([Grant("a", Decimal(1)), Grant("a", Decimal(2))])


def _document(name: str, region: str, *values: int, exclusive: bool = True, difference: bool = False) -> Any:
    leaf = {"fact": "qualifications", "op": "has_any", "value": ["high_tech_enterprise"]}
    amount = {"kind": "fixed", "difference": True} if difference else {"kind": "fixed"}
    items = [
        {
            "title": f"奖励{i}",
            "span": {"start": 0, "end": 1},
            "category": "award",
            "criteria": leaf,
            "exclusive": exclusive,
            "amounts": [amount | {"value": v}],
        }
        for i, v in enumerate(values)
    ]
    return a.a_document({"version": 1, "document": {"id": name, "title": name, "kind": "rules", "region": region}, "items": items})


def test_rules_are_read_from_the_documents_themselves() -> None:
    documents = [_document("市", "440100", 100, 200), _document("区", "440112", 150), _document("外", "110000", 70)]
    profile = a.knows(qualifications=["high_tech_enterprise"])
    grants = grants_of([determine(d, i, profile, DAY) for d in documents for i in range(len(d.items))])
    found = best_combination(grants, rules_from(documents))
    assert sorted(c.grant.key for c in found.chosen) == sorted(["外#0", "市#1"])
    assert {x.reason for x in found.left_out} == {Reason.HIGHEST_ONLY, Reason.LEVELS}


def test_what_finance_recorded_this_year_counts_as_received() -> None:
    documents = [_document("市", "440100", 100, 200)]
    profile = a.knows(
        qualifications=["high_tech_enterprise"],
        received_benefits=[{"code": "奖励0", "date": "2025-02-01"}, {"code": "奖励1", "date": "2024-02-01"}],
    )
    gone = received_of(profile, documents, DAY.year)
    grants = [
        g for g in grants_of([determine(documents[0], i, profile, DAY) for i in (0, 1)]) if g.key not in {x.key for x in gone}
    ]
    found = best_combination([*grants, *gone], rules_from(documents))
    assert ([g.key for g in gone], found.chosen) == (["市#0"], ())
    assert left_out_sentence(found.left_out[0], found) == "“奖励1”未计入:就高不重复,与已享受的政策不能同时享受(市:就高不重复)"


def test_a_difference_is_derived_from_the_other_level() -> None:
    documents = [_document("市", "440100", 100, exclusive=False), _document("区", "440112", 150, exclusive=False, difference=True)]
    profile = a.knows(qualifications=["high_tech_enterprise"])
    grants = grants_of([determine(d, 0, profile, DAY) for d in documents], documents)
    assert best_combination(grants, rules_from(documents)).total == Decimal(150)


def test_forty_grants_under_crossing_rules_are_solved_exactly() -> None:
    grants = [Grant(f"g{i}", Decimal((i * 37) % 50 + 1)) for i in range(40)]
    rules: list[CombinationRule] = [AtMostOne(frozenset({f"g{i}", f"g{(i * 3 + 1) % 40}"}), Reason.NAMED) for i in range(40)]
    rules.append(Cap(frozenset(f"g{i}" for i in range(0, 40, 2)), Decimal(120)))
    found = best_combination(grants, rules)
    drawn = {c.grant.key for c in found.chosen}
    assert all(len(drawn & r.members) <= 1 for r in rules if isinstance(r, AtMostOne))
    assert sum(c.pays for c in found.chosen if int(c.grant.key[1:]) % 2 == 0) <= 120
