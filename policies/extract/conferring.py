"""A title that a document confers over conditions of its own is an item, beside the sums that go with it and where there are none."""

from __future__ import annotations

import re

from policies.extract.choices import KIND, kind_of, shared_end
from policies.extract.definitions import is_name
from policies.extract.items import ItemDraft
from policies.extract.leaf import Node, either_of, leaves_of
from policies.extract.sections import conditions_of
from policies.extract.state import State
from policies.numerals import number
from policies.segmenting import Clause

_CONFERS = re.compile(
    r"(?:申请|申报)(?P<told>认定)?为?的?(?P<name>[^，。：；、()]{3,20}?)(?:\([^()]{2,20}\))?(?:的(?:企业|单位|机构)?)?，?(?:除[^，。；：]{2,30}外，)?"
    r"(?:还|均)?(?:应当?|须|需|必须)[^：。；]{0,8}(?:条件|要求)|"
    r"(?P<title>[^，。：；、应须需]{4,20}?)(?:的)?(?:认定|评价|备案|评定)(?:应当?|须|需|必须|得分|条件)[^：。；]{0,60}(?:条件|要求)"
)


_TITLE = ("认定",)
_List = tuple[Clause, list[Node]]


def confer(state: State) -> None:
    """申请认定示范基地，应当符合下列条件： is asked of the items that the bases get; where none of them names the title, it is an item itself."""
    if not any(d.amounts for d in state.drafts):
        return
    for clause, nodes in _leaning(state, _lists(state)):
        if _leant_on(state, clause) and all(any(name in _said(state, d) for name in _names(state, clause)) for d in state.drafts):
            state.common.extend(nodes)
            continue
        title_item(state, clause, nodes)
    for section, nodes in list(state.sections):
        if any(d.path == _TITLE for d in state.drafts) and (found := _CONFERS.match(state.text_of(section))) and found["title"]:
            state.sections.remove((section, nodes))  # beside another title with conditions of its own
            title_item(state, section, nodes)


def _lists(state: State) -> list[_List]:
    """The lists that say for which title or kind they are, taken from the scopes and out of the sections."""
    lists = [(clause, nodes) for clause, nodes in state.scopes if confers(state, clause)]
    state.scopes[:] = [scope for scope in state.scopes if not any(scope[0] is clause for clause, _ in lists)]
    for at, (section, nodes) in enumerate(state.sections):
        kinds = [c for c in section.children if c.children] if kind_of(state, section.children) is not None else []
        for clause in (c for c in section.children if c in kinds or confers(state, c)):
            inside = [n for n in nodes if any(section.start <= place_of(n) < c.end for c in kinds)]
            own = conditions_of(state, clause) if inside else [n for n in nodes if clause.start <= place_of(n) < clause.end]
            lists.append((clause, own))
        told = [clause for clause, _ in lists]
        left = [n for n in nodes if not any(c.start <= x["evidence"]["start"] < c.end for c in told for x in leaves_of(n))]
        state.sections[at] = (section, left)
    return lists


_LEVEL = re.compile(r"^(?:[一-龥]{0,3}?[区市县省]级?|国家级?|本级)")
_BODY = re.compile(r"(?:企业|机构|单位|项目)$")
_SHORT = re.compile(r"\(以下(?:统|简)称“?(?P<short>[^()“”]{2,12})")
_LEAST = 2  # characters of a title beside its level and the word for a body


def _leaning(state: State, lists: list[_List]) -> list[_List]:
    """Give lists for kinds of one body, or in the chapter of one title, to the items that name it (any kind's to those that name several); the rest is returned."""
    names = [_names(state, clause) for clause, _ in lists]
    body = shared_end([own[0] for own in names]).lstrip("型类性级") if len(lists) > 1 else ""
    told = [
        [_names_it(state, d, own, clause, kinds=bool(body)) for own, (clause, _) in zip(names, lists, strict=True)]
        for d in state.drafts
    ]
    basic = [own[0] == body for own in names]
    given: set[int] = set()
    for draft, row in zip(state.drafts, told, strict=True):
        mine = [i for i, hit in enumerate(row) if hit and not basic[i]]
        if body and not mine and body in _said(state, draft):
            mine = [i for i in range(len(lists)) if not basic[i]]
        given.update(mine)
        if any(_refers(draft, lists[i][0]) for i in mine):
            continue
        draft.criteria = [n for n in draft.criteria if not any(is_name(state, n, name, _BODY) for i in mine for name in names[i])]
        draft.criteria.extend(either_of(lists[i][1] for i in mine) if len(mine) > 1 else [n for i in mine for n in lists[i][1]])
    for i in (i for i, is_basic in enumerate(basic) if is_basic):
        hosts = [d for d in state.drafts if body in _said(state, d)]
        for draft in hosts if len(hosts) < len(state.drafts) else ():
            draft.criteria.extend(lists[i][1])
        state.common.extend(lists[i][1] if len(hosts) == len(state.drafts) else [])
        given.update([i] if hosts else [])
    return [part for i, part in enumerate(lists) if i not in given]


