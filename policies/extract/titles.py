"""Titles, platforms and prizes, as a state (高新技术企业) or as the event that triggers the benefit (首次认定, 新获评), listings too."""

from __future__ import annotations

import re

from features.qualifications import QualificationMention
from features.title_linking import link
from policies.extract.antecedents import applied_gains, bare_gains, borne_titles
from policies.extract.awards import find_awards
from policies.extract.bearing import find_borne
from policies.extract.bounds import behind_mark
from policies.extract.gained import ANY_FIRM, EITHER, gained
from policies.extract.leaf import Found, found
from policies.extract.licences import find_licences
from policies.extract.listings import find_listings
from policies.extract.mentions import Mentions
from policies.extract.periods import period_in
from policies.extract.title_around import LEVELLED, at_said_level, certified, named_behind, unknown, with_higher_grades
from policies.extract.title_levels import NEW
from policies.extract.title_names import PLAIN_FIRM

_GAIN = r"首次进入|新进入|进入(?=[^，；。]{2,30}(?:名单|榜单))|跻身|成为|成功申报|认定|评定|评为|评选|授予|获评|入选|列入|获批|获准|批准|获得|取得|通过|荣获|获|被认定|晋升|晋级|升级|纳入|入围|评审|立项|确认|命名|设立|新增|备案|建成|组建|成功创建"
_EVENT_LEFT = re.compile(
    rf"(?:(?P<first>首次|初次|首批|新)|(?P<again>重新|再次|复审|复评|复核|续展))?(?:被|经|获|由)?[^，；。、的]{{0,18}}?(?:{_GAIN})(?:为|"
    rf"成为|到|过|的)?(?P<beside>(?:[^，；。、的]{{2,16}}、){{0,3}})[^，；。、的]{{0,10}}?(?:(?:国家|省|市|区|县)[级、和及或]{{0,2}}){{0,6}}$"
)
_STATE_LEFT = re.compile(r"(?:认定|评定|授予|批准|备案|确认|命名|公布|入库)的[^，；。、]{0,8}$")
_CONFERRED = re.compile(r"(?:经|由|被)[^，；。、的]{2,24}(?:认定|评定|授予|批准|备案|确认|命名|公布)的$")
"""经科技部门备案的|新型研发机构: who confers it is part of what is said."""
_DATED = re.compile(
    r"(?:20\d\d年度?|当年度?|本年度?|上一?年度?)(?:内|被|经|获|由|新)*[^，；。、的]{0,8}(?:认定|评定|授予|入库|备案|评价)的$"
)
_NEW_STATE = re.compile(
    rf"(?P<first>首次|初次|首批|{NEW})(?:获|被|经)?[^，；。、]{{0,10}}?(?:认定|评定|获批|设立|建立|组建|备案|获评|入选|入围|入库|上榜|通过|批准|授予|评选)的?[^，；。、]{{0,8}}$"
)
_NEWLY = re.compile(rf"{NEW}(?:获|认定|增|列入|设立|建)?[^，；。、的]{{0,4}}$")
_RIGHT_EVENT = re.compile(
    r"(?:企业|资质|称号|资格|证书|荣誉)?(?:\([^()]{0,10}\))?(?P<word>复审|重新认定|首次认定|认定|认证|评定|评审|称号|资格|"
    r"资质|证书|备案)(?P<mode>通过)?(?:的|，|后)"
)
_RIGHT_FIRST = re.compile(
    r"(?:企业|称号|名单)?(?:首次|新|首批)(?:入选|入围|上榜|认定|获批|获评|入库|通过)"
)  # 瞪羚企业、独角兽企业首次入选的
_PRAISED = re.compile(
    r"(?:年度)?(?:荣获|获得|获)(?P<level>国家|省|市|区|县)级(?:表彰|认定|称号|命名|评定)的(?P<name>[^，；。、的]{3,20})"
)


