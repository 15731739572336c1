"""Where an enterprise is listed: 在主板、创业板上市, 新三板挂牌, 上市公司."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found
from policies.lexicon.sought import Sought

_BOARDS = (
    ("main", r"主板|中小板|深市主板|沪市主板"), ("star", r"科创板"), ("chinext", r"创业板"), ("beijing", r"北交所|北京证券交易所"),
    ("neeq", r"“?新三板”?|全国中小企业股份转让系统|全国股转系统"), ("regional", r"“?四板”?|区域性?股权(?:交易)?(?:市场|中心)|股权交易中心|股权托管交易中心"),
    ("overseas", r"境外|海外|(?:香港)?(?:联合交易所|联交所|港交所)(?:主板|创业板)?|香港(?:主板|创业板)?|纳斯达克|纽交所|(?:纽约|伦敦|新加坡|法兰克福)(?:证券)?交易所|伦交所|新交所"),
)  # fmt: skip
_BOARD_WORD = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _BOARDS))
_EXCHANGE = r"(?:(?:国内|境内|沪深|上交所|深交所|(?:上海|深圳)(?:证券)?(?:交易所)?)的?)?"
_BOARD_LIST = Sought(
    rf"(?:于|在|到)?{_EXCHANGE}(?:{'|'.join(w for _, w in _BOARDS)})(?:(?:、|"
    rf"或者?|和|及|等|以及)?(?:于|在)?{_EXCHANGE}(?:{'|'.join(w for _, w in _BOARDS)}))*"
)
_CITIES = {"上海": ("main", "star"), "上交所": ("main", "star"), "沪": ("main", "star"), "深圳": ("main", "chinext"), "深交所": ("main", "chinext"), "深": ("main", "chinext"), "北京": ("beijing",), "北交所": ("beijing",), "北": ("beijing",), "香港": ("overseas",), "港": ("overseas",)}  # fmt: skip
_CITY = re.compile("|".join(_CITIES))
_EXCHANGES = Sought(
    r"(?<![、板])(?:成功)?(?:在|于)?(?:(?:上海|深圳|北京|香港)(?:、|和|或者?|及|/)?){1,4}(?:联合)?(?:证券|股票)?交易所(?:主板)?(?:成功|首发|公开)?(?:上市|挂牌)|"
    r"(?<![、板])(?:成功)?(?:在|于)?(?:(?:上交所|深交所|北交所|沪深北?(?:证券)?交易所|(?:上海|深圳|北京)证券交易所)(?:、|和|或者?|以?及|/)?){1,3}(?:成功|首发|公开)?(?:上市|挂牌)|(?:成功)?(?:在|于)?沪深北?港?(?:两市|三市)?(?:证券)?交易所(?:成功|首发|公开)?(?:上市|挂牌)"
)
_MARKET = re.compile(
    rf"(?:成功)?(?:于|在|到)?{_EXCHANGE}(?P<board>{'|'.join(w for _, w in _BOARDS)}|[一-龥()]{{2,10}}?股权(?:托管)?(?:交易)?中心)(?:[一-龥]{{2}}[板层])?"
)
_NEXT_MARKET = re.compile(r"(?:成功)?(?:上市|挂牌)?(?:的)?(?:、|和|或者?|及|以及)")


def markets(text: str, start: int, end: int) -> list[Found]:
    """在主板、新三板、省股权交易中心上市(挂牌)的: one leaf for each market of a list; none where nothing is listed there."""
    if _LISTING.search(text, start, end) is None:
        return []
    result: list[Found] = []
    at = start
    while (m := _MARKET.search(text, at, end)) is not None:
        if result and _NEXT_MARKET.fullmatch(text, result[-1].end, m.start()) is None:
            result = []
        name = next((w.lastgroup for w in _BOARD_WORD.finditer(m["board"])), "regional") or "regional"
        result.append(found("listed_board", "in", [name], m.start(), m.end(), origin="title/market", rank=4))
        at = m.end()
    return result


_REGIONAL = Sought(
    r"(?:在|于|到)?[一-龥]{2,10}?(?:股权(?:托管)?(?:交易|转让)?|股份转让)(?:中心|市场)[一-龥]{2,4}[板层](?:成功)?挂牌(?:的)?(?:企业|公司)?"
)
"""在某股份转让中心科创板挂牌: a board of a regional market, whatever its name."""
_ON_THE_WAY = re.compile(r"(?:的)?(?:申请|申报|辅导|备案|受理|后备|培育|进程|筹备|材料)")  # 境内上市申请材料获受理
_TO_COME = re.compile(
    r"(?:拟|计划|准备|筹备)(?:申请|申报|赴|到|在|于)?(?:[一-龥]{2,6}(?:、|和|及|或)){0,2}$"
)  # 拟在北京证券交易所上市 is not listed yet
_BESIDE_BOARDS = re.compile(r"(?:板|系统)(?:、|和|或者?|以?及)(?:在|于)?$")
"""在科创板、创业板或|北交所上市: one of the boards that are listed."""
_LISTING = re.compile(r"上市|挂牌|首发|IPO|过会|转板")
_REGION_NAME = re.compile(r"(?:在|于|到)[一-龥()]{2,16}$")
_MOVED_FROM = re.compile(r"(?:成功)?(?:转板|转至|转到|升板)")
_MOVED_TO = re.compile(r"(?:由[^，；。的]{2,14})?(?:成功)?(?:转板|转)(?:至|到|上市至)?$")
"""由新三板|转板至北交所: where a firm was listed before is said in passing."""
_HOME_OR_ABROAD = Sought(
    r"(?:在|于)?(?:A股|沪深|境内|国内)(?:市场|(?:主要)?证券交易所)?(?:或者?|、|和|及)(?:在|赴)?(?:境外|海外|国外)(?:主要|知名)?(?:证券)?(?:交易所|资本市场|市场)?(?:成功|首发|挂牌)*上市"
)
"""在A股或境外主要证券交易所上市: any board of an exchange."""
_OFFERED = re.compile(r"(?:首次)?公开发行(?:人民币普通股|股票|A股|新股)?(?:股票)?(?:\(IPO\))?(?:并(?:成功)?(?=在|于)|并成功|并)?$")
_LISTED = Sought(
    r"(?:境内外?|A股|国内)?(?:首发)?上市(?:公司|企业)|(?<![一-龥])上市\(IPO\)(?=、)|境内(?:外)?(?:主要|知名)?(?:证券交易所|资本市场)?(?:首发)?上市|(?:通过[^，；。的]{2,8}方式)?(?:在|于)?(?:境内|国内|沪深)?(?:A股)(?:市场|主板)?(?:成功|首发|借壳)*上市|(?:在|于)?(?:境内|国内)(?:主要)?(?:证券交易所|证券市场|资本市场)(?:成功|首发|首次公开发行(?:股票)?(?:\\(IPO\\))?|公开发行股票|并)*上市"
)


def find_listings(text: str, start: int, end: int) -> list[Found]:
    """在主板、创业板上市, 新三板挂牌."""
    result: list[Found] = []
    for m in _EXCHANGES.finditer(text, start, end):
        if any(p.search(text, max(start, m.start() - 16), m.start()) for p in (_TO_COME, _BESIDE_BOARDS)):
            continue
        values = list(dict.fromkeys(board for city in _CITY.findall(m[0]) for board in _CITIES[city]))
        result.append(found("listed_board", "in", values, m.start(), m.end(), origin="title/exchange", rank=5))
    for m in _REGIONAL.finditer(text, start, end):
        result.append(found("listed_board", "in", ["regional"], m.start(), m.end(), origin="title/board", rank=5))
    for m in _HOME_OR_ABROAD.finditer(text, start, end):
        values = ["main", "star", "chinext", "beijing", "overseas"]
        result.append(found("listed_board", "in", values, m.start(), m.end(), origin="title/board", rank=5))
    for m in _BOARD_LIST.finditer(text, start, end):
        if any(f.start < m.end() and m.start() < f.end for f in result):
            continue
        window = text[max(start, m.start() - 8) : min(end, m.end() + 16)] + _past_bracket(text, m.end(), end)
        names = [w.lastgroup for w in _BOARD_WORD.finditer(m[0])]
        listing = _LISTING.search(window)
        if _TO_COME.search(text, max(start, m.start() - 16), m.start()) or _MOVED_FROM.match(text, m.end(), end):
            continue
        if not listing or (
            names == ["overseas"]
            and not re.match(r"[^，；。、]{0,10}上市", text[m.end() : m.end() + 14])
            and not _past_bracket(text, m.end(), end).startswith("上市")
        ):
            continue
        values = list(dict.fromkeys(n for n in names if n))
        tail = re.match(
            r"(?:主要|知名)?(?:证券)?(?:交易所|资本市场)?(?:\([^()]{2,16}\))?(?:(?:“?专精特新”?)?专板|(?:(?:创新|基础|精选)层(?:、|或|和|及)?)+)?(?:进行|首发|成功|等|公开|直接|间接|首次|发行|借壳|实现|和|或|、|并|股票|IPO|并?上市|挂牌)*(?:上市|挂牌)(?:的)?(?:企业|公司)?",
            text[m.end() : min(end, m.end() + 36)],
        )
        stop = m.end() + (tail.end() if tail else 0)
        named = _REGION_NAME.search(text, max(start, m.start() - 18), m.start()) if names == ["regional"] else None
        moved = named or _MOVED_TO.search(text, max(start, m.start() - 24), m.start())
        begin = moved.start() if moved is not None else m.start()
        result.append(found("listed_board", "in", values, begin, stop, origin="title/board", rank=4))
    for m in _LISTED.finditer(text[start:end]):
        a, b = m.start() + start, m.end() + start
        if (
            not any(f.start < b and a < f.end for f in result)
            and not re.search(r"后备|拟|培育|被$", text[max(start, a - 4) : a])
            and not _ON_THE_WAY.match(text, b, end)
        ):
            values = ["main", "star", "chinext", "beijing"] + (["overseas"] if "外" in m[0] or m[0].startswith("上市") else [])
            result.append(found("listed_board", "in", values, a, b, origin="title/listed", rank=2))
    return [_offered(text, start, f) for f in _either(text, result)]


def _past_bracket(text: str, at: int, end: int) -> str:
    """What follows the bracket that tells of which exchanges: 境外主要证券交易所(纽约、伦敦等)|上市."""
    bracket = _EXCHANGES_TOLD.match(text, at, end)
    return text[bracket.end() : min(end, bracket.end() + 4)] if bracket is not None else ""


_EXCHANGES_TOLD = re.compile(r"[一-龥]{0,10}\([^()]{2,16}\)")


def _offered(text: str, start: int, f: Found) -> Found:
    """首次公开发行股票并在科创板上市: the listing with what is offered."""
    before = _OFFERED.search(text, max(start, f.start - 26), f.start)
    return (
        f
        if before is None
        else found("listed_board", "in", f.node["value"], before.start(), f.end, origin="title/board", rank=f.rank)
    )


_NAMED_AGAIN = re.compile(r"\([^()]{0,8}")
_OR = re.compile(r"(?:成功)?(?:\([^()]{0,24}\))?(?:、|或者?|或在)(?:在|成功)?")


def _either(text: str, leaves: list[Found]) -> list[Found]:
    """上市、新三板挂牌、四板挂牌成功的企业: boards that only 、 or 或 parts are one list."""
    result: list[Found] = []
    for f in sorted(leaves, key=lambda f: f.start):
        last = result[-1] if result else None
        joined = last is not None and any(p.fullmatch(text, last.end, f.start) for p in (_OR, _NAMED_AGAIN))
        if last is None or not joined:
            result.append(f)
            continue
        values = list(dict.fromkeys((*last.node["value"], *f.node["value"])))
        result[-1] = found("listed_board", "in", values, last.start, f.end, origin="title/board", rank=max(last.rank, f.rank))
    return result
