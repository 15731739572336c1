"""What kind of document a text is, by the noun of its title; and the states that forbid taking it as in force.

Order matters: a draft for comment, a list that is made public, an interpretation are told before the noun they quote.
A notice that prints another text has that text's kind. An 意见 without a benefit only gives tasks: it is a plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from policies.diagnostics import Diagnostic, info, warning
from policies.lexicon.sought import headed

_WITHOUT_ITEMS = frozenset({"interpretation", "speech", "list"})
_TAIL = r"(?:[（(【\[](?:试行|暂行|修订|修订稿|修正|修正案|草案|征求意见稿|节选|摘要|全文|[^）)】\]]{0,12}(?:修订|修正|修改|版|年|批|期|册))[^）)】\]]{0,20}[)）】\]])*"
# Noun at the end of a title -> kind; the first that matches counts.
NOUNS: tuple[tuple[str, str], ...] = (
    ("other", r"(?:政策汇总|专栏|大全|合集)"),
    ("guide", r"(?:政策清单|常见问题(?:解答|答疑|回答|汇编|汇总)?|政策汇编|(?:政策|办事|服务|申报|工作)手册)"),
    ("interpretation", r"(?:解读|问答|\d{1,3}问|答记者问|问题解答|解答|图解|一图读懂|解释|释义|解析)"),
    ("speech", r"(?:讲话|致辞|发言|演讲)"),
    ("list", r"(?:名单|公示|目录|名录|公示表|公布表)"),
    ("guide", r"(?:指南)"),
    ("rules", r"(?:办法|细则|规程|条例|规则)"),
    ("plan", r"(?:规划|计划|方案|要点|纲要|部署|安排|任务分工|行动|路线图)"),
    ("measure", r"(?:措施|政策|意见|规定|政策措施|若干条|[一二三四五六七八九十\d]{1,3}条)"),
    ("notice", r"(?:通知|公告|通告)"),
    ("other", r"(?:指引|手册|章程|制度|函|批复|决定|通报|启事|清单|标准|规范)"),
)
_AT_END = tuple((kind, re.compile(noun + _TAIL + r"[”\"》]?$")) for kind, noun in NOUNS)
_PRINTS = re.compile(
    r"(?:印发|发布|公布|颁布|下发|转发|批转|制定|修订)(?:[^《]{0,30}《(?P<quoted>[^》]{2,80})》(?P<more>[^《》]{0,10}?(?:细则|办法|规程|指南|方案|措施))?|(?P<bare>[^《》]{4,110}))的?(?:通知|公告|决定|通报|函|命令)"
    + _TAIL
    + r"$"
)
_ISSUES_AGAIN = re.compile(r"重新(?:印发|发布|公布)|继续(?:执行|实施)")
_FORWARDS = re.compile(r"(?:转发|批转)")
_DRAFT = re.compile(r"征求意见稿|公开征求|征求.{0,40}意见|意见征集|草案|送审稿|讨论稿")
_REVOKES = re.compile(r"(?:废止|宣布失效|停止执行|终止)[^，,。]{0,40}(?:的决定|的通知|的公告)|关于废止")
_AMENDS = re.compile(r"关于(?:修改|修订|调整|完善)[^。]{0,60}(?:的决定|的通知|的公告)")
_EXPIRED = re.compile(r"[（(【](?:已|全文|现已)?(?:废止|失效)[)）】]")
_EXPIRED_STATUS = re.compile(r"^(?:时效性|有效性|文件状态|效力状态)[:：]?\n?(?:已废止|已失效|失效|废止)$", re.MULTILINE)
_REPORT = re.compile(r"(?:工作|情况|执行|进展|调研|评估|年度|述职|草案)的?(?:报告|汇报|总结)" + _TAIL + r"[》”]?$")
_OPENS_REPORT = re.compile(
    r"(?:^|\n)[^\n。；，：:]{0,40}(?:工作报告|工作总结|情况(?:的)?(?:报告|汇报)|述职报告)(?:[（(][^（()）\n]{1,30}[)）])?(?=\n)"
)
_ADDRESSED = re.compile(
    r"(?:^|\n)\s{0,4}(?:尊敬的)?(?:各位(?:代表|委员|领导|来宾|嘉宾|同志|同仁)|同志们|女士们)[^\n。；：:]{0,40}[：:](?=\n)"
)
"""各位代表： over a text: it was read out, and gives nobody anything."""
_HAPPENED = re.compile(
    r"(?:召开|举行|举办|参加|出席|赴|走访|调研|慰问|启动)[^。；，]{0,36}(?:会|大会|会议|仪式|活动|论坛|调研|考察|培训班?|讲座|宣讲|对接会|启动)$"
)
"""我区召开惠企政策兑现大会: a headline that tells what happened."""
_HEADLINE = 60
_HEAD = 400  # characters in which a report says that it is one
_BRIEFING = re.compile(r"吹风会|新闻发布会|答记者问|记者会")
_PROGRESS = re.compile(r"(?:介绍|概况|简介|综述|会议|座谈会|大讲堂|活动|吹风会|报道|新闻|典型做法)")
_NAMES_MADE_PUBLIC = re.compile(
    r"(?:名单|结果|企业|项目|单位)(?![^，。]{0,16}(?:政策|[税费]|优惠|减免|扣除|措施|事项|问题|规定|工作)的公告)[^，。]{0,16}的?(?:公示|公告|通报)"
    r"|(?:拟|审核通过|入库|入选|获奖)[^，。]{0,24}名单|公布.{2,40}名单"
)
_CALLS_FOR_PROJECTS = re.compile(r"(?:申报|征集|申领|申请|报名|受理|兑现|兑付)(?:工作|事项|事宜|项目)?的?(?:公告|通告)$")
_CALLS_FIRST = re.compile(
    r"关于(?:组织|公开|集中|面向[^，。]{2,8}|开展|启动|做好|继续)*(?:申报|征集|申领|遴选|受理|兑现|推荐)(?![^，。]{0,60}(?:名单|结果|公示|拟|入[选库围]))"
)
"""关于征集2025年扶持项目的公告: who may apply, and no names of those who did."""
_HELPS = re.compile(
    r"关于(?:进一步|继续|全面|加强|切实|做好|实施|落实|延续|阶段性|暂时|明确|调整|加大)*(?:支持|扶持|帮扶|促进|鼓励|减轻|减免|免征|减征|免收|降低|缓缴|延缓|推动|优化|提高|放宽)"
)
_SOLICITS = re.compile(r"(?:征求|征集|听取)[^。]{0,60}意见[^。]{0,8}的?(?:公告|通知|通告|函)$")
_NAMES_FIRMS = re.compile(r"关于(?:命名|认定|授予|表彰|确定|同意)[^。]{2,60}的(?:通知|决定|公告|批复)$")

_SELF_NAMES: tuple[tuple[str, str], ...] = (
    ("rules", "本办法 本细则 本规程 本条例 本暂行办法 本实施细则 本规则 本管理办法 本实施办法"),
    ("measure", "本措施 本政策 本意见 本规定 本若干措施 本实施意见 本政策措施 本支持政策 本扶持政策"),
    ("guide", "本指南 本办事指南 本申报指南"),
    ("plan", "本规划 本方案 本计划 本实施方案 本行动计划"),
    ("notice", "本通知 本公告"),
)
_EXPLAINS = re.compile(
    r"^(?:[【\[(（][^】\])）]{0,8}解读[】\])）]|(?:政策|文件|图文|专家|媒体)?解读[:：|丨]|一图读懂|一图看懂|(?:政策)?图解)"
)
_MADE = re.compile(
    r"(?:制定|制订|出台|提出|形成)(?:了)?(?:以下|如下|本|下列|此)(?:[\u4e00-\u9fff]{0,8}?)(办法|细则|规程|条例|措施|政策|意见|规定|指南|方案|规划|计划|规则)"
)
_AS_FOLLOWS = re.compile(
    r"(?:制定|制订|出台|提出|形成)(?:了)?(?:[\u4e00-\u9fff]{0,8}?(办法|细则|措施|政策|意见|规定|方案|计划)如下"
    r"|[\u4e00-\u9fff]{0,24}?(?:若干|[一二三四五六七八九十]{1,3}条)(措施|政策|意见|规定))"
)
_INTERPRETS = re.compile(r"解读(?:机关|单位|部门|人)|(?:作|进行)?解读如下|政策解读")
_QUESTIONS = re.compile(
    r"(?<!记者)(?:问答|\d{1,3}问(?:\d{1,3}答)?|百问百答|(?:问题|疑问)(?:集中)?解答|答疑)(?:手册|汇编|集锦|集)?" + _TAIL + r"$"
)
_ANSWER = re.compile(r"(?:^|\n)\s{0,4}(?:答|A\d{0,2})[：:.、]")
_LEAST_ANSWERS = 4
_FIELD = re.compile(
    r"(?:^|\n)\s{0,4}(?:[一二三四五六七八九十]{1,2}[、.]|[（(][一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.、．])?\s{0,2}(补贴|补助|奖励|扶持|资助|支持|申报|申请|享受)(对象|范围|条件|标准|额度)(?=[：:]|\s{0,2}(?:\n|$))"
)
_LEAST_FIELDS = 2  # 补贴对象, 补贴标准: a question-and-answer page laid out as a card for those who apply
_NOTIFIES = re.compile(
    r"(?:通知|公告)如下|特此(?:通知|公告)|现(?:予以?|将)?(?:通知|公告)|(?:公开|广泛)(?:征求|听取)[^。]{0,20}意见"
)
_GRANT = headed(
    r"(?:给予|按照|奖励|补助|补贴|资助|贴息|减免|扶持|支持|奖补|支付|免收|免征|返还|退还|最高|一次性)"
    r"[^。；\n]{0,40}?(?:\d[\d.,，]*(?:万元|亿元|元|%|％|‰)|奖励|补助|补贴|资助|贴息|资金支持|奖补)"
    r"|(?:免征|免收|减免|减半征收|减按|减征)[^。；\n]{1,30}(?:[税费]|租金)(?!(?:优惠)?政策)|(?:按照?|享受|执行)[^。；\n]{0,10}居民[^。；\n]{0,12}(?:价格|标准)|划拨方式|纳入[^。；\n]{0,30}(?:医疗保险|医保)[^。；\n]{0,6}定点|(?:享有|享受|执行)[^。；\n]{0,24}(?:同等|相同)[^。；\n]{0,12}(?:优惠|政策|待遇)"
)
_GUIDE_SECTIONS = (
    "申报条件",
    "申请条件",
    "办理流程",
    "申报材料",
    "申请材料",
    "补贴条件",
    "补贴标准",
    "申报流程",
    "受理条件",
    "服务对象",
    "申请对象",
    "补贴对象",
    "办理条件",
    "申报时间",
    "受理时间",
    "政策依据",
)
_CONDITIONS = re.compile(
    r"(?:具备|符合|满足)(?:以下|下列|如下)[^。；：\n]{0,8}条件[:：]|(?:申报|申请|认定|补贴|补助|受理|资助|奖励|评估)(?:的)?(?:基本)?(?:条件|对象|要求)|享受条件"
)
_LEAST_GRANTS = 3
_SHORT = 1500  # characters: in so short a text one promise of a sum is no stray sentence
_SUM = re.compile(
    r"(?:给予|奖励|补助|补贴|资助)[^。；\n]{0,30}?\d[\d.,，]*(?:万元|亿元|元|[%％](?:的)?(?:一次性)?(?:补|资助|支持|扶持|奖|贴息))|\d[%％](?:的(?:标准|比例))?(?:一次性)?给予(?:补|奖|资助|支持|扶持)|(?:补贴|补助|奖励|资助|奖补)(?:标准|金额)[:：]?\n[^\n]{0,80}?\d[\d.,，]*(?:万元|元)"
)
_LEAST_GRANTS_PER_1000 = 0.5
_MIN_SECTIONS = 2


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind and what it rests on (a few words, for the officer), and what is odd about the document's state.

    `bears_items` says whether such a document can grant anything: speeches, interpretations and lists never do, a plan
    only where it promises sums.
    """

    kind: str
    reason: str
    diagnostics: tuple[Diagnostic, ...] = ()
    bears_items: bool = True


