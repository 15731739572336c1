"""Frames of policy language times fillers: structures over more than one sentence, with what must be read known by construction.

    python -m tests.policies.structure_grid [NAME] [--show N]

A frame that fails for nearly every filler is a structural hole of the reader. `test_structure_grid` holds the share of each grid that is read.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from policies.extract.leaf import Node, leaves_of, trees_of
from policies.parsing import parse_policy

TITLE = "江苏省昆山市促进产业高质量发展若干措施"
LAST = "本措施自2023年1月1日起施行，有效期3年。"


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: the text, words of the item that is asked about, and what its leaves must satisfy."""

    frame: str
    filler: str
    text: str
    item: str
    right: Callable[[list[Node], Any], bool]


def read(cell: Cell) -> bool:
    """Whether the item is one, and its leaves (those of all items with them) are as they must be."""
    document = f"{TITLE}\n{cell.text}\n{LAST}\n"
    rules = parse_policy(document.encode(), name="x.txt", document_id="x").rules
    items = [i for i in rules["items"] if cell.item in document[i["span"]["start"] : i["span"]["end"]]]
    if len(items) != 1:
        return False
    blocks = [rules.get("common") or {}, items[0]]
    return cell.right([leaf for block in blocks for tree in trees_of(block) for leaf in leaves_of(tree)], items[0]["criteria"])


def _facts(leaves: list[Node]) -> set[str]:
    return {leaf["fact"] for leaf in leaves}


def _says(leaves: list[Node], words: str) -> bool:
    return any(leaf["fact"] == "declared" and words in str(leaf["value"]) for leaf in leaves)


def _holds(facts: set[str], deed: str = "") -> Callable[[list[Node], Any], bool]:
    """Whether the leaves speak of all these facts, and declare these words."""

    def right(leaves: list[Node], _: Any) -> bool:
        return facts <= _facts(leaves) and (not deed or _says(leaves, deed))

    return right


_OTHER = "对新设立的养老机构，补助5万元。"


def titles_wished() -> Iterator[Cell]:
    """鼓励企业申报X，|对首次获得认定的，…: the title in the wish, its gain behind."""
    wishes = [
        "鼓励企业申报{}", "支持企业创建{}", "支持争创{}", "引导企业申请{}认定", "大力培育{}", "支持企业建设{}",
        "鼓励企业开展{}认定", "推动企业争创{}", "支持企业成长为{}",
    ]  # fmt: skip
    gains = {
        "对成功获得认定的": None, "对首次获得认定的": True, "对新认定的": True, "对获批的": None, "对获得称号的": None, "通过认定的": None,
        "对成功创建的": None, "成功入选的": None, "新获评的": True, "对首次获评的企业": True, "对被认定的企业": None,
        "对当年获得认定的企业": None, "对首次通过认定的企业": True, "对新获批的企业": True, "认定成功的": None, "对首次认定的": True,
    }  # fmt: skip
    titles = {
        "高新技术企业": {"high_tech_enterprise"}, "国家级企业技术中心": {"enterprise_technology_center.national"},
        "国家级、省级绿色工厂": {"green_factory.national", "green_factory.provincial"}, "专精特新“小巨人”企业": {"srdi_little_giant"},
        "省级服务型制造示范企业": {"other:服务型制造示范企业.provincial"},
    }  # fmt: skip
    for wish, mark, (gain, first), (title, codes) in itertools.product(wishes, "，。", gains.items(), titles.items()):

        def right(leaves: list[Node], _: Any, codes: set[str] = codes, first: bool | None = first) -> bool:
            told = [x for x in leaves if x["fact"] in ("qualification_granted", "qualifications")]
            return (
                {c for x in told for c in x["value"] or ()} == codes
                and all(x["fact"] == "qualification_granted" and x.get("first") == first for x in told)
                and bool(told)
            )

        yield Cell(f"{wish}{mark}{gain}", title, f"第三条 {wish.format(title)}{mark}{gain}，给予10万元奖励。", "10万元", right)


