"""Deciding on pushes with a reason, and writing them beside the matches they announce."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.canonical import canonical
from api.db.unit_of_work import UnitOfWork
from api.ids import derived_id
from api.records import Match, MatchRun, OptOut, OutboxMessage

CHANNELS: tuple[str, ...] = ("inbox", "webhook")
MAX_PAYLOAD_BYTES = 20_000
_ITEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PushDecision:
    """Whether an enterprise hears of one rule version by one channel, and why (not)."""

    push: bool
    why: str


def decide_push(*, channel: str, refused: frozenset[str], told: bool, eligible: bool) -> PushDecision:
    """The reasoned yes or no. `refused` are the channels that the enterprise has refused."""
    if not eligible:
        return PushDecision(False, "没有符合条件的事项")
    if "all" in refused or channel in refused:
        return PushDecision(False, "企业已退订")
    if told:
        return PushDecision(False, "同一规则版本已推送过")
    return PushDecision(True, "新的匹配")


def pushes_of(matches: Sequence[Match], run: MatchRun, *, top: int, uow: UnitOfWork) -> list[OutboxMessage]:
    """The messages that a set of matches calls for: for each enterprise its best `top` rule versions that it has not heard of."""
    of_enterprise: dict[str, dict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
    for match in matches:
        if match.group in ("direct", "apply"):
            of_enterprise[match.uscc][match.rule_version_id].append(match)
    refused, told = _refused(of_enterprise, uow), _told(of_enterprise, run, uow)
    messages = []
    for uscc, by_rule in of_enterprise.items():
        best = sorted(by_rule.items(), key=lambda pair: min(m.rank for m in pair[1]))[:top]
        for rule_version_id, found in best:
            for channel in CHANNELS:
                decision = decide_push(
                    channel=channel,
                    refused=refused.get(uscc, frozenset()),
                    told=(uscc, rule_version_id, channel) in told,
                    eligible=bool(found),
                )
                if decision.push:
                    messages.append(_message(run, uscc, rule_version_id, channel, found))
    return messages


def _refused(usccs: Iterable[str], uow: UnitOfWork) -> Mapping[str, frozenset[str]]:
    outs = uow.of(OptOut)
    found: dict[str, set[str]] = defaultdict(set)
    for out in outs.all(outs.c.uscc.in_(list(usccs))):
        found[out.uscc].add(out.channel)
    return {uscc: frozenset(channels) for uscc, channels in found.items()}


def _told(usccs: Iterable[str], run: MatchRun, uow: UnitOfWork) -> set[tuple[str, str, str]]:
    outbox = uow.of(OutboxMessage)
    earlier = outbox.all(outbox.c.uscc.in_(list(usccs)), outbox.c.run_id != run.id)
    return {(m.uscc, m.rule_version_id, m.channel) for m in earlier}


def _message(run: MatchRun, uscc: str, rule_version_id: str, channel: str, found: Sequence[Match]) -> OutboxMessage:
    ordered = sorted(found, key=lambda m: m.rank)
    message_id = derived_id("msg", run.id, uscc, rule_version_id, channel)
    return OutboxMessage(message_id, run.id, uscc, rule_version_id, channel, payload_of(run, ordered), run.created_at, None)


def payload_of(run: MatchRun, found: Sequence[Match]) -> str:
    """The body of a push: which items, in which group, and where to ask for more. Thin: no figures of the enterprise, under 20 kB."""
    first = found[0]
    data = {
        "run_id": run.id,
        "as_of": run.as_of.isoformat(),
        "uscc": first.uscc,
        "document_id": first.document_id,
        "rule_version_id": first.rule_version_id,
        "matches": [{"id": m.id, "item": m.item, "title": m.title[:80], "group": m.group} for m in found[:_ITEMS_SHOWN]],
        "total": len(found),
    }
    body = canonical({"type": "match.created", "timestamp": _stamp(run.created_at), "data": data})
    assert len(body.encode()) < MAX_PAYLOAD_BYTES
    return body


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def inbox_words(payload: str) -> tuple[str, str]:
    """Title and text of an inbox message. An estimate is never promised."""
    data = json.loads(payload)["data"]
    groups = {"direct": "可直接享受", "apply": "符合条件,待申报"}
    lines = [f"· {m['title']}({groups.get(m['group'], m['group'])})" for m in data["matches"]]
    more = f"\n等共 {data['total']} 项" if data["total"] > len(lines) else ""
    first = data["matches"][0]["title"]
    title = f"有 {data['total']} 项惠企政策与贵公司匹配:{first}"[:120]
    return title, "\n".join(
        lines
    ) + more + f"\n依据 {data['as_of']} 的数据判定,以主管部门审核为准。如不愿接收,可在“消息与权利”中退订。"