def kind_of(
    title: str | None, plain: str, *, is_card: bool, is_repost: bool = False, span: tuple[int, int] | None = None
) -> KindFound:
    """The kind of a document with this (squeezed, simplified) title and text; `is_card`: a page of a policy handbook."""
    notes = tuple(_states(title or "", plain, span or (0, 0)))
    if is_card:
        return KindFound("guide", "政策汇编中的一页", notes)
    kind, reason = _by_title(title or "")
    told = _told_only(title or "", plain) if kind is None else None
    if told is not None:
        return KindFound(*told, notes, bears_items=False)
    if kind is None:
        kind, reason = _by_text(title or "", plain, is_repost=is_repost)
    grants = has_grants(plain)
    if kind == "measure" and _noun_is_opinion(title or "", plain) and not grants:
        return KindFound("plan", "只有任务安排,没有给予企业的支持", notes, bears_items=False)
    announces_only = _NAMES_FIRMS.search(title or "") is not None or _SOLICITS.search(title or "") is not None
    if kind == "other":
        return KindFound(kind, reason, notes, bears_items=grants or _CONDITIONS.search(plain) is not None)
    bears_items = grants if kind == "plan" or announces_only else kind not in _WITHOUT_ITEMS
    if kind == "interpretation" and _answers_applicants(title or "", plain):
        bears_items = grants
    return KindFound(kind, reason, notes, bears_items)


