"""Running text of an eligibility section, sentence by sentence: whom one shuts out, whom it is for, what a name in it means."""

from __future__ import annotations

import itertools
import re

from policies.extract.addressing import refers_to_article
from policies.extract.cases import by_case
from policies.extract.conditions import declared, inline_condition, listed_condition
from policies.extract.filing import only_files, only_illustrates
from policies.extract.leaf import SHUT_OUT, Node, all_of, any_of, either_of, leaves_of
from policies.extract.pieces import units
from policies.extract.polarity import spares
from policies.extract.refusals import refusal_in
from policies.extract.state import State
from policies.extract.typed import read_typed

Span = tuple[int, int]

_OBJECT = re.compile(r"[^，；。：]{0,24}?(?:对象|主体|范围|企业)?(?:是指|为|包括|面向|须是|应为|适用于|须为)")
APPLIES = re.compile(
    r"(?:本[^，；。]{1,12}|以上[^，；。]{0,12}|上述[^，；。]{0,12})适用于(?P<who>[^；。]{4,160})|(?P<who2>[^；。]{6,140}?)(?:，|(?<=企业)|(?<=组织)|(?<=单位)|(?<=机构)|(?<=主体)|(?<=团体)|(?<=个人)|(?<=合作社)|(?<=农场)|(?<=大户)|(?<=农户)|(?<=公司)|(?<=商户)|(?<=工商户)|(?<=\)))[均都]?(?:可以?作为[^，；。]{2,24}(?:主体|单位|对象)|适用本(?:实施)?(?:办法|"
    r"规定|细则|措施|意见|政策)|可以?享受本(?:优惠)?(?:政策|办法|规定|措施)|[均都]?可以?(?:依照|按照|根据|依据)?(?:本(?:实施)?(?:办法|规定|细则|措施|意见))?(?:规定)?申(?:请|报)[^，；。]{0,40})"
)
_EASED = re.compile(r"(?:可以?|予以)(?:适当|酌情)?放宽(?:认定|申报|评价)?(?:条件|标准|要求|限制)?$")
_OF_WORK = re.compile(
    r"(?:本[^，；。]{1,12}|以上[^，；。]{0,12})适用于[^；。]{2,80}?的?(?:申报|申请|认定|评审|评价|管理|监督|备案|考核|使用|拨付|遴选|评选|审核|奖励|兑现|建设|运行)"
    r"(?:(?:[、和及与]|以及)[^，；。、]{2,8}){0,6}(?:等)?(?:相关)?(?:工作|活动|事项)?"
)
"""本办法适用于市级孵化器的认定、绩效评价和管理工作: what the text is about, and nobody's condition."""
_OF_THE_PURSE = re.compile(
    r"(?:本[^，；。]{1,6}|所需|扶持|奖励|奖补|补助|专项|上述|以上|相关|各项|财政){0,3}(?:资金|经费)[^，；。]{0,8}(?:由|从|在|纳入|列入|按)[^；。]{2,60}?(?:分担|承担|列支|安排|负担|解决|预算|支出)[^；。]{0,10}"
)
"""扶持资金由区、镇财政按5:5比例分担: who pays."""
_MEANS = re.compile(r"(?:其中，)?“?(?P<who>[^，；。：“”]{2,24}?)”?(?:是指|指(?![导引定标南挥]))")
_BENEFICIARY = re.compile(r"(?:企业|单位|机构|人才|人员|团队|总部|平台|基地|园区|主体|对象|项目|集群|中心)$")
_WISH = re.compile(r"(?:积极|大力|优先)?鼓励(?![类性])")  # 鼓励产学研联合申报 beside what must be
_UPKEEP = re.compile(
    r"[^，；。]{0,16}(?:实行|实施|进行)动态(?:管理|调整)|[^，；。]{0,12}有效期(?:为|届|期?满|自)|[^，；。]{0,16}每[一二两三]?年(?:组织)?(?:认定|评定|评选|复核|评审)[一1两二]次|[^，；。]{0,16}需?重新(?:提出)?申请|"
    r"[^；。]{0,60}(?:应当?|须|需)[^；。]{0,30}(?:之日起|期满前|届满前|到期前)[^；。]{0,24}(?:提出|报告|报送|报|向|办理|提交|申请|告知)"
)
"""总部企业实行动态管理，有效期三年: how a title is kept and renewed, which is asked of nobody who applies."""
_YOUNGER = re.compile(
    r"[^，；。]{0,12}(?:成立|注册|设立|登记|经营|运营)[^，；。]{0,8}(?:不满|不足|未满|不到)[^，；。]{1,8}(?:年度?|月)的?(?:企业|单位|机构)?，(?:可以?|则)?(?:自|从|按照?|以)其?(?:成立|设立|注册|登记|实际|经营)[^；。]*"
)
"""成立不满三年的，自成立之日起无处罚记录: the same is asked of the younger for the time that they have."""
_TAKEN_AWAY = re.compile(r"(?<!被)(?:不再保留|取消其?|撤销其?)[^，；。]{0,12}(?:资格|称号|认定|命名)$")
_THE_HIGHEST = re.compile(r"(?:重复|同时|多[项个种]|交叉|类似|相同|同类)[^；。]{0,40}(?:就高|从高|从优|择高)")
"""与其他政策重复的，按就高不重复的原则执行: how benefits exclude one another, and nobody's condition."""
_OF_THE_TEXT = re.compile(r"本[^，；。]{1,8}所[称指]")


