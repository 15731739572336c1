"""Which region a document belongs to: its issuer's, else the one that its title, its closing provision or its words name."""

from __future__ import annotations

import re
from collections import Counter

from features.regions import NATIONAL, find_regions, is_municipality, own_region, region_of_issuer
from policies.headlines import HeadLine

_EXPLAINED_BY = re.compile(r"由([^，。；由]{2,60}?)(?:负责|承担|进行)?(?:具体)?(?:解释|组织实施)")
_FURNITURE = re.compile(r"版权|地址|网址|ICP|电话|邮箱|主办|承办|公司|联系|传真|邮编|公安|标识码|备案号|首页|导航")
_OWN = re.compile(r"[我本全](省|自治区|市|区|县|州)(?![场面级域别内外间])")
_DEPARTMENT = re.compile(
    r"(?<![\u4e00-\u9fff])(?:由|经|报|向|和|与|各)?([省市区县])(?:人民政府|政府|财政局?|级财政|委|[\u4e00-\u9fff]{2,6}[局委厅])"
)
_CENTRAL = re.compile(r"国务院|国家税务总局|工业和信息化部|科技部|财政部|商务部|国家发展|国家发改委|全国人民代表大会")
_CENTRAL_NUMBER = re.compile(r"国(?:发|办发|函|办函|科发|税发|知发|资发)|财税|财政部|工信部|商务部|发改")
_NATIONAL_WORDS = re.compile(r"中华人民共和国境内|中国境内(?!外)|全国范围")
_FREE_TRADE = re.compile(r"中国[(（][^()（）]{2,6}[)）]自(?:由)?贸(?:易)?(?:试验)?区(?P<part>[^，。；]{2,14}?(?:片区|新区|区块))")
_BOOK = re.compile(r"《[^》]{0,80}》")
_HEAD, _FOOT = 20_000, 5_000
_SHORT, _LONG = 14, 120
# The short names that open document numbers; 宁, 新 and 青 are left out (宁新区 is Nanjing's, 新府 a county's).
_PROVINCE_OF_NUMBER = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "蒙": "150000", "辽": "210000", "吉": "220000",
    "黑": "230000", "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000",
    "鲁": "370000", "豫": "410000", "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000",
    "渝": "500000", "川": "510000", "黔": "520000", "滇": "530000", "藏": "540000", "陕": "610000", "甘": "620000",
}  # fmt: skip
_LEVEL_OF = {"省": 1, "自治区": 1, "市": 2, "州": 2, "区": 3, "县": 3}


def region_of_document(
    *, title: str, issuers: tuple[str, ...], lines: tuple[HeadLine, ...], number: str | None = None
) -> str | None:
    """The adcode of the jurisdiction, 000000 for national texts, None where the text leaves it open."""
    body = _body(lines)
    for name in issuers:
        if code := region_of_issuer(name):
            return code
    if code := _region_in_title(title):
        return code
    if number and _CENTRAL_NUMBER.match(number):
        return NATIONAL
    near = _city_of(_region_by_words(body, within=None))
    if near is not None and (code := _region_in_title(title, within=near)):  # 朝阳区, 南沙区: there is more than one
        return code
    found = _explaining_region(body, within=near) or _region_by_words(body, within=near)
    if found in (None, NATIONAL) and number:
        return _PROVINCE_OF_NUMBER.get(number[:1], found)
    return found


def _body(lines: tuple[HeadLine, ...]) -> str:
    """The opening and the end of the text without page furniture and quoted titles."""
    words = "\n".join(line.plain for line in lines if not _is_furniture(line.plain))
    if len(words) > _HEAD + _FOOT:
        words = words[:_HEAD] + "\n" + words[-_FOOT:]
    return words


def _is_furniture(plain: str) -> bool:
    """A menu entry or a short line of addresses and owners; a long line is text whatever it mentions."""
    return len(plain) <= _SHORT or (len(plain) <= _LONG and _FURNITURE.search(plain) is not None)


def _region_in_title(title: str, within: str | None = None) -> str | None:
    before = re.split(r"转发|贯彻|落实", title, maxsplit=1)[0]
    part = _FREE_TRADE.match(before)
    named = find_regions(part["part"], within) if part is not None else []
    if any(mention.codes for mention in named):  # 中国(四川)自由贸易试验区成都青白江片区: the part it lies in
        return max((_smallest_common(mention.codes) for mention in named if mention.codes), key=_level)
    for mention in find_regions(before, within):
        if mention.codes:
            return _smallest_common(mention.codes)
    return NATIONAL if _CENTRAL.match(title) or title.startswith(("中华人民共和国", "国家")) else None


def _explaining_region(body: str, *, within: str | None) -> str | None:
    """本办法由…负责解释 names the authority, often without its region (由市财政局): then it tells nothing."""
    for found in reversed(list(_EXPLAINED_BY.finditer(body))):
        if code := region_of_issuer(found[1]):
            return code
        for mention in find_regions(found[1], within):
            if mention.start == 0 and mention.codes:
                return _smallest_common(mention.codes)
    return None


def _region_by_words(body: str, *, within: str | None) -> str | None:
    """The region most spoken of, at the level that 我省, 我市, 我区 or 区政府, 市财政局 give."""
    counts: Counter[str] = Counter()
    for mention in find_regions(_BOOK.sub(lambda book: book[0][:40], body), within):
        if len(mention.codes) == 1:
            counts[mention.codes[0]] += 1
    if not counts:
        return NATIONAL if _CENTRAL.search(body) or _NATIONAL_WORDS.search(body) else None
    word = _own_level(body)
    if word is not None:
        for code, _ in counts.most_common():
            raised = own_region(f"我{word}", code)
            if raised is not None and (_level(code) == _LEVEL_OF[word] or _level(raised) < _level(code)):
                return raised
    code, count = counts.most_common(1)[0]
    return code if count >= 2 or len(counts) == 1 else None


def _own_level(body: str) -> str | None:
    """省, 市 or 区: what the text calls its own region most often; its departments tell where it never does."""
    own = Counter(found[1] for found in _OWN.finditer(body))
    if not own:
        own = Counter(found[1] for found in _DEPARTMENT.finditer(body))
    return own.most_common(1)[0][0] if own else None


def _city_of(code: str | None) -> str | None:
    """The city that a first guess lies in: bare names (南沙) count only near it."""
    if code is None or code.endswith("0000"):
        return code
    return code[:4] + "00"


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def _smallest_common(codes: tuple[str, ...]) -> str:
    if len(codes) == 1:
        return codes[0]
    for length in (2,) if is_municipality(codes[0]) else (4, 2):  # 北京经济技术开发区: 直辖市 have no level of cities
        if len({code[:length] for code in codes}) == 1:
            return codes[0][:length].ljust(6, "0")
    return NATIONAL
