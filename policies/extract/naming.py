"""Which items a condition names: by the same heading, or by the words that say whom or what it is asked of."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from rapidfuzz import fuzz

from policies.extract.addressing import BUT_FOR
from policies.extract.items import ItemDraft
from policies.extract.metrics import metrics_in
from policies.extract.state import State
from policies.segmenting import Clause

_NAMES = (
    re.compile(
        r"^(?P<name>[^，。：；]{3,40}?)，?(?:还|均)?(?:应当?|须|需要?|必须)?(?:同时)?(?:符合|满足|具备)?(?:以下|下列|如下)?(?:的)?(?:基本)?条件(?:[：:。]|$)",
        re.MULTILINE,
    ),
    re.compile(
        r"^(?:申报|申请|申领|享受)(?P<name>[^，。：；]{2,40}?)(?:的)?(?:企业|单位|机构|主体)?(?:的|，|应|须|需|符合|包括|必须|要)"
    ),
    re.compile(
        r"^(?P<name>[^，。：；应须需]{3,20}?)(?:类)?(?:申报)?项目(?:的(?:申报|实施|承担)?(?:单位|主体|企业))?(?:原则上)?(?:应|须|需|要|符合|综合)"
    ),
    re.compile(
        r"^(?P<name>[^，。：；应须需]{4,30}?)(?:的)?(?:总?面积|数量|规模|总?投资额?|[^，。：；]{2,6}率)?(?:不少于|不低于|不小于|达到?|超过)(?=\d)"
    ),
)
_WHOLE_NAMES = (
    re.compile(r"^(?:本[^，。；]{1,8}|前款|上述|前述)所[称指](?:的)?“?(?P<name>[^，。；：”“]{2,20}?)”?，?(?:均)?(?:是指|须|应)"),
    re.compile(
        r"^(?:(?:拟|被)?(?:纳入|列入|获得|申请|申报)[^，。：；的]{0,8}的)?(?P<name>[^，。：；、的]{2,16}?)(?:原则上)?(?:(?<![对供响适反效])应(?![用急对])当?|必须|须|需(?![求要]))(?=[一-龥])"
    ),
    re.compile(
        r"^(?P<name>[^，。：；、的]{4,24}?)(?:由(?=[^，。：；]{2,16}(?:设立|建设|运营|发起|主办|举办|牵头))|综合(?=[一-龥]{0,6}率)|[总营]?(?:建筑|营业|经营)?面积(?=[不应须达为])|具有|具备|拥有|能够|已(?!经)|持续(?=[运经营]))"
    ),
)
"""Names that count only where items say them as they stand."""
_GENERAL = re.compile(
    r"以上|上述|支持|鼓励|申报|申请|享受|企业|项目|单位|机构|主体|条件|要求|应当?|须|需要?|符合|满足|具备|获得|服务|资金|下列|以下|相关|对于?|[的地，、《》“”()和及与或]"
)
_LEAST, _APART, _ALIKE = 0.35, 0.2, 0.8
_TELLING = 3  # characters of a name beside the general words, for it to be looked for as it stands


def named_like(state: State, heading: str) -> list[ItemDraft]:
    """The items whose own or parent's heading is the same or nearest to `heading`."""
    bearers: dict[str, list[int]] = {}
    for index, draft in enumerate(state.drafts):
        for name in (draft.title, *draft.path[:2]):
            if len(name) >= 4:
                bearers.setdefault(name, []).append(index)
    best: dict[int, float] = {}
    for name in bearers:
        score = _likeness(name, heading)
        if score >= _LIKE:
            for index in bearers[name]:
                best[index] = max(best.get(index, 0.0), score)
    top = max(best.values(), default=0.0)
    return [state.drafts[i] for i, score in sorted(best.items()) if score >= top - 0.01]


_LIKE = 0.72


def _likeness(name: str, heading: str) -> float:
    """How much of the two is the same, in order, from 0 to 1; 0 where it is surely below `_LIKE`.

    rapidfuzz's ratio counts the longest common subsequence, difflib's longest blocks only: what the former finds unlike is unlike.
    """
    if name == heading or (len(name) >= 8 and heading.startswith(name)):
        return 1.0
    if not fuzz.ratio(name, heading, score_cutoff=100 * _LIKE - 0.1):
        return 0.0
    return difflib.SequenceMatcher(None, name, heading).ratio()


