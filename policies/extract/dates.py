"""Dates and durations: 成立满一年, 2020年1月1日以后注册成立, 2019年底前设立, 落户未满三年, 连续6个月缴纳社会保险费."""

from __future__ import annotations

import calendar
import re

from policies.extract.leaf import Found, found
from policies.extract.metrics import plain
from policies.extract.periods import period_in
from policies.lexicon.sought import Sought
from policies.numerals import number
from policies.quantities import quantities

_BEGUN = (
    r"(?:(?:新|已|[从由][^，；。的\d]{1,6}?外|依法|实际|正式|首次|在(?:我|本|全|该)?[一-龥]{0,8}?(?:市|区|县|省|州|京|地)?(?:范围|区域|辖区|境)?内?)*)"
    r"(?:(?P<moved>迁入|引进迁入)|(?P<settled>落户|入驻(?![^，；。的]{0,8}平台)|(?<=新)引进(?!的?[^，；。、]{0,10}(?:人才|人员|博士|硕士|设备|品牌))(?=(?:的[^，；。的]{0,14})?(?:企业|公司|机构|项目|总部)|[、，并且在我本]))|(?:工商)?(?:注册成立|注册登记|登记注册|登记成立|注册|成立|设立|登记)(?!的?(?:著作|商标|专利|作品|软件|品种|产品|车|船|证|项目)))"
)
_DAY = r"(?P<y>20\d\d)年(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?|(?P<bound>底|末|初))?(?P<incl>\((?:不?含)[^()]{0,4}\))?"
_WHICH = r"(?P<which>以后|之后|起|后|以来|之前|以前|前)(?P<incl2>\((?:不?含)[^()]{0,4}\))?"
_DATED = Sought(rf"{_DAY}{_WHICH}(?=[，的]?{_BEGUN})")
_DATED_BEHIND = Sought(
    rf"(?:(?P<moved>迁入)|(?P<settled>落户|入驻)|注册成立|注册登记|登记注册|注册|成立|设立)(?:时间|日期)(?:应|须|需|均)?(?:在|为|于|不早于|晚于|早于)?{_DAY}{_WHICH}"
)
_SPAN = Sought(
    r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?:\(含\))?(?:起)?(?:至|到|-|—|~)(?P<y2>20\d\d)年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
    rf"(?:\(含\))?(?:期间|之间|内)?(?=[，的]?{_BEGUN})"
)


def find_dates(text: str, start: int, end: int) -> list[Found]:
    """The leaves that a date or a duration makes in `text[start:end]`."""
    dated = _dated(text, start, end)
    return [*dated, *_in_a_year(text, start, end, dated), *_durations(text, start, end), *_fiscal_years(text, start, end)]


def _dated(text: str, start: int, end: int) -> list[Found]:
    """2022年1月1日以后注册成立, 2019年底前成立, 成立时间在2020年6月以后, 2021年1月1日至2023年12月31日期间新设立."""
    result: list[Found] = []
    for m in _SPAN.finditer(text, start, end):
        low, high = _iso(m["y"], m["m"], m["d"]), _iso(m["y2"], m["m2"], m["d2"])
        if low and high and low < high:
            fact, stop = _settling(text, m, end)
            for op, day in (("ge", low), ("le", high)):
                result.append(found(fact, op, day, m.start(), stop, origin="duration/between", rank=3))
    for pattern in (_DATED, _DATED_BEHIND):
        for m in pattern.finditer(text, start, end):
            read = _bounded(m)
            if read is not None and not any(f.start < m.end() and m.start() < f.end for f in result):
                fact, stop = _settling(text, m, end)
                result.append(found(fact, *read, m.start(), stop, origin="duration/since", rank=3))
    return result


_IN_A_YEAR = Sought(
    r"(?:在)?(?:20\d\d年?(?:度)?(?:至|-|—|~|到))?(?:20\d\d年度?|当年度?|本年度|上一?年度?|近[一二三两\d]年)(?:期间|以?内|以来|来)?(?:[，从由][^，；。的\d]{2,10}|在[^，；。的\d新]{1,10})?"
    r"(?:(?P<new>新)(?:增|引进)?)?(?:(?P<moved>迁入|引进迁入)|(?P<settled>落户|入驻|引进)|(?:工商)?(?:注册成立|注册登记|登记注册|登记成立|注册设立|成立|设立|注册|登记))"
    r"(?=[，；。、的且并和或及]|[我本全该][区市县省州]|[一-龥]{2,4}[区市县省](?!级)|在|企业|$)"
)


