"""More layouts of one meaning: handbook cards, leaflets, application guides and lists inside a sentence (families of layout_grid)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.policies.layout_grid import CHINESE, NUMBERINGS, Condition, Drawing, Pen, Promise, _common_paragraph, _joined

IDLE = {
    "政策依据": "《番禺区促进产业高质量发展若干措施》第三条。",
    "申报时间": "每年3月至5月，具体以通知为准。",
    "申报材料": "1.申请表；2.营业执照复印件。",
    "办理流程": "企业申报—受理—审核—公示—拨付。",
    "咨询电话": "020-12345678",
    "牵头部门": "番禺区科技局",
    "受理窗口": "番禺区政务服务中心3号窗口",
    "收费标准": "不收费",
}
WHO = ("申报条件", "适用对象", "支持对象", "享受条件", "申请条件", "准入条件", "受理条件", "扶持对象及条件")
WHAT = ("支持标准", "奖励标准", "扶持标准", "奖补标准", "政策内容", "支持内容", "补助标准", "扶持内容")
MORE_GIVES = (
    "给予一次性奖励{}。",
    "符合条件的企业，每家奖励{}。",
    "{}。",
    "一次性奖励{}",
    "按{}的标准给予一次性奖励。",
    "对符合上述条件的企业给予{}奖励。",
    "每家{}。",
    "最高不超过每家{}。",
)


def _gift(pen: Pen, p: Promise) -> str:
    return pen.choose("give", MORE_GIVES[:-1]).format(p.sum)


def _body(pen: Pen, conditions: Sequence[Condition], key: str = "conditions") -> str:
    """The conditions as they stand behind a label: a sentence, a list in the line, lines below it."""
    how = pen.choose(key, ("sentence", "inline", "lines", "lead_lines", "plain"))
    if how == "sentence":
        return f"{_joined(conditions)}的企业。"
    if how == "plain":
        return "；".join(c.words for c in conditions) + "。"
    if how == "inline":
        return pen.listed(conditions, "number", inline=True)
    lead = f"{pen.lead()}\n" if how == "lead_lines" else "\n"
    return lead + pen.listed(conditions, "number", inline=False)


def _labels(pen: Pen, fields: Sequence[tuple[str, str]], outer: str) -> str:
    """Fields in one shape: with a colon, in brackets, on a line of their own, numbered, behind a bullet."""
    shape = pen.choose("shape", ("colon", "bracket", "line", "numbered", "numbered_line", "bullet", "bracket_line"))
    marks = {"（一）": "1.", "一、": "（一）"}.get(outer, "（1）")
    mark = NUMBERINGS[pen.choose("label_number", (marks,))]
    lines = []
    for i, (name, told) in enumerate(fields):
        gap = "" if told.startswith("\n") else "\n"
        lines.append(
            {
                "colon": f"{name}：{told}",
                "bracket": f"【{name}】{told}",
                "bracket_line": f"【{name}】{gap}{told}",
                "line": f"{name}{gap}{told}",
                "numbered": f"{mark(i)}{name}：{told}",
                "numbered_line": f"{mark(i)}{name}{gap}{told}",
                "bullet": f"●{name}：{told}",
            }[shape]
        )
    return "\n".join(lines)


def _head(pen: Pen, i: int, p: Promise) -> tuple[str, str]:
    outer = pen.choose("outer", ("一、", "（一）", "政策1：", "★", "none"))
    lines = {
        "一、": f"{CHINESE[i]}、{p.name}",
        "（一）": f"（{CHINESE[i]}）{p.name}",
        "政策1：": f"政策{i + 1}：{p.name}",
        "★": f"★{p.name}",
        "none": p.name,
    }
    return outer, lines[outer]


def _with_idle(pen: Pen, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields with others around them that ask and give nothing."""
    before, after = ("政策依据",), ("申报时间", "申报材料", "办理流程", "牵头部门", "咨询电话", "收费标准", "受理窗口")
    first = [(k, IDLE[k]) for k in before if pen.choose("basis", ("yes", "no")) == "yes"]
    tail = pen.choose("tail", ("none", "one", "all"))
    last = [] if tail == "none" else after[:2] if tail == "one" else after
    return [*first, *fields, *((k, IDLE[k]) for k in last)]


