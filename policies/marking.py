"""The marks of a drafter: what numbers a line, and what names a field."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from policies.lexicon import card_labels, role_of
from policies.lexicon.sought import Sought
from policies.numerals import number

_CN = "一二三四五六七八九十百千零〇○"


def _kind(nouns: str) -> re.Pattern[str]:
    """支持方向一：…, 专题2、…, 项目三(…); a mark whose blank went stands before a short heading (专题一智能制造)."""
    number = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
    return re.compile(
        r"(?:(?:支持|申报|资助|扶持|奖补|奖励|重点|政策|项目|补助|补贴|研究|建设)(?:类)?)?"
        rf"(?:{nouns}){number}(?:[：:、]|[.](?!\d)|(?=\([^()]{{4,30}}\)$))|"
        rf"(?:支持|申报|资助)?(?:{nouns})(?<!项目)(?<!任务)(?<!政策){number}(?=[一-龥“(][^，。；：\n]{{3,30}}$)(?<!专项一)(?!致|[次等般]|体化)"
    )


NO_UNIT = r"(?![万亿元倍月吨亩千百米]|年(?!度)|个(?!人)|日(?!常)|天|平(?!台)|公(?![共寓司益])|人(?![才力民])|家(?![庭政])|项(?!目)|件|台(?!账))"
"""3.2 申报条件, and not 3.2万元: what no unit stands behind numbers a part."""
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("title", re.compile(r"#(?![#\d])")),
    ("section", re.compile(r"##(?!#)")),
    ("subsection", re.compile(r"#{3,6}")),
    ("chapter", re.compile(rf"第[{_CN}\d]{{1,6}}(?:章|编|节|部分)")),
    ("article", re.compile(rf"第[{_CN}\d]{{1,8}}条(?:：\s?)?")),
    ("annex", re.compile(r"附件[\d一二三四五六七八九十]{0,3}(?:[:：.、]|$)")),
    ("cn", re.compile(r"[一二三四五六七八九十]{1,3}[、.]")),
    ("padded", re.compile(r"0\d {0,2}(?=[一-龥]{2,14}$)")),
    ("kind", _kind("方向|类别|类型|专题|专项|板块|模块|政策")),
    ("part", _kind("项目|课题|任务|事项|条款|榜题|榜单")),  # of a direction or a special topic, where there are such
    ("kind", re.compile(r"[A-H]类[：:、.]?(?=[一-龥]{2,24}$)")),
    ("part", re.compile(r"【\d{1,2}(?:[-.]\d{1,2})?】(?=[一-龥]{2})")),
    ("part", re.compile(r"[A-H]-?\d{1,2}[.、：:]?(?=[一-龥][^，；。：]{2,24}$)")),
    (
        "decimal",
        re.compile(rf"\d{{1,2}}[.．]\d{{1,2}}(?:、|\.(?!\d))?(?={NO_UNIT}[一-龥“(][^，；。：\n]{{2,30}}$)"),
    ),
    ("cn_paren", re.compile(r"\(?[一二三四五六七八九十]{1,3}\)")),
    ("num", re.compile(r"\d{1,2}(?:[.、](?!\d)|\.(?=20\d\d年)|、(?=\d))")),
    ("num_paren", re.compile(r"\(?\d{1,2}\)")),
    ("circle", re.compile(r"[①-⑳]")),
    ("counted", re.compile(r"(?:[一二三四五六七八九]|十[一二]?)是(?!否|由|因|在(?:于|此))")),
    ("letter", re.compile(r"[a-zA-Z][.、)]")),
    ("bullet", re.compile(r"[●◆■▲★□○◇•➢※]")),
)
_NUMBER = re.compile(rf"[①-⑳]|\d+|[{_CN}]+")
CARD = {"服务对象", "服务内容", "条件要求", "服务流程", "办理流程", "依据文件", "工具分类", "时间/频度", "联络方式"}


def lines_in(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in text.split("\n"):
        if line.strip():
            lead = len(line) - len(line.lstrip())
            yield position + lead, position + len(line)
        position += len(line) + 1


_LONGEST_ROW = 600


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: upright strokes before it or between its cells, or tabs that no numbered line has."""
    if len(line) > _LONGEST_ROW:
        return False  # a page in one line, with the strokes of its menu
    return line.startswith("|") or (line.count("|") >= 2 and "](" not in line) or (line.count("\t") >= 2 and mark_of(line) is None)


