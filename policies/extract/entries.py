"""Entries of a list of conditions that bear the name of something else: 年度考核合格 is no heading of procedure."""

from __future__ import annotations

import re

from policies.segmenting import Clause

_ASKED_OF = re.compile(
    r"(?:应当?|须|必须|需)(?:同时)?(?:符合|满足|具备)(?:以下|下列|如下)[^，；。：]{0,10}(?:条件|标准|要求)(?:之一)?：$"
)


_DONE = re.compile(
    r"(?!申报|申请|按照?[^，。；]{0,12}(?:执行|办理|实施)).{0,40}?(?:已|通过|符合|具[有备]|完成|取得|办理|合格|规范|良好|健全|清晰|[无未]|须|应|需)"
)


def asks(clause: Clause, own: str) -> bool:
    """Whether a child with a name of procedure or grounds asks: it leads into a list (…应具备以下条件：), or it is no name but an entry of one line (年度考核合格；)."""
    if clause.children:
        return _ASKED_OF.search(own) is not None
    entry = clause.role in ("procedure", "basis") and len(clause.paragraphs) == 1 and len(own) <= len(clause.heading) + 1
    return entry and own[-1:] not in "：:" and _DONE.match(own) is not None
