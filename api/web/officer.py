"""What officers and reviewers work with: the policies, the draft beside its text, matching runs, and enterprises' objections."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile

from api.errors import Invalid, Place, UseCaseError
from api.records import RuleDraft
from api.usecases.policies import drafts_of, get_policy, import_policy, list_policies
from api.usecases.rights import answer_objection, list_objections
from api.usecases.rules import (
    approve_rule,
    edit_draft,
    get_draft,
    list_drafts,
    list_rules,
    publish_rule,
    reject_draft,
    reviews_of,
    submit_draft,
)
from api.usecases.runs import get_run, list_matches, list_runs, start_run
from api.web.editing import add_leaf, change_leaf, remove_node, replace_item
from api.web.pages import FromForm, HtmlRoute, SignedIn, Visitor, page, see_other, services
from api.web.review import blocks_of, coverage_of, doubts_of, facts_by_source, pieces_of, sentences_of
from api.web.words import OPERATORS
from features.catalogue import load_catalogue
from policies.errors import RuleRefused
from policies.fairness import review as review_fairness
from policies.fairness import standing_of_articles
from policies.loading import load_rules
from policies.rules import item_to_json, with_quotes

router = APIRouter(prefix="/officer", route_class=HtmlRoute, include_in_schema=False)

_ITEM_JSON_CHARS = 200_000


@router.get("")
def workbench(request: Request, visitor: SignedIn) -> Response:
    """What waits for somebody, and how the last run went."""
    own = services(request)
    waiting = {
        state: list_drafts(visitor.actor, state=state, limit=10, uow=own.reading())
        for state in ("draft", "submitted", "approved", "rejected")
    }
    runs = list_runs(visitor.actor, limit=5, uow=own.reading()) if visitor.actor.may("matches:read") else None
    objections = list_objections(visitor.actor, state="open", limit=10, uow=own.reading())
    rules = list_rules(visitor.actor, limit=100, uow=own.reading())
    return page(request, "officer/workbench.html", visitor=visitor, waiting=waiting, runs=runs, objections=objections, rules=rules)


@router.get("/policies")
def policies_page(request: Request, visitor: SignedIn, cursor: str | None = None, state: str | None = None) -> Response:
    """The policy files, refused and quarantined ones too, with the reason."""
    own = services(request)
    found = list_policies(visitor.actor, state=state or None, cursor=cursor, limit=50, uow=own.reading())
    return page(request, "officer/policies.html", visitor=visitor, found=found, chosen=state or "")


@router.post("/policies")
def upload_form(request: Request, visitor: FromForm, file: UploadFile) -> Response:
    """Take in a policy file and show what was read."""
    own = services(request)
    imported = import_policy(
        file.file.read(), visitor.actor, name=file.filename or "未命名", uow=own.uow(), clock=own.clock, parse=own.parse
    )
    if imported.draft is not None:
        return see_other(f"/officer/drafts/{imported.draft.id}")
    return see_other(f"/officer/policies/{imported.policy.id}")


@router.get("/policies/{policy_id}")
def policy_page(request: Request, policy_id: str, visitor: SignedIn) -> Response:
    """One policy as it was read."""
    own = services(request)
    policy = get_policy(policy_id, visitor.actor, uow=own.reading())
    doubts = doubts_of(policy.text, policy.diagnostics)
    pieces = pieces_of(policy.text, (), policy.ledger, [doubt.start for doubt in doubts if doubt.start is not None])
    drafts = drafts_of(policy_id, visitor.actor, uow=own.reading())
    return page(
        request,
        "officer/policy.html",
        visitor=visitor,
        policy=policy,
        pieces=pieces,
        doubts=doubts,
        drafts=drafts,
        coverage=coverage_of(policy.ledger),
    )


@router.get("/drafts/{draft_id}")
def draft_page(request: Request, draft_id: str, visitor: SignedIn, show: str = "") -> Response:
    """The policy's text beside its draft rule, span by span; `show` keeps what must be judged by people, or what was not read."""
    return _draft_page(request, draft_id, visitor, show=show)


