"""Receivers named side by side, each with a bound of its own: 营业收入超过5亿元的批发企业、超过1亿元的零售企业. Whoever meets one may apply."""

from __future__ import annotations

import re

_BODY = r"(?:企业|项目|机构|单位|总部|公司|平台|园区|载体|主体|基地|中心|商户|工商户|合作社|农场|集团|院所|高校|众创空间|孵化器|加速器|实验室|车间|工厂|超市|民宿|农户|大户|商场|酒店|门店|店|楼宇|市场|基金)"
_JOINT = re.compile(
    rf"(?<=的)(?P<first>[^，；。的]{{0,24}}{_BODY}(?:\([^()]{{1,40}}\))?)(?P<join>、|，?以及|[和及与或]|，或者?)"
    rf"(?=(?P<second>[^，；。、]{{0,60}}的)[^，；。、的]{{0,16}}{_BODY}(?:\([^()]{{1,40}}\))?(?:$|、|，|；|。|和|及|以及|与|或|等))"
)
_BOUND = re.compile(r"\d[\d.]{0,10}(?:万|亿|%|家|人|名|项|件|个|平方米|亩|年)|\d{1,12}(?:元|美元)")
_TELLS = re.compile(r"由|经|被|已|获|取得|通过|在|从|首次|20\d\d年|当年|上一?年|列入|纳入|入选")
"""首次入统的零售企业，以及由个体工商户转型的法人企业: the second body, too, has words of its own."""
_OF_BOTH = re.compile(r"注册|登记|设立|法人|成立|信用|财务")
"""在本区注册、具有独立法人资格的甲企业，以及从事…的乙企业: what is said before the first holds for both."""
_OPENS = re.compile(r"(?:年度?|当年|上年度?|首次|均|须|应|为|在|的)*(?:超过|不低于|不少于|达到?|满|突破|高于|大于|低于|不超过|\d)")


def receivers(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The receivers of `text[start:end]`, in order; nothing where there is one, or where those behind the first have no bound of their own."""
    cuts = [start]
    for joint in _JOINT.finditer(text, start, end):
        if _BOUND.search(joint["second"]) or (
            joint["join"].endswith("以及")
            and _TELLS.match(joint["second"])
            and not _OF_BOTH.search(text, start, joint.start())
            and "。" not in text[joint.end() : end]
        ):
            cuts += [joint.start("join"), joint.end("join")]
    cuts.append(end)
    return list(zip(cuts[::2], cuts[1::2], strict=True)) if len(cuts) > 2 else []


def opens_with_bound(text: str, start: int) -> bool:
    """Whether a receiver leaves out what the first one says before its bound (超过3000万美元的增资项目)."""
    return _OPENS.match(text, start) is not None
