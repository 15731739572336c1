"""Whose capital an enterprise is: 海外资本以独资、合资方式举办, 港澳投资者设立, 民间资本投资建设; 国有、集体、民营等各类所有制; 外商独资、中外合资研发中心."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found
from policies.lexicon.sought import Sought

_HELD_BY = (
    ("foreign", r"(?:海外|境外|国外|外国|国际)(?:资本|资金|投资者|投资人|投资机构|社会资本)|外商|外资(?=(?:独资|以|来|在|直接|参与))|外国(?:企业|公司|机构)|境外(?:企业|机构|公司)", ("foreign", "hmt")),
    ("hmt", r"(?:港澳台|港澳|香港|澳门|台湾|台)(?:地区|同胞|居民)?(?:资本|资金|投资者|投资人|服务提供者|同胞|企业|机构)", ("hmt",)),
    ("private", r"(?:民间|民营|私人|私营)(?:资本|资金|投资者|投资人|投资主体)", ("private",)),
    ("state", r"国有资本", ("state",)),
)  # fmt: skip
_VALUES = {name: values for name, _, values in _HELD_BY}
_HOLDER = "|".join(f"(?P<{name}>{words})" for name, words, _ in _HELD_BY)
_ACT = (
    r"(?:(?:以|通过|采取|采用)[^，；。的]{2,20}?(?:方式|形式|模式))?(?:依法|独立|直接|共同|单独|来|新|在[^，；。的新]{1,10}?)*"
    r"(?:独资|合资|合作|全资|控股|出资|投资)*(?:、|或|和|及)?(?:独资|合资|合作|控股|投资)?(?:举办|设立|兴办|开办|创办|创设|成立|组建|新办|新设|投资建设|投资(?=的)|控股(?=的)|独资(?=的)|建设运营|投建)"
)
_FOUNDED = Sought(
    rf"(?<!引[进入])(?<!吸[引纳])(?<!获得)(?<!利用)(?:{_HOLDER})(?:(?:、|和|及|或|与)[^，；。、的]{{2,8}}?(?:资本|投资者))?{_ACT}"
)
_KINDS = (
    ("s", r"国有(?:及国有控股|控股|独资)?|国营|国资", ("state",)),
    ("c", r"集体", ("collective",)),
    ("p", r"民营|私营|民资|个体私营", ("private",)),
    ("f", r"外资|外商投资|外商独资|中外合资|中外合作|外商", ("foreign", "hmt")),
    ("h", r"港澳台(?:资|商投资|商)?|港资|澳资|台资|侨资", ("hmt",)),
    ("d", r"内资", ("private", "state", "collective")),
    ("m", r"混合所有制|股份制", ()),
)  # fmt: skip
_KIND = re.compile("|".join(f"(?P<{name}>{words})" for name, words, _ in _KINDS))
_KIND_VALUES = {name: values for name, _, values in _KINDS}
_ONE = rf"(?:{'|'.join(words for _, words, _ in _KINDS)})(?:企业(?=、|和|及|与|或|以及))?"
_KIND_LIST = re.compile(
    rf"{_ONE}(?:(?:、|和|及|与|或者?|以及){_ONE}){{1,5}}(?:等)?"
    r"(?:(?:各类|各种|不同|多种)?(?:所有制|经济成分|经济类型|性质)(?:形式|性质|类型)?(?:的)?[^，；。、的\d]{0,8}?(?:企业|单位|机构|主体)?"
    r"|(?:的)?[^，；。、的\d和及与或]{0,8}?(?:企业(?!家)|公司|机构|项目|研发中心|经济))"
)
_LED = re.compile(r"(?<=[对在为是凡持励的，；。：])")
_JOINT = re.compile(
    r"(?:外商(?:独资|合资|合作)|中外合[资作](?:经营)?)(?=(?:的)?[^，；。、：的\d和及与或()]{0,8}(?:企业|公司|机构|项目|中心|总部|医院|学校))"
)


def find_capital(text: str, start: int, end: int) -> list[Found]:
    """The ownership leaves of a span that tell who holds the capital, or list several kinds of holders."""
    result: list[Found] = []
    for m in _FOUNDED.finditer(text, start, end):
        if m["private"] and m[0].endswith(("举办", "兴办", "开办")):
            continue  # 民间资本举办的养老机构: a private undertaking, which need be no firm
        holder = next(name for name in _VALUES if m[name])
        plain = (
            "在" not in m[0] and "以" not in m[0] and text.startswith("的", m.end())
        )  # 民间资本投资设立 says no more than whose it is
        result.append(_owned(_VALUES[holder], m.start(holder), m.end() if plain else m.end(holder), rank=2))
    lists = _listed(text, start, end)
    for low, high in lists:
        values = tuple(dict.fromkeys(v for k in _KIND.finditer(text, low, high) for v in _KIND_VALUES[k.lastgroup or "m"]))
        if values:
            result.append(_owned(values, low, high, rank=3))
    for m in _JOINT.finditer(text, start, end):
        if not any(low <= m.start() < high for low, high in lists):
            result.append(_owned(("foreign", "hmt"), *m.span(), rank=2))
    return result


def _listed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Lists of kinds at the head of a clause or behind a word that addresses somebody (对国有、集体、民营企业)."""
    heads = [start, *(m.start() for m in _LED.finditer(text, start, end))]
    result: list[tuple[int, int]] = []
    for at in heads:
        m = _KIND_LIST.match(text, at, end)
        if m is not None and not any(a <= at < b for a, b in result):
            result.append(m.span())
    return result


def _owned(values: tuple[str, ...], low: int, high: int, *, rank: int) -> Found:
    return found("ownership", "in", list(values), low, high, origin="standing/capital", rank=rank)
