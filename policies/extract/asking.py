"""Sentences that stand beside promises and demand something of those who apply: 申请贴息的企业，贷款须已按期还本付息."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from policies.extract.benefits import benefits
from policies.extract.conditions import inline_condition, listed_condition
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, leaves_of
from policies.extract.pieces import units
from policies.extract.refusals import refusal_in
from policies.extract.residue import bound_somebody
from policies.extract.sections import shut_out
from policies.extract.sentences import ITS_FIRMS, whom
from policies.extract.state import State
from policies.extract.typed import read_typed
from policies.lexicon.sought import Sought
from policies.segmenting import Clause

Span = tuple[int, int]

_GIFT = r"(?:奖励|奖补|补助|补贴|扶持|资助|支持|贴息|政策|资金|奖|优惠|项目)"
_WHO = r"(?:企业|单位|机构|主体|对象|组织|申请人|项目|展会|产品|平台|载体|园区|基地|中心|团队)"
_MUST = r"(?:(?<![对供响适])应(?!用)当?|必须|须|需(?!求|要)|原则上|不[低少高大]于|不得(?:低于|少于|超过|高于)|不超过|未(?=发生|受到?|被|出现|列入)|无(?=不良|重大|严重|失信|违法|欠))"
_ASKS = re.compile(
    rf"(?:凡|其中，?|同时，|此外，|另外，|除[^，。；]{{2,16}}外，|(?:企业|单位|机构)(?=享受本|申请本))?(?:其他|其余)?(?:"
    rf"(?P<who>(?:按照?第[一二三四五六七八九十]{{1,3}}条(?:的?规定)?)?(?:申[请报领]|享受|获得)(?:本|上述|以上)?[^，。；：的须应]{{0,24}}?{_GIFT}(?:资金)?的?[^，。；：的须应]{{0,10}}?(?:的|{_WHO})，?(?!认定|公示)"
    rf"|(?:申[请报]|参[评加选])[^，。；：的须应]{{2,24}}?的(?:企业|单位|机构|主体|组织|产品|项目))"
    rf"|符合条件的{_WHO}|(?:上述|以上|前述)(?:各类)?{_WHO}|(?:项目)?(?:申报|申请|获奖|受奖|受助)(?:企业|单位|主体|对象|机构|项目)|申[请报]的[^，。；：的须应]{{2,16}}|(?:奖励|扶持|支持|补助|补贴|资助)(?:对象|主体)"
    rf"|(?P<whose>(?:以上|上述|本条|本章|第[一二三四五六七八九十]{{1,3}}条)[^，。；：]{{0,16}}?{_GIFT}(?:的)?(?:{_WHO}|，)))"
    rf"[^。；：]{{0,48}}?{_MUST}[^。；：]{{3,}}"
)
_PROCEDURE = Sought(
    r"提出[^，；。]{0,8}申请|提交|报送|提供[^，。；]{0,16}(?:材料|资料|证明|报告|凭证|附件|信息|复印件|执照|说明|文件|清单)|填[报写]|上传|登录|配合|接受|承担|真实|专款|台账|退[回还]|追[回缴]|公示|承诺书|拨付|"
    r"(?:按照?|依据|根据)[^，。；]{0,16}(?:规定|要求|程序|办法|流程)|及时|申请表|材料|(?<!独立)核算|检查|责任(?!事故|险)|取消|停止|撤销|重复|一次|绩效|验收后|审核|核查|评审|书面|"
    r"签章|盖章|工作日|之日起|期限内|规定的?(?:条件|要求)|(?:以下|下列|如下|上述)[^，。；]{0,8}(?:条件|要求|规定|材料)|另行|(?<!孵化)(?<!服务)(?<!租赁)(?<!合作)(?<!入驻)(?<!劳动)(?<!委托)协议|资金[^，。；]{0,8}(?:应|须|使用|用于|用途)|个人所得税"
)


_OF_ITS = Sought(
    r"(?:同时，|且)?(?P<who>(?:供应|[^，。；：、的在对由按经应须需]){2,12})(?:原则上)?(?:(?<![对供响适反效])应(?![用急对])当?|必须|须|需(?![求要]))(?:同时)?(?:为|在|是|具有|具备|满足|达到|提前|依法|持续|连续|已|属于|符合|纳入|与|经|不|签[订署约]|正常|实际|取得|获得|通过|完成|开业|营业|经营|运营|从事|设有|配备|拥有|建有)[^。；：]{3,}"
)
_FOR_WHOM = re.compile(
    r"(?:本(?:政策|办法|措施|细则|规定|意见|若干措施)(?:主要|重点)?(?:支持|扶持|奖励|面向|(?:仅|只)?适用于)|(?:以上|上述)(?:各[项条])?(?:优惠|扶持|奖励|奖补|补贴)?(?:政策|条款|措施)(?:措施)?(?:均|仅|只)?适用于)"
    r"(?P<who>[^；。]{4,120}?(?:企业|单位|机构|组织|主体|工商户|合作社))"
)
"""本办法支持在本区注册的企业; 以上政策适用于…的企业, last of the lines that promise."""
_MEANS = re.compile(
    r"本(?:政策|办法|措施|细则|规定|意见|若干措施)(?:中)?所[称指](?:的)?“?(?P<stem>[^，。；：“”的]{2,12}?)(?:企业|单位|机构)”?，?(?:均)?是?指(?P<told>[^；。]{8,})"
)
"""本措施所称人工智能企业，是指在本区登记注册、…的企业, where the title speaks of just these."""
_CALLED = re.compile(
    r"(?:(?:本条|本项|本款)(?:所[称指述](?:的)?)?(?:企业|单位|机构|主体|项目)，?(?:应当?|必?须|需)(?:同时)?(?:是|为)?|"
    r"(?:其中，?|上述|前述|以上)?符合条件的(?:企业|单位|机构|主体)，?(?:是|系)?指|"
    r"获得?(?:本|该|上述|以上)?[^，。；：]{0,12}(?:奖励|补助|补贴|资助|扶持)的(?:企业|单位|机构)，?(?:还|均|应当?|必?须|需|同时){1,4}(?:满足|符合|具备|是|为)?：?)(?P<told>[^；。：]{4,})"
)
"""本条所称企业，应当…; 符合条件的企业是指…; 获得奖励的企业应满足：…: whom the promise of the same place is for."""
_STANDING = {
    "registered_region", "tax_region", "statistics_region", "legal_person", "financial_system_sound", "good_credit", "penalties",
    "serious_violation", "dishonest_debtor", "abnormal_operation", "safety_accidents", "environment_violations", "quality_accidents", "established_on",
}  # fmt: skip
_KIND = re.compile(r"[^，。；]{2}(?:企业|机构|合作社|农场|基地|园区|平台|楼宇|载体|酒店|民宿|基金|团队)$")
_OFFICES = re.compile(
    r"(?:经办|合作|承办|受托|代理|主办)(?:金融)?(?:银行|机构)|部门|[局委厅办]$|政府|财政|资金|奖励|补贴|补助|经费|专家|镇街|街道|管委会|工作|区县"
)


_FIELD = re.compile(
    r"(?:支持|申报|申请|奖励|补贴|补助|扶持|资助|享受|借款人|贷款)?(?P<what>条件|要求|对象|范围)(?:：|(?<=对象)[为是]|(?<=人范围)[为是]|(?<=[请报]条件)[为是]，?)(?P<told>[^；。：]{4,})"
)
_RUN_ON = Sought(
    r"(?P<lead>(?P<who>[^，。；：\n]{2,30}?)(?:的，)?(?:应当?|须|必须|需)(?:同时)?(?:满足|符合|具备)(?:以下|下列)?(?:基本)?(?:条件|要求)?：)(?P<list>[^。：\n]{8,})"
)


_RUN_ON_BEHIND = re.compile(
    rf"(?<=。)(?:{_RUN_ON.pattern}|(?P<field>(?:申[请报]|支持|奖励|补贴|扶持|享受)(?:条件|要求)：|要求申[请报](?:企业|单位|机构|主体)(?![^，；。]{{0,12}}[应须按于提向]))(?P<told>[^。：\n]{{8,}}))"
)
_BROKEN = re.compile(
    r"，(?:对)?(?:未(?:能)?按|逾期|否则|违反|未达|达不到|不符合)[^。；]{0,60}(?:停止|取消|追回|收回|退回|不予|不再|暂停|扣)"
)
"""，未按期入规的，停止拨付: what follows where the demand is not met."""


def asked_beside(state: State, clause: Clause, drafts: list[ItemDraft]) -> None:
    """Note what the clause's sentences demand that no promise in it has taken up; whose it is shows when all items are known."""
    told = Told(drafts)
    for start, end in _beside_run_ons(state, clause, drafts, told):
        shut = shut_out(state, start, end)
        if shut:
            state.asked.append((clause, (start, end), shut))
            continue
        for low, high, _ in units(state.m.text, start, end):
            broken = _BROKEN.search(state.m.text, low, high)
            nodes = _asked_in(state, low, broken.start() if broken is not None else high, drafts, told)
            nodes = nodes or _of_its_project(state, clause, low, high, drafts) or _behind_sum(state, low, high, told)
            if nodes:
                state.asked.append((clause, (low, high), nodes))


