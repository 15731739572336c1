"""One meaning in many layouts: the same conditions and promises drawn as articles, sections, guides, tables, cards and questions.

    python -m tests.policies.layout_grid [--count N] [--seed S] [--show KEY=VALUE] [--family NAME]

The wording of every condition is one the reader knows; what varies is where it stands. Printed is, for every choice that was drawn (family of
layout, numbering, where the conditions stand, how the promise is made), the share of its documents that were read without a fault.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from policies.parsing import parse_policy
from tests.policies.wordings import Case, leaves, read_tree, same_leaf, wanted_tree


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate that can follow 企业 or stand as a line, and the leaf it is (form of the bank of wordings)."""

    words: str
    leaf: str


@dataclass(frozen=True, slots=True)
class Promise:
    """An item: its name, the purpose in a slogan, its own conditions, the sum in words and as read."""

    name: str
    slogan: str
    conditions: tuple[Condition, ...]
    sum: str
    amount: tuple[str, float]

    def asking(self, conditions: tuple[Condition, ...]) -> Promise:
        """The same promise on these conditions."""
        return replace(self, conditions=conditions)

    def without(self) -> Promise:
        """The same promise with no conditions of its own."""
        return self.asking(())


@dataclass(slots=True)
class Drawing:
    """What a layout made: the text, the conditions of all, the items in their order, and the choices drawn."""

    text: str = ""
    common: tuple[Condition, ...] = ()
    items: tuple[Promise, ...] = ()
    choices: dict[str, str] = field(default_factory=dict)
    anywhere: bool = False  # whether what holds for several items may be told in `common` or in each of them


COMMON = (
    Condition("具有独立法人资格", "legal_person is true"),
    Condition("财务管理制度健全", "financial_system_sound is true"),
    Condition("未被列入失信被执行人名单", "dishonest_debtor is false"),
    Condition("在番禺区依法登记注册", "registered_region within 440113"),
    Condition("实行独立核算", "independent_accounting is true"),
)
OWN = (
    Condition("上年度营业收入达到2000万元以上", "revenue ge 20000000 Y-1"),
    Condition("拥有有效发明专利5件以上", "invention_patents ge 5"),
    Condition("研发费用占营业收入的比例不低于3%", "rd_ratio ge 0.03 Y-1"),
    Condition("参保职工人数不少于30人", "insured_headcount ge 30 M-1"),
    Condition("上年度纳税总额不低于500万元", "tax_paid ge 5000000 Y-1"),
    Condition("场地面积不少于1000平方米", "floor_area ge 1000"),
    Condition("成立时间满2年", "established_on age_ge P2Y"),
    Condition("纳税信用等级为A级", "tax_credit_grade in A Y-1"),
    Condition("建有完善的售后服务体系", "declared «建有完善的售后服务体系»"),
    Condition("主要产品在国内同行业中处于领先水平", "declared «主要产品在国内同行业中处于领先水平»"),
)
NAMES = (
    ("品牌培育奖励", "支持企业培育品牌"),
    ("数字化改造补助", "鼓励企业实施数字化改造"),
    ("市场开拓补贴", "支持企业开拓国内外市场"),
    ("研发机构建设补助", "鼓励企业建设研发机构"),
    ("绿色发展奖励", "推动企业绿色发展"),
)
SUMS = (
    ("10万元", ("fixed", 100000.0)),
    ("20万元", ("fixed", 200000.0)),
    ("30万元", ("fixed", 300000.0)),
    ("50万元", ("fixed", 500000.0)),
)
NUMBERINGS: dict[str, Callable[[int], str]] = {
    "（一）": lambda i: f"（{'一二三四五六七八九'[i]}）",
    "1.": lambda i: f"{i + 1}.",
    "1、": lambda i: f"{i + 1}、",
    "（1）": lambda i: f"（{i + 1}）",
    "1）": lambda i: f"{i + 1}）",
    "①": lambda i: "①②③④⑤⑥⑦"[i],
    "一是": lambda i: f"{'一二三四五六七'[i]}是",
    "none": lambda i: "",
}
LEADS = (
    "申请企业应当同时符合以下条件：",
    "申报单位须满足下列条件：",
    "申报条件：",
    "须同时具备下列条件：",
    "申报主体应具备以下条件：",
    "申请该项扶持的企业，应当符合下列要求：",
)
GIVES = (
    "对符合条件的企业，给予{}奖励。",
    "符合上述条件的，一次性给予{}奖励。",
    "经审核通过的，每家给予{}的资金支持。",
    "给予{}的一次性奖励。",
    "按每家{}的标准给予奖励。",
    "奖励标准为每家企业{}。",
    "奖励{}。",
)
TITLE = "广州市番禺区促进产业高质量发展若干措施"
END = "本措施自2023年1月1日起施行，有效期3年。"
CHINESE = "一二三四五六七八九十"


