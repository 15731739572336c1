"""Drafts that are one item though they stand apart: what is supported in one place, by how much in another; kinds line by line."""

from __future__ import annotations

import bisect
import itertools
import re

from policies.extract.alike import into_first, runs_alike
from policies.extract.conditions import inline_condition
from policies.extract.fielded import as_one_scale, is_told_in_fields, without_summary
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.naming import is_taken_up
from policies.extract.pieces import units
from policies.extract.state import STAGED, State
from policies.marking import is_field_name
from policies.segmenting import Clause

_STANDARD = re.compile(
    r"[^\d，]{0,8}?(?:支持|补助|补贴|奖励|资助|扶持|贴息|奖补)(?:资金|金)?(?:标准|额度|方式|金额|比例)(?:$|[：:及和与、（(]|如下|为$)"
)
_SUBJECT = re.compile(r"(?:支持|补助|补贴|奖励|资助|扶持|贴息|奖补)(?:的)?(?:内容|重点|方向|范围|项目|类别)")
_OUTER = ("root", "card", "chapter", "annex")


def join(state: State, root: Clause) -> None:
    """Bring together the drafts of one benefit before conditions are shared out."""
    standards = [c for c in root.walk() if is_standard(state, c)]
    begins = [c.start for c in standards]
    for clause in standards:
        start = _where_supported(state, clause, begins) or _of_one_benefit(state, clause, len(standards))
        if clause.parent is not None and is_told_in_fields(clause, sum(c.parent is clause.parent for c in standards)):
            as_one_scale(state, clause)
            if start is not None:
                without_summary(state, clause, start)
        if start is not None:
            _complete(state, clause, start)
    _without_leads(state, root)
    _by_name(state, root)
    _as_above(state)
    _kinds(state, root)
    _graded(state, root)
    _of_one_base(state, root)
    for run in runs_alike(state.m.text, state.drafts):
        _as_tiers(state, run)
    _fields(state, root)


def is_standard(state: State, clause: Clause) -> bool:
    """Whether the clause is named after how much is given (支持标准, 奖励金标准)."""
    return clause.in_role in (None, "benefit") and bool(
        _STANDARD.match(clause.heading) or (clause.style == "label" and _STANDARD.match(state.m.text, clause.start))
    )


def _where_supported(state: State, clause: Clause, begins: list[int]) -> int | None:
    """Where it begins to say what is supported: the clause with this one standard (`begins`: all) and no later sums, or the section before."""
    host: Clause | None = None
    for above in clause.ancestors():
        if above.style in _OUTER or bisect.bisect_left(begins, above.end) - bisect.bisect_left(begins, above.start) != 1:
            break
        if any(clause.end <= d.start < above.end and d.amounts for d in state.drafts):
            break  # the next card of the section says under another name what it gives
        host = above
        if above.style == "name":
            break
    if host is not None:
        return host.start
    if clause.parent is None or clause.parent.style == "root":
        return None
    before = [c for c in clause.parent.children if c.end <= clause.start]
    named = [c for c in before if _SUBJECT.match(c.heading)]
    return (named or before)[0].start if before else None


def _of_one_benefit(state: State, clause: Clause, standards: int) -> int | None:
    """Where a text of one benefit (一、政策内容 … 二、资助标准 … 三、申报条件) says what is supported: nothing is promised behind its sums."""
    if clause.parent is None or clause.parent.style != "root" or standards != 1 or not is_told_in_fields(clause, 1):
        return None
    before = [c for c in clause.parent.children if c.end <= clause.start]
    promised = [d for d in state.drafts if not clause.start <= d.start < clause.end]
    if not before or any(d.start >= clause.end for d in promised) or any(d.start < before[0].start for d in promised):
        return None
    return next((c.start for c in before if any(c.start <= d.start < c.end for d in promised)), None)


def _complete(state: State, clause: Clause, start: int) -> None:
    """The sums of the standard belong to what the words before it promise: to the one item, or to that whose name it repeats."""
    sums = [d for d in state.drafts if clause.start <= d.start < clause.end and d.amounts]
    named = [d for d in state.drafts if start <= d.start < clause.start]
    if len(sums) == 1 and sum(bool(d.amounts) for d in named) <= 1 and len(named) <= 2:
        (item,) = sums
        for draft in named:
            item.criteria = [*draft.criteria, *item.criteria]
            item.title = draft.title or item.title
        state.drop(named)
        item.start = start
        item.words = state.m.text[item.start : item.end]
        return
    hosts = [d for d in named if not d.amounts]
    if (
        len(sums) > 1 and len(named) == len(hosts) == 1
    ):  # 政策内容：对…项目给予补助。 over several sums: whom it names, they are for
        for draft in sums:
            telling = not draft.criteria and not any(a.get("when") for a in draft.amounts)
            draft.criteria = [*(n for n in hosts[0].criteria if telling or not _is_words(n)), *draft.criteria]
        state.drop(hosts)
        return
    pairs = [(d, _namesake(state, d, hosts)) for d in sums]
    if hosts and all(host is not None for _, host in pairs) and len({id(host) for _, host in pairs}) == len(sums):
        for draft, host in pairs:
            if host is not None:
                host.amounts = draft.amounts
                host.criteria = [*host.criteria, *draft.criteria]
        state.drop(sums)


