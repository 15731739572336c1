"""What an enterprise does: GB/T 4754 classes named outright, looser words as industry themes, and kinds of body."""

from __future__ import annotations

import re

from policies.extract.callings import find_callings
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.themes import FIRM, find_themes, is_exception
from policies.extract.trade_words import classes
from policies.lexicon.sought import Sought

_CLASS_RIGHT = re.compile(rf"(?:业)?(?:(?:中小微?|小微|大中型|骨干|民营)?{FIRM}|、|和|及|或|，|：|。|；|等|除外|\(|$)")
_KINDS = (
    ("institution", r"事业单位法人|事业法人|高等学校|高等院校|高校院所|高校|院校|科研院所|科研机构|研究机构|科研单位|科研组织|科研事业单位|医疗卫生机构|医疗机构|事业单位|研究院所|大学"),
    ("social_organisation", r"社会团体法人|社团法人|社会组织法人|社会组织|社会团体|行业协会|(?<!招)商会|行业组织|学会|协会|促进会|民办非(?:企业|主体)(?:单位)?|产业联盟|联盟|社会服务机构|基金会"),
    ("individual_business", r"个体工商户|个体户|个体经营户|个体经济组织|个体经营(?!户)"),
    ("cooperative", r"农民专业合作社|专业合作社|合作社|农民合作社"),
    ("branch", r"(?<!设有)(?<!设立)(?<!开设)(?<!拥有)(?<!各)(?:分支机构|分公司)"),
    ("both", r"企、?事业(?:单位)?|企业(?:、|和|及|或)事业单位"),
    ("enterprise", r"企业法人(?=、|或|和|及|与)|居民企业|企业单位|(?<![一-龥])企业|(?<=仅限)企业|(?<=[的为是和及或与、对类有关])企业|(?:(?<=[区市县省州境]内)|(?<=[我本全][区市县省州]))企业(?=[、和及或])"),
)  # fmt: skip
_MEANT = {"both": ("enterprise", "institution")}
_KIND = Sought("|".join(f"(?P<{name}>{words})" for name, words in _KINDS))
_JOIN = r"(?:、|和|及|或者?|以及|与|，以及|等)"
_SUBJECT_RIGHT = re.compile(
    r"(?:(?:、|和|及|或)[一-龥]{2,16}(?=、|或|等)){0,3}(?:等)?(?:单位|机构|组织|创新主体|主体|法人|社会组织)?(?:等)?(?:[，。；：(]|$|的|(?:、|以及|[和及与或])(?=[一-龥]{0,8}(?:企业|农场|大户|合作社|农户|养殖户|经济组织|村集体))|开展|牵头|新?招用|吸纳|购[买置]|租[赁用]|参[加与]|实施|建设|首次|当年|上?年度|新增|投保|组织|举办|承办|主办|为其|申报|均可|可以|参照|共?渡|克服|恢复|稳定)"
)


def find_trades(m: Mentions, start: int, end: int) -> list[Found]:
    """The industry, theme and kind leaves of a span."""
    industries = _industries(m, start, end)
    themes = [*find_themes(m, start, end), *find_callings(m, start, end)]
    for theme in themes:
        listed = next((i for i in industries if _is_umbrella(m.text, i.end, theme.start)), None)
        if listed is not None:
            industries.append(Found(listed.node, theme.start, theme.end, theme.rank + 1))
    return [*industries, *themes, *_kinds(m.text, start, end)]


_UMBRELLA = re.compile(r"等(?:重点|相关|各类)?(?:规上|限上|规模以上|限额以上|中小微?|小微)?(?:重点|骨干)?")


def _is_umbrella(text: str, listed: int, at: int) -> bool:
    """租赁业、居民服务业等|服务业企业: the word behind 等 narrows nothing where classes are listed."""
    return listed <= at <= listed + 12 and _UMBRELLA.fullmatch(text, listed, at) is not None


_BANKS = {"J", "66"}
_LENDS = re.compile(r"(?<![自一])(?:从|向|经)[^，；。的、]{0,10}$")  # 从县内银行业金融机构贷款: whom one borrows from
_NARROWS = re.compile(
    r"(?:先进|高端|现代|新型|设施|智慧|观光|休闲|高效|生态|战略性|特色|智能|都市|高技术|新兴|绿色|数字|(?:^|[、等的及和为非])类)$"
)
_OPENS = re.compile(
    r"(?:支持|鼓励|引导|推动|促进|培育|壮大|发展|吸引|引进|招引|做强|做大|扶持|聚焦|围绕|重点|骨干|龙头|优质|民营|私营|外资|国有|中小|小微|大型|规模以[上下]|限额以[上下]|规[上下]|限[上下]|"
    r"新增|新建|入库|入统|纳统|达标|达规|本地|境内|主营)$"
)


