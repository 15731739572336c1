"""Sums for each of something: 每人1000元, 200元/件, 每标准展位5000元, and stairs: 每增加1000万元再奖励10万元."""

from __future__ import annotations

import re
from decimal import Decimal

from policies.extract.amount_drafts import Amount, Figure
from policies.extract.metrics import metrics_in, plain
from policies.extract.thresholds import find_thresholds, sells
from policies.numerals import number
from policies.quantities import quantities

_DOING = (
    r"产|出栏|进?出口|进口|新增?|增加|增长|多(?:孵化|引进|培育|培训|招用|吸纳|服务|建|设立|完成|举办)?|新入驻|新开设|开设|新开|开办|招引|引入|孵化|发展|新吸引|新设立?|连续租满|租满|服务满|经营满|满|招收|招聘|(?:成功)?(?:输送|推荐|招引|引进)|承办|"
    r"组织|开通|新招用|新引进|引进|设立|培训|招用|吸纳|建设|建成|新建|新认定|培育|连续|举办|完成|销售|认定"
)
_UNIT = (
    r"个(?:百分点)?|载重吨|总吨|家|人次|人|名|生|项|件|台\(套\)|台套|台|套|辆|吨|亩|公顷|平方米|平米|㎡|公斤|千瓦时|千瓦|兆瓦|瓦|度|美元|元|万元|亿元|万美元|张|场次|场|届|部|集|种|"
    r"款|座|处|公里|标箱|标准箱|标准展位|展位|机架|床位|工位|间夜|机位|块|条|组|桩|盏|车型|产品|班|床|株|头|只|立方米|单|笔|户|班次|品种|架次|架|趟|蒸吨|次|间|万|套\(台\)|位|册|例|船|"
    r"航次|航班|车次|列|期|批次|批|篇|课时|学时|小时|分钟|天|晚|学员|月|(?<=[\d一二三])年|千伏安|吨公里|车公里|人公里|延米|"
    r"平方|立方|千克|斤|袋|棒|羽|尾|匹|栋|幢|箱|桶|枚|粒|根|捆|盆|口|窝|枪|眼|筒|包|米|店(?!面)|车(?![企间型])"
)
_COUNT = r"\d{1,6}|(?!千[瓦克伏米])[一二两三四五六七八九十百千]{1,3}"
_NOUN = r"(?P<noun>(?:[^，；。\d]|\d{2,4}强|\d{1,5}(?:万|亿)?(?:美元|[元人家㎡])(?:\(含\))?以上){0,40})$"
_BEFORE = re.compile(
    rf"(?:单(?!人[舞剧房间床])(?=台|套|人|件|辆|艘|架|篇|场|张|幅|首)|每)(?:{_DOING})?(?:(?:[(/、或和]{{1,2}}(?:{_DOING}){{1,2}}\)?){{1,2}})?(?P<n>{_COUNT})?(?P<scale>(?!千[瓦克伏米])[万千百](?!美?元|瓦))?(?P<unit>{_UNIT}){_NOUN}"
)
_DONE = re.compile(
    rf"每(?![年月家户个人项名])[一-龥]{{2,6}}?(?P<n>\d{{1,4}}|[一二两三])(?!(?:万|亿)?美?元)(?P<unit>{_UNIT}){_NOUN}"
)
_AFTER = re.compile(
    r"(?:/|每(?![^，；。]{0,8}(?:最高|最多|不超过|限|可)))(?P<unit>人次|人·?年|人|家|项|件|台\(套\)|台|套|辆|吨|亩|平方米|㎡|公斤|千瓦时|千瓦|兆瓦|瓦|kWh|kW|W|度|张|场次|场|部|集|个|标箱|标准箱|标准展位|展位|篇|条|"
    r"只|座|公里|处|头|平方米·?月|月|天|班次|户|株|立方米|课时|学时|小时|架次|架|航次|航班|趟|间夜|车次|分钟|集|列|千伏安|kVA|千克|斤|袋|棒|羽|尾|匹|箱|桶|枚|根|立方|吨公里|车公里|延米|米|车(?![企间型]))"
)
_ITSELF = re.compile(r"(?:企业|单位|机构|平台|主体|园区|基地|申报|研发机构|项目|集群|公司|年|孵化器|中心|站|团队|新型研发)")
_GAINED = re.compile(r"每(?:成功)?(?:新|多|引进|培育|培训|招用|招收|招引|引入|孵化|吸纳|增加|设立|认定|服务|开|输送|推荐|发展)")
LIMITED_SUM = re.compile(r"(?:支持|补助|奖励|资助|补贴|扶持)(?:资金)?(?:总?金额|额度|总额)")
_MONEY_UNITS = ("万元", "亿元", "万美元", "美元", "元", "万")


_ASIDE = re.compile(r"\([^()\d]{0,8}\d[^()]{0,8}\)")  # 每个标准展位(9平方米)


_HOLDER = re.compile(r"每(?:家|户|个)(?:企业|单位|机构|主体)?(?=每)")  # 每家每次2000元: each time is what counts


