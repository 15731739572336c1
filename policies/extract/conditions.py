"""From the words of a condition to criteria: typed leaves where a fact covers them, `declared` leaves for what is left.

Nothing that demands something is dropped: words that no pattern covers become a declared criterion over their own span.
"""

from __future__ import annotations

import re

from policies.extract.alternatives import joined
from policies.extract.branches import branched, subjects_of
from policies.extract.clauses import chunks, without_asides
from policies.extract.idle import idle
from policies.extract.leaf import SHUT_OUT, Found, Node, all_of, leaf, settle
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.places import find_places
from policies.extract.polarity import as_state, denied, turned
from policies.extract.received import find_received
from policies.extract.residue import WEAK, headed, rest
from policies.extract.standing import find_standing
from policies.extract.subjects import subject_apart
from policies.extract.thresholds import find_thresholds
from policies.extract.titles import find_titles
from policies.extract.trades import find_trades


def read_typed(
    m: Mentions,
    start: int,
    end: int,
    *,
    excluding: bool = False,
    elided: bool = False,
    both: bool = False,
    context: Measured | None = None,
) -> list[Found]:
    """Every typed leaf of a span, overlaps settled."""
    found = settle(
        [
            *find_thresholds(m.text, start, end, elided=elided, both=both, context=context),
            *find_standing(m.text, start, end, excluding=excluding),
            *find_places(m, start, end),
            *find_titles(m, start, end),
            *find_trades(m, start, end),
            *find_received(m, start, end),
        ]
    )
    found = [
        f for f in found if f.node["fact"] != "registration_status" or not _HARMS.search(m.text, max(start, f.start - 14), f.start)
    ]
    others = [x.span("whom") for x in _FOR_ANOTHER.finditer(m.text, start, end)]
    others += [x.span() for x in _UNDERTAKEN.finditer(m.text, start, end)]
    return [denied(m.text, start, f) for f in found if not any(a <= f.start and f.end <= b for a, b in others)]


_HARMS = re.compile(r"影响[^，；。]{0,12}$")
_FOR_ANOTHER = re.compile(
    r"(?:(?<![一-龥])|(?<=企业)|(?<=公司)|(?<=机构)|(?<=银行)|(?<=平台)|(?<=单位)|(?<=院校)|(?<=且))[为向给](?P<whom>[^，；。为向的]{2,30}?"
    r"(?:企业|单位|机构|工商户|主体|公司|项目|农户|合作社|人员|团队))(?:提供|发放|开展|输送|输出|推荐|投放|投资|出租|开放|转让|销售)"
)
"""为本区制造业企业提供服务: the place, trade and size of whom the firm serves are not its own."""
_UNDERTAKEN = re.compile(r"(?:书面)?承诺(?!书|函|制|人)[^；。]{4,120}")
"""承诺5年内不迁出本区: what is promised for the time to come is no state of today."""


def declared(m: Mentions, start: int, end: int, *, origin: str, prefix: str = "") -> Node:
    """A declared leaf over the words `start:end`."""
    words = m.text[start:end]
    value = prefix + (words if len(words) <= 60 else words[:59] + "…")
    return leaf("declared", "declared", value, start, end, origin=origin)


def listed_condition(m: Mentions, start: int, end: int, *, excluding: bool = False) -> list[Node]:
    """The criteria of one numbered condition: typed leaves, and at most one declared leaf a run of untyped words."""
    told = [(start, end)] if excluding else without_asides(m.text, start, end)
    return [node for low, high in told for node in _condition(m, low, high, merge=True, excluding=excluding)]


def inline_condition(m: Mentions, start: int, end: int, *, elided: bool = False, context: Measured | None = None) -> list[Node]:
    """The criteria of a phrase such as 对…的企业: each clause its own leaf."""
    return _condition(m, start, end, merge=False, elided=elided, context=context)


def _without_passing(m: Mentions, start: int, end: int, typed: list[Found], *, listed: bool) -> list[Found]:
    """Drop names that a long clause only mentions in passing: they are neither its head nor most of what it says."""
    kept: list[Found] = []
    typed = [
        f
        for f in typed
        if not (
            f.node["fact"] in ("industry_theme", "industry")
            and _AROUND.search(m.text, max(start, f.start - 4), f.start)
            and _ACTS.match(m.text, f.end, end)
        )
    ]
    cut = chunks(m.text, start, end, typed, fine=not listed)
    for f in typed:
        if f.node["fact"] not in WEAK and not (listed and f.node["fact"] == "qualification_granted"):
            kept.append(f)
            continue
        low, high = next(((a, b) for a, b in cut if a <= f.start < b), (f.start, f.end))
        others = sum(g.end - g.start for g in typed if low <= g.start and g.end <= high)
        total = len(
            re.sub(
                r"\([^()]*\)|[^\w]|对于|对|的|应|须|为|是|属于|符合|企业|单位|机构|项目|申报|申请|支持|鼓励", "", m.text[low:high]
            )
        )
        head = bool(
            re.match(
                r"(?:的)?(?:等)?(?:企业|单位|机构|项目|平台|主体|园区|或园区|认定|资质|称号|资格|类项目)*(?:的)?$",
                re.sub(r"\([^()]*\)", "", m.text[f.end : high]),
            )
        )
        if m.text[f.end : f.end + 1] == "：" and f.start - low <= 6:
            kept.append(f)
            continue
        opens = bool(
            re.fullmatch(
                r"(?:对于|对|凡|鼓励|支持|引导|由|并|且|以及|或)?(?:[我本][市区县省]|区内|市内)?(?:的)?", m.text[low : f.start]
            )
        )
        share = 0.6 if listed and f.node["fact"] in ("qualifications", "qualification_granted", "awards", "entity_kind") else 0.45
        opens = opens and not (listed or (low > start and m.text[low - 1] == "、"))
        if others >= share * max(1, total) or (head and (not listed or total - others <= 24)) or opens:
            kept.append(f)
    return kept


