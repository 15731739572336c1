import copy
import json

import pytest

from api.access import SYSTEM
from api.canonical import sha256
from api.errors import Conflict, Invalid, NotAllowed, StaleVersion, TooLarge
from api.records import RuleVersion
from api.usecases.policies import MAX_POLICY_BYTES, drafts_of, import_policy, list_policies, open_draft, policy_file
from api.usecases.rules import (
    altered_rules,
    approve_rule,
    edit_draft,
    get_draft,
    get_rule,
    list_rules,
    publish_rule,
    reject_draft,
    retire_rule,
    reviews_of,
    submit_draft,
)
from tests.api.conftest import House
from tests.api.fakes import TEXT, items, publish


def _import(house: House, data: bytes = b"D1", name: str = "D1.txt"):  # type: ignore[no-untyped-def]
    s = house.services
    return import_policy(data, house.person("officer"), name=name, uow=s.uow(), clock=s.clock, parse=s.parse)


def _draft_id(house: House) -> str:
    draft = _import(house).draft
    assert draft is not None
    return draft.id


def test_a_file_becomes_a_policy_and_a_draft_and_its_bytes_are_kept(house: House) -> None:
    imported = _import(house)
    assert imported.policy.state == "parsed"
    assert imported.draft is not None
    assert len(imported.draft.rules["items"]) == 3
    assert policy_file(imported.policy.id, house.person("officer"), uow=house.services.reading()) == b"D1"


def test_the_same_file_again_is_the_same_policy(house: House) -> None:
    first, second = _import(house), _import(house)
    assert first.is_new
    assert not second.is_new
    assert second.policy.id == first.policy.id
    assert len(drafts_of(first.policy.id, house.person("officer"), uow=house.services.reading())) == 1


def test_an_unreadable_file_is_kept_with_its_reason_and_stops_nothing(house: House) -> None:
    broken, good = _import(house, b"BROKEN", "坏.docx"), _import(house)
    assert broken.policy.state == "refused"
    assert broken.policy.refused_message == "文件不完整,无法读取;请重新下载后上传"
    assert broken.draft is None
    assert good.draft is not None
    refused = list_policies(house.person("officer"), state="refused", uow=house.services.reading())
    assert [p.id for p in refused.items] == [broken.policy.id]


def test_a_contaminated_text_is_quarantined_and_has_no_draft(lite_house: House) -> None:
    imported = _import(lite_house, b"DIRTY")
    assert imported.policy.state == "quarantined"
    assert imported.draft is None


def test_a_document_without_items_has_no_draft(lite_house: House) -> None:
    assert _import(lite_house, b"PLAN").draft is None


def test_empty_and_oversized_files_are_refused(lite_house: House) -> None:
    with pytest.raises(Invalid):
        _import(lite_house, b"")
    with pytest.raises(TooLarge):
        _import(lite_house, b"x" * (MAX_POLICY_BYTES + 1))


def test_a_file_name_never_becomes_a_path(lite_house: House) -> None:
    imported = _import(lite_house, b"D9", "../../etc/passwd")
    assert "/" not in imported.policy.document_id
    assert imported.policy.name == "../../etc/passwd"


def test_a_rule_counts_once_a_second_person_approved_and_it_was_published(house: House) -> None:
    version = publish(house)
    assert version.version == 1
    assert json.loads(version.rules)["items"][0]["criteria"]["evidence"]["quote"] == TEXT[1:19]
    assert [v.id for v in list_rules(SYSTEM, uow=house.services.reading()).items] == [version.id]


def test_an_author_may_not_approve_their_own_rule(house: House) -> None:
    s, both = house.services, house.person("both", "reviewer")
    draft = import_policy(b"X", both, name="X.txt", uow=s.uow(), clock=s.clock, parse=s.parse).draft
    assert draft is not None
    submit_draft(draft.id, both, uow=s.uow(), clock=s.clock)
    with pytest.raises(NotAllowed) as refused:
        approve_rule(draft.id, both, uow=s.uow(), clock=s.clock)
    assert refused.value.code == "FOUR_EYES"


