"""Rules on their way to being signed: draft, submitted, approved by a second person, published, superseded, retired."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from api.access import Actor, require
from api.canonical import canonical, sha256
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotAllowed, NotFound, Place, StaleVersion, Unavailable
from api.ids import new_id
from api.records import AuditEntry, Page, PolicyDocument, Review, RuleDraft, RuleVersion
from policies.errors import RuleRefused
from policies.loading import load_rules
from policies.rules import RuleDocument, rules_to_json, with_quotes


def list_drafts(
    actor: Actor, *, state: str | None = None, cursor: str | None = None, limit: int = 50, uow: UnitOfWork
) -> Page[RuleDraft]:
    """Drafts in order of creation."""
    require(actor, "drafts:read")
    with uow:
        drafts = uow.of(RuleDraft)
        return drafts.page(*([] if state is None else [drafts.c.state == state]), cursor=cursor, limit=limit)


def get_draft(draft_id: str, actor: Actor, *, uow: UnitOfWork) -> RuleDraft:
    """One draft with its rules."""
    require(actor, "drafts:read")
    with uow:
        drafts = uow.of(RuleDraft)
        draft = drafts.find(drafts.c.id == draft_id)
    if draft is None:
        raise NotFound("DRAFT_NOT_FOUND", "没有找到该规则草稿;请核对编号")
    return draft


def reviews_of(draft_id: str, actor: Actor, *, uow: UnitOfWork) -> tuple[Review, ...]:
    """What was said about a draft, oldest first."""
    require(actor, "drafts:read")
    with uow:
        reviews = uow.of(Review)
        return reviews.all(reviews.c.draft_id == draft_id)


def edit_draft(draft_id: str, rules: Mapping[str, Any], actor: Actor, *, revision: int, uow: UnitOfWork, clock: Clock) -> RuleDraft:
    """Replace a draft's rules. Whoever edits is an author; an approval given before no longer counts."""
    require(actor, "rules:draft")
    now = clock.now()
    with uow:
        draft = get_draft(draft_id, actor, uow=uow)
        _expect_state(draft, "draft", "submitted", "approved", "rejected")
        _expect_revision(draft, revision)
        loaded = _load(rules)
        if loaded.meta.id != draft.document_id:
            raise Invalid(
                "DOCUMENT_ID_CHANGED", "规则的文件编号与草稿不一致;请勿修改 document.id", [Place("/document/id", "与草稿不一致")]
            )
        kept = rules_to_json(loaded)
        if unknown := list(islice(_not_kept(rules, kept), 50)):
            raise Invalid(
                "FIELDS_UNKNOWN", "规则中有不认识的字段,没有保存;请核对拼写,或删去", [Place(at, "不认识的字段") for at in unknown]
            )
        changed = replace(
            draft,
            rules=kept,
            revision=draft.revision + 1,
            state="draft",
            authors=sorted({*draft.authors, actor.id}),
            submitted_by=None,
            approved_by=None,
            updated_at=now,
        )
        return _save(changed, draft.revision, actor, "draft.edited", uow=uow)