def _told_only(title: str, plain: str) -> tuple[str, str] | None:
    """The kind of a text that is only told to somebody, with its reason: an address, a piece of news, a report."""
    if _ADDRESSED.search(plain, 0, _HEAD):
        return "speech", "正文有称呼,是讲话"
    if _HAPPENED.search(title or plain[:_HEADLINE].partition("\n")[0]):
        return "other", "标题是一件事情的报道"
    if _REPORT.search(title) or _OPENS_REPORT.search(plain, 0, _HEAD):
        return "other", "工作报告或总结"
    return None


def _answers_applicants(title: str, plain: str) -> bool:
    """农业扶持政策热点问答, and questions with their answers below, or the fields of a card: what can be drawn, told to those who draw it."""
    in_fields = len({m[1] + m[2] for m in _FIELD.finditer(plain)}) >= _LEAST_FIELDS
    if _QUESTIONS.search(title) is None:
        return in_fields and not title  # only the text speaks of 解读: the page of an adviser (政策解读及申报条件)
    return in_fields or len(_ANSWER.findall(plain)) >= _LEAST_ANSWERS


def _by_title(title: str) -> tuple[str | None, str]:
    """The kind that the title's own words give, None where they give none."""
    if not title:
        return None, ""
    bare = title.strip('“”"「」 ')
    if _EXPLAINS.match(bare) or bare.endswith(("解读", "政策解读")):
        return "interpretation", "标题为解读"
    calls = _CALLS_FOR_PROJECTS.search(bare) or _CALLS_FIRST.search(bare)
    if _NAMES_MADE_PUBLIC.search(bare) and not _HELPS.search(bare) and not calls:
        return "list", "标题为名单或公示"
    printed = _PRINTS.search(bare)
    if printed is not None:
        inner = (printed["more"] or printed["quoted"] or printed["bare"]).strip("《》“”的")
        kind = _noun_kind(inner)
        return ("notice", "标题为通知") if kind in (None, "other") else (kind, f"印发的《{inner[:20]}》")
    kind = _noun_kind(bare)
    return (kind, "标题的名词") if kind is not None else (None, "")


