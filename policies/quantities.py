"""Quantities in Chinese policy prose: every number with its unit, its operator and whether the bound is included.

Own grammar, because the libraries that were measured invert 不低于 and 不超过. Operators stand before the number
(不低于 达到 超过 不满 …) or behind it (以上 以下 以内 …); a bracketed （含） settles the bound. 以上, 以下, 以内, 不低于, 不超过,
达到, 满 include the number; 超过, 高于, 低于, 不满 do not (民法典 第1259条 for 以上/以下/不满/超过).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from policies.lexicon.sought import Sought, headed
from policies.numerals import number, scale_of

_ARABIC = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_CHINESE = r"[零〇一二两三四五六七八九十百千壹贰叁肆伍陆拾佰仟]{1,9}(?:点[零一二三四五六七八九]{1,4})?"
_SCALE = r"万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百"
_CURRENCY = r"元人民币|人民币元|人民币|美元|欧元|港元|港币|日元|英镑|元"
_COUNTERS = (
    r"人次|人日|人|名|户次|户|家次|家|个百分点|个月|个工作日|个自然年|个|项目|项|件套|件|台\(套\)|套\(台\)|台套|台|套|辆|座|处|平方公里|平方米|平米|㎡|"
    r"亩|公顷|立方米|公里|千瓦时|千瓦|兆瓦|吨|公斤|千克|周岁|岁|年度|年|月|周|天|日|次|倍|分|场次|场|届|班次|篇|种|只|头|羽|条|张|间|床|株|艘|"
    r"标箱|标准箱|小时|课时|学时|款|部|集|期|班|册|起|单|批次|批|例|级|米|度|位|本|艺|人年"
)
_NUMBER = rf"(?P<num>{_ARABIC}|{_CHINESE})"
_QUANTITY = headed(
    rf"(?P<pre>人民币)?(?:百分之(?P<per100>{_ARABIC}|{_CHINESE})|千分之(?P<per1000>{_ARABIC}|{_CHINESE})|"
    rf"万分之(?P<per10000>{_ARABIC}|{_CHINESE})"
    rf"|(?P<den>{_CHINESE})分之(?P<numer>{_CHINESE})|(?<=[的按照予为贴助励])(?P<half>一半)"
    rf"|(?<=[的额费按照用过价息金])(?P<fracnum>[1-9])/(?P<fracden>[2-9])(?![\d/])"
    rf"|{_NUMBER}(?P<scale>{_SCALE})?(?P<more>余|多)?(?:\(含\)(?=[元%人家名平㎡万亿]))?"
    rf"(?:(?P<currency>{_CURRENCY})|(?P<percent>%|‰)|(?P<counter>{_COUNTERS}))"
    rf"|(?P<bare>{_ARABIC})(?P<barescale>亿|万))"
)
_CURRENCY_CODES = {"美元": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD", "日元": "JPY", "英镑": "GBP"}
_NOT_MONEY = re.compile(r"[人户家名个项件台套辆座处平亩公吨千立只头羽株次册条张名m㎡kK标]")

_BEFORE = (
    ("ge", r"不低于|不少于|不小于|不得低于|不得少于|不得小于|应?不低於|达到或超过|达到或高于|达到或大于|大于或?等于|高于或?等于|至少|最低|最少|达到了?|达|满|突破|≥|>=|⩾"),
    ("le", r"不超过|不高于|不大于|不多于|不得超过|不得高于|不得大于|不得多于|小于或?等于|低于或?等于|未超过|至多|最多|最长|≤|<=|⩽"),
    ("lt", r"低于|小于|少于|不足|不满|未满|不到|未达到|未达|不达|<"),
    ("gt", r"超过|超出|超|高于|大于|多于|逾|过|>"),
)  # fmt: skip
_BEFORE_END = Sought(
    "(?:" + "|".join(f"(?P<{op}>(?:{words}))" for op, words in _BEFORE) + r")(?:了|已有|拥有|具有|具备|有|为|在)?(?:人民币|约)?$"
)
_AFTER = re.compile(
    r"(?:\((?:人民币|美元)(?:，?下同)?\)|\(下同\))?(?P<open>\((?:不?含)(?P<word>本数|本级|税|[^()]{0,12})?\))?"
    r"(?P<word2>(?:及其?|\(?含\)?|和|或)?(?:以上|以下|以内|之内|以外|及以上|及以下|以上的|起))?"
    r"(?P<close>\((?P<closeword>不?含|均含|包含)(?:本数|[^()]{0,14})?\))?"
)


_OF_BOUND = re.compile(r"\((?:不?含|均含|包含)(?:本数|本级|该数|[\d.一二三四五六七八九十百千万亿元美欧家人户%]{1,9})?\)")
"""(含), (不含100万元) say whether the bound itself counts; (不含税), (不含土地价款) what the sum is made of."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the text: `value` in CNY, ratio (0.1 = 10 %), or in `unit` (a counter word such as 人 or 平方米).

    `op` is None where the words give no bound. `start:end` is the number with its unit; `op_start:op_end` reaches over
    its operator words on either side.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    op: str | None
    op_start: int
    op_end: int
    currency: str = "CNY"

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money, in whatever currency."""
        return self.unit == "CNY"

    @property
    def is_ratio(self) -> bool:
        """Whether it is a share."""
        return self.unit == "ratio"


def quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """All quantities in `text[start:end]`, left to right, with their operators; offsets point into `text`.

    >>> [(str(q.value), q.unit, q.op) for q in quantities("营业收入不低于2000万元且研发投入占比3%以上，职工不超过50人")]
    [('20000000', 'CNY', 'ge'), ('0.03', 'ratio', 'ge'), ('50', '人', 'le')]
    """
    return list(_quantities(text, start, len(text) if end is None else end))


@lru_cache(maxsize=16_384)
def _quantities(text: str, start: int, stop: int) -> tuple[Quantity, ...]:
    """What is asked for the same stretch again and again on the way from pieces to promises, conditions and amounts."""
    found = [q for m in _QUANTITY.finditer(text, start, stop) if (q := _quantity(text, m, start, stop)) is not None]
    return tuple(
        _lists_filled(
            text, start, _currency_shared(text, _ranges_filled(text, _bare_money(text, _said_once(text, found), start, stop)))
        )
    )


def _quantity(text: str, m: re.Match[str], start: int, stop: int) -> Quantity | None:
    value: Decimal | None
    unit, currency = "", "CNY"
    if m["per100"] or m["per1000"] or m["per10000"]:
        value, unit = number(m["per100"] or m["per1000"] or m["per10000"]), "ratio"
        value = value / (100 if m["per100"] else 1000 if m["per1000"] else 10_000) if value is not None else None
    elif m["half"]:
        value, unit = Decimal("0.5"), "ratio"
    elif m["den"]:
        numer, den = number(m["numer"]), number(m["den"])
        if numer is None or not den:
            return None
        value, unit = (numer / den).quantize(Decimal("0.000001")), "ratio"
    elif m["fracden"]:
        over, under = number(m["fracnum"]) or Decimal(0), number(m["fracden"]) or Decimal(1)
        if over >= under:
            return None
        value, unit = (over / under).quantize(Decimal("0.000001")), "ratio"
    elif m["bare"]:
        if _NOT_MONEY.match(text[m.end() : m.end() + 1]):
            return None
        value, unit = (number(m["bare"]) or Decimal(0)) * scale_of(m["barescale"]), "CNY"
    else:
        value = number(m["num"])
        if value is None or _part_of_word(text, m):
            return None
        value *= scale_of(m["scale"])
        if m["currency"]:
            unit, currency = "CNY", _CURRENCY_CODES.get(m["currency"], "CNY")
        elif m["percent"]:
            unit, value = "ratio", value / (100 if m["percent"] == "%" else 1000)
        else:
            unit = m["counter"]
            if unit == "个百分点":
                unit, value = "ratio", value / 100
    if value is None:
        return None
    op, op_start, op_end = _operator(text, m.start(), m.end(), start, stop)
    return Quantity(value, unit, m.start(), m.end(), op, op_start, op_end, currency)


def _part_of_word(text: str, m: re.Match[str]) -> bool:
    """Numerals inside names and ordinals are no quantities: 第三条, 四上, 一网通办, 十四五, 2021年."""
    before = text[max(0, m.start() - 1) : m.start()]
    if before in ("第", "〔", "[", "前", "后") and m["counter"] not in ("年", "个月", None):
        return before == "第"
    if before == "第":
        return True
    if m[0] in ("三元", "四元", "一元") and text[m.end() : m.end() + 1] in ("区", "镇", "村", "里", "店"):
        return True
    if m["counter"] == "年" and not m["scale"] and m["num"].isdigit() and len(m["num"]) == 4:
        return True
    if m["counter"] in ("月", "日") and not m["scale"]:
        return True
    counter = m["counter"] or ""
    lone = m["num"] in ("一", "零", "百", "千", "十", "千百", "两", "二", "三") and not m["scale"]
    return lone and counter in (
        "起",
        "次",
        "级",
        "批",
        "期",
        "单",
        "分",
        "部",
        "度",
        "本",
        "位",
        "款",
        "条",
        "间",
        "种",
        "体",
        "户",
        "例",
    )


def _operator(text: str, start: int, end: int, low: int, high: int) -> tuple[str | None, int, int]:
    """The bound that the words around a number give it: operator and its span."""
    before = text[max(low, start - 9) : start]
    m = _BEFORE_END.search(before)
    op = next((name for name, _ in _BEFORE if m and m[name]), None)
    op_start = start - (len(before) - m.start()) if m and op else start
    if op == "gt" and m and m["gt"] == "过" and before[: m.start()].endswith(("通", "经", "不", "超", "透", "越")):
        op, op_start = None, start
    if op == "ge" and m and m["ge"] == "满" and before[: m.start()].endswith(("不", "未")):
        op = "lt"
    after = _AFTER.match(text, end, min(high, end + 24))
    op_end = end
    if after is not None and after.end() > end:
        word = after["word2"] or ""
        brackets = (after["open"] or "") + (after["close"] or "")
        tax_only = bool(brackets) and _OF_BOUND.search(brackets) is None
        stated = (bool(brackets) and not tax_only) or bool(re.match(r"(?:及|含|\(含\)|和|或)", word))
        excluded = "不含" in brackets and not tax_only
        included = stated and not excluded
        if word:
            suffix = "le" if re.search(r"下|内", word) else "ge" if re.search(r"上|起", word) else None
            if op is None or (op == "ge" and suffix == "ge"):
                op = suffix
            if suffix is not None:
                op_end = after.end()
        if brackets and not word:
            op_end = after.end() if not tax_only else end
        if included:
            op = {"gt": "ge", "lt": "le"}.get(op or "", op)
        elif excluded:
            op = {"ge": "gt", "le": "lt"}.get(op or "", op)
    return op, op_start, op_end


_NO_NUMBER = Sought(r"(?<![\d一二两三四五六七八九十百千几数])(?:亿|千万)元")


def _bare_money(text: str, found: list[Quantity], start: int, stop: int) -> list[Quantity]:
    """亿元 without a number before it means one (总投资亿元以上)."""
    spans = [(q.start, q.end) for q in found]
    extra: list[Quantity] = []
    for m in _NO_NUMBER.finditer(text[start:stop]):
        a, b = m.start() + start, m.end() + start
        if any(x < b and a < y for x, y in spans):
            continue
        op, op_start, op_end = _operator(text, a, b, start, stop)
        if op is not None:
            extra.append(Quantity(Decimal(scale_of(m[0][:-1])), "CNY", a, b, op, op_start, op_end, "CNY"))
    return sorted([*found, *extra], key=lambda q: q.start)


_RANGE = re.compile(
    rf"(?P<num>{_ARABIC}|{_CHINESE})(?P<scale>{_SCALE})?(?P<unit>元|%|美元)?(?:\(不?含\))?(?:及以上|以上|\(含\))?(?P<dash>至|到|~|-|—{{1,2}})$"
)
_DASHES = ("至", "到", "~", "-", "—")


def _ranges_filled(text: str, found: list[Quantity]) -> list[Quantity]:
    """The lower end of a range takes unit and scale from the upper one: 20-200万元, 5%—20%, 30至50亩."""
    result: list[Quantity] = []
    for q in found:
        head = text[max(0, q.start - 16) : q.start]
        m = _RANGE.search(head) if head.endswith(_DASHES) else None
        at = q.start - len(head) + m.start() if m else -1
        if m and not m["unit"] and not (result and result[-1].end > at):
            low = number(m["num"])
            tail = re.search(rf"({_SCALE})?(?:{_CURRENCY}|%|‰)?$", text[q.start : q.end])
            if low is not None and not _date_like(text, at):
                own = scale_of(m["scale"]) if m["scale"] else scale_of(tail[1] if tail and q.is_money else None)
                value = low * own / (100 if q.is_ratio else 1)
                op, op_start, _ = _operator(text, at, at, 0, at)
                result.append(Quantity(value, q.unit, at, at + len(m[0]) - 1, op or "ge", op_start, q.start, q.currency))
        result.append(q)
    return result


_LIST = re.compile(rf"(?:(?<=[一-龥])|(?<=元、))(?<!第)(?:(?:{_ARABIC})[、和及或]){{1,6}}$")
_LISTED = re.compile(rf"(?P<num>{_ARABIC})[、和及或]")
_TAIL = re.compile(rf"(?P<scale>{_SCALE})?(?:{_CURRENCY})?$|(?P<percent>%|个百分点)$|(?P<permille>‰)$")


def _lists_filled(text: str, start: int, found: list[Quantity]) -> list[Quantity]:
    """The numbers of a list take unit and scale from the last one: 分别给予100、50、20万元, 按30、20和10%."""
    result: list[Quantity] = []
    for q in found:
        low = max(start, result[-1].end if result else start, q.start - 48)
        joined = (q.is_money or q.is_ratio) and text[q.start - 1 : q.start] in ("、", "和", "及", "或")
        listed = _LIST.search(text, low, q.start) if joined else None
        if listed is not None:
            times = _times(text[q.start : q.end])
            for m in _LISTED.finditer(text, listed.start(), q.start):
                op, op_start, _ = _operator(text, m.start(), m.start(), start, m.start())
                value = (number(m["num"]) or Decimal(0)) * times
                result.append(Quantity(value, q.unit, m.start(), m.end() - 1, op, op_start, m.end() - 1, q.currency))
        result.append(q)
    return result


def _times(words: str) -> Decimal:
    """What a bare number is multiplied by to be in the unit of `words` (20万元: 10000, 5%: a hundredth)."""
    tail = _TAIL.search(words)
    if tail is None:
        return Decimal(1)
    return Decimal(scale_of(tail["scale"])) / (100 if tail["percent"] else 1000 if tail["permille"] else 1)


def _date_like(text: str, at: int) -> bool:
    return bool(re.search(r"[年月]$", text[max(0, at - 1) : at]))


_AGAIN = re.compile(r"\((?:不?含)")


def _said_once(text: str, found: list[Quantity]) -> list[Quantity]:
    """Without a number that a bracket says again: 3000万元(含3000万元)."""
    again = {
        later.start
        for q, later in itertools.pairwise(found)
        if later.value == q.value and (later.end <= q.op_end or _AGAIN.fullmatch(text, q.end, later.start))
    }
    return [q for q in found if q.start not in again]


def _currency_shared(text: str, found: list[Quantity]) -> list[Quantity]:
    """A sum without its currency takes that of the sum it is joined to: 1000万至3000万美元, 500万、1000万美元."""
    for at in range(len(found) - 2, -1, -1):
        q, following = found[at], found[at + 1]
        bare = q.is_money and following.is_money and following.currency != "CNY" and not text[q.start : q.end].endswith("元")
        if bare and _JOINT.fullmatch(text, q.end, following.op_start):
            found[at] = replace(q, currency=following.currency)
    return found


_JOINT = re.compile(r"(?:\(不?含[^()]{0,8}\))?(?:及?以上|\(含\))?(?:至|到|~|-|—{1,2}|、|和|或|及|[，、]?不足)")
_DASH = re.compile(r"(?:\(不?含[^()]{0,8}\))?(?:及以上|以上|\(含\)|含|以下)?(?:至|到|~|-|—{1,2})(?:不足|不到|不满|低于)?")
_UPWARDS = re.compile(r"(?:至|到|~|-|—|[、，]?(?:且|但|并且|同时)?)(?:在)?")


def ranges(text: str, found: list[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Pairs of neighbouring quantities that make one range: 1亿元至5亿元, 1亿元(含)-5亿元, 1亿元以上不足5亿元."""
    for low, high in itertools.pairwise(found):
        if low.unit != high.unit:
            continue
        dashed = _DASH.fullmatch(text, low.end, high.start)
        open_ended = low.op in ("ge", "gt") and high.op in ("lt", "le") and low.value < high.value
        if dashed or (open_ended and _UPWARDS.fullmatch(text, max(low.end, low.op_end), high.op_start)):
            yield low, high
