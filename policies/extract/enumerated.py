"""Lists of anything that run beside sums: phases of a trial, marks of an assessment, kinds and names, each its own amount."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policies.extract.conditions import declared
from policies.extract.leaf import Node, leaf
from policies.extract.mentions import Mentions
from policies.extract.title_around import split_level
from policies.extract.title_levels import NEW, at_one_level, levels_of, without_levels
from policies.extract.trade_words import class_of, is_theme
from policies.extract.typed import read_typed

_ENUMERATION = re.compile(r"[^，；。、：]{1,40}(?:、[^，；。、：]{1,40}){0,8}(?:、|和|及|或|以及|与)[^，；。、：]{1,40}")


@dataclass(frozen=True, slots=True)
class Aligned:
    """The `when` of each of n amounts, and the stretch of the condition that the list takes up."""

    whens: list[list[Node]]
    start: int
    end: int
    used: tuple[int, int] | None = None


def name_end(text: str, start: int, high: int) -> int:
    m = _NAME_END.match(text, start, high)
    return m.end() if m else high


_NAME_END = re.compile(
    r"[^，；。：]*?(?=(?:依托|承担|运营|建设|承载|牵头)(?:单位|主体|机构)|(?:承载|牵头|运营)企业|(?:称号)?(?:认定)?的(?:，|$|(?:企业|单位|机构|项目)(?!技术|重点|工程|研|研发|设计)|(?<=.)并(?:且)?(?:通过|经|完成|投入|正式|获得|取得|签订|在[^，；。]{2,10}(?:落地|运营|转化)))"
    r"|(?<![级类定评得选为过授获合格])的[^，；。：的]{2,8}企业(?:，|$)|，|；|。|$|分别|一次性|给予)"
)


def gained_before(text: str, low: int, at: int) -> tuple[bool, bool | None]:
    """Whether the words before a list of levels make it an event, and whether for the first time."""
    before = text[max(low, at - 30) : at]
    event = bool(_GAIN.search(before))
    again = re.search(r"重新|复审|复评|再次", before)
    first = False if again else True if re.search(rf"首次|初次|首批|{NEW}", before) else None
    return event, first if event else None


_GAIN = re.compile(
    r"(?:获得?|认定|评定|评选|评为|确认|列入|纳入|入选|荣获|取得|授予|命名|批准|立项|备案|通过|晋升|升级|升格|晋级|创建|创成|建成|新)[^，；。]{0,12}$"
)
_PHASE = r"(?:[ⅠⅡⅢⅣ]|I{1,3}|IV|[一二三四])(?:[ab])?期?(?:临床(?:试验|研究)?)?"
_PHASES = re.compile(rf"(?<![A-Za-z一二三四五六七八九十第]){_PHASE}(?:(?:、|和|及|或|与){_PHASE}){{1,3}}")


_SHORT_LEAD = 12  # characters before a list of phases that only say what goes through them


def phases(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """完成Ⅰ期、Ⅱ期、Ⅲ期临床试验的, Ⅰ、Ⅱ、Ⅲ期: each phase its own amount."""
    for match in reversed(list(_PHASES.finditer(m.text, low, high))):
        words = [(w.start(), w.end()) for w in re.compile(_PHASE).finditer(m.text, match.start(), match.end())]
        if len(words) == count and "期" in match[0]:
            if match.start() - low <= _SHORT_LEAD and "、" not in m.text[low : match.start()]:
                words[0] = (low, words[0][1])  # 创新药完成Ⅰ期、…
            return Aligned([[declared(m, a, b, origin="tier/phase")] for a, b in words], words[0][0], match.end())
    return None


_ALIKE = re.compile(
    r"(?:(?P<a>[一-龥]{2}性)(?:(?:、|和|及|或)[一-龥]{2}性){1,4}|[一-龥A-Z]类(?:(?:、|和|及|或)[一-龥A-Z]类){1,4}|[一-龥]{2}型(?:(?:、|和|及|或)[一-龥]{2}型){1,4})"
)


def named_alike(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """举办国际性、全国性论坛的, 甲类、乙类项目: kinds that one and the same ending names."""
    for match in _ALIKE.finditer(m.text, low, high):
        words = [(w.start(), w.end()) for w in re.compile("[^、和及或]+").finditer(m.text, *match.span())]
        if len(words) == count:
            return Aligned([[declared(m, a, b, origin="tier/kind")] for a, b in words], *match.span())
    return None


_BARE_LEVEL = re.compile(r"(?:国家级?|省级?|市级?|区级?|县级)(?:备案)?")


def _levelled(m: Mentions, whens: list[list[Node]], parts: list[tuple[int, int]]) -> list[list[Node]]:
    """国家备案众创空间、省级、市级众创空间: the title of the first part at the levels that the others say."""
    first = whens[0][0] if len(whens[0]) == 1 else None
    if first is None or first.get("fact") not in ("qualifications", "qualification_granted"):
        return whens
    result = [whens[0]]
    for nodes, (a, b) in zip(whens[1:], parts[1:], strict=True):
        said = _BARE_LEVEL.match(m.text, a, b)
        level = next(iter(levels_of(m, said[0])), None) if said is not None else None
        named = said is not None and (said.end() == b or m.text[said.end() : b] in m.text[slice(*parts[0])])
        if level is None or not named or nodes[0].get("fact") != "declared":
            result.append(nodes)
            continue
        codes = [at_one_level(code, level) for code in without_levels(first["value"])]
        result.append([{**first, "value": codes, "evidence": {"start": a, "end": b}, "origin": "tier/level"}])
    return result


def enumeration(m: Mentions, low: int, high: int, count: int) -> Aligned | None:
    """Any list of as many parts as there are amounts; its parts become declared (or typed) tiers."""
    for match in reversed(list(_ENUMERATION.finditer(m.text, low, high))):
        parts = _last_of(m.text, _of_bounds(m.text, _parts(m.text, match.start(), match.end()), count), count)
        if len(parts) != count:
            continue
        acting = _acting_trades(m, parts)
        if acting is not None:
            return acting
        stop = name_end(m.text, parts[-1][0], high)
        person = _PERSON_END.match(m.text, parts[-1][0], stop)
        stop = person.end() if person is not None else stop
        of = m.text.find("的", parts[-1][0] + 2, stop)
        if of > 0 and "的" not in m.text[parts[0][0] : parts[-1][0]] and _HEAD.search(m.text, of, stop):
            stop = of  # 考核为优秀、良好的孵化载体: what the head of the phrase names, all tiers are for
        further = _FURTHER.search(m.text, parts[-1][0] + 2, stop)
        if further is not None and _FURTHER.search(m.text, parts[0][0], parts[-1][0]) is None:
            stop = further.start()  # 行业标准、地方标准|并颁布实施
        parts[-1] = (parts[-1][0], max(parts[-1][0] + 1, stop))
        parts = _degrees(m.text, parts)
        framed = _FRAME.fullmatch(m.text, low, parts[0][0])
        if framed:
            parts[0] = (low, parts[0][1])
        mark = _MARK.search(m.text, *parts[-1]) is not None and _OBTAINED.search(m.text, low, parts[0][0]) is not None
        whens: list[list[Node]] = []
        titled = any(
            f.node["fact"] in ("qualifications", "qualification_granted") for f in read_typed(m, parts[0][0], parts[-1][1])
        )
        for a, b in parts:  # beside titles 种子企业 is no trade
            typed = [f for f in read_typed(m, a, b) if f.end - f.start >= (b - a) * 0.6]
            nodes = [
                _as_gained(f.node, m.text, low, parts[0][0]) for f in typed if not (titled and f.node["fact"] == "industry_theme")
            ]
            begin = _measured_from(m, low, a) if a == parts[0][0] else a
            whens.append(
                nodes or [_named_title(m, low, parts[0][0], a, b, mark=mark) or declared(m, begin, b, origin="tier/enumerated")]
            )
        whens = _trades_of(m, parts) or whens
        _share_last(m, whens, parts)
        return Aligned(_levelled(m, whens, parts), _measured_from(m, low, parts[0][0]), parts[-1][1])
    return None


_FIRMS = re.compile(r"(?:业|类|行业)?(?:法人)?(?:企业|单位|业|主体)?$")


def _trades_of(m: Mentions, parts: list[tuple[int, int]]) -> list[list[Node]]:
    """批发、零售、住宿、餐饮法人企业: parts that are each the bare name of a trade, whose last word all of them share."""
    codes = [class_of(_FIRMS.sub("", m.text[a:b], count=1)) for a, b in parts]
    if not all(codes):
        return []
    return [[leaf("industry", "within", list(own), a, b, origin="tier/trade")] for (a, b), own in zip(parts, codes, strict=True)]


_WHO_ACTS = re.compile(
    r"[^，；。、]{1,12}?(?:企业|单位|公司)(?=首次|当年|年度?|上一?年|新|达到?|成功|实现|纳入|升规|入统|纳统|达规|上规|营业|产值|20\d\d)"
)


def _acting_trades(m: Mentions, parts: list[tuple[int, int]]) -> Aligned | None:
    """工业、建筑业、服务业企业|首次升规纳统的: trades that each have their own amount, and what the firms of all of them do."""
    last = _WHO_ACTS.match(m.text, *parts[-1])
    if last is None:
        return None
    parts = [*parts[:-1], last.span()]
    whens: list[list[Node]] = []
    for a, b in parts:
        name = re.sub(r"(?:类|行业)?(?:法人)?(?:企业|单位|公司)$", "", m.text[a:b])
        codes = class_of(name) or class_of(name.removesuffix("业"))
        if codes:
            whens.append([leaf("industry", "within", list(codes), a, b, origin="tier/trade")])
        elif is_theme(name):
            whens.append([leaf("industry_theme", "has_any", [name], a, b, origin="tier/trade")])
        else:
            return None
    return Aligned(whens, parts[0][0], parts[-1][1])


_DEGREE = re.compile(
    r"(?:全日制)?(?:博士后?|硕士|本科|大专|研究生|学士|正高级|副高级|高级职称|中级职称|特级技师|首席技师|高级技师|技师|高级工|中级工|初级工)"
    r"(?:及以上)?(?:学位|学历|研究生|毕业生|人才|人员|技能人才|的)*$"
)


def _degrees(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """引进的数字经济领域硕士、博士: the degrees alone are the kinds, and the field before the first holds for all."""
    found = [_DEGREE.search(text, a, b) for a, b in parts]
    first = found[0]
    if first is None or not all(found) or not text.endswith(("领域", "专业", "产业", "行业", "方向", "类"), 0, first.start()):
        return parts
    return [(first.start(), parts[0][1]), *parts[1:]]


_SUM_ONLY = re.compile(r"(?:超过|突破|达到?|满)?\d[\d.,]{0,9}(?:万|亿)?[一-龥%]{0,4}?(?:以上|及以上|\(含\))*(?:的)?")
_FIRM = re.compile(r"(?:企业|机构|单位|公司)(?=[^，；。、]{2})")


def _of_bounds(text: str, parts: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """甲、乙企业服务收入首次突破1亿元、3亿元、5亿元: the names before the list of bounds are none of its parts."""
    own = parts[-count:]
    if (
        len(parts) <= count
        or not all(_SUM_ONLY.fullmatch(text, a, b) for a, b in own[1:])
        or _SUM_ONLY.fullmatch(text, *parts[-count - 1])
    ):
        return parts
    firm = _FIRM.search(text, *own[0])
    return [(firm.end() if firm is not None else own[0][0], own[0][1]), *own[1:]]


_HEAD = re.compile(
    r"(?:企业|机构|单位|载体|平台|基地|园区|中心|项目|团队|实验室|孵化器|空间|产品|站|人才|人员|院校|合作社|农场|示范区)$"
)
_FURTHER = re.compile(r"(?:并且?|且)(?=[一-龥]{2})")
_FRAME = re.compile(
    r"(?:对于?|经|年度|上一?年度?|当年)*[^，；。、的]{0,16}(?:评价|考核|评估|评定|验收|结果|等级|等次)(?:结果|等级|等次)?(?:为|达到|是)"
)
"""年度绩效考核为|优秀、良好: only opens the list."""
_OF_WHERE = re.compile(r"(?:国际|国内|全国|省内|市内|县内|区内|行业)")


def _share_last(m: Mentions, whens: list[list[Node]], parts: list[tuple[int, int]]) -> None:
    """国际、国内、省内首台(套)产品: the title that the last part names is what all of them are, each first in another place."""
    title = next((n for n in whens[-1] if n.get("fact") in ("qualifications", "qualification_granted")), None)
    heads = [_OF_WHERE.match(m.text, a, b) for a, b in parts]
    if title is None or not all(heads) or any(h is not None and h.end() != b for h, (_, b) in zip(heads[:-1], parts, strict=False)):
        return
    for when, head in zip(whens, heads, strict=True):
        if head is not None:
            when[:] = [declared(m, *head.span(), origin="tier/enumerated"), title]


def first_in_a_place(m: Mentions, aligned: Aligned) -> Aligned:
    """被认定为国内首台(套)、市内首台(套)的: one title for every sum, which only the place tells apart."""
    lone = [when[0] for when in aligned.whens if len(when) == 1 and "fact" in when[0]]
    heads = [_OF_WHERE.match(m.text, n["evidence"]["start"]) for n in lone]
    titles = {(n["fact"], repr(n.get("value"))) for n in lone}
    if len(lone) != len(aligned.whens) or len(titles) != 1 or not next(iter(titles))[0].startswith("qualification"):
        return aligned
    if len({h[0] for h in heads if h is not None}) != len(lone):
        return aligned
    whens = [[declared(m, *h.span(), origin="tier/enumerated"), n] for h, n in zip(heads, lone, strict=True) if h is not None]
    return Aligned(whens, aligned.start, aligned.end, aligned.used)


_RECOGNISED_AS = re.compile(r"(?:认定为?|评定为|评为|获评|入选|授予|命名为|确认为)$")


def _as_gained(node: Node, text: str, low: int, at: int) -> Node:
    """A title in a list that 获评 or 认定为 opens is gained there, not held."""
    if node["fact"] != "qualifications" or not _RECOGNISED_AS.search(text, max(low, at - 12), at):
        return node
    first = gained_before(text, low, at)[1]
    return {**node, "fact": "qualification_granted", "op": "occurred", **({"first": first} if first is not None else {})}


_OBTAINED = re.compile(r"(?:获得?|取得|通过)$")
_MARK = re.compile(r"(?:认证|登记(?:保护)?|标志|商标|称号)(?:证书)?(?:的[^，；。的]{0,6})?$")


def _named_title(m: Mentions, low: int, at: int, start: int, end: int, *, mark: bool) -> Node | None:
    """新认定为跨国公司地区总部、外资研发中心的, 新获得绿色食品、有机农产品认证的 (a `mark`): titles that the table does not know."""
    words = re.sub(r"的[^，；。的]{0,6}$", "", m.text[start:end])
    if (not mark and not _RECOGNISED_AS.search(m.text, max(low, at - 12), at)) or len(words) < 4:
        return None
    words = re.sub(r"(?<=.{4})(?:认证|登记保护|登记|称号)$", "", words) if mark else words
    name, level = split_level(words)
    code = f"other:{name}{level}"
    return leaf(
        "qualification_granted", "occurred", [code], start, end, origin="tier/named", first=gained_before(m.text, low, at)[1]
    )


_PERSON_END = re.compile(
    r"[^，；。、]{0,12}?(?:毕业生|研究生|人才|人员|职工|选手|专家|技师|博士|硕士)(?=(?:在|与|并|且|来|到|签|首次|新)[^，；。]{3,})"
)
_REACHED = re.compile(r"(?:达到?|超过|突破|满|不低于|不少于)$")


def _measured_from(m: Mentions, low: int, at: int) -> int:
    """自有运力达到1万吨、3万吨: where the words begin that say what the first bound is of; `at` where no bound stands there."""
    if not m.text[at : at + 1].isdigit() or _REACHED.search(m.text, low, at) is None:
        return at
    clause = max(low, *(m.text.rfind(mark, low, at) + 1 for mark in "，的"))
    return max([clause, *(f.end for f in read_typed(m, clause, at))])


_OPENS_LIST = re.compile(
    r"[^，；。、]*(?:引进|引育|招收|招引|培养|培育|获得|取得|获评|认定为?|评定为|评为|入选|聘用|担任|达到|从事|属于|分为|分|[的为])(?=[^，；。、的]{1,12}$)"
)


def _last_of(text: str, parts: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """机构、组织或个人成功引进顶尖、特优、领军人才的: of more parts than amounts the last, the first of them behind the verb that opens the list."""
    parts = list(parts)
    if len(parts) > count >= 2:
        parts = parts[-count:]
        if any(b - a < 2 and not text[a:b].isascii() for a, b in parts):
            return []
        opened = _OPENS_LIST.match(text, *parts[0])
        if opened is None:
            return []
        parts[0] = (opened.end(), parts[0][1])
    elif len(parts) == count and text.startswith("分", parts[0][0]) and (closed := _CLASS_COUNT.search(text, *parts[-1])):
        parts = [(parts[0][0] + 1, parts[0][1]), *parts[1:-1], (parts[-1][0], closed.start())]
    return parts


_CLASS_COUNT = re.compile(r"(?:[一二两三四五六七八九]|\d)?(?:类|档|级|等|个?层次)$")


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a list; what stands before its first 的 or verb belongs to the frame, not to the first part."""
    cut = start
    for m in re.finditer(
        r"(?:对于?|获得?的?|认定为?|评为|评定为|列入|新获批|新担任|担任|制定并?|达到|为|的)(?=[^，；。]{2,})", text[start:end]
    ):
        if "、" not in text[start : start + m.end()]:
            cut = start + m.end()
    parts: list[tuple[int, int]] = []
    position, depth = cut, 0
    index = cut
    while index < end:
        char = text[index]
        if char in "(《“":
            depth += 1
        elif char in ")》”":
            depth = max(0, depth - 1)
        joint = re.compile(r"、|以及|和|及(?!以[上下])|或").match(text, index, end) if depth == 0 else None
        if joint and index > position:
            parts.append((position, index))
            position = joint.end()
            index = joint.end()
            continue
        index += 1
    if position < end:
        parts.append((position, end))
    return parts