def find_titles(m: Mentions, start: int, end: int) -> list[Found]:
    """The leaves on titles, prizes and listings in a span."""
    result = find_listings(m.text, start, end)
    groups = _grouped(m, start, end)
    for low, high, codes in groups:
        result.append(_title(m, start, end, low, high, codes))
    for match in _PRAISED.finditer(m.text, start, end):
        if PLAIN_FIRM.fullmatch(match["name"]) or ANY_FIRM.fullmatch(match["name"]):
            continue
        level = {"国": "national", "省": "provincial", "市": "municipal", "区": "district", "县": "district"}[match["level"][0]]
        code = f"other:{match['name'].removesuffix('的')}.{level}"
        result.append(
            found("qualification_granted", "occurred", [code], match.start(), match.end(), origin="title/praised", rank=4)
        )
    result.extend(find_licences(m.text, start, end))
    result = _happened(m, start, end, result)
    result.extend(
        phrase.leaf()
        for phrase in gained(m, start, end)
        if not _OF_ANOTHER.search(m.text, max(start, phrase.start - 30), phrase.start)
        and not _COUNTED.match(m.text, phrase.names[-1].end)
        and not {code for name in phrase.names for code in name.codes} <= {code for _, _, codes in groups for code in codes}
    )
    result.extend([*bare_gains(m, start, end), *applied_gains(m, start, end)])
    result.extend(borne_titles(m, start, end))
    result = _held(result, find_borne(m, start, end))
    result.extend(f for f in find_awards(m.text, start, end) if not any(low < f.end and f.start < high for low, high, _ in groups))
    return result


def _held(result: list[Found], borne: list[Found]) -> list[Found]:
    """Lists of titles that are held, in place of the single ones inside them; what else reads the same words goes before."""
    for f in borne:
        over = [o for o in result if o.start < f.end and f.start < o.end]
        if all(o.node["fact"] == "qualifications" and f.start <= o.start and o.end <= f.end and o.rank < f.rank for o in over):
            result = [*(o for o in result if o not in over), f]
    return result


_ANOTHER = re.compile(
    r"(?:企业?(?:的)?(?:供应商|客户|配套|合作伙伴)|协会|学会|联合会|联盟|促进会|服务中心|服务站|产业园|示范街|示范园|集聚区|培育(?:企业|单位|基地|对象|库)|评价机构|解决方案|(?:企业)?(?:预备|后备|培育|储备)库|股份转让|内(?:的|在孵|孵化|企业|毕业)|综合险|保险|保费)"
)


def _happened(m: Mentions, start: int, end: int, result: list[Found]) -> list[Found]:
    """新创建成功的技术创新中心: what a phrase of gaining says of one title that stands in it is an event, though the title alone is none."""
    for phrase in gained(m, start, end):
        inside = [f for f in result if phrase.start <= f.start and f.end <= phrase.end and f.node["fact"] == "qualifications"]
        codes = {code for name in phrase.names for code in name.codes}
        told = phrase.first is not None or not (
            phrase.built
            or {c.split(".")[0] for c in codes} & _HELD_BY_NATURE
            or _IN_FORCE.search(m.text, start, phrase.names[0].start)
            or _STILL_VALID.match(m.text, phrase.end, end)
        )
        if phrase.event and told and len(inside) == 1 and set(inside[0].node["value"]) == codes:
            result = [*(f for f in result if f is not inside[0]), phrase.leaf()]
    return result


_SET_UP = re.compile(
    r"(?:企业|公司|集团|”)*(?:[、和或及等][^，；。：\n]{0,60}?)?(?:在[^，；。：、\n]{1,12})?(?:新|投资|独资|控股|直接|出资|参股)*(?:设立|成立|控股|参股|组建)的(?![，；。])"
)
"""世界500强|企业投资设立的研发中心: whose the enterprise is, and no title of its own."""
_COUNTED = re.compile(r"[”》]?(?:企业|单位|称号)?(?:累计|达到?|超过|不少于)*\d{1,4}(?:家|户)")
"""服务高新技术企业|5家以上: titles that are counted are those of others."""
_OF_ANOTHER = re.compile(
    r"(?:载体|园区|孵化器|众创空间|基地|平台|楼宇)(?:内|中|引进|培育|孵化)(?:的)?(?:入驻|在孵|毕业)?(?:企业|项目)[^，；。、]{0,12}$|(?:服务|获贷|受托|被投|投保|贷款)企业(?:为|属于|是)$|(?:在孵|入孵|孵化|毕业|入驻)企业[^，；。、的]{0,12}$|(?:辅导|帮助|推动|指导|协助)[^，；。、]{0,6}企业[^，；。、]{0,8}$"
)
"""载体内企业首次获得|高企认定: the title is that of a firm inside, and not of who is paid."""
_TITLES_JOINED = re.compile(
    r"[“”》]*(?:企业|单位|机构|称号|资质|资格|认定|认证|证书)*(?:\([^()]{0,16}\))?(?:、|和|或者?|及|以及|与|/|及其|(?<=”)(?=“))"
    r"(?:[^，；。、的]{0,12}(?:认定|评定|评价|备案|入库|批准|获批|登记|公布)的|(?:评价)?入库|有效期内的|获得?|属于|是)?"
    r"(?:国家级?|[一-龥]{0,4}(?:省|市|区|县)级?)?[“”《]*"
)