_AROUND = re.compile(r"(?:围绕|聚焦|针对|面向)$")
_ACTS = re.compile(
    r"(?:等)?(?:重点|关键|细分)?(?:领域|方向|产业|行业|环节)?(?:，(?:积极|大力)?|，?(?=开展|建设|组织|实施|进行|推动|打造|举办))(?=[^，；。的]{4})(?!注册|登记|且|具有|具备|属于|符合|依法|年|近|上)"
)
"""围绕人工智能产业链开展技术攻关: a field that says what the acting is about, and is no trade of the enterprise."""

Piece = tuple[int, int, list[Found], tuple[int, int] | None]
"""A clause `start:end`, the typed leaves inside it, and the words it says beside them."""


def _condition(
    m: Mentions,
    start: int,
    end: int,
    *,
    merge: bool,
    excluding: bool = False,
    elided: bool = False,
    context: Measured | None = None,
) -> list[Node]:
    typed = read_typed(m, start, end, excluding=excluding, elided=elided, both=merge and not excluding, context=context)
    typed = _without_passing(m, start, end, typed, listed=merge)
    if merge:
        typed = [as_state(f) for f in typed]
    if excluding:
        typed = [turned(f) for f in typed]
    pieces: list[Piece] = []
    by_rule: tuple[int, int] | None = None
    cut = [(a, b, [f for f in typed if f.start >= a and f.end <= b]) for a, b in chunks(m.text, start, end, typed, fine=not merge)]
    kinds = subjects_of(m.text, cut) if merge and not excluding else {}
    for low, high, inside in cut:
        if low in kinds:
            kind = kinds[low]
            named = kind is not None and any(f.start < kind[1] and kind[0] < f.end for f in inside if f.node["fact"] in WEAK)
            pieces.append((low, high, inside, None if named else kind))
            continue
        crossing = [f for f in typed if f.start < high and low < f.end and f not in inside]
        gap = None if crossing and _mostly(low, high, crossing) else rest(m, low, high, inside + crossing, listed=merge)
        if excluding and gap is not None and _strong(inside):
            gap = _either(m.text, gap, inside)
        if gap is not None and _FOR_WHAT.match(m.text, *gap) and _LIST_FOLLOWS.match(m.text, high):
            gap = None
        if gap is not None and idle(m.text[gap[0] : gap[1]], listed=merge):
            by_rule = gap if merge and not inside and _BY_RULE.match(m.text, *gap) else None
            gap = None
        elif gap is not None and by_rule is not None and not inside:
            gap, by_rule = (by_rule[0], gap[1]), None
        else:
            by_rule = None
        pieces.append((low, high, inside, gap))
    return _nodes(m, pieces, typed, merge=merge, excluding=excluding, branches=sorted(kinds))


_FOR_WHAT = re.compile(r"(?:拟)?(?:申[请报]|享受|认定|参评)[^，；。的]*$")
_LIST_FOLLOWS = re.compile(r"，(?:应当?|须|需要?|必须)?(?:同时)?(?:符合|满足|具备)(?:以下|下列|如下)")
_BY_RULE = re.compile(r"按照?[^，；。]*(?:规定|要求|制度|标准)(?:，|$)")
"""按照统计制度的规定，按时报送…: part of what must be done."""
_OR = re.compile(r"[^，；。]{4,40}(?=或[^，；。或]{0,10}$)")


def _either(text: str, gap: tuple[int, int], inside: list[Found]) -> tuple[int, int] | None:
    """The words before a typed leaf that are another case, joined to it by 或 (有刑事犯罪记录或被列入失信被执行人名单)."""
    other = _OR.match(text, gap[0], min(f.start for f in inside))
    return other.span() if other is not None else None


def _mostly(low: int, high: int, spans: list[Found]) -> bool:
    covered = sum(max(0, min(high, f.end) - max(low, f.start)) for f in spans)
    return covered * 2 >= high - low


