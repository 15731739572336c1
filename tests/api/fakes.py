"""Stand-ins at the edges: a reader of policies, a receiver of webhooks, a guard that lets everything pass. And a small city."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from api.access import Actor
from api.channels.guard import Guard, Target
from api.channels.sender import Answer
from api.records import RuleVersion
from api.usecases.policies import Imported, import_policy
from api.usecases.rules import approve_rule, publish_rule, submit_draft
from api.usecases.snapshots import import_snapshot
from policies.diagnostics import warning
from policies.errors import UnreadablePolicy
from policies.parsing import ParsedPolicy

TEXT = "对上年营业收入不低于2000万元的企业,给予20万元奖励。对高新技术企业,符合条件的直接给予10万元奖励。对研发费用不低于100万元的企业给予补助。"


def items(*, revenue: int = 20_000_000) -> list[dict[str, Any]]:
    """Three items: one to apply for, one granted directly, one on a fact that few enterprises have."""
    return [
        {
            "title": "规模奖励", "span": {"start": 0, "end": 27}, "category": "award", "delivery": "application",
            "criteria": {"fact": "revenue", "op": "ge", "value": revenue, "period": "Y-1", "evidence": {"start": 1, "end": 19}},
            "amounts": [{"kind": "fixed", "value": 200000, "per": "enterprise"}], "budget": 1000000, "quota": 10,
        },
        {
            "title": "高企奖励", "span": {"start": 27, "end": 52}, "category": "award", "delivery": "no_application",
            "criteria": {"fact": "qualifications", "op": "has_any", "value": ["high_tech_enterprise"]},
            "amounts": [{"kind": "fixed", "value": 100000}],
        },
        {
            "title": "研发补助", "span": {"start": 52, "end": 74}, "category": "subsidy", "delivery": "application",
            "criteria": {"fact": "rd_expense", "op": "ge", "value": 1000000}, "amounts": [{"kind": "ratio", "base": "rd_expense", "rate": 0.1, "cap": 500000}],
        },
    ]  # fmt: skip


def parse_fake(data: bytes, *, name: str, document_id: str) -> ParsedPolicy:
    """`TEXT` with its three items; a file that says so is unreadable, contaminated, or without items."""
    if data.startswith(b"BROKEN"):
        raise UnreadablePolicy("docx_damaged", "文件不完整,无法读取;请重新下载后上传")
    document = {"id": document_id, "title": f"扶持办法 {document_id}", "kind": "measure", "region": "440100"}
    quarantined = data.startswith(b"DIRTY")
    rules = {"version": 1, "document": document, "items": [] if quarantined or data.startswith(b"PLAN") else items()}
    text = data.decode("utf-8", "replace") if data.startswith(TEXT.encode()[:9]) else TEXT
    return ParsedPolicy(
        rules=rules, text=text, sha256="", source_format="txt", encoding="utf-8", diagnostics=(warning("no_unit", "数字没有单位", 3, 5),),
        ledger=({"start": 0, "end": 27, "status": "encoded"},), attachments=(), pages=(), quarantined=quarantined,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnyWhere(Guard):
    """Lets every address pass, unresolved."""

    def check(self, url: str) -> Target:
        """The address as it stands."""
        return Target("https", url.split("/")[2], 443, "203.0.113.7", "/")


@dataclass
class NotingSender:
    """Notes what it is sent and answers as told."""

    answer: Callable[[int], Answer] = lambda n: Answer(200)
    sent: list[tuple[Target, bytes, dict[str, str]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send(self, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
        """Noted."""
        with self.lock:
            self.sent.append((target, body, headers))
            number = len(self.sent)
        return self.answer(number)

    def ids(self) -> set[str]:
        """The webhook-ids seen."""
        return {headers["webhook-id"] for _, _, headers in self.sent}


def uscc(number: int) -> str:
    """A credit code with its check character (GB 32100-2015)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91440101{number:08d}X"
    weights = [pow(3, i, 31) for i in range(17)]
    return body + letters[(31 - sum(letters.index(c) * w for c, w in zip(body, weights, strict=True)) % 31) % 31]


def city(count: int, *, as_of: str = "2026-11-20") -> list[dict[str, Any]]:
    """Enterprises in turn: large, high-tech, both, small, unknown."""
    out = []
    for n in range(count):
        facts: dict[str, Any] = {"registered_region": "440106"}
        if n % 5 in (0, 2):
            facts["revenue"] = {"2025": 30_000_000 + n}
        if n % 5 in (3,):
            facts["revenue"] = {"2025": 15_000_000 + n}
        facts["qualifications"] = ["high_tech_enterprise"] if n % 5 in (1, 2) else []
        if n % 5 != 4:
            facts["rd_expense"] = {"2025": 900_000 + n * 1000}
        out.append({"uscc": uscc(n), "name": f"示例企业{n}有限公司", "as_of": as_of, "facts": facts})
    return out


def write_city(folder: Path, count: int) -> Path:
    """The city as a JSON-lines file."""
    path = folder / f"profiles-{count}.jsonl"
    path.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in city(count)), "utf-8")
    return path


def publish(house: Any, document_id: str = "D1", *, data: bytes | None = None) -> RuleVersion:
    """Import, submit, approve by another and publish; the version."""
    officer, reviewer = house.person("officer"), house.person("reviewer", "reviewer")
    s = house.services
    imported = import_policy(
        data or f"{document_id}".encode(),
        officer,
        name=f"{document_id}.txt",
        document_id=document_id,
        uow=s.uow(),
        clock=s.clock,
        parse=s.parse,
    )
    draft = _draft(imported)
    submit_draft(draft, officer, uow=s.uow(), clock=s.clock)
    approve_rule(draft, reviewer, uow=s.uow(), clock=s.clock)
    return publish_rule(draft, officer, uow=s.uow(), clock=s.clock)


def _draft(imported: Imported) -> str:
    assert imported.draft is not None
    return imported.draft.id


def settle(house: Any, folder: Path, count: int = 10, documents: Sequence[str] = ("D1",)) -> list[RuleVersion]:
    """A city of `count` enterprises with published rules."""
    officer: Actor = house.person("officer")
    import_snapshot(write_city(folder, count), officer, uow=house.services.uow(), clock=house.clock)
    versions = [publish(house, d) for d in documents]
    house.services.live.refresh(force=True)
    return versions