ITS_FIRMS = re.compile(
    r"本[^，；。]{1,8}?(?:所称|中所称|所指|所述|规定|所规定|中|所支持|所扶持|支持|扶持|涉及)的?“?(?:企业|单位|机构|申报主体|市场主体|[^，；。：“”]{2,24}?(?:合作社|农场|大户|经营主体))”?，?(?:均|一律|应|须)?(?:是?指|为|是|(?:应|须|需|必须)?(?:同时)?(?:满足|符合|具备)：)"
)  # whom the text is for


_LOOSENED = re.compile(
    r"(?:其中，?)?(?:对|凡|特别|属于)[^；。()]{2,60}(?:条件|标准|要求|门槛|限制)，?可(?:以)?(?:适当|酌情|按程序)?(?:放宽|降低|突破|调整)"
)
"""对金融企业，认定标准可适当放宽: who may be let in with less is not who must be."""


_ADMITTED = re.compile(
    r"[^；。]{4,120}?(?:可?以?不受[^；。]{2,30}(?:限制|约束)|(?:亦|也)(?:可以?)?(?:适用|享受|申[请报]|参照)[^；。]{0,30})|"
    r"[^；。]{0,40}?(?:不在|不属于|不具[有备]|不符合)[^；。]{2,40}，但[^；。]{4,120}?可以?(?:参照|同等)?(?:享受|申[请报])[^；。]{0,40}|"
    r"(?:[^，；。]{0,16}的)?其[他它](?!条件|要求)[^；。]{2,60}，?(?:可以?|均)?(?:适用|参照|比照|按照?)本[^，；。]{1,8}(?:规定|执行|办理)[^，；。]{0,4}|"
    r"[^；。]{4,60}(?:参照|比照)(?:本[^，；。]{1,8})?(?:执行|办理)"
)
"""由市局管辖的企业，除税务关系外符合其他条件的，亦适用: who is let in besides is not who must be."""
_FREE_OF = re.compile(r"[^；。]{0,40}?(?:未有|未发生|未出现|未存在|不存在|没有|未曾)[^；。]{4,}")
_ALSO_BAD = re.compile(
    r"(?:或|或者)?(?:被|发生|存在|出现|受到|构成|因)(?![^；。]{0,30}(?:[未无不]|没有))[^；。]{0,40}?(?:失信|违法|违规|事故|处罚|犯罪|异常名录|黑名单|偷税|骗税|欠税|欠薪|污染|侵权)[^；。]{0,30}"
)
"""未有税收违法行为；发生重大事故: what must not be goes on behind the semicolon."""