_OPENING = re.compile(r"(?:其中|同时|此外|另外|凡|对于?)，?(?=申|享受)")
_APPLIES = re.compile(r"(?:申[请报领]|享受)[^，。：；]{2,40}?(?:的|，|应|须|需|必须)")


def applies_for(state: State, words: str) -> bool:
    """Whether a sentence opens with what one applies for (其中，申请冷链补助的…), and that is not what the whole document is about."""
    if BUT_FOR.fullmatch(words) is not None:
        return True
    bare = _OPENING.sub("", words, count=1)
    return _APPLIES.match(bare) is not None and not of_title(state, bare)


_ANY_GIFT = re.compile(r"(?:申[请报领]|享受)?(?:专项)?(?:资助|扶持|奖励|奖补|补贴|补助|支持|资金)的")
"""申请|资助的依托单位应当…: who applies for whatever is given."""
_MEASURED = 3  # the place of the pattern for a name before its measure


def told_by_name(state: State, words: str) -> list[ItemDraft]:
    """The items that the opening words of a condition name (申报升级改造项目的企业…, 改造存量空间条件：…); none where it names no item or all."""
    words = _OPENING.sub("", words, count=1)
    best: list[ItemDraft] = []
    top = _LEAST
    texts = [_with_path(d.words, tuple(d.path)) for d in state.drafts]
    for pattern in (*_NAMES, *_WHOLE_NAMES):
        found = pattern.match(words)
        if found is None:
            continue
        whole = (
            _in_full(state.drafts, texts, found["name"])
            or _of_body(state, words, found)
            or _each_named(state.drafts, texts, found["name"])
        )
        if whole:
            return whole
        if pattern in _WHOLE_NAMES or _ANY_GIFT.match(found["name"]):
            continue
        pairs = pairs_of(found["name"])
        if pattern is _NAMES[_MEASURED] and any(
            x.end == len(found["name"]) for x in metrics_in(found["name"], 0, len(found["name"]))
        ):
            continue  # 上年度研发费用占营业收入比例不低于3%: a figure of the enterprise names no item
        if pattern is _NAMES[_MEASURED]:  # 跨境电商体验店面积: what the title says tells no item apart
            pairs = {pair for pair in pairs if pair not in state.title}
        if len(pairs) < 2:
            continue
        shares = [sum(pair in text for pair in pairs) / len(pairs) for text in texts]
        high = max(shares)
        mine = [d for d, share in zip(state.drafts, shares, strict=True) if share >= _ALIKE * high]
        others = [share for share in shares if share < _ALIKE * high]
        if high >= top and others and high - max(others) >= _APART:
            best, top = mine, high
    return best


@lru_cache(maxsize=8192)
def _with_path(words: str, path: tuple[str, ...]) -> str:
    """The words of an item and the headings above it, which each condition is compared with."""
    return words + "\n".join(("", *path))


_WHO = re.compile(
    r"(?:(?:凡|其中)?(?:申[请报领]|享受|获得)[^，。：；的]{0,12}的?|(?:扶持|支持|奖励|资助|补[助贴]|认定)的|上述|以上|拟|新)?(?P<who>[^，。：；的、]{1,12}(?:企业|机构|单位|公司|基地|平台|园区|中心|基金|组织|合作社|团队|人才|人员|商|方|农场|大户|市场|酒店|民宿|旅行社|院校|医院|院所|楼宇|载体|门店|总部|(?<=业)项目))$"
)
_ANYBODY = re.compile(
    r"(?:申[请报领]|享受|获得|项目|承担|实施|建设|扶持|支持|奖励|资助|补助|补贴|奖补|优惠|政策|资金|有关|相关|所在|符合|该|参评|参与|推荐|本[市区县省]|的|等|类)*(?:企业|机构|单位|公司|主体|人员|平台|基地)"
)


def _in_full(drafts: list[ItemDraft], texts: list[str], name: str) -> list[ItemDraft]:
    """The items that say the very name of a kind of beneficiary (服务机构), where not all of them do."""
    found = _WHO.match(name)
    who = found["who"] if found is not None else name
    if _ANYBODY.fullmatch(name):
        return []  # 享受奖励企业: the pattern may cut 励企业 out of it, which 鼓励企业 says too
    if (found is None and len(_GENERAL.sub("", who)) < _TELLING) or _ANYBODY.fullmatch(who):
        return []
    mine = [d for d, text in zip(drafts, texts, strict=True) if who in text]
    return mine if len(mine) < len(drafts) else []


_BODY = re.compile("企业|单位|机构")