def _with_common(pen: Pen, d: Drawing, cards: list[str]) -> str:
    """Cards, and what is asked for all of them before or behind."""
    if not d.common:
        return "\n".join(cards)
    where = pen.choose("where", ("before", "label_before", "behind", "note_behind"))
    joined = _joined(d.common)
    if where == "before":
        return "\n".join([_common_paragraph(pen, d.common), *cards])
    if where == "label_before":
        name = pen.choose("common_label", ("基本条件", "通用条件", "申报基本条件", "总体要求"))
        return "\n".join([f"{name}：申报以下项目的企业须{joined}。", *cards])
    if where == "behind":
        say = pen.choose("behind", ("申请以上奖励的企业应当{}。", "以上各项政策的申报企业须{}。", "申报上述项目的企业应同时{}。"))
        return "\n".join([*cards, say.format(joined)])
    return "\n".join([*cards, f"备注：申报以上项目的企业应{joined}。"])


def handbook(pen: Pen, d: Drawing) -> str:
    """Cards with labels in many shapes, idle fields around, the standard before or behind."""
    order = pen.choose("order", ("who_first", "what_first"))
    cards = []
    for i, p in enumerate(d.items):
        outer, head = _head(pen, i, p)
        fields = [
            (pen.choose("who", WHO), _body(pen, p.conditions)),
            (pen.choose("what", WHAT), _gift(pen, p)),
        ]
        if order == "what_first":
            fields.reverse()
        cards.append(f"{head}\n{_labels(pen, _with_idle(pen, fields), outer)}")
    return _with_common(pen, d, cards)