def _draft_page(
    request: Request, draft_id: str, visitor: Visitor, *, problem: str = "", status: int = 200, show: str = ""
) -> Response:
    own = services(request)
    draft = get_draft(draft_id, visitor.actor, uow=own.reading())
    policy = get_policy(draft.policy_id, visitor.actor, uow=own.reading())
    document = with_quotes(load_rules(draft.rules), policy.text)
    blocks = blocks_of(document)
    doubts, remarks = doubts_of(policy.text, policy.diagnostics), review_fairness(draft.rules, policy.text)
    places = [*(doubt.start for doubt in doubts if doubt.start is not None), *(remark.start for remark in remarks)]
    context: dict[str, Any] = {
        "draft": draft,
        "policy": policy,
        "meta": document.meta,
        "blocks": blocks,
        "pieces": pieces_of(policy.text, blocks, policy.ledger, places),
        "doubts": doubts,
        "coverage": coverage_of(policy.ledger),
        "remarks": [remark.to_json() for remark in remarks],
        "articles_standing": standing_of_articles(),
        "reviews": reviews_of(draft_id, visitor.actor, uow=own.reading()),
        "item_json": [_pretty(item_to_json(item)) for item in document.items],
        "fact_names": {d.id: d.zh for d in load_catalogue()},
        "may_approve": visitor.actor.may("rules:approve")
        and visitor.actor.id not in draft.authors
        and visitor.actor.id != draft.submitted_by,
        "is_author": visitor.actor.id in draft.authors,
        "problem": problem,
        "show": show,
        "unsure": sum(row.unsure for block in blocks for row in block.rows),
        "unread": sentences_of(policy.text, policy.ledger, "unread"),
        "facts_by_source": facts_by_source(),
        "operators": OPERATORS,
    }
    return page(request, "officer/draft.html", status=status, visitor=visitor, **context)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _edited(
    request: Request, draft_id: str, visitor: Visitor, revision: int, change: Callable[[RuleDraft], dict[str, Any]]
) -> Response:
    """Save a change, or show the page again with what is wrong; nothing of the draft is lost."""
    own = services(request)
    try:
        draft = get_draft(draft_id, visitor.actor, uow=own.reading())
        rules = change(draft)
        load_rules(rules)
        edit_draft(draft_id, rules, visitor.actor, revision=revision, uow=own.uow(), clock=own.clock)
    except RuleRefused as refused:
        return _draft_page(request, draft_id, visitor, problem=f"没有保存:{refused}", status=422)
    except UseCaseError as error:
        places = "".join(f";{p.pointer} {p.message}" for p in error.errors[:5])
        return _draft_page(request, draft_id, visitor, problem=f"没有保存:{error.detail}{places}(编号 {error.code})", status=422)
    return see_other(f"/officer/drafts/{draft_id}")


