"""From the words of a condition to criteria: typed leaves where a fact covers them, `declared` leaves for what is left.

Nothing that demands something is dropped: words that no pattern covers become a declared criterion over their own span.
"""

from __future__ import annotations

import re

from policies.extract.alternatives import joined
from policies.extract.branches import branched, subjects_of
from policies.extract.clauses import chunks, without_asides
from policies.extract.composing import measures_in
from policies.extract.idle import idle
from policies.extract.layoffs import of_target
from policies.extract.leaf import SHUT_OUT, Found, Node, all_of, any_of, either_of, leaf, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.metrics import Measured
from policies.extract.mixed import without_mixed
from policies.extract.passing import without_passing
from policies.extract.phrases import Piece, phrases
from policies.extract.polarity import as_state, spares, turned
from policies.extract.receivers import opens_with_bound, receivers
from policies.extract.residue import WEAK, headed, rest
from policies.extract.subjects import subject_apart
from policies.extract.themes import as_words
from policies.extract.typed import read_typed
from policies.extract.variants import variants, varied_bound
from policies.lexicon.sought import Sought


def declared(m: Mentions, start: int, end: int, *, origin: str, prefix: str = "") -> Node:
    """A declared leaf over the words `start:end`."""
    words = m.text[start:end]
    value = prefix + (words if len(words) <= 60 else words[:59] + "…")
    return leaf("declared", "declared", value, start, end, origin=origin)


def listed_condition(m: Mentions, start: int, end: int, *, excluding: bool = False) -> list[Node]:
    """The criteria of one numbered condition: typed leaves, and at most one declared leaf a run of untyped words."""
    if _ELSEWHERE.fullmatch(m.text, start, end):
        return []
    told = [(start, end)] if excluding else without_asides(m.text, start, end)
    return [node for low, high in told for node in _condition(m, low, high, merge=True, excluding=excluding)]


_ELSEWHERE = re.compile(
    r"[^，；。：\d]{2,16}：(?:对[^，；。：]{2,30}，)?(?:适用|按照?|参照|依照|执行)[^，；。\d]{2,30}(?:政策|办法|规定|细则|意见)(?:的规定)?(?:执行|办理)?[。；]?"
)
"""金融业：对金融企业的奖励，适用金融业扶持政策: whom another document serves is none of the kinds listed here."""


def inline_condition(m: Mentions, start: int, end: int, *, elided: bool = False, context: Measured | None = None) -> list[Node]:
    """The criteria of a phrase such as 对…的企业: each clause its own leaf."""
    return _condition(m, start, end, merge=False, elided=elided, context=context)


_SHORTEST = 4  # characters of the words behind the lead
_OPENING = re.compile(
    r"(?:本[项条类款]?(?:政策|奖励|补贴|补助|资助|项目|措施)?的?)?(?:支持|扶持|奖励|资助|补[助贴]|适用|受益|享受|申[请报领]|认定|奖补)的?(?:对象|主体|范围|企业|单位)"
    r"(?:是指|(?:应当?|必?须|限)?[为是](?!否)|包括|限于|面向)(?:：)?|"
    r"(?:依托|申[请报]|承担|牵头|建设|实施|项目)(?:单位|主体|企业|人)(?:须|应)?系(?![统列数])|"
    r"(?:申[请报]|受助|获奖|受奖)(?:企业|单位|主体|机构|项目)(?:均|还|也|一般|原则上){1,2}(?:应当?|必?须|需)(?:同时)?(?![求要用对届])|"
    r"(?:每年度?|年度|当年)?(?:择优|分批){1,2}对(?!外|口|接|标)|(?:企业|单位)?(?:同时)?满足(?!(?:以下|下列|上述|以上|如下|相关|有关|规定|申[报请]|认定|基本|本|前[款述]|第|该|其|国家|市场|[^，；。：]{0,6}(?:需求|需要|要求|标准|规定)))"
)
"""支持对象为|成立满2年的企业, 申请企业还应|…, 每年择优对|…: the words that only open what is asked."""


