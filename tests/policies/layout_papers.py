"""A second batch of whole-document layouts: topics with sections of their own, shared and special conditions, rules without chapters, notices.

python -m tests.policies.layout_papers [--count N] [--seed S] [--show KEY=VALUE] [--family NAME]
"""

from __future__ import annotations

from collections.abc import Callable

from tests.policies import layout_grid
from tests.policies.layout_grid import CHINESE, END, NUMBERINGS, Drawing, Pen, joined
from tests.policies.layout_guides import MATERIAL, STEPS, articles, drawn_refusals, for_all, listed, refusing


def topics(pen: Pen, d: Drawing) -> str:
    """Topics, each with its own direction, conditions, way of support and material; what all must meet before or behind them."""
    stem = pen.choose("stem", ("专题{} ", "专题{}：", "项目{}：", "方向{}、"))
    style = pen.choose("style", ("（一）", "1."))
    mark = NUMBERINGS[style]
    blocks = []
    for i, p in enumerate(d.items):
        fields = [
            ("支持内容", f"{p.slogan}。"),
            ("申报条件", listed(pen, p.conditions, "number", ("1.", "（1）", "①") if style == "（一）" else ("（1）", "①"))),
            (
                pen.choose("what", ("支持方式", "支持标准", "资助标准")),
                f"{pen.choose('how', ('采取后补助方式，', ''))}每家企业给予{p.sum}奖励。",
            ),
            ("申报材料", "、".join(MATERIAL) + "。"),
        ]
        blocks.append(f"{stem.format(CHINESE[i])}{p.name}\n" + "\n".join(f"{mark(k)}{h}\n{b}" for k, (h, b) in enumerate(fields)))
    if d.common:
        all_must = f"申报单位基本要求\n{for_all(pen, d.common)}"
        blocks.insert(0 if pen.choose("where", ("before", "behind")) == "before" else len(blocks), all_must)
    return "\n".join(blocks)


def shared_and_special(pen: Pen, d: Drawing) -> str:
    """Conditions of two sorts in one section, and all sums in one sentence or one line each."""
    names = pen.choose("sorts", ("共性条件/个性条件", "通用条件/专项条件", "基本条件/其他条件")).split("/")
    rows = "；\n".join(f"{i + 1}.申报{p.name}的，应{joined(p.conditions)}" for i, p in enumerate(d.items)) + "。"
    parts = ([f"{names[0]}\n{listed(pen, d.common, 'common_number', ('1.', '（1）'))}"] if d.common else []) + [
        f"{names[1]}\n{rows}"
    ]
    conditions = "\n".join(f"（{CHINESE[i]}）{p}" for i, p in enumerate(parts))
    sums = {
        "semicolons": "；".join(f"{p.name}每家给予{p.sum}" for p in d.items) + "。",
        "lines": "\n".join(f"{p.name}采取后补助方式，每家给予{p.sum}。" for p in d.items),
        "numbered": "\n".join(f"{i + 1}.{p.name}。每家企业给予一次性奖励{p.sum}。" for i, p in enumerate(d.items)),
    }[pen.choose("sums", ("semicolons", "lines", "numbered"))]
    return f"一、申报条件\n{conditions}\n二、支持方式和标准\n{sums}\n三、申报流程\n{STEPS}"


def plain_rules(pen: Pen, d: Drawing) -> str:
    """Rules without chapters whose articles are named after what they tell; the benefits are points of one article."""
    shape = pen.choose("shape", ("（{}）", "【{}】", "{}。", "{}\n"))
    refused = drawn_refusals(pen)
    head = lambda name: shape.format(name)  # noqa: E731
    rows = "\n".join(f"（{CHINESE[i]}）{p.name}：对{joined(p.conditions)}的企业，给予{p.sum}奖励。" for i, p in enumerate(d.items))
    parts = [f"{head('目的依据')}为推动产业发展，制定本办法。"]
    if d.common:
        parts.append(f"{head('支持对象')}{for_all(pen, d.common, ('1.', '（1）'))}")
    parts.append(f"{head('扶持标准')}{pen.choose('lead', ('对符合条件的企业按以下标准给予扶持：', '扶持标准如下：'))}\n{rows}")
    parts.append(f"{head('除外情形')}{refusing(pen, refused, ('（一）', '1.', '（1）'))}")
    parts += [f"{head('申报程序')}{STEPS}", f"{head('施行日期')}{END}"]
    d.common = (*d.common, *refused)
    return articles(parts)


