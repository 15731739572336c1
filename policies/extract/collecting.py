"""Walking the clause tree: which clauses give conditions for all, which grant something, and whose conditions belong to whom."""

from __future__ import annotations

import re

from policies.cleaning import clean
from policies.extract.addressing import refers_to_article
from policies.extract.amounts import read_amounts
from policies.extract.applying import apply_for
from policies.extract.asking import asked_beside
from policies.extract.behind import demands_behind
from policies.extract.benefits import benefits
from policies.extract.ceilings import limit_clauses, limits_apart
from policies.extract.conditions import declared, read_typed
from policies.extract.granting import grant_list, grant_paragraphs
from policies.extract.items import ItemDraft
from policies.extract.joining import join
from policies.extract.leaf import Node, all_of, leaves_of
from policies.extract.mentions import Mentions
from policies.extract.moved import told_apart
from policies.extract.references import resolve
from policies.extract.refusals import refusals
from policies.extract.sections import conditions_of, said_in_passing, scope_of
from policies.extract.sharing import share
from policies.extract.state import EXCLUSION, SANCTION, SKIPPED, State, beyond, distinct, flat
from policies.extract.tables import grant_tables
from policies.segmenting import Clause
from policies.wording import in_standard_words

_SCOPE = re.compile(
    r"^(?:(?:本(?:章|节|办法|措施|政策|细则|规定|意见|若干措施|通知|文件|条例)|(?:以上|上述)[^，。；]{1,10})[^，。；]{0,12}(?:适用于|"
    r"适用对象|适用范围|扶持对象|支持对象|奖励对象|(?:所称|所指|所述|中)的?“?(?:企业|单位|机构|申报主体|市场主体)”?，?(?:均)?(?:是?指|为|是)|(?:所)?(?:支持|扶持|奖励|资助)的(?:企业|单位|机构)，?(?:均)?(?:须|应|必须|需|是指|为))|享受本[^，。；]{1,8}(?:政策|办法|措施|扶持|奖励)?的(?:企业|单位|机构|对象|项目)|"
    r"[^。\n]{0,16}(?:符合|满足|具备)(?:以下|下列)条件[^。\n]{0,20}可以?(?:申请|享受|申报)(?:本[^，。；]{1,8})?第[一二三四五六七八九十]|适用(?:于|范围)|[^，。；]{0,16}(?:适用|扶持|支持|奖励|补贴|补助|资助|申报|申请|享受)(?:对象|主体|单位|企业|机构|人|者)(?:是指|为|包括|须|"
    r"应|必须|是)|申报(?:本|单位|企业|主体)[^，。；]{0,14}(?:应|须|需)(?:当)?(?:同时)?(?:符合|满足|具备|财务))|"
    r"[^；。\n]{6,140}?(?:，|(?<=企业)|(?<=组织)|(?<=单位)|(?<=机构)|(?<=主体))(?:均)?(?:适用本(?:办法|规定|细则|措施|意见)|可以?享受本(?:优惠)?(?:政策|办法|规定|措施)|可以?(?:依照|按照)(?:本[^，；。]{2,6})申(?:请|报)|可以?申请[^，；。]{2,16}[。；])"
)
_HANDING_IN = re.compile(r"(?:应当?|须|需|可)[^；。]{0,44}(?:提交|登录|填报|上传|填写|报送)|登录[^，；。]{2,24}(?:平台|系统|网站)")
_LIST_LEAD = re.compile(
    r"^[^，；。：\n]{2,24}(?:应当?|须|必须|需)(?:同时)?(?:符合|满足|具备)：$|"
    r"(?:应当?|须|必须|需)?(?:同时)?(?:符合|满足|具备|达到)(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|标准|要求)(?:之一)?(?:的(?:企业|"
    r"单位|机构|项目|申报主体))?(?:，方可[^，；。]{2,16})?[：:]?$",
    re.MULTILINE,
)
_EXCLUSIVE = re.compile(
    r"就高不重复|从高不重复|从优不重复|就高、不重复|不重复(?:享受|支持|奖励|补助|资助|计算|申报)|不得重复(?:申报|申请|享受)|不可重复|不予重复|不再重复"
)
_UNDERTAKING = re.compile(
    r"(?:企业|单位)?(?:应|须|需)?承诺[^；。]{4,80}(?:不迁出|不迁离|不外迁|不减少|不改变)[^；。]{0,60}|承诺在[^，；。]{2,16}(?:经营|运营|存续|落户)[^，；。]{0,8}年(?:以上|以内)?"
)
_BY_NUMBER = re.compile(r"(?:申请|享受|获得)[^。；，]{0,8}第[一二三四五六七八九十]{1,3}条[^。；，]{0,12}$")
_WHO = re.compile(
    r"(?:用于支持|支持|适用于|扶持|面向)[^，；。]{0,8}(?:[我本][省市区县]|[一-龥]{2,6}(?:省|市|区|县))[^。；]{0,24}企业"
)
_OF_PERSONS = re.compile(r"申报(?:主体|人|对象)(?:应|须)?(?:为|是|限于?)(?:自然人|个人)(?=[，。；])")
_PERSONAL = re.compile(
    r"住房保障|公共租赁|公租房|保障性住房|经济适用|最低生活|低保|社会救助|临时救助|特困|残疾人|救助供养|老年人|居家养老|长期护理|医疗保险(?!费)|入户|"
    r"积分制|生育|殡葬|扶贫|职称|任职资格|公务员|高龄|优抚|抚恤|义务教育|学生资助"
)
_FOR_PLACES = re.compile(
    r"(?:高新技术产业开发区|经济技术开发区|(?<!科技)开发区|示范县|示范市|示范镇|特色小镇|文化礼堂|美丽乡村|示范村|美丽县城|海绵城市|智慧城市试点)[^，。企业]{0,10}(?:认定|"
    r"建设|创建|评定|设立|升级)[^，。企业]{0,14}(?:办法|标准|细则|规定|通知)"
)
_NAMING = re.compile(
    r"关于(?:命名|公布|表彰|授予|确认|公示|通报)[^，。]{2,60}(?:名单|\d+家|的决定|的通报|的通知|的公告|称号)|(?:名单|结果)(?:的)?(?:公示|公告|通知)?$"
)