def per_unit(figure: Figure, *, capping: bool) -> Amount | None:
    """The sum as one for each unit, None where it is not."""
    q, piece = figure.q, _HOLDER.sub("", _ASIDE.sub("", figure.piece))
    unit = _BEFORE.search(piece) or _DONE.search(piece) or _ahead(figure.text, q.start - len(figure.piece))
    if capping and unit is not None and unit["unit"] in ("项", "个") and LIMITED_SUM.search(unit["noun"]):
        unit = None
    slash = _AFTER.match(figure.text, q.end, min(figure.high, q.end + 10))
    counted = unit if unit is not None and (_counts(unit, piece, figure.after) or _by_number(figure, piece)) else None
    if not slash and counted is None:
        return None
    words = slash["unit"] if slash else _unit_words(counted) if counted is not None else ""
    scale = (counted.groupdict().get("scale") or "") if counted is not None else ""
    if counted is not None and not slash and counted["n"] and (scale or (number(counted["n"]) or 1) > 1):
        words = f"{counted['n']}{scale}{words}"
    amount: Amount = {"kind": "per_unit", "value": plain(q.value), "unit": words}
    if capping and not re.search(r"总额|合计|累计|年度", piece):
        amount["ceiling"] = True
    return amount


_BY_EACH = re.compile(r"(?:则)?按照?每[家户个]$")
_NUMBER = re.compile(r"\d{1,4}[家户个](?:\([^()]{1,4}\))?(?:\(含\))?(?:以上|及以上)?(?:的)?，?$")


def _by_number(figure: Figure, piece: str) -> bool:
    """服务企业5家以上的，按每家5000元给予奖励: the sum is for each of those that the condition counts."""
    return _BY_EACH.search(piece) is not None and _NUMBER.search(figure.text[: figure.q.start - len(piece)][-24:]) is not None


_BRACKETS = re.compile(r"\([^()]{0,60}\)")


def _ahead(text: str, at: int) -> re.Match[str] | None:
    """The 每新入驻1家企业 of the comma piece just before, where the sum stands in a piece of its own."""
    if at <= 0 or text[at - 1] not in "，,":
        return None
    low = max(0, at - 80)
    words = _BRACKETS.sub("", re.split("[；。：\n]", text[low : at - 1])[-1])
    words = words.rpartition("，")[2]
    return (
        (_BEFORE.search(words) or _DONE.search(words))
        if re.search(
            rf"^(?:[一二三四五六七八九十]{{1,3}}、|\d{{1,2}}[.、]|\([一二三四五六七八九十\d]{{1,3}}\))?(?:对?[^每、的\d]{{2,14}})?每(?:成功)?(?:{_DOING})|^(?:第[一二三四五六七八九十百\d]{{1,5}}条\s*)?每|(?:当年|年度|载体|机构|平台|园区|基地|中心|孵化器|空间|企业|单位)每",
            words,
        )
        else None
    )


_TO_OTHERS = re.compile(
    r"(?:的)?(?:标准)?(?:给予|奖励|补助)(?:给)?[^，；。\d]{0,6}(?:载体|运营|孵化|园区|平台|机构|基地|空间|组展|组织|主办|承办|协会|商会)"
)


def _counts(unit: re.Match[str], piece: str, after: str = "") -> bool:
    """Whether 每… counts things (每人, 每项) and does not name the holder (每家企业, 每个项目, 每年)."""
    holder = unit["unit"] in ("家", "个", "户")
    if holder and unit.re is _BEFORE and _ITSELF.match(unit["noun"]):
        return bool(_GAINED.match(unit[0]))
    if unit["unit"] in ("家", "户") and _TO_OTHERS.match(after):
        return True
    if unit["unit"] in ("家", "户") and unit.re is _BEFORE and not _GAINED.match(unit[0]):
        return bool(re.search(r"(?:每设立|每新)", piece))
    return unit["unit"] not in _MONEY_UNITS or unit["unit"] in ("美元", "元")


def _unit_words(unit: re.Match[str]) -> str:
    noun = re.sub(
        r"(?:再|另|奖补|给予|奖励|补助|补贴|资助|一次性|最高|不超过|不高于|按|标准(?!展位)|支持|的|分别|并).*$", "", unit["noun"]
    )
    return unit["unit"] + (f"({noun})" if noun and "、" not in noun else "")