_UNBOUND = re.compile(r"(?<![的者])，(?:但|其中，?)?[^，；。]{2,24}?(?:可以?)?不受[^，；。]{2,16}(?:限制|约束)$")
"""年龄不超过60周岁，院士不受年龄限制: the last clause lets somebody off, what stands before it is asked of the others."""


_GIVEN_TO = re.compile(
    r"(?:仅|只|主要|重点)?对(?P<who>(?!符合)[^；。\d]{4,80}?)(?:进行|给予)(?:补[助贴]|奖励|资助|扶持|支持)(?:，(?:并)?(?:优先|鼓励|重点)[^；。]*)?"
)
"""对实际种植粮食的耕地进行补贴: among conditions, for whom it is."""
_FAILED = re.compile(
    r"(?:已|曾|以往)(?:经)?(?:获得?|享受|取得|承担)[^，；。]{2,40}的[^，；。]{0,8}，未[^，；。]{4,60}(?:的|者)，[^，；。]{0,16}(?:不得|不能|不再|不予)[^，；。]{2,30}"
)
"""已获得资助的项目，未按期验收的，其单位不得再申报: both together shut out, and neither is asked for."""


def _admits(text: str, start: int, end: int) -> bool:
    """Whether a sentence only lets somebody in, by loosening a demand or in spite of it."""
    return _LOOSENED.match(text, start, end) is not None or _ADMITTED.fullmatch(text, start, end) is not None


def lines_of(state: State, start: int, end: int) -> list[Node]:
    """The conditions of running text: sentences that only condition are read together, the others each in its own way."""
    text = state.m.text
    spans = [(low, high) for low, high, _ in units(text, start, end)]
    meanings = [_meaning(text, *span) for span in spans]
    nodes: list[Node] = []
    plain: Span | None = None
    defined: list[Node] = []
    bad: list[Span] = []
    for index, (low, high) in enumerate(spans):
        unbound = _UNBOUND.search(text, low, high)
        if unbound is not None:
            plain = (plain[0] if plain else low, unbound.start())
            continue
        idle = (
            _TAKEN_AWAY.search(text, low, high)
            or _UPKEEP.match(text, low, high)
            or _THE_HIGHEST.search(text, low, high)
            or _admits(text, low, high)
            or only_files(text, low, high)
            or (index and (_YOUNGER.match(text, low, high) or only_illustrates(text, low, high)))
        )
        if idle:
            nodes.extend(_read(state, plain))
            plain = None
            continue
        if _FAILED.fullmatch(text, low, high):
            nodes.extend([*_read(state, plain), declared(state.m, low, high, origin="declared/excluded", prefix=SHUT_OUT)])
            plain = None
            continue
        if plain is not None and _ALSO_BAD.fullmatch(text, low, high) and _FREE_OF.fullmatch(text, plain[0], plain[1]):
            bad.append((low, high))
            continue
        if len(spans) > 1 and _WISH.match(text, low, high):
            nodes.extend(_read(state, plain))
            plain = None
            continue
        if len(spans) > 1 and _OF_THE_TEXT.match(text, low, high) and not ITS_FIRMS.match(text, low, high):
            continue
        means = meanings[index] if index else None
        if means is not None:
            nodes.extend(_read(state, plain))
            plain = None
            who, said = means
            if _BENEFICIARY.search(text[slice(*who)]):
                defined.extend(_defined(state, who, said))
            continue
        if _OF_WORK.fullmatch(text, low, high) or _OF_THE_PURSE.fullmatch(text, low, high) or _EASED.search(text, low, high):
            continue
        others = [hit.span("who" if hit["who"] else "whom") for hit in _NOT_AMONG.finditer(text, low, high)]
        if others:
            head = text.rfind("不", low, others[0][0])
            plain = ((plain[0] if plain else low), head - 1) if head - low >= 8 and text[head - 1] == "，" else plain
            nodes.extend(_read(state, plain))
            plain = None
            nodes.extend(n for span in others for n in listed_condition(state.m, *span, excluding=True))
            continue
        given = _GIVEN_TO.fullmatch(text, low, high)
        if given is not None:
            nodes.extend([*_read(state, plain), *whom(state, *given.span("who"))])
            plain = None
            continue
        refused = refusal_in(state.m, low, high)
        if refused is not None and refers_to_article(text[low:high]):
            continue  # 加油站不适用本措施第一条: of that article's items, see refused_by_article
        scope = scope_in(state, low, high) if refused is None else None
        if refused is None and scope is None:
            plain = (plain[0] if plain else low, high)
            continue
        asked = _read(state, plain)
        if refused is not None and plain is not None and refused[0] == low and _lets_off(state, plain, refused):
            asked = _save(asked, whom(state, *refused)) if asked else []
            refused = None
        nodes.extend(asked)
        plain = None
        if refused is not None:
            nodes.extend(_refused(state, low, refused))
        elif scope is not None:
            nodes.extend(whom(state, *scope))
    nodes.extend(_read(state, plain))
    nodes.extend(n for span in bad for n in listed_condition(state.m, *span, excluding=True))
    if not defined:
        return nodes
    names = [text[slice(*m[0])] for m in meanings[1:] if m is not None]
    either = any_of(defined)
    return [*(n for n in nodes if not _is_named(text, n, names)), *([either] if either is not None else [])]


