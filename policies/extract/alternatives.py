"""Neighbouring leaves of one phrase that are alternatives: 甲或乙, and a sort of enterprise beside another kind of body."""

from __future__ import annotations

import re

from policies.extract.bodies import side_by_side
from policies.extract.leaf import SHUT_OUT, Node, all_of, any_of, leaf, leaves_of
from policies.extract.residue import WEAK

_TRADES = ("industry", "industry_theme")
_EPITHETS = ("above_scale", "enterprise_size", "ownership")
_BUT = re.compile(r"，但(?:同时)?")
_BESIDE = re.compile(r"(?:、|和|及|以及|与)(?:各类|相关|有关|其他)?")


def _are_firms(text: str, at: int, before: Node, node: Node) -> bool:
    """小微企业和个体工商户: a sort of enterprise, and a kind of body that is none."""
    return node.get("fact") == "entity_kind" and before.get("fact") in WEAK - {"entity_kind"} and text[at - 2 : at] == "企业"


_BODY = r"(?:企业|机构|公司|协会|商会|平台|合作社|农场|大户|旅行社|商场|酒店|饭店|院校|高校|院所|医院|工商户|基金|中介|组织|社会组织|社会团体|农户|事务所|银行|联盟|学会|门店|纳税人|经营者|民办非企业单位|事业单位|幼儿园|科技园|产业园|空间|实验室|孵化器|加速器|研究院|工作室|作坊|驿站|团队|联合体|学校|商户)(?:等(?:[^，；。、的]{0,10}(?:主体|组织|单位|机构|企业))?)?(?:\([^()]{0,30}\))?"
_BODIES = re.compile(rf"[^，；。的]{{0,40}}{_BODY}")
_A_BODY = re.compile(rf"[^，；。]{{0,48}}{_BODY}")  # the last of a list may say more of itself: 为企业提供服务的机构


def _are_bodies(text: str, before: tuple[int, int, Node], after: tuple[int, int, Node]) -> bool:
    """农业企业、家庭农场: kinds of bodies in a list, some of them known to no fact."""
    facts = [
        {x["fact"] for x in (node["any"] if set(node) == {"any"} else [node]) if "fact" in x} for _, _, node in (before, after)
    ]
    if {"declared"} not in facts and set().union(*facts) not in ({"industry_theme"}, {"industry_theme", "headquarters"}):
        return False
    if not all(known and known <= {*WEAK, "declared", "taxpayer_kind"} for known in facts):
        return False
    return _BODIES.fullmatch(text, *before[:2]) is not None and _A_BODY.fullmatch(text, *after[:2]) is not None


_NAMED_BODIES = {"qualifications", "listed_board", "headquarters"}
_A_NAME = re.compile(r"(?:企业|公司|机构|总部|强)$")


def _are_named(text: str, before: tuple[int, int, Node], after: tuple[int, int, Node]) -> bool:
    """世界500强、上市公司: bodies in a list that different facts know by their names."""
    facts = [node.get("fact") for _, _, node in (before, after)]
    told = facts[0] != facts[1] and set(facts) <= _NAMED_BODIES
    return told and all(_A_NAME.search(text[low:high]) and not _denies(node) for low, high, node in (before, after))


_A_TRADE = re.compile(r"[一-龥]{1,10}(?<!企)业(?:企业|单位|项目)?")


def _are_trades(text: str, before: tuple[int, int, Node], after: tuple[int, int, Node]) -> bool:
    """制造业、信息传输业企业: trades in a list, some of them known to no fact."""
    facts = [before[2].get("fact"), after[2].get("fact")]
    if "declared" not in facts or not any(fact in _TRADES for fact in facts):
        return False
    return all(
        node.get("fact") in _TRADES or (node.get("fact") == "declared" and _A_TRADE.fullmatch(text, low, high))
        for low, high, node in (before, after)
    )