def _grouped(m: Mentions, start: int, end: int) -> list[tuple[int, int, list[str]]]:
    """Neighbouring names that 、 和 或 join are one leaf with several codes."""
    groups: list[tuple[int, int, list[str]]] = []
    levels: list[str] = []
    passed = -1  # where the last name ends that is sought, bought or of others: what 、 joins to it is so too
    for mention in m.qualifications_in(start, end):
        codes = [c for c in mention.codes if c.split(".")[0] not in ("headquarters_enterprise", "foreign_invested")]
        if (
            codes == ["key_software"]
            and m.text[mention.start : mention.end] == "软件企业"
            and not re.search(r"认定|重点|国家", m.text[max(start, mention.start - 6) : mention.start])
        ):
            continue
        if m.text[mention.start : mention.end] == "国高" and (
            m.text[max(0, mention.start - 1) : mention.start] in ("全", "中", "我", "各", "外")
            or m.text[mention.end : mention.end + 1] in ("等", "校", "端", "新", "速", "考")
        ):
            continue
        if _OF_ANOTHER.search(m.text, max(start, mention.start - 30), mention.start):
            continue
        listed = passed >= 0 and _TITLES_JOINED.fullmatch(m.text[passed : mention.start]) is not None
        if (
            listed
            or _ANOTHER.match(m.text, mention.end)
            or _COUNTED.match(m.text, mention.end)
            or _sought(m.text, start, mention.start - m.text.startswith("“", mention.start - 1))
            or (codes and codes[0].startswith("top_500") and _SET_UP.match(m.text, mention.end, end))
        ):
            passed = mention.end
            continue
        if _checked(m.text, start, mention.start, mention.end, end):
            continue
        if set(codes) & _BUILDINGS and _BUILT_NEW.search(m.text, max(start, mention.start - 20), mention.start):
            continue
        if re.search(r"优先(?:认定|推荐|申报)[^，；。]{0,4}$", m.text[max(start, mention.start - 8) : mention.start]):
            continue
        if codes == ["quality_award"] and "中国" in m.text[mention.start : mention.end]:
            codes = ["quality_award.national"]
        if not codes or _inside_book(m.text, start, mention.start, codes):
            continue
        widened = _PROVINCIAL_UP.search(m.text, max(start, mention.start - 8), mention.start) if codes == ["srdi_sme"] else None
        if widened is not None:  # 省级以上专精特新企业: the nation's are 小巨人
            groups.append((widened.start(), mention.end, ["srdi_sme", "srdi_little_giant"]))
            continue
        if groups and (
            _TITLES_JOINED.fullmatch(m.text[groups[-1][1] : mention.start]) or _in_bracket(m.text, groups[-1][1], mention)
        ):
            if levels and not mention.level_read:
                codes = [f"{c}{level}" for c in codes if "." not in c and c in LEVELLED for level in levels] or codes
            groups[-1] = (groups[-1][0], mention.end, [*groups[-1][2], *(c for c in codes if c not in groups[-1][2])])
            continue
        levels = ["." + c.rsplit(".", 1)[1] for c in codes if "." in c and ":" not in c] if mention.level_read else []
        groups.append((mention.start, mention.end, codes))
    return groups


_OTHERS_OF_IT = re.compile(r"(?!.{0,40}(?:除外|不含|培育))[^()]{4,40}\)")


def _in_bracket(text: str, before: int, mention: QualificationMention) -> bool:
    """企业技术中心(|工程技术研究中心、重点实验室): titles in the bracket behind a title are as good as it."""
    return text[before : mention.start] == "(" and _OTHERS_OF_IT.match(text, mention.start) is not None


_PROVINCIAL_UP = re.compile(r"省级(?:及|或|和)?以上的?$")
_CHECK = re.compile(
    r"[”》]?(?:年度|绩效|定期|运行|综合|期满|中期)*(?:考核|考评|评估|评价(?!入库|并(?:获|取得|入库)|登记)|监测|验收评估)"
)


def _checked(text: str, start: int, low: int, high: int, end: int) -> bool:
    """通过国家级孵化器|年度考核: what a title's holder passes, and no title that is gained."""
    return text.endswith("通过", start, low) and _CHECK.match(text, high, end) is not None