_NOT_AMONG = re.compile(
    r"(?:(?:^|(?<=[。；\n]))(?:申[请报]|扶持|支持|适用|奖励|补[助贴]|资助)(?:的)?(?:主体|单位|企业|对象|机构)，?|(?<=，))(?:均)?不(?:包括|包含|含)(?P<who>[^，；。()]{2,80})|"
    r"(?:(?:^|(?<=[。；\n]))(?:本[^，；。]{1,6})?|(?<=，))(?:均|一律)?不(?:资助|支持|扶持|补[助贴]|奖励|受理)(?!的|对象|其他)(?P<whom>[^，；。()]{2,20}(?:\([^()]*\))?[^，；。()]{0,70}(?:项目|企业|单位|机构|活动|产品|作品))(?=[。；]|$)"
)
"""申报主体不包括金融机构，不包括市属国企; 不资助以城乡规划为内容的培训项目: each is shut out."""


def _read(state: State, span: Span | None) -> list[Node]:
    if span is None:
        return []
    cases = by_case(state.m, *span)
    return cases if cases is not None else listed_condition(state.m, *span)


def _refused(state: State, low: int, refused: Span) -> list[Node]:
    """A sentence that shuts somebody out, and the condition that may stand before it."""
    nodes: list[Node] = []
    if refused[0] - low >= 8:
        nodes.extend(inline_condition(state.m, *(scope_in(state, low, refused[0] - 1) or (low, refused[0] - 1))))
        spared = _SPARED.match(state.m.text, refused[1]) is not None
        bounded = any(x["op"] in _BOUNDS for n in nodes for x in leaves_of(n))
        if spared and bounded and _NOT_YET.search(state.m.text, *refused):
            return _save(nodes, listed_condition(state.m, *refused))
        if nodes and _lets_off(state, (low, refused[0] - 1), refused):
            return _save(nodes, whom(state, *refused))
    nodes.extend(listed_condition(state.m, *refused, excluding=True))
    return nodes


_SPARED = re.compile(r"的?(?:企业|单位|机构|项目)?除外")
_NOT_YET = re.compile(r"不满|未满|不足|新|初创|刚")
_FAVOURED = re.compile(
    r"中央企业|央企|总部|上市|高校|高等[学院]校|科研|500强|高新技术企业|专精特新|重大项目|引进|一事一议|新建|在建"
)
_BOUNDS = ("ge", "gt", "le", "lt", "age_ge", "age_le")


def _lets_off(state: State, asked: Span, refused: Span) -> bool:
    """已被认定为市级中心；央企、上市公司除外: those favoured are let off what is asked, and not shut out."""
    off = _SPARED.match(state.m.text, refused[1]) is not None and _FAVOURED.search(state.m.text, *refused) is not None
    end = asked[1] - (state.m.text[asked[1] - 1] in "。；，")
    return off and spares(state.m.text, asked[0], end)