def _namesake(state: State, draft: ItemDraft, hosts: list[ItemDraft]) -> ItemDraft | None:
    """The promise that the heading of a sum repeats (贷款贴息：…40%… for 给予贷款贴息支持); None where none or several do."""
    name = draft.title or state.m.text[draft.start : draft.start + 12]
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    scores = [sum(pair in state.m.text[d.start : d.end] for pair in pairs) for d in hosts]
    best = max(scores, default=0)
    return hosts[scores.index(best)] if best >= 2 and scores.count(best) == 1 else None


def kinship(words: str, item: str) -> int:
    """How many pairs of characters a condition or a name shares with an item's words."""
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    return sum(item[i : i + 2] in pairs for i in range(len(item) - 1))


def _fields(state: State, root: Clause) -> None:
    """The one promise of a card's field takes all of it, where the field is plain text."""
    for clause in root.children:
        if clause.style == "card" and clause.role == "benefit" and clause.paragraphs and not clause.children:
            inside = [d for d in state.drafts if clause.start <= d.start < clause.end]
            sums = [d for d in inside if d.amounts]
            if len(inside) == 1 or len(sums) == 1:
                item = (sums or inside)[0]
                item.criteria = [*_lead(state, clause, item), *(n for d in inside for n in d.criteria)]
                item.start, item.end = clause.paragraphs[0][0], clause.paragraphs[-1][1]
                item.words = state.m.text[item.start : item.end]
                state.drop([d for d in inside if d is not item])


_LEAD = re.compile(r"(?:重点|积极|大力)?(?:支持|鼓励|引导|扶持|资助)(?=[^。；]{8,})")


def _lead(state: State, clause: Clause, item: ItemDraft) -> list[Node]:
    """支持企业牵头建设创新中心。采取后补助方式，…: whom the field's first sentence names, the sum behind it is for."""
    low, high = clause.paragraphs[0]
    verb = _LEAD.match(state.m.text, low, high)
    stop = state.m.text.find("。", low, high)
    if verb is None or not 0 <= stop <= item.start:
        return []
    return inline_condition(state.m, verb.end(), stop)


_NAME = re.compile(r"[一-龥“”]{2,12}(?:扶持|奖励|资助|补贴|补助|贴息|孵化)")


def _by_name(state: State, root: Clause) -> None:
    """In a list of benefits a clause named 剧本创作扶持 that only says whom it is for is an item as well."""
    named = [
        c for c in root.walk() if c.in_role == "benefit" and c.style != "card" and not c.children and _NAME.fullmatch(c.heading)
    ]
    if len(named) < _LEAST_NAMED:
        return
    for clause in named:
        body = min(clause.body + len(clause.heading) + 1, clause.end)
        if clause.end - body < 16 or any(clause.start <= d.start < clause.end for d in state.drafts):
            continue
        criteria = [n for a, b, _ in units(state.m.text, body, clause.end) for n in inline_condition(state.m, a, b)]
        if criteria:
            words = state.m.text[clause.start : clause.end]
            state.drafts.append(ItemDraft(clause.start, clause.end, criteria, title=clause.heading, words=words))
    state.drafts.sort(key=lambda d: d.start)


_LEAST_NAMED = 3  # so many clauses named after what is given make a list of benefits
_ABOVE = re.compile(
    r"(?:参照|按照?)(?:(?:上述|前款|前项|前述)[^，；。]{0,14}(?:标准|档位|金额|比例|额度)|本[^，；。]{2,8}第[一二三四五六七八九十百\d]{1,4}条[^，；。]{0,12}(?:标准|金额|额度|奖励金|奖励标准))"
)


def _as_above(state: State) -> None:
    """成立不足两年的…参照上述档位给予支持 goes on with the item before it: the sums are the same."""
    for before, draft in list(itertools.pairwise(state.drafts)):
        if before.amounts and not draft.amounts and _ABOVE.search(state.m.text, draft.start, draft.end):
            before.end = max(before.end, draft.end)
            before.words = state.m.text[before.start : before.end]
            state.drop([draft])