Collected = tuple[list[ItemDraft], Node | None, bool, list[tuple[int, int]]]


def collect(m: Mentions, root: Clause, *, title: str) -> Collected:
    """The items of a document, its common criteria, whether its benefits exclude one another, and references that lead nowhere."""
    state = State(m, in_standard_words(clean(title)).text)
    if _for_persons(title, m.text) or title.endswith("批复") or _NAMING.search(title) or _FOR_PLACES.search(title):
        return [], None, False, []
    _walk(state, root)
    if "条例" in title[-14:]:
        state.drafts = [d for d in state.drafts if d.amounts]
    join(state, root)
    if _is_stray(state):
        return [], None, False, []
    limits_apart(state, root)
    limit_clauses(state, root)
    if not state.drafts:
        apply_for(state, root, title)
    share(state)
    lost = resolve(state, root)
    way = delivery_of(state, root)
    for draft in state.drafts:
        draft.delivery = way
    return (*_settled(state), lost)


_STRAY_IN, _STRAY = 2500, 0.03  # characters of text; the share of it that a stray promise is at most


def _is_stray(state: State) -> bool:
    """One promise without a sum in a long text that neither conditions nor an application follow: the text gives tasks."""
    if len(state.drafts) != 1 or state.sections or state.scopes or len(state.m.text) < _STRAY_IN:
        return False
    (draft,) = state.drafts
    return not draft.amounts and draft.end - draft.start <= _STRAY * len(state.m.text) and not _HANDED_IN.search(state.m.text)