class Pen:
    """Draws choices from a seed and remembers them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.choices: dict[str, str] = {}
        self.outer = ""  # the numbering of the parts around an item, which no list inside one takes again

    def choose(self, key: str, among: Sequence[str]) -> str:
        """One of `among`, the same for the whole document, remembered under `key`."""
        if key not in self.choices:
            self.choices[key] = self.random.choice([word for word in among if not word or word != self.outer])
        return self.choices[key]

    def listed(self, conditions: Sequence[Condition], key: str, *, inline: bool) -> str:
        """Conditions as a list in a numbering; inline in one line, else a line each."""
        style = self.choose(key, [k for k in NUMBERINGS if k != "none" or inline])
        mark = NUMBERINGS[style]
        parts = [f"{mark(i)}{c.words}" for i, c in enumerate(conditions)]
        joint = "；" if inline else "；\n"
        return joint.join(parts) + "。"

    def lead(self) -> str:
        return self.choose("lead", LEADS)

    def give(self, promise: Promise) -> str:
        return self.choose("give", GIVES).format(promise.sum)


def joined(conditions: Sequence[Condition], last: str = "且") -> str:
    words = [c.words for c in conditions]
    return words[0] if len(words) == 1 else "，".join(words[:-1]) + f"，{last}{words[-1]}"


def _common_paragraph(pen: Pen, common: Sequence[Condition]) -> str:
    how = pen.choose("common", ("list", "inline", "sentence", "scope"))
    if how == "list":
        return "申请本措施扶持的企业应当同时符合以下条件：\n" + pen.listed(common, "common_number", inline=False)
    if how == "inline":
        return "申请本措施扶持的企业应当同时符合以下条件：" + pen.listed(common, "common_number", inline=True)
    if how == "sentence":
        return f"申请本措施扶持的企业应{joined(common)}。"
    return f"本措施适用于{'、'.join(c.words for c in common)}的企业。"


# ---- how one item is written -------------------------------------------------------------------------------------
def _item_body(pen: Pen, promise: Promise) -> str:
    """An item's conditions and promise in one of the usual manners, without its number and name."""
    own = promise.conditions
    how = pen.choose(
        "body",
        (
            "promise_last",
            "inline_list",
            "list_then_promise",
            "promise_then_list",
            "condition_after",
            "case",
            "labels",
            "subheads",
            "given_to",
            "object_list",
        ),
    )
    if how == "promise_last":
        return f"{promise.slogan}。对{joined(own)}的企业，给予{promise.sum}奖励。"
    if how == "inline_list":
        return f"{pen.lead()}{pen.listed(own, 'number', inline=True)}{pen.give(promise)}"
    if how == "list_then_promise":
        return f"{pen.lead()}\n{pen.listed(own, 'number', inline=False)}\n{pen.give(promise)}"
    if how == "promise_then_list":
        return f"对同时符合下列条件的企业，给予{promise.sum}奖励：\n{pen.listed(own, 'number', inline=False)}"
    if how == "condition_after":
        return f"给予{promise.sum}的一次性奖励。申请企业须{joined(own)}。"
    if how == "case":
        return f"企业{joined(own)}的，可申请{promise.sum}的一次性奖励。"
    if how == "labels":
        who = pen.choose("label_who", ("扶持对象", "申报条件", "适用对象", "支持条件"))
        what = pen.choose("label_what", ("扶持标准", "支持标准", "奖励标准", "支持内容"))
        tail = pen.choose("label_tail", ("材料", "none"))
        text = f"{who}：{joined(own)}的企业。\n{what}：给予{promise.sum}奖励。"
        return text + ("\n申报材料：申请表、营业执照复印件。\n办理时限：20个工作日。" if tail == "材料" else "")
    if how == "subheads":
        sub_number = pen.choose("sub_number", ("（一）", "1.", "（1）"))
        mark = NUMBERINGS[sub_number]
        below = {"（一）": ("1.", "（1）", "①", "1）"), "1.": ("（1）", "①", "1）"), "（1）": ("①", "1）")}
        sub = pen.choose("number", below[sub_number])
        return (
            f"{mark(0)}申报条件\n{pen.listed(own, 'number', inline=False)}\n{mark(1)}扶持标准\n{pen.give(promise)}" if sub else ""
        )
    if how == "given_to":
        return f"给予{joined(own)}的企业{promise.sum}的一次性奖励。"
    return f"支持对象为{joined(own)}的企业。对符合条件的企业给予{promise.sum}奖励。"


