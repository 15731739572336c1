"""How pages write things: money in 万元, days in Chinese, groups, states and roles in words; registered as template filters."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

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
        "pending": "等待中", "running": "进行中", "finished": "已完成", "failed": "失败", "open": "待答复", "answered": "已答复",
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


def state(word: str) -> str:
    """A state in words; one without a word stands as it is."""
    return STATE_WORDS.get(word, word)


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "moment": moment,
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
        "ledger": lambda word: LEDGER_WORDS.get(word, word),
    }
)
