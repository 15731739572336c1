"""Layouts of rules, guides and project libraries: where whole documents put what all must meet, what an item asks and what it gives.

    python -m tests.policies.layout_guides [--count N] [--seed S] [--show KEY=VALUE] [--family NAME]

Further families of tests/policies/layout_grid.py, from the same conditions and promises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.policies import layout_grid
from tests.policies.layout_grid import CHINESE, END, NUMBERINGS, Condition, Drawing, Pen, Promise
from tests.policies.layout_grid import joined as _joined

REFUSALS = (
    Condition("被列入经营异常名录的", "abnormal_operation is false"),
    Condition("被列入严重违法失信名单的", "serious_violation is false"),
    Condition("近三年内发生重大安全生产事故的", "safety_accidents not_occurred Y-3..Y-1"),
)
PURPOSE = "为推动产业高质量发展，根据国家、省、市有关规定，结合本区实际，制定本办法。"
MATERIAL = ("申请表", "营业执照复印件", "上年度审计报告")
STEPS = "企业向区科技局提出申请，区科技局受理、审核、公示后按程序拨付资金。"


def _listed(
    pen: Pen, conditions: Sequence[Condition], key: str = "number", styles: Sequence[str] = ("（一）", "1.", "（1）")
) -> str:
    """A list a line each, in one of `styles`."""
    mark = NUMBERINGS[pen.choose(key, styles)]
    return "；\n".join(f"{mark(i)}{c.words}" for i, c in enumerate(conditions)) + "。"


def _refusals(pen: Pen) -> tuple[Condition, ...]:
    return tuple(pen.random.sample(REFUSALS, pen.random.choice((2, 3))))


def _refusing(pen: Pen, refused: Sequence[Condition], styles: Sequence[str] = ("（一）", "1.", "（1）")) -> str:
    lead = pen.choose(
        "refusing",
        (
            "有下列情形之一的，不予支持：",
            "申报单位存在下列情形之一的，不予扶持：",
            "企业有以下情形之一的，不得申报：",
            "具有下列情形之一的企业，不予奖励：",
        ),
    )
    return f"{lead}\n{_listed(pen, refused, 'refuse_number', styles)}"


def _articles(parts: Sequence[str], start: int = 0) -> str:
    return "\n".join(f"第{_count(start + i)}条 {part}" for i, part in enumerate(parts))


def _count(i: int) -> str:
    return CHINESE[i] if i < 10 else "十" + (CHINESE[i - 10] if i < 20 else "")


def _for_all(pen: Pen, common: Sequence[Condition], styles: Sequence[str] = ("（一）", "1.", "（1）")) -> str:
    """What all must meet, as scope, definition, sentence or list."""
    how = pen.choose("common", ("scope", "definition", "sentence", "list"))
    if how == "scope":
        return f"本办法适用于{'、'.join(c.words for c in common)}的企业。"
    if how == "definition":
        return f"本办法所称企业，是指{'、'.join(c.words for c in common)}的企业。"
    if how == "sentence":
        return f"申报本办法扶持资金的企业，应{_joined(common)}。"
    return f"申报企业应当符合以下基本条件：\n{_listed(pen, common, 'common_number', styles)}"


def library(pen: Pen, d: Drawing) -> str:
    """A guide to a library of projects: basic conditions for all and special ones by item, then standards by item."""
    sub = pen.choose("sub", ("（一）", "1."))
    mark, below = NUMBERINGS[sub], ("1.", "（1）", "①") if sub == "（一）" else ("（1）", "①", "1）")
    special = pen.choose("special", ("colon", "heading", "还应", "applying"))
    inner = {"（一）": "1.", "1.": "（1）"}[sub]
    rows = []
    for i, p in enumerate(d.items):
        n = NUMBERINGS[inner](i)
        if special == "colon":
            rows.append(f"{n}{p.name}：{'；'.join(c.words for c in p.conditions)}。")
        elif special == "heading":
            rows.append(f"{n}{p.name}\n{_listed(pen, p.conditions, 'number', [b for b in ('（1）', '①') if b != inner])}")
        elif special == "还应":
            rows.append(f"{n}申报{p.name}的，还应{_joined(p.conditions)}。")
        else:
            rows.append(f"{n}申报{p.name}的企业，还需符合以下条件：{'；'.join(c.words for c in p.conditions)}。")
    special_head = pen.choose("special_head", ("专项条件", "具体条件", "各类项目申报条件"))
    standard = pen.choose("standard", ("colon", "each", "sentence"))
    sums = {
        "colon": [f"{p.name}：给予{p.sum}奖励。" for p in d.items],
        "each": [f"{p.name}每家给予{p.sum}。" for p in d.items],
        "sentence": [f"对符合条件的{p.name}项目，给予{p.sum}奖励。" for p in d.items],
    }[standard]
    basic = f"{mark(0)}基本条件\n{_listed(pen, d.common, 'common_number', below)}\n" if d.common else ""
    at = 1 if d.common else 0
    conditions = f"{basic}{mark(at)}{special_head}\n" + "\n".join(rows)
    standards = "\n".join(f"{mark(i)}{s}" for i, s in enumerate(sums))
    material = "\n".join(f"{i + 1}.{m}；" for i, m in enumerate(MATERIAL))
    blocks = [("申报条件", conditions), ("支持标准", standards)]
    if pen.choose("order", ("conditions", "standards")) == "standards":
        blocks.reverse()
    blocks += [("申报材料", material), ("申报程序", STEPS)]
    return "\n".join(f"{CHINESE[i]}、{h}\n{b}" for i, (h, b) in enumerate(blocks))


def rules(pen: Pen, d: Drawing) -> str:
    """Rules in chapters: scope and object in the general provisions, items as articles, refusals in a place of their own."""
    refused = _refusals(pen)
    where = pen.choose("refusals", ("general", "before_items", "behind_items", "procedure", "closing"))
    refusal = _refusing(pen, refused)
    general = [PURPOSE, *([_for_all(pen, d.common)] if d.common else []), "区科技局负责本办法的组织实施，区财政局负责资金保障。"]
    d.common = (*d.common, *refused)
    manner = pen.choose("item", ("sentence", "list"))
    named = pen.choose("named", ("bracket", "sentence"))
    items = []
    for p in d.items:
        head = f"【{p.name}】" if named == "bracket" else f"{p.name}。"
        items.append(
            head
            + (
                f"对{_joined(p.conditions)}的企业，给予{p.sum}奖励。"
                if manner == "sentence"
                else f"对同时符合下列条件的企业，给予{p.sum}奖励：\n{_listed(pen, p.conditions)}"
            )
        )
    procedure = [STEPS, "申报企业应当提交下列材料：\n" + "；\n".join(f"（{CHINESE[i]}）{m}" for i, m in enumerate(MATERIAL)) + "。"]
    closing = ["本办法由区科技局负责解释。", END.replace("本措施", "本办法")]
    {
        "general": general,
        "before_items": items,
        "behind_items": items,
        "procedure": procedure,
        "closing": closing,
    }[where].insert(0 if where in ("before_items", "closing") else 2 if where == "general" else 99, refusal)
    chapters = [("总则", general), ("扶持内容", items), ("申报与审核", procedure), ("附则", closing)]
    text, count = "", 0
    for i, (head, parts) in enumerate(chapters):
        text += f"第{CHINESE[i]}章 {head}\n{_articles(parts, count)}\n"
        count += len(parts)
    return text.rstrip()


def recognition(pen: Pen, d: Drawing) -> str:
    """A kind of body is recognised on conditions; what it then gets, each with conditions of its own or none."""
    d.anywhere = True
    if not d.common:
        d.common = layout_grid.COMMON[:2]
    body = pen.choose("body_name", ("产业服务机构", "现代商贸企业", "特色产业园区"))
    asked = f"申请认定{body}，应当同时符合以下条件：\n{_listed(pen, d.common, 'common_number')}"
    if pen.choose("ask", ("申请认定", "所称")) == "所称":
        asked = f"本办法所称{body}，是指同时符合下列条件的单位：\n{_listed(pen, d.common, 'common_number')}"
    first = pen.random.random() < 0.5  # the first gift asks nothing more
    rows = []
    for i, p in enumerate(d.items):
        if i == 0 and first:
            p = d.items[0].without()
            d.items = (p, *d.items[1:])
        who = pen.choose("who", (f"经认定的{body}", f"{body}", "经认定的企业"))
        rows.append(
            f"{p.name}。对{who}，一次性给予{p.sum}奖励。"
            if not p.conditions
            else f"{p.name}。对{_joined(p.conditions)}的{who.removeprefix('经认定的') if who != '经认定的企业' else '企业'}，给予{p.sum}奖励。"
        )
    how = pen.choose("layout", ("articles", "sections", "points"))
    if how == "articles":
        return _articles([asked, *rows, END])
    if how == "sections":
        points = "\n".join(f"（{CHINESE[i]}）{r}" for i, r in enumerate(rows))
        return f"一、认定条件\n{asked}\n二、扶持政策\n{points}\n三、附则\n{END}"
    points = "\n".join(f"（{CHINESE[i]}）{r}" for i, r in enumerate(rows))
    return _articles([asked, f"经认定的{body}可享受以下扶持：\n{points}", END])


def by_reference(pen: Pen, d: Drawing) -> str:
    """Conditions in an article of their own, and the promise of the next one points to it."""
    refer = pen.choose("refer", ("第N条规定条件", "第N条条件", "前条", "本办法第N条", "前款"))
    parts: list[str] = []
    for p in d.items:
        asked = f"申请{p.name}的企业，应当符合下列条件：\n{_listed(pen, p.conditions)}"
        at = _count(len(parts) + bool(d.common))
        given = {
            "第N条规定条件": f"对符合第{at}条规定条件的企业，给予{p.sum}奖励。",
            "第N条条件": f"符合第{at}条条件的，一次性给予{p.sum}奖励。",
            "前条": f"符合前条规定的企业，给予{p.sum}奖励。",
            "本办法第N条": f"对符合本办法第{at}条规定的企业，每家给予{p.sum}奖励。",
            "前款": f"符合前款规定条件的，给予{p.sum}奖励。",
        }[refer]
        parts += [f"{asked}\n{given}"] if refer == "前款" else [asked, given]
    head = [_for_all(pen, d.common)] if d.common else []
    return _articles([*head, *parts, END])


def one_item(pen: Pen, d: Drawing) -> str:
    """Detailed rules for one item, what is given before whom it is for, and refusals."""
    d.items = d.items[:1]
    p = d.items[0]
    refused = _refusals(pen)
    scope = [_for_all(pen, d.common)] if d.common else []
    asked = {
        "list": f"申请{p.name}的企业应当符合下列条件：\n{_listed(pen, p.conditions)}",
        "sentence": f"申请企业应{_joined(p.conditions)}。",
        "heading": f"申报条件\n{_listed(pen, p.conditions)}",
    }[pen.choose("asked", ("list", "sentence", "heading"))]
    given = {
        "standard": f"{p.name}标准为每家企业{p.sum}。",
        "to": f"对符合本细则规定的企业，一次性给予{p.sum}奖励。",
        "heading": f"奖励标准\n给予{p.sum}的一次性奖励。",
    }[pen.choose("given", ("standard", "to", "heading"))]
    d.items = (p.asking((*d.common, *p.conditions, *refused)),)
    d.common = ()
    order = [given, asked] if pen.choose("order", ("sum_first", "sum_last")) == "sum_first" else [asked, given]
    end = [f"申请材料包括{'、'.join(MATERIAL)}。", STEPS, END]
    return _articles([f"为规范{p.name}管理，制定本细则。", *scope, *order, _refusing(pen, refused), *end])


def directions(pen: Pen, d: Drawing) -> str:
    """Directions with conditions of their own, and one section of standards with a sum by direction."""
    label = pen.choose("label", ("方向一：", "专题一：", "（一）"))
    stem = label[:2]
    named = [f"{stem}{CHINESE[i]}" if stem != "（一" else p.name for i, p in enumerate(d.items)]
    heads = [
        f"{n}：{p.name}" if stem != "（一" else f"（{CHINESE[i]}）{p.name}"
        for i, (n, p) in enumerate(zip(named, d.items, strict=True))
    ]
    asks = pen.choose("asks", ("list", "label", "sentence"))
    rows = []
    for head, p in zip(heads, d.items, strict=True):
        own = {
            "list": f"申报条件：\n{_listed(pen, p.conditions, 'number', ('1.', '（1）'))}",
            "label": f"申报条件：{_joined(p.conditions)}。",
            "sentence": f"申报企业应{_joined(p.conditions)}。",
        }[asks]
        rows.append(f"{head}\n{own}")
    sums = {
        "line": "\n".join(f"{n}：给予{p.sum}奖励。" for n, p in zip(named, d.items, strict=True)),
        "each": "\n".join(f"{n}：每家企业{p.sum}。" for n, p in zip(named, d.items, strict=True)),
        "对": "\n".join(f"对{n}入选企业，一次性给予{p.sum}奖励。" for n, p in zip(named, d.items, strict=True)),
    }[pen.choose("standard", ("line", "each", "对"))]
    blocks = [("支持方向", "\n".join(rows)), ("支持标准", sums)]
    if d.common:
        blocks.insert(
            0 if pen.choose("where_common", ("before", "behind")) == "before" else 2,
            ("基本条件", _for_all(pen, d.common, ("1.", "（1）"))),
        )
    blocks.append(("申报材料", "\n".join(f"{i + 1}.{m}；" for i, m in enumerate(MATERIAL))))
    return "\n".join(f"{CHINESE[i]}、{h}\n{b}" for i, (h, b) in enumerate(blocks))


def unnumbered(pen: Pen, d: Drawing) -> str:
    """Headings without numbers, a line each; below each item's heading its conditions and its sum, with or without headings of their own."""
    shape = pen.choose("shape", ("plain", "subheads", "labels"))
    lines = []
    if d.common:
        lines.append(f"基本条件\n{_for_all(pen, d.common)}")
    for p in d.items:
        own = f"申请企业应{_joined(p.conditions)}。"
        given = f"对符合条件的企业，给予{p.sum}奖励。"
        lines.append(
            {
                "plain": f"{p.name}\n{own}\n{given}",
                "subheads": f"{p.name}\n申报条件\n{own}\n支持标准\n{given}",
                "labels": f"{p.name}\n申报条件：{own}\n支持标准：{given}",
            }[shape]
        )
    lines.append(f"申报程序\n{STEPS}")
    return "\n".join(lines)