def _beside_run_ons(state: State, clause: Clause, drafts: list[ItemDraft], taken_up: Told) -> Iterator[Span]:
    """Note the lists that run on behind their lead (…。申报企业应符合以下条件：甲；乙。), and give what stands before and behind them."""
    for start, end in clause.paragraphs:
        run_on = _RUN_ON.match(state.m.text, start, end) or (_RUN_ON_BEHIND.search(state.m.text, start, end) if drafts else None)
        lead, told = ("lead", "list") if run_on is None or run_on["lead"] else ("field", "told")
        if run_on is None or _PROCEDURE.search(run_on["who"] or "") or taken_up.conditions_from(*run_on.span(told)):
            yield start, end
            continue
        if lead == "field" and _PROCEDURE.search(run_on["told"]):
            yield start, end
            continue
        parts = [(low, high) for low, high, _ in units(state.m.text, *run_on.span(told))]
        nodes = [
            n
            for low, high in (_by_comma(state.m.text, *parts[0]) if len(parts) == 1 else parts)
            for n in listed_condition(state.m, low, high)
        ]
        state.asked.append((clause, run_on.span(lead), nodes))
        if run_on.start() > start:
            yield start, run_on.start()
        yield run_on.end(), end


_BEHIND_SUM = re.compile(
    r"(?<=[元励助贴持补金%])\((?:要求)?(?:申[请报]|受助|获奖)?(?:企业|单位|机构|项目|主体|平台|园区)(?:还|均|同时)?(?:应当?|必?须|需)(?![求要])(?:同时)?(?P<told>[^。；()]{4,80})\)"
)
"""给予10万元奖励(企业须在库满1年): what is demanded in brackets behind the sum."""