def ordinal_of(word: str) -> int | None:
    """The number that a mark counts, None for what is no number.

    >>> ordinal_of("②"), ordinal_of("12"), ordinal_of("二十三"), ordinal_of("一千二百六十"), ordinal_of("甲")
    (2, 12, 23, 1260, None)
    """
    if len(word) == 1 and "①" <= word <= "⑳":
        return ord(word) - ord("①") + 1
    value = number(word.replace("○", "〇"))
    return None if value is None else int(value)


def mark_of(line: str) -> tuple[str, int | None, int] | None:
    """Style, ordinal and length of the mark that opens `line`."""
    for style, pattern in _STYLES:
        match = pattern.match(line)
        if match is None:
            continue
        number = _NUMBER.search(match[0], match[0].find(".") + 1 if style == "decimal" else 0)  # 3.2 is the second of its chapter
        if style == "article" and line.startswith(("第", "的", "规定", "、", "和"), match.end()):
            continue
        return style, ordinal_of(number[0]) if number else None, match.end()
    return None


_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("material", re.compile(r"材料|资料|证明|凭证")),
    (
        "procedure",
        re.compile(
            r"(?:怎么样?|怎样|如何)[^，。？]{0,3}(?:申|办|领|享|报|查|交|操作|走|登|兑|拿到|注册|联系|咨询|知道|获[取得悉]|确认|认定)|流程|程序|哪里|在哪|途径|渠道|平台|拨付|发放到|审核|到账|多久"
        ),
    ),
    ("time", re.compile(r"什么时[候间]|何时|时间|期限|截止")),
    (
        "benefit",
        re.compile(
            r"多少|标准|额度|比例|金额|补贴什么|享受什么|哪些(?:支持|补贴|奖励|优惠|政策|扶持)|(?:如何|怎么样?|怎样)(?:奖|补|支持|资助|扶持|算)|期限"
        ),
    ),
    ("eligibility", re.compile(r"条件|对象|范围|谁|哪[些类]|什么(?:样的)?(?:企业|单位|人|项目)|要求|主体")),
)
_NOTED = re.compile(r"注意|须知|说明|问题")
_QUESTION = re.compile(r"问\d{0,2}：(?P<words>[^？\n]{4,60}？)|(?:Q|q)\d{0,2}[：.、](?P<more>[^？\n]{4,60}？)")


def question_in(line: str) -> tuple[int, str | None] | None:
    """问：哪些企业可以申报？ Where its words begin, and which section its answer makes."""
    found = _QUESTION.fullmatch(line) if line[-1:] == "？" else None
    if found is None:
        return None
    words = found["words"] or found["more"]
    return len(line) - len(words), role_asked(words)


ANSWER = re.compile(r"(?:答|解答|回答|答复|[Aa]\d{0,2})：\s{0,2}|【答】[：]?")


def answered(line: str, *, told: bool) -> tuple[int, str | None] | None:
    """申请条件是什么？ before a line 答：… (`told`), or a line that asks for conditions or sums, a question without a mark; as `question_in` has it."""
    if not line.endswith("？") or len(line) > _LONGEST_QUESTION or "。" in line:
        return None
    role = role_asked(line)
    return (0, role) if told or (role in ("eligibility", "benefit") and _ASKING_WORD.search(line)) else None


_ASKING_WORD = re.compile(r"哪[些类]|什么|多少|谁|几")
_LONGEST_QUESTION = 60  # characters


