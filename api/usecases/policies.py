"""Policies: taking in a file, keeping what could not be used where it can be found again, and reading what is there."""

import re
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import insert, select

from api.access import Actor, require
from api.canonical import sha256
from api.clock import Clock
from api.db import tables
from api.db.repositories import Repository
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, Place, TooLarge
from api.ids import new_id
from api.records import Page, PolicyDocument, RuleDraft
from policies.diagnostics import Diagnostic
from policies.errors import UnreadablePolicy
from policies.parsing import ParsedPolicy

MAX_POLICY_BYTES = 20 * 1024 * 1024
_DOCUMENT_ID = re.compile(r"[\w.-]{1,80}")


class Parse(Protocol):
    """Reads one policy file; raises UnreadablePolicy with a code and one Chinese line."""

    def __call__(self, data: bytes, *, name: str, document_id: str) -> ParsedPolicy:
        """The rules, the text, and what is odd about them."""
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one file: the policy, and the draft where it has items to review."""

    policy: PolicyDocument
    draft: RuleDraft | None
    is_new: bool


def import_policy(
    data: bytes, actor: Actor, *, name: str, document_id: str | None = None, uow: UnitOfWork, clock: Clock, parse: Parse
) -> Imported:
    """Read a file into a policy and a draft. The same bytes again give the same policy; an unreadable file is kept with its reason."""
    require(actor, "policies:write")
    if len(data) > MAX_POLICY_BYTES:
        raise TooLarge("POLICY_TOO_LARGE", f"文件超过 {MAX_POLICY_BYTES // 1024 // 1024} MB;请上传文字版,或拆分附件后分别上传")
    if not data:
        raise Invalid("POLICY_EMPTY", "文件是空的;请检查后重新上传", [Place("/content", "没有内容")])
    digest = sha256(data)
    wanted = document_id or _document_id(name, digest)
    if not _DOCUMENT_ID.fullmatch(wanted):
        raise Invalid(
            "DOCUMENT_ID_INVALID", "文件编号只能含字母、数字、汉字与 _ . -,最长 80 字", [Place("/document_id", "编号有误")]
        )
    with uow:
        known = _find(uow.of(PolicyDocument), wanted, digest)
    if known is not None:
        return _again(known, uow)
    policy, rules = _read(
        data, digest, wanted, actor, name=name, clock=clock, parse=parse
    )  # outside the transaction: it takes seconds
    with uow:
        if not uow.of(PolicyDocument).add_new([policy]):
            known = _find(uow.of(PolicyDocument), wanted, digest)
            return _again(known or policy, uow)
        if (
            uow.connection.execute(select(tables.policy_bytes.c.sha256).where(tables.policy_bytes.c.sha256 == digest)).first()
            is None
        ):
            uow.connection.execute(insert(tables.policy_bytes), {"sha256": digest, "data": data})
        draft = None
        if rules is not None and rules["items"]:
            now = clock.now()
            draft = RuleDraft(
                new_id("drf", now), policy.id, wanted, policy.title, 1, "draft", rules, [actor.id], None, None, now, now
            )
            uow.of(RuleDraft).add(draft)
        uow.audit(policy.imported_at, actor.id, f"policy.{policy.state}", policy.id, {"sha256": digest})
    return Imported(policy, draft, True)


def _find(policies: Repository[PolicyDocument], document_id: str, digest: str) -> PolicyDocument | None:
    return policies.find(policies.c.document_id == document_id, policies.c.sha256 == digest)


def _again(policy: PolicyDocument, uow: UnitOfWork) -> Imported:
    with uow:
        drafts = uow.of(RuleDraft)
        found = drafts.all(drafts.c.policy_id == policy.id)
    return Imported(policy, found[-1] if found else None, False)


def _document_id(name: str, digest: str) -> str:
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return stem if _DOCUMENT_ID.fullmatch(stem) else f"P{digest[:16]}"


def _read(
    data: bytes, digest: str, document_id: str, actor: Actor, *, name: str, clock: Clock, parse: Parse
) -> tuple[PolicyDocument, dict[str, object] | None]:
    now = clock.now()
    blank = PolicyDocument(
        new_id("pol", now),
        document_id,
        name[:255],
        digest,
        "refused",
        "",
        name[:255],
        {},
        "",
        [],
        [],
        [],
        None,
        None,
        actor.id,
        now,
    )
    try:
        parsed = parse(data, name=name, document_id=document_id)
    except UnreadablePolicy as error:
        return replace(blank, refused_code=error.code, refused_message=error.message), None
    meta = dict(parsed.rules["document"])
    policy = replace(
        blank,
        state="quarantined" if parsed.quarantined else "parsed",
        source_format=parsed.source_format,
        title=str(meta.get("title") or name),
        meta=meta,
        text=parsed.text.replace("\x00", "\ufffd"),
        diagnostics=[d.to_json() if isinstance(d, Diagnostic) else d for d in parsed.diagnostics],
        ledger=list(parsed.ledger),
        attachments=[{"title": a.title, "href": a.href} for a in parsed.attachments],
    )
    return policy, None if parsed.quarantined else parsed.rules


def get_policy(policy_id: str, actor: Actor, *, uow: UnitOfWork) -> PolicyDocument:
    """One policy with its text, ledger and diagnostics."""
    require(actor, "policies:read")
    with uow:
        policies = uow.of(PolicyDocument)
        policy = policies.find(policies.c.id == policy_id)
    if policy is None:
        raise NotFound("POLICY_NOT_FOUND", "没有找到该政策文件;请核对编号")
    return policy


def policy_file(policy_id: str, actor: Actor, *, uow: UnitOfWork) -> bytes:
    """The bytes as they were handed in."""
    policy = get_policy(policy_id, actor, uow=uow)
    with uow:
        row = uow.connection.execute(
            select(tables.policy_bytes.c.data).where(tables.policy_bytes.c.sha256 == policy.sha256)
        ).first()
    if row is None:
        raise NotFound("POLICY_FILE_GONE", "原始文件已按保存期限删除")
    return bytes(row[0])


def list_policies(
    actor: Actor, *, state: str | None = None, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[PolicyDocument]:
    """The policies in order of import; `state` parsed, quarantined or refused."""
    require(actor, "policies:read")
    with uow:
        policies = uow.of(PolicyDocument)
        where = [] if state is None else [policies.c.state == state]
        return policies.page(*where, cursor=cursor, limit=limit)


def drafts_of(policy_id: str, actor: Actor, *, uow: UnitOfWork) -> tuple[RuleDraft, ...]:
    """The drafts made from one policy, oldest first."""
    require(actor, "drafts:read")
    with uow:
        drafts = uow.of(RuleDraft)
        return drafts.all(drafts.c.policy_id == policy_id)


def open_draft(policy_id: str, actor: Actor, *, rules: dict[str, object] | None = None, uow: UnitOfWork, clock: Clock) -> RuleDraft:
    """Start another draft of a policy: from the rules given, else from its latest draft. Raises Conflict where one is still open."""
    require(actor, "rules:draft")
    policy, now = get_policy(policy_id, actor, uow=uow), clock.now()
    with uow:
        drafts = uow.of(RuleDraft)
        before = drafts.all(drafts.c.policy_id == policy_id)
        if any(d.state in ("draft", "submitted", "approved") for d in before):
            raise Conflict("DRAFT_OPEN", "该政策已有未完成的草稿;请先处理该草稿")
        start = rules or (before[-1].rules if before else {"version": 1, "document": policy.meta, "items": []})
        copied = before[-1].authors if before and rules is None else []
        authors = sorted({*copied, actor.id})  # who wrote what is copied may not approve it either
        draft = RuleDraft(
            new_id("drf", now), policy_id, policy.document_id, policy.title, 1, "draft", start, authors, None, None, now, now
        )
        uow.of(RuleDraft).add(draft)
        uow.audit(now, actor.id, "draft.opened", draft.id, {"policy": policy_id})
    return draft