_SENTENCES: dict[str, str] = {
    "joined": "对{、}的企业，经认定，给予{sum}奖励。",
    "whoever": "凡{且}的企业，均可享受{sum}的奖励。",
    "no_for": "{且}的企业，可获得{sum}的补助。",
    "firms": "企业{并}的，按{sum}的标准予以奖励。",
    "behind_colon": "经审核，对符合以下条件的企业给予{sum}奖励：{list}",
    "apply_colon": "符合下列条件的企业，可申请{sum}奖励：{list}",
    "label_line": "扶持对象：{且}的企业。扶持标准：{sum}。",
    "label_bracket": "【奖励对象】{且}的企业。【奖励金额】{sum}。",
    "condition_is": "奖励条件为：{；}。奖励金额为{sum}。",
    "meant": "给予符合条件的企业{sum}奖励。符合条件的企业是指{且}的企业。",
    "called": "本条所称企业，应当{且}。符合条件的，给予{sum}奖励。",
    "both": "企业同时满足{、}等条件的，给予{sum}奖励。",
    "fulfilling": "满足{且}条件的企业，给予{sum}奖励。",
    "must_same": "对{first}的企业给予{sum}奖励，企业须{rest}。",
    "must_after": "对{first}的企业给予{sum}奖励。申请企业还应{rest}。",
    "must_bracket": "对{first}的企业给予{sum}奖励（企业须{rest}）。",
    "spared": "对{且}的企业，给予{sum}奖励。已获得国家同类资金的企业除外。",
    "bracket": "对{first}（{rest}）的企业，给予{sum}奖励。",
    "who_gets": "获得{sum}奖励的企业应满足：{、}。",
    "yearly": "每年择优对{且}的企业给予{sum}奖励。",
    "in_year": "对{且}的企业，区财政一次性给予{sum}奖励。",
    "by_review": "{且}的企业，经企业申报、部门审核、区政府审定后，给予一次性{sum}奖励。",
    "name_first": "{name}：对{且}的企业给予{sum}奖励。",
    "name_given": "对{且}的企业，给予{name}{sum}。",
    "name_apply": "{且}的企业可申请{name}，标准为{sum}。",
    "firm_may": "符合以下条件的企业可申请{name}：{list}{name}的标准为{sum}。",
    "stand_alone": "申报企业应{且}。每家企业奖励{sum}。",
    "if": "如企业{且}，则给予{sum}奖励。",
    "project": "对{且}的企业实施的项目，给予{sum}补助。",
}