def _as_trade(text: str, item: tuple[int, int, Node]) -> tuple[int, int, Node]:
    """信息传输业企业 in a list of trades: a theme where no class bears the name."""
    low, high, node = item
    if node.get("fact") != "declared":
        return item
    name = re.sub(r"(?:企业|单位|项目)$", "", text[low:high])
    return low, high, leaf("industry_theme", "has_any", [name], low, high, origin="trade/listed-theme")


_DENYING = {"not_occurred", "not_in", "not_within", "has_none"}


def _denies(node: Node) -> bool:
    """Whether a leaf asks for what must not be: 未发生甲或乙 asks for neither."""
    return node.get("op") in _DENYING or (node.get("op") == "is" and node.get("value") is False)


def _goes_on_denying(text: str, low: int, node: Node) -> bool:
    """未发生甲或乙, where no fact knows 乙: what is denied goes on, save where the words turn to what is (或已移出名单)."""
    return (
        node.get("fact") == "declared"
        and re.compile(r"已|经|虽|为|属于|不|未|无|[^，；。]{0,6}(?:已|不满|未满|除外)").match(text, low) is None
    )


_SINGLE = {"listed_board", "tax_credit_grade", "taxpayer_kind", "registration_status"}


def _same_single(before: Node, node: Node) -> bool:
    """主板上市、新三板挂牌: two values of a fact of which an enterprise has one."""
    return before.get("fact") in _SINGLE and before.get("fact") == node.get("fact")


_DENIAL = re.compile(r"不存在|未有|没有|未发生|未出现|未曾|无")


def _in_denial(text: str, start: int, node: Node) -> bool:
    """不存在甲、乙或丙: the untyped 丙 is denied as the others are."""
    head = max(text.rfind(mark, 0, start) for mark in "，；。：\n") + 1
    return node.get("fact") == "declared" and _DENIAL.search(text, head, start + 4) is not None


_OR_CLAUSE = re.compile(r"，(?:或者?|抑或)(?=[^，；。]{4})")


def _clause_by_clause(text: str, items: list[tuple[int, int, Node]]) -> list[tuple[int, int, Node]]:
    """有效期内的甲，或已入库的乙，或…: what each clause of an 或 says together is one alternative."""
    if len(items) < 3:
        return items
    start, end = items[0][0], max(high for _, high, _ in items)
    hits = list(_OR_CLAUSE.finditer(text, start, end))
    if not hits:
        return items
    spans: list[tuple[int, int]] = []
    for hit in hits:
        before = max(start, *(text.rfind(mark, start, hit.start()) + 1 for mark in "，；。："))
        behind = min((at for mark in "，；。" if (at := text.find(mark, hit.end(), end)) >= 0), default=end)
        if not spans or spans[-1][1] != hit.start():
            spans.append((before, hit.start()))
        spans.append((hit.end(), behind))
    facts = [{x["fact"] for a, b, node in items if low <= a and b <= high for x in leaves_of(node)} for low, high in spans]
    if not set.intersection(*facts) - {"declared"}:
        return items  # nothing typed that all of them speak of
    result = [item for item in items if not any(a <= item[0] and item[1] <= b for a, b in spans)]
    for low, high in spans:
        tree = all_of([node for a, b, node in items if low <= a and b <= high])
        result.extend([(low, high, tree)] if tree is not None else [])
    return sorted(result, key=lambda item: (item[0], item[1]))


_NOT_SORT = re.compile(r"(?:不属于|不是|不得为|非)[^，；。]*$")
_NOT_DONE = re.compile(r"(?:未发生|未出现|没有|不存在|未有|无)[^，；。]*$")
_SORT = re.compile(r"(?:企业|单位|机构|行业|产业|名单|对象|人|主体|公司|领域|平台)$")
_DEED = re.compile(
    r"(?:投诉|事件|事故|行为|记录|纠纷|问题|情形|情况|处罚|案件|违约|欠[薪税费款]|拖欠[^，；。]{0,8}|逾期|违法|违规|失信|诉讼|仲裁|异常|现象)$"
)
_TURNS = re.compile(r"不|未|无|没|非|具有|具备|有(?!关)|已|按|依法|能|可|信用良好|财务")
_GOES_ON = re.compile(r"(?:、|和|及|以及|与|或者?)(?:各类|相关|有关|其他)?")
_OPPOSITE = {"has_any": "has_none", "within": "not_within", "in": "not_in", "occurred": "not_occurred"}