def _of_body(state: State, words: str, found: re.Match[str]) -> list[ItemDraft]:
    """申报巨人企业，… is not for the item of 巨人培育企业: the items that say the name with its body, where the others say it with other words between."""
    body = _BODY.match(words, found.end("name"), found.end())
    if body is None or any(found["name"] not in d.words for d in state.drafts):
        return []
    return _in_full(state.drafts, [d.words for d in state.drafts], found["name"] + body[0])


_GIFT = re.compile(r"[^、，。；：的]{2,14}(?:奖励|奖补|补助|补贴|资助|贴息|扶持|奖)")


def _each_named(drafts: list[ItemDraft], texts: list[str], name: str) -> list[ItemDraft]:
    """The items of several gifts by their names (落户奖励、开办补助), where each of them is named and not all items are meant."""
    parts = re.split("、|和|及|或", name)
    if len(parts) < 2 or not all(_GIFT.fullmatch(part) and any(part in text for text in texts) for part in parts):
        return []
    mine = [d for d, text in zip(drafts, texts, strict=True) if any(part in text for part in parts)]
    return mine if len(mine) < len(drafts) else []


_OPENS_WITH_GIFT = re.compile(
    r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)]?[.、]?|第[一二三四五六七八九十\d]{1,4}条\s?)?(?P<name>[^，；。：的、\n]{2,16}(?:奖励|奖补|补助|补贴|资助|贴息|扶持))(?:[。：\n]|的?(?:标准|金额|额度)|(?=每[家个户]|按|给予|一次性|最高))|"
    r"(?P<label>(?:支持)?(?:方向|专题|类别|板块)[一二三四五六七八九十\d]{1,2})[：:、]"
)


def is_taken_up(state: State, draft: ItemDraft) -> bool:
    """品牌培育奖励。给予20万元奖励。: whether an item opens with its name or label, and another part of the text speaks of it by that name."""
    text = state.m.text
    found = _OPENS_WITH_GIFT.match(text, draft.start) or _OPENS_WITH_GIFT.match(text, text.rfind("\n", 0, draft.start) + 1)
    if found is None:
        return False
    said = found["name"] or f"\n{found['label']}"
    at = found.start("name" if found["name"] else "label")
    return said in text[: at - 1] or text.find(said, draft.end) >= 0


def of_title(state: State, words: str) -> bool:
    """Whether the opening words only name what the whole document is about."""
    subject = state.title or state.m.text[:300]
    found = [m for p in _NAMES if (m := p.match(words)) is not None]
    names = [m["name"] for m in found]
    if any(_of_body(state, words, m) for m in found):
        return False
    pairs = set().union(*map(pairs_of, names))
    if not pairs:
        return any(name in subject for name in names)
    rest = {pair for pair in pairs if pair not in subject}
    return len(rest) * 2 <= len(pairs) and not _tells_apart(state, rest)


def _tells_apart(state: State, pairs: set[str]) -> bool:
    """Whether what a name says beside the title stands in some items in full, and in the others not at all."""
    texts = [d.words + "\n".join(("", d.title, *d.path)) for d in state.drafts]
    shares = [sum(pair in text for pair in pairs) for text in texts]
    return len(pairs) > 1 and max(shares) == len(pairs) and min(shares) == 0 and all(x in (0, len(pairs)) for x in shares)


def pairs_of(name: str) -> set[str]:
    """The pairs of neighbouring characters in the words of a name that are not said of every item."""
    return {part[i : i + 2] for part in _GENERAL.split(name) for i in range(len(part) - 1)}


_LEAST_SHARED = 4  # characters of a name that two questions ask about


def asked_by_name(state: State, clause: Clause) -> list[ItemDraft]:
    """品牌奖励的申报条件有哪些？ … 品牌奖励的标准是多少？: the items of the question that asks about the same name; none where all do."""
    if not clause.heading.endswith("？") or clause.parent is None or len(state.drafts) < 2:
        return []
    questions = [c for c in clause.parent.children if c is not clause and c.style == clause.style and c.heading.endswith("？")]
    shared = {id(c): _shared(clause.heading, c.heading) for c in questions}
    found = [(shared[id(c)], d) for c in questions if shared[id(c)] >= _LEAST_SHARED for d in state.drafts_in(c)]
    most = max((n for n, _ in found), default=0)
    mine = [d for n, d in found if n == most]
    return mine if len(mine) < len(state.drafts) else []


def _shared(one: str, other: str) -> int:
    """The length of the longest run of characters that two short headings share."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
