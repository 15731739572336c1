"""What is given: fixed sums, shares of a base, sums per unit, steps, matching funds, and ceilings of every kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from features.catalogue import load_catalogue
from policies.extract.metrics import metrics_in
from policies.extract.reliefs import reliefs_in
from policies.extract.thresholds import find_thresholds
from policies.quantities import Quantity, number, quantities, ranges

Amount = dict[str, Any]

_CAP_BEFORE = re.compile(r"(?:最高|最多|不超过|不得超过|不高于|不能超过|上限|封顶|至多|限额|控制在|为限)(?:[^，；。\d]{0,22})$")
_CAP_AFTER = re.compile(r"(?:人民币)?(?:的)?(?:以内|以下|封顶|为限|为上限|上限)")
_UNIT_BEFORE = re.compile(
    r"(?:单(?=台|套|人|件|辆|艘|架|篇|场|张|幅|首)|每)(?:新增?|增加|新入驻|新开设|开设|新开|开办|招引|引入|孵化|发展|新吸引|新设立?|"
    r"连续租满|租满|服务满|经营满|满|招收|招聘|(?:成功)?(?:输送|推荐|招引|引进)|承办|组织|开通|新招用|新引进|引进|设立|培训|招用|吸纳|建设|建成|新建|新认定|培育|连续|举办|完成|销售|认定)?(?P<n>\d{1,6}|[一二两三四五六七八九十百千]{1,3})?(?P<unit>个(?:百分点)?|"
    r"家|人次|人|名|生|项|件|台\(套\)|台套|台|套|辆|吨|亩|平方米|㎡|公斤|千瓦时|千瓦|度|美元|元|万元|亿元|万美元|张|场次|场|届|部|集|种|"
    r"款|座|处|公里|标箱|车型|产品|班|床|株|头|只|立方米|单|笔|户|班次|品种|架次|架|趟|蒸吨|次|间|万|套\(台\)|位|册|例|船|航次|航班|车次|列|期|批次|批|"
    r"篇|课时|天|晚|学员|月|(?<=[\d一二三])年)(?P<noun>(?:[^，；。\d]|\d{2,4}强){0,24})$"
)
_UNIT_AFTER = re.compile(
    r"/(?P<unit>人次|人·?年|人|家|项|件|台\(套\)|台|套|辆|吨|亩|平方米|㎡|公斤|千瓦时|千瓦|kW|度|张|场次|场|部|集|个|标箱|"
    r"只|座|公里|处|头|平方米·?月|月|天|班次|户|株|立方米|课时|车次|列)"
)
_SHARE_HELD = re.compile(r"(?:比例限定|人员(?:的)?比例|持股|股份|占股|控股|参股|成新|利用率|合格率|入住率)[^，；。]{0,10}$")


@dataclass(slots=True)
class _Draft:
    amount: Amount
    start: int
    end: int
    caps: list[tuple[int | float, str | None]] = field(default_factory=list)


def read_amounts(text: str, spans: list[tuple[int, int]]) -> list[Amount]:
    """The amounts that the promise spans of one benefit name, each with its evidence in clean-text offsets.

    >>> text = "按设备投资额的10%给予补贴，单个企业最高不超过50万元"
    >>> [(a["kind"], a["rate"], a["cap"]) for a in read_amounts(text, [(0, len(text))])]
    [('ratio', 0.1, 500000)]
    """
    known, key = _memory(text), tuple(spans)
    if key not in known:
        known[key] = _read(text, spans)
    return [_own(amount) for amount in known[key]]


@lru_cache(maxsize=2)
def _memory(text: str) -> dict[tuple[tuple[int, int], ...], list[Amount]]:
    """What the promises of a document gave: grouping, granting and the items ask for the same promise again and again."""
    return {}


def _read(text: str, spans: list[tuple[int, int]]) -> list[Amount]:
    drafts: list[_Draft] = []
    for low, high in spans:
        _read_span(text, low, high, drafts)
    return _ladder([_settled(text, d, spans) for d in drafts])


def _own(amount: Amount) -> Amount:
    own = {**amount, "evidence": dict(amount["evidence"])}
    if "caps" in amount:
        own["caps"] = [dict(c) for c in amount["caps"]]
    return own


def _ladder(amounts: list[Amount]) -> list[Amount]:
    """30件以上奖励3万元，每增加30件增加3万元 is one staircase from nothing."""
    if (
        [a["kind"] for a in amounts] == ["fixed", "step"]
        and amounts[0]["value"] == amounts[1]["value"]
        and amounts[1].get("start") in (0, amounts[1]["every"])
    ):
        return [{**amounts[1], "start": 0}]
    if [a["kind"] for a in amounts] == ["fixed", "step"] and amounts[1].get("start"):
        return [amounts[0], {**amounts[1], "plus": True}]
    return amounts


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_ONLY_BOUND = re.compile(r"[^，；。]{0,8}\d[^，；。]{0,40}的，?")
_GIVING = re.compile(r"奖|补|贴|给予|予以|支持|资助|扶持|配套|减|免")
_INSTALMENT_BEFORE = re.compile(r"分(?:[两二三四五\d]个?(?:年|次|期|阶段)|期|年度?|阶段|批)[^，；。]{0,10}$")
_INSTALMENT_AFTER = re.compile(
    r"(?:[、和]\d{1,3}%){0,3}(?:的)?比例(?:分期|分年|予以|进行|逐年)*(?:发放|拨付|兑付|兑现|支付|分配|分担|承担)"
)
_BORNE = re.compile(r"(?:承担|负担|分担|出资)(?:比例|部分)?(?:为|各|的)?$")
_SHARED_OUT = re.compile(r"(?:的)?(?:比例)?(?:分期|分年|予以|进行|逐年|共同)*(?:发放|拨付|兑付|兑现|支付|分配|分担|承担|负担)")
_TAX_RATE = re.compile(r"(?:的)?(?:法定|标准)?(?:税率|税收标准|征收率|预征率)|测算")


def _spent_otherwise(text: str, low: int, q: Quantity) -> bool:
    """A share that says how a sum is paid out or reckoned and gives nothing: 分两年按50%、50%比例发放, 按17%税率征收后."""
    before = text[max(low, q.start - 24) : q.start]
    if _BORNE.search(before) or _INSTALMENT_BEFORE.search(before) or _INSTALMENT_AFTER.match(text, q.end):
        return True
    taxed = _TAX_RATE.match(text, q.end) or re.search(r"税率(?:为|按)?$", before)
    return taxed is not None and "减按" not in text[max(0, q.start - 8) : q.start]


def _read_span(text: str, low: int, high: int, drafts: list[_Draft]) -> None:
    if _ONLY_BOUND.fullmatch(text, low, high) and not _GIVING.search(text, low, high):
        return
    found = [q for q in quantities(text, low, high) if (q.is_money or q.is_ratio)]
    found = [q for q in found if not re.search(r"每(?:再)?(?:新增|增加|超过|突破|增长|提高|超|递增|上升|满)$", text[low : q.start])]
    found = [q for q in _without_instalments(text, low, found) if not (q.is_ratio and _SHARE_HELD.search(text[low : q.start]))]
    found = [q for q in found if not (q.is_ratio and _spent_otherwise(text, low, q))]
    if not found:
        drafts.extend(_Draft(amount, a, b) for amount, a, b in reliefs_in(text, low, high))
    joined = {id(b): a for a, b in ranges(text, found)}
    lows = {id(a) for a in joined.values()}
    for m in re.finditer(r"(\d{1,4}(?:\.\d{1,3})?):(\d{1,4}(?:\.\d{1,3})?)", text[low:high]):
        ours, theirs = Decimal(m[1]), Decimal(m[2])
        shared_out = text.startswith(":", low + m.end()) or _SHARED_OUT.match(text, low + m.end())
        if ours and theirs and not shared_out and re.search(r"配套|匹配|支持|奖励|补贴|补助|比例", text[low:high]):
            rate = _plain((theirs / ours).quantize(Decimal("0.000001")))
            draft = _Draft({"kind": "matching", "rate": rate}, low, high)
            if re.search(r"最高[^，；。]{0,14}$", text[low : low + m.start()]):
                draft.amount["ceiling"] = True
            drafts.append(draft)
    spent = re.search(
        r"按照?[^，；。]{0,10}(?:实际)[^，；。]{1,10}(?:投入|费用|支出|发生额|金额|利息)(?=(?:给予|予以)?(?:最高|不超过|[^，；。]{0,4}最高))",
        text[low:high],
    )
    if spent and not any(q.is_ratio for q in found):
        drafts.append(_Draft({"kind": "ratio", "rate": 1, "base": spent[0].lstrip("按照")}, low, high))
    position = low
    for q in found:
        if id(q) in lows:
            continue
        before, after = text[position : q.start], text[q.op_end if q.op in ("le", "lt") and q.op_end > q.end else q.end : high]
        piece_before = re.split(r"[，；。]", text[low : q.start])[-1]
        _one(text, q, joined.get(id(q)), before, piece_before, after, drafts, low, high)
        position = q.end
    if (
        re.search(r"全部金额|全额", text[low:high])
        and re.search(r"按照?[^，；。]{2,20}(?:全部金额|全额)|全额(?:给予|予以)?(?:资助|补助|补贴|返还|奖励)", text[low:high])
        and not drafts
    ):
        drafts.append(_Draft({"kind": "ratio", "rate": 1, "base": "实际发生费用"}, low, high))
    actual = re.search(
        r"按照?([^，；。]{0,24}?(?:差额|实际发生额|实际支出额?|实际费用|实际投入))(?:给予|予以)[^，；。]{0,10}(?:奖励|补贴|补助|资助)",
        text[low:high],
    )
    if actual and not drafts:
        drafts.append(_Draft({"kind": "ratio", "rate": 1, "base": actual[1]}, low, high))
    same = re.search(r"(?:相同|同等|同额|等额)(?:的)?(?:额度|金额|数额|比例)?[^，；。]{0,6}(?:资金|奖励|配套|补助)", text[low:high])
    if same and not drafts:
        drafts.append(_Draft({"kind": "matching", "rate": 1}, low, high))
    if (
        not drafts
        and re.search(
            r"全额|全部金额|实际(?:发生|支付)?(?:额|费用)?(?:给予|予以)|支付[^，；。]{0,6}费|展位费|差额部分", text[low:high]
        )
        and re.search(r"补贴|补助|资助|支付|给予|承担|返还", text[low:high])
    ):
        base = re.search(r"(?:支付|承担|按照?|对)?([^，；。]{0,10}?(?:费用|费|差额部分|金额|支出))", text[low:high])
        drafts.append(
            _Draft(
                {
                    "kind": "matching"
                    if re.search(r"获得上级[^，；。]{0,8}(?:支持|补贴|资金)[^。；]{0,20}全额", text[max(0, low - 40) : high])
                    else "ratio",
                    "rate": 1,
                    **({"base": base[1]} if base else {}),
                },
                low,
                high,
            )
        )


def _without_instalments(text: str, low: int, found: list[Quantity]) -> list[Quantity]:
    """Without the sums inside a bracket behind a sum: 10万元(第一年5万元，第二年3万元，…) is one sum."""
    kept: list[Quantity] = []
    for q in found:
        opened = text.rfind("(", low, q.start)
        inside = opened >= 0 and ")" not in text[opened : q.start]
        if (
            inside
            and any(k.end <= opened for k in kept)
            and re.match(r"\((?:其中|第[一二三四五]|分|含|包括|首|即)", text[opened : opened + 5])
        ):
            continue
        kept.append(q)
    return kept


_UNDER_LIMIT = re.compile(r"(?:不超过|不高于|最高)(?:以下|下列|如下)[^。：\n]{0,6}：[^。\n]{0,280}$")


def _one(
    text: str,
    q: Quantity,
    lower: Quantity | None,
    before: str,
    piece: str,
    after: str,
    drafts: list[_Draft],
    low: int,
    high: int,
) -> None:
    capping = bool(_CAP_BEFORE.search(piece)) or q.op in ("le", "lt") or bool(_CAP_AFTER.match(after))
    if q.is_money and not capping and _UNDER_LIMIT.search(text, max(0, q.start - 300), q.start):
        capping = True
    start = q.start if lower is None else lower.start
    if re.search(r"(?:每年|年度|市财政|区财政)?(?:统筹)?安排(?:不少于|不低于)?$", piece) and q.is_money:
        return
    if q.is_ratio and re.match(r"部分[^，；。]{0,10}差额", after):
        drafts.append(_Draft({"kind": "ratio", "rate": 1, "base": "差额"}, start, q.end))
        return
    if q.is_ratio:
        _ratio(text, q, lower, piece, after, drafts, low, capping)
        return
    if q.currency != "CNY" and not re.search(r"奖励|给予|补", piece):
        return
    if re.match(r"(?:以上|以下|以内|及以下|及以上)?(?:\(含\))?(?:的)?部分", text[q.end : q.end + 12]) or re.match(
        r"(?:以上|以下|以内|及以下|及以上|\(含\))*(?:至[^，；。]{1,10})?(?:的)?(?:部分)", after[:20]
    ):
        drafts.append(
            _Draft(
                {"kind": "_band", "value": _plain(q.value), "upto": bool(re.search(r"以内|以下", text[q.end : q.end + 6]))},
                start,
                q.end,
            )
        )
        return
    value = _plain(q.value)
    if lower is not None and lower.value < q.value:
        drafts.append(_Draft({"kind": "capped", "cap": value, "floor": _plain(lower.value)}, start, q.end))
        return
    last = drafts[-1] if drafts and drafts[-1].amount["kind"] != "_band" else None
    if (
        last is not None
        and re.fullmatch(r"(?:和|、|及|或)", before)
        and last.amount["kind"] in ("fixed", "capped", "per_unit")
        and not last.caps
    ):
        again = {k: v for k, v in last.amount.items() if k not in ("value", "cap", "plus")}
        again["cap" if last.amount["kind"] == "capped" else "value"] = value
        drafts.append(_Draft(again, q.start, q.end))
        return
    if (
        capping
        and last is not None
        and _OTHER_SUBJECT.match(before)
        and last.amount["kind"] in ("capped", "ratio")
        and "cap_rate" not in last.amount
    ):
        again = {k: v for k, v in last.amount.items() if k not in ("cap", "plus")}
        again["cap"] = value
        per = _per(before)
        drafts.append(_Draft({**again, **({"per": per} if per else {})}, q.start - len(before) + 1, q.end))
        return
    if capping and last is not None and last.amount["kind"] in ("ratio", "matching", "step"):
        for draft in _limited(drafts):
            draft.caps.append((value, _per(piece)))
            draft.end = max(draft.end, q.end)
        return
    unit = _UNIT_BEFORE.search(piece) or _ahead(text, q.start - len(piece))
    if capping and unit is not None and unit["unit"] in ("项", "个") and _LIMITED_SUM.search(unit["noun"]):
        unit = None
    slash = _UNIT_AFTER.match(text, q.end, min(high, q.end + 10))
    steps = _step(text, q)
    if steps is not None:
        drafts.append(_Draft(steps, q.start - len(piece), q.end))
        return
    if slash or (unit is not None and _counts(unit, piece)):
        words = slash["unit"] if slash else _unit_words(unit)  # type: ignore[arg-type]
        amount: Amount = {"kind": "per_unit", "value": value, "unit": words}
        if unit is not None and not slash and unit["n"] and (number(unit["n"]) or 1) > 1:
            amount["unit"] = f"{unit['n']}{words}"
        if capping and not re.search(r"总额|合计|累计|年度", piece):
            amount["ceiling"] = True
        drafts.append(_Draft(amount, q.start - len(piece), q.end))
        return
    if capping:
        per = _per(piece)
        if drafts and drafts[-1].amount["kind"] != "_band" and not _new_promise(piece, drafts[-1]):
            for draft in _limited(drafts):
                draft.caps.append((value, per))
                draft.end = max(draft.end, q.end)
        else:
            draft = _Draft({"kind": "capped", "cap": value}, q.start - len(piece), q.end)
            if per:
                draft.amount["per"] = per
            drafts.append(draft)
        return
    amount = {"kind": "fixed", "value": value}
    per = _per(piece)
    if per and per != "enterprise":
        amount["per"] = per
    if re.search(r"(?:额外|再|另)(?:行)?(?:给予|奖励|补助|资助)?[^，；。]{0,6}$", piece):
        amount["plus"] = True
    drafts.append(_Draft(amount, q.start - min(len(piece), 16), q.end))


_OTHER_SUBJECT = re.compile(r"、(?!单[个家项]|每|同一|累计|合计|年度|总)[^，；。、]{2,24}(?:不超过|不高于|最高|不得超过)")
_LIMITED_SUM = re.compile(r"(?:支持|补助|奖励|资助|补贴|扶持)(?:资金)?(?:总?金额|额度|总额)")


def _ahead(text: str, at: int) -> re.Match[str] | None:
    """The 每新入驻1家企业 of the comma piece just before, where the sum stands in a piece of its own."""
    if at <= 0 or text[at - 1] not in "，,":
        return None
    begin = max(text.rfind(c, 0, at - 1) for c in "，；。：\n") + 1
    words = text[begin : at - 1]
    return _UNIT_BEFORE.search(words) if re.search(r"^每|(?:当年|年度)每", words) else None


def _limited(drafts: list[_Draft]) -> list[_Draft]:
    """The drafts that a ceiling behind them limits: all alternatives of the same kind just before it."""
    last = drafts[-1]
    if last.amount["kind"] in ("per_unit", "ratio") and not last.caps:
        return [d for d in drafts if d.amount["kind"] == last.amount["kind"]]
    return [last]


def _new_promise(piece: str, last: _Draft) -> bool:
    """给予最高X behind an amount that is complete opens another amount."""
    if last.amount["kind"] in ("ratio", "per_unit", "step", "matching", "fixed"):
        return bool(last.amount["kind"] == "fixed" and re.search(r"(?:给予|奖励|资助)[^，；。]{0,10}最高", piece))
    return bool(
        re.search(r"(?:和|及|或|、)(?:给予)?最高", piece) or re.search(r"(?:给予|分别|奖励)[^，；。]{0,16}(?:最高|不超过)", piece)
    ) and not re.search(r"总额|合计|累计|每年|年度|单个", piece)


def _counts(unit: re.Match[str], piece: str) -> bool:
    """Whether 每… counts things (每人, 每项) and does not name the holder (每家企业, 每个项目, 每年)."""
    noun = unit["noun"]
    if re.match(
        r"(?:企业|单位|机构|平台|主体|园区|基地|申报|研发机构|项目|集群|公司|年|孵化器|中心|站|团队|新型研发)", noun
    ) and unit["unit"] in ("家", "个", "户"):
        return bool(re.match(r"每(?:成功)?(?:新|引进|培育|培训|招用|招收|招引|孵化|吸纳|增加|设立|输送|推荐)", unit[0]))
    if (
        unit["unit"] in ("家", "户")
        and not re.match(r"每(?:成功)?(?:新|引进|培育|增加|设立|认定|服务|开|招引|引入|孵化|发展)", unit[0])
        and not re.search(r"(?:每设立|每新)", piece)
    ):
        return False
    if unit["unit"] in ("万元", "亿元", "万美元", "美元", "元", "万"):
        return unit["unit"] in ("美元", "元")
    return True


def _unit_words(unit: re.Match[str]) -> str:
    noun = re.sub(r"(?:给予|奖励|补助|补贴|资助|一次性|最高|不超过|不高于|按|标准|支持|的).*$", "", unit["noun"])
    return unit["unit"] + (f"({noun})" if noun else "")


def _step(text: str, q: Quantity) -> Amount | None:
    """每增加30件，增加资助3万元; 在20亿元基础上每突破10亿元，增加10万元."""
    window = text[max(0, q.start - 60) : q.start]
    window = re.split(r"[；。]", window)[-1]
    m = re.search(
        r"每(?:新增|增加|超过|突破|增长|提高|超|递增|上升|新增加)(?P<n>\d[\d,.]{0,15}|[一二两三四五六七八九十百千]{1,3})(?P<scale>万|"
        r"亿|千万|百万)?(?P<unit>美元|元|件|个百分点|人|家|%|项|台|辆|吨)?[^；。]{0,26}?(?:增加|再|奖励|给予|资助|补贴|补助)[^；。]{0,14}$",
        window,
    )
    if m is None:
        return None
    every = number(m["n"])
    if every is None:
        return None
    scale = {"万": 10_000, "亿": 100_000_000, "千万": 10_000_000, "百万": 1_000_000}.get(m["scale"] or "", 1)
    every *= scale
    if m["unit"] in ("个百分点", "%"):
        every = every / 100
    if every == 1 and m["unit"] in ("件", "家", "项", "台", "辆", "吨", "美元", "元", None):
        return None
    base = metrics_in(text, max(0, q.start - 120), q.start)
    begin = re.search(
        r"(?:在)?(\d[\d,.]{0,15})(万|亿|千万)?(?:元|件|人|家)?(?:以上)?(?:的)?基础上", text[max(0, q.start - 80) : q.start]
    )
    start: Decimal = Decimal(0)
    if begin:
        start = (number(begin[1]) or Decimal(0)) * {"万": 10_000, "亿": 100_000_000, "千万": 10_000_000}.get(begin[2] or "", 1)
    elif base:
        start = _reached(text, q.start, base[-1].fact)
    return {
        "kind": "step",
        "value": _plain(q.value),
        "start": _plain(start),
        "every": _plain(every),
        "base": base[-1].fact if base else _counted_by(text, q.start),
    }


_WITHIN = 300  # characters: what a stair starts from is told in the sentences right before it


def _near(text: str, at: int) -> int:
    return max(text.rfind("\n", max(0, at - _WITHIN), at) + 1, at - _WITHIN, 0)


def _reached(text: str, at: int, fact: str) -> Decimal:
    """Where the stairs begin: the bound of the same fact last named before them (达到3000万元的，奖励10万元，每增加1000万元再…)."""
    low = _near(text, at)
    bounds = [f.node["value"] for f in find_thresholds(text, low, at, elided=True) if f.node["fact"] == fact]
    return Decimal(str(bounds[-1])) if bounds else Decimal(0)


def _counted_by(text: str, at: int) -> str:
    """The words that what is counted goes by, where no fact measures it (离岸贸易结算额)."""
    low = _near(text, at)
    named = list(re.finditer(r"([^，；。、的\d]{2,14}?)(?:达到?|超过|突破|首次|每|在)\d", text[low:at]))
    said = [m[1] for m in named if not re.search(r"每|基础", m[0])]
    return said[-1] if said else "超出部分"


def _per(piece: str) -> str | None:
    """Whom or what a ceiling counts by."""
    if re.search(
        r"每(?:家|户|个)?(?:企业|机构|单位|平台|园区)?[^，；。]{0,8}(?:每年|年度|当年|全年)|每年|年度|单一年度|当年|全年", piece
    ):
        return "year"
    if re.search(r"(?:单个|每个|同一|单项|单)[^，；。]{0,6}项目|单个(?:专利池|平台)|每项|一个项目", piece):
        return "project"
    if re.search(r"每人|单人|人均|个人", piece):
        return "person"
    if re.search(r"每[家户]|单[家户]|单个(?:企业|主体|单位)|每个(?:企业|机构|单位)|同一企业|累计", piece):
        return "enterprise"
    return None


def _ratio(
    text: str, q: Quantity, lower: Quantity | None, piece: str, after: str, drafts: list[_Draft], low: int, capping: bool
) -> None:
    rate = _plain(q.value)
    start = q.start - len(piece)
    window = text[low : q.start]
    base = _base(text, low, q.start, after)
    over_cap = capping and drafts and drafts[-1].amount["kind"] != "_band" and not re.search(r"按|给予|奖励|补[贴助]", piece)
    if over_cap:
        host = drafts[-1].amount
        host["cap_rate"] = rate
        if base:
            host["cap_base"] = base
        return
    if (
        capping
        and not drafts
        and lower is None
        and _LIMITED_SUM.search(piece)
        and base
        and re.search(r"(?:上限|限额|标准值?)$", base)
    ):
        limit: Amount = {"kind": "capped", "cap_rate": rate, "cap_base": re.sub(r"^.*(?:不超过|不高于|不得超过)", "", base) or base}
        drafts.append(_Draft(limit, start, q.end))
        return
    amount: Amount = {"kind": "ratio", "rate": rate}
    if lower is not None and lower.value < q.value:
        amount["rate"], amount["rate_max"] = _plain(lower.value), rate
    if re.search(r"配套|匹配", after[:14] + piece) and not re.search(
        r"(?<!经)费|投入|投资|利息|租金|贷款|支出|预算|成本|价格|保费", piece
    ):
        amount = {"kind": "matching", "rate": rate}
    elif base:
        amount["base"] = base
    if (
        re.search(r"增量|新增|增长部分|超基数|超出|同比增加|增加部分|超额|增幅部分", piece + after[:8])
        and amount["kind"] == "ratio"
    ):
        amount["of_increase"] = True
        known = load_catalogue().definitions.get(base or "")
        if known is not None and known.period != "year":
            amount["base"] = window[-30:].lstrip("，按照") or known.zh
    if capping:
        amount["ceiling"] = True
    bands = [d for d in drafts if d.amount["kind"] == "_band"]
    if bands:
        band = bands[-1]
        drafts.remove(band)
        amount["upto" if band.amount["upto"] else "over"] = band.amount["value"]
        start = min(start, band.start)
        if not band.amount["upto"] and drafts:
            amount["plus"] = True
    over = re.search(r"(?:超过|超出)(\d[\d,.]{0,15})(万|亿)元(?:以上)?(?:的)?部分", window)
    if over and "over" not in amount and not bands:
        amount["over"] = _plain((number(over[1]) or Decimal(0)) * (10_000 if over[2] == "万" else 100_000_000))
    drafts.append(_Draft(amount, start, q.end))


def _base(text: str, low: int, at: int, after: str) -> str | None:
    """What a share is a share of: a fact, or the words before it."""
    m = re.search(
        r"(?:按照?|参照|以|给予|根据|最高)?(?:不超过|不高于|最高)?(?:其|该企业|企业|上一?年度|当年度?|年度)*([^，；。]{2,40}?)(?:的|"
        r"总额|金额)?(?:最高)?(?:不超过|不高于|不低于)?$",
        text[max(low, at - 60) : at],
    )
    words = m[1] if m else ""
    measured = metrics_in(text, max(low, at - 40), at)
    if measured and at - measured[-1].end <= 8 and not re.search(r"单品|个人|员工|服务收入|利息|薪酬|预算", words):
        return measured[-1].fact
    if not words:
        tail = re.match(r"(?:的)?([^，；。]{2,12}?)(?:补贴|奖励|补助|资助)", after)
        words = "rent_paid" if tail and "租金" in tail[1] else tail[1] if tail else ""
    return None if words in ("按", "按照", "给予", "予以", "奖励") else words[-30:] or None


_YEARS = re.compile(
    r"(?:连续|最长(?:不超过)?|期限(?:为|不超过|最长)?|补贴期(?:限)?(?:为)?|前|后|给予|累计(?:不超过)?|周期[^，；。]{0,6}不超过|"
    r"享受[^，；。]{0,6}不超过|不超过)(?P<n>\d{1,2}|[一二两三四五六七八九十])年"
)


def _settled(text: str, draft: _Draft, spans: list[tuple[int, int]]) -> Amount:
    """The finished amount: the widest ceiling as `cap`, the others as `caps`; years; evidence."""
    amount = draft.amount
    if amount["kind"] == "_band":
        amount = {"kind": "fixed", "value": amount["value"]}
    if draft.caps:
        caps = list(draft.caps)
        if amount["kind"] == "capped" and "cap" in amount:
            caps = [(amount.pop("cap"), amount.pop("per", None)), *caps]
        caps.sort(key=lambda c: -c[0])
        amount["cap"] = caps[0][0]
        if caps[0][1]:
            amount["per"] = caps[0][1]
        if len(caps) > 1:
            amount["caps"] = [{"cap": value, **({"per": per} if per else {})} for value, per in caps[1:]]
    whole = "".join(text[a:b] for a, b in spans)
    years = _YEARS.search(whole)
    if years is not None:
        n = number(years["n"])
        if n and n <= 20:
            amount["years"] = int(n)
    if re.search(r"补齐差额|差额(?:部分)?(?:予以|给予)?(?:补|奖)|补足差额", whole):
        amount["difference"] = True
    return {**amount, "evidence": {"start": max(0, draft.start), "end": draft.end}}