_SCALES = {"万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_ONES = ("件", "家", "项", "台", "辆", "吨", "美元", "元", None)
_EVERY = re.compile(
    r"(?:(?<=部分)，?每|每(?:(?:再|年)?(?:新增加?|净增[加长]?|(?:跨上|跨越|登上|迈上|上)[一1]?个?|增加|增长|超过|突破|提高|超|递增|上升)(?:[^，；。、\d给予奖补助贴每]{2,10}(?=\d[\d,.]{0,15}(?:万|亿|千万|百万)美?元))?|(?:(?:满|达到?|完成|实现|多|投入|投资|引进)[^，；。\d给予奖补助贴]{0,8})?(?=\d[\d,.]{0,15}(?:万|亿|千万|百万)美?元)))"
    r"(?P<n>\d[\d,.]{0,15}|[一二两三四五六七八九十百千]{1,3})(?P<scale>万|亿|千万|百万)?(?P<unit>美元|元|件|个百分点|人|家|%|项|台|辆|吨|平方米|亩)?"
    r"(?P<then>[^；。]{0,26}?(?:增加|递增|再|奖励|给予|资助|补贴|补助|奖)[^；。]{0,14})$"
)
_SUM = re.compile(r"\d(?:万|亿)?元")
_FROM = re.compile(
    r"(?:在|超过|超出)?(\d[\d,.]{0,15})(万|亿|千万)?(?:元|件|人|家|平方米|亩|台|吨)?(?:以上)?(?:的)?(?:基础上|部分(?=，?每))"
)
_WITHIN = 300  # characters: what a stair starts from is told in the sentences right before it


def steps(text: str, figure: Figure) -> Amount | None:
    """每增加30件，增加资助3万元; 在20亿元基础上每突破10亿元，增加10万元."""
    at = figure.q.start
    window = re.split(r"[；。]", text[max(0, at - 60) : at])[-1]
    m = _EVERY.search(window)
    every = number(m["n"]) if m is not None else None
    if m is None or every is None or _SUM.search(m["then"]):
        return None
    every *= _SCALES.get(m["scale"] or "", 1)
    if m["unit"] in ("个百分点", "%"):
        every = every / 100
    if every == 1 and m["unit"] in _ONES:
        return None
    money = m["unit"] in (None, "元", "美元", "个百分点", "%")
    base = [b for b in metrics_in(text, max(0, at - 120), at) if b.end <= at and (money or b.unit != "money")]
    fact = base[-1].fact if base else None
    if fact == "retail_sales" and not sells(text, base[-1].start, base[-1], base[-1].end):
        fact = "revenue"
    if m["unit"] in ("个百分点", "%"):
        fact = base[-1].growth or (fact if base[-1].unit == "ratio" else None) if base else None
    begin = _FROM.search(text, max(0, at - 80), at)
    start = Decimal(0)
    if begin:
        start = (number(begin[1]) or Decimal(0)) * _SCALES.get(begin[2] or "", 1)
    elif m["unit"] in ("个百分点", "%") and m[0].startswith("每再"):  # 增速不低于15%的，奖励10万元，每再提高5个百分点
        start = _reached(text, at - len(window) + m.start(), fact, m["unit"])
    elif m["unit"] not in ("个百分点", "%") and "满" not in m[0] and not _OVER_LAST.search(window, 0, m.start()):
        unit = "人次" if m["unit"] == "人" and m["then"].startswith("次") else m["unit"] or "元"
        start = _reached(text, at - len(window) + m.start(), fact, unit)
    return {
        "kind": "step", "value": plain(figure.q.value), "start": plain(start), "every": plain(every), "base": fact or _counted_by(text, at),
    }  # fmt: skip


_OVER_LAST = re.compile(r"(?:[比较](?:上一?年度?|去年)?(?:同期)?|同比|基数)(?:年度?)?$")
"""进出口额比上年度|每增加1000万元: stairs over the year before begin at nothing."""
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]{1,6}条|\d{1,2}[.、](?!\d)|\([一二三四五六七八九十\d]{1,3}\)")


def _near(text: str, at: int) -> int:
    line = text.rfind("\n", max(0, at - _WITHIN), at) + 1
    mark = _ARTICLE.match(text, line)
    return max(mark.end() if mark else line, at - _WITHIN, 0)


def _reached(text: str, at: int, fact: str | None, unit: str) -> Decimal:
    """Where the stairs begin: the bound of the same fact last named before them (达到3000万元的，奖励10万元，每增加1000万元再…)."""
    low = _near(text, at)
    if fact is None:
        counted = "CNY" if unit == "元" else unit
        bounds = [q.value for q in quantities(text, low, at) if q.unit == counted and q.currency == "CNY" and q.op in ("ge", "gt")]
    else:
        bounds = [Decimal(str(f.node["value"])) for f in find_thresholds(text, low, at, elided=True) if f.node["fact"] == fact]
    return bounds[-1] if bounds else Decimal(0)


def _counted_by(text: str, at: int) -> str:
    """The words that what is counted goes by, where no fact measures it (离岸贸易结算额)."""
    named = list(re.finditer(r"([^，；。、的\d]{2,14}?)(?:达到?|超过|突破|首次|每|在)\d", text[_near(text, at) : at]))
    said = [m[1] for m in named if not re.search(r"每|基础", m[0])]
    return said[-1] if said else "超出部分"


def ladder(drafts: list[Amount]) -> list[Amount]:
    """30件以上奖励3万元，每增加30件增加3万元 is one staircase from nothing; other stairs come on top of the sum before them."""
    if [a["kind"] for a in drafts] != ["fixed", "step"]:
        return drafts
    first, stairs = drafts
    if first["value"] == stairs["value"] and stairs.get("start") in (0, stairs["every"]):
        return [{**stairs, "start": 0}]
    return [first, {**stairs, "plus": True}]