_GIVEN_TO_THEM = re.compile(
    r"对(?P<told>[^。；：]{6,240}?的[^，；。：、的]{0,4}(?:企业|单位|机构|组织|主体|个人|人员)?)，?(?:可|将|按规定|一次性)*(?:发放|给予|享受)[^，；。：\d的]{2,16}(?:补助|补贴|奖励|返还|资助)[。；]?"
)
"""补助对象 对招用毕业生，签订劳动合同的企业，发放扩岗补助: whom, told as a promise without a sum of its own."""


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
    opening = _OPENING.match(m.text, start, end)
    start = opening.end() if opening is not None and end - opening.end() >= _SHORTEST else start
    given = _GIVEN_TO_THEM.fullmatch(m.text, start, end) if merge and not excluding else None
    if given is not None:
        return _condition(m, *given.span("told"), merge=False, context=context)
    target = None if excluding else of_target(m.text, start, end)
    if target is not None:
        low, high, tree = target
        before = _condition(m, start, low, merge=merge, elided=elided, context=context) if low - start >= _SHORTEST else []
        return [*before, tree, *(_condition(m, high, end, merge=merge, context=context) if end - high >= _SHORTEST else [])]
    several = [] if excluding or elided else receivers(m.text, start, end)
    if several:
        shared, own = for_each(m, several, merge=merge, context=context)
        return [*shared, *either_of(own)]
    typed = read_typed(m, start, end, excluding=excluding, elided=elided, both=merge and not excluding, context=context)
    typed = without_passing(m, start, end, typed, listed=merge)
    typed = typed if excluding else without_mixed(m.text, end, typed)
    other_bounds: dict[int, tuple[tuple[int, int], Found]] = {}
    left_out = [(*b.span(), spares(m.text, start, b.start())) for b in _LEFT_OUT.finditer(m.text, start, end)]
    typed = [f for f in typed if not any(a < f.start < b and (eased or f.node["op"] in _SAID_OF_THEM) for a, b, eased in left_out)]
    asides = [b.span() for b in _ASIDE.finditer(m.text, start, end)]
    typed = [f for f in typed if not any(a < f.start < b for a, b in asides)]
    among = [b.span() for b in _AMONG.finditer(m.text, start, end)]
    typed = [f for f in typed if f.node["fact"] not in WEAK or not any(a < f.start < b for a, b in among)]
    if merge:
        typed, other_bounds = variants(m.text, [as_state(f) for f in typed], end)
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
            gap = _either(m.text, gap, inside, high)
        if gap is not None and _FOR_WHAT.match(m.text, *gap) and _LIST_FOLLOWS.match(m.text, high):
            gap = None
        if gap is not None and merge and not excluding and not inside and pieces and m.text.startswith(_WISHES, low):
            gap = None
        if gap is not None and not inside and pieces and _OR_PERSONS.fullmatch(m.text, low, high):
            gap = None
        if gap is not None and idle(_with_de(m.text, gap), listed=merge):
            by_rule = gap if merge and not inside and _BY_RULE.match(m.text, *gap) else None
            gap = None
        elif gap is not None and by_rule is not None and not inside:
            gap, by_rule = (by_rule[0], gap[1]), None
        else:
            by_rule = None
        pieces.append((low, high, inside, gap))
    nodes = _nodes(m, pieces, typed, merge=merge, excluding=excluding, branches=sorted(kinds))
    return [_varied(m, node, other_bounds) for node in nodes] if other_bounds else nodes


def for_each(
    m: Mentions, several: list[tuple[int, int]], *, merge: bool = False, context: Measured | None = None
) -> tuple[list[Node], list[list[Node]]]:
    """The criteria of every receiver (what stands before the first bound, where the others open with a bare one), and those of each."""
    shared: list[Node] = []
    own: list[list[Node]] = []
    for index, (low, high) in enumerate(several):
        nodes = _condition(m, low, high, merge=merge, context=context)
        named = measures_in(m.text, low, high)
        if index == 0 and named and opens_with_bound(m.text, several[1][0]):
            shared = [node for node in nodes if _ends(node) <= named[-1].start]
            nodes = [node for node in nodes if node not in shared]
        context = named[-1] if named else context
        own.append(nodes)
    return shared, own


def _ends(node: Node) -> int:
    return int(max(leaf["evidence"]["end"] for leaf in leaves_of(node)))


def _varied(m: Mentions, node: Node, others: dict[int, tuple[tuple[int, int], Found]]) -> Node:
    """A bound with the other one that brackets behind it tell for a kind of enterprise."""
    for word in ("all", "any"):
        if word in node:
            return {**node, word: [_varied(m, part, others) for part in node[word]]}
    told = others.get(node["evidence"]["start"]) if "fact" in node and node["fact"] != "declared" else None
    if told is None or told[1].node["fact"] != node["fact"]:
        return node
    (low, high), bound = told
    named = [as_state(f) for f in read_typed(m, low, high)]
    kind = [f.node for f in named if f.start == low or (f.end - f.start) * 5 >= (high - low) * 4]
    return varied_bound(node, kind or [declared(m, low, high, origin="declared/variant")], bound)


