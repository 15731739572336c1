"""What the demo prints: who gets what, how much and why, who is one fact short, the funnel, the pushes and the times, in Chinese."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.access import SYSTEM
from api.records import Match, MatchRun, Page, User
from api.usecases.decisions import explain_decision
from api.usecases.runs import list_matches
from api.web.words import ROLE_WORDS
from api.wiring import Services
from data_samples.receiver import Receiver

_SHOWN = 6
_WIDTH = 76


@dataclass(slots=True)
class Outcome:
    """What the stages left for the report."""

    as_of: date
    policies: Counter[str] = field(default_factory=Counter)
    without_items: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] | None = None
    model_note: str = ""
    run: MatchRun | None = None
    pushes: dict[str, int] = field(default_factory=dict)
    enterprise: str = ""


def print_report(
    services: Services, outcome: Outcome, accounts: dict[str, str], receiver: Receiver, seconds: dict[str, float]
) -> None:
    """The whole summary."""
    run = outcome.run
    if run is None:
        raise ValueError("there is nothing to report before a run")
    records, counts = outcome.records, run.counts
    print("\n以下企业和数值均为虚构,演示中不遮蔽;正式环境按权限遮蔽税务、社保等数值。")
    _head("一、政策与数据")
    print(
        f"政策文件 {sum(outcome.policies.values())} 份:已解析 {outcome.policies['parsed']},已隔离 {outcome.policies['quarantined']},未能解析 {outcome.policies['refused']};"
    )
    print(
        f"  其中 {len(outcome.without_items) + len(outcome.withdrawn)} 份不含惠企事项(征求意见稿、解读、名单、规划)。规则均经专员修订、他人批准后发布。"
    )
    print(
        f"部门数据 {records['rows']:,} 行:已关联 {records['linked']:,},待人工核对 {records['review']:,},拒收 {records['refused']:,}(均有原因);部门间不一致 {records['conflicts']:,} 处"
    )
    _head("二、漏斗")
    pairs = run.total * sum(1 for _ in _items(services, run))
    print(f"企业 {run.total:,} 家 × 事项 {pairs // max(run.total, 1)} 项 = {pairs:,} 对")
    for key, words in (("pairs_eligible", "判定符合"), ("pairs_unknown", "缺数据、待核"), ("band_near", "差一点(至多两项)")):
        print(f"  {words:<12}{counts.get(key, 0):>12,}")
    print(f"  至少符合一项的企业 {counts.get('enterprises_eligible', 0):,} 家")
    for group, title in (
        ("direct", "三、可直接享受(免申即享),摘录"),
        ("apply", "四、符合条件、待申报,摘录"),
        ("near", "五、差一点:只差一两项,摘录"),
    ):
        _head(title)
        _matches(services, _varied(services, run, group))
    _head("六、排序与推送")
    if outcome.model is not None:
        ndcg, popular = outcome.model["ndcg_at_3"]["against_random"], outcome.model["ndcg_at_3"]["against_popularity"]
        print(
            f"排序模型 {outcome.model['version']}:以{outcome.model['data']['synthetic_share']:.0%}合成的响应训练,NDCG@3 {ndcg['mean_a']:.3f}(随机次序 {ndcg['mean_b']:.3f},热门次序 {popular['mean_b']:.3f});只排序,不判定"
        )
    else:
        print(f"没有使用排序模型:{outcome.model_note}")
    pushed = outcome.pushes
    print(
        f"站内信 {pushed.get('inbox', 0):,} 条;签名推送 {len(receiver.messages):,} 条已由本机接收端验签收下,验签不过 {receiver.refused} 条"
    )
    _head("七、用时")
    print(",".join(f"{name} {value:.1f} 秒" for name, value in seconds.items()) + f";合计 {sum(seconds.values()):.1f} 秒")
    _head("八、登录账号(仅本机演示)")
    _accounts(services, accounts)


def _head(title: str) -> None:
    print(f"\n{title}\n" + "─" * _WIDTH)


def _items(services: Services, run: MatchRun) -> list[tuple[str, int]]:
    positions = services.live.positions(run.as_of)
    return [(positions.documents[number].meta.id, item) for number, item in positions.items]


def _varied(services: Services, run: MatchRun, group: str) -> list[Match]:
    """A few matches of a group, each of another item, in the order of the run."""
    seen: dict[tuple[str, int], Match] = {}
    cursor: str | None = None
    for _ in range(40):
        page: Page[Match] = list_matches(SYSTEM, run_id=run.id, group=group, cursor=cursor, limit=200, uow=services.uow())
        for match in page.items:
            seen.setdefault((match.document_id, match.item), match)
        cursor = page.next_cursor
        if cursor is None or len(seen) >= _SHOWN:
            break
    return list(seen.values())[:_SHOWN]


def _matches(services: Services, found: list[Match]) -> None:
    """Each match with its whole reason, figures shown: the city is invented, and the sentence must agree with the sum."""
    if not found:
        print("(没有)")
    for match in found:
        reason = explain_decision(match.decision_id, SYSTEM, uow=services.uow())
        amount = f" —— {reason['amount']['text']}" if reason["amount"] else ""
        print(f"{match.name}({match.uscc})\n  {match.title}{amount}\n  {reason['headline']}")


def _accounts(services: Services, accounts: dict[str, str]) -> None:
    """User name, password and role."""
    with services.uow() as uow:
        users = uow.of(User)
        roles = {user.username: ROLE_WORDS.get(user.role, user.role) for user in users.all(users.c.username.in_(list(accounts)))}
    for username, password in accounts.items():
        print(f"  {username:<22}{password:<20}{roles.get(username, '')}")
