"""Changing one criterion or item of a draft from a form: the value as an officer writes it, the node found by its JSON Pointer."""

import copy
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from api.canonical import BadJson, strict_json
from api.errors import Invalid, Place
from features.catalogue import FactType, load_catalogue

_UNITS = {
    "": Decimal(1),
    "元": Decimal(1),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "亿": Decimal(10**8),
    "亿元": Decimal(10**8),
    "%": Decimal("0.01"),
}
_NUMBER = re.compile(r"(-?[\d,]{1,24}(?:\.\d{1,10})?)\s{0,3}(万元|亿元|万|亿|元|%|人|家|项|个|件|平方米|)")


def change_leaf(rules: dict[str, Any], pointer: str, *, op: str, value: str, period: str) -> dict[str, Any]:
    """A copy of the rules in which the leaf at `pointer` asks something else. Raises Invalid where the place or the value is none."""
    changed = copy.deepcopy(rules)
    leaf = _node(changed, pointer)
    if not isinstance(leaf, dict) or "fact" not in leaf:
        raise Invalid("NO_CRITERION", "没有找到要修改的条件;页面可能已过期,请刷新", [Place(pointer, "不是条件")])
    leaf["op"] = op
    leaf["value"] = read_value(str(leaf["fact"]), op, value)
    if period.strip():
        leaf["period"] = period.strip()
    else:
        leaf.pop("period", None)
    leaf["origin"], leaf["confidence"] = "officer", 1.0
    return changed


def add_leaf(rules: dict[str, Any], index: int, fact: str, *, op: str, value: str, period: str) -> dict[str, Any]:
    """A copy in which item `index` (-1: the conditions common to all) demands one thing more. Raises Invalid for an unknown fact or item."""
    changed = copy.deepcopy(rules)
    if fact not in load_catalogue():
        raise Invalid("NO_FACT", "请从列表中选择指标", [Place("/fact", "没有这个指标")])
    if not -1 <= index < len(changed["items"]):
        raise Invalid("NO_ITEM", "没有找到该事项;页面可能已过期,请刷新", [Place(f"/items/{index}", "不存在")])
    holder = changed["items"][index] if index >= 0 else changed.get("common") or {}
    leaf: dict[str, Any] = {"fact": fact, "op": op, "value": read_value(fact, op, value), "origin": "officer", "confidence": 1.0}
    if period.strip():
        leaf["period"] = period.strip()
    before = holder.get("criteria")
    if before is None:
        holder["criteria"] = leaf
    elif isinstance(before, dict) and set(before) == {"all"}:
        before["all"].append(leaf)
    else:
        holder["criteria"] = {"all": [before, leaf]}
    if index < 0:
        changed["common"] = holder
    return changed


def remove_node(rules: dict[str, Any], pointer: str) -> dict[str, Any]:
    """A copy without the node at `pointer`; a branch left empty goes too. Raises Invalid where there is nothing to take away."""
    changed = copy.deepcopy(rules)
    while True:
        parent_pointer, _, last = pointer.rpartition("/")
        parent = _node(changed, parent_pointer)
        if isinstance(parent, list) and last.isdigit() and int(last) < len(parent):
            del parent[int(last)]
            if parent or not re.search(r"/(all|any|of)$", parent_pointer):
                return changed
            pointer = parent_pointer.rpartition("/")[0]
            continue
        if isinstance(parent, dict) and last in parent:
            if last in ("criteria", "when"):
                parent[last] = None
                return changed
            pointer = parent_pointer
            continue
        raise Invalid("NO_CRITERION", "没有找到要删除的内容;页面可能已过期,请刷新", [Place(pointer, "不存在")])


def replace_item(rules: dict[str, Any], index: int, text: str) -> dict[str, Any]:
    """A copy in which one item is what `text` (JSON) says. Raises Invalid where the text is no JSON object."""
    try:
        item = strict_json(text.encode("utf-8", "surrogatepass"))
    except BadJson:
        raise Invalid(
            "NOT_JSON", "内容不是有效的 JSON,没有保存;请检查括号、引号与逗号", [Place(f"/items/{index}", "不是 JSON")]
        ) from None
    changed = copy.deepcopy(rules)
    if not isinstance(item, dict) or not 0 <= index < len(changed["items"]):
        raise Invalid("NO_ITEM", "没有找到该事项;页面可能已过期,请刷新", [Place(f"/items/{index}", "不存在")])
    changed["items"][index] = item
    return changed


def read_value(fact: str, op: str, text: str) -> Any:
    """The value of a leaf as the contract writes it, from what an officer types: 2000万元, 5%, 2024-01-01, 是, or a list split at 、 or ,.

    >>> read_value("revenue", "ge", "2000万元")
    20000000
    """
    definition, text = load_catalogue()[fact], text.strip()
    if not text and op not in ("occurred", "not_occurred"):
        raise Invalid("VALUE_MISSING", "请填写取值", [Place("/value", "不能为空")])
    if op in ("age_ge", "age_le", "declared") or (definition.type is FactType.DATE and op in ("ge", "gt", "le", "lt", "eq")):
        return text
    if op == "is":
        if text not in ("是", "否", "true", "false"):
            raise Invalid("VALUE_INVALID", "此条件的取值应为“是”或“否”", [Place("/value", "应为是或否")])
        return text in ("是", "true")
    if definition.type is FactType.NUMBER:
        return _number(text)
    words = [w for w in re.split(r"[、,,;;\s]{1,5}", text.strip("[]")) if w]
    cleaned = [w.strip("\"'“”") for w in words]
    if not cleaned and op in ("occurred", "not_occurred"):
        return None
    return cleaned


def _number(text: str) -> int | float:
    found = _NUMBER.fullmatch(text)
    try:
        number = Decimal(found[1].replace(",", "")) * _UNITS.get(found[2], Decimal(1)) if found else None
    except InvalidOperation:
        number = None
    if number is None:
        raise Invalid(
            "VALUE_INVALID",
            f"“{text[:30]}”不是可以识别的数值;请写成 2000万元、5%、30 或 1200.5 的形式",
            [Place("/value", "不是数值")],
        )
    return int(number) if number == number.to_integral_value() else float(number)


def _node(rules: Any, pointer: str) -> Any:
    node = rules
    for token in [t for t in pointer.split("/") if t]:
        if isinstance(node, list) and token.isdigit() and int(token) < len(node):
            node = node[int(token)]
        elif isinstance(node, dict) and token in node:
            node = node[token]
        else:
            raise Invalid("NO_CRITERION", "没有找到要修改的位置;页面可能已过期,请刷新", [Place(pointer[:200], "不存在")])
    return node