_WHERE = re.compile(r"(?:[我本][区市县省州]|[一-龥]{2,4}[区市县省](?!级))(?=[，；。、的且并和或及]|$|企业)")
"""新落户|番禺区: where one settles is said by the fact."""


def _in_a_year(text: str, start: int, end: int, dated: list[Found]) -> list[Found]:
    """2023年新设立的企业, 当年新迁入我区的, 2022年至2024年新落户."""
    result: list[Found] = []
    for m in _IN_A_YEAR.finditer(text, start, end):
        period = period_in(text, m.start(), m.end())
        if period is None or any(f.start < m.end() and m.start() < f.end for f in dated):
            continue
        fact = _fact_of(m)
        if m["new"] or fact != "established_on" or m[0].endswith("成立"):
            where = _WHERE.match(text, m.end(), end) if fact != "established_on" else None
            stop = where.end() if where is not None else m.end()
            result.append(found(fact, "occurred", None, m.start(), stop, origin="duration/in-a-year", rank=3, period=period[0]))
    return result


_OR_MOVED = re.compile(
    r"[，的]?(?:(?:新|依法|首次|在(?:[我本全该][市区县省州]|[一-龥]{2,6}[市区县]))内?){0,3}(?:工商)?(?:注册|成立|设立|登记|落户|入驻)(?:设立|成立|登记|注册)?的?"
    r"(?:或者?|、|及|和|以及)[^，；。、\d]{0,10}?(?:迁入|引进|落户|转入)(?:[我本全该][区市县省])?"
)


def _settling(text: str, m: re.Match[str], end: int) -> tuple[str, int]:
    """What a date is the date of, and how far its words reach: 新注册设立或从区外迁入 are two ways to settle."""
    either = _OR_MOVED.match(text, m.end(), end)
    return ("settled_on", either.end()) if either is not None else (_fact_of(m), _with_verb(text, m.end(), end))


def _with_verb(text: str, at: int, end: int) -> int:
    """The span of a date takes in the 新迁入 or 注册成立 that stands right behind it."""
    m = re.compile(
        r"的?(?:[从由][^，；。的\d]{1,6}?外)?(?:新)?(?:注册成立|注册登记|登记注册|迁入|落户|入驻|引进|注册|成立|设立)"
    ).match(text, at, end)
    return m.end() if m else at


def _fact_of(m: re.Match[str]) -> str:
    return "moved_in_on" if m["moved"] else "settled_on" if m["settled"] else "established_on"


def _iso(year: str, month: str | int, day: str | int) -> str | None:
    month, day = int(month), int(day)
    valid = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(int(year), month)[1]
    return f"{year}-{month:02d}-{day:02d}" if valid else None


def _bounded(m: re.Match[str]) -> tuple[str, str] | None:
    """Operator and day: 1月1日以后 includes the day, 1月1日之前 does not, 2019年底前 and 2019年以前 take in or leave out the year's last day."""
    before = "前" in m["which"]
    brackets = (m["incl"] or "") + (m["incl2"] or "")
    if m["d"]:
        day = _iso(m["y"], m["m"], m["d"])
        excluded, included = brackets.startswith("(不含"), brackets.startswith("(含")
        op = ("le" if included else "lt") if before else ("gt" if excluded else "ge")
        return (op, day) if day else None
    if m["bound"] in ("底", "末"):
        return ("le", f"{m['y']}-12-31") if before else ("gt", f"{m['y']}-12-31")
    month = int(m["m"] or 1)
    day = _iso(m["y"], month, 1)
    if day is None:
        return None
    return ("lt", day) if before and not brackets.startswith("(含") else ("ge", day) if not before else None


_YEARS = Sought(
    r"(?:成立|注册登记|登记注册|注册(?:成立)?|设立|(?:正常|稳定|持续|连续|实际)?(?:经营|运营))(?:时间|年限)?(?:已|须|应|为|满|达到?|在)*"
    r"(?:(?P<op>不足|不满|未满|不到|不超过)|不少于|超过)?(?P<n>\d{1,2}|[一二两三四五六七八九十])个?(?:完整)?(?:的)?(?:会计|自然|财务|纳税)年度"
    r"(?:\(含\))?(?P<after>以上|以下|以内|及以上)?"
)


def _fiscal_years(text: str, start: int, end: int) -> list[Found]:
    """成立时间为两个会计年度以上, 成立不足两个会计年度."""
    result: list[Found] = []
    for m in _YEARS.finditer(text, start, end):
        n = number(m["n"])
        if n is None:
            continue
        upper = bool(m["op"]) or m["after"] in ("以下", "以内")
        result.append(
            found(
                "established_on", "age_le" if upper else "age_ge", f"P{int(n)}Y", m.start(), m.end(),
                origin="duration/fiscal", rank=4,
            )
        )  # fmt: skip
    return result


_DURATIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?:成立|注册登记|登记注册|登记设立|设立登记|注册(?:成立)?|设立|(?<=、)登记|持续运营|持续经营|连续经营|连续运营|稳定经营|稳定运营|正常运营|运营|实际运营|(?:正常|连续|持续|稳定)?生产经营|经营|存续)(?:时间|年限|期限|之日起)?(?:已|须|应|在|已经)?"
        ),
        "established_on",
    ),
    (
        re.compile(
            r"(?:落户|入驻)(?:[^，；。的、\d起日月年]{0,8}(?:[区园市县]|基地|孵化器|加速器|空间|载体|楼宇|大厦|中心)$|(?:时间|年限|之日起)?(?:已|须|应|在)?)"
        ),
        "settled_on",
    ),
    (re.compile(r"迁入(?:[^，；。的、\d起日月年]{0,8}[区园市县]$|(?:时间|年限|之日起)?(?:已|须|应|在)?)"), "moved_in_on"),
)
_MONTHS_PAID = Sought(
    r"(?:连续|累计|已)(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})个月[^，；。]{0,40}?缴纳(?:[^，；。]{0,6})?(?:社会保险费?|"
    r"社保费?|失业保险费?)"
)
_OF_ITS_OWN = re.compile(r"体验店|首店|门店|品牌|平台|基地|项目|实验室|工作站|载体")


_DEADLINE = re.compile(r"[之以]?内(?=[^，；。的]{0,4}(?:缴|纳|实|达|完|投|取|获|升|入|营|产|累|地|首|税|到|开|竣))")
"""自注册之日起12个月内缴纳税收达到500万元: until when something is reached, and no age."""
_DONE = re.compile(r"(?:以?内|之内)，?(?![的，；。、)]|$|且|并|或)")
_FROM_THEN = re.compile(
    r"(?:以?内|之内)，?(?:累计|首次|实际)?(?:形成|实现|达到|有|取得|获得|完成|纳|升|新增|引进|培育|营业|产值|销售|投资)"
)
_PAYING = re.compile(
    r"[之以]?内，?(?:每年|连续|逐年|可|对其|由[^，；。]{2,12}?|再)*(?:按照?|给予|予以|免[征收除交]|享受|补[助贴]|奖励|参照|减[半按]|全额)"
)
"""自落户之日起三年内，按实际租金的30%给予…: for how long is paid, and no age."""
_SINCE = re.compile(r"[自从][^，；。]{0,12}$")
_THEN = re.compile(r"[之以]?内(?:[，、]|(?![的，；。、)]|$))")
"""成立后三年内实现…: likewise; 成立后三年内的 is an age."""
_PAID_FOR = Sought(
    r"(?:依法|按时|足额|连续)*(?:(?:缴纳|参加)(?:失业保险费?|社会保险费?|社保费?)(?:，?并?(?:依法|按时|足额|连续|累计|已)*缴费)?|(?:依法)?参保(?:并)?(?:足额)?缴费)(?:已)?(?:连续)?(?:满|达到?|连续)?(?P<n>\d{1,2})(?P<unit>个月|年)(?:及?以上)?(?:\(含[^()]{0,8}\))?"
)


_RUNNING = ("持续运营", "持续经营", "连续经营", "连续运营", "稳定经营", "稳定运营", "正常运营", "运营", "实际运营", "经营")
_FACILITY = (
    r"园区?|孵化器|众创空间|加速器|基地|平台|载体|楼宇|大厦|店|市场|商圈|街区|综合体|民宿|酒店|床位|养老机构|托育机构|托位|充电[桩站]|电站|加氢站|工厂|"
    r"生产线|实验室|工作站|中心|项目|设施|航线|专线|班列|仓库?|海外仓|展厅|场馆|影院|剧场|赛事|景区|营地|泊位|码头"
)
_RUN_BEFORE = re.compile(rf"(?:{_FACILITY})(?:[^，；。、]{{0,12}}，?(?:已|并|且|应|须|正式|依法备案|投入|实际|连续|稳定|正常)*)?$")
_RUN_AFTER = re.compile(
    rf"[^；。：，]{{0,40}}?的[^，；。：的]{{0,8}}?(?:{_FACILITY})(?![^，；。、]{{0,4}}(?:企业|公司|单位|机构|主体))"
)


