"""The gate through which every rule document comes in: from the contract's JSON form to values, or refused with every place."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_args

from features.catalogue import Catalogue, FactDefinition, FactType, load_catalogue
from features.errors import PeriodError
from features.periods import is_monthly, keys_of, parse_duration, shift_back
from policies.errors import RuleProblem, RuleRefused
from policies.rules import (
    MAX_DEPTH,
    MAX_LEAVES,
    Agg,
    AllOf,
    Amount,
    AmountKind,
    AnyOf,
    AtLeast,
    Ceiling,
    Criterion,
    Leaf,
    LeafValue,
    Not,
    Op,
    PolicyItem,
    PolicyMeta,
    RuleDocument,
    Span,
)

_KINDS = frozenset({"measure", "rules", "guide", "notice", "plan", "interpretation", "speech", "list", "other"})
_CATEGORIES = frozenset(
    "award subsidy loan_interest tax_relief fee_relief matching_fund rent talent land financing other".split()  # noqa: SIM905
)
_DELIVERIES = frozenset({"no_application", "instant", "application", "review", "unspecified"})
_PER = frozenset({"enterprise", "project", "person", "year", "other"})
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "ratio": ("rate",),
    "per_unit": ("value",),
    "step": ("base", "start", "every", "value"),
    "matching": (),
    "capped": (),
}
_PROBE = date(2000, 1, 1)  # periods are checked against a day in the middle of the calendar; only their form matters here

_COMPARE = frozenset({Op.GE, Op.GT, Op.LE, Op.LT, Op.EQ})
_OPS_OF: Mapping[FactType, frozenset[Op]] = {
    FactType.BOOL: frozenset({Op.IS}),
    FactType.NUMBER: _COMPARE,
    FactType.DATE: _COMPARE | {Op.AGE_GE, Op.AGE_LE, Op.OCCURRED, Op.NOT_OCCURRED},
    FactType.CODE: frozenset({Op.IN, Op.NOT_IN}),
    FactType.SET: frozenset({Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE}),
    FactType.EVENTS: frozenset({Op.OCCURRED, Op.NOT_OCCURRED}),
    FactType.TEXT: frozenset({Op.DECLARED}),
}
_PLACES = frozenset({Op.WITHIN, Op.NOT_WITHIN})
_ADCODE = re.compile(r"\d{2,12}")
_INDUSTRY = re.compile(r"[A-Ta-t]?\d{2,4}|[A-Ta-t]")


def load_rules(data: Mapping[str, Any], catalogue: Catalogue | None = None) -> RuleDocument:
    """Read a rule document in the contract's JSON form; another catalogue serves tests and benchmarks.

    Raises RuleRefused with every place that is ill-formed: unknown facts, operators that do not fit the fact, empty sets, numbers
    that are not finite, unreadable periods and durations, trees too deep, too large or cyclic, amounts without what they need.
    """
    reader = _Reader(catalogue or load_catalogue())
    document = reader.document(data)
    if reader.problems or document is None:
        raise RuleRefused(tuple(reader.problems))
    return document


def load_criterion(data: Any, catalogue: Catalogue | None = None) -> Criterion | None:
    """One criteria tree alone; an empty or null tree is None. Raises RuleRefused."""
    reader = _Reader(catalogue or load_catalogue())
    criterion = reader.tree(data, "")
    if reader.problems:
        raise RuleRefused(tuple(reader.problems))
    return criterion


class _Reader:
    """Collects every problem while it reads; a value is only used where no problem was found."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.problems: list[RuleProblem] = []
        self._leaves = 0

    def refuse(self, pointer: str, message: str) -> None:
        self.problems.append(RuleProblem(pointer, message))

    # ---- document and items --------------------------------------------------------------------------------------
    def document(self, data: Any) -> RuleDocument | None:
        if not isinstance(data, Mapping) or not isinstance(data.get("document"), Mapping):
            self.refuse("", "不是规则文件:应为含 version、document、items 的 JSON 对象")
            return None
        if data.get("version") != 1:
            self.refuse("/version", "规则文件版本应为 1")
        meta = self.meta(data["document"])
        self._leaves = 0
        common = data.get("common") or {}
        if not isinstance(common, Mapping):
            self.refuse("/common", "应为对象")
            common = {}
        common_tree = self.tree(common.get("criteria"), "/common/criteria")
        items = data.get("items")
        if not isinstance(items, list):
            self.refuse("/items", "应为列表")
            return None
        read = [self.item(item, f"/items/{i}") for i, item in enumerate(items)]
        if self.problems or meta is None:
            return None
        return RuleDocument(meta, tuple(i for i in read if i is not None), common_tree, bool(common.get("exclusive")))

    def meta(self, data: Mapping[str, Any]) -> PolicyMeta | None:
        if not isinstance(data.get("id"), str) or not data["id"]:
            self.refuse("/document/id", "缺少文件编号")
            return None
        kind = data.get("kind", "other")
        if kind not in _KINDS:
            self.refuse("/document/kind", f"文件类型应为 {'、'.join(sorted(_KINDS))} 之一")
        region = data.get("region")
        if region is not None and not re.fullmatch(r"\d{6}", str(region)):
            self.refuse("/document/region", "区划代码应为 6 位数字")
        days = {key: self.day(data.get(key), f"/document/{key}") for key in ("issued_on", "effective_from", "effective_to")}
        start, end = days["effective_from"], days["effective_to"]
        if start and end and start > end:
            self.refuse("/document/effective_to", "失效日期早于生效日期")
        title = data.get("title")
        return PolicyMeta(
            id=data["id"],
            title=None if title is None else str(title),
            kind=str(kind),
            doc_number=data.get("doc_number"),
            issuer=tuple(str(x) for x in data.get("issuer") or ()),
            region=region,
            **days,
        )

    def item(self, data: Any, at: str) -> PolicyItem | None:
        if not isinstance(data, Mapping):
            self.refuse(at, "应为对象")
            return None
        self._leaves = 0
        title, span = data.get("title"), self.span(data.get("span"), f"{at}/span")
        if not isinstance(title, str) or not title:
            self.refuse(f"{at}/title", "缺少事项名称")
            title = ""
        if span is None:
            self.refuse(f"{at}/span", "缺少条款位置(start、end)")
        if data.get("category") not in _CATEGORIES:
            self.refuse(f"{at}/category", f"事项类别应为 {'、'.join(sorted(_CATEGORIES))} 之一")
        delivery = data.get("delivery", "unspecified")
        if delivery not in _DELIVERIES:
            self.refuse(f"{at}/delivery", f"兑现方式应为 {'、'.join(sorted(_DELIVERIES))} 之一")
        criteria = self.tree(data.get("criteria"), f"{at}/criteria")
        amounts = [self.amount(a, f"{at}/amounts/{i}") for i, a in enumerate(data.get("amounts") or [])]
        quota = data.get("quota")
        if quota is not None and (isinstance(quota, bool) or not isinstance(quota, int) or quota < 1):
            self.refuse(f"{at}/quota", "名额应为正整数")
        budget = self.money(data, "budget", at)
        if span is None or self.problems:
            return None
        return PolicyItem(
            title=title,
            span=span,
            category=str(data["category"]),
            delivery=str(delivery),
            criteria=criteria,
            amounts=tuple(a for a in amounts if a is not None),
            exclusive=bool(data.get("exclusive")),
            quota=quota,
            budget=budget,
            without_common=bool(data.get("without_common")),
        )

    # ---- criteria ------------------------------------------------------------------------------------------------
    def tree(self, data: Any, at: str, *, depth: int = 0) -> Criterion | None:
        """An empty or null tree is None at the root; inside a tree it is refused."""
        if not data and depth == 0:
            return None
        if depth > MAX_DEPTH:
            self.refuse(at, f"条件嵌套超过 {MAX_DEPTH} 层或循环引用自身")
            return None
        if not isinstance(data, Mapping) or not data:
            self.refuse(at, "条件为空或不是对象")
            return None
        words = [w for w in ("all", "any", "not", "at_least", "fact") if w in data]
        if len(words) != 1:
            self.refuse(at, "条件应恰为 all、any、not、at_least 或单项条件(fact)之一")
            return None
        match words[0]:
            case "fact":
                return self.leaf(data, at)
            case "not":
                part = self.tree(data["not"], f"{at}/not", depth=depth + 1)
                return None if part is None else Not(part)
            case "all":
                return AllOf(self.parts(data["all"], f"{at}/all", depth=depth))
            case "any":
                parts = self.parts(data["any"], f"{at}/any", depth=depth)
                if not data["any"]:
                    self.refuse(f"{at}/any", "“之一”下没有任何条件,永远不成立")
                return AnyOf(parts)
            case _:
                return self.at_least(data, at, depth=depth)

    def parts(self, data: Any, at: str, *, depth: int) -> tuple[Criterion, ...]:
        if not isinstance(data, list):
            self.refuse(at, "应为条件列表")
            return ()
        read = []
        for i, part in enumerate(data):
            if self._leaves > MAX_LEAVES:
                break
            read.append(self.tree(part, f"{at}/{i}", depth=depth + 1))
        return tuple(part for part in read if part is not None)

    def at_least(self, data: Mapping[str, Any], at: str, *, depth: int) -> Criterion | None:
        count, of = data["at_least"], data.get("of")
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            self.refuse(f"{at}/at_least", "“任N项”的 N 应为正整数")
            return None
        if isinstance(of, list) and count > len(of):
            self.refuse(f"{at}/at_least", f"要求满足 {count} 项,但只列出 {len(of)} 项,永远不成立")
            return None
        return AtLeast(count, self.parts(of, f"{at}/of", depth=depth))

    def leaf(self, data: Mapping[str, Any], at: str) -> Leaf | None:
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            if self._leaves == MAX_LEAVES + 1:
                self.refuse(at, f"单个事项的条件超过 {MAX_LEAVES} 项;请拆分事项")
            return None
        fact, word = data["fact"], data.get("op")
        if not isinstance(fact, str) or fact not in self.catalogue:
            self.refuse(f"{at}/fact", f"指标“{str(fact)[:60]}”不在指标目录中")
            return None
        definition = self.catalogue[fact]
        allowed = _OPS_OF[definition.type] | (_PLACES if definition.codes in ("region", "industry") else frozenset())
        if not isinstance(word, str) or word not in Op._value2member_map_:
            self.refuse(f"{at}/op", f"不认识的比较方式“{str(word)[:30]}”")
            return None
        op = Op(word)
        if op not in allowed:
            self.refuse(f"{at}/op", f"指标“{definition.zh}”不能用“{op.value}”比较,可用:{'、'.join(sorted(allowed))}")
            return None
        before = len(self.problems)
        value = self.value(definition, op, data.get("value"), f"{at}/value")
        period = self.period(definition, data.get("period"), f"{at}/period")
        agg = self.agg(definition, data.get("agg"), f"{at}/agg")
        first, currency = data.get("first"), data.get("currency")
        if first is not None and not isinstance(first, bool):
            self.refuse(f"{at}/first", "first 应为 true 或 false")
        if currency is not None and not re.fullmatch(r"[A-Z]{3}", str(currency)):
            self.refuse(f"{at}/currency", "币种应为三个大写字母")
        evidence = self.span(data.get("evidence"), f"{at}/evidence") if data.get("evidence") else None
        if len(self.problems) > before:
            return None
        confidence = data.get("confidence")
        return Leaf(
            fact,
            op,
            value,
            period,
            agg,
            first,
            currency,
            evidence,
            float(confidence) if isinstance(confidence, int | float | Decimal) else None,
            data.get("origin") if isinstance(data.get("origin"), str) else None,
        )

    def value(self, definition: FactDefinition, op: Op, value: Any, at: str) -> LeafValue:
        match op:
            case Op.GE | Op.GT | Op.LE | Op.LT | Op.EQ if definition.type is FactType.DATE:
                return self.day(value, at, required=True)
            case Op.GE | Op.GT | Op.LE | Op.LT | Op.EQ:
                return self.number(value, at)
            case Op.AGE_GE | Op.AGE_LE:
                return self.duration(value, at)
            case Op.IS:
                if not isinstance(value, bool):
                    self.refuse(at, "应为 true 或 false")
                return bool(value)
            case Op.DECLARED:
                return None if value is None else str(value)
            case Op.OCCURRED | Op.NOT_OCCURRED:
                return None if value is None else self.words(definition, op, value, at)
            case _:
                return self.words(definition, op, value, at)

    def words(self, definition: FactDefinition, op: Op, value: Any, at: str) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value or not all(isinstance(v, str) and v for v in value):
            self.refuse(at, "应为非空的代码或词语列表")
            return ()
        if definition.values and op in (Op.IN, Op.NOT_IN):
            for i, v in enumerate(value):
                if v not in definition.values:
                    self.refuse(f"{at}/{i}", f"“{v[:30]}”不是指标“{definition.zh}”的取值,可用:{'、'.join(definition.values)}")
        if op in _PLACES:
            form = _ADCODE if definition.codes == "region" else _INDUSTRY
            for i, v in enumerate(value):
                if not form.fullmatch(v):
                    self.refuse(f"{at}/{i}", f"“{v[:30]}”不是{'区划' if definition.codes == 'region' else '行业'}代码")
        return tuple(value)

    def period(self, definition: FactDefinition, period: Any, at: str) -> str | None:
        if period is None:
            return None
        if not isinstance(period, str):
            self.refuse(at, "期间应为文字,如 Y-1、2023、M-12..M-1")
            return None
        try:
            keys_of(period, _PROBE)
        except PeriodError as error:
            self.refuse(at, str(error))
            return None
        if definition.period == "year" and definition.is_periodic and is_monthly(period):
            self.refuse(at, f"指标“{definition.zh}”按年统计,不能用按月的期间“{period}”")
        elif definition.period == "month" and not is_monthly(period):
            self.refuse(at, f"指标“{definition.zh}”按月统计,不能用按年的期间“{period}”")
        return period

    def agg(self, definition: FactDefinition, agg: Any, at: str) -> Agg | None:
        if agg is None:
            return None
        if agg not in get_args(Agg):
            self.refuse(at, f"汇总方式应为 {'、'.join(get_args(Agg))} 之一")
        elif agg not in ("each", "any") and definition.type is not FactType.NUMBER:
            self.refuse(at, f"指标“{definition.zh}”不是数值,不能求“{agg}”")
        return cast(Agg, agg)

    # ---- amounts -------------------------------------------------------------------------------------------------
    def amount(self, data: Any, at: str) -> Amount | None:
        if not isinstance(data, Mapping) or data.get("kind") not in _NEEDS:
            self.refuse(f"{at}/kind", f"金额类型应为 {'、'.join(_NEEDS)} 之一")
            return None
        before, kind = len(self.problems), cast(AmountKind, data["kind"])
        for key in _NEEDS[kind]:
            if data.get(key) is None:
                self.refuse(f"{at}/{key}", f"“{kind}”类金额缺少 {key}")
        numbers = {
            key: self.money(data, key, at)
            for key in ("value", "rate", "rate_max", "over", "upto", "max_units", "start", "every", "cap", "floor", "cap_rate")
        }
        if numbers["every"] is not None and numbers["every"] <= 0:
            self.refuse(f"{at}/every", "每递增的步长应大于 0")
        base, period = data.get("base"), data.get("period")
        if isinstance(base, str) and base in self.catalogue:
            self.base(self.catalogue[base], data, at)
            period = self.period(self.catalogue[base], period, f"{at}/period")
        caps = self.ceilings(data.get("caps"), f"{at}/caps")
        per, years = data.get("per"), data.get("years")
        if per is not None and per not in _PER:
            self.refuse(f"{at}/per", f"应为 {'、'.join(sorted(_PER))} 之一")
        if years is not None and (isinstance(years, bool) or not isinstance(years, int) or years < 1):
            self.refuse(f"{at}/years", "年数应为正整数")
        when = self.tree(data.get("when"), f"{at}/when")
        evidence = self.span(data.get("evidence"), f"{at}/evidence") if data.get("evidence") else None
        if len(self.problems) > before:
            return None
        confidence = data.get("confidence")
        return Amount(
            kind=kind,
            base=None if base is None else str(base),
            period=period,
            unit=None if data.get("unit") is None else str(data["unit"]),
            per=per,
            caps=caps,
            cap_base=None if data.get("cap_base") is None else str(data["cap_base"]),
            years=years,
            of_increase=bool(data.get("of_increase")),
            ceiling=bool(data.get("ceiling")),
            difference=bool(data.get("difference")),
            plus=bool(data.get("plus")),
            when=when,
            evidence=evidence,
            confidence=float(confidence) if isinstance(confidence, int | float | Decimal) else None,
            origin=data.get("origin") if isinstance(data.get("origin"), str) else None,
            **numbers,
        )

    def base(self, definition: FactDefinition, data: Mapping[str, Any], at: str) -> None:
        if definition.type is not FactType.NUMBER:
            self.refuse(f"{at}/base", f"指标“{definition.zh}”不是数值,不能作为计算基数")
        if data.get("of_increase") and definition.period != "year":
            self.refuse(f"{at}/of_increase", f"指标“{definition.zh}”不按年统计,不能计算年度增量")

    def ceilings(self, data: Any, at: str) -> tuple[Ceiling, ...]:
        if not data:
            return ()
        if not isinstance(data, list):
            self.refuse(at, "应为列表")
            return ()
        read = []
        for i, entry in enumerate(data):
            if not isinstance(entry, Mapping) or entry.get("cap") is None:
                self.refuse(f"{at}/{i}", "上限缺少 cap")
                continue
            cap = self.money(entry, "cap", f"{at}/{i}")
            if cap is not None:
                read.append(Ceiling(cap, entry.get("per")))
        return tuple(read)

    # ---- plain values --------------------------------------------------------------------------------------------
    def number(self, value: Any, at: str) -> Decimal | None:
        number = None
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = None
        if number is None or not number.is_finite() or abs(number) >= Decimal("1e18"):
            self.refuse(at, "应为有限的数值(绝对值小于 10 的 18 次方)")
            return None
        return number

    def money(self, data: Mapping[str, Any], key: str, at: str) -> Decimal | None:
        return None if data.get(key) is None else self.number(data[key], f"{at}/{key}")

    def day(self, value: Any, at: str, *, required: bool = False) -> date | None:
        if value is None and not required:
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.refuse(at, "日期应为 2024-01-31 一类的有效日期")
        return None

    def duration(self, value: Any, at: str) -> str:
        try:
            parse_duration(str(value))
            shift_back(_PROBE, str(value))
        except PeriodError as error:
            self.refuse(at, str(error))
        return str(value)

    def span(self, data: Any, at: str) -> Span | None:
        if not isinstance(data, Mapping):
            return None
        start, end = data.get("start"), data.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
            self.refuse(at, "位置应为 0 ≤ start ≤ end 的整数")
            return None
        quote = data.get("quote")
        return Span(start, end, quote if isinstance(quote, str) else None)