def _behind_sum(state: State, low: int, high: int, told: Told) -> list[Node]:
    """What a promise's own sentence demands behind its sum, where no item has taken it up."""
    found = _BEHIND_SUM.search(state.m.text, low, high)
    if found is None or _PROCEDURE.search(found["told"]) or refusal_in(state.m, *found.span("told")):
        return []
    return [] if told.within(*found.span("told")) else listed_condition(state.m, *found.span("told"))


def standing_beside(state: State, clause: Clause) -> None:
    """Among procedure, a sentence that only says where those who apply are registered and in what standing they must be."""
    for start, end in clause.paragraphs:
        for low, high, _ in units(state.m.text, start, end):
            begin = _standing_in(state, low, high) if _MUST_BE.match(state.m.text, low, high) else None
            if begin is not None:
                state.asked.append((clause, (low, high), listed_condition(state.m, begin, high)))


_NOTED = re.compile(r"(?:申[请报])?(?:企业|单位|机构|主体)(?:应当?|必须|须|需)(?!求|要)(?=[^。；：]{3})")
"""备注：企业须…: what a note demands of whom the clause is for."""
_BY_THE_RULES = re.compile(
    r"(?:按照?|依照|根据|经|符合)本(?:办法|细则|规定|措施|意见|政策|规程)[^，；。]{0,16}(?:认定|评定|备案|确认|条件)"
)
"""本办法所称总部企业，是指…，并按照本办法认定的企业: what the text goes on to ask is told in its own place."""