def _runs_something(text: str, start: int, end: int) -> bool:
    """Whether it is a park, a shop or a plant that has been running so long, and not the enterprise that has existed."""
    sentence = max(text.rfind(stop, 0, start) for stop in "。；\n") + 1
    return (
        _RUN_BEFORE.search(text, max(sentence, start - 30), start) is not None or _RUN_AFTER.match(text, end, end + 60) is not None
    )


def _durations(text: str, start: int, end: int) -> list[Found]:
    """成立满一年, 注册登记5年以内, 连续6个月缴纳社会保险费."""
    result: list[Found] = []
    for q in quantities(text, start, end):
        if q.unit not in ("年", "个月", "周年"):
            continue
        for pattern, fact in _DURATIONS:
            m = next(
                (m for m in pattern.finditer(text, max(start, q.op_start - 14), q.op_start) if m.end() >= q.op_start - 2), None
            )
            if m is not None and m[0].endswith("之日起") and _DEADLINE.match(text, q.end):
                continue
            if m is not None and text[m.end() : q.op_start] == "后" and _THEN.match(text, q.end):
                continue
            if m is not None and "，" in text[m.end() : q.op_start]:
                continue  # 须在本区注册，三年内无事故: the years are those of the next clause
            if m is None or _OF_ITS_OWN.search(text, max(start, m.start() - 8), m.start()):
                continue
            if m[0].startswith(_RUNNING) and _runs_something(text, m.start(), q.end):
                continue
            if _PAYING.match(text, q.end) and _SINCE.search(text, max(start, m.start() - 14), m.start()):
                continue
            if m[0].endswith("之日起") and _DONE.match(text, q.end, end):
                continue  # 自注册之日起一年内租用办公用房: until when something is done, and no age
            if q.op in ("lt", "le") and _YOUNG_TOO.search(text, max(start, m.start() - _AHEAD), m.start()):
                continue  # 近三年(成立不足三年的，自成立之日起): the young ones are in as well
            if _FROM_THEN.match(text, q.end, end) and (m[0].endswith("之日起") or text[max(start, m.start() - 1)] == "自"):
                continue  # 自注册之日起一年内形成营业收入…: when something is done, and no age
            op = q.op or ("le" if text[q.end : q.end + 2] in ("以内", "之内") or text[q.end : q.end + 1] == "内" else None)
            if op is None:
                continue
            iso = f"P{plain(q.value)}{'Y' if q.unit != '个月' else 'M'}"
            result.append(
                found(
                    fact,
                    "age_ge" if op in ("ge", "gt") else "age_le",
                    iso,
                    m.start(),
                    max(q.op_end, q.end),
                    origin=f"duration/{fact}",
                    rank=4,
                )
            )
            result.extend(_up_to(text, fact, op, max(q.op_end, q.end), end))
            break
    for m in _PAID_FOR.finditer(text, start, end):
        if re.search(
            r"(?:为|[名人者员]|就业)[^，；。]{0,10}$", text[max(start, m.start() - 12) : m.start()]
        ):  # 为其缴纳…: the staff's own months
            continue
        months = int(m["n"]) * (12 if m["unit"] == "年" else 1)
        result.append(found("insured_months", "ge", months, m.start(), m.end(), origin="duration/insured_months", rank=4))
    for m in _MONTHS_PAID.finditer(text, start, end):
        n = int(number(m["n"]) or 0)
        result.append(found("insured_months", "ge", n, m.start(), m.end(), origin="duration/insured_months", rank=4))
    return result


_YOUNG_TOO = re.compile(r"(?:年|年度|年来|年以?内|年以来)\((?:含|其中|如|若|对于?|注册|企业|公司|单位|，){0,3}$")
_AHEAD = 16  # characters before the age in which such a bracket opens behind its years


_UP_TO = re.compile(
    r"(?:，|、|且|并|，且|，但|但|至)?(?:在)?(?:(?:不超过|不多于|未超过)(?P<most>\d{1,2}|[一二两三四五六七八九十])年(?!度)|(?P<n>\d{1,2}|[一二两三四五六七八九十])年(?:\(含[^()]*\))?(?:以下|以内|之内|内))"
)


def _up_to(text: str, fact: str, op: str, at: int, end: int) -> list[Found]:
    """成立1年以上，5年以内: the second bound of the same duration."""
    upper = _UP_TO.match(text, at, end) if op in ("ge", "gt") else None
    years = number(upper["n"] or upper["most"]) if upper is not None else None
    if upper is None or years is None:
        return []
    return [
        found(
            fact, "age_le", f"P{int(years)}Y", upper.start("n" if upper["n"] else 0), upper.end(), origin=f"duration/{fact}", rank=4
        )
    ]