def _sentence(pen: Pen, promise: Promise, how: str) -> str:
    own = [c.words for c in promise.conditions]
    rest = "，且".join(own[1:])
    return _SENTENCES[how].replace("{list}", pen.listed(promise.conditions, "number", inline=True)).format(**{
        "、": "、".join(own), "且": joined(promise.conditions), "并": joined(promise.conditions, "并"), "；": "；".join(own),
        "first": own[0], "rest": rest, "sum": promise.sum, "name": promise.name,
    })  # fmt: skip


def sentences(pen: Pen, d: Drawing) -> str:
    """Articles again, each item in one of the thirty ways to say it in a sentence or two."""
    lines = [_common_paragraph(pen, d.common)] if d.common else []
    how = pen.choose("how", list(_SENTENCES))
    heading = pen.choose("heading", ("name", "none"))
    for p in d.items:
        many = len(p.conditions) > 1
        way = how if many or "rest}" not in _SENTENCES[how] else "joined"
        lines.append((f"{p.name}。" if heading == "name" and "{name}" not in _SENTENCES[way] else "") + _sentence(pen, p, way))
    return "\n".join(f"第{CHINESE[i]}条 {line}" for i, line in enumerate([*lines, END]))


# ---- families ----------------------------------------------------------------------------------------------------
def articles(pen: Pen, d: Drawing) -> str:
    """Articles: one an item; what all must meet in an article before or behind them."""
    name = pen.choose("heading", ("bracket", "line", "sentence", "none"))
    where = pen.choose("where_common", ("before", "behind"))
    parts: list[str] = []
    if d.common and where == "before":
        parts.append(_common_paragraph(pen, d.common))
    for p in d.items:
        head = {"bracket": f"【{p.name}】", "line": f"{p.name}\n", "sentence": f"{p.name}。", "none": ""}[name]
        parts.append(head + _item_body(pen, p))
    if d.common and where == "behind":
        parts.append(_common_paragraph(pen, d.common))
    parts.append(END)
    return "\n".join(f"第{CHINESE[i]}条 {part}" for i, part in enumerate(parts))


def sections(pen: Pen, d: Drawing) -> str:
    """Sections numbered 一、 with the items below as （一） or each its own section."""
    own_section = pen.choose("section", ("each", "under_one"))
    where = pen.choose("where_common", ("before", "behind"))
    common = _common_paragraph(pen, d.common) if d.common else ""
    blocks: list[tuple[str, str]] = []
    if common and where == "before":
        blocks.append(("基本条件", common))
    if own_section == "each":
        blocks.extend((p.name, _item_body(pen, p)) for p in d.items)
    else:
        pen.outer = "（一）"
        rows = [_item_body(pen, p) for p in d.items]
        pen.outer = ""
        lines = ("。",) if pen.choices["body"] not in ("labels", "subheads", "list_then_promise") else ("\n",)
        joint = pen.choose("joint", ("。", "\n") if pen.choices["body"] == "labels" else lines)
        blocks.append(
            (
                "支持内容",
                "\n".join(f"（{CHINESE[i]}）{p.name}{joint}{row}" for i, (p, row) in enumerate(zip(d.items, rows, strict=True))),
            )
        )
    if common and where == "behind":
        blocks.append(("申报基本条件", common))
    blocks.append(("附则", END))
    return "\n".join(f"{CHINESE[i]}、{head}\n{body}" for i, (head, body) in enumerate(blocks))


