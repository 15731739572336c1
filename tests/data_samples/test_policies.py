"""The sample policies: published as written, answered word for word, showing every family of wordings."""

import importlib.util
import io
import json
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
import yaml

from data_samples.compile_answers import QuoteNotFound, compile_answer
from data_samples.extracts import City
from data_samples.manuscript import ANSWERS, PUBLISHED, Manuscript, chinese_number, manuscripts
from data_samples.profiles import true_profiles
from data_samples.publish import published_bytes
from matcher.combine_texts import rules_in_texts
from policies.allocation import ways_of
from policies.loading import load_rules
from policies.reading import read_policy
from tests.data_samples.conftest import AS_OF
from tests.shared import SHARED, needs_shared

MANUSCRIPTS = manuscripts()
NEGATIVES = {"draft-consultation", "srdi-interpretation", "award-name-list", "digital-economy-plan"}
EXPIRED = {"ch-agriculture-expired", "lw-relief-expired"}
WORDINGS: dict[str, Any] = tomllib.loads((PUBLISHED / "wordings.toml").read_text("utf-8"))


def _text(manuscript: Manuscript) -> str:
    return read_policy((PUBLISHED / manuscript.file_name).read_bytes(), name=manuscript.file_name).text


def _answer(stem: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ANSWERS / f"{stem}.json").read_text("utf-8"))
    return loaded


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _contents(data: bytes, name: str) -> Any:
    """The bytes, or for a docx its members, so that another deflate does not matter."""
    if not name.endswith(".docx"):
        return data
    package = zipfile.ZipFile(io.BytesIO(data))
    return {member: package.read(member) for member in package.namelist()}


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_there_are_enough_policies_in_all_formats_and_ways_of_delivery() -> None:
    answers = {manuscript.stem: _answer(manuscript.stem) for manuscript in MANUSCRIPTS}
    bearing = {stem for stem, answer in answers.items() if answer["items"]}
    assert len(bearing) >= 14
    assert {m.render["format"] for m in MANUSCRIPTS if m.stem in bearing} == {"txt", "html", "docx", "pdf"}
    deliveries = Counter(item["delivery"] for answer in answers.values() for item in answer["items"])
    assert deliveries.total() >= 40
    assert min(deliveries[mode] for mode in ("no_application", "application", "review")) >= 4
    kinds = {amount["kind"] for answer in answers.values() for item in answer["items"] for amount in item["amounts"]}
    assert kinds == {"fixed", "ratio", "per_unit", "step", "matching", "capped"}
    assert set(answers) - bearing == NEGATIVES


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda m: m.stem)
def test_the_published_file_is_what_the_manuscript_says(manuscript: Manuscript) -> None:
    stored = (PUBLISHED / manuscript.file_name).read_bytes()
    same = _contents(stored, manuscript.file_name) == _contents(published_bytes(manuscript), manuscript.file_name)
    assert same, "run: python -m data_samples.publish"


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda m: m.stem)
def test_every_line_of_the_manuscript_can_be_read_out_of_the_published_file(manuscript: Manuscript) -> None:
    read = _squeezed(_text(manuscript))
    lines = [line for line in manuscript.lines if line.mark in ("article", "paragraph", "row", "title")]
    assert [line.text for line in lines if _squeezed("".join(line.cells) or line.numbered) not in read] == []


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda m: m.stem)
def test_the_answer_is_the_compiled_manuscript_and_a_rule_document_of_ours(manuscript: Manuscript) -> None:
    stored = _answer(manuscript.stem)
    assert stored == compile_answer(manuscript, _text(manuscript)), "run: python -m data_samples.compile_answers"
    load_rules(stored)


@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda m: m.stem)
def test_evidence_lies_in_the_text_and_items_do_not_overlap(manuscript: Manuscript) -> None:
    text, answer = _text(manuscript), _answer(manuscript.stem)
    for node in _nodes(answer):
        if "evidence" in node:
            words = text[node["evidence"]["start"] : node["evidence"]["end"]]
            assert words.strip() == words != ""
    spans = [(item["span"]["start"], item["span"]["end"]) for item in answer["items"]]
    assert all(first[1] <= second[0] for first, second in zip(sorted(spans), sorted(spans)[1:], strict=False))