_TARGETED = re.compile(r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)]?[.、]?)?(?:对于?|凡|鼓励|支持|引导|给予)")


def _kinds(state: State, root: Clause) -> None:
    """Numbered lines that each name a kind or a level and its sum, in the same words, are tiers of one item."""
    for clause in root.walk():
        if STAGED.search(state.text_of(clause)) or any(c.style == "article" for c in clause.children):
            continue
        runs: list[list[ItemDraft]] = [[]]
        for child, inside in zip(clause.children, _below(state, clause), strict=True):
            if len(inside) != 1 or not _names_kind(state, inside[0]) or _is_card(child):
                runs.append([])
                continue
            (draft,) = inside
            if runs[-1] and not _of_a_kind(state, runs[-1][-1], draft):
                runs.append([draft])
            else:
                runs[-1].append(draft)
        for run in runs:
            said = {_LEVEL.sub("", state.m.text[d.start : d.end]) for d in run}
            if len(run) >= _LEAST_NAMED or (len(run) > 1 and len(said) == 1):
                _as_tiers(state, run)


_LEVEL = re.compile(r"(?:国家|[省市区县])级|\W|\d[\d,.]*|[万亿]")  # 国家级平台奖励200万元；省级平台奖励50万元
_RECEIVER = re.compile(
    r"[^，；。]{4,}的(?:企业|单位|机构|公司|项目|平台|园区|个人|人才|院校)?(?=[，。]|给予|一次性|奖励|补[助贴]|按)"
)
"""通过清洁生产审核的企业，: a line that tells for itself for whom it is."""


def _of_a_kind(state: State, before: ItemDraft, draft: ItemDraft) -> bool:
    """Whether two lines promise the same in the same words for two kinds of one thing, and not each its own thing to its own receivers."""
    if not _alike(_promise(state, before), _promise(state, draft)) or not _of_one_sort(before, draft):
        return False
    facts = [{x["fact"] for n in d.criteria for x in leaves_of(n)} - {"declared"} for d in (before, draft)]
    if facts[0] or facts[1]:
        return bool(facts[0] & facts[1])
    return not all(_RECEIVER.match(state.m.text, d.start) for d in (before, draft))


def _below(state: State, clause: Clause) -> list[list[ItemDraft]]:
    """The drafts that begin in each child of a clause; the children are in order and apart."""
    below: list[list[ItemDraft]] = [[] for _ in clause.children]
    if not below:
        return below
    begins = [c.start for c in clause.children]
    for draft in state.drafts:
        if begins[0] <= draft.start < clause.end:
            at = bisect.bisect_right(begins, draft.start) - 1
            if draft.start < clause.children[at].end:
                below[at].append(draft)
    return below


def _of_one_sort(one: ItemDraft, other: ItemDraft) -> bool:
    """Whether two lines may be kinds of one benefit: not where they are for other titles, or for what other facts tell."""
    facts, titles = zip(*(_told(d) for d in (one, other)), strict=True)
    if all(titles):
        return bool(titles[0] & titles[1])
    return not all(facts) or facts[0] == facts[1]


def _told(draft: ItemDraft) -> tuple[set[str], set[str]]:
    """The facts that an item's conditions are about, free words aside, and the titles among them without their levels."""
    leaves = [x for n in draft.criteria for x in leaves_of(n)]
    titles = {str(v).split(".")[0] for x in leaves if x["fact"].startswith("qualification") for v in x["value"]}
    return {x["fact"] for x in leaves} - {"declared", "industry_theme"}, titles


def _is_card(clause: Clause) -> bool:
    """Whether a numbered part tells its benefit in fields (政策内容：…  申报条件：…) or below its name: it is no line of a list of kinds."""
    fields = any(
        c.style in ("label", "card") or c.role in ("eligibility", "material") or (c.role == "benefit" and is_field_name(c.heading))
        for c in clause.children
    )
    return fields or (len(clause.paragraphs) > 1 and _GIFT_TITLE.fullmatch(clause.heading) is not None)


_GIFT_TITLE = re.compile(r"[^，。；：]{2,20}(?:奖励|补[助贴]|资助|扶持|贴息|奖补)")
_NAMED_GIFT = re.compile(r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)]?[.、]?)?[^，；。：]{2,12}(?:补助|补贴|奖励|资助|贴息|奖补)：按")
"""展会补助：按展位费50%补助: a benefit by name, paid for a cost of its own."""