def numbered_fields(pen: Pen, d: Drawing) -> str:
    """Under each item numbered fields (1.申报条件：… 2.支持标准：…), whose numbers begin anew with each item."""
    inner = pen.choose("inner", ("1.", "（1）", "（一）"))
    outer = pen.choose("outer", ("一、", "第一条 ", "（一）") if inner != "（一）" else ("一、", "第一条 "))
    who = pen.choose("who", ("申报条件", "支持对象", "申报主体", "适用条件"))
    what = pen.choose("what", ("支持标准", "奖励标准", "支持方式", "资助额度"))
    mark = NUMBERINGS[inner]
    cond_last = pen.choose("order", ("who_first", "what_first")) == "what_first"
    close = pen.choose("close", ("的企业。", "。"))
    blocks = []
    for p in d.items:
        fields = [f"{who}：{_joined(p.conditions)}{close}", f"{what}：给予{p.sum}奖励。"]
        fields = [*(fields[::-1] if cond_last else fields), f"申报材料：{'、'.join(MATERIAL)}。"]
        blocks.append(f"{p.name}\n" + "\n".join(f"{mark(i)}{f}" for i, f in enumerate(fields)))
    if d.common:
        blocks.insert(0, f"基本条件\n{_for_all(pen, d.common, [s for s in ('1.', '（1）') if s != outer])}")
    number = {
        "一、": lambda i: f"{CHINESE[i]}、",
        "第一条 ": lambda i: f"第{CHINESE[i]}条 ",
        "（一）": lambda i: f"（{CHINESE[i]}）",
    }[outer]
    return "\n".join(number(i) + b for i, b in enumerate(blocks))