def _noun_kind(title: str) -> str | None:
    bare = title.rstrip('》”"。 ')
    return next((kind for kind, noun in _AT_END if noun.search(bare)), None)


def _by_text(title: str, plain: str, *, is_repost: bool) -> tuple[str, str]:
    """The kind that the text gives where the title has no noun of one: what it calls itself, else its sections."""
    made = _MADE.search(plain[:3000]) or _AS_FOLLOWS.search(plain[:3000])
    if made is not None:
        kind = _noun_kind(next(word for word in made.groups() if word))
        if kind is not None:
            return kind, f"正文自称“{made[0][-8:]}”"
    if _INTERPRETS.search(plain):
        return "interpretation", "正文为解读"
    if _NOTIFIES.search(plain):
        return "notice", "正文为通知"
    counts: Counter[str] = Counter()
    for kind, names in _SELF_NAMES:
        for name in names.split():
            counts[kind] += plain.count(name)
    if counts and counts.most_common(1)[0][1] >= 2:
        kind = counts.most_common(1)[0][0]
        return kind, "正文的自称"
    if _BRIEFING.search(title) or _BRIEFING.search(plain[:600]):
        return "interpretation", "发布会或吹风会的报道"
    if _PROGRESS.search(title):
        return "other", "介绍或报道"
    if not is_repost and has_guide_sections(plain):
        return "guide", "按申报指南编排"
    return "other", "标题和正文都没有说明文种"


