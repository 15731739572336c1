"""How pages write things: money in 万元, days in Chinese, groups, states and roles in words; registered as template filters."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from api.records import PolicyDocument
from features.regions import full_name
from matcher.words import day_name, money, words

GROUP_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "direct": ("可直接享受", "免申即享:无需申请,部门核对后直接兑现"),
        "apply": ("符合条件,待申报", "已判定符合条件,需要您提出申报"),
        "near": ("差一点", "只差一两项条件或数据"),
        "unknown": ("无法判断", "缺少数据,补充后可以重新判定"),
    }
)
STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "draft": "草稿", "submitted": "待审核", "approved": "已批准,待发布", "rejected": "已退回", "published": "已发布",
        "parsed": "已解析", "quarantined": "已隔离", "refused": "未能解析", "released": "已解除隔离", "withdrawn": "已撤回",
        "pending": "等待中", "running": "进行中", "finished": "已完成", "failed": "失败", "open": "待答复", "answered": "已答复", "queued": "排队中", "retired": "已停用", "cancelled": "已取消",
    }
)  # fmt: skip
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {"officer": "政策专员", "reviewer": "审核人", "enterprise": "企业用户", "admin": "管理员", "auditor": "审计员"}
)
SEVERITY_WORDS: Mapping[str, str] = MappingProxyType({"error": "错误", "warning": "提醒", "info": "说明"})
LEDGER_WORDS: Mapping[str, str] = MappingProxyType(
    {"encoded": "已进入规则", "declared": "须申报或人工认定", "procedure": "程序性内容", "unread": "未进入规则"}
)
OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "ge": "不低于", "gt": "高于", "le": "不高于", "lt": "低于", "eq": "等于", "within": "位于", "not_within": "不位于", "in": "属于",
        "not_in": "不属于", "has_any": "具有任一", "has_all": "全部具有", "has_none": "均不具有", "is": "是/否", "age_ge": "已满", "age_le": "未超过",
        "occurred": "发生过", "not_occurred": "未发生", "declared": "由企业申报",
    }
)  # fmt: skip
DIMENSION_WORDS: Mapping[str, str] = MappingProxyType(
    {"industry": "按行业", "size": "按规模", "district": "按区", "age": "按成立年限", "ownership": "按所有制"}
)
FIT_WORDS: Mapping[str, str] = MappingProxyType({"fits": "预算足够", "may_exceed": "预算可能不足", "exceeds": "预算不足"})
ACTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "user.created": "新增用户", "user.disabled": "停用用户", "user.locked": "口令多次有误,账号锁定", "user.password_changed": "修改口令",
        "session.opened": "登录", "session.refused": "登录被拒", "budget.reserved": "预留资金", "budget.set": "设置分配方式与额度", "budget.confirmed": "确认预留", "budget.released": "释放预留",
        "budget.paid": "拨付资金", "round.opened": "开设申报批次", "round.shared": "分配申报批次", "application.made": "登记申请", "application.ranked": "填写申请名次",
        "application.withdrawn": "撤回申请", "decision.made": "作出判定",
        "key.created": "新建密钥", "key.revoked": "吊销密钥", "policy.parsed": "导入政策,已解析", "policy.quarantined": "导入政策,已隔离",
        "policy.refused": "导入政策,未能解析", "policy.released": "解除政策隔离", "draft.opened": "新建规则草稿", "draft.edited": "修改规则草稿",
        "draft.submitted": "提交审核", "draft.approved": "审核通过", "draft.rejected": "审核退回", "rule.published": "发布规则",
        "rule.retired": "规则停用", "run.queued": "发起匹配", "run.started": "匹配开始", "run.finished": "匹配完成", "run.failed": "匹配失败",
        "snapshot.imported": "导入企业档案", "objection.raised": "提出异议", "objection.answered": "答复异议", "push.refused": "退订推送",
        "push.welcomed": "恢复推送", "webhook.registered": "登记接收端", "webhook.rotated": "更换接收端密钥", "webhook.removed": "移除接收端",
        "webhook.disabled": "接收端停用", "delivery.replayed": "重新推送", "webhook.tested": "发送测试推送",
        "records.swept": "清除到期记录", "audit.reanchored": "重新留存审计链尾",
    }
)  # fmt: skip
COUNT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "enterprises": "企业", "enterprises_eligible": "至少符合一项的企业", "pairs_eligible": "符合(企业×事项)", "pairs_unknown": "待核(企业×事项)",
        "band_direct": "可直接享受", "band_apply": "符合条件,待申报", "band_near": "差一点", "band_unknown": "无法判断", "matches": "留存的匹配",
        "profiles_missing": "档案缺失的企业",
    }
)  # fmt: skip
NO_ITEMS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "interpretation": "政策解读,不是政策正文,不生成事项", "list": "名单或公示,不是政策正文,不生成事项",
        "plan": "规划或工作安排,没有载明给予企业的支持,不生成事项", "speech": "讲话或致辞,不是政策正文,不生成事项",
    }
)  # fmt: skip
VERDICT_WORDS: Mapping[str, str] = MappingProxyType({"eligible": "符合", "unknown": "待核", "ineligible": "不符合"})
_HUNDRED_MILLION = Decimal(10**8)
_CHINA = ZoneInfo("Asia/Shanghai")


def moment(at: datetime | None) -> str:
    """2026-11-20 10:32, in China's civil time."""
    return "" if at is None else at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def day(on: date | None) -> str:
    """2026年11月20日."""
    return "" if on is None else day_name(on)