def sums_table(pen: Pen, d: Drawing) -> str:
    """Articles with each item's conditions, and a table of sums behind them."""
    head = pen.choose("heads", ("项目名称\t奖励标准", "奖励项目\t奖励金额", "序号\t项目名称\t扶持标准"))
    asks = pen.choose("asks", ("list", "sentence"))
    parts = [_for_all(pen, d.common)] if d.common else []
    for p in d.items:
        parts.append(
            f"申请{p.name}的企业，应当符合下列条件：\n{_listed(pen, p.conditions)}"
            if asks == "list"
            else f"申请{p.name}的企业，应{_joined(p.conditions)}。"
        )
    parts += ["对符合条件的企业，按照附表规定的标准给予奖励。", END]
    rows = [f"{i + 1}\t{p.name}\t{p.sum}" if head.count("\t") == 2 else f"{p.name}\t{p.sum}" for i, p in enumerate(d.items)]
    return (
        _articles(parts)
        + "\n"
        + pen.choose("table_head", ("附表：奖励标准一览表", "附件\n奖励标准表"))
        + "\n"
        + "\n".join([head, *rows])
    )


def annexes(pen: Pen, d: Drawing) -> str:
    """A notice that prints the detailed rules of several items, each an annex with conditions of its own."""
    mark = pen.choose("mark", ("附件1", "附件1："))
    head = f"各有关单位：\n现将{'、'.join(p.name + '实施细则' for p in d.items)}印发给你们，请遵照执行。\n广州市番禺区科技局\n2023年1月5日"
    texts = []
    asks = pen.choose("asks", ("list", "sentence"))
    for i, p in enumerate(d.items):
        asked = (
            f"申请企业应当符合下列条件：\n{_listed(pen, p.conditions)}"
            if asks == "list"
            else f"申请企业应{_joined(p.conditions)}。"
        )
        given = f"对符合条件的企业，给予{p.sum}奖励。"
        order = [asked, given] if pen.choose("order", ("asked", "given")) == "asked" else [given, asked]
        parts = [f"为规范{p.name}管理，制定本细则。", *order, STEPS, "本细则自2023年1月5日起施行，有效期3年。"]
        texts.append(f"{mark.replace('1', str(i + 1))}\n{p.name}实施细则\n{_articles(parts)}")
    d.common = ()
    return head + "\n" + "\n".join(texts)