def _noun_is_opinion(title: str, plain: str) -> bool:
    if title:
        return re.search(r"意见" + _TAIL + r"(?:的通知)?[》”]?(?:的通知)?$", title) is not None
    return "以下意见" in plain[:3000] or "如下意见" in plain[:3000]


def has_grants(plain: str) -> bool:
    """Whether the text promises something that can be drawn, in more than a stray sentence."""
    grants = sum(1 for _ in _GRANT.finditer(plain))
    if len(plain) < _SHORT and _SUM.search(plain) is not None:
        return True
    return grants >= _LEAST_GRANTS and grants * 1000 >= _LEAST_GRANTS_PER_1000 * len(plain)


def has_guide_sections(plain: str) -> bool:
    """Whether a text is laid out as a guide for applicants."""
    return sum(plain.count(section) > 0 for section in _GUIDE_SECTIONS) >= _MIN_SECTIONS


def _states(title: str, plain: str, span: tuple[int, int]) -> Iterator[Diagnostic]:
    """What an officer must know before taking the document as in force."""
    start, end = span
    if _DRAFT.search(title) or "征求意见稿" in plain[:600]:
        yield warning("document.draft", "这是征求意见稿,不是生效的政策,不得据以认定资格", start, end)
    if _REVOKES.search(title):
        yield warning("document.revokes", "这份文件宣布其他文件废止,请核对受影响的政策", start, end)
    elif _AMENDS.search(title):
        yield info("document.amends", "这份文件修改其他文件,请与原文合并阅读", start, end)
    if _FORWARDS.search(title):
        yield info("document.forwards", "这是转发文件,待遇以被转发的原文为准", start, end)
    if _ISSUES_AGAIN.search(title):
        yield info("document.issued_again", "这是重新发布或继续执行的文件,请核对有效期", start, end)
    if _EXPIRED.search(title) or _EXPIRED_STATUS.search(plain[:4000]):
        yield warning("document.expired", "文件标注为已废止或已失效,请核对是否仍然有效", start, end)