def _nodes(
    m: Mentions,
    pieces: list[Piece],
    typed: list[Found],
    *,
    merge: bool,
    excluding: bool,
    branches: list[int],
) -> list[Node]:
    items: list[tuple[int, int, Node]] = [(f.start, f.end, f.node) for f in typed]
    runs = (
        _runs(m.text, pieces, branches)
        if merge
        else [part for gap in _phrases(m.text, pieces) for own in subject_apart(m.text, *gap) for part in headed(m.text, *own)]
    )
    runs, apart = _brackets_apart(m.text, runs, typed, pieces, merge=merge)
    for low, high in apart:
        items.append((low, high, declared(m, low, high, origin="declared/bracket")))
    for low, high in runs:
        prefix = SHUT_OUT if excluding else ""
        items.append(
            (
                low,
                high,
                declared(
                    m,
                    low,
                    high,
                    origin="declared/excluded" if excluding else "declared/listed" if merge else "declared/inline",
                    prefix=prefix,
                ),
            )
        )
    items.sort(key=lambda item: (item[0], item[1]))
    if branches:
        return branched([(low, node) for low, _, node in items], branches)
    return joined(m.text, items)


def _runs(text: str, pieces: list[Piece], branches: list[int]) -> list[tuple[int, int]]:
    """The untyped words of one listed condition: one leaf where nothing typed parts them, and beside typed leaves none over two sentences."""
    runs: list[tuple[int, int]] = []
    typed = any(_strong(inside) for _, _, inside, _ in pieces)
    parted = True
    told = sorted(f.start for _, _, inside, _ in pieces for f in inside if f.node["fact"] not in WEAK)
    for low, _, inside, gap in pieces:
        if gap is None:
            parted = parted or _strong(inside)
            continue
        parted = parted or any(runs[-1][1] <= start < gap[0] for start in told)
        apart = low in branches or bool(_EXCEPTED.fullmatch(text, *gap))
        if parted or apart or (typed and re.search("[。；]", text[runs[-1][1] : gap[0]])):
            runs.append(gap)
        else:
            runs[-1] = (runs[-1][0], gap[1])
        parted = apart
    return runs


_MEANS = re.compile(
    r"(?:[^，；。的、]{0,14}(?:主体|企业|单位|机构))?(?:围绕|聚焦|针对|依托|利用|结合|通过|联合|采用|面向|立足|以(?!上|下|内)|在[^，；。的]{2,16}[后时中前]$)[^，；。的]*"
)


_OUTCOME = re.compile(r"实现|解决|打造|填补|体现|彰显|协助|有效(?!期)|有助于|有利于")
_PRAISE = re.compile(r"(?:[高强大好优佳快]|健康|完善|良好|突出|清晰|明确|健全|规范|显著|领先|合理|稳定|先进|成熟|齐全)$")
_FIGURE = re.compile(r"\d")
_BOUND_WORDS = ("以上", "以下", "以内")


def _phrases(text: str, pieces: list[Piece]) -> list[tuple[int, int]]:
    """The untyped words of a phrase, clause by clause; what 、 joins stays whole, and so does a clause with the means or time before it."""
    runs: list[tuple[int, int]] = []
    parted = True
    for _, _, inside, gap in pieces:
        if gap is None:
            parted = True
            continue
        between = text[runs[-1][1] : gap[0]] if runs else ""
        figures = (
            bool(runs)
            and _FIGURE.search(text, *runs[-1])
            and (_FIGURE.search(text, *gap) or text[runs[-1][1] - 2 : runs[-1][1]] in _BOUND_WORDS)
        )
        bound = (re.fullmatch("[、和及与]*", between) and not figures) or (
            re.fullmatch("，(?:积极|大力|并)*", between)
            and (_MEANS.fullmatch(text, *runs[-1]) or _PRAISE.search(text, *runs[-1]) or _OUTCOME.match(text, *gap))
            and not _FIGURE.search(text, *gap)
        )
        if parted or any(f.start < gap[1] for f in inside) or not bound:
            runs.append(gap)
        else:
            runs[-1] = (runs[-1][0], gap[1])
        parted = bool(inside)
    return runs


def _strong(inside: list[Found]) -> bool:
    return any(f.node["fact"] not in WEAK for f in inside)


_EXCEPTED = re.compile(r"[^，；。()]{2,30}除外")
_OUTSIDE = re.compile(r"\((?P<in>(?:不含|不包括|除)[^()]{2,80}|[^()，；。]{2,30}除外)\)")


def _brackets_apart(
    text: str,
    runs: list[tuple[int, int]],
    typed: list[Found],
    pieces: list[Piece],
    *,
    merge: bool,
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """A bracket (不含…) in a phrase is a condition of its own; a run that is nothing but such a bracket is not said twice."""
    if not pieces:
        return runs, []
    low, high = pieces[0][0], pieces[-1][1]
    apart = [
        m.span("in")
        for m in _OUTSIDE.finditer(text, low, high)
        if not merge or m["in"].endswith("除外")
        if not any(f.start < m.end() and m.start() < f.end for f in typed) and not re.search(r"税|本数|附属", m["in"][:6])
    ]
    kept = [r for r in runs if not any(a - 2 <= r[0] and r[1] <= b + 2 for a, b in apart)]
    return kept, apart


__all__ = ["all_of", "declared", "inline_condition", "listed_condition", "read_typed"]