def notice(pen: Pen, d: Drawing) -> str:
    """A notice that calls for applications for one benefit."""
    d.items = d.items[:1]
    p = d.items[0]
    refused = drawn_refusals(pen)
    d.items = (p.asking((*d.common, *p.conditions, *refused)),)
    asked = {
        "list": f"申报企业应同时具备以下条件：\n{listed(pen, (*d.common, *p.conditions))}",
        "two": f"（一）申报企业应{joined(d.common or p.conditions)}。\n（二）{joined(p.conditions)}。"
        if d.common
        else listed(pen, p.conditions),
        "bare": listed(pen, (*d.common, *p.conditions)),
    }[pen.choose("asked", ("list", "two", "bare"))]
    d.common = ()
    sums = pen.choose(
        "sums", ("对通过审核的企业，一次性给予{}奖励。", "每家企业奖励{}。", "经评审入选的企业，每家给予{}补助。")
    ).format(p.sum)
    blocks = [("申报条件", asked), ("奖励标准", sums)]
    if pen.choose("order", ("asked", "sums")) == "sums":
        blocks.reverse()
    blocks += [
        ("不予受理的情形", refusing(pen, refused)),
        ("申报时间", "2023年3月1日至3月31日。"),
        ("联系方式", "区科技局，电话020-12345678。"),
    ]
    body = "\n".join(f"{CHINESE[i]}、{h}\n{b}" for i, (h, b) in enumerate(blocks))
    return f"各有关企业：\n现就做好2023年度{p.name}申报工作通知如下：\n{body}"


def bracketed(pen: Pen, d: Drawing) -> str:
    """Under each item's number fields in heavy brackets, with lists below them."""
    outer = pen.choose("outer", ("（一）", "一、", "1."))
    inner = pen.choose("number", tuple(s for s in ("1.", "（1）", "①") if s != outer))
    rows = []
    for i, p in enumerate(d.items):
        number = {"（一）": f"（{CHINESE[i]}）", "一、": f"{CHINESE[i]}、", "1.": f"{i + 1}."}[outer]
        asked = listed(pen, p.conditions, "inner", (inner,))
        rows.append(f"{number}{p.name}\n【申报条件】\n{asked}\n【支持标准】\n给予每家企业{p.sum}奖励。")
    head = f"{for_all(pen, d.common, ('（1）', '①'))}\n" if d.common else ""
    return head + "\n".join(rows)


def other_demands(pen: Pen, d: Drawing) -> str:
    """Items first; then what all must meet, what shuts out, and what one item asks besides, each a section."""
    refused = drawn_refusals(pen)
    items = "\n".join(f"（{CHINESE[i]}）{p.name}。对{joined(p.conditions)}的企业，给予{p.sum}奖励。" for i, p in enumerate(d.items))
    head = pen.choose("head", ("申报要求", "申报单位要求", "有关要求", "其他条件"))
    blocks = [("支持内容", items)]
    if d.common:
        blocks.append((head, "申报企业应" + joined(d.common) + "。"))
    blocks.append((pen.choose("refuse_head", ("不予支持情形", "负面清单", "限制条件")), refusing(pen, refused)))
    d.common = (*d.common, *refused)
    return "\n".join(f"{CHINESE[i]}、{h}\n{b}" for i, (h, b) in enumerate(blocks))


def gift_defined(pen: Pen, d: Drawing) -> str:
    """What a benefit is says whom it is for; how much it is stands in the next article."""
    parts = [for_all(pen, d.common)] if d.common else []
    apart = pen.choose("apart", ("next", "all"))
    means = [f"本办法所称{p.name}，是指对{joined(p.conditions)}的企业给予的奖励。" for p in d.items]
    sums = [
        pen.choose("sums", ("{}标准为每家企业{}。", "{}每家{}。", "{}按每家{}的标准发放。")).format(p.name, p.sum) for p in d.items
    ]
    parts += [x for pair in zip(means, sums, strict=True) for x in pair] if apart == "next" else [*means, *sums]
    return articles([*parts, END])


def sum_then_demand(pen: Pen, d: Drawing) -> str:
    """Points that tell the sum first and then what must be met, in one line."""
    mark = pen.choose("mark", ("（一）", "1.", "●"))
    demand = pen.choose(
        "demand", ("申报企业须满足：{}。", "申报条件：{}。", "要求申报企业{}。", "申报企业应同时符合以下条件：{}。")
    )
    joint = pen.choose("joint", ("；", "，"))
    rows = []
    for i, p in enumerate(d.items):
        number = {"（一）": f"（{CHINESE[i]}）", "1.": f"{i + 1}.", "●": "●"}[mark]
        rows.append(f"{number}{p.name}。给予每家企业{p.sum}奖励。" + demand.format(joint.join(c.words for c in p.conditions)))
    head = f"一、基本条件\n{for_all(pen, d.common, ('（1）', '①'))}\n二、扶持项目\n" if d.common else "一、扶持项目\n"
    return head + "\n".join(rows) + f"\n{'三' if d.common else '二'}、附则\n{END}"


FAMILIES: dict[str, Callable[[Pen, Drawing], str]] = {
    f.__name__: f
    for f in (topics, shared_and_special, plain_rules, notice, bracketed, other_demands, gift_defined, sum_then_demand)
}
layout_grid.FAMILIES.update(FAMILIES)

if __name__ == "__main__":
    layout_grid.main()
