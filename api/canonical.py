"""Canonical JSON: one text for one value, so that hashes and byte comparisons mean something. And strict reading of foreign JSON."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NoReturn

MAX_DEPTH = 64


def canonical(value: Any) -> str:
    """`value` as JSON with sorted keys, no spaces and no escapes but the necessary; NaN and infinities raise ValueError."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str | bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


class BadJson(ValueError):
    """Foreign JSON that is refused; the message is Chinese."""


def strict_json(data: bytes) -> Any:
    """Read UTF-8 JSON that means one thing only.

    Refuses NaN and infinities, doubled keys, nesting over 64 levels, lone surrogates and integers over 400 digits. Raises BadJson.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("内容不是 UTF-8 编码的 JSON;请以 UTF-8 编码提交") from None
    _refuse_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer, parse_float=_number)
    except BadJson:
        raise
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"(第 {error.lineno} 行第 {error.colno} 列)" if isinstance(error, json.JSONDecodeError) else ""
        raise BadJson(f"内容不是有效的 JSON{place};请检查引号、逗号与括号") from None
    if "\\u" in text:
        _refuse_characters(value)
    return value


def _refuse_depth(text: str) -> None:
    depth, inside, escaped = 0, False, False
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadJson(f"JSON 嵌套超过 {MAX_DEPTH} 层;请减少嵌套")
        elif character in "]}":
            depth -= 1


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadJson(f"JSON 中键“{twice[:40]}”重复出现;每个键只应出现一次")
    return out


def _constant(word: str) -> NoReturn:
    raise BadJson(f"JSON 中不能出现 {word};请改用有限的数值或 null")


def _integer(word: str) -> int:
    if len(word) > 400:
        raise BadJson("JSON 中的整数过长;请检查数值")
    return int(word)


def _number(word: str) -> float:
    number = float(word)
    if number in (float("inf"), float("-inf")):
        raise BadJson("JSON 中的数值过大;请检查数值")
    return number


def _refuse_characters(value: Any) -> None:
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            stack.extend(here.keys())
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
        elif isinstance(here, str) and any("\ud800" <= c <= "\udfff" for c in here):
            raise BadJson("文字中含有不成对的代理字符;请删去后重新提交")
