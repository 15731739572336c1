"""Words for a trade linked to classes of GB/T 4754: our own variations of names, and themes that are no class."""

import pytest

from features import trade_links
from features.trade_links import NEAR, link_trade

VARIED = {
    "F": ["批发零售业", "批发和零售企业", "批发与零售业"],
    "H": ["住宿及餐饮业", "住宿餐饮业"],
    "I": ["信息传输软件和信息技术服务业", "信息传输、软件与信息技术服务业", "信息传输、计算机服务和软件业"],
    "G": ["交通运输、仓储及邮政业", "交通运输仓储和邮政业"],
    "N": ["水利环境和公共设施管理业", "水利、环境及公共设施管理业"],
    "R": ["文化体育和娱乐业", "文化、体育与娱乐业"],
    "L": ["租赁商务服务业", "租赁及商务服务业"],
    "M": ["科学研究与技术服务业", "科学研究、技术服务和地质勘查业"],
    "O": ["居民服务、修理及其他服务业", "居民服务修理和其他服务业"],
    "D": ["电力热力燃气及水生产和供应业", "电力、热力、燃气及水的生产和供应业"],
    "13": ["农副产品加工业"],
    "15": ["酒饮料和精制茶制造业"],
    "23": ["印刷业和记录媒介的复制", "印刷及记录媒介复制业"],
    "26": ["化学原料及化学制品制造业"],
    "34": ["通用设备制造", "通用设备制造企业"],
    "37": ["铁路、船舶、航空航天及其他运输设备制造业"],
    "39": ["计算机通信和其他电子设备制造业", "通信设备、计算机及其他电子设备制造业"],
    "64": ["互联网和相关服务业", "互联网及相关服务"],
    "65": ["软件与信息技术服务业", "软件信息技术服务业"],
    "73": ["研究与试验发展", "研究和实验发展"],
    "75": ["科技推广和应用服务"],
    "87": ["广播电视电影和影视录音制作业"],
    "543": ["道路货物运输企业"],
}
"""Other spellings of names of the standard, by code."""

THEMES = [
    "现代服务业",
    "生产性服务业",
    "高技术服务业",
    "科技服务业",
    "专业服务业",
    "信息服务业",
    "健康服务业",
    "家政服务业",
    "装备制造业",
    "高端装备制造业",
    "先进制造业",
    "电子信息制造业",
    "现代物流业",
    "文化旅游业",
    "文化创意产业",
    "商贸流通业",
    "会展业",
    "金融服务业",
    "汽车零部件制造",
    "新能源汽车制造",
    "生物医药制造",
    "集成电路制造",
    "数字文化产业",
    "检验检测服务",
    "环境保护服务业",
    "节能环保产业",
    "电子商务服务业",
    "跨境电子商务",
    "服务外包产业",
    "文化艺术培训",
    "工程技术服务",
    "商务咨询服务",
    "医疗设备制造",
    "食品饮料制造",
    "纺织服装产业",
    "轨道交通设备",
    "网络信息技术服务",
]
"""Trades of policies that are no class of the standard, many of them near in spelling to one."""


@pytest.mark.parametrize(("code", "words"), [(code, words) for code, names in VARIED.items() for words in names])
def test_another_spelling_is_linked_to_its_class(code: str, words: str) -> None:
    link = link_trade(words)
    assert link is not None and link.codes == (code,)
    assert link.score >= NEAR


@pytest.mark.parametrize("words", THEMES)
def test_a_theme_is_linked_to_no_class(words: str) -> None:
    assert link_trade(words) is None


def test_a_lower_threshold_would_link_themes_to_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(near: float) -> int:
        monkeypatch.setattr(trade_links, "NEAR", near)
        trade_links._linked.cache_clear()
        return sum(link_trade(words) is not None for words in THEMES)

    counts = {near: wrong(near) for near in (70.0, 78.0, NEAR)}
    trade_links._linked.cache_clear()
    assert counts[70.0] >= counts[78.0] > counts[NEAR] == 0


def test_a_near_spelling_says_how_near() -> None:
    exact, near = link_trade("零售业"), link_trade("农副产品加工业")
    assert exact is not None and near is not None
    assert exact.score == 100.0 > near.score
