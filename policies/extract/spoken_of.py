"""Which items the subject of a condition names as it stands (体验店面积不少于100平方米; …的大型舞台剧), where the entries of one list speak of different items."""

from __future__ import annotations

import re

from policies.extract.items import ItemDraft
from policies.extract.metrics import metrics_in
from policies.extract.state import State

_SAYS = re.compile(
    r"(?:原则上)?(?:应(?!用|急|对)当?|须|需|必须|不[低少小]于|不超过|达到?|超过|具[备有]|拥有|能够|已|持续|[总营]?(?:业|建筑)?面积|数量|总?投资|年(?:度)?(?:营业|销售)|上一?年度?|近[一二三\d]年|为|是|属于|[，：。；])"
)
"""Where the subject of a condition ends and what is said of it begins."""
_ALONE = re.compile(r"[^。；：]{0,80}的(?P<name>[^，。：；的、]{4,24})[。；]?")
"""上一年度首演的|大型舞台剧和作品。: an entry that is nothing but what is applied with."""
_DEMANDS = re.compile(r"[应须需]|必须|不得|不[低少小]于|以上")
_APPLYING = re.compile(
    r"^(?:其中，?|对于?|凡|拟|申[请报领]|享受|纳入支持的|投入运营的|上述|本|该|各|每[个家]?|新|自建|的)+|"
    r"(?:的|类|申报|申请|实施|承担|建设|运营|单位|企业|机构|主体|公司|项目)+$"
)
_GENERAL = re.compile(
    r"(?:企业|单位|机构|项目|主体|公司|申报|申请|产品|人员|财务|管理|制度|资金|独立|法人|资格|注册|登记|经营|业务|服务|技术|研发|投资|设备|实施|建设|运营|年度|条件|政策|扶持|奖励|补贴|补助|支持|场地|团队|[本区市县省的等])+"
)
_OF_PROJECTS = re.compile(r"(?:项目|类|店|门店|网点)(?:的)?(?:申报|实施|承担)?(?:单位|主体|企业)?$")
_LEAST, _LEAST_OF_PROJECTS, _LEAST_ALONE = 3, 2, 4


def spoken_of(state: State, words: str) -> list[ItemDraft]:
    """The items that say the subject of a condition in full, each of its parts in one item at least; none where all items do."""
    alone = _ALONE.fullmatch(words) if not _DEMANDS.search(words) else None
    parts = [alone["name"]] if alone is not None else _parts(words)
    texts = ["\n".join((d.words, d.title, *d.path)) for d in state.drafts]
    mine: set[int] = set()
    for part in parts:
        hits = _ending(texts, part) if alone is not None else {i for i, text in enumerate(texts) if part in text}
        if not hits:
            return []
        mine |= hits
    return [d for i, d in enumerate(state.drafts) if i in mine] if len(mine) < len(texts) else []


def _parts(words: str) -> list[str]:
    """The names in the subject of a condition, without the words for whoever applies; none where one of them is anybody's."""
    said = _SAYS.search(words)
    subject = re.sub(r"\([^()]*\)", "", words[: said.start()] if said is not None else "")
    if not subject or metrics_in(subject, 0, len(subject)):
        return []
    least = _LEAST_OF_PROJECTS if _OF_PROJECTS.search(subject) else _LEAST
    parts = [_APPLYING.sub("", _APPLYING.sub("", part)) for part in re.split("、|以及|和|及|或|与", subject)]
    return parts if all(len(part) >= least and not _GENERAL.fullmatch(part) for part in parts) else []


def _ending(texts: list[str], name: str) -> set[int]:
    """The items that say the longest end of a name that any of them says."""
    for at in range(len(name) - _LEAST_ALONE + 1):
        if _GENERAL.fullmatch(name, at):
            break
        hits = {i for i, text in enumerate(texts) if name[at:] in text}
        if hits:
            return hits
    return set()