_SEEKING = re.compile(r"(?:重点|积极|大力|优先|加快)*(?:引入|吸引|聚集|汇聚|培育|打造|联合|服务)(?!的|了)")

_APPLIED_FOR = re.compile(
    r"(?:(?:共建|(?<!成功)申报|争创|(?<!成功)创建)(?:为|成为)?|(?:入驻|进驻|搬入|投保|购买|采购)(?:在|到|至|了)?)(?:(?:国家|省|市|区|县)级?(?:及?以上)?)?$|(?:购买|采购|应用)[^，；。、的]{0,8}$"
)
_WISHED = re.compile(
    r"(?:支持|鼓励|引导|推动)[^，；。：\n的]{0,8}?(?:建设|创建|组建|打造|培育|设立|建立|申报|争创)(?:(?:国家|省|市|区|县)级?[、和及]?){0,4}$"
)


def _sought(text: str, start: int, at: int) -> bool:
    """重点引入独角兽企业, 共建新型研发机构: a title that is to be brought in or built is not held."""
    clause = behind_mark(text, start, at, "，；。：")
    wished = _WISHED.search(text, max(0, at - 24), at)
    return wished is not None or _SEEKING.match(text, clause, at) is not None or _APPLIED_FOR.search(text, clause, at) is not None


def _inside_book(text: str, start: int, at: int, codes: list[str]) -> bool:
    """Names inside 《…》 are titles of documents, the 贯标 standards aside."""
    opened = text.rfind("《", max(start - 60, 0), at)
    inside = opened >= 0 and "》" not in text[opened:at]
    return inside and not any(c.startswith(("ip_standard", "two_integration")) for c in codes)


_HELD = re.compile(
    r"(?:(?<!新)(?:已经?|曾)(?:被|获得?|通过)?[^，；。、的]{0,12}?(?:认定|评定|评|列|确认|命名|授予)?(?:为|成为)?|(?P<borne>具有|具备|拥有|持有|属于))(?:有效的?)?$"
)
_BORNE_AS = re.compile(r"(?:企业)?(?:称号|资质|资格|证书|认证|认定)")
_ONLY_LEVEL = re.compile(r"(?:国家|部|省|市|区|县)级?")
_BUILDINGS = {
    c + level for c in ("incubator", "maker_space") for level in ("", ".national", ".provincial", ".municipal", ".district")
}
_BUILT_NEW = re.compile(r"(?:新建设?|改建|扩建|自建|新组建)(?:的)?(?:(?:国家|省|市|区|县)级)?(?:[一-龥]{2,10}\()?$")
"""新建孵化器: what is built may well bear no title."""
_STATES_ONLY = {"cross_border_ecommerce", "service_trade"}
_HELD_BY_NATURE = {*_STATES_ONLY, "ip_standard", "foreign_invested", "headquarters_enterprise"}