def role_asked(words: str) -> str | None:
    """Which section the answer to a question makes: 什么企业能享受？ is asked for whom, 能补多少钱？ for what is given."""
    if _NOTED.search(words):
        return None
    return next((role for role, pattern in _ASKED if pattern.search(words)), None)


_ACT = (
    r"(?:申报|申请|申领|申办|办理|受理|支持|扶持|奖励|补贴|补助|资助|奖补|贴息|返还|享受|适用|政策|认定|兑现|兑付|发放|服务|咨询|联系|优惠|补偿|减免|"
    r"通用|条款|共性|共同|其他|其它|公共|专项|必备|附加|惠及|受益|准入|执行|实施|提交|所需|贷款|责任|牵头|主管|业务|经办|有效|评选|遴选|推荐|培育|配套|实施|具体|基本|主要)"
)
_WHAT = (
    r"(?:条件|对象|主体|范围|标准|金额|额度|内容|方式|办法|政策|措施|比例|力度|流程|程序|材料|资料|渠道|路径|平台|网址|入口|时间|时限|期限|"
    r"依据|来源|部门|单位|处室|科室|电话|热线|地点|要求|条款)"
)
_FIELD_NAME = re.compile(rf"({_ACT}{{1,3}}{_WHAT}(?:[和及与、]{_ACT}?{_WHAT})?)(?:\([^()]{{1,12}}\))?(?:为(?=：\d))?[：\t]")


_FIELD_INSIDE = Sought(rf"(?<=[。；的])(?P<name>{_ACT}{{1,3}}{_WHAT})为?：")


def fields_inside(line: str) -> list[int]:
    """Where fields begin in one line that tells both whom and how much: …的申报条件为：1.…；2.…。扶持标准为：…."""
    found = [(m.start(), role_of(m["name"])) for m in _FIELD_INSIDE.finditer(line)]
    if {"eligibility", "benefit"} <= {role for _, role in found}:
        return [at for at, _ in found]
    named = _NAME_FIRST.match(line) if found and mark_of(line) is not None else None
    if named is None or found[0] != (named.end(), "eligibility") or _GIVEN.search(line, found[0][0]):
        return []  # what is given on the same line is no part of the field
    return [found[0][0]]


_GIVEN = re.compile(r"给予|予以|奖励\d|补[助贴]\d|资助\d|标准[为：]")
_NAME_FIRST = re.compile(r"[^，；：。]{4,26}。")
"""(一)设备补助。|适用对象：…: a field that stands right behind the name of its part."""


def is_field_name(words: str) -> bool:
    """Whether words are the name of a field of a card and of nothing else (贷款额度, 奖励力度)."""
    return _FIELD_NAME.fullmatch(words + "：") is not None


_BRACKETED = re.compile(r"【(?P<name>[一-龥]{2,14})】[：:]?")


def bracketed_in(line: str) -> tuple[str, int] | None:
    """【补贴标准】每人1000元: a field whose name stands in heavy brackets; with the length of both."""
    found = _BRACKETED.match(line)
    if found is None or (role_of(found["name"]) is None and not is_field_name(found["name"])):
        return None
    return found["name"], found.end()


def begins_part(line: str) -> bool:
    """Whether the line begins a direction, a topic or a project of one (专题一：…)."""
    mark = mark_of(line)
    return mark is not None and mark[0] in ("kind", "part")


def field_of(line: str) -> tuple[str, int] | None:
    """A field name that is the whole line or opens it; with its length."""
    match = card_labels().match(line)
    made = _FIELD_NAME.match(line) if match is None or line[match.end() : match.end() + 1] not in ("", "：", "\t") else None
    if made is not None and role_of(made[1]) is not None:
        return made[1], made.end()
    if match is None and role_of(line) in ("eligibility", "benefit") and (is_field_name(line) or _WHOSE.fullmatch(line)):
        return line, len(line)
    if match is None:
        told = _TABBED.match(line)
        return (told[1], told.end()) if told is not None and role_of(told[1]) is not None else None
    rest = line[match.end() :]
    if rest.startswith("为："):
        return match[0], match.end() + 2
    if not rest or rest[0] in "：:\t" or (match[0] in CARD and not rest.startswith(("的", "、", "和"))):
        return match[0], match.end() + (1 if rest[:1] in ("：", ":", "\t") else 0)
    return None