def _denied_on(text: str, items: list[tuple[int, int, Node]]) -> list[tuple[int, int, Node]]:
    """不属于失信被执行人、僵尸企业; 未发生失信行为、群体性投诉: what a joining word puts beside the denied is denied as well."""
    result: list[tuple[int, int, Node]] = []
    for low, high, node in items:
        last = result[-1] if result else None
        shut = last is not None and (_denies(last[2]) or str(last[2].get("value")).startswith(SHUT_OUT))
        if last is not None and shut and _GOES_ON.fullmatch(text, last[1], low) and not _TURNS.match(text, low):
            head = max(text.rfind(mark, 0, last[0]) for mark in "，；。：\n") + 1
            sort, deed = _NOT_SORT.search(text, head, low), _NOT_DONE.search(text, head, low)
            if (sort is not None and _SORT.search(text, low, high)) or (deed is not None and _DEED.search(text, low, high)):
                node = _opposite(node)
        result.append((low, high, node))
    return result


def _opposite(node: Node) -> Node:
    if node.get("fact") == "declared" and not str(node["value"]).startswith(SHUT_OUT):
        return {**node, "value": SHUT_OUT + str(node["value"])}
    return {**node, "op": _OPPOSITE[node["op"]]} if node.get("op") in _OPPOSITE else node


def joined(text: str, items: list[tuple[int, int, Node]]) -> list[Node]:
    """Neighbours joined by 或 become one disjunction, save two that must not be; everything else stands side by side."""
    result: list[Node] = []
    group: list[tuple[int, int, Node]] = []
    last_end = -1
    for item in _clause_by_clause(text, side_by_side(text, _denied_on(text, items))):
        low, high, node = item
        between = text[last_end:low] if last_end >= 0 and last_end <= low else ""
        but = len(group) > 1 and _BUT.fullmatch(between) is not None  # 甲，或乙，但丙: 丙 goes with 乙
        if but or (
            group and low == last_end and node.get("fact") in _TRADES and group[-1][2].get("fact") in _EPITHETS
        ):  # 高新技术企业或规模以上|工业企业, 规模以上|工业企业或高新技术企业
            both = all_of([group[-1][2], node])
            group[-1] = (group[-1][0], high, both if both is not None else node)
            last_end = max(last_end, high)
            continue
        either = re.search(r"(?:，|；|、)?(?:或者?|抑或)[^，；。]{0,8}$", between) and len(between) <= 14
        beside = group and _BESIDE.fullmatch(between)
        neither = (
            bool(group)
            and _denies(group[-1][2])
            and (_denies(node) or _goes_on_denying(text, low, node) or _in_denial(text, group[0][0], node))
        )
        trades = bool(beside) and _are_trades(text, group[-1], item)
        if group and (
            (beside and not neither and _same_single(group[-1][2], node))
            or (either and not neither)
            or (
                beside
                and (
                    _are_firms(text, last_end, group[-1][2], node)
                    or _are_bodies(text, group[-1], item)
                    or _are_named(text, group[-1], item)
                )
            )
            or (trades and not neither)
        ):
            if trades:
                group[-1], item = _as_trade(text, group[-1]), _as_trade(text, item)
            group.append(item)
        else:
            result.extend(_either(group))
            group = [item]
        last_end = max(last_end, high)
    return [*result, *_either(group)]


def _either(group: list[tuple[int, int, Node]]) -> list[Node]:
    tree = any_of([node for _, _, node in group])
    return [] if tree is None else [tree]