def guide(pen: Pen, d: Drawing) -> str:
    """A guide for one item: who, conditions, standard, material, procedure, each a section."""
    p = d.items[0]
    rows: list[tuple[str, str]] = [("项目名称", p.name)] if pen.choose("named", ("yes", "no")) == "yes" else []
    where = pen.choose("standard", ("behind", "before"))
    listed = pen.choose("conditions", ("list", "sentence", "inline"))
    own = {
        "list": f"{pen.lead()}\n{pen.listed(p.conditions, 'number', inline=False)}",
        "inline": f"{pen.lead()}{pen.listed(p.conditions, 'number', inline=True)}",
        "sentence": f"申报单位应{joined(p.conditions)}。",
    }[listed]
    conditions, standard = (
        ("申报条件", own),
        (pen.choose("standard_head", ("支持标准", "奖励标准", "资助方式", "支持方式")), pen.give(p)),
    )
    rows += [conditions, standard] if where == "behind" else [standard, conditions]
    rows += [("申报材料", "1.申请表；\n2.营业执照复印件。"), ("办理流程", "企业申报，区科技局受理、审核、公示、拨付。")]
    mark = pen.choose("outer", ("一、", "（一）", "第一条 ", "1."))
    if mark == "一、":
        return "\n".join(f"{CHINESE[i]}、{h}\n{b}" for i, (h, b) in enumerate(rows))
    if mark == "（一）":
        return "\n".join(f"（{CHINESE[i]}）{h}\n{b}" for i, (h, b) in enumerate(rows))
    if mark == "1.":
        return "\n".join(f"{i + 1}.{h}\n{b}" for i, (h, b) in enumerate(rows))
    return "\n".join(f"第{CHINESE[i]}条 {h}\n{b}" for i, (h, b) in enumerate(rows))


def apart(pen: Pen, d: Drawing) -> str:
    """Conditions in one chapter, sums in another; they meet by the items' names."""
    chapter = pen.choose("chapter", ("chapters", "sections"))
    own = pen.choose("conditions", ("list", "sentence"))
    say = pen.choose("applying", ("申请{}的企业", "申报{}的，", "申请{}的"))
    lines = []
    for i, p in enumerate(d.items):
        who = say.format(p.name).rstrip("，")
        tail = (
            f"应当符合以下条件：\n{pen.listed(p.conditions, 'number', inline=False)}"
            if own == "list"
            else f"应{joined(p.conditions)}。"
        )
        lines.append((i, f"{who}，{tail}" if not who.endswith("企业") else f"{who}{tail}"))
    common = [_common_paragraph(pen, d.common)] if d.common else []
    how = pen.choose("standard", ("名称。给予", "对获得", "名称标准为"))
    sums = {
        "名称。给予": [f"{p.name}。给予{p.sum}奖励。" for p in d.items],
        "对获得": [f"{p.name}：对符合条件的企业，给予{p.sum}奖励。" for p in d.items],
        "名称标准为": [f"{p.name}的标准为每家企业{p.sum}。" for p in d.items],
    }[how]
    if chapter == "chapters":
        rows = common + [t for _, t in lines]
        first = "\n".join(f"第{CHINESE[i]}条 {t}" for i, t in enumerate(rows))
        second = "\n".join(f"第{CHINESE[i + len(rows)]}条 {t}" for i, t in enumerate(sums))
        return f"第一章 扶持条件\n{first}\n第二章 扶持标准\n{second}\n第三章 附则\n第十条 {END}"
    rows = common + [t for _, t in lines]
    first = "\n".join(f"（{CHINESE[i]}）{t}" for i, t in enumerate(rows))
    second = "\n".join(f"（{CHINESE[i]}）{t}" for i, t in enumerate(sums))
    return f"一、申报条件\n{first}\n二、支持标准\n{second}\n三、附则\n{END}"


def table(pen: Pen, d: Drawing) -> str:
    """A table, a row an item; cells between tabs."""
    heads = pen.choose(
        "heads",
        (
            "项目名称\t申报条件\t奖励标准",
            "扶持项目\t扶持对象\t扶持标准",
            "支持方向\t支持条件\t支持标准",
            "政策内容\t申报条件\t奖补标准",
        ),
    )
    number = pen.choose("numbered", ("yes", "no"))
    cell = pen.choose("cell", ("sentence", "numbered"))
    lines = [("序号\t" if number == "yes" else "") + heads]
    for i, p in enumerate(d.items):
        own = (
            "，".join(c.words for c in p.conditions)
            if cell == "sentence"
            else "".join(f"{k + 1}.{c.words}；" for k, c in enumerate(p.conditions)).rstrip("；")
        )
        given = {"bare": p.sum, "give": f"给予{p.sum}奖励"}[pen.choose("given", ("bare", "give"))]
        lines.append((f"{i + 1}\t" if number == "yes" else "") + f"{p.name}\t{own}\t{given}")
    body = "\n".join(lines)
    if d.common:
        return f"一、基本条件\n{_common_paragraph(pen, d.common)}\n二、扶持内容\n{body}\n三、附则\n{END}"
    return f"扶持标准一览表\n{body}\n{END}"


