"""What is given without a sum and without a word for giving: a place on a list, the first turn, an open door, a deduction."""

from __future__ import annotations

import re

from policies.lexicon.sought import Sought

_BODY = r"(?:企业|公司|机构|单位|供应商|服务商|平台|项目|园区|基地|产品|人才|团队|人员|专家|学校|医院|合作社|协会|主体|投资人|教师|骨干|职工|毕业生|商户|技术|服务)"
LISTED = re.compile(
    r"(?:可以?|择优|优先|及时|直接){0,2}纳入[^，；。\n]{0,24}?(?:(?:上市|挂牌|重点|后备|高新技术|高企|拟上市)[^，；。\n]{0,8}?(?:储备库|预备库|后备库|培育库|资源库)|"
    r"(?:支持|扶持|服务|保障|补贴|奖补|优惠|服务券)”?(?:政策)?(?:支持|服务|扶持)?范围|人才[^，；。、\n]{0,6}平台”?)$"
)
"""可纳入上市企业储备库, 将…纳入服务券支持范围: a place among those who are served, at the end of a piece."""
_WHO_IS_LISTED = re.compile(
    rf"(?:(?:将|把|对)[^，；。]{{2,40}}?|[^，；。]{{2,40}}){_BODY}?(?:的)?(?:，?(?:符合|经)[^，；。]{{2,12}}?(?:的|后)?)?$"
)
OPENED = re.compile(r"(?:给予|予以|提供|享受)(?!了)[^，；。\n]{0,30}?(?:便利|绿色通道”?(?:服务)?|(?:服务|政策|用地|要素)保障)$")
"""给予落户、子女入学等方面的便利, 提供职称评定的绿色通道服务."""
FIRST = Sought(
    r"(?:可以?|予以|给予)?优先(?:认定|推荐为|推荐授予|组织|进行[^，；。]{0,12}(?:培训|体检|辅导)|安排|办理|受理|享受|获得|提供|验审|入住|推介|供给)(?!的)[^，；。\n]{0,30}$|(?:予以|给予)优先(?:认定|安排|办理|受理|采购|推荐)$"
)
"""优先组织外出培训, 予以优先认定: the first turn; who is chosen first (优先支持) is no gift."""
FIRST_FOR = re.compile(
    rf"(?:应当?)?优先(?:给予|为)(?:符合条件的)?(?P<who>[^，；。\n]{{2,24}}?{_BODY})(?:提供)?(?P<what>[^，；。\n]{{0,20}}(?:担保|融资|贷款|用地|培训|服务)[^，；。\n]{{0,6}})$"
)
"""优先给予集成电路企业政策性融资担保: whom and what, in one breath."""
DEDUCTED = Sought(
    r"(?:可以?|依法|按照?(?:有关|相关|税法)?规定|准予|允许|据实|全额|在|，){1,4}(?:[企业所得]{2,5})?税前(?:据实|全额|加计)?扣除$"
)
ROOM = re.compile(
    r"(?:可以?|允许)(?:适当|合理)?(?:提高|增加)[^，；。\n]{0,6}容积率$|可以?(?:直接|就近|免试|申请){0,2}(?:办理|获得|获取)[^，；。\n]{0,12}(?:入户|落户|绿卡|居住证|签证|永久居留)$"
)
"""可适当提高容积率, 可直接办理入户: a leave that others do not have."""
SHARED = re.compile(r"(?:享有|享受)[^，；。\n]{2,14}同等的?(?:税费|税收|收费|用地|土地)[^，；。\n]{0,4}(?:政策|待遇|优惠)$")
INSURED = re.compile(r"可(?:以|按)?[^，；。\n]{0,20}?参加[^，；。\n]{0,8}(?:社会|养老|医疗)保险$")
_ALL = (LISTED, FIRST_FOR, FIRST, OPENED, DEDUCTED, ROOM, SHARED, INSURED)
_WISHED = re.compile(
    r"(?:鼓励|引导|推动|推进|探索|研究|争取|指导|支持|加强|完善|建立|健全|简化|优化|依托|引进|推荐|逐步|加快|深化|落实|强化|力争|开展|协助|组织|开辟|各级|各有关|有关部门|要|应)"
)
_TARGETED = re.compile(rf"(?:对于?|凡|将|把|为)[^。；]{{2,200}}|[^。；]*{_BODY}[^，。；]{{0,14}}，?|[^。；]*的，?")
_APPROVED = re.compile(r"(?:\([^()]{2,30}\))?，(?:经|报)[^，；。]{2,30}(?:后)?$")
_MORE = re.compile(r"(?!，(?:并|同时)?(?:对(?!其)|将|为))[^。；\n]{0,60}(?:给予|奖励|补[助贴]|资助)[^。；\n]{0,20}\d")


def begins(text: str, low: int, high: int) -> int | None:
    """Where in a comma piece such a promise begins; None where none does, or where sums behind it are what is promised."""
    for pattern in _ALL:
        found = pattern.search(text, low, high)
        if found is not None:
            return None if _MORE.match(text, high) else found.start()
    return None


def is_given(text: str, conditions: list[tuple[int, int]], low: int, high: int) -> bool | None:
    """Whether the sentence `low:high` ends by giving such a thing to somebody who is named; None where they are no such promise."""
    if not any(p.search(text, low, high) for p in _ALL):
        return None
    told = text[conditions[0][0] : conditions[-1][1]] if conditions else ""
    told = _APPROVED.sub("", told)
    return _TARGETED.fullmatch(told) is not None and _WISHED.match(told) is None