def _asked_in(state: State, low: int, high: int, drafts: list[ItemDraft], told: Told) -> list[Node]:
    """The conditions of one sentence, where it names them as such, says for whom the text is, or demands something."""
    text = state.m.text
    field = _FIELD.fullmatch(text, low, high)
    if field is not None and not _PROCEDURE.search(field["told"]):
        read = listed_condition if field["what"] in ("条件", "要求") else inline_condition
        return read(state.m, *field.span("told"))
    firms = ITS_FIRMS.match(text, low, high)
    if firms is not None:
        return whom(state, firms.end(), high)
    called = _CALLED.fullmatch(text, low, high)
    if called is not None and not _PROCEDURE.search(called["told"]) and not refusal_in(state.m, low, high):
        return inline_condition(state.m, *called.span("told"))
    defined = _MEANS.fullmatch(text, low, high)
    if defined is not None and defined["stem"] in state.title and not _BY_THE_RULES.search(defined["told"]):
        nodes = inline_condition(state.m, *defined.span("told"))
        return nodes if bound_somebody(nodes) else []
    scope = _FOR_WHOM.fullmatch(text, low, high)
    if scope is not None:
        return inline_condition(state.m, *scope.span("who"))
    noted = _NOTED.match(text, low, high) if text[max(0, low - 1) : low] == "：" else None
    if noted is not None and not _PROCEDURE.search(text, low, high) and not benefits(text, low, high):
        return listed_condition(state.m, noted.end(), high)
    high = _before_duties(state, low, high)
    if told.within(low, high):
        return []
    begin = _demand_in(state, low, high)
    if begin is None:
        begin = low if _of_its(state, low, high, drafts) else _standing_in(state, low, high)
    return _among_duties(state, low, high) if begin is None else listed_condition(state.m, begin, high)


def _among_duties(state: State, low: int, high: int) -> list[Node]:
    """申请本条奖励的企业，应按季度报送信息，当年未发生安全事故: among what is owed, how those who apply must stand."""
    text = state.m.text
    if _ASKS.fullmatch(text, low, high) is None or refusal_in(state.m, low, high) or benefits(text, low, high):
        return []
    nodes: list[Node] = []
    for a, b in _by_comma(text, low, high):
        typed = [f for f in read_typed(state.m, a, b) if f.node["fact"] in _STANDING]
        if typed and not _PROCEDURE.search(text, a, b) and sum(f.end - f.start for f in typed) * 2 >= b - a:
            nodes.extend(listed_condition(state.m, a, b))
    return nodes