def submit_draft(draft_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> RuleDraft:
    """Hand a draft to the reviewers. Raises Conflict for a quarantined policy, Invalid where the rules cannot be loaded."""
    require(actor, "rules:draft")
    with uow:
        draft = get_draft(draft_id, actor, uow=uow)
        _expect_state(draft, "draft")
        policy = _policy_of(draft, uow)
        if policy.state == "quarantined":
            raise Conflict("POLICY_QUARANTINED", "政策文本疑被污染,已隔离;请取得干净的文本重新导入")
        if not _load(draft.rules).items:
            raise Conflict("DRAFT_EMPTY", "草稿中没有惠企事项,无需提交")
        changed = replace(draft, state="submitted", submitted_by=actor.id, revision=draft.revision + 1, updated_at=clock.now())
        return _save(changed, draft.revision, actor, "draft.submitted", uow=uow)


def approve_rule(
    draft_id: str, actor: Actor, *, note: str = "", revision: int | None = None, uow: UnitOfWork, clock: Clock
) -> RuleDraft:
    """Approve a submitted draft. Raises NotAllowed for its own authors (四眼原则) and for keys: a person answers for it."""
    require(actor, "rules:approve")
    if actor.kind == "key":
        raise NotAllowed("APPROVAL_IN_PERSON", "规则须由审核人本人批准,不能使用接口密钥;请登录后操作")
    with uow:
        draft = get_draft(draft_id, actor, uow=uow)
        _expect_state(draft, "submitted")
        if revision is not None:
            _expect_revision(draft, revision)
        if actor.id in draft.authors or actor.id == draft.submitted_by:
            raise NotAllowed("FOUR_EYES", "规则不能由起草、修改或提交它的人批准;请由另一位审核人批准")
        _load(draft.rules)
        if not note.strip() and any(d.get("severity") == "error" for d in _policy_of(draft, uow).diagnostics):
            raise Invalid(
                "ERRORS_UNANSWERED", "政策文本有严重疑点;请核对原文,并在意见中写明如何处理后再批准", [Place("/note", "不能为空")]
            )
        changed = replace(draft, state="approved", approved_by=actor.id, revision=draft.revision + 1, updated_at=clock.now())
        _review(draft, actor, "approved", note, uow=uow, clock=clock)
        return _save(changed, draft.revision, actor, "draft.approved", uow=uow)


def reject_draft(
    draft_id: str, actor: Actor, *, note: str, revision: int | None = None, uow: UnitOfWork, clock: Clock
) -> RuleDraft:
    """Send a submitted (or approved) draft back with the reason."""
    require(actor, "rules:approve")
    if not note.strip():
        raise Invalid("NOTE_MISSING", "退回时请写明理由,便于起草人修改", [Place("/note", "不能为空")])
    with uow:
        draft = get_draft(draft_id, actor, uow=uow)
        _expect_state(draft, "submitted", "approved")
        if revision is not None:
            _expect_revision(draft, revision)
        _review(draft, actor, "rejected", note, uow=uow, clock=clock)
        changed = replace(draft, state="rejected", approved_by=None, revision=draft.revision + 1, updated_at=clock.now())
        return _save(changed, draft.revision, actor, "draft.rejected", uow=uow)


def publish_rule(draft_id: str, actor: Actor, *, revision: int | None = None, uow: UnitOfWork, clock: Clock) -> RuleVersion:
    """Freeze an approved draft as the next version of its document's rules; the version before it is superseded."""
    require(actor, "rules:publish")
    now = clock.now()
    with uow:
        draft = get_draft(draft_id, actor, uow=uow)
        _expect_state(draft, "approved")
        if revision is not None:
            _expect_revision(draft, revision)
        if draft.approved_by is None or draft.approved_by in {*draft.authors, draft.submitted_by}:
            raise NotAllowed("FOUR_EYES", "规则须经起草人以外的审核人批准后才能发布")
        policy = _policy_of(draft, uow)
        frozen = canonical(rules_to_json(with_quotes(_load(draft.rules), policy.text)))
        versions = uow.of(RuleVersion)
        before = versions.all(versions.c.document_id == draft.document_id, order=(versions.c.version.desc(),), limit=1)
        version = RuleVersion(
            id=new_id("rul", now),
            document_id=draft.document_id,
            version=before[0].version + 1 if before else 1,
            policy_id=policy.id,
            draft_id=draft.id,
            title=draft.title,
            rules=frozen,
            sha256=sha256(frozen),
            supersedes=before[0].id if before else None,
            approved_by=draft.approved_by,
            published_by=actor.id,
            published_at=now,
            retired_at=None,
        )
        versions.add(version)
        versions.change(
            versions.c.document_id == draft.document_id,
            versions.c.id != version.id,
            versions.c.retired_at.is_(None),
            retired_at=now,
        )
        _save(
            replace(draft, state="published", revision=draft.revision + 1, updated_at=now),
            draft.revision,
            actor,
            "rule.published",
            uow=uow,
            about={"version": version.id, "sha256": version.sha256},
        )
        uow.bump("rules")
    return version


def retire_rule(rule_version_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> RuleVersion:
    """Take a published version out of force; it stays for replays."""
    require(actor, "rules:publish")
    with uow:
        version = get_rule(rule_version_id, actor, uow=uow)
        if version.retired_at is not None:
            raise Conflict("RULE_RETIRED", "该规则版本已停用")
        versions = uow.of(RuleVersion)
        versions.change(versions.c.id == rule_version_id, retired_at=clock.now())
        uow.bump("rules")
        uow.audit(clock.now(), actor.id, "rule.retired", rule_version_id)
    return replace(version, retired_at=clock.now())


def list_rules(
    actor: Actor,
    *,
    in_force: bool = True,
    document_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    uow: UnitOfWork,
) -> Page[RuleVersion]:
    """Published versions; `in_force` leaves out superseded and retired ones."""
    require(actor, "policies:read")
    with uow:
        versions = uow.of(RuleVersion)
        where = [versions.c.retired_at.is_(None)] if in_force else []
        if document_id is not None:
            where.append(versions.c.document_id == document_id)
        return versions.page(*where, cursor=cursor, limit=limit)


def get_rule(rule_version_id: str, actor: Actor, *, uow: UnitOfWork) -> RuleVersion:
    """One published version, in force or not."""
    require(actor, "policies:read")
    with uow:
        versions = uow.of(RuleVersion)
        version = versions.find(versions.c.id == rule_version_id)
    if version is None:
        raise NotFound("RULE_NOT_FOUND", "没有找到该规则版本;请核对编号")
    return version


def rules_in_force(uow: UnitOfWork) -> tuple[RuleVersion, ...]:
    """Every version that counts today, in the order of publication."""
    with uow:
        versions = uow.of(RuleVersion)
        return versions.all(versions.c.retired_at.is_(None))


@lru_cache(maxsize=4096)
def document_of(sha: str, frozen: str) -> RuleDocument:
    """The rules of a published version as values; `sha` keys the cache, `frozen` is the canonical JSON. Raises Unavailable where they do not agree."""
    if sha256(frozen) != sha:
        raise Unavailable("RULE_ALTERED", "规则内容与发布时的校验值不一致,疑被改动,已停止使用;请封存数据库并比对备份")
    return load_rules(json.loads(frozen))


def altered_rules(actor: Actor, *, uow: UnitOfWork) -> tuple[str, ...]:
    """Ids of published versions that are not as the audit log has them: other content, in or out of force against the log, never
    published through the service, or gone."""
    require(actor, "audit:read")
    with uow:
        log, kept = uow.of(AuditEntry), uow.of(RuleVersion)
        noted = [json.loads(e.data) for e in log.all(log.c.action == "rule.published")]
        retired = {e.subject for e in log.all(log.c.action == "rule.retired")}
        versions = {v.id: v for v in kept.all()}
    published = {n["version"]: n["sha256"] for n in noted if "version" in n}  # in the order of publication
    newest = {versions[i].document_id: i for i in published if i in versions}
    altered = [v.id for v in versions.values() if not _is_as_noted(v, published, newest, retired)]
    return (*altered, *(i for i in published if i not in versions))


def _is_as_noted(version: RuleVersion, published: Mapping[str, str], newest: Mapping[str, str], retired: Collection[str]) -> bool:
    whole = sha256(version.rules) == version.sha256 == published.get(version.id)
    counts = newest.get(version.document_id) == version.id and version.id not in retired
    return whole and counts == (version.retired_at is None)


def _load(rules: Mapping[str, Any]) -> RuleDocument:
    try:
        return load_rules(rules)
    except RuleRefused as refused:
        places = [Place(p.pointer, p.message) for p in refused.problems[:50]]
        raise Invalid("RULES_INVALID", f"规则不能使用,共 {len(refused.problems)} 处有误;请按提示修改", places) from None


def _not_kept(given: object, kept: object, at: str = "") -> Iterator[str]:
    """JSON Pointers of fields that loading the rules would let fall; an optional one that says nothing (null, false) may."""
    if isinstance(given, Mapping) and isinstance(kept, Mapping):
        for key, value in given.items():
            here = f"{at}/{str(key).replace('~', '~0').replace('/', '~1')[:60]}"
            if key in kept:
                yield from _not_kept(value, kept[key], here)
            elif value is not None and value is not False:
                yield here
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from _not_kept(one, other, f"{at}/{number}")


def _expect_state(draft: RuleDraft, *allowed: str) -> None:
    if draft.state not in allowed:
        words = {"draft": "草稿", "submitted": "待审核", "approved": "已批准", "rejected": "已退回", "published": "已发布"}
        raise Conflict("DRAFT_STATE", f"草稿当前为“{words[draft.state]}”,不能进行此操作;请刷新后查看最新状态")


def _expect_revision(draft: RuleDraft, revision: int) -> None:
    if draft.revision != revision:
        when = draft.updated_at.strftime("%Y-%m-%d %H:%M")
        raise StaleVersion("RULE_CONFLICT", f"没有保存:有人在 {when}(UTC)修改过这条规则;请取得最新版本、查看差异后再保存")


def _policy_of(draft: RuleDraft, uow: UnitOfWork) -> PolicyDocument:
    policies = uow.of(PolicyDocument)
    policy = policies.find(policies.c.id == draft.policy_id)
    if policy is None:
        raise NotFound("POLICY_NOT_FOUND", "没有找到该草稿所属的政策文件")
    return policy


def _review(draft: RuleDraft, actor: Actor, verdict: str, note: str, *, uow: UnitOfWork, clock: Clock) -> None:
    now = clock.now()
    uow.of(Review).add(Review(new_id("rev", now), draft.id, draft.revision, actor.id, actor.name, verdict, note, now))


def _save(
    draft: RuleDraft, before: int, actor: Actor, action: str, *, uow: UnitOfWork, about: Mapping[str, Any] | None = None
) -> RuleDraft:
    drafts = uow.of(RuleDraft)
    changed = drafts.change(
        drafts.c.id == draft.id,
        drafts.c.revision == before,
        rules=draft.rules,
        revision=draft.revision,
        state=draft.state,
        authors=draft.authors,
        submitted_by=draft.submitted_by,
        approved_by=draft.approved_by,
        updated_at=draft.updated_at,
    )
    if not changed:
        raise StaleVersion("RULE_CONFLICT", "没有保存:有人刚刚修改过这条规则;请取得最新版本、查看差异后再保存")
    uow.audit(draft.updated_at, actor.id, action, draft.id, {"revision": draft.revision, **(about or {})})
    return draft
