"""Which clauses of a phrase before a promise say one thing together: 、 joins, and so do the means, the praise or the wish before a comma."""

from __future__ import annotations

import re

from policies.extract.leaf import Found

Piece = tuple[int, int, list[Found], tuple[int, int] | None]
"""A clause `start:end`, the typed leaves inside it, and the words it says beside them."""


_MEANS = re.compile(
    r"(?:[^，；。的、]{0,14}(?:主体|企业|单位|机构))?(?:围绕|聚焦|针对|依托|利用|结合|通过|联合|采用|面向|立足|以(?!上|下|内)|在[^，；。的]{2,16}[后时中前]$)[^，；。的]*"
)


_OUTCOME = re.compile(r"实现|解决|打造|填补|体现|彰显|协助|有效(?!期)|有助于|有利于")
_PRAISE = re.compile(r"(?:[高强大好优佳快]|健康|完善|良好|突出|清晰|明确|健全|规范|显著|领先|合理|稳定|先进|成熟|齐全)$")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d")  # the number of a standard (ISO20000) bounds nothing
_IN_YEARS = re.compile(r"(?:近[一二两三四五\d]个?[年月]|上一?年度?|当年|年均?)[^，；。、]{2,20}(?:不[少低]于|达到?|超过|满)\d")
"""、近一年服务企业不少于20家: a bound with a time of its own is no part of what 、 lists before it."""
_BOUND_WORDS = ("以上", "以下", "以内")


_WISHED = re.compile(r"(?:支持|鼓励|引导|推动)$")
"""支持|企业建设实训基地，为农户提供培训: what is wished for goes on behind the comma, unless 的 ends it there."""


def phrases(text: str, pieces: list[Piece]) -> list[tuple[int, int]]:
    """The untyped words of a phrase, clause by clause; what 、 joins stays whole, and so does a clause with the means or time before it."""
    runs: list[tuple[int, int]] = []
    parted = True
    for _, _, inside, gap in pieces:
        if gap is None:
            parted = True
            continue
        between = text[runs[-1][1] : gap[0]] if runs else ""
        figures = (
            bool(runs)
            and _FIGURE.search(text, *runs[-1])
            and (_FIGURE.search(text, *gap) or text[runs[-1][1] - 2 : runs[-1][1]] in _BOUND_WORDS)
        )
        bound = (re.fullmatch("[、和及与]*", between) and not figures and not _IN_YEARS.match(text, *gap)) or (
            re.fullmatch("，(?:积极|大力|并)*", between)
            and (
                _MEANS.fullmatch(text, *runs[-1])
                or _PRAISE.search(text, *runs[-1])
                or _OUTCOME.match(text, *gap)
                or (_WISHED.search(text, max(0, runs[-1][0] - 4), runs[-1][0]) and not text.startswith(("的，", "的；"), gap[1]))
            )
            and not _FIGURE.search(text, *gap)
        )
        if parted or any(f.start < gap[1] for f in inside) or not bound:
            runs.append(gap)
        else:
            runs[-1] = (runs[-1][0], gap[1])
        parted = bool(inside)
    return runs