def _by_comma(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """应符合以下条件：具有独立法人资格，专职人员5名以上，…: where nothing else parts a list, its commas do."""
    marks = [i for i in range(low, high) if text[i] == "，" and text.count("(", low, i) == text.count(")", low, i)]
    return list(zip([low, *(i + 1 for i in marks)], [*marks, high], strict=True))


_PROJECT = re.compile(
    r"(?:申报|奖补|补助|资助|获奖)?(?:项目|企业|单位)(?:须|应当?|必须|需)(?=[在为于是已]|[具完通取列纳属符]|同时|连续|持续|不[低少得])[^。；：]{4,80}"
)


def _of_its_project(state: State, clause: Clause, low: int, high: int, drafts: list[ItemDraft]) -> list[Node]:
    """3.项目须在2023年年底前建成投用, last of the numbered parts whose others promise: asked of what those give."""
    parent = clause.parent
    if (
        drafts
        or parent is None
        or parent.style in ("root", "chapter", "card")
        or clause.children
        or (low, high + 1) != clause.paragraphs[0]
    ):
        return []
    if not any(parent.start <= d.start < clause.start for d in state.drafts) or _PROJECT.fullmatch(state.m.text, low, high) is None:
        return []
    asks = not _PROCEDURE.search(state.m.text, low, high) and refusal_in(state.m, low, high) is None
    return listed_condition(state.m, low, high) if asks else []


_TOTAL = re.compile(
    r"(?:扶持|资助|奖励|补[助贴]|支持)(?:资金)?(?:总额|总金额|金额|额度)[^，；。\d]{0,8}(?:不得?超过|不得高于|不高于|最高)"
)
"""当年度获得扶持总额不得超过…: a ceiling, and no condition."""


def _before_duties(state: State, low: int, high: int) -> int:
    """申请企业须在本区注册，无严重失信行为，并按规定报送数据: where the standing ends and what is owed begins; else the sentence's end."""
    duty = _PROCEDURE.search(state.m.text, low, high)
    cut = state.m.text.rfind("，", low, duty.start()) if duty is not None else -1
    if cut < 0 or not any(f.node["fact"] in _STANDING for f in read_typed(state.m, low, cut)):
        return high
    return cut


def _demand_in(state: State, low: int, high: int) -> int | None:
    """Where a demanding sentence begins to demand, behind the words that say of whom; None where it tells procedure, duties or promises."""
    text = state.m.text
    found = _ASKS.fullmatch(text, low, high)
    begin = low if found is None else max(low, found.end("who"), found.end("whose"))
    if (
        found is None
        or _TOTAL.search(text, low, high)
        or _PROCEDURE.search(text, begin, high)
        or refusal_in(state.m, low, high)
        or benefits(text, low, high)
    ):
        return None
    return begin


def _of_its(state: State, low: int, high: int, drafts: list[ItemDraft]) -> bool:
    """Whether a sentence demands something of whom the promise before it names (…给予运营单位20万元。运营单位应在本区注册; 发榜企业应…。按发榜企业支付的金额…), or an item or the title."""
    text = state.m.text
    found = _OF_ITS.fullmatch(text, low, high)
    if found is None or _PROCEDURE.search(text, low, high) or _OFFICES.search(found["who"]) or refusal_in(state.m, low, high):
        return False
    if drafts:
        short = found["who"][-_LEAST_SHORT:]  # 集聚区运营单位 is the 运营单位 that the promise names
        told = [text[d.start : low] if d.start < low else d.words for d in drafts if d.amounts]
        return any(short in words for words in told)
    who = found["who"]
    return bool(_KIND.search(who)) and (who in state.title or any(who in d.words for d in state.drafts))


_LEAST_SHORT = 4  # characters by which a body is known again
_MUST_BE = re.compile(
    rf"(?:申[报请]|扶持|支持|奖[补励]|补[助贴]|享受(?:上述|以上|本|该|各项)[^，；。]{{0,10}}?{_GIFT}的)(?:项目)?(?:的)?{_WHO}[^，。；：]{{0,12}}?，?(?:应当?|必须|须|需)(?!求|要)"
)
_ACTOR = re.compile(rf"(?:[^，。；：]{{0,30}}?(?:、|等|及|和))?[^，。；：、]{{0,8}}?{_WHO}(?:等)?(?:支持对象|主体)?")


_OUGHT = re.compile(r"(?:原则上)?(?:应当?|须|必须|需)(?:同时|具备|符合|满足|是|为|依法)*")


def _standing_in(state: State, low: int, high: int) -> int | None:
    """Where a sentence about enterprises says little else than where they are registered and that they are in good standing."""
    actor = _ACTOR.match(state.m.text, low, high)
    if actor is None or _PROCEDURE.search(state.m.text, low, high) or benefits(state.m.text, low, high):
        return None
    typed = [f for f in read_typed(state.m, actor.end(), high) if f.node["fact"] in _STANDING]
    if high - actor.end() <= 4 or not typed:
        return None
    opens = len({f.node["fact"] for f in typed}) > 1 and _OUGHT.fullmatch(state.m.text, actor.end(), typed[0].start)
    asides = sum(h.end() - h.start() for h in re.finditer(r"\([^()]*\)", state.m.text[actor.end() : high]))
    return actor.end() if opens or sum(f.end - f.start for f in typed) * 2 >= high - actor.end() - asides else None


class Told:
    """Where the leaves and sums of some items begin and end, sorted: asked for every sentence beside them."""

    def __init__(self, drafts: Sequence[ItemDraft]) -> None:
        spans = [x["evidence"] for d in drafts for tree in d.trees() for x in leaves_of(tree)]
        self._conditions = sorted(e["start"] for e in spans)
        spans += [a["evidence"] for d in drafts for a in d.amounts]
        self._starts, self._ends = sorted(e["start"] for e in spans), sorted(e["end"] for e in spans)

    def within(self, low: int, high: int) -> bool:
        """Whether one begins or ends in the sentence; one told around it (最高5万元。…。每年累计最高20万元) leaves it free."""
        start, end = bisect_left(self._starts, low), bisect_right(self._ends, low)
        begins = start < len(self._starts) and self._starts[start] < high
        return begins or (end < len(self._ends) and self._ends[end] <= high)

    def conditions_from(self, low: int, high: int) -> bool:
        """Whether a leaf begins in the stretch, whatever of the sums."""
        return bisect_left(self._conditions, low) < bisect_left(self._conditions, high)


def taken(drafts: Sequence[ItemDraft], low: int, high: int) -> bool:
    """Whether a leaf or a sum of the drafts begins or ends in the sentence."""
    return Told(drafts).within(low, high)