def _industries(m: Mentions, start: int, end: int) -> list[Found]:
    hits: list[tuple[int, int, list[str]]] = []
    for mention in m.industries_in(start, end):
        left = m.text[max(0, mention.start - 6) : mention.start]
        if (mention.modified and not _OPENS.search(left)) or not _CLASS_RIGHT.match(m.text, mention.end, end):
            continue
        if _NARROWS.search(left):
            continue
        hits.append((mention.start, mention.end, list(mention.codes)))
    for pattern, class_codes in classes():
        for match in pattern.finditer(m.text, start, end):
            if not any(a < match.end() and match.start() < b for a, b, _ in hits) and not re.search(
                r"(?:先进|高端|现代|新型|设施|智慧|观光|休闲|高效|生态|智能|都市|特色|高技术|新兴|绿色|数字|涉|(?:^|[、等的及和为非])类)$",
                m.text[max(start, match.start() - 3) : match.start()],
            ):
                hits.append((match.start(), match.end(), list(class_codes)))
    merged: list[tuple[int, int, list[str]]] = []
    for low, high, codes in sorted(hits):
        if merged and re.fullmatch(
            r"(?:业|企业)?(?:\([^()]{0,40}(?:\([^()]{0,20}\)[^()]{0,10})?\))?(?:、|和|及|或|以及|与)类?",
            m.text[merged[-1][1] : low],
        ):
            merged[-1] = (merged[-1][0], high, [*merged[-1][2], *(c for c in codes if c not in merged[-1][2])])
        else:
            merged.append((low, high, codes))
    result: list[Found] = []
    for low, high, codes in merged:
        if codes[0] in _BANKS and _LENDS.search(m.text, max(start, low - 12), low):
            continue
        out = re.match(
            r"(?:企业|公司|项目|业|类)*(?:\([^()]{0,8}\))?(?:(?:(?:、|以?及|和|或)[^，；。、]{2,12}){0,6}?(?:等)?(?:以外的|除外)|(?:等)?(?:不享受|不适用|不在|不属于|不得(?:申报|享受|纳入)))(?!重复|同时)",
            m.text[high : high + 60],
        )
        denied = re.search(
            r"(?:(?:不包括|不含|不得为)(?:[^，；。()]|\([^()]{0,20}\)){0,60}|除(?!外)[^，；。]{0,6}|非)$",
            m.text[max(start, low - 64) : low],
        )  # 非总部批发企业: wholesale
        tail = re.match(r"(?:类)?(?:企业|项目|业)?", m.text[high:end])
        stop = high + (tail.end() if tail else 0)
        if out or denied or is_exception(m.text, low, high):
            result.append(
                found("industry", "not_within", codes, low, high + (out.end() if out else 0), origin="trade/not-industry", rank=3)
            )
        else:
            result.append(found("industry", "within", codes, low, stop, origin="trade/industry", rank=2))
    return result


_AND_SUCH = re.compile(r"等(?:各类|相关|其他)?(?:创新|市场|经营|实施|申报)?(?:主体|单位|机构|组织|法人)+")
_JUST_FIRMS = re.compile(r"居民企业|(?:^|[^、和及])企业单位|(?:应当?|须|必须|限于?|仅限|只能)(?:为|是)?企业(?:$|[，；。申])")
_RUN_BY = re.compile(r"(?:民营|民办|社会办|私立|营利性)$")
_ITS_OWN = re.compile(r"(?:及|和|或|与)(?:者)?其[^，；。、]{0,6}$")
_MEMBER = re.compile(r"(?:加入|参加)[^，；。、]{0,24}$")
_FOUNDED = re.compile(r"(?:组建|组成|成立|设立|创办|创建|发起|筹建)(?:了)?[^，；。、的]{0,12}$")
_BY_ANOTHER = re.compile(r"[^，；。]{0,6}的[^，；。、]{0,10}?(?:企业|公司|单位|团队)")
"""牵头组建产业联盟的企业, 成立行业协会的龙头企业: what somebody founds, and not who applies."""
_BESIDE = re.compile(r"(?:与|和|同|向|由|经|依托|托|联合|为|及其|来自|服务|或|、|所|及)$")
_NAMED_WHO = re.compile(
    r"(?:(?:应当?|须|主体|单位|对象|申请人|均|可)为|是|，以及|(?:企业|单位|机构|公司|组织|纳税人|农场|大户|农户|工商户|合作社|户)(?:、|和|及|或者?|以及))$"
)
_JOINED = re.compile(rf"{_JOIN}(?:各类|其他|市场化|社会化|相关)?")


def _kinds(text: str, start: int, end: int) -> list[Found]:
    """企业、高等学校、科研院所或社会组织 as who may apply."""
    result: list[Found] = []
    position = start
    while (m := _KIND.search(text, position, end)) is not None:
        low, high, names = m.start(), m.end(), [str(m.lastgroup)]
        while True:
            join = _JOINED.match(text, high, end)
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
        if text.startswith("医疗机构", low) and _RUN_BY.search(left):
            continue  # 民营医疗机构: who runs it, which is for its papers to show
        if names == ["branch"] and _ITS_OWN.search(text, max(start, low - 12), low):
            continue  # 律师事务所及其一级分支机构: they, or what is theirs
        if _MEMBER.search(text, max(start, low - 26), low):
            continue  # 加入区行业协会: whom one joins
        if _FOUNDED.search(text, max(start, low - 16), low) and _BY_ANOTHER.match(text, high, min(high + 24, end)):
            continue
        if _BESIDE.search(left) and not _NAMED_WHO.search(left):
            continue
        if not _SUBJECT_RIGHT.match(text, high, end):
            continue
        such = _AND_SUCH.match(text, high, end)
        high = such.end() if such is not None else high
        result.append(found("entity_kind", "in", names, low, high, origin="trade/kind", rank=1))
    return result
