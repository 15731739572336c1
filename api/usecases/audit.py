"""The audit log: reading it, and finding the first entry that is not what was written."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from api.access import Actor, require
from api.anchor import AnchorFile, AnchorForged
from api.db.unit_of_work import GENESIS, UnitOfWork, audit_hash
from api.errors import Invalid, Place
from api.records import ApiKey, AuditEntry, Page, User
from api.usecases.rules import altered_rules

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the chain holds; where not, the first entry (`broken_seq`) that is changed, missing or out of place."""

    ok: bool
    count: int
    head: str
    broken_seq: int | None
    message: str


def verify_audit_chain(actor: Actor, *, uow: UnitOfWork, anchor: tuple[int, str] | None = None) -> ChainReport:
    """Follow the chain from its beginning. `anchor` (seq, hash) noted elsewhere earlier also finds a log that was cut short."""
    require(actor, "audit:read")
    with uow:
        log = uow.of(AuditEntry)
        seq, previous, anchored = 0, GENESIS, None
        while batch := log.all(log.c.seq > seq, limit=_BATCH):
            for entry in batch:
                if entry.seq != seq + 1 or entry.previous != previous or audit_hash(entry) != entry.hash:
                    broken = min(entry.seq, seq + 1)
                    return ChainReport(
                        False, seq, previous, broken, f"第 {broken} 条审计记录被改动、缺失或次序有误;请封存数据库并比对备份"
                    )
                seq, previous = entry.seq, entry.hash
                if anchor is not None and seq == anchor[0]:
                    anchored = entry.hash
    if anchor is not None and anchored != anchor[1]:
        broken = min(anchor[0], seq + 1)
        return ChainReport(False, seq, previous, broken, f"审计记录与先前留存的第 {anchor[0]} 条不一致,可能被截断或重写;请比对备份")
    return ChainReport(True, seq, previous, None, f"{seq} 条审计记录完整,未发现改动")


def verify_audit(actor: Actor, *, anchor: AnchorFile, uow: UnitOfWork) -> ChainReport:
    """The whole check: the chain, its end against what was noted outside the database, and the published rules against the log."""
    try:
        noted = anchor.read()
    except AnchorForged:
        report = verify_audit_chain(actor, uow=uow)
        words = "数据目录中留存的审计链尾签名不符,可能被改动,或更换了主密钥;请比对备份,核实无误后删除 audit-head 文件重新留存"
        return replace(report, ok=False, message=f"{report.message};{words}" if not report.ok else words)
    report = verify_audit_chain(actor, uow=uow, anchor=None if noted is None else (noted.seq, noted.hash))
    if altered := altered_rules(actor, uow=uow):
        words = f"已发布规则与发布时不一致,疑被改动:{'、'.join(altered[:20])}"
        report = replace(report, ok=False, message=f"{report.message};{words}")
    return report


def list_audit(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[AuditEntry]:
    """The newest entries first; the cursor is a sequence number."""
    require(actor, "audit:read")
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid("CURSOR_INVALID", "分页游标无效;请使用上一页返回的 next_cursor", [Place("cursor", "不是有效的游标")])
    with uow:
        log = uow.of(AuditEntry)
        where = [] if cursor is None else [log.c.seq < int(cursor)]
        rows = log.all(*where, order=(log.c.seq.desc(),), limit=limit + 1)
    return Page(rows[:limit], str(rows[limit - 1].seq) if len(rows) > limit else None)


def names_of(ids: Collection[str], actor: Actor, *, uow: UnitOfWork) -> dict[str, str]:
    """Who stands behind the ids in the log: people by name and user name, keys by theirs; ids without one are left out."""
    require(actor, "audit:read")
    with uow:
        users, keys = uow.of(User), uow.of(ApiKey)
        people = users.all(users.c.id.in_(list(ids)))
        named = keys.all(keys.c.id.in_(list(ids)))
    found = {user.id: f"{user.name}({user.username})" for user in people} | {key.id: f"密钥“{key.name}”" for key in named}
    return found | {"system": "系统"}