_WHOSE = re.compile(r"[一-龥]{0,4}(?:主体|单位|企业|项目|对象|建设|实施|承办|资格|准入)(?:基本|申报|认定|建设)?条件")
"""主体条件, 建设单位条件, a line by itself: a field without a word of applying or giving."""
_TABBED = re.compile(r"([一-龥]{2,10})\t(?=[^\t]+$)")
"""不予支持	…: the left of two columns names what the right one tells."""


def is_field(line: str) -> bool:
    """Whether the line is the name of a field and nothing else."""
    field = field_of(line)
    return field is not None and field[1] == len(line)


def names_field(line: str) -> bool:
    """Whether the line begins with the name of a field and its colon, in brackets, or is nothing but that name."""
    return opens_field(line) or is_field(line) or bracketed_in(line) is not None


def opens_field(line: str) -> bool:
    """Whether the line begins with the name of a field and its colon (支持对象：…)."""
    field = field_of(line) if "：" in line[:24] else None
    return field is not None and line[field[1] - 1] == "："


_TITLE = re.compile(r"(?!.{41})[^：；。？！|\n]{4,}")


def card_titles(text: str, lines: list[tuple[int, int]]) -> set[int]:
    """Where a line names a card: the same field (支持对象：…) opens the next line, here and below another such line. So with 【支持对象】."""
    heads: dict[str, list[int]] = {}
    before = ""
    for (start, end), (low, high) in itertools.pairwise(lines):
        number = mark_of(text[low:high])
        low += number[2] if number is not None and (number[1] == 1 or number[0] == "bullet") else 0  # 品牌奖励\n1.支持对象：…
        field = field_of(text[low:high]) or bracketed_in(text[low:high])
        words, above, before = text[start:end], before, text[start:end]
        if is_field(above) or _BRACKETED.fullmatch(above):
            continue  # what stands below the bare name of a field is what it tells
        if field is None or field[0] in CARD or not _TITLE.fullmatch(words):
            continue
        if mark_of(words) or field_of(words) or bracketed_in(words) or role_of(words):
            continue
        heads.setdefault(field[0], []).append(start)
    heads[""] = _gift_titles(text, lines)
    named = [starts for starts in heads.values() if len(starts) >= 2 and len({_line(text, at) for at in starts}) >= 2]
    return {start for starts in named for start in starts}


_GIFT_TITLE = re.compile(r"[一-龥A-Za-z“”、()\d]{2,20}(?:奖励|奖补|补[助贴]|资助|贴息|扶持)(?:项目|政策)?")


def _gift_titles(text: str, lines: list[tuple[int, int]]) -> list[int]:
    """品牌培育奖励, a line by itself behind a finished sentence or the title, over a line that tells of it."""
    found: list[int] = []
    for index, ((start, end), (low, high)) in enumerate(itertools.pairwise(lines)):
        if not index or high - low < _LEAST_TOLD or _GIFT_TITLE.fullmatch(text, start, end) is None or mark_of(text[start:end]):
            continue
        before = text[slice(*lines[index - 1])]
        if (index == 1 or before[-1] in "。；" or role_of(before) is not None) and text[high - 1] in "。；：":
            told = mark_of(text[low:high])
            found += [start] if told is None or told[0] not in ("cn", "article", "chapter") else []
    return found


_LEAST_TOLD = 8  # characters of the line behind such a name


def _line(text: str, start: int) -> str:
    return text[start : text.find("\n", start)]