def test_words_that_do_not_stand_in_the_text_are_refused() -> None:
    manuscript = next(m for m in MANUSCRIPTS if m.stem == "gz-job-retention")
    with pytest.raises(QuoteNotFound, match="gz-job-retention"):
        compile_answer(manuscript, _text(manuscript).replace("免申即享", "").replace("60%", "50%"))


def test_article_numbers_are_counted_in_chinese() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 19, 20, 31)] == ["一", "十", "十一", "十九", "二十", "三十一"]


def test_every_family_of_wordings_stands_in_some_policy() -> None:
    texts = {manuscript.stem: _squeezed(_text(manuscript)) for manuscript in MANUSCRIPTS}
    missing = [number for number, entry in WORDINGS["wording"].items() if _squeezed(entry["quote"]) not in texts[entry["file"]]]
    assert missing == []
    assert set(map(int, WORDINGS["wording"])) >= set(range(1, 119))
    bounds = list(WORDINGS["section"].values())
    assert [low for low, _ in bounds] == [1, *[high + 1 for _, high in bounds[:-1]]]


@needs_shared
def test_the_families_are_those_of_the_list_of_patterns() -> None:
    listed = (SHARED / "design" / "wording-patterns.md").read_text("utf-8")
    titles = {re.sub(r"\s", "", title) for title in re.findall(r"^## \d+\. (.+)$", listed, re.M)}
    assert {re.sub(r"\s", "", title) for title in WORDINGS["section"]} == {t for t in titles if not t.startswith("Traps")}


@needs_shared
@pytest.mark.parametrize("manuscript", MANUSCRIPTS, ids=lambda m: m.stem)
def test_answers_are_in_the_contracts_form_and_words(manuscript: Manuscript) -> None:
    answer = _answer(manuscript.stem)
    jsonschema.validate(answer, json.loads((SHARED / "contract" / "rules.schema.json").read_text("utf-8")))
    facts = {row["id"] for row in yaml.safe_load((SHARED / "contract" / "facts.yaml").read_text("utf-8"))["facts"]}
    codes = {row["id"] for row in yaml.safe_load((SHARED / "contract" / "qualifications.yaml").read_text("utf-8"))["codes"]}
    for node in _nodes(answer):
        if "fact" in node:
            assert node["fact"] in facts
            if node["fact"] in ("qualifications", "qualification_granted"):
                assert {code.split(".")[0] for code in node["value"] if not code.startswith("other:")} <= codes


def _oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle", SHARED / "contract" / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_shared
def test_the_oracle_finds_the_eligible_the_ineligible_and_the_unknown_in_the_city(city: City) -> None:
    oracle = _oracle()
    catalogue = {row["id"]: row for row in yaml.safe_load((SHARED / "contract" / "facts.yaml").read_text("utf-8"))["facts"]}
    facts = [profile["facts"] for profile in true_profiles(city)]
    eligible: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for manuscript in MANUSCRIPTS:
        answer = _answer(manuscript.stem)
        for item in answer["items"]:
            for known in facts:
                status = oracle.determine(answer, item, known, AS_OF, catalogue)
                statuses[status] += 1
                if status == "eligible":
                    eligible[manuscript.stem] += 1
                    low, high = oracle.benefit(item, known, AS_OF, catalogue)
                    assert high is None or low <= high
    assert min(statuses[name] for name in ("eligible", "ineligible", "unknown")) > 1000
    assert not EXPIRED & set(eligible), "an expired policy gives nobody anything"
    assert len(eligible) >= 9


def test_the_sources_are_marked_as_invented() -> None:
    readme = (Path(PUBLISHED).parent / "README.md").read_text("utf-8")
    assert "invented" in readme
    assert "虚构" in readme


def test_every_policy_can_be_asked_how_its_money_is_drawn_and_given_out() -> None:
    answered = {m.stem: (load_rules(_answer(m.stem)), _text(m)) for m in MANUSCRIPTS if m.stem not in NEGATIVES}
    assert any("第一条" not in text for _, text in answered.values())
    documents = [rules for rules, _ in answered.values()]
    drawn = rules_in_texts(documents, {rules.meta.id: text for rules, text in answered.values()})
    assert all(rule.basis for rule in drawn)
    for rules, text in answered.values():
        for index in range(len(rules.items)):
            assert all(text[w.span.start : w.span.end] == w.span.quote for w in ways_of(rules, index, text))