_JUDGED = re.compile(
    r"(?:专家|组织|进行|开展|委托)[^，；。]{0,16}(?:评审|评选|遴选|论证)|评审(?:立项|委员会|专家|会议|机构)|择优(?:支持|确定|推荐|遴选|评选)|竞争性"
)
_HANDED_IN = re.compile(
    r"(?:提出|提交|递交|填写|填报|报送|受理)[^，；。]{0,20}(?:申请|申报)|(?:申请|申报)(?:单位|企业|人|材料|表|书|指南)|(?:申报|申请)(?:通知|平台|系统)"
)


def delivery_of(state: State, root: Clause) -> str:
    """How the document says its benefits are got: by its sections of procedure, material and applications."""
    words = "".join(
        state.text_of(c)
        for c in root.walk()
        if c.in_role in ("procedure", "material") or (c.in_role == "time" and "申" in c.heading)
    )
    if _JUDGED.search(words):
        return "review"
    return "application" if _HANDED_IN.search(words) else "unspecified"


def _settled(state: State) -> tuple[list[ItemDraft], Node | None, bool]:
    """Common criteria stand once; in a document with one item everything stands in the item."""
    exclusive = bool(_EXCLUSIVE.search(state.m.text))
    shared = distinct(state.common)
    common = all_of(shared)
    if len(state.drafts) != 1:
        for draft in state.drafts:
            draft.criteria = told_apart(state.m, beyond(shared, distinct(draft.criteria)), draft.amounts)
        return state.drafts, common, exclusive
    (draft,) = state.drafts
    spans = [c for c, _ in state.sections if c.style not in ("card", "label")]
    if spans and draft.amounts:
        draft.start, draft.end = min([draft.start, *(c.start for c in spans)]), max([draft.end, *(c.end for c in spans)])
    draft.criteria = told_apart(state.m, distinct([*(flat(common) if common else []), *draft.criteria]), draft.amounts)
    draft.exclusive = draft.exclusive or exclusive
    return state.drafts, None, False


def _for_persons(title: str, text: str) -> bool:
    """Whether the benefits are for households and persons: relief, housing, care, settlement. Such texts grant an enterprise nothing."""
    if _OF_PERSONS.search(text):
        return True
    if not _PERSONAL.search(title or text[:160]):
        return False
    return len(re.findall(r"企业|用人单位|公司", text)) < len(
        re.findall(r"家庭|居民|户籍|老年人|残疾人|申请人|保障对象|参保人|人员|学生|职工", text)
    )


def _walk(state: State, clause: Clause) -> None:
    role = clause.in_role
    own = state.text_of(clause)
    if role == "procedure" and clause.style in ("cn", "chapter") and re.search(r"保障|措施|组织(?!申报)", clause.heading):
        clause.role = "measures"
    elif role == "basis" and (
        clause.style == "chapter" or (clause.style == "cn" and any(c.style == "article" for c in clause.children))
    ):
        clause.role = "general"
        _who(state, clause)
    elif clause.role == "procedure" and re.search(r"条件|对象", clause.heading) and clause.style in ("cn", "chapter"):
        clause.role = "general"
    elif role in SKIPPED and clause.style != "root" and not _lists_conditions(own, clause):
        _skip(state, clause, role)
        return
    children = grant_tables(state, clause)
    if clause.role in ("eligibility", "exclusion") and not _grants(state, clause):
        nodes = conditions_of(state, clause, excluding=clause.role == "exclusion")
        if nodes:
            state.sections.append((clause, nodes))
        return
    if (
        clause.style in ("article", "cn", "cn_paren", "num", "label")
        and (_SCOPE.match(own) or _LIST_LEAD.search(own))
        and not _HANDING_IN.search(own[:60])
        and not _grants(state, clause)
    ):
        state.scopes.append((clause, scope_of(state, clause)))
        return
    if clause.style != "root" and EXCLUSION.search(own.split("\n")[0]) and clause.children and not SANCTION.search(own):
        state.common.extend(conditions_of(state, clause, excluding=True))
        return
    if clause.children and clause.paragraphs and grant_list(state, clause):
        return
    for a, b in clause.paragraphs:
        _undertaking(state, a, b)
    first = len(state.drafts)
    grant_paragraphs(state, clause)
    _refuse(state, clause, state.drafts[first:])
    demands_behind(state, clause, state.drafts[first:])
    if role not in SKIPPED:
        asked_beside(state, clause, state.drafts[first:])
    for child in children[_past_title(clause) :]:
        _walk(state, child)