def test_an_editor_becomes_an_author_and_may_not_approve_either(lite_house: House) -> None:
    s, editor, officer = lite_house.services, lite_house.person("editor", "reviewer"), lite_house.person("officer")
    draft_id = _draft_id(lite_house)
    draft = get_draft(draft_id, officer, uow=s.reading())
    edit_draft(draft_id, draft.rules, editor, revision=draft.revision, uow=s.uow(), clock=s.clock)
    submit_draft(draft_id, officer, uow=s.uow(), clock=s.clock)
    with pytest.raises(NotAllowed):
        approve_rule(draft_id, editor, uow=s.uow(), clock=s.clock)


def test_an_edit_takes_an_approval_back(lite_house: House) -> None:
    s, officer, reviewer = lite_house.services, lite_house.person("officer"), lite_house.person("reviewer", "reviewer")
    draft_id = _draft_id(lite_house)
    submit_draft(draft_id, officer, uow=s.uow(), clock=s.clock)
    approved = approve_rule(draft_id, reviewer, uow=s.uow(), clock=s.clock)
    edited = edit_draft(draft_id, approved.rules, officer, revision=approved.revision, uow=s.uow(), clock=s.clock)
    assert (edited.state, edited.approved_by) == ("draft", None)
    with pytest.raises(Conflict):
        publish_rule(draft_id, officer, uow=s.uow(), clock=s.clock)


def test_of_two_edits_on_the_same_revision_one_is_refused(house: House) -> None:
    s, officer = house.services, house.person("officer")
    draft = get_draft(_draft_id(house), officer, uow=s.reading())
    edit_draft(draft.id, draft.rules, officer, revision=draft.revision, uow=s.uow(), clock=s.clock)
    with pytest.raises(StaleVersion):
        edit_draft(draft.id, draft.rules, officer, revision=draft.revision, uow=s.uow(), clock=s.clock)


def test_ill_formed_rules_are_refused_with_every_place(lite_house: House) -> None:
    s, officer = lite_house.services, lite_house.person("officer")
    draft = get_draft(_draft_id(lite_house), officer, uow=s.reading())
    rules = copy.deepcopy(draft.rules)
    rules["items"][0]["criteria"] = {"fact": "nonsense", "op": "ge", "value": 1}
    rules["items"][1]["category"] = "gift"
    with pytest.raises(Invalid) as refused:
        edit_draft(draft.id, rules, officer, revision=draft.revision, uow=s.uow(), clock=s.clock)
    assert {p.pointer for p in refused.value.errors} == {"/items/0/criteria/fact", "/items/1/category"}


def test_a_rejected_draft_says_why_and_can_be_mended(lite_house: House) -> None:
    s, officer, reviewer = lite_house.services, lite_house.person("officer"), lite_house.person("reviewer", "reviewer")
    draft_id = _draft_id(lite_house)
    submit_draft(draft_id, officer, uow=s.uow(), clock=s.clock)
    with pytest.raises(Invalid):
        reject_draft(draft_id, reviewer, note=" ", uow=s.uow(), clock=s.clock)
    rejected = reject_draft(draft_id, reviewer, note="门槛有误", uow=s.uow(), clock=s.clock)
    assert [r.note for r in reviews_of(draft_id, officer, uow=s.reading())] == ["门槛有误"]
    mended = edit_draft(draft_id, rejected.rules, officer, revision=rejected.revision, uow=s.uow(), clock=s.clock)
    assert mended.state == "draft"