def cards(pen: Pen, d: Drawing) -> str:
    """Cards: labels of one wording under each item's name."""
    shape = pen.choose("label_shape", ("【{}】{}", "{}：{}", "★{}：{}", "{}\n{}"))
    who = pen.choose("label_who", ("申报条件", "支持对象", "适用对象", "享受条件"))
    what = pen.choose("label_what", ("支持标准", "政策内容", "奖补标准", "扶持标准"))
    own = pen.choose("conditions", ("list", "sentence"))
    mark = pen.choose("outer", ("一、", "（一）", "1.", "项目一："))
    lines: list[str] = []
    if d.common:
        lines.append(_common_paragraph(pen, d.common))
    for i, p in enumerate(d.items):
        lines.append(
            {
                "一、": f"{CHINESE[i]}、{p.name}",
                "（一）": f"（{CHINESE[i]}）{p.name}",
                "1.": f"{i + 1}.{p.name}",
                "项目一：": f"项目{CHINESE[i]}：{p.name}",
            }[mark]
        )
        body = pen.listed(p.conditions, "number", inline=True) if own == "list" else f"{joined(p.conditions)}的企业。"
        lines.append(shape.format(who, body))
        lines.append(shape.format(what, pen.give(p)))
        lines.append(shape.format("办理部门", "番禺区科技局"))
    return "\n".join(lines)


def questions(pen: Pen, d: Drawing) -> str:
    """Questions and answers of a leaflet."""
    ask = pen.choose("ask", ("问：{}\n答：{}", "Q：{}\nA：{}", "{}\n答：{}"))
    lines = [_common_paragraph(pen, d.common)] if d.common else []
    for i, p in enumerate(d.items):
        lines.append(f"{CHINESE[i]}、{p.name}")
        own = (
            f"企业需同时满足以下条件：{pen.listed(p.conditions, 'number', inline=True)}"
            if pen.choose("conditions", ("list", "sentence")) == "list"
            else f"{joined(p.conditions)}的企业可以申请。"
        )
        lines.append(ask.format("申请条件是什么？", own))
        lines.append(ask.format("奖励标准是多少？", pen.give(p)))
    return "\n".join(lines)


def prose(pen: Pen, d: Drawing) -> str:
    """One paragraph an item, several sentences, as in opinions and notices; every item's text in its own manner."""
    lines = [_common_paragraph(pen, d.common)] if d.common else []
    mark = pen.choose("outer", ("（一）", "1.", "一是", "●", "none"))
    for i, p in enumerate(d.items):
        pen.choices.pop("body", None)
        pen.choose("body", ("promise_last", "condition_after", "case", "given_to", "object_list", "inline_list"))
        head = {"（一）": f"（{CHINESE[i]}）", "1.": f"{i + 1}.", "一是": f"{CHINESE[i]}是", "●": "●", "none": ""}[mark]
        name = f"{p.name}。" if mark != "一是" else ""
        lines.append(head + name + _item_body(pen, p))
    return "\n".join(lines)


FAMILIES: dict[str, Callable[[Pen, Drawing], str]] = {
    f.__name__: f for f in (articles, sentences, sections, guide, apart, table, cards, questions, prose)
}  # fmt: skip