def split_conditions(pen: Pen, d: Drawing) -> str:
    """A card's conditions in two fields or parts: 基本条件 and 专项条件."""
    first, second = pen.choose(
        "parts", ("基本条件|专项条件", "必备条件|具体条件", "基本要求|其他条件", "申报主体|申报条件", "适用对象|享受条件")
    ).split("|")
    how = pen.choose("split", ("fields", "numbered", "inline"))
    cards = []
    for i, p in enumerate(d.items):
        outer, head = _head(pen, i, p)
        cut = max(1, len(p.conditions) // 2)
        a, b = p.conditions[:cut], p.conditions[cut:]
        gift = (pen.choose("what", WHAT), _gift(pen, p))
        if not b:
            fields = [(second, _body(pen, a)), gift]
        elif how == "fields":
            fields = [(first, f"{_joined(a)}的企业。"), (second, _body(pen, b)), gift]
        elif how == "numbered":
            told = f"\n（1）{first}：{'；'.join(c.words for c in a)}。\n（2）{second}：{'；'.join(c.words for c in b)}。"
            fields = [("申报条件", told), gift]
        else:
            fields = [("申报条件", f"{first}：{_joined(a)}；{second}：{_joined(b)}。"), gift]
        cards.append(f"{head}\n{_labels(pen, fields, outer)}")
    return _with_common(pen, d, cards)


def after_sum(pen: Pen, d: Drawing) -> str:
    """The sum first; what is asked for stands behind it, as a sentence, a note or a list."""
    how = pen.choose("behind_sum", ("note", "remark", "list", "sentence", "bracket", "inline_list", "explain"))
    cards = []
    for i, p in enumerate(d.items):
        _, head = _head(pen, i, p)
        own = p.conditions
        give = f"{p.slogan}，给予{p.sum}的一次性奖励。" if pen.choose("slogan", ("yes", "no")) == "yes" else f"奖励{p.sum}。"
        told = {
            "note": f"{give}\n备注：申报企业须{_joined(own)}。",
            "remark": f"{give}\n注：申请该项奖励的企业应{_joined(own)}。",
            "explain": f"{give}\n申报说明：企业应{_joined(own)}。",
            "list": f"{give}\n{pen.lead()}\n{pen.listed(own, 'number', inline=False)}",
            "inline_list": f"{give}{pen.lead()}{pen.listed(own, 'number', inline=True)}",
            "sentence": f"{give}申请该项奖励的企业须{_joined(own)}。",
            "bracket": f"{give[:-1]}（申报企业须{_joined(own)}）。",
        }[how]
        cards.append(f"{head}\n{told}")
    return _with_common(pen, d, cards)


def titled_lead(pen: Pen, d: Drawing) -> str:
    """The words that lead into the list stand in the card's own title line."""
    how = pen.choose("lead_in_title", ("bracket", "comma", "colon", "who", "sum_title", "sum_bracket"))
    cards = []
    for i, p in enumerate(d.items):
        _, head = _head(pen, i, p)
        listed = pen.listed(p.conditions, "number", inline=False)
        give = _gift(pen, p)
        cards.append(
            {
                "bracket": f"{head}（须同时符合以下条件）\n{listed}\n奖励标准：{give}",
                "comma": f"{head}，申报企业应符合以下条件：\n{listed}\n支持标准：{give}",
                "colon": f"{head}申报条件：\n{listed}\n奖励标准：{give}",
                "who": f"{head}：申报单位须具备下列条件：\n{listed}\n对符合条件的企业，给予{p.sum}奖励。",
                "sum_title": f"{head}：给予{p.sum}奖励。申报条件：\n{listed}",
                "sum_bracket": f"{head}（奖励标准：每家{p.sum}）\n申报条件：\n{listed}",
            }[how]
        )
    return _with_common(pen, d, cards)


def several(pen: Pen, d: Drawing) -> str:
    """One card whose field of what is given holds several promises, each with conditions of its own, under those of the card."""
    mark = NUMBERINGS[pen.choose("number", ("（1）", "1.", "①", "（一）"))]
    how = pen.choose("sub", ("name_for", "for", "name_case", "name_colon"))
    lines = []
    for i, p in enumerate(d.items):
        told = {
            "name_for": f"{p.name}。对{_joined(p.conditions)}的企业，给予{p.sum}奖励。",
            "for": f"对{_joined(p.conditions)}的企业，给予{p.sum}的{p.name}。",
            "name_case": f"{p.name}。企业{_joined(p.conditions)}的，奖励{p.sum}。",
            "name_colon": f"{p.name}：{_joined(p.conditions)}的企业，一次性奖励{p.sum}。",
        }[how]
        lines.append(mark(i) + told)
    body = "\n".join(lines) if pen.choose("lines", ("yes", "no")) == "yes" else "".join(lines)
    fields = [(pen.choose("what", WHAT), ("\n" if "\n" in body else "") + body)]
    if d.common:
        fields.insert(0, (pen.choose("who", WHO), _body(pen, d.common, "card_conditions")))
    pen.choices["shape"] = pen.random.choice(("colon", "bracket", "line", "bullet", "bracket_line"))
    return f"一、产业发展扶持\n{_labels(pen, _with_idle(pen, fields), '一、')}"


def tiers_in_label(pen: Pen, d: Drawing) -> str:
    """A field that tells the sum of each step of a measure."""
    how = pen.choose("tiers", ("sentence", "numbered", "lines"))
    cards = []
    for i, p in enumerate(d.items):
        outer, head = _head(pen, i, p)
        first, second = p.tiers
        parts = [f"上年度纳税总额达到{a}的，奖励{b}" for a, b in (first, second)]
        told = {
            "sentence": f"{parts[0]}；{parts[1]}。",
            "numbered": f"（1）{parts[0]}；（2）{parts[1]}。",
            "lines": f"\n（1）{parts[0]}；\n（2）{parts[1]}。",
        }[how]
        fields = [(pen.choose("who", WHO), _body(pen, p.conditions)), (pen.choose("what", WHAT), told)]
        cards.append(f"{head}\n{_labels(pen, _with_idle(pen, fields), outer)}")
    return _with_common(pen, d, cards)


def service(pen: Pen, d: Drawing) -> str:
    """A service guide for one item: field upon field, most of them idle."""
    p = d.items[0]
    fields = [
        (pen.choose("named", ("事项名称", "项目名称", "政策名称", "事项")), p.name),
        ("实施依据", IDLE["政策依据"]),
        (pen.choose("who", WHO), _body(pen, p.conditions)),
        ("申请材料", IDLE["申报材料"]),
        ("办理程序", IDLE["办理流程"]),
        (pen.choose("what", WHAT), _gift(pen, p)),
        ("办理时限", "20个工作日"),
        ("收费标准", "不收费"),
        ("联系电话", IDLE["咨询电话"]),
    ]
    return _labels(pen, fields, pen.choose("outer", ("一、", "（一）", "none")))


def answers(pen: Pen, d: Drawing) -> str:
    """Questions in other manners: numbered, without 答, one question for both, the common ones asked first."""
    how = pen.choose("asked", ("number", "bare", "both", "titled", "q1"))
    lines: list[str] = []
    if d.common and how != "both":
        told = f"申报企业须{_joined(d.common)}。"
        first = "申报本措施各项奖励的企业要满足哪些基本条件？"
        lines.append({"q1": f"Q1：{first}\nA1：{told}", "bare": f"{first}\n{told}"}.get(how, f"问：{first}\n答：{told}"))
    elif d.common:
        lines.append(_common_paragraph(pen, d.common))
    for i, p in enumerate(d.items):
        own = _body(pen, p.conditions)
        who, much = f"{p.name}的申报条件有哪些？", f"{p.name}的标准是多少？"
        give = _gift(pen, p)
        one = f"{_joined(p.conditions)}的企业，可以申请{p.name}，标准为{p.sum}。"
        lines.append(
            {
                "number": f"{2 * i + 1}.问：{who}\n答：{own}\n{2 * i + 2}.问：{much}\n答：{give}",
                "bare": f"{who}\n{own}\n{much}\n{give}",
                "both": f"问：哪些企业可以申请{p.name}，能拿多少？\n答：{one}",
                "titled": f"{CHINESE[i]}、{p.name}\n1.哪些企业可以申请？\n{own}\n2.奖励多少？\n{give}",
                "q1": f"Q{2 * i + 2}：{who}\nA{2 * i + 2}：{own}\nQ{2 * i + 3}：{much}\nA{2 * i + 3}：{give}",
            }[how]
        )
    return "\n".join(lines)


_FIRST = {"第一，": "第{}，", "其一，": "其{}，", "a.": "", "（1）": "", "①": "", "一是": "{}是"}


def runs(pen: Pen, d: Drawing) -> str:
    """Lists inside a sentence, with other marks and other joints, before, in or behind the promise."""
    style = pen.choose("mark", tuple(_FIRST))
    how = pen.choose(
        "run", ("that_is", "in_bracket", "for_list", "of_conditions", "behind", "bracket_behind", "asks", "lead_comma")
    )
    joint = pen.choose("joint", ("；", "，"))
    lines = []
    for i, p in enumerate(d.items):
        marks = [
            _FIRST[style].format(CHINESE[k]) or {"a.": f"{'abcd'[k]}.", "（1）": f"（{k + 1}）", "①": "①②③④"[k]}[style]
            for k in range(4)
        ]
        run = joint.join(m + c.words for m, c in zip(marks, p.conditions, strict=False))
        told = {
            "that_is": f"企业同时满足{run}的，给予{p.sum}奖励。",
            "in_bracket": f"对符合条件的企业（须同时满足：{run}），给予{p.sum}奖励。",
            "for_list": f"对同时符合以下条件的企业给予{p.sum}奖励：{run}。",
            "of_conditions": f"凡符合{run}等条件的企业，一次性奖励{p.sum}。",
            "behind": f"给予{p.sum}奖励。申请条件：{run}。",
            "bracket_behind": f"给予{p.sum}奖励（申请条件：{run}）。",
            "asks": f"申请{p.sum}奖励的企业应符合下列条件：{run}。",
            "lead_comma": f"企业符合以下条件的：{run}，给予{p.sum}的一次性奖励。",
        }[how]
        lines.append(f"第{CHINESE[i]}条 {p.name}。{told}")
    common = [f"第{CHINESE[len(lines)]}条 {_common_paragraph(pen, d.common)}"] if d.common else []
    return "\n".join([*lines, *common])


LEAFLETS: tuple[Callable[[Pen, Drawing], str], ...] = (
    handbook, split_conditions, after_sum, titled_lead, several, tiers_in_label, service, answers, runs,
)  # fmt: skip