def _save(asked: list[Node], spared: list[Node]) -> list[Node]:
    """研发费用占比不低于3%，注册不满一年的企业除外: of those named the last bound is not asked, and that is no refusal."""
    bounds = [i for i, n in enumerate(asked) if any(x["op"] in _BOUNDS for x in leaves_of(n))]
    at = bounds[-1] if bounds else len(asked) - 1
    either = any_of([tree for tree in (asked[at], all_of(spared)) if tree is not None])
    return [*asked[:at], *([either] if either is not None else []), *asked[at + 1 :]]


def _meaning(text: str, start: int, end: int) -> tuple[Span, Span] | None:
    """其中，高新技术企业是指…: the name that a sentence explains, and the explanation."""
    found = _MEANS.match(text, start, end)
    if found is None or end - found.end() < 4:
        return None
    return found.span("who"), (found.end(), end)


def _defined(state: State, who: Span, said: Span) -> list[Node]:
    """The conditions in a beneficiary's definition: its parts where all are typed, else the whole sentence as it stands."""
    tree = all_of(listed_condition(state.m, *said))
    if tree is None:
        return []
    if any(x["fact"] == "declared" for x in leaves_of(tree)):
        named = read_typed(state.m, *who)  # 小微企业是指纳入…名录的企业: a kind that a fact knows
        if len(named) == 1 and (named[0].end - named[0].start) * 3 >= (who[1] - who[0]) * 2:
            return [named[0].node]
        return [declared(state.m, who[0], said[1], origin="declared/defined")]
    return [tree]


def _is_named(text: str, node: Node, names: list[str]) -> bool:
    """Whether a condition is nothing but one of the names that the text goes on to explain."""
    spans = [x["evidence"] for x in leaves_of(node)]
    return all(any(text[e["start"] : e["end"]] in name for name in names) for e in spans)


_BODIES = re.compile(
    r"(?:企业|机构|公司|协会|商会|平台|合作社|示范社|农场|事务所|院校|高校|院所|医院|工商户|银行|组织|个人|人才|青年|团队|中心|基地|园区|(?<=[经运]营)单位|(?<=管理)单位)$"
)
_SPLIT = re.compile(r"，?以及|、|，|或者|[和及或]")
_FOLLOWING = re.compile(r"的?(?:以下|下列|如下)(?!条件|要求|情形|标准)[一-龥]{0,4}(?:企业|机构|单位|组织|主体|人员|人才)：?$")
_WHERE = re.compile(r"(?:依法)?在[^，；。、的]{2,24}(?:注册|登记|设立|成立|纳税|经营)[^，；。、的]{0,6}的")


_OWN = re.compile(r"^(?:在|注册|依法|经)|的")
_ET_CETERA = re.compile(r"等(?:各类)?(?:组织|机构|单位|企业)?$")
_MOST_APART = 12


def _told_apart(text: str, start: int, end: int) -> list[Span]:
    """在本区注册的企业，在外地注册的公司在本区设立的分支机构，…: bodies between commas, each with words of its own; none where a part names no body."""
    marks = [
        start - 1,
        *(i for i in range(start, end) if text[i] == "，" and text.count("(", start, i) == text.count(")", start, i)),
        end,
    ]
    parts = [(low + 1, high) for low, high in itertools.pairwise(marks)]
    if not 2 <= len(parts) <= _MOST_APART:
        return []
    words = [
        re.sub(r"\([^()]*\)", "", _ET_CETERA.sub("", text[a:b].rstrip("。；")) if i + 1 == len(parts) else text[a:b])
        for i, (a, b) in enumerate(parts)
    ]
    if not all(_BODIES.search(w) or w.endswith("单位") for w in words) or any(
        re.match(r"且|并|或|但|其中|包括|以及", w) for w in words
    ):
        return []
    return parts if sum(_OWN.search(w) is not None for w in words) >= 2 and _OWN.search(words[1]) is not None else []


_OF_ALL = re.compile(r"(?:在|依法|经|具有|注册)[^；。：]{4,80}的(?=[^，；。：的]{3,40}$)")
"""在本区注册、具有法人资格的甲单位、乙企业: what stands before the first of the bodies holds for all of them."""


