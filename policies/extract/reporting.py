"""Words that report a promise and are none of its conditions: 据了解，…; 《办法》明确，…; 通知提到将对…; 一方面对…."""

from __future__ import annotations

import re

from policies.lexicon.sought import Sought

_PAPER = (
    r"(?:(?:该|此|本|本次|新|上述)?(?:《[^》]{1,60}》|政策措施|若干措施|若干政策|实施细则|通知|政策|意见|办法|措施|方案|细则|文件))"
)
_REPORTED = Sought(
    rf"(?:{_PAPER}(?:还|同时|中|则|也|将)*(?:明确|提出|规定|指出|表示|提到|强调|要求)(?:了|指出|提出|规定)?|"
    r"(?:另?据|(?:记者)?昨?日?从)[^，；。]{0,16}?(?:了解|悉|介绍|获悉|消息)到?|记者(?:了解到|获悉)|其中(?:明确|提到|规定|提出)|(?:近|日前|近日)日?|"
    r"(?:[^，；。]{2,12}负责人)(?:介绍|表示|说)|[一-龥]{2,6}讯\s?(?:昨?日?从[^，；。]{2,16}(?:获悉|了解到))?|"
    rf"[^，；。对]{{2,12}}?(?:正式|首次|联合|重新|近日|日前|新)*(?:出台|印发|发布|制定)(?:了)?(?:新的)?(?:{_PAPER}|[^，；。对]{{2,30}}(?:办法|措施|政策|意见|方案|细则|规定|标准))(?=，|$)|"
    r"(?:(?:[一-龥]{1,6}[省市区县旗]|我[省市区县])(?:人民政府|政府|财政|管委会)?)?将(?=对)|(?:另|一)方面|除此之外|与此同时|今后|具体(?:来看|来说|而言)|值得(?:一提|注意)的是)"
)


def reported(text: str, start: int, end: int) -> int:
    """Where a piece begins behind the words that only report it: its end where it does nothing else."""
    for _ in range(2):  # 通知提到|将对…
        found = _REPORTED.match(text, start, end)
        start = start if found is None else found.end()
    return start


_NEWS = re.compile(r"近日|日前|昨日|记者|获悉|[一-龥]讯\s|消息")
_OPENING = 260  # characters that a report has before its first details


def is_report(text: str) -> bool:
    """Whether a text reports a policy: what its first sentences say in short stands in full further down."""
    return _NEWS.search(text, 0, _OPENING) is not None