def _past_title(clause: Clause) -> int:
    """How many parts stand before the first field of a card: its number and its name, which promise nothing."""
    fields = [i for i, c in enumerate(clause.children) if c.style == "card"]
    return fields[0] if clause.style == "root" and len(fields) >= 2 else 0


def _refuse(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """A refusing sentence beside promises is a condition of theirs, standing alone one of all items."""
    for a, b in clause.paragraphs:
        for (low, high), nodes in refusals(state.m, a, b):
            if refers_to_article(state.m.text[low:high]):
                state.asked.append((clause, (low, high), nodes))
                continue
            hosts = [d for d in drafts if d.start <= low < d.end] or drafts
            for draft in hosts:
                spans = [x["evidence"] for t in draft.criteria for x in leaves_of(t)]
                if not any(low <= e["start"] < high for e in spans):
                    draft.criteria.extend(nodes)
            if not drafts:
                state.common.extend(nodes)


def _lists_conditions(own: str, clause: Clause) -> bool:
    """An article 申请…应当符合下列条件： (or …不予支持：) among procedure and closing provisions still lists conditions."""
    listed = _LIST_LEAD.search(own) or EXCLUSION.search(own.split("\n")[0])
    return clause.style == "article" and bool(clause.children) and listed is not None and not SANCTION.search(own)


def _skip(state: State, clause: Clause, role: str | None) -> None:
    """A section of procedure grants nothing, but may still hold conditions and undertakings."""
    if role == "supplementary":
        for piece in clause.walk():
            for a, b in piece.paragraphs:
                state.common.extend(said_in_passing(state, a, b))
            asked_beside(state, piece, [])
    if role not in ("material", "contact"):
        for piece in clause.walk():
            for a, b in piece.paragraphs:
                _undertaking(state, a, b)
    if role == "supplementary" or (role == "procedure" and clause.style in ("chapter", "cn")):
        for child in clause.children:
            if child.role in ("eligibility", "benefit") or _lists_conditions(state.text_of(child), child):
                _walk(state, child)


_GIVEN = re.compile(r"给予|(?:奖励|补助|补贴|资助)\d[\d.]{0,9}(?:万|亿)?元")


def _grants(state: State, clause: Clause) -> bool:
    """Whether a section named after its conditions also holds the promises (支持对象和标准); a card's field never does."""
    if clause.style == "card":
        return False
    found = [(benefits(state.m.text, a, b), state.m.text[a:b]) for c in clause.walk() for a, b in c.paragraphs]
    return any(
        _GIVEN.search(words)
        and any(read_amounts(state.m.text, b.promises) or b.conditions for b in promised)
        and not re.search(r"优先给予|给予优先", words)
        for promised, words in found
    )


def _who(state: State, clause: Clause) -> None:
    """General provisions may say whom the money is for: 用于支持我省辖区内的工业企业."""
    for piece in clause.walk():
        for a, b in piece.paragraphs:
            m = _WHO.search(state.m.text, a, b)
            if m is not None and piece.style == "article" and not piece.children:
                found = read_typed(state.m, m.start(), m.end())
                state.common.extend(f.node for f in found if f.node["fact"] in ("registered_region", "industry", "enterprise_size"))


def _undertaking(state: State, start: int, end: int) -> None:
    """企业应承诺10年内不迁出 is a condition where the rule itself demands it."""
    m = _UNDERTAKING.search(state.m.text, start, end)
    said = any(n.get("origin") == "declared/undertaking" for n in state.common)
    if m is not None and _BY_NUMBER.search(state.m.text, max(start, m.start() - 24), m.start()):
        return  # 申请第一条奖励的企业须承诺…: asked of that article's items only
    if m is not None and not said and not re.search(r"承诺书|材料", m[0]):
        state.common.append(declared(state.m, m.start(), m.end(), origin="declared/undertaking"))