_KINDS = {
    "软件企业": "industry_theme", "总部企业": "headquarters", "高新技术企业": "qualifications", "外资企业": "ownership",
    "规模以上工业企业": "above_scale", "物流企业": "industry_theme", "建筑业企业": "industry", "中小企业": "enterprise_size",
    "金融机构": "industry", "跨境电商企业": "qualifications",
}  # fmt: skip


def kinds_headed() -> Iterator[Cell]:
    """物流企业奖励。|年营业收入首次达到1亿元的，…: the kind of enterprise in the heading."""
    headings = [
        "支持{}发展", "{}奖励", "培育{}", "{}扶持", "促进{}做大做强", "鼓励{}提质增效", "加大{}支持力度", "{}发展奖励", "引进{}", "扶持壮大{}",
    ]  # fmt: skip
    promises = [
        "年营业收入首次达到1亿元的，奖励50万元。", "对年营业收入首次达到1亿元的企业，奖励50万元。",
        "对年营业收入首次达到1亿元、5亿元的企业，分别奖励50万元、100万元。", "按年营业收入增量的1%给予奖励，最高100万元。",
    ]  # fmt: skip
    layouts = [
        f"第三条 {{h}}。{{p}}\n第四条 {_OTHER}", f"（三）{{h}}。{{p}}\n（四）养老补助。{_OTHER}", f"三、{{h}}\n{{p}}\n四、养老补助\n{_OTHER}",
        f"三、{{h}}\n（一）{{p}}\n（二）对租赁办公用房的，按租金的30%给予补贴。\n四、养老补助\n{_OTHER}",
    ]  # fmt: skip
    for heading, (kind, fact), promise, layout in itertools.product(headings, _KINDS.items(), promises, layouts):
        text = layout.format(h=heading.format(kind), p=promise)
        yield Cell(heading + promise[:12], kind, text, "年营业收入", _holds({fact}))


def deeds_wished() -> Iterator[Cell]:
    """支持外资企业参加境外展会。|对符合条件的，给予…: kind and deed in the wish, and a promise that names nobody."""
    wishes, deeds = ["支持", "鼓励", "引导"], ["参加境外展会", "购置智能设备", "购买信用保险", "租赁标准厂房"]
    promises = [
        "。对展位费给予50%补助，最高2万元。", "。按实际投入的10%给予补助，最高100万元。", "，按实际投入的10%给予补助，最高100万元。",
        "，给予最高50万元补助。", "。对符合条件的，给予50万元奖励。", "。对符合条件的企业，给予50万元奖励。", "。单个企业最高补助50万元。",
        "，对实际支出超过100万元的，给予10万元补助。", "。对实际支出超过100万元的企业，给予10万元补助。",
    ]  # fmt: skip
    for wish, (kind, fact), deed, promise in itertools.product(wishes, _KINDS.items(), deeds, promises):
        text = f"第三条 {wish}{kind}{deed}{promise}\n第四条 {_OTHER}"
        yield Cell(
            wish + promise, f"{kind}{deed}", text, deed,
            _holds({fact}, deed[-4:]),
        )  # fmt: skip