_LEANT_ON = re.compile(r"(?:符合|具备|满足)(?:本办法|本细则)?第(?P<n>[一二三四五六七八九十百\d]{1,5})条(?:的)?(?:规定|条件|要求)")


def _leant_on(state: State, clause: Clause) -> bool:
    """符合第三条规定，并满足下列条件之一的，可认定为…: whether another list builds on this one, which then is no title by itself."""
    article = clause.article()
    told = _LEANT_ON.finditer(state.m.text, clause.end)
    return article is not None and any(number(m["n"]) == article.ordinal for m in told)


_POINT_OF = re.compile(r"第(?P<n>[一二三四五六七八九十百\d]{1,5})条第\(?[一二三四五六七八九十\d]{1,3}\)?项")


def _refers(draft: ItemDraft, clause: Clause) -> bool:
    """Whether an item refers by number to the points of the article that holds a list: it then asks for these alone."""
    article = clause.article()
    return article is not None and any(number(m["n"]) == article.ordinal for m in _POINT_OF.finditer(draft.words))


def _names_it(state: State, draft: ItemDraft, names: list[str], clause: Clause, *, kinds: bool) -> bool:
    """Whether an item says one of the names of a list's title, and stands in its chapter where the title is not a kind of a body."""
    chapter = next((c for c in clause.ancestors() if c.style == "chapter"), None)
    inside = chapter is not None and chapter.start <= draft.start < chapter.end
    return (kinds or inside) and any(name in _said(state, draft) for name in names)


def _said(state: State, draft: ItemDraft) -> str:
    """What an item says of itself: its words, its headings, and the words of what it asks."""
    asked = [state.m.text[x["evidence"]["start"] : x["evidence"]["end"]] for n in draft.criteria for x in leaves_of(n)]
    return "\n".join((draft.words, draft.title, *draft.path, *asked))


def _names(state: State, clause: Clause) -> list[str]:
    """How items may call the title of a list: without its level and the word for a body, and by its short name."""
    words = state.text_of(clause)
    found = _conferred(state, clause)
    kind = KIND.match(words) if found is None else None
    name = (found["name"] or found["title"]) if found is not None else kind["name"] if kind is not None else clause.heading
    core = _BODY.sub("", _LEVEL.sub("", name))
    short = _SHORT.search(words.split("\n")[0])
    return [core if len(core) >= _LEAST else name, *([short["short"]] if short is not None else [])]


def confer_each(state: State) -> bool:
    """认定甲应当符合下列条件：… 认定乙应当符合下列条件：… with no sums at all: where two titles or more have lists of their own, each is an item."""
    lists = [(clause, nodes) for clause, nodes in state.scopes if confers(state, clause)]
    if len({state.text_of(clause).split("\n")[0] for clause, _ in lists}) < 2:
        return False
    for scope in lists:
        state.scopes.remove(scope)
        title_item(state, *scope)
    return True


def _conferred(state: State, clause: Clause) -> re.Match[str] | None:
    """The words that say for which title a list is: at its beginning, or in the last sentence of the line that opens it."""
    words = state.text_of(clause)
    found = _CONFERS.match(words)
    if found is not None or not clause.paragraphs or not clause.children:
        return found
    low, high = clause.paragraphs[0]
    last = _CONFERS.match(state.m.text, max(low, state.m.text.rfind("。", low, high - 1) + 1), high)
    return last if last is not None and last["told"] else None


def confers(state: State, clause: Clause) -> bool:
    """Whether a list of conditions says for which title of the document it is."""
    found = _conferred(state, clause)
    if found is None or found["title"] is not None:
        return found is not None and _of_the_title(state, found["title"])
    return found["told"] is not None or re.search(re.escape(found["name"]) + r"[^，。]{0,10}认定", state.title) is not None


def _of_the_title(state: State, name: str) -> bool:
    """Whether a body is one of those that the document is called after (专精特新中小企业认定需… in …专精特新中小企业培育细则)."""
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(pair in state.title for pair in pairs) * 2 >= len(pairs)


def title_item(state: State, clause: Clause, nodes: list[Node]) -> None:
    """Put the title that a list of conditions is for among the items."""
    words = state.m.text[clause.start : clause.end]
    named = _conferred(state, clause)
    name = f"{named['name'] or named['title']}认定" if named is not None else clause.heading
    state.drafts.append(ItemDraft(clause.start, clause.end, nodes, title=name, words=words, path=_TITLE))
    state.drafts.sort(key=lambda d: d.start)


def place_of(node: Node) -> int:
    """Where the first words of a condition stand."""
    return min((int(x["evidence"]["start"]) for x in leaves_of(node)), default=-1)
