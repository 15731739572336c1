"""What an enterprise does: GB/T 4754 classes named outright, looser words as industry themes, and kinds of body."""

from __future__ import annotations

import re
from functools import cache

from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.lexicon import table

_FIRM = r"(?:类|型)?(?:的)?(?:企业|项目|机构|单位|园区|法人|市场主体|公司|经营主体|创新主体|行业|领域|产业|业态|业务|业企业)"
_CLASS_RIGHT = re.compile(rf"(?:业)?(?:{_FIRM}|、|和|及|或|，|：|。|；|等|除外|\(|$)")
_ENDING = re.compile(
    r"(?P<etc>等)?(?P<mid>[^，；。、：]{0,12}?)(?P<head>产业领域|重点领域|技术领域|产业链|产业集群|产业|领域|行业|服务业|业态|企业|机构)"
)
_KINDS = (
    ("institution", r"高等学校|高等院校|高校院所|高校|院校|科研院所|科研机构|研究机构|科研单位|科研组织|科研事业单位|医疗卫生机构|医疗机构|事业单位|研究院所|大学"),
    ("social_organisation", r"社会组织|社会团体|行业协会|商会|行业组织|学会|协会|促进会|民办非(?:企业|主体)(?:单位)?|产业联盟|联盟|社会服务机构|基金会"),
    ("individual_business", r"个体工商户|个体户|个体经营户"),
    ("cooperative", r"农民专业合作社|专业合作社|合作社|农民合作社"),
    ("branch", r"分支机构|分公司"),
    ("both", r"企、?事业(?:单位)?|企业(?:、|和|及|或)事业单位"),
    ("enterprise", r"居民企业|企业单位|(?<![一-龥])企业|(?<=仅限)企业|(?<=[的为是和及或与、对类有关])企业"),
)  # fmt: skip
_MEANT = {"both": ("enterprise", "institution")}
_KIND = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _KINDS))
_JOIN = r"(?:、|和|及|或者?|以及|与|，以及|等)"
_SUBJECT_RIGHT = re.compile(
    r"(?:(?:、|和|及|或)[一-龥]{2,16}(?=、|或|等)){0,3}(?:等)?(?:单位|机构|组织|创新主体|主体|法人|社会组织)?(?:等)?(?:[，。；：(]|$|的|开展|牵头|申报|均可|可以|参照)"
)