@router.post("/drafts/{draft_id}/criteria")
def criterion_form(
    request: Request,
    draft_id: str,
    visitor: FromForm,
    revision: Annotated[int, Form()],
    pointer: Annotated[str, Form(max_length=500)],
    action: Annotated[str, Form(max_length=20)],
    op: Annotated[str, Form(max_length=20)] = "",
    value: Annotated[str, Form(max_length=2000)] = "",
    period: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Change one criterion or take it away."""

    def change(draft: RuleDraft) -> dict[str, Any]:
        if action == "remove":
            return remove_node(draft.rules, pointer)
        if action == "change":
            return change_leaf(draft.rules, pointer, op=op, value=value, period=period)
        raise Invalid("ACTION_UNKNOWN", "不认识的操作;请刷新页面", [Place("/action", "应为 change 或 remove")])

    return _edited(request, draft_id, visitor, revision, change)


@router.post("/drafts/{draft_id}/added")
def added_form(
    request: Request,
    draft_id: str,
    visitor: FromForm,
    revision: Annotated[int, Form()],
    index: Annotated[int, Form()],
    fact: Annotated[str, Form(max_length=60)] = "",
    op: Annotated[str, Form(max_length=20)] = "",
    value: Annotated[str, Form(max_length=2000)] = "",
    period: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """One more criterion for an item, or for all of them."""

    def change(draft: RuleDraft) -> dict[str, Any]:
        return add_leaf(draft.rules, index, fact, op=op, value=value, period=period)

    return _edited(request, draft_id, visitor, revision, change)


@router.post("/drafts/{draft_id}/items/{index}")
def item_form(
    request: Request,
    draft_id: str,
    index: int,
    visitor: FromForm,
    revision: Annotated[int, Form()],
    content: Annotated[str, Form(max_length=_ITEM_JSON_CHARS)] = "",
) -> Response:
    """Replace one item by what the officer wrote."""
    return _edited(request, draft_id, visitor, revision, lambda draft: replace_item(draft.rules, index, content))


@router.post("/drafts/{draft_id}/submit")
def submit_form(request: Request, draft_id: str, visitor: FromForm) -> Response:
    """Hand the draft to a reviewer."""
    own = services(request)
    submit_draft(draft_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/drafts/{draft_id}")


@router.post("/drafts/{draft_id}/approve")
def approve_form(
    request: Request,
    draft_id: str,
    visitor: FromForm,
    revision: Annotated[int, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Approve exactly the revision that was shown."""
    own = services(request)
    approve_rule(draft_id, visitor.actor, note=note, revision=revision, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/drafts/{draft_id}")


@router.post("/drafts/{draft_id}/reject")
def reject_form(
    request: Request,
    draft_id: str,
    visitor: FromForm,
    revision: Annotated[int, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Send the revision that was shown back with the reason."""
    own = services(request)
    reject_draft(draft_id, visitor.actor, note=note, revision=revision, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/drafts/{draft_id}")


@router.post("/drafts/{draft_id}/publish")
def publish_form(request: Request, draft_id: str, visitor: FromForm, revision: Annotated[int, Form()]) -> Response:
    """Let the approved rules count, as they were shown."""
    own = services(request)
    publish_rule(draft_id, visitor.actor, revision=revision, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/drafts/{draft_id}")


@router.get("/runs")
def runs_page(request: Request, visitor: SignedIn, cursor: str | None = None) -> Response:
    """The match runs."""
    own = services(request)
    return page(
        request, "officer/runs.html", visitor=visitor, found=list_runs(visitor.actor, cursor=cursor, limit=30, uow=own.reading())
    )


@router.post("/runs")
def run_form(request: Request, visitor: FromForm) -> Response:
    """Start matching all enterprises against the rules in force."""
    own = services(request)
    run = start_run(visitor.actor, model_version=own.live.model_version, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/runs/{run.id}")


@router.get("/runs/{run_id}")
def run_page(
    request: Request, run_id: str, visitor: SignedIn, cursor: str | None = None, group: str = "", uscc: str = ""
) -> Response:
    """How far a run is, and its matches."""
    own = services(request)
    run = get_run(run_id, visitor.actor, uow=own.reading())
    matches = list_matches(
        visitor.actor, run_id=run_id, group=group or None, uscc=uscc.strip() or None, cursor=cursor, limit=50, uow=own.reading()
    )
    return page(request, "officer/run.html", visitor=visitor, run=run, matches=matches, group=group, uscc=uscc)


@router.get("/runs/{run_id}/progress")
def progress_part(request: Request, run_id: str, visitor: SignedIn) -> Response:
    """How far a run is, as a part of its page."""
    run = get_run(run_id, visitor.actor, uow=services(request).uow())
    return page(request, "officer/_progress.html", visitor=visitor, run=run, refreshed=True)


@router.get("/enterprises")
def find_enterprise(request: Request, visitor: SignedIn, uscc: str = "") -> Response:
    """Go to an enterprise by its credit code."""
    return see_other(f"/enterprise/{uscc.strip().upper()}") if uscc.strip() else see_other("/officer")


@router.get("/objections")
def objections_page(request: Request, visitor: SignedIn, cursor: str | None = None) -> Response:
    """What enterprises object to, and the answers."""
    own = services(request)
    return page(
        request,
        "officer/objections.html",
        visitor=visitor,
        found=list_objections(visitor.actor, cursor=cursor, limit=50, uow=own.reading()),
    )


@router.post("/objections/{objection_id}")
def answer_form(
    request: Request, objection_id: str, visitor: FromForm, answer: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """A person's answer."""
    own = services(request)
    answer_objection(objection_id, answer, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other("/officer/objections")