def _names_kind(state: State, draft: ItemDraft) -> bool:
    words = state.m.text[draft.start : draft.end]
    return (
        len(draft.amounts) == 1
        and len(words) <= 40
        and not draft.amounts[0].get("when")
        and len(_promise(state, draft)) >= 4
        and not _TARGETED.match(words)
        and not _NAMED_GIFT.match(words)
        and not is_taken_up(state, draft)
    )


def _promise(state: State, draft: ItemDraft) -> str:
    """The words of the draft's sum without its figures."""
    evidence = draft.amounts[0]["evidence"]
    return re.sub(r"\W|\d[\d,.]*", "", state.m.text[evidence["start"] : evidence["end"]])


def _alike(one: str, other: str) -> bool:
    return one[:4] == other[:4] or one[-4:] == other[-4:]


_GRADES = re.compile(r"(?:分档|分等|分级|分档次|分等级)[^，；。]{0,8}(?:支持|补助|补贴|奖励|资助|扶持)")


def _graded(state: State, root: Clause) -> None:
    """采取后补助方式给予分档支持, over numbered lines with one sum each: the lines are the tiers of one item."""
    for clause in root.walk():
        before = [(a, b) for a, b in clause.paragraphs if not clause.children or b <= clause.children[0].start]
        if clause.style in _OUTER or not any(_GRADES.search(state.m.text, a, b) for a, b in before):
            continue
        below = _below(state, clause)
        if len(below) < 2 or any(len(inside) != 1 or not inside[0].amounts for inside in below):
            continue
        run = [draft for inside in below for draft in inside]
        _as_tiers(state, run)
        run[0].start, run[0].title = clause.start, clause.heading
        run[0].words = state.m.text[run[0].start : run[0].end]


def _of_one_base(state: State, root: Clause) -> None:
    """1.营业收入2000万元以下的，按研发投入的10%；2.营业收入2000万元以上的，按研发投入的5%: shares of one base by bounds on one fact."""
    for clause in root.walk():
        if clause.style == "root" or len(clause.children) < 2:
            continue
        below = _below(state, clause)
        if any(len(inside) != 1 or not _one_base(inside[0]) for inside in below) or any(map(_is_card, clause.children)):
            continue
        if all(_GIFT_TITLE.fullmatch(c.heading) for c in clause.children):
            continue  # 1.重大项目奖励。…2.技改奖励。…: each by a name of its own
        run = [draft for inside in below for draft in inside]
        amounts = [d.amounts[0] for d in run]
        if any(a["kind"] != "ratio" or not a.get("base") for a in amounts) or len({a["base"] for a in amounts}) > 1:
            continue
        bounds = [
            {
                x["fact"]: (x["op"], x.get("value"))
                for n in (*d.criteria, d.amounts[0].get("when") or {})
                for x in leaves_of(n)
                if x["op"] in ("ge", "gt", "le", "lt")
            }
            for d in run
        ]
        shared = set.intersection(*(set(b) for b in bounds))
        if any(len({b[fact] for b in bounds}) > 1 for fact in shared):
            _as_tiers(state, run)
            run[0].title = clause.heading


def _one_base(draft: ItemDraft) -> bool:
    """Whether a draft pays one share for all it names, with nothing but what comes on top beside it."""
    if not draft.amounts or any(not a.get("plus") for a in draft.amounts[1:]):
        return False
    return len(draft.amounts) > 1 or "when" not in draft.amounts[0]


def _as_tiers(state: State, run: list[ItemDraft]) -> None:
    into_first(state.m.text, run)
    state.drop(run[1:])


def _without_leads(state: State, root: Clause) -> None:
    """A promise without sums over a numbered list of promises with sums is their lead: whom it names, they are for."""
    for clause in root.walk():
        if not clause.children or not clause.paragraphs or (clause.style == "root" and not _is_guide(clause)):
            continue
        first = clause.children[0].start
        leads = [d for d in state.drafts if clause.start <= d.start < first and d.end <= first and not d.amounts]
        below = [d for d in state.drafts if first <= d.start < clause.end and d.amounts]
        if not leads or not below:
            continue
        for draft in below:
            draft.criteria = [*(n for lead in leads for n in lead.criteria if not _is_words(n)), *draft.criteria]
        state.drop(leads)


_HOW_MUCH = re.compile(r"(?:支持|扶持|补贴|补助|奖励|奖补|资助)(?:标准|方式|内容|额度)")


def _is_guide(root: Clause) -> bool:
    """Whether a text is one benefit told in parts: 一、支持标准 …  二、申报条件 …."""
    return any(_HOW_MUCH.search(c.heading[:14]) for c in root.children if c.heading)


def _is_words(node: Node) -> bool:
    return any(x["fact"] == "declared" for x in leaves_of(node))