_WISHES = ("鼓励", "提倡", "优先支持")
_OR_PERSONS = re.compile(
    r"(?:以及|及|和|或者?)[^，；。]{2,60}?的(?:个人|自然人|居民)(?:\([^()]*\))?(?:均?可以?(?:申[请报]|享受)[^，；。]{0,16})?"
)
"""企事业单位，以及具有本区户籍的个人可申请: that a person may apply too asks nothing of an enterprise."""


def _with_de(text: str, gap: tuple[int, int]) -> str:
    """The words with the 的 behind them where a comma follows it: 提高土地利用率的，… asks for what it names."""
    aimed = text.startswith(("提高", "提升", "扩大", "降低", "减少", "增加"), gap[0])
    return text[gap[0] : gap[1]] + ("的" if aimed and text.startswith(("的，", "的；"), gap[1]) else "")


_FOR_WHAT = re.compile(r"(?:拟)?(?:申[请报]|享受|认定|参评)[^，；。的]*$")
_LIST_FOLLOWS = re.compile(r"，(?:应当?|须|需要?|必须)?(?:同时)?(?:符合|满足|具备)(?:以下|下列|如下)")
_BY_RULE = re.compile(r"按照?[^，；。]*(?:规定|要求|制度|标准)(?:，|$)")
"""按照统计制度的规定，按时报送…: part of what must be done."""
_LISTED_CASE = re.compile(r"[^，；。]{4,40}(?=、(?:发生|存在|受到?|被|因|有|出现|列入|涉及)[^，；。、]{0,8}$)")
_OR = re.compile(r"[^，；。]{4,40}(?=或[^，；。或]{0,10}$)")


_OR_BEHIND = re.compile(r"[^，；。或]{0,6}或者?(?P<other>[^，；。]{6,40}?)的?(?:企业|单位|机构|项目|主体)?$")


