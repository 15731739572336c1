"""A promise beside another: what is left of its beneficiaries, another mark, the next band, more of it; or another kind of enterprise."""

from __future__ import annotations

import re

from policies.extract.amounts import read_amounts
from policies.extract.mentions import Mentions
from policies.extract.pieces import Benefit
from policies.extract.promising import MORE, words_of

_SHORT = 16  # characters of a condition that only says where it differs
_SUBJECT = re.compile(
    r"(?:对于?)?(?:当年|年度|上一?年度)?(?P<who>[一-龥、]{2,16}?(?:企业|机构|单位|平台|园区))(?:年度?|上一?年|首次|当年|的)?[^，；。的]{0,6}(?:收入|产值|销售|营收|突破|达到|超过)"
)


def another_subject(m: Mentions, group: list[Benefit], b: Benefit) -> bool:
    """设计企业营业收入突破1亿元的…。制造企业营业收入突破10亿元的…: the bound is that of another kind of enterprise."""
    for subject in (_SUBJECT, _ACTS):
        own, theirs = subject.match(words_of(m, b)), subject.match(words_of(m, group[0]))
        if own is not None and theirs is not None and own["who"][-4:] != theirs["who"][-4:]:
            return True
    return False


_ACTS = re.compile(
    r"(?P<who>[^，；。的、和及与或对\d]{2,12}?(?:企业|机构|银行|公司|协会|院校|高校|合作社|商会))"
    r"(?=新?(?:招[用收聘]|录用|增)|培训|输送|获[得评批]|取得|当年|首次|参加|组织|开展|购[买置]|租[用赁]|承[接办担]|引进|实施|完成|通过|为[^，；。]{2,12}提供|向[^，；。]{2,12}(?:提供|发放))"
)
"""服务外包企业新录用…；培训机构培训…: who acts, and what."""


_GIVEN = re.compile(r"(?:另|再|并|分别|一次性)*(?:给予|奖励|补助|资助)(?P<who>[^，；。\d]{4,70})$")
_GRADE = re.compile(r"[A-Ea-e一二三四五甲乙丙丁第]{1,4}[类级档等]|(?:国家|省|市|区|县)级?")


def given_to_others(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """给予…高层次教育人才最高500万元。给予…高层次医疗人才最高500万元: who is given stands behind the verb, and is of another kind."""
    whos = [
        _GIVEN.match(m.text, x.start, x.conditions[0][1]) if x.conditions and x.promises[0][0] >= x.conditions[0][1] else None
        for x in (before, b)
    ]
    own, theirs = (None if w is None else _GRADE.sub("", w["who"]) for w in whos)
    return bool(own and theirs) and str(own)[-4:] != str(theirs)[-4:]


_LEVEL_WORD = re.compile(r"国家级?|全国|(?:省部|部|省|自治区|市|州|区|县)级|[省市区县](?=[^，；。]{2})")


def at_another_level(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """对创建国家级示范区并通过国家级验收的…。对创建省级示范区并通过省级验收的…: the same words at another level."""
    own, theirs = words_of(m, b), words_of(m, before)
    bare = _LEVEL_WORD.sub("", own)
    if own == theirs or len(bare) < _LEAST_ALIKE or bare != _LEVEL_WORD.sub("", theirs):
        return False
    kinds = [[a["kind"] for a in read_amounts(m.text, x.promises)] for x in (before, b)]
    return len(kinds[0]) == 1 and kinds[0] == kinds[1]


_LEAST_ALIKE = 6  # characters
ADDS = re.compile(r"(?:可|则)?(?:在(?:上述|以上|前述|该|此)[^，；。]{0,4}基础上，?)?(?:另外?|再|额外)增加\d")
ON_TOP = re.compile(
    r"(?:可|则)?在?(?:上述|以上|前述|前款|该|此|原有?)[^，；。]{0,8}基础上，?(?:另外?|再|额外)?(?:给予|予以|按)?(?:一次性)?(?:增加|增发|追加|叠加|加(?=[奖补发]))?"
    r"(?:奖励|补[助贴]|资助|扶持)?(?:资金)?\d[\d.]{0,9}(?:万|亿)?元"
)
"""在上述标准基础上再增加2万元: on top of what the promise before gives, whoever gets it."""
_AGAIN = re.compile(r"(?:则|可|一次性)?(?:再|另|额外)")


def comes_again(m: Mentions, b: Benefit) -> bool:
    """…的，再奖励10万元; 对小巨人企业另给予50万元: what is given comes on top of the promise before."""
    at = b.promises[0][0]
    more = MORE.match(m.text[at : at + 8]) is not None and _AGAIN.match(m.text, at) is not None
    return more or ON_TOP.match(m.text, at) is not None


_OTHERS = re.compile(r"(?:对于?)?[^，；。对]{0,6}(?:其他|其它|其余|否则)(?!支持|政策|奖励|补助|资金)")


def others_left(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """…每件资助2万元；获得其他国家授权的，每件资助1万元: what is left of those the promise before names, in the same kind of sum."""
    if _OTHERS.match(m.text, b.start) is None or len(b.conditions) > 1 or len(words_of(m, b)) > _SHORT:
        return False
    kinds = [[(a["kind"], a.get("unit")) for a in read_amounts(m.text, x.promises)] for x in (before, b)]
    return kinds[0] == kinds[1]


_DENIES = re.compile(r"(?:尚未|未能|未|没有|不|非)(?:能|曾|被)?(?=[^，；。]{2})")


def case_denied(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """未形成无形资产的，按100%；形成无形资产的，按200%: the same case denied or not, in the same kind of sum."""
    if len(b.conditions) != 1 or "。" in m.text[before.end : b.start]:
        return False
    own = m.text[slice(*b.conditions[0])].removesuffix("的")
    theirs = [m.text[slice(*span)].removesuffix("的") for span in before.conditions]
    if len(own) < _LEAST_CASE or not any(_opposite(own, case) for case in theirs):
        return False
    kinds = [[a["kind"] for a in read_amounts(m.text, x.promises)] for x in (before, b)]
    return len(kinds[0]) == 1 and kinds[0] == kinds[1]


def _opposite(one: str, other: str) -> bool:
    """Whether one of two cases is the other with a denial before it; the longer may go on."""
    denied = [_DENIES.match(case) is not None for case in (one, other)]
    bare = [_DENIES.sub("", case, count=1) for case in (one, other)]
    return denied[0] != denied[1] and (bare[0].startswith(bare[1]) or bare[1].startswith(bare[0]))


_LEAST_CASE = 4  # characters
_MARK = re.compile(r"优秀|良好|优良|合格|优|良|[ABC]类?级?|[一二三甲乙丙]等")


def mark_moved(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """绩效评价为优秀的…；评价为良好的…: the same marks, and all that differs is which."""
    if len(b.conditions) != 1 or not before.conditions:
        return False
    own, theirs = m.text[slice(*b.conditions[0])], m.text[slice(*before.conditions[-1])]
    if not (_MARK.search(own) and _MARK.search(theirs)):
        return False
    bare = _MARK.sub("", own)
    return len(own) <= _SHORT and bool(bare) and _MARK.sub("", theirs).endswith(bare)


_BAND = re.compile(r"\d(?:万|亿)?(?:美?元)(?:以上|以下|以内|\(含\))?(?:的)?部分")


def next_band(m: Mentions, before: Benefit, b: Benefit) -> bool:
    """100万元至1000万元的部分，按1%奖励；超过1000万元的部分，按0.5%: the bands of one base."""
    return all(_BAND.search(m.text, x.start, x.end) for x in (before, b)) and not words_of(m, b).startswith("对")