def refused_each(pen: Pen, d: Drawing) -> str:
    """Items as articles or sections, each with what shuts an enterprise out of it, and a refusal for all."""
    refused = list(pen.random.sample(REFUSALS, 3))
    outer = pen.choose("outer", ("article", "section"))
    blocks = []
    for i, p in enumerate(d.items):
        own = refused.pop()
        how = pen.choose("refusal", ("sentence", "line", "but"))
        given = f"对{_joined(p.conditions)}的企业，给予{p.sum}奖励。"
        no = {
            "sentence": f"{own.words}，不予奖励。",
            "line": f"\n{own.words}，不享受本条奖励。",
            "but": f"申请该项奖励的企业{own.words}，不予支持。",
        }[how]
        blocks.append(f"{p.name}。{given}{no}")
        d.items = (*d.items[:i], p.asking((*p.conditions, own)), *d.items[i + 1 :])
        if len(refused) == 1 and i + 2 < len(d.items):
            d.items = d.items[: i + 1]
            break
    if d.common:
        blocks.insert(0, _for_all(pen, d.common))
    blocks.append(END)
    if outer == "article":
        return _articles(blocks)
    return "\n".join(f"{CHINESE[i]}、{b}" for i, b in enumerate(blocks))


def gifts_for_one(pen: Pen, d: Drawing) -> str:
    """One kind of enterprise, told once with its conditions, gets several things; another item stands beside."""
    d.anywhere = True
    *gifts, other = d.items
    shared = gifts[0].conditions
    lead = pen.choose("lead", ("同时符合下列条件", "可享受", "引进"))
    if lead == "同时符合下列条件":
        opening = f"对同时符合下列条件的企业，给予以下扶持。\n{_listed(pen, shared, 'number', ('1.', '（1）', '①'))}"
    elif lead == "可享受":
        opening = f"{_joined(shared)}的企业，可享受以下扶持政策："
    else:
        opening = f"支持企业做大做强。对{_joined(shared)}的企业，给予下列支持："
    mark = NUMBERINGS[pen.choose("gift_number", ("（一）",))]
    rows = [f"{mark(i)}{g.name}。一次性给予{g.sum}。" for i, g in enumerate(gifts)]
    d.items = (*(g.asking(shared) for g in gifts), other)
    parts = [_for_all(pen, d.common)] if d.common else []
    parts += [opening + "\n" + "\n".join(rows), f"{other.name}。对{_joined(other.conditions)}的企业，给予{other.sum}奖励。", END]
    return _articles(parts)


FAMILIES: dict[str, Callable[[Pen, Drawing], str]] = {
    f.__name__: f
    for f in (
        library,
        rules,
        recognition,
        by_reference,
        one_item,
        directions,
        unnumbered,
        numbered_fields,
        sums_table,
        annexes,
        refused_each,
        gifts_for_one,
    )
}
layout_grid.FAMILIES.update(FAMILIES)
__all__ = ["FAMILIES", "Promise"]

if __name__ == "__main__":
    layout_grid.main()
