"""Tables of benefits: rows as items, the card's conditions in each, and tables of other things left alone."""

from __future__ import annotations

from typing import Any

from policies.extract.leaf import leaves_of
from policies.parsing import parse_policy

CARDS = """# 滨海市创业政策汇编

> 两条政策

---

## 1. 滨海市数字创业扶持

- **级别**：市级　**状态**：已实施
- **摘要**：启动资金20万、云资源券5万、办公室免租一年

| 补贴项目 | 金额 |
|---|---|
| 启动资金 | 最高 **20万元** |
| 云资源券(40%) | 最高 **5万元** |
| 标杆示范项目奖励 | 一次性 **30万元** |
| 共享办公位 | 首年免租 |
| 新增办公位 | 800个 |

**申请条件**：行业：人工智能、软件；注册地：广州市

### 海风创客社区

- **特色**：入驻奖励3万元

---

## 2. 天河区开发者补贴

| 补贴项目 | 金额 |
|---|---|
| 开发工具补贴 | 80% |
| 年度上限 | 最高 **8万元** |

**申请条件**：注册地：广州市天河区
"""


def read(text: str, name: str = "a.txt") -> dict[str, Any]:
    return parse_policy(text.encode(), name=name, document_id="a").rules


def sums(item: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(a["kind"], a.get("value", a.get("rate")), a.get("cap")) for a in item["amounts"]]


def test_every_row_is_an_item_with_its_amount() -> None:
    items = read(CARDS)["items"]
    assert [sums(item) for item in items] == [
        [("capped", None, 200000)],
        [("ratio", 0.4, 50000)],
        [("fixed", 300000, None)],
        [("ratio", 1, None)],
        [("ratio", 0.8, 80000)],
    ]


def test_the_conditions_of_a_card_are_in_each_of_its_items() -> None:
    items = read(CARDS)["items"]
    facts = [[(x["fact"], x["value"]) for x in leaves_of(item["criteria"])] for item in items]
    card = [("industry_theme", ["人工智能", "软件"]), ("registered_region", ["440100"])]
    assert facts[0] == facts[1] == facts[3] == card
    assert facts[2] == [*card, ("declared", "标杆示范项目")]
    assert facts[4] == [("registered_region", ["440106"])]


def test_a_column_of_conditions_is_read_for_its_row() -> None:
    row = "<tr><td>1</td><td>{}</td><td>{}</td><td>{}</td></tr>"
    table = "".join(
        row.format(*cells)
        for cells in (
            ("扶持项目", "申报条件", "扶持标准"),
            ("设备更新补助", "上年度营业收入达到2000万元以上的企业", "按设备投资额的10%给予补助，最高100万元"),
            ("品牌奖励", "新获得中国质量奖的企业", "一次性奖励50万元"),
        )
    )
    page = f"<html><body><h1>某市工业扶持政策</h1><p>支持工业企业加快发展，具体如下。</p><table>{table}</table></body></html>"
    items = read(page, "a.html")["items"]
    assert [sums(item) for item in items] == [[("ratio", 0.1, 1000000)], [("fixed", 500000, None)]]
    assert [x["fact"] for x in leaves_of(items[0]["criteria"])] == ["revenue"]


def test_a_table_of_levels_is_no_table_of_benefits() -> None:
    text = CARDS.split("##", maxsplit=1)[0] + "## 1. 奖励\n| 等级 | 名额 |\n|---|---|\n| 一等 | 3个 |\n| 二等 | 5个 |\n"
    assert read(text)["items"] == []
