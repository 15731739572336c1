"""The audit log: reading it, and finding the first entry that is not what was written."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from api.access import Actor, require
from api.anchor import AnchorFile, AnchorForged
from api.clock import Clock
from api.db.unit_of_work import GENESIS, UnitOfWork, audit_hash
from api.errors import Conflict, Invalid, Place
from api.records import ApiKey, AuditEntry, Page, User
from api.usecases.rules import altered_rules

_BATCH = 5_000
_RENEW = "请比对备份,核实无误后由运维人员运行 mianshen anchor 重新留存"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the chain holds; where not, the first entry (`broken_seq`) that is changed, missing or out of place.

    `noted_seq` is the entry up to which the end of the chain is noted outside the database.
    """

    ok: bool
    count: int
    head: str
    broken_seq: int | None
    message: str
    noted_seq: int | None = None


def verify_audit_chain(
    actor: Actor,
    *,
    uow: UnitOfWork,
    anchors: Sequence[tuple[int, str]] = (),
    is_ours: Callable[[AuditEntry], bool] = lambda _: True,
) -> ChainReport:
    """Follow the chain from its beginning. `anchors` (seq, the hash or its beginning) noted elsewhere earlier also find a log cut short,
    `is_ours` an entry that somebody else added."""
    require(actor, "audit:read")
    found: dict[int, str] = dict.fromkeys((seq for seq, _ in anchors), "")
    with uow:
        log = uow.of(AuditEntry)
        seq, previous = 0, GENESIS
        while batch := log.all(log.c.seq > seq, limit=_BATCH):
            for entry in batch:
                if entry.seq != seq + 1 or entry.previous != previous or audit_hash(entry) != entry.hash:
                    broken = min(entry.seq, seq + 1)
                    return ChainReport(
                        False, seq, previous, broken, f"第 {broken} 条审计记录被改动、缺失或次序有误;请封存数据库并比对备份"
                    )
                if not is_ours(entry):
                    return ChainReport(
                        False,
                        seq,
                        previous,
                        entry.seq,
                        f"第 {entry.seq} 条审计记录没有本服务的签名,疑为他人写入;请封存数据库并比对备份",
                    )
                seq, previous = entry.seq, entry.hash
                if seq in found:
                    found[seq] = entry.hash
    for number, head in sorted(anchors):
        if not head or not found[number].startswith(head):
            broken = min(number, seq + 1)
            return ChainReport(
                False, seq, previous, broken, f"审计记录与先前留存的第 {number} 条不一致,可能被截断或重写;请比对备份"
            )
    return ChainReport(True, seq, previous, None, f"{seq} 条审计记录完整,未发现改动")


def verify_audit(actor: Actor, *, anchor: AnchorFile, uow: UnitOfWork, written_down: tuple[int, str] | None = None) -> ChainReport:
    """The whole check: the chain, its end against what was noted outside the database and what a person wrote down, and the published
    rules against the log."""
    require(actor, "audit:read")
    noted, trouble = None, ""
    try:
        noted = anchor.read()
    except AnchorForged:
        trouble = f"数据目录中留存的审计链尾不可读或签名不符,可能被改动,或更换了主密钥;{_RENEW}"
    held = [] if noted is None else [(noted.seq, noted.hash)]
    begun = noted.sealed_from if noted is not None else None
    report = verify_audit_chain(
        actor,
        uow=uow,
        anchors=[*held, *([] if written_down is None else [written_down])],
        is_ours=lambda entry: begun is None or entry.seq < begun or anchor.is_sealed(entry.hash, entry.seal),
    )
    if noted is None and not trouble and report.count:
        trouble = f"数据目录中没有审计链尾留存,可能被删去,或数据库迁自别处;{_RENEW}"
    if trouble:
        report = replace(report, ok=False, message=f"{report.message};{trouble}" if not report.ok else trouble)
    if altered := altered_rules(actor, uow=uow):
        words = f"已发布规则与审计记录不一致,疑被改动:{'、'.join(altered[:20])}"
        report = replace(report, ok=False, message=f"{report.message};{words}" if not report.ok else words)
    if report.ok and noted is not None and noted.seq < report.count:
        later = report.count - noted.seq
        report = replace(report, message=f"{report.message};最后 {later} 条尚未留存链尾(写入后即断电时会有),请核对这几条")
    return replace(report, noted_seq=None if noted is None else noted.seq)


def renew_anchor(actor: Actor, *, reason: str, anchor: AnchorFile, uow: UnitOfWork, clock: Clock) -> ChainReport:
    """Note the present end of the log whatever was noted before: after a restore, a move or a new master key, once a person has looked.

    The log itself says that this was done, why, and what was noted before. Raises Invalid without a reason, Conflict where the chain
    does not hold in itself: there is nothing then that a note could vouch for.
    """
    require(actor, "audit:read")
    if not reason.strip():
        raise Invalid(
            "REASON_MISSING", "请写明重新留存的原因,如“2026-11-20 由备份恢复,已与备份清单核对”", [Place("reason", "不能为空")]
        )
    report = verify_audit_chain(actor, uow=uow)
    if not report.ok:
        raise Conflict("AUDIT_BROKEN", f"没有重新留存:{report.message}")
    try:
        held = anchor.read()
        before: dict[str, object] = {"seq": None, "hash": None} if held is None else {"seq": held.seq, "hash": held.hash}
    except AnchorForged:
        before = {"seq": None, "hash": "forged"}
    with uow:
        uow.audit(clock.now(), actor.id, "audit.reanchored", "audit", {"reason": reason.strip()[:500], "before": before})
    with uow:
        log = uow.of(AuditEntry)
        (last,) = log.all(order=(log.c.seq.desc(),), limit=1)
    anchor.renew(last.seq, last.hash)
    return verify_audit_chain(actor, uow=uow, anchors=[(last.seq, last.hash)])


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
