"""Industry themes by the noun they stand before: 甲、乙等领域, 丙产业链企业, 丁企业."""

from __future__ import annotations

import re
from dataclasses import dataclass

from features.trade_links import link_trade
from policies.extract.leaf import Found, found
from policies.extract.mentions import Mentions
from policies.extract.trade_words import is_theme, is_trade, themes
from policies.lexicon.sought import Sought, headed

ACTS = r"研究|开发|研发|生产|经营|服务|管理|制造|加工|销售|运营|设计|应用|推广|贸易"
FIRM = r"(?:类|型)?(?:的)?(?:企业(?!家)|项目(?!计划|库|清单)|机构|单位|园区|法人|市场主体|公司|经营主体|创新主体|主体|行业|领域|产业|业态|业务|业企业)"
_FIELD = (
    r"(?:[一二三四五六七八九十\d]{1,3}[大个])?(?:传统|重点|关键|细分|相关|主导|优势|特色|新兴|支柱|核心){0,3}"
    r"(?:产业链(?!长|金融)|产业集群|产业领域|产业(?=发展(?:导向|方向|定位))|产业(?!园|基地|化|政策|基金|联盟|用[房地]|工人|资金|发展|扶持|结构|规划|投|转型|升级|创新|引导|生态|人才|孵化|带|合作|协作|技术|载体|支撑|空间|社区|研究|大脑|布局)"
    r"|领域(?!的?(?:专家|人才|学者|带头人)|内|中|具有)|行业(?!协会|组织|主管|标准|内|特点|平均|领先|龙头|排名|前|影响|准入|规范|竞争|认可|公认|领军|先进|地位|知名|自律|管理|监管|标杆|应用|大模型|解决|头部)|赛道|业态|环节(?=的|[，；。、）)]|$|企业)|板块(?=的|[，；。、）)]|$|企业)|方向(?=的|[，；。、）)]|$))"
    r"(?:供应链|上下游|产业链)?(?:发展)?(?:导向|方向|定位)?(?:相关|配套)?"
)
_HEAD = Sought(
    rf"(?P<field>{_FIELD})(?P<of>(?:{ACTS})*(?:重点|龙头|骨干|核心|优质|配套)?{FIRM})?"
    rf"|(?P<acts>(?:{ACTS}){{0,2}})(?P<sort>(?:中小微|小微|中小型?|大中型|大型|民营|外资|规模以上|限额以上|规上|限上|重点|骨干)?)(?P<firm>(?:企业(?!家|总部|研究|技术|工程)|公司|项目(?!计划|库|清单)|机构|单位|市场主体|经营主体|法人))"
    r"|(?P<trade>业)(?=的(?:企业|公司|单位|机构)|[：，；。)]|$)"
)
_BOUNDARY = re.compile(r"[，；。：\n]")
_AND = re.compile(r"以及|[和及与或]")
_JOINS = re.compile(r"(?:以及|并且|以|[和及与或])+(?=[一-龥]{2})(?!平|谐|田|音)")
_CUT = headed(
    r"应属于|属于|属(?=[^性])|符合|应为|须为|应属|围绕|涉及|聚焦|从事|主营业务(?:收入)?(?:为|是|来自)?|主营|针对|对于|对(?!外(?:投资|承包|贸易|经济|劳务|开放|直接))|面向|包括|不含(?!税)|发展|鼓励|支持|引导|推动|促进|培育|引进|招引|"
    r"吸引|壮大|其中|在|为|是|的|以(?![及上下内])|将|由|于|向|凡|[我本][区市县省州镇]|全[区市县省国](?!性)|[区市县省镇境]内|辖区内?|(?:国家|[省市区县])级|在[京沪津渝]|初创型?|传统(?!优势|产业|特色|支柱)|新(?:建|设立?|引进|落户|增|认定|注册|成立|纳统|入统|入库|入规|上规|升规|入驻|办)|(?:纳限|入限|上限|入规|升规|纳统|入统|入库)|(?:国家)?[一二三四五1-5]A?星?级(?!市)|[1-5]A级|单个|单家|每家|年度|"
    r"规模以[上下](?:的)?|限额以[上下]|规[上下]|限[上下](?!下)|中小微|中小(?:型)?|小微|大中型|大型|中型|小型|民营|私营|外资|外商投资|国有|优质|优势|重点|骨干|龙头|知名|知名|各类|(?<![和及与、])其他|相关|有关|首次|当年|"
    r"(?:前|第)?[一二三四五六七八九十\d]{1,3}名|主要|专业(?=从事)|\d+(?:万|亿)?元?|(?:以上|以下|以内)(?:的)?|(?:企业|公司|项目|机构|单位|主体)|[()“”《》]"
)
_NO_THEME = re.compile(
    r"登记|注册|关系在|享受|^(?:以及|汇聚|推动|引进|吸引|加强|开展|等|不|未|已|经|并|且|可|应|须|有|无|其(?!他)|该|按|给|每)|提供|事务所|券商|投入|建有|取得|获得|获批|认定|入选|列入|纳入|进入|高等学校|科研|"
    r"机构|社会组织|医疗卫生|实验室|研究中心|技术中心|协会|平台|院校|院所|大学|制度|企业|单位|公司|给予|奖励|补助|补贴|不低于|以上|不少于|超过|达到|投资|融资|贷款|资金|收入|产值|税|人员|人才|"
    r"就业|招用|资质|资格|称号|标准|专利|知识产权(?!服务|密集|代理|运营)|示范|试点|申报|申请|评价|评定|评选|项目|(?:建设|改造|示范|装修|民生|惠民|重点)工程$|改造|建设$|合作|交流|培育|转型|升级|攻关|采购|参展|运用|使用|孵化|简称|统称|称为|同[一类]|^本|所列"
)
_ACTING = re.compile(
    r"具有|具备|设立|成立|掌握|提升|打造|优化|补齐|集聚|形成|完善|加强|推进|助力|带动|实现|导入|建立|开拓|强化|赋能|发挥|增强|引领|举办|参与|承担|联合|持续|积极|加快|大力|根据|按照|结合|依托|(?<!循环)(?<!综合)(?<!回收)(?<!资源化)利用|通过|评估|进行|展开|开展|统筹|"
    r"突破|牵头|组织|负责|满足|入驻|落地|集中|关于|融入|对接|延伸|拓展|拥有|来自|深耕|专注|^年|已|被|将|需|^(?:服务(?!型|贸易|外包|机器人)|建设|综合|和|及|与|或|含|化(?![工学妆纤肥石])|某|各|每|单)"
)
GENERIC = re.compile(
    r"(?:[一二三四五六七八九十\d]大|国家|本市|我市|全市|重大|省|市|区|县|级|重点|优势|主导|特色|传统(?!优势|产业|特色|支柱)|支柱|新兴|关键|相关|有关|其他|其|该|本|各|同|这些|上述|下列|以下|所属|鼓励|限制|淘汰|禁止|允许|类|高耗能|高污染|高排放|"
    r"产业|行业|领域|技术|细分|跨|上下游|上游|下游|配套|民生|生产|服务|经营|制造|销售|研发|管理|开发|应用|社会|经济|科技|创新|综合|专业|公共|基础|工作|核心|前沿|未来|大|新|多|全|等|发展|政策|目录|导向|规划|"
    r"规定|方向|支持|扶持|投向|两个|一个|及|和|与|的|主要|主营|所在|所处|特定|具体|不同|代理|平台|中介|劳务|运营|贸易|加工|设计|示范|会员|法人|独立|困难|成长型|高成长|创新型|科技型|外向型|流通|连锁|规模|零部件|设备|产品|材料)*"
)
_LEAD = re.compile(
    r"(?:(?:主营|主要|主导|申报|研发|核心)?(?:业务|产品|产业|项目|技术|服务)(?:(?:或者?|和|及|、|\()(?:业务|产品|产业|项目|技术|服务)\)?)?(?:方向|领域|范围)?|经营范围)(?:应当?|须|需|必须)?(?:主要|重点|集中)?(?:属于|符合|为|是|涉及|聚焦|聚焦于|聚焦在|围绕|面向|集中于|集中在|在|处于)$"
)
_REACH = 160
"""How far left of its head the words of a list may begin."""
_ONLY_THEMES = re.compile(r"项目|机构|单位|主体|法人|园区")
_CARE = re.compile(r"(?:养老|养老服务|医疗|托育|托育服务)机构")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a list and the place of the first."""

    words: tuple[str, ...]
    start: int


def find_themes(m: Mentions, start: int, end: int) -> list[Found]:
    """The theme leaves of a span."""
    return _united(m.text, _by_head(m, start, end))


_DEALING = re.compile(
    r"(?:生产型|流通型|自营|市属|区属|属地|一般贸易)*(?:外贸|进出口|对外贸易|进口加工|出口加工|外向型)(?:综合服务)?"
)


def as_words(text: str, f: Found) -> Found:
    """外贸企业, 进出口企业: what a firm deals in abroad is no field of industry, and asked in words."""
    if f.node["fact"] != "industry_theme" or f.node["op"] != "has_any" or not all(map(_DEALING.fullmatch, f.node["value"])):
        return f
    if not text.startswith(("企业", "公司"), f.end - 2) or "等" in text[f.start : f.end]:
        return f
    node = {**f.node, "fact": "declared", "op": "declared", "value": text[f.start : f.end], "origin": "declared/dealing"}
    return Found(node, f.start, f.end, f.rank)


def _united(text: str, leaves: list[Found]) -> list[Found]:
    """高精尖产业、知识产权密集型产业: fields that only a joining word parts are one list."""
    result: list[Found] = []
    for f in leaves:
        last = result[-1] if result else None
        if (
            last is not None
            and last.node["fact"] == f.node["fact"] == "industry_theme"
            and re.fullmatch(r"、|以及|[和及与或]", text[last.end : f.start])
            and text[last.end - 1] in "业域"
        ):
            words = Words((*last.node["value"], *f.node["value"]), last.start)
            result[-1] = theme_leaf(words, f.end, rank=3, listed=True)
        else:
            result.append(f)
    return result


def _by_head(m: Mentions, start: int, end: int) -> list[Found]:
    result: list[Found] = []
    done = start
    for head in _HEAD.finditer(m.text, start, end):
        said = _words_before(m, max(done, head.start() - _REACH), head.start())
        if said is None or _named_by_the_standard(m, said, head.start()):
            continue
        said = _with_acts(said, head)
        codes = _classes(m.text, said, head)
        if codes:
            shut = _shut_out(m.text, said.start, head.end())
            origin, op = ("trade/not-industry", "not_within") if shut else ("trade/industry", "within")
            result.append(found("industry", op, list(codes), said.start, head.end(), origin=origin, rank=3))
            done = head.end()
            continue
        classed, said = _classed_apart(said, m.text) if head["field"] is None else (None, said)
        if classed is not None:
            result.append(classed)
        if _CARE.search(m.text, said.start, head.end()) or _OTHERS.match(m.text, head.end(), end) or not _fits(m, said, head):
            continue
        if head["sort"] and m.text[head.start() - 1] != "等" and not all(w in themes() for w in said.words):
            continue  # 大型企业: no words of a trade stand before the sort of firm
        if head["field"] is not None and (
            _as_planned(m.text, said, head.end("field")) or (not head["of"] and _OF_CONDUCT.match(m.text, head.end(), end))
        ):
            continue
        listed = len(said.words) > 1
        if not listed and head["field"] is not None and _LINKS.search(head["field"]):
            continue
        lead = _LEAD.search(m.text, max(done, said.start - 14), said.start)
        said = said if lead is None else Words(said.words, lead.start())
        stop = head.start() if head["sort"] else head.end()
        shut = _shut_out(m.text, said.start, stop)
        denial = _DENIES.search(m.text, max(start, said.start - 4), said.start)
        said = said if denial is None else Words(said.words, denial.start())
        result.append(theme_leaf(said, stop, rank=3 if listed else 1, listed=listed, shut=shut))
        done = head.end()
    return result


def _named_by_the_standard(m: Mentions, said: Words, end: int) -> bool:
    """Whether the words are names of the standard for the most part, which the finder of industries reads."""
    named = [x for x in m.industries_in(said.start, end + 2) if not x.modified]
    return sum(min(x.end, end) - x.start for x in named) * 2 > end - said.start


def _classes(text: str, said: Words, head: re.Match[str]) -> tuple[str, ...]:
    """The classes that the words name, together or each for itself (批发、零售、住宿、餐饮企业)."""
    words = text[said.start : head.start()]
    whole = None if words in themes() or said.words[-1] in themes() else link_trade(words)
    if whole is not None and not (is_theme(said.words[-1]) and len(whole.codes[0]) > 2):
        return whole.codes
    if len(said.words) < 2:
        return ()
    links = [link_trade(w if w.endswith("业") else f"{w}业") for w in said.words]
    return tuple(dict.fromkeys(code for link in links if link is not None for code in link.codes)) if all(links) else ()


def _classed_apart(said: Words, text: str) -> tuple[Found | None, Words]:
    """批发零售、住宿餐饮、进出口等商贸企业: the classes that open a list, and the themes behind them."""
    links = [None if w in themes() else link_trade(w if w.endswith("业") else f"{w}业") for w in said.words[:-1]]
    leading = links[: links.index(None)] if None in links else links
    if not leading:
        return None, said
    codes = list(dict.fromkeys(code for link in leading if link is not None for code in link.codes))
    at = said.start
    for word in said.words[: len(leading)]:
        at = text.index(word, at) + len(word)
    rest = said.words[len(leading) :]
    shut = _shut_out(text, said.start, at)
    origin, op = ("trade/not-industry", "not_within") if shut else ("trade/industry", "within")
    classed = found("industry", op, codes, said.start, at, origin=origin, rank=4)
    return classed, Words(rest, text.index(rest[0], at))


_WANTED = re.compile(r"(?:符合|属于|属|契合|适应|纳入)[^，；。：、]{0,16}$")
_PLANNED = re.compile(r"(?:方向|导向|定位)$")
_OWN_NAME = re.compile(r"(?:高精尖|战略性新兴|未来|鼓励类|先导|主导|支柱|重点|新质)(?:产业|领域){0,2}")


def _as_planned(text: str, said: Words, end: int) -> bool:
    """符合本区生物制造产业发展导向, 属于高精尖产业领域: whether it fits is for the office that made the plan to say, and no trade tells."""
    if _WANTED.search(text, max(0, said.start - 20), said.start) is None:
        return False
    if len(said.words) > 1:  # 符合城市战略定位和高精尖产业发展方向
        return any(word.endswith(("定位", "规划", "导向", "政策", "目录")) for word in said.words)
    return _PLANNED.search(text, said.start, end) is not None or _OWN_NAME.fullmatch(said.words[0]) is not None


_OF_CONDUCT = re.compile(r"(?:[之以]?内|中|方面|上)?(?:均|都|从|也|曾)*(?:未(?!来)|无(?!人)|没有|不存在|出现|发生)")
"""在税收、环保等领域|无违法行为: the fields are those of conduct."""
_LINKS = re.compile(r"环节|板块|方向")
"""产业链薄弱环节: only a list of links (设计、封装、关键材料环节) names trades."""
_OTHERS = re.compile(r"从业|人员|人才|专家|职工|协会|商会|学会|联盟|主管")
"""旅游行业人员, 文化产业行业协会: neither is a firm of the trade."""
_NOT_BEFORE = re.compile(r"(?:不包括|不含|不得为|不支持|排除|剔除)(?:[^，；。()]|\([^()]{0,20}\)){0,80}$")
_DENIES = re.compile(r"(?:不包括|不含|不得为|不支持|排除|剔除)$")
_NOT_AFTER = re.compile(r"(?:等)?(?:除外|以外的|不享受|不适用|不得(?:申报|享受))")


def _shut_out(text: str, start: int, end: int) -> bool:
    """不包括烟草、电力等行业企业, 白酒企业除外: whom the words name must not be one."""
    if _NOT_BEFORE.search(text, max(0, start - 100), start) is not None or _NOT_AFTER.match(text, end) is not None:
        return True
    return is_exception(text, start, end)


def is_exception(text: str, start: int, end: int) -> bool:
    """Whether the words stand in a bracket that takes out (房地产、金融业项目除外)."""
    opening, closing = text.rfind("(", max(0, start - 60), start), text.find(")", end, end + 60)
    if opening < 0 or closing < 0 or ")" in text[opening:start]:
        return False
    low = max(opening, *(text.rfind(mark, opening, start) for mark in "，；")) + 1
    high = min([closing, *(at for mark in "，；" if (at := text.find(mark, end, closing)) >= 0)])
    inside = text[low:high]
    return inside.endswith("除外") or inside.startswith(("不含", "不包括", "除"))


def theme_leaf(said: Words, end: int, *, rank: int, listed: bool, shut: bool = False) -> Found:
    origin = "trade/not-industry" if shut else "trade/theme-list" if listed else "trade/theme"
    return found("industry_theme", "has_none" if shut else "has_any", list(said.words), said.start, end, origin=origin, rank=rank)


def _words_before(m: Mentions, low: int, at: int) -> Words | None:
    """The list of words that ends at `at`, back to the last boundary or word that opens it."""
    text = m.text
    for boundary in _BOUNDARY.finditer(text, low, at):
        low = boundary.end()
    for region in m.regions_in(low, at):
        low = max(low, region.end)
    parts: list[tuple[int, int]] = []
    high = at
    while high > low:
        begin = max(low, text.rfind("、", low, high) + 1)
        cut = max((c.end() for c in _CUT.finditer(text, begin, high)), default=begin)
        joined = _JOINS.match(text, cut, high)
        cut = joined.end() if joined is not None else cut
        spans = split_words(text, cut, high, last=high == at)
        if not spans or any(not nouny(text[a:b]) for a, b in spans):
            break
        parts[:0] = spans
        if cut > begin or begin == low:
            break
        high = begin - 1
    return Words(tuple(text[a:b] for a, b in parts), parts[0][0]) if parts else None


def split_words(text: str, start: int, end: int, *, last: bool) -> list[tuple[int, int]]:
    """One part of a list: whole where it is a trade by itself, else cut at 和; the umbrella behind 等 counts only where nothing stands before it."""
    if last:
        end -= end - start > 2 and text[end - 1] in "及和与"
        etc = text.find("等", start, end)
        if etc >= start:
            end = etc if etc - start >= 2 else end
            start = start if etc - start >= 2 else etc + 1
    if start >= end:
        return []
    if is_trade(text[start:end]):
        return [(start, end)]
    if last and end - start > 2 and text[end - 1] in "类型":
        end -= 1
    spans: list[tuple[int, int]] = []
    at = start
    for joint in _AND.finditer(text, start + 1, end - 1):
        spans.append((at, joint.start()))
        at = joint.end()
    return [*spans, (at, end)]


def nouny(word: str) -> bool:
    if word in themes():
        return True
    return 2 <= len(word) <= 16 and not (_NO_THEME.search(word) or _ACTING.search(word) or re.search(r"\d(?!D|G)", word))


def _with_acts(said: Words, head: re.Match[str]) -> Words:
    """科技服务企业 is of 科技服务, 汽车生产企业 of 汽车."""
    acts = head["acts"] or ""
    last = said.words[-1]
    for whole in (last + acts, last + (head["field"] or ""), last + (head["trade"] or "")):
        if whole != last and (
            whole in themes()
            or head["trade"] is not None
            or (whole == last + acts and (is_theme(whole) or (is_trade(whole) and not is_trade(last))))
        ):
            return Words((*said.words[:-1], whole), said.start)
    return said


def _fits(m: Mentions, said: Words, head: re.Match[str]) -> bool:
    """Whether the words are a trade: before 产业 or 领域 a noun between words that ask for it is one, before 企业 only a known one."""
    words = said.words
    generic = [w for w in words if w not in themes() and GENERIC.fullmatch(w)]
    known = sum(is_trade(w) for w in words if w not in generic)
    if len(generic) * 3 > len(words):
        return False
    if head["field"] is not None:
        if len(words) > 1:
            return known > 1 or known * 3 >= len(words)
        return known == 1 or _asked(m.text, said.start, head)
    if head["trade"] is not None:
        return known * 2 > len(words) and (len(words) > 1 or is_theme(words[0]))
    if _ONLY_THEMES.search(head["firm"]):
        return all(w in themes() for w in words)
    return (len(words) > 2 or is_trade(words[-1])) and known * 2 > len(words)


_ASKS = re.compile(r"(?:属于|从事|聚焦|围绕|面向|对|支持|鼓励|符合|引进|培育|涉及|的|为|、|^)$")
_ENDS = re.compile(r"[，；。：)的等、]|$")


def _asked(text: str, start: int, head: re.Match[str]) -> bool:
    """属于磁性材料产业, 对工业母机领域企业: words before and behind that ask for a trade."""
    if _ASKS.search(text[max(0, start - 4) : start]) is None and text[start - 1 : start] not in "，；。：\n":
        return False
    return head["of"] is not None or _ENDS.match(text, head.end()) is not None
