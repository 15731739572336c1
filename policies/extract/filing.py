"""Sentences between the conditions that tell how an application is made: who files for several, what is handed in, told or signed; and what only illustrates."""

from __future__ import annotations

import re

_FILES = re.compile(
    r"(?:(?:项目|企业|单位)?申[请报](?:项目)?时，?|(?:并|同时)?(?:应当?|须|需|要)在申[请报]时)(?:还)?(?:应当?|须|需|要)?(?:一并|同时|如实)?(?:提供|提交|出具|附上?|注明|说明|选择)[^；。]{2,60}|"
    r"[^；。]{0,60}(?:由[^，；。]{0,16}(?:一家|一方|牵头|主要)[^，；。]{0,10}(?:单位|机构|企业|方|主体)?(?:作为|进行|负责|统一)?[^，；。]{0,6}申[请报])[^；。]{0,40}(?:签署|签字|盖章|公章)[^；。]{0,16}|"
    r"[^；。]{0,80}，(?:应当?|须|需|要)(?:提前|事先|预先|主动|如实)(?:予以|给予|作出|做出|向[^，；。]{2,16})?(?:申明|声明|说明|告知|报备)|"
    r"[^；。]{0,60}，?(?:由|可由?)(?:申[请报])?(?:企业|单位|机构|主体|者|人)(?:自主|自行|任意)?选择[^，；。]{0,14}(?:进行)?申[请报]|"
    r"(?:符合条件的)?(?:申[请报](?:企业|单位|机构|主体|者|人))[^；。]{0,30}向[^，；。]{2,30}(?:提交|报送|递交|提出)(?:申[请报]|有关|相关)?(?:材料|资料|申[请报]|书面申请)(?:，[^；。]{0,80})?|"
    r"[^，；。]{0,24}(?:，)?(?:如|若|一旦)已?(?:获得?|得到|取得)[^，；。]{2,30}(?:资助|支持|补助|奖励|立项)(?:的|后)?，[^；。]{0,12}(?:不得|不可|不能|不再)[^；。]{2,60}"
)
"""由多家单位合作的项目，应由其中一家作为申报主体，主要合作方盖章; 申报时，应提供合作协议; 已申请其他资金的，需提前予以申明; 如获资助，不得再接受其他资金."""
_ILLUSTRATES = re.compile(
    r"(?:重点|特别|着重|主要)(?:突出|体现|关注|围绕|聚焦)(?!、)[^；。]{4,}|[^，；。]{2,16}包括但不(?:仅)?限于[^；。]{2,}|包括(?!但不)[^；。]{8,}|[^，；。]{2,14}(?:分为|分成)[^，；。]{4,60}"
)
"""重点突出智能制造技术的应用。项目形态包括但不限于系统、工具。培训分为短期和长期培训: what is named besides as welcome, or by way of example."""


def only_files(text: str, start: int, end: int) -> bool:
    """Whether a sentence only tells how one files."""
    return _FILES.fullmatch(text, start, end) is not None


def only_illustrates(text: str, start: int, end: int) -> bool:
    """Whether a sentence behind another only says what is welcome, or what may be among the things named."""
    return _ILLUSTRATES.fullmatch(text, start, end) is not None