def conditions_led() -> Iterator[Cell]:
    """对同时满足以下条件的企业，奖励10万元：|①…；②…: conditions behind the colon."""
    leads = {
        "对同时满足以下条件的企业，奖励10万元：": False, "对符合下列条件之一的企业，给予10万元奖励：": True,
        "企业同时满足以下条件的，奖励10万元：": False, "企业符合下列条件之一的，给予一次性奖励10万元：": True,
        "对符合条件的企业给予10万元奖励，须同时满足以下条件：": False, "给予企业10万元奖励，申报企业应满足以下条件：": False,
        "奖励10万元，条件如下：": False,
    }  # fmt: skip
    conditions = [
        (
            ["年营业收入达到5000万元", "拥有有效发明专利5件以上", "近三年无重大违法行为"],
            {"revenue", "invention_patents", "penalties"},
        ),
        (["注册地在本市", "具有独立法人资格", "年纳税额300万元以上"], {"registered_region", "legal_person", "tax_paid"}),
        (["建有专职研发团队", "拥有自主品牌", "从业人员50人以上"], {"declared", "employees"}),
    ]
    lists = [
        "{0}；{1}；{2}。", "1.{0}；2.{1}；3.{2}。", "①{0}；②{1}；③{2}。", "（1）{0}；（2）{1}；（3）{2}。", "一是{0}；二是{1}；三是{2}。",
        "{0}，{1}，{2}。", "\n1.{0}；\n2.{1}；\n3.{2}。", "\n{0}；\n{1}；\n{2}。",
    ]  # fmt: skip
    layouts = [f"第三条 {{}}\n第四条 {_OTHER}", f"（三）品牌奖励。{{}}\n（四）养老补助。{_OTHER}"]
    for (lead, either), (told, facts), form, layout in itertools.product(leads.items(), conditions, lists, layouts):

        def right(leaves: list[Node], tree: Any, facts: set[str] = facts, either: bool = either) -> bool:
            return facts <= _facts(leaves) and ("'any'" in str(tree)) == either

        yield Cell(lead + form, told[0], layout.format(lead + form.format(*told)), "10万元", right)


def meanings() -> Iterator[Cell]:
    """本措施所称物流企业，是指在本市注册、具有独立法人资格的物流企业。: what a name means, before and behind its use."""
    names = ["中小企业", "重点企业", "软件企业", "外贸企业", "总部企业", "先进制造业企业", "物流企业", "龙头企业", "民营企业"]
    forms: dict[str, set[str]] = {
        "本措施所称{x}，是指在本市注册、具有独立法人资格的{x}。": {"registered_region", "legal_person"},
        "本措施所称{x}是指在本市依法登记注册，年营业收入1000万元以上的企业。": {"registered_region", "revenue"},
        "{x}，是指注册地、税务关系均在本市，具有独立法人资格的企业。": {"registered_region", "tax_region", "legal_person"},
        "本措施所指{x}，为在本市范围内注册登记、独立核算的{x}。": {"registered_region", "independent_accounting"},
        "本措施中的{x}是指在本市登记注册并依法纳税的企业。": {"registered_region"},
    }
    used = "第四条 对{x}购置设备的，按10%给予补助。\n第五条 {x}参加展会的，补助5万元。"
    layouts = ["第三条 {d}\n{u}", "{u}\n第九条 {d}", "{u}\n第四章 附则\n第九条 {d}", "{u}\n第九条 名词解释\n（一）{d}"]
    for name, (form, facts), layout, item in itertools.product(names, forms.items(), layouts, ("购置设备", "参加展会")):
        text = layout.format(d=form.format(x=name), u=used.format(x=name))
        yield Cell(form, name, text, item, _holds(facts))


GRIDS: dict[str, Callable[[], Iterator[Cell]]] = {
    "titles_wished": titles_wished, "kinds_headed": kinds_headed, "deeds_wished": deeds_wished, "conditions_led": conditions_led,
    "meanings": meanings,
}  # fmt: skip


def main() -> None:
    """Print how much of each grid is read, and what fails most."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("name", nargs="*", help="names of grids; all of them without one")
    cli.add_argument("--show", type=int, default=0, metavar="N", help="the N frames that fail most")
    args = cli.parse_args()
    for name in args.name or GRIDS:
        cells = list(GRIDS[name]())
        wrong = [cell for cell in cells if not read(cell)]
        print(f"{name}: {len(cells) - len(wrong)} of {len(cells)} read")
        for frame, count in Counter(cell.frame for cell in wrong).most_common(args.show):
            print(f"    {count} {frame!r}")


if __name__ == "__main__":
    main()