@cache
def _themes() -> re.Pattern[str]:
    words = sorted(set(table("trades")["themes"]), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def _classes() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((re.compile(row["pattern"]), tuple(row["codes"])) for row in table("trades")["industry"])


def find_trades(m: Mentions, start: int, end: int) -> list[Found]:
    """The industry, theme and kind leaves of a span."""
    return [
        *_industries(m, start, end),
        *_theme_lists(m.text, start, end),
        *_single_themes(m.text, start, end),
        *_kinds(m.text, start, end),
    ]


def _industries(m: Mentions, start: int, end: int) -> list[Found]:
    hits: list[tuple[int, int, list[str]]] = []
    for mention in m.industries_in(start, end):
        if mention.modified or not _CLASS_RIGHT.match(m.text, mention.end, end):
            continue
        if re.search(r"(?:先进|高端|现代|新型|战略性|特色)$", m.text[max(start, mention.start - 4) : mention.start]):
            continue
        hits.append((mention.start, mention.end, list(mention.codes)))
    for pattern, class_codes in _classes():
        for match in pattern.finditer(m.text, start, end):
            if not any(a < match.end() and match.start() < b for a, b, _ in hits) and not re.search(
                r"(?:先进|高端|现代|智能|都市|特色|非|涉)$", m.text[max(start, match.start() - 2) : match.start()]
            ):
                hits.append((match.start(), match.end(), list(class_codes)))
    merged: list[tuple[int, int, list[str]]] = []
    for low, high, codes in sorted(hits):
        if merged and re.fullmatch(
            r"(?:业|企业)?(?:\([^()]{0,40}(?:\([^()]{0,20}\)[^()]{0,10})?\))?(?:、|和|及|或|以及|与)", m.text[merged[-1][1] : low]
        ):
            merged[-1] = (merged[-1][0], high, [*merged[-1][2], *(c for c in codes if c not in merged[-1][2])])
        else:
            merged.append((low, high, codes))
    result: list[Found] = []
    for low, high, codes in merged:
        out = re.match(
            r"(?:企业|公司|项目|业|类)*(?:\([^()]{0,8}\))?(?:(?:、[^，；。、]{2,12}){0,6}?(?:等)?以外的|(?:等)?(?:除外|不享受|不适用|不在|不属于|不得(?:申报|享受|纳入)))(?!重复|同时)",
            m.text[high : high + 60],
        )
        denied = re.search(
            r"(?:(?:不包括|不含|不得为|除)[^，；。]{0,6}|非)$", m.text[max(start, low - 10) : low]
        )  # 非总部批发企业: wholesale
        tail = re.match(r"(?:类)?(?:企业|项目|业)?", m.text[high:end])
        stop = high + (tail.end() if tail else 0)
        if out or denied:
            result.append(
                found("industry", "not_within", codes, low, high + (out.end() if out else 0), origin="trade/not-industry", rank=3)
            )
        else:
            result.append(found("industry", "within", codes, low, stop, origin="trade/industry", rank=2))
    return result


_OPENS = re.compile(r"属于|符合|围绕|聚焦|从事|面向")
_NO_THEME = re.compile(
    r"登记|注册|关系在|享受|^(?:以及|或|及|汇聚|推动|引进|吸引|加强|开展)|提供|事务所|券商|投入|建有|取得|获得|高等学校|科研|机构|社会组织|医疗卫生|实验室|研究中心|技术中心|协会|平台|院校|院所|大学|制度|企业$|单位"
)


def _theme_lists(text: str, start: int, end: int) -> list[Found]:
    """新一代信息技术、医药健康、新材料等高精尖产业领域: the words split at 、."""
    result: list[Found] = []
    for m in re.finditer(r"[^，；。：、]{2,24}(?:、[^，；。：、]{2,24}){1,14}", text[start:end]):
        body_start, body = m.start() + start, m[0]
        items = body.split("、")
        last = items[-1]
        known_last = _themes().match(last)
        ending = _ENDING.search(last, known_last.end() if known_last else 0)
        if ending is None or re.search(r"给予|奖励|补助|不低于|以上", last[: ending.start()]):
            continue
        opening = next((i for i in range(len(items) - 2, 0, -1) if _OPENS.search(items[i])), 0)
        body_start += sum(len(x) + 1 for x in items[:opening])
        items = items[opening:]
        body = "、".join(items)
        head = items[0]
        cut = max(
            (
                s.end()
                for s in re.finditer(
                    r"应属于|属于|符合|应为|须为|必须为|应属|围绕|涉及|聚焦|从事|针对|对于|对|面向|包括|的|发展|鼓励|支持|其中|在|为",
                    head,
                )
            ),
            default=0,
        )
        words = [head[cut:], *items[1:-1], *re.split(r"和|及|与", last[: ending.start()])]
        words = [w for w in words if w]
        if any(_NO_THEME.search(w) for w in words):
            continue
        known = sum(bool(_themes().fullmatch(re.sub(r"(?:产业|领域|行业|业)$", "", w)) or _themes().fullmatch(w)) for w in words)
        if known == 0 or (known < 2 and known * 3 < len(words)) or any(len(w) > 16 for w in words):
            continue
        low = body_start + cut
        high = body_start + len(body) - len(last) + ending.end()
        firm = re.match(_FIRM, text[high : min(end, high + 6)])
        high += firm.end() if firm else 0
        result.append(found("industry_theme", "has_any", words, low, high, origin="trade/theme-list", rank=3))
    return result


_CARERS = {"养老", "养老服务", "医疗", "托育", "托育服务"}  # 养老机构 is a kind of establishment and no trade that a firm is in
_ENGAGED = re.compile(r"(?:从事|主营|主要经营)$")
_ACTING = re.compile(
    r"(?:的)?(?:研究|开发|研发|生产|经营|服务|管理|制造|销售|运营|设计|应用|推广)(?:、|和|及|与|或)?"
    r"(?:研究|开发|研发|生产|经营|服务|管理|制造|销售|运营|设计|应用|推广|、|和|及|等)*(?:活动|业务|工作)?(?:的(?:企业|单位|机构))?"
)
_PAIR = re.compile(r"(?:、|和|及|以及|与)")


def _single_themes(text: str, start: int, end: int) -> list[Found]:
    result: list[Found] = []
    for m in _themes().finditer(text, start, end):
        pair = _PAIR.match(text, m.end(), end) if m[0].endswith("业") else None
        second = _themes().match(text, pair.end(), end) if pair else None
        if second is not None:
            right = re.match(_FIRM, text[second.end() : min(end, second.end() + 8)])
            if right is not None:
                result.append(
                    found(
                        "industry_theme",
                        "has_any",
                        [m[0], second[0]],
                        m.start(),
                        second.end() + right.end(),
                        origin="trade/theme-list",
                        rank=2,
                    )
                )
                continue
        right = re.match(_FIRM, text[m.end() : min(end, m.end() + 8)])
        if right is None and _ENGAGED.search(text, max(start, m.start() - 6), m.start()):
            right = _ACTING.match(text[m.end() : min(end, m.end() + 24)])
        if right is None and m[0].endswith("业"):
            right = re.match(r"(?=[：，；。)]|$)", text[m.end() : min(end, m.end() + 1)])
        if right is None:
            continue
        left = text[max(start, m.start() - 6) : m.start()]
        if (
            left
            and re.search(r"[一-龥]$", left)
            and not re.search(r"(?:的|对|属于|为|是|和|及|或|与|事|合|于|区|市|省|县|在|其他|上|型|持|励|级|业|内|京|关)$", left)
        ):
            continue
        if m[0] in _CARERS and right[0].endswith("机构"):
            continue
        if re.match(r"(?:型|类)?(?:创新|示范|服务|技术|研究|培训|公共|孵化)", text[m.end() : m.end() + 4]):
            continue
        result.append(found("industry_theme", "has_any", [m[0]], m.start(), m.end() + right.end(), origin="trade/theme", rank=1))
    return result


_JUST_FIRMS = re.compile(r"居民企业|(?:^|[^、和及])企业单位|(?:应当?|须|必须|限于?|仅限|只能)(?:为|是)?企业(?:$|[，；。申])")
_BESIDE = re.compile(r"(?:与|和|同|向|由|经|依托|托|联合|为|及其|来自|服务|或|、|所|及)$")
_NAMED_WHO = re.compile(r"(?:(?:应当?|须|主体|单位|对象|申请人|均|可)为|是|，以及|[企业单位机构]、|企业(?:和|及|或|以及))$")


def _kinds(text: str, start: int, end: int) -> list[Found]:
    """企业、高等学校、科研院所或社会组织 as who may apply."""
    result: list[Found] = []
    position = start
    while (m := _KIND.search(text, position, end)) is not None:
        low, high, names = m.start(), m.end(), [str(m.lastgroup)]
        while True:
            join = re.compile(rf"{_JOIN}(?:各类|其他|市场化|社会化|相关)?").match(text, high, end)
            following = _KIND.match(text, join.end(), end) if join else None
            if following is None:
                break
            high = following.end()
            names.append(str(following.lastgroup))
        position = max(high, m.end())
        names = list(dict.fromkeys(kind for name in names for kind in _MEANT.get(name, (name,))))
        left = text[max(start, low - 6) : low]
        if names == ["enterprise"] and not _JUST_FIRMS.search(text, max(start, low - 6), min(high + 2, end)):
            continue
        if _BESIDE.search(left) and not _NAMED_WHO.search(left):
            continue
        if not _SUBJECT_RIGHT.match(text, high, end):
            continue
        result.append(found("entity_kind", "in", names, low, high, origin="trade/kind", rank=1))
    return result
