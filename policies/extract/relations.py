"""What is said of a place: the relations listed before it (注册地、税务征管关系及统计关系均在…) and the acts behind it (…注册、纳税并入统).

Both sides are runs of words from small vocabularies: whatever else stands between ends the run. A relation is to one of the
three facts, or to none of them (经营地, 社保关系): that is a condition which the enterprise has to declare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FACTS = {"registered": "registered_region", "taxed": "tax_region", "counted": "statistics_region"}
_WHERE = r"(?:关系|所在地|发生地|地址|地点|属地|级次|机关|机构|部门|手续|地)"
_TAX_WORD = r"(?:税务|税收|(?<!诚信)(?<!依法)(?<!照章)(?<!按章)(?<!按时)(?<!足额)纳税|国地税|国税|地税|财税|财政税收|财政收入|财政级次|财政隶属|财政体制|税源|税管|(?<!社保)(?<!保险)征管(?=关系)|主管税务|税款|(?:主体|主要)?税种)"
_TAX_MORE = r"(?:征收|征管|解缴|缴纳|缴交|缴库|入库|上缴|户管|管理|管辖|归属|隶属|级次|登记|申报|收入|核算|所属|义务|发生|归口)"
_COUNT_MORE = (
    r"(?:征管|登记|数据|核算|归属|隶属|口径|渠道|指标|管辖|管理|入库|上报|申报|范围|在库|归口|名录|业绩|直报|产值|营业收入)"
)
_ENTERED = r"(?:注册登记|登记注册|登记设立|登记成立|注册成立|注册|登记|设立|成立|组建)"
_RELATION = re.compile(
    rf"(?P<taxed>{_TAX_WORD}{_TAX_MORE}{{0,3}}{_WHERE}{{0,2}})"
    rf"|(?P<counted>(?:经济|经营|企业|财务)?(?:数据|指标|产值)?(?:统计|纳统|入统){_COUNT_MORE}{{0,2}}{_WHERE}{{0,2}})"
    rf"|(?P<other>(?:主要|实际|固定|生产|经营|办公|运营|营业|研发|结算|社会保险|社保|参保|人员|核心|业务|制造)(?:主要|实际|固定|生产|经营|办公|运营|营业|研发|结算|缴纳|参保|业务|制造|活动|服务|及|和|或|、){{0,5}}"
    r"(?:场所|所在地|地址|地点|基地|场地|场址|总部|关系|地)|(?:实际)?(?:生产)?(?:经营|运营)(?:活动)?(?=[、和及与均都]))"
    rf"|(?P<registered>(?:企业|公司|机构)?(?:(?:工商|市场主体|商事主体|商事|法人){_ENTERED}|{_ENTERED})(?:经营)?(?:关系|所在地|地址|地点|属地|地){{0,2}}(?!资本|机关|机构|部门|资金|商标|时间|日期|满|的)"
    r"|(?:企业|公司)?(?:法定|营业执照|执照)?住所地?|营业执照(?:上?(?:登记|注册|载明|所载)的?)?(?:住所地?|经营场所|地址)?|工商(?:行政)?(?:关系|登记|注册|地)?|落户|市场主体关系)"
    r"|(?P<link>在|位于|处于|设在|设于|落在|隶属于?|归属于?|归口于?|属于?|归|为|于|纳入|缴入|入库|缴至|缴纳在|缴在|缴于|新?迁入|新?迁至|新?转入|留在|是)"
    r"|(?P<anew>(?:并且|并|且|同时)(?=在|于|纳入))"
    r"|(?P<glue>[、及和与或并且均都须应需其同也皆到]|一致|以及|应当|必须|全部|同时|主要|实际|一直|、其|[由从](?:[区市省县州]|外地|外省|外市|境|国){1,4}外?(?=新?[迁转])|的(?=住所|注册|税|纳税|统计|工商))"
)
_VERB = r"(?:依法(?!经营|合规|诚信)|合法(?!经营)|照章|按时|足额|按规定|诚信(?!经营)|正常(?!经营|运营|生产|开展)|正式|已经|已|实际|应当|须|应|需|均|办理了?|完成了?|进行了?|取得|手续|有效|工商|商事|市场主体|汇总|统一|新|独立|且|并|同时|方可|直接|申报|在册|存续|主动|、|和|及|与|或者|或|以及)"
_ACT = re.compile(
    r"(?P<taxed>税务登记(?!地|关系|证)|履行(?:缴税|纳税)义务|缴税|上缴税收|税收(?:缴纳|入库|解缴|户管|留存)(?!关系|地|在|于|归|属|级)|(?:纳税|缴纳(?:各项|主要|相关|有关)?税(?:收|款|费|金)?|(?:汇总)?缴纳(?:企业所得税|增值税)(?:(?:、|和|及)(?:企业所得税|增值税))?)(?:申报|登记)?(?!总?额|超|达|贡献|不|人(?!的)|义务|信用|证明|评级|情况|\d|地|关系))"
    r"|(?P<counted>(?:纳入|进入|列入)(?:[我本全][市区县省])?(?:规模以上|规上|限额以上|限上)?(?:企业|单位|工业|服务业)?(?:统计|联网直报)(?:范围|口径|体系|核算|名录库|库|范畴)*|统计入库|统计登记|统计(?:核算|范围|范畴|口径|名录库?|体系)|纳统|入统|统计(?=[、，；。的和且并]|$))"
    rf"|(?P<registered>(?:工商|市场主体)(?:登记)?(?=(?:、|和|及|与)税务登记)|(?:{_ENTERED}|领取营业执照|商业登记|(?:创办|开办|兴办|领办)(?=的[^，；。、]{{0,8}}(?:企业|公司|机构|合作社|单位|实体|工商户)))(?:领取营业执照|经营|手续)?(?!资本|资金|商标|证书|失业|失业人员|求职|备案|税|机关|时间|日期|地(?!区)|资格|(?:分公司|子公司|分支机构|办事处|研发(?:中心|机构)|销售公司|结算中心|实验室|工作站|服务中心|生产基地|门店|首店|工厂|分部|分店))|落户)"
    r"|(?P<other>(?:从事|开展)?(?:实际|正常|生产|持续|实质性?)*(?:经营|运营|办公)(?:活动|业务)?(?=[、和并且及，]))"
    rf"|(?P<glue>{_VERB}|[，](?=(?:[并且]|并且|同时|依法|照章|按时|足额|正常|办理)*(?:纳税|缴纳税|缴税|税务登记|纳入(?:[我本全][市区县省])?统计|纳统|入统)))"
)
_LASTING = re.compile(
    r"(?:时间|年限|运营|经营|并?(?:正常|持续)(?:运营|经营))?(?:已|已经|须|应)?(?:满|超过|不少于|达|达到|不超过|不满|不足)?(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})(?:个完整)?(?:个会计|个自然|个)?(?:年|月)"
)
_MOVED = re.compile(r"迁|转入")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Told:
    """The facts that a run of words ties to a place, in their order, where the run begins and ends, and its relations to no fact."""

    facts: tuple[str, ...]
    start: int
    end: int
    others: tuple[tuple[int, int], ...] = ()
    new: bool = False
    moved: bool = False


def told_before(text: str, begin: int, low: int) -> Told | None:
    """The run of relations that ends with the word before a place: 工商注册地、税务关系均在|本区."""
    at = max(begin, low - _LONGEST)
    tokens: list[tuple[str, int, int]] = []
    while at < low:
        m = _RELATION.match(text, at, low)
        if m is None or m.lastgroup in (None, "anew"):  # 新设立并|在本区纳税: another clause begins
            tokens, at = [], at + 1 if m is None else m.end()
            continue
        tokens.append((m.lastgroup, m.start(), m.end()))
        at = m.end()
    while tokens and tokens[0][0] in ("glue", "link"):
        tokens.pop(0)
    if not tokens:
        return None
    facts = tuple(dict.fromkeys(FACTS[kind] for kind, _, _ in tokens if kind in FACTS))
    others = tuple((a, b) for kind, a, b in tokens if kind == "other")
    start = tokens[0][1]
    moved = any(kind == "link" and _MOVED.search(text, a, b) for kind, a, b in tokens)
    return Told(facts, start, low, others, new=start > begin and text[start - 1] == "新", moved=moved)


def told_behind(text: str, at: int, end: int) -> Told | None:
    """The run of acts that begins behind a place: 本区|依法登记注册、纳税并纳入统计."""
    start, stop, facts, new, others = at, at, [], False, []
    end = min(end, at + _LONGEST)
    while at < end:
        m = _ACT.match(text, at, end)
        if m is None or m.lastgroup is None:
            break
        if m.lastgroup in FACTS:
            facts.append(FACTS[m.lastgroup])
            stop = m.end()
        if m.lastgroup == "other":
            others.append(m.span())
        new = new or m[0] == "新"
        at = m.end()
    if not facts:
        return None
    if facts[-1] == "registered_region" and _LASTING.match(text, stop, end):  # 在本市注册满一年: the verb belongs to the duration
        stop = start
    return Told(tuple(dict.fromkeys(facts)), start, stop, tuple(span for span in others if span[1] <= stop), new=new)
