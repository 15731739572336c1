"""Rules between grants from the words of policies: the clauses as data, what they point at, and what they do to a combination."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.combine import AtMostOne, Cap, Grant, Reason, best_combination
from matcher.combine_texts import rules_in_texts
from policies.drawing import Clause, EnterpriseCap, NotBeside, OncePer, clauses_in
from policies.loading import load_rules
from policies.rules import RuleDocument

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "drawing.toml").read_text("utf-8"))["case"]


def shown(clause: Clause) -> str:
    match clause:
        case NotBeside(other):
            parts = [f"《{other.document}》" if other.document else "", ",".join(map(str, other.articles)), ",".join(other.names)]
            return " ".join(["not_beside", *filter(None, parts)])
        case OncePer(scope):
            return f"once {scope}"
        case EnterpriseCap(limit, yearly, article_only):
            return f"cap {limit.normalize():f} {'yearly' if yearly else 'total'} {'article' if article_only else 'all'}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:16])
def test_the_clauses_of_a_text(case: dict[str, Any]) -> None:
    found = clauses_in("前文。" + case["text"])
    assert [shown(c) for c in found] == case["clauses"]
    assert all(("前文。" + case["text"])[c.span.start : c.span.end] == c.span.quote for c in found)


def written(name: str, title: str, articles: list[str]) -> tuple[RuleDocument, str]:
    """A document with one item an article, titled by the words before the comma."""
    text, items = "", []
    for number, words in enumerate(articles):
        start = len(text)
        text += f"第{'一二三四五'[number]}条 {words}\n"
        if not words.startswith("附则"):
            items.append({"title": words.split(",")[0], "span": {"start": start, "end": len(text)}, "category": "award"})
    document = {"version": 1, "document": {"id": name, "title": title, "kind": "measure"}, "items": items}
    return load_rules(document), text


def rules_of(*documents: tuple[RuleDocument, str], grants: tuple[Grant, ...] = ()) -> Any:
    return rules_in_texts([d for d, _ in documents], {d.meta.id: t for d, t in documents}, grants)


def pairs(rules: Any) -> set[frozenset[str]]:
    return {r.members for r in rules if isinstance(r, AtMostOne)}


def test_an_article_of_another_document_is_found_by_title_and_number() -> None:
    ours = written("a", "甲区办法", ["落户奖,给予20万元。", "贡献奖,给予30万元,与《乙市办法》第二条不可重复享受。"])
    theirs = written("b", "乙市办法", ["研发奖,给予10万元。", "贡献奖,给予50万元。"])
    (rule,) = rules_of(ours, theirs)
    assert (rule.members, rule.reason) == (frozenset({"a#1", "b#1"}), Reason.NAMED)
    assert "乙市办法" in rule.basis
    assert rules_of(ours) == ()  # the other one is not known


def test_a_clause_that_stands_apart_sets_those_it_names_against_each_other() -> None:
    document = written(
        "a", "甲区办法", ["甲奖,给予1万元。", "乙奖,给予2万元。", "丙奖,给予3万元。", "附则,第一条、第三条不得同时享受。"]
    )
    assert pairs(rules_of(document)) == {frozenset({"a#0", "a#2"})}


def test_an_item_is_found_by_its_name() -> None:
    document = written("a", "甲区办法", ["经营贡献奖,给予1万元。", "乙奖,给予2万元,不与“经营贡献奖”重复享受。", "丙奖,给予3万元。"])
    assert pairs(rules_of(document)) == {frozenset({"a#0", "a#1"})}


def test_a_cap_for_one_enterprise_bounds_what_all_pay_together() -> None:
    document = written(
        "a", "甲区办法", ["甲奖,给予300万元。", "乙奖,给予400万元。", "附则,同一企业每年获得本办法资金合计不超过500万元。"]
    )
    (cap,) = rules_of(document)
    assert isinstance(cap, Cap)
    assert (cap.members, cap.limit) == (frozenset({"a#0", "a#1"}), Decimal(5_000_000))
    grants = [Grant("a#0", Decimal(3_000_000)), Grant("a#1", Decimal(4_000_000))]
    assert best_combination(grants, [cap]).total == Decimal(5_000_000)


def test_one_project_is_supported_once_where_the_grants_say_which_project() -> None:
    document = written("a", "甲区办法", ["甲奖,给予3万元。", "乙奖,给予4万元。", "附则,同一项目不得重复享受。"])
    same = (Grant("a#0", Decimal(3), project="P"), Grant("a#1", Decimal(4), project="P"))
    other = (Grant("a#0", Decimal(3), project="P"), Grant("a#1", Decimal(4), project="Q"))
    assert [r.reason for r in rules_of(document, grants=same)] == [Reason.SAME_PROJECT]
    assert rules_of(document, grants=other) == () == rules_of(document)


def test_a_text_without_articles_is_read_too() -> None:
    document, text = written("a", "甲区办法", ["甲奖,给予300万元。", "附则,同一企业每年获得本办法资金合计不超过500万元。"])
    plain = text.replace("第一条", "一、甲").replace("第二条", "二、附")
    (cap,) = rules_in_texts([document], {"a": plain})
    assert isinstance(cap, Cap)
    assert (cap.members, cap.limit) == (frozenset({"a#0"}), Decimal(5_000_000))
