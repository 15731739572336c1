"""Who acts, and what: a kind of body before its verb is a condition of its own."""

from __future__ import annotations

import re

from policies.extract.branches import ANYBODY

_BODY = (
    r"(?:企业|机构|公司|协会|商会|平台|合作社|农场|大户|旅行社|管理人|商场|酒店|饭店|景区|院校|车间|书店|医院|幼儿园|民宿|博物馆)"
)
_NAME = r"(?![境国]内外|各地|外地|(?:园区|基地|楼宇|集群|平台)内|通过|经|由|向|从|为|在|相关|有关|各类|其他|上述|年|累计|新增|服务|引进|培育|孵化|招引|帮助|组织|带动)[^，；。、的在和及或与对为其本由经\d()《》]{2,12}?"
_VERB = (
    r"种植|养殖|饲养|流转|当年|上一?年|年(?:度|均|内|末)?[^，；。]{2}|近[一二三两\d]年|首次|实施|开展|举办|承办|购[买置]|建设|获得|取得|持有|完成|通过|使用|每年|累计|招用|招收|收住|"
    r"建成|建立|投资|参加|参与|承担|租[用赁]|承租|从事|将|(?:一次性)?组织|营业面积|新建|扩建|改建|新增|采用"
)
_SUBJECT = re.compile(
    rf"(?P<who>{_NAME}{_BODY}(?:等[^，；。、的]{{0,10}}?(?:主体|单位|组织|机构|企业))?|旅行社)(?=(?P<next>、)|{_VERB}|在[^，；。、的]{{2,16}}?(?:首次|新|设|建|开展|实施|购|采购))"
)


_DOER = re.compile(r"(?:建设|运营|投资|承办|举办|实施|管理|改造|购买|使用|承担|种植|养殖)+(?:单位|主体|方|企业|机构|公司|者)")
"""公共平台|建设单位: who builds it, and no deed of a body that stands before."""


_OTHER_DOER = re.compile(r"(?:建设|运营|承办|举办|实施|管理)单位")
"""平台|建设单位批准: another body's deed."""
_LEAD = re.compile(r"(?:[^，；。、的在和及或与对]{2,6}、){1,4}")
"""(整车、)零部件企业: kinds that a list names before the body."""


def subject_apart(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """旅行社年组织游客…: what kind of body it is, and what it must do, are two conditions."""
    lead = _LEAD.match(text, low, high)
    position = lead.end() if lead is not None else low
    while (said := _SUBJECT.match(text, position, high)) is not None and said["next"]:
        position = said.end() + 1
    if said is not None and text.startswith("在", said.end()) and text[low - 1 : low] in ("、", "与", "和"):
        return [(low, high)]  # 与科研院所、|科技企业在本区共建…: one of those with whom it is done
    if (
        said is None
        or high - said.end() < 4
        or ANYBODY.fullmatch(text, low, said.end())
        or _DOER.fullmatch(text, said.end(), high)
        or _OTHER_DOER.match(text, said.end(), high)
    ):
        return [(low, high)]
    return [(low, said.end()), (said.end(), high)]


_THE_MATTER = re.compile(
    r"拟?(?:设立|开办|举办|参与|参加|开展|办理)(?P<what>[^，；。()]{4,24}?)(?:的?(?:企业|单位|机构))?(?:\([^()]{0,24}\))?，?"
)


def is_the_matter(text: str, title: str, start: int, end: int) -> bool:
    """设立典当行，应当具备下列条件, 参与便利试点的企业需满足以下条件: what the title says the text is about is asked of nobody."""
    found = _THE_MATTER.fullmatch(text, start, end)
    return found is not None and found["what"] in title