def draw(seed: int, family: str | None = None) -> Drawing:
    """A document of a family, everything drawn from `seed`."""
    pen = Pen(seed)
    name = family or pen.random.choice(list(FAMILIES))
    pen.choices["family"] = name
    count = 1 if name == "guide" else pen.random.choice((2, 3))
    own = pen.random.sample(OWN, len(OWN))
    names, sums = pen.random.sample(NAMES, count), pen.random.sample(SUMS, count)
    promises: list[Promise] = []
    for i in range(count):
        k = pen.random.choice((1, 2, 3)) if name not in ("guide",) else pen.random.choice((2, 3, 4))
        mine = tuple(own.pop() for _ in range(min(k, max(1, len(own) - (count - i - 1)))))
        free = [c for c in mine if c.leaf.startswith("declared")]
        mine = tuple(c for c in mine if c not in free[1:])  # two free ones beside each other are one leaf or two: left open here
        promises.append(Promise(names[i][0], names[i][1], mine, *sums[i]))
    common: tuple[Condition, ...] = ()
    if name != "guide" and pen.random.random() < 0.6:
        common = tuple(pen.random.sample(COMMON, pen.random.choice((2, 3))))
    pen.choices["has_common"] = "yes" if common else "no"
    drawing = Drawing("", common, tuple(promises), pen.choices)
    drawing.text = f"{TITLE}\n{FAMILIES[name](pen, drawing)}\n"
    return drawing


def faults(drawing: Drawing) -> list[str]:
    """What is not read as drawn; empty where all is right."""
    text = drawing.text
    rules = parse_policy(text.encode(), name="layout.txt", document_id="layout").rules
    result: list[str] = []
    if len(rules["items"]) != len(drawing.items):
        result.append(f"{len(rules['items'])} items instead of {len(drawing.items)}")
    case = Case("", text, text, 0, (), (), None)
    pairs: list[tuple[str, Sequence[Condition], dict[str, Any]]] = [("common", drawing.common, rules.get("common") or {})]
    pairs += [(p.name, p.conditions, item) for p, item in zip(drawing.items, rules["items"], strict=False)]
    if drawing.anywhere:
        pairs = [(name, (*drawing.common, *own), block) for name, own, block in pairs[1:]]
    for name, wanted_conditions, block in pairs:
        wanted = leaves(wanted_tree([c.leaf for c in wanted_conditions], case))
        read = leaves(read_tree(block.get("criteria")))
        read += leaves(read_tree((rules.get("common") or {}).get("criteria"))) if drawing.anywhere else []
        for amount in block.get("amounts") or []:
            read += leaves(read_tree(amount.get("when")))
        for leaf in wanted:
            twin = next((r for r in read if same_leaf(leaf, r)), None)
            if twin is None:
                result.append(f"{name}: missed {leaf[0][:3]}")
            else:
                read.remove(twin)
        result += [f"{name}: invented {r[0][:3]} {text[slice(*r[1])]}" for r in read]
    for p, item in zip(drawing.items, rules["items"], strict=False):
        sums = [(a["kind"], a.get("value")) for a in item.get("amounts") or []]
        if sums != [p.amount]:
            result.append(f"{p.name}: sums {sums} instead of {p.amount}")
    return result


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--count", type=int, default=600)
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--family", choices=sorted(FAMILIES))
    cli.add_argument("--show", metavar="KEY=VALUE", help="print the first three documents with this choice that are read wrongly")
    args = cli.parse_args()
    right: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    total = shown = 0
    for seed in range(args.seed, args.seed + args.count):
        drawing = draw(seed, args.family)
        wrong = faults(drawing)
        total += not wrong
        for key, value in drawing.choices.items():
            right[f"{drawing.choices['family']}.{key}", value][1] += 1
            right[f"{drawing.choices['family']}.{key}", value][0] += not wrong
        if wrong and args.show and drawing.choices.get(args.show.split("=")[0]) == args.show.split("=")[1] and shown < 3:
            shown += 1
            print(f"--- {seed} {drawing.choices}\n{drawing.text}", *(f"    {w}\n" for w in wrong))
    for (key, value), (hits, count) in sorted(right.items(), key=lambda kv: kv[0]):
        print(f"{hits / count:5.2f} {count:4d} {key} = {value}")
    print(f"{total} of {args.count} read without a fault")


if __name__ == "__main__":
    main()
