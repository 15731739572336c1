"""What an enterprise pays as the law asks: 依法纳税、缴纳社保, 按时足额缴纳职工社会保险费和税款, 无欠缴社会保险费. Each due is a fact of its own."""

from __future__ import annotations

import re

from policies.extract.leaf import Found, found

_HOW = r"(?:依法|依规|依照规定|按时|足额|全额|按规定|按照规定|按要求|按月|正常|及时|照章|按章|如期|自觉|诚信|如实|主动|规范)"
_TAX = r"(?:(?:国家|各项|各类|相关|有关|应缴|应纳|规定的)*(?:税[款费收金](?!关系|优惠|征|级|贡献|总?额|违法)|(?:企业所得|增值|个人所得)税))"
_SOCIAL = r"(?:(?:企业|单位|全体|在职|本单位)*(?:职工|员工|从业人员|工作人员)?(?:的)?(?:各项|相关|法定|基本)*(?:社会保险|社保|五险一金|五险|社会保障)(?:费用|费|基金|金)?)"
_ELSE = r"(?:(?:职工|员工)?(?:住房)?公积金|(?:职工|员工)?(?:工资|薪酬)|残疾人(?:就业)?保障金|保险费|费用|规费|(?:[^，；。、和及与\d]{2,6})(?:保险费|基金|费))"
_PAY = r"(?:缴纳|缴交|交纳|缴付|上缴|参加|缴)了?"
_DUE = rf"(?:(?P<{{0}}t>{_TAX})|(?P<{{0}}s>{_SOCIAL})|{_ELSE})"
_JOIN = rf"(?:、|和|及|与|以及|并|且|，)(?:并|且)?{_HOW}{{0,3}}(?:为[^，；。、]{{2,8}})?(?:{_PAY})?"


def _due(name: str) -> str:
    return _DUE.replace("{0}", name)


_PAID = re.compile(
    rf"{_HOW}(?:地|{_HOW}|、){{0,4}}(?:为[^，；。、]{{2,8}})?"
    rf"(?:(?:{_PAY}{_due('a')})|(?P<nt>纳税|缴税|申报纳税))(?:{_JOIN}{_due('b')})?(?:{_JOIN}{_due('c')})?(?:{_JOIN}{_due('d')})?"
)
_OWED = re.compile(
    r"(?:无|未|没有|不存在|不|不得)(?:有|存在)?(?:[^，；。欠]{0,12})?(?:欠缴|欠交|漏缴|少缴|拖欠|未缴|不按时缴纳|逃避缴纳)"
    rf"(?:[^，；。社]{{0,10}}?)(?P<s>{_SOCIAL})(?:等?(?:的)?(?:行为|情形|情况|现象|记录|问题))?"
)
_SHUT_OUT = re.compile(
    rf"(?:存在|有)?(?:欠缴|欠交|漏缴|少缴|拖欠|逃避缴纳|未(?:{_HOW})*缴纳?)(?:(?:企业|单位|职工|员工)+(?:工资|薪酬)(?:、|和|及|或|或者))?(?P<s>{_SOCIAL})(?:等?(?:的)?(?:行为|情形|情况))?"
)
"""无拖欠工资、欠缴社会保险费等行为: who owes none has paid."""
_FACTS = {"t": "tax_registered", "s": "social_security_paid_up"}


def find_dues(text: str, start: int, end: int, *, excluding: bool = False) -> list[Found]:
    """The leaves of what is paid; where one run of words names both dues, each has the whole run for its evidence.

    `excluding`: where the clause lists what shuts an enterprise out (拖欠社会保险费的).
    """
    result: list[Found] = []
    for m in _PAID.finditer(text, start, end):
        named = [name for name, words in m.groupdict().items() if words]
        kinds = list(dict.fromkeys(name[-1] for name in named))
        if len(kinds) > 1:
            result += [found(_FACTS[k], "is", True, m.start(), m.end(), origin=f"standing/{_FACTS[k]}", rank=3) for k in kinds]
    for m in (_SHUT_OUT if excluding else _OWED).finditer(text, start, end):
        low = m.start("s") if excluding and ("工资" in m[0] or "薪酬" in m[0]) else m.start()  # wages are a case of their own
        result.append(found("social_security_paid_up", "is", True, low, m.end(), origin="standing/owed", rank=2))
    return result