def _either(text: str, gap: tuple[int, int], inside: list[Found], end: int) -> tuple[int, int] | None:
    """The words before or behind a typed leaf that are another case, joined to it by 或 (有犯罪记录或被列入失信被执行人名单)."""
    first = min(f.start for f in inside)
    other = _OR.match(text, gap[0], first) or _LISTED_CASE.match(text, gap[0], first)
    if other is not None:
        return other.span()
    behind = _OR_BEHIND.match(text, max(f.end for f in inside), end)
    return behind.span("other") if behind is not None else None


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
    items: list[tuple[int, int, Node]] = [(f.start, f.end, as_words(m.text, f).node) for f in typed]
    runs = (
        _runs(m.text, pieces, branches)
        if merge
        else [part for gap in phrases(m.text, pieces) for own in subject_apart(m.text, *gap) for part in headed(m.text, *own)]
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
    items = _spared_or(m.text, pieces[0][0] if pieces else 0, items, apart) if not excluding else items
    if branches:
        return branched([(low, node) for low, _, node in items], branches)
    if excluding:  # whoever is shut out by one of two cases must be in neither
        return [node for _, _, node in items]
    return joined(m.text, items)


def _spared_or(
    text: str, start: int, items: list[tuple[int, int, Node]], apart: list[tuple[int, int]]
) -> list[tuple[int, int, Node]]:
    """What a condition asks, or to be one of those that the bracket behind it spares."""
    spared = [span for span in apart if text.endswith("除外", *span) and spares(text, start, span[0] - 1)]
    result: list[tuple[int, int, Node]] = []
    for low, high, node in items:
        if (low, high) in spared and result and low - 1 <= result[-1][1]:
            first, _, before = result[-1]
            either = any_of([before, node])
            result[-1] = (first, high, either if either is not None else node)
        else:
            result.append((low, high, node))
    return result


def _runs(text: str, pieces: list[Piece], branches: list[int]) -> list[tuple[int, int]]:
    """The untyped words of one listed condition: one leaf where nothing typed parts them, and beside typed leaves none over two sentences."""
    runs: list[tuple[int, int]] = []
    typed = any(_strong(inside) for _, _, inside, _ in pieces)
    parted, named = True, sum(any(f.node["fact"] == "qualifications" for f in inside) for _, _, inside, _ in pieces) > 1
    told = sorted(f.start for _, _, inside, _ in pieces for f in inside if f.node["fact"] not in WEAK)
    for low, _, inside, gap in pieces:
        if gap is None:
            parted = parted or _strong(inside)
            continue
        parted = parted or any(runs[-1][1] <= start < gap[0] for start in told)
        apart = low in branches or bool(_EXCEPTED.fullmatch(text, *gap))
        between = text[runs[-1][1] : gap[0]] if runs else ""
        either = named and bool(runs) and "，或" in text[runs[-1][1] : gap[0] + 1]
        if parted or apart or either or (typed and re.search("[。；]", between)):
            runs.append(gap)
        else:
            runs[-1] = (runs[-1][0], gap[1])
        parted = apart
    return runs


def _strong(inside: list[Found]) -> bool:
    return any(f.node["fact"] not in WEAK for f in inside)


_AMONG = Sought(r"(?<=[人格构业位])\((?:含|包括|包含)[^()]{4,60}\)")
"""具有独立法人资格(含视同法人的汽车制造单位): who also counts is asked of nobody."""
_ASIDE = re.compile(
    r"\((?![含不除])[^()]{4,90}(?:不作(?:限制|要求)|(?:可|均)?(?:认定|计算|统计|计入)为[^()，；。]{2,20}|(?:可|均)?视[同为][^()，；。]{2,24}|为准)\)"
)
"""(全资设立的销售公司，可认定为产销分离): how what stands before it is told, and nothing that is asked."""
_LEFT_OUT = re.compile(r"\([^()]{4,60}除外\)")
_SAID_OF_THEM = ("ge", "gt", "le", "lt", "age_ge", "age_le", "in", "within", "has_any", "occurred")
"""上年度收入2000万元以上(总投资1亿元以上的在建企业除外): what the spared are like is asked of nobody."""
_EXCEPTED = re.compile(r"[^，；。()]{2,30}除外")
_OTHER_ITEMS = re.compile(
    r"(?:[A-Z]类|(?:支持)?方向[一二三四五六七八九十\d]{1,2}|专题[一二三四五六七八九十\d]{1,2})(?:项目)?除外|[^，；。()]{2,12}(?:补贴|奖励|补助|资助|贴息)除外"
)
"""(D类项目除外), (引才补贴除外): which items are let off, and nothing that an enterprise must be."""
_OUTSIDE = re.compile(r"\((?P<in>(?:不含(?!\d)|不包括|除)[^()]{2,80}|[^()，；。]{2,30}除外)\)")


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
        if (not merge or m["in"].endswith("除外")) and _OTHER_ITEMS.fullmatch(m["in"]) is None
        if not any(f.start < m.end() and m.start() < f.end for f in typed)
        and not re.search(r"税|本数|附属|土地|地价|[费款]$", m["in"][:6])
    ]
    kept = [r for r in runs if not any(a - 2 <= r[0] and r[1] <= b + 2 for a, b in apart)]
    cut = [(r, _closed(text, _before_bracket(r, apart))) for r in kept]
    return [own for r, own in cut if own == r or not _GENERIC_BODY.fullmatch(text, *own)], apart


def _closed(text: str, run: tuple[int, int]) -> tuple[int, int]:
    """The run without a bracket that it opens and does not close."""
    opened = _LEFT_OPEN.search(text, *run)
    return run if opened is None or opened.start() - run[0] < 2 else (run[0], opened.start())


_GENERIC_BODY = re.compile(r"(?:企业|单位|机构|公司|组织|主体|项目|法人)+")


def _before_bracket(run: tuple[int, int], apart: list[tuple[int, int]]) -> tuple[int, int]:
    """The words of a run without the bracket that closes it, which is said apart."""
    opening = next((b for a, b in apart if a == run[0] + 1 and b + 3 < run[1]), None)
    run = run if opening is None else (opening + 1, run[1])
    closing = next((a for a, b in apart if run[0] + 2 < a and b <= run[1] <= b + 1), None)
    return run if closing is None else (run[0], closing - 1)


_LEFT_OPEN = re.compile(r"\((?:不含|不包括|不包含|除)?$")
"""增资项目(不含|房地产业): what stands in the bracket is a typed leaf of its own."""


__all__ = ["all_of", "declared", "inline_condition", "listed_condition", "read_typed"]