_ANY_BODY = re.compile(r"(?:其他|各类|相关|有关)?(?:企业|单位|机构|个人|组织|团队|人才|法人|主体)(?:等)?[。；]?")


def _body(state: State, low: int, high: int) -> Node | None:
    """What one body of a list must be: what the facts know of it, else its name; None for any enterprise at all."""
    read = all_of(inline_condition(state.m, low, high))
    if read is not None or _ANY_BODY.fullmatch(state.m.text, low, high) is not None:
        return read
    end = low + len(state.m.text[low:high].rstrip("。；"))
    return declared(state.m, low, end, origin="declared/body")


_FIRMS_HERE = re.compile(
    r"[^，；。、]{0,12}?(?:(?:[区市县省州境园]|辖区|范围)内|[我本全][区市县省州])的?(?:各类|所有|注册)?(?:企业|单位|机构)"
)
"""番禺区内企业、科研机构…: the place holds for all of the list, and the first of it is any enterprise."""


def whom(state: State, start: int, end: int) -> list[Node]:
    """在本区注册的银行、保险公司，以及融资租赁公司: the bodies that a text is for are alternatives, where they are registered holds for all."""
    text = state.m.text
    listed = _FOLLOWING.search(text, start, end)
    if listed is not None:  # 适用于在本区注册的下列机构：
        end = listed.start()
        return inline_condition(state.m, start, end) if end - start >= 4 else []
    several = _told_apart(text, start, end)
    if several:
        return either_of(inline_condition(state.m, low, high) for low, high in several)
    where = _WHERE.match(text, start, end)
    begin = where.end() if where is not None else start
    parts: list[Span] = []
    depth, position = 0, begin
    cuts = {m.start(): m.end() for m in _SPLIT.finditer(text, begin, end)}
    for index in range(begin, end + 1):
        char = text[index] if index < end else ""
        depth += (char in "(《“" and char != "") - (char in ")》”" and char != "")
        if index == end or (depth <= 0 and index in cuts and _BODIES.search(text, position, index)):
            parts.append((position, index))
            position = cuts.get(index, index)
    of_all = _OF_ALL.match(text, *parts[0]) if len(parts) > 1 and where is None else None
    if of_all is not None:
        whole = inline_condition(state.m, start, end)
        if any("any" in node for node in whole):
            return whole
        begin, parts[0] = of_all.end(), (of_all.end(), parts[0][1])
    if (
        len(parts) < 2
        or re.search("^在|[的，；]", text[slice(*parts[0])])
        or _FIRMS_HERE.fullmatch(text, *parts[0])
        or not all(_BODIES.search(re.sub(r"\([^()]*\)", "", text[a:b].rstrip("。；等"))) for a, b in parts)
    ):
        return inline_condition(state.m, start, end)
    trees = [_body(state, a, b) for a, b in parts]
    facts = {tree.get("fact", "") for tree in trees if tree is not None}
    either = any_of([tree for tree in trees if tree is not None])
    if either is None or None in trees or (len(facts) == 1 and "" not in facts):
        return inline_condition(state.m, start, end)
    return [*(inline_condition(state.m, start, begin) if where or of_all else []), either]


def scope_in(state: State, start: int, end: int) -> Span | None:
    """The words of 扶持对象是指… behind 是指, up to a mere enumeration (，包括…)."""
    text = state.m.text
    scope = APPLIES.fullmatch(text, start, end)
    if scope is not None:
        return scope.span("who") if scope["who"] else scope.span("who2")
    firms = ITS_FIRMS.match(text, start, end)
    if firms is not None:
        return firms.end(), end
    if not re.match(r"[^，；。]{0,24}(?:对象|主体|范围)(?:是指|为|包括|面向|须是|应为)", text[start:end]):
        return None
    said = _OBJECT.match(text, start, end)
    if said is None:
        return None
    stop = re.compile(r"，(?:包括|具体包括|其中|主要包括)").search(text, said.end(), end)
    return said.end(), stop.start() if stop else end