def test_a_new_version_supersedes_and_the_old_one_stays_for_replays(house: House) -> None:
    s, officer, reviewer = house.services, house.person("officer"), house.person("reviewer", "reviewer")
    first = publish(house)
    draft = open_draft(first.policy_id, officer, uow=s.uow(), clock=s.clock)
    with pytest.raises(Conflict):
        open_draft(first.policy_id, officer, uow=s.uow(), clock=s.clock)
    rules = draft.rules | {"items": items(revenue=50_000_000)}
    edited = edit_draft(draft.id, rules, officer, revision=draft.revision, uow=s.uow(), clock=s.clock)
    submit_draft(edited.id, officer, uow=s.uow(), clock=s.clock)
    approve_rule(edited.id, reviewer, uow=s.uow(), clock=s.clock)
    second = publish_rule(edited.id, officer, uow=s.uow(), clock=s.clock)
    assert (second.version, second.supersedes) == (2, first.id)
    assert [v.id for v in list_rules(SYSTEM, uow=s.reading()).items] == [second.id]
    assert get_rule(first.id, SYSTEM, uow=s.reading()).rules == first.rules


def test_a_retired_rule_is_out_of_force(lite_house: House) -> None:
    version, s = publish(lite_house), lite_house.services
    retire_rule(version.id, lite_house.person("officer"), uow=s.uow(), clock=s.clock)
    assert list_rules(SYSTEM, uow=s.reading()).items == ()
    with pytest.raises(Conflict):
        retire_rule(version.id, lite_house.person("officer"), uow=s.uow(), clock=s.clock)


@pytest.mark.parametrize("act", ["submit", "approve", "publish"])
def test_steps_out_of_order_are_refused(lite_house: House, act: str) -> None:
    s, officer, reviewer = lite_house.services, lite_house.person("officer"), lite_house.person("reviewer", "reviewer")
    draft_id = _draft_id(lite_house)
    if act == "submit":
        submit_draft(draft_id, officer, uow=s.uow(), clock=s.clock)
    acts = {
        "submit": lambda: submit_draft(draft_id, officer, uow=s.uow(), clock=s.clock),
        "approve": lambda: approve_rule(draft_id, reviewer, uow=s.uow(), clock=s.clock),
        "publish": lambda: publish_rule(draft_id, officer, uow=s.uow(), clock=s.clock),
    }
    with pytest.raises(Conflict):
        acts[act]()


def test_whoever_wrote_what_a_new_draft_copies_may_not_approve_it(lite_house: House) -> None:
    s, officer, editor = lite_house.services, lite_house.person("officer"), lite_house.person("editor", "reviewer")
    first = get_draft(_draft_id(lite_house), officer, uow=s.reading())
    edit_draft(first.id, first.rules, editor, revision=first.revision, uow=s.uow(), clock=s.clock)
    submit_draft(first.id, officer, uow=s.uow(), clock=s.clock)
    reject_draft(first.id, editor, note="重写", uow=s.uow(), clock=s.clock)
    second = open_draft(first.policy_id, officer, uow=s.uow(), clock=s.clock)
    submit_draft(second.id, officer, uow=s.uow(), clock=s.clock)
    with pytest.raises(NotAllowed) as refused:
        approve_rule(second.id, editor, uow=s.uow(), clock=s.clock)
    assert refused.value.code == "FOUR_EYES"


def test_a_published_rule_that_was_altered_is_left_out_and_named(lite_house: House) -> None:
    s, version = lite_house.services, publish(lite_house)
    assert altered_rules(SYSTEM, uow=s.reading()) == ()
    with s.uow() as uow:
        versions = uow.of(RuleVersion)
        frozen = version.rules.replace("20000000", "10000000")
        versions.change(versions.c.id == version.id, rules=frozen)
        uow.bump("rules")
    s.live.refresh(force=True)
    assert s.live.rules().versions == ()
    assert altered_rules(SYSTEM, uow=s.reading()) == (version.id,)
    with s.uow() as uow:
        uow.of(RuleVersion).change(uow.of(RuleVersion).c.id == version.id, sha256=sha256(frozen))
    assert altered_rules(SYSTEM, uow=s.reading()) == (version.id,)  # the audit log remembers the right hash