def yuan(amount: Decimal | None) -> str:
    """1,234,567.89 元, for the title that shows on hovering and in print."""
    return "" if amount is None else f"{amount:,.2f} 元"


def about(amount: Decimal | None) -> str:
    """Money to read at a glance: in 万元 to two places, with 约 where that rounds; the exact sum belongs beside it."""
    if amount is None:
        return ""
    unit = Decimal(10_000) if abs(amount) < _HUNDRED_MILLION else _HUNDRED_MILLION
    rounded = (amount / unit).quantize(Decimal("0.01")) * unit
    return money(amount) if abs(amount) < Decimal(10_000) or rounded == amount else f"约 {money(rounded)}"


def days_left(until: date | None, today: date) -> str:
    """还剩 40 天; nothing without an end."""
    if until is None:
        return ""
    left = (until - today).days
    return "已到期" if left < 0 else "今天到期" if left == 0 else f"还剩 {left} 天"


def moment_text(text: str) -> str:
    """A moment kept as ISO text, in China's civil time; what is no moment stands as it is."""
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def counted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counters of a run in words, in the order in which a reader wants them."""
    known = [(word, counts[key]) for key, word in COUNT_WORDS.items() if key in counts]
    return known + [(key, number) for key, number in counts.items() if key not in COUNT_WORDS]


def scorer(version: str) -> str:
    """What orders the matches: 规则次序 without a model."""
    return "规则次序" if version == "rules" else version


def fen(low: int, high: int | None) -> str:
    """A sum from fen: 200,000.00, 1.00 – 2.00, 1.00 起, 以核定为准."""
    if high is None:
        return f"{Decimal(low) / 100:,.2f} 起" if low else "以核定为准"
    if low == high:
        return f"{Decimal(low) / 100:,.2f}"
    return f"{Decimal(low) / 100:,.2f} – {Decimal(high) / 100:,.2f}" if low else f"最高 {Decimal(high) / 100:,.2f}"


def remark(policy: PolicyDocument) -> str:
    """Why a policy file gave no items to review; nothing where it gave some."""
    if policy.state == "refused":
        return policy.refused_message or ""
    if policy.state == "quarantined":
        return "正文疑被篡改或夹带广告,已隔离;请取得干净的原文重新导入"
    if any(entry["status"] in ("encoded", "declared") for entry in policy.ledger):
        return ""
    if any(found.get("code") == "document.draft" for found in policy.diagnostics):
        return "征求意见稿,尚未施行,不生成事项"
    return NO_ITEMS_WORDS.get(str(policy.meta.get("kind")), "正文中没有识别出惠企事项")


def state(word: str) -> str:
    """A state in words; one without a word stands as it is."""
    return STATE_WORDS.get(word, word)


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "moment": moment,
        "moment_text": moment_text,
        "action": lambda word: ACTION_WORDS.get(word, word),
        "verdict": lambda word: VERDICT_WORDS.get(word, word),
        "counted": counted,
        "scorer": scorer,
        "fen": fen,
        "change": lambda number: f"{Decimal(number) / 100:+,.2f}" if number else "0",
        "remark": remark,
        "day": day,
        "days_left": days_left,
        "yuan": yuan,
        "about": about,
        "money": money,
        "state": state,
        "role": lambda word: ROLE_WORDS.get(word, word),
        "severity": lambda word: SEVERITY_WORDS.get(word, word),
        "category": lambda word: words()["values"]["category"].get(word, word),
        "delivery": lambda word: words()["values"]["delivery"].get(word, word),
        "region": full_name,
        "ledger": lambda word: LEDGER_WORDS.get(word, word),
    }
)