def _title(m: Mentions, start: int, end: int, low: int, high: int, codes: list[str]) -> Found:
    text = m.text
    clause = behind_mark(text, start, low)
    before = text[max(clause, low - 44) : low]
    after = text[high : min(end, high + 30)]
    first: bool | None = None
    event = False
    new_state = _NEW_STATE.search(before)
    left = _EVENT_LEFT.search(before)
    right = _RIGHT_EVENT.match(after)
    newly = _RIGHT_FIRST.match(after)
    span_start, span_end = low, high
    held = _HELD.search(before)
    if held is not None:
        span_start = low if held["borne"] else low - (len(before) - held.start())
        borne = _BORNE_AS.match(after)
        span_end = high + borne.end() if borne is not None else high
    elif new_state is not None:
        event, first = True, True
        span_start = low - (len(before) - new_state.start())
    elif _STATE_LEFT.search(before):
        conferred = _CONFERRED.search(before)
        span_start = low if conferred is None else low - (len(before) - conferred.start())
        dated = _DATED.search(before)
        if dated is not None:
            event = True
            span_start = low - (len(before) - dated.start())
    elif left is not None:
        event = True
        first = (
            True
            if left["first"] or re.search(r"首次|初次|新$|新获|新认定|新评|新列|新增|首批", before)
            else False
            if left["again"]
            else None
        )
        span_start = low - (len(before) - left.start())
    elif newly is not None:
        event, first = True, True
        span_end = high + newly.end()
    elif right is not None:
        event = True
        span_end = high + right.end("word")
    elif _NEWLY.search(before):
        event, first = True, True
    if not event and held is None and codes[0].startswith("top_500") and (ranked := _RANKED.search(before)) is not None:
        event, first, span_start = True, True if ranked["first"] else None, low - (len(before) - ranked.start())
    span_start, span_end = certified(text, start, end, codes, (span_start, span_end), (low, high))
    codes, span_end = with_higher_grades(text, codes, high, span_end)
    if event and EITHER.search(before):
        first = None
    elif held is None and re.search(r"(?:重新|再次)(?:认定|通过|获)|复审|复评|复核|续展", before[-12:] + after[:12]):
        event, first = True, False
        again = _AGAIN_BEFORE.search(before)
        span_start = span_start if again is None else min(span_start, low - (len(before) - again.start()))
    elif event and first is None and re.search(r"首次认定|首次通过|首次", after[:8] + before[-16:]):
        first = True
    if (
        re.match(r"(?:培育|后备|入库|培育库)", after)
        or codes[0] in _STATES_ONLY
        or (codes[0] == "ip_standard" and first is None)
        or re.search(r"优先[^，；。]{0,4}$", text[max(start, span_start - 4) : low])
    ):
        event = False
        span_start, span_end = low, high
    if event and first is None and re.match(r"[^，；。]{0,8}(?:且|并)?(?:仍)?(?:处于|在)?有效期内", after):
        event, span_start = False, low
    if event and _IN_FORCE.search(before):
        event = False
    codes, span_start, span_end = at_said_level(m, start, end, codes, (low, high), (span_start, span_end))
    further = named_behind(text, high, end)
    if further:
        own = {c.rpartition(".")[2] for c in codes} if all("." in c for c in codes) else set()
        level = f".{own.pop()}" if len(own) == 1 else ""  # 国家级 before the first holds for all of the list
        codes = [*codes, *(c if "." in c else c + level for c in further[0])]
        span_end = max(span_end, further[1])
    if not event:
        valid, held = _STILL_VALID.match(text, span_end, end), _VALID.search(text, max(start, span_start - 12), span_start)
        span_start, span_end = held.start() if held is not None else span_start, valid.end() if valid is not None else span_end
        return found("qualifications", "has_any", codes, span_start, span_end, origin="title/state", rank=3)
    if left is not None and left["beside"]:
        beside = [name for name in left["beside"].strip("、").split("、") if not _ONLY_LEVEL.fullmatch(name)]
        codes = list(dict.fromkeys([*(link(name, m.region) or unknown(name) for name in beside), *codes]))
    period = gained_in(text, clause, low)
    by = _BY.search(text, max(clause, span_start - 20), span_start)
    span_start = by.start() if by is not None else span_start
    return found(
        "qualification_granted", "occurred", codes, span_start, span_end, origin="title/event", rank=3, first=first, period=period
    )


_BY = re.compile(r"(?:被|经|由)[^，；。：、的]{1,14}(?:部|局|委|厅|办|会|院|府|部门|机构)$")
"""被工信部|新认定为…: who gave the title is part of the event."""
_AGAIN_BEFORE = re.compile(r"(?:通过|经)(?:复审|复评|复核|续展|(?:重新|再次)认定)(?:合格)?的(?:[一-龥]{2,4}[省市区县]级?)?$")
_RANKED = re.compile(r"(?P<first>首次|新)?(?:成功)?(?:进入|跻身|入围|入选|上榜|迈入)(?:到|为|了)?[“《]?$")
"""进入“中国企业500强”的: a list that one comes into is an event."""
_STILL_VALID = re.compile(
    r"(?:证书|资格|资质|称号)?(?:须|应|需|仍|均|尚)*(?:在|处于)有效期(?:之?内|限内)?|(?:证书|资格)(?=[；。，]|$)"
)
_VALID = re.compile(r"(?:具有|具备|持有|拥有)(?:处于|在)?(?:有效期(?:之)?内的?)?$")
"""高新技术企业证书在有效期内, 具有有效期内的高新技术企业证书: the title that is held, and no more."""
_IN_FORCE = re.compile(r"有效期(?:之)?内的?(?:国家级?|省级?|市级?)?$")  # 获得有效期内的高企资格: what one is


def gained_in(text: str, start: int, at: int) -> str | None:
    """The period that the clause names straight before a gain: 当年新获得, 2023年首次认定; 年度 alone is none."""
    clause = behind_mark(text, start, at)
    near = period_in(text, clause, at)
    return near[0] if near and "连续" not in text[near[1] : near[2]] else None
