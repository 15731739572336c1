"""Where an enterprise is registered, taxed and counted: 在我区注册, 税务征管关系在…, 纳入本市统计, 区内企业, 在京企业."""

from __future__ import annotations

import re

from features.regions import NATIONAL, own_region, region_name
from policies.extract.leaf import Found, found, leaf
from policies.extract.mentions import Mentions
from policies.extract.relations import Told, told_before, told_behind

_ZONE_WORD = (
    r"(?:先导区|示范区|试验区|开发区|经开区|高新区|新区|园区|功能区|保税区|自贸区|自贸试验区|自贸片区|片区|合作区|度假区|集聚区)"
)
_OWN = re.compile(
    rf"(?:我|本|全|该)(?:市|区|县|省|州|旗|镇|乡|街道|自治区|自治州|自治县|{_ZONE_WORD})|辖区|"
    r"(?:(?<![一-龥])|(?<=[对在持励导为由向各是凡])|(?<=适用于))(?:区|市|省|县|园区)(?:域|境|辖|行政区域)?内(?!外)|(?<=[对在持励导为由向各是凡])全域|"
    r"新区|本地(?=注册|登记|纳税|企业|规上|限上|法人)"
)
_ZONE = re.compile(
    rf"(?:(?<=在)|(?<=于)|(?<=入)|(?<=至)){_ZONE_WORD}|(?<![一-龥])(?!集聚区|示范区){_ZONE_WORD}(?=(?:范围)?内)"
)  # the text's own
_BY_A_LETTER = re.compile(
    r"(?<=在)[一-龥](?=(?:依法)?(?:企业|注册|登记|设立|新设|落户|纳税|缴纳|缴税|纳统|入统|经营|单位|机构|高校))"
)  # 在厦注册, 在肥企业
_NATION = re.compile(
    r"(?:中国|中华人民共和国|我国)(?:大陆)?(?:地区)?(?:境内|内地)|(?<=在)国内|(?<![一-龥])境内(?=依法|工商|注册|登记)"
)
_TAIL = re.compile(
    r"(?:(?:(?!新[设注落引迁成办建入])[^，；。、：()的在于为与对注登内设入有各\d]){0,10}(?:新片区|开发区|高新区|经开区|新区|保税区|科学城|科技城|集聚区|临港区|示范区|试验区|实验区|度假区|园区|产业园|科技园|合作区|片区|新城|生态城|直管区|产业基地))?(?:\([^()]{0,40}\))?(?:一区[一二三四五六七八九十\d]{1,3}园)?(?:及其[^，；。()]{2,16}(?:园区|区域|街道|乡镇))?(?:所辖|管辖|城市|行政|规划|管理)?(?:地区|区域|区划|辖区|大市|市域|全域|地域|属地|片区|域|境|市(?!场|政|监|级))?"
    r"(?:范围|区域|辖区|境)?(?:以内|之内|内)?(?:\([^()]{0,40}\))?的?"
)
_RIGHT_FIRM = re.compile(
    r"(?:\([^()]{0,16}\))?(?:行政)?(?:区域|辖区|地区|市域|域|范围|境)?(?:内|辖区内)?(?:的)?(?:各类|所有|地方|相关|符合条件的|"
    r"具有独立法人资格的)?(?:工业|制造|科技|中小微?|民营|外贸|商贸|文旅|文化|创新型?|规上|服务业|[^的，；。、为对与和等在有给内]{0,8}?)?"
    r"(?:企业|机构|单位|企事业单位|组织|高等学校|市场主体|法人|经营主体|创新主体|协会|商会|学会|院所|高校|合作社|工商户)"
)
_ANY_FIRM = re.compile(
    r"(?:地区|区域|市域|全域|域内)?的?(?:各类|所有)?企业(?=$|[，；。的])|"
    r"(?!.{0,12}(?:专精特新|高新技术|龙头|示范|试点|总部|重点|冠军|认定|小巨人|百强|新型|品牌|老字号))[^，；。、的在\d]{2,10}?(?:企业|行业|产业)(?=$|[，；。\n])"
)
_LEGAL_RIGHT = re.compile(r"(?:具有|具备)(?:独立|企业|事业|社团)*法人|合法经营")
_MEASURED = re.compile(
    r"(?:核算)?的(?:年度|上年度?|年)?(?:营业收入|产值|销售|工业|固定资产|主营|投资|零售|贸易)"
)  # 纳入我区统计的营业收入
_SUMMED = re.compile(r"[^，；。]{0,8}(?:达到?|超过?|累计|不低于|不少于|缴纳|实现|总额|\d)")  # 税收在本区达到…
_CARRIED_OUT = re.compile(
    r"(?:依法)?(?:缴纳|缴交|入库|征收|解缴|申报|登记|核算|统计|纳统)(?=[，；。、的且并]|$)"
)  # 主体税种在本区缴纳
_WHERE = re.compile(r"在([^，；。在新]{4,60}?)(?:依法)?(?:工商)?(?:注册登记|登记注册|注册|登记)(?=的|，|；|。|、|且|并|$)")
_OTHER_REGISTER = re.compile(
    r"备案$|(?:办理|进行|完成|取得)(?!工商|注册|登记|企业|营业|商事|商业|市场主体|设立|依法)[^，；。]{2,}$"
)  # 在省证监局办理辅导备案登记
_UNKNOWN_ZONE = re.compile(
    r"(?:在|于|位于)(?P<zone>[^，；。、的()在于新本我该\d]{2,16}?(?:开发区|高新区|新区|产业园区?|科技园区?|工业园区?|园区|示范区|保税区|自贸区|试验区|片区|新城|科学城|科技城|合作区|先导区|功能区|集聚区))"
    r"(?=(?:规划)?(?:范围|区域)?内?(?:依法)?(?:工商)?(?:注册|登记|设立|成立))"
)
_BARE = re.compile(r"[省市区县]内的?")
"""参加展会的，省内的补助2000元: where the fair is, and not where the enterprise is."""
_LISTED = re.compile(r"(?:、|和|及|或|以及|与|以及在|和在|或在)")
_WITHOUT = re.compile(r"[^()，；。]{0,6}\((?:不含|不包括)([^()]{2,24})\)")
_DATED = re.compile(
    r"(?:20\d\d年[^，；。年]{0,8}(?:起|后|以来|期间|之间)|(?:办法|措施|政策|意见|规定|细则)[^，；。]{0,8}(?:之日起|后|以来|期内|期间))[，]?(?:在|于)?$"
)  # 2021年1月1日起在我区新注册, 本办法施行后在我区新设立
_ABROAD = re.compile(r"(?:未在|不在|非|尚未在)[^，；。]{0,2}$")
_INSIDE = re.compile(r"(?:^|在|于|位于|对|的|，|、|为|是|由|持|励|导|凡|\)|且|并)$")

Place = tuple[int, int, tuple[str, ...]]


def find_places(m: Mentions, start: int, end: int) -> list[Found]:
    """The region leaves of a span."""
    result: list[Found] = []
    places = _places(m, start, end)
    position = start
    for place in places:
        if place[0] < position:  # (以下简称本区)
            continue
        leaves = _of_place(m, max(start, _clause_start(m.text, start, place[0]), position), end, place)
        result.extend(leaves)
        position = max([position, *(f.end for f in leaves)])
    for match in [*_WHERE.finditer(m.text, start, end), *_UNKNOWN_ZONE.finditer(m.text, start, end)]:
        if any(f.start < match.end() and match.start() < f.end for f in result) or _OTHER_REGISTER.search(match[1]):
            continue
        inside = [p for p in places if match.start(1) <= p[0] and p[1] <= match.end(1)]
        codes = list(inside[-1][2]) if inside else [m.region] if m.region and match.re is _UNKNOWN_ZONE else []
        if codes:
            result.append(_leaf("registered_region", codes, match.start(), match.end(), origin="place/somewhere", rank=2))
    return result


_REST_OF_PLACE = re.compile(
    rf"(?:[一-龥]{{0,14}}?(?:{_ZONE_WORD}|科学城|科技城|产业园|科技园))?(?:\([^()]{{0,30}}\))?(?:一区[一二三四五六七八九十\d]{{1,3}}园)?(?:行政)?(?:区域|辖区|范围|全域)?内?[。；]?"
)


def place_alone(m: Mentions, start: int, end: int) -> Found | None:
    """服务对象：某某高新区(以下简称高新区): a field of whom it is for that names nothing but a place, of the firms there."""
    named = m.regions_in(start, end) if end - start <= _LONGEST_PLACE else ()
    if not named or named[0].start != start or not named[0].codes:
        return None
    if _REST_OF_PLACE.fullmatch(m.text, named[0].end, end) is None:
        return None
    return _leaf("registered_region", list(named[0].codes), start, end, origin="place/alone")


_LONGEST_PLACE = 48  # characters


def _leaf(fact: str, codes: list[str], start: int, end: int, *, origin: str = "", rank: int = 3) -> Found:
    return found(fact, "within", codes, start, end, origin=origin or f"place/{fact}", rank=rank)


def _clause_start(text: str, start: int, at: int) -> int:
    return max((text.rfind(c, start, at) for c in "，；。"), default=start - 1) + 1


def _places(m: Mentions, start: int, end: int) -> list[Place]:
    """Named and own regions of a span with their codes."""
    places: list[Place] = []
    for mention in m.regions_in(start, end):
        codes = tuple(mention.codes) or ((m.region,) if m.region else ())
        if codes:
            places.append((mention.start, mention.end, codes))
    for own in [x for words in (_NATION, _OWN, _ZONE) for x in words.finditer(m.text, start, end)]:
        if any(a < own.end() and own.start() < b for a, b, _ in places) or _BARE.fullmatch(m.text, own.start(), end):
            continue
        code = NATIONAL if own.re is _NATION else _own(own[0], m.region)
        if code:
            places.append((own.start(), own.end(), (code,)))
    for letter in _BY_A_LETTER.finditer(m.text, start, end):
        code = _bearing(letter[0], m.region)
        if code and not any(a <= letter.start() < b for a, b, _ in places):
            places.append((*letter.span(), (code,)))
    return _joined(m.text, sorted(places))


def _bearing(letter: str, region: str | None) -> str | None:
    """The text's own region, or the city or province around it, whose name has this character."""
    around = (region, *(own_region(word, region) for word in ("我市", "我省"))) if region else ()
    return next((code for code in around if code and letter not in "市区县省州" and letter in region_name(code)), None)


def _joined(text: str, places: list[Place]) -> list[Place]:
    """Places that 、 or 和 joins are one place with all their codes: 在未来科学城、怀柔科学城和经济技术开发区."""
    result: list[Place] = []
    for low, high, codes in places:
        if result and _WITHIN.fullmatch(text, result[-1][1], low) and _inside(codes, result[-1][2]):
            low = result.pop()[0]  # 中关村科学城|海淀园: the place inside the other is meant
        if result and _LISTED.fullmatch(text, result[-1][1], low):
            before = result.pop()
            low, codes = before[0], tuple(dict.fromkeys((*before[2], *codes)))
        result.append((low, high, codes))
    return result


_WITHIN = re.compile(rf"[一-龥]{{0,6}}(?:{_ZONE_WORD}|科学城|科技城)?")


def _inside(codes: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    """Whether each place is a part of one of the others."""
    return all(any(code != whole and code.startswith(whole.rstrip("0")) for whole in outer) for code in codes)


def _own(word: str, region: str | None) -> str | None:
    if region is None:
        return None
    unit = word[-1] if word[0] in "我本全该" else word[0]
    if unit in "市省":
        return own_region(f"我{unit}", region) or region
    return region


def _of_place(m: Mentions, begin: int, end: int, place: Place) -> list[Found]:
    """The leaves that the words around one place make; `begin` is where its clause begins."""
    _, high, codes = place
    tail = _tail_end(m.text, high, end)
    told = _told(m.text, begin, end, place, tail)
    if told is None:
        told = _as_firms(m.text, begin, end, place, tail, m.region) or _acting(m.text, begin, end, place, tail)
    if told is None:
        return []
    stop = told.end - (m.text[told.end - 1] == "的")
    leaves = [
        _leaf(fact, list(codes), told.start, stop, rank=4 if len(told.facts) + len(told.others) > 1 else 3) for fact in told.facts
    ]
    leaves += [_operating(m.text, place, told, *span) for span in told.others if told.facts]
    return leaves + (_left_out(m, high, end, told) if told.facts else [])


def _operating(text: str, place: Place, told: Told, low: int, high: int) -> Found:
    """注册地、经营地均在本区: where it works is no fact, and the enterprise says so itself."""
    node = leaf("declared", "declared", f"{text[low:high]}在{text[place[0] : place[1]]}", low, high, origin="declared/place")
    return Found(node, told.start, told.end - (text[told.end - 1] == "的"), 4)


def _tail_end(text: str, high: int, end: int) -> int:
    tail = _TAIL.match(text, high, end)
    return tail.end() if tail is not None else high


def _told(text: str, begin: int, end: int, place: Place, tail: int) -> Told | None:
    """The relations listed before the place, else the acts behind it."""
    low = place[0]
    before = told_before(text, begin, low)
    if before is not None and before.facts:
        done = _CARRIED_OUT.match(text, tail, end)
        if before.facts == ("tax_region",) and done is None and _SUMMED.match(text, tail, end):
            return None
        if before.facts == ("registered_region",) and before.moved:  # 将注册地迁入本区 is something done
            return None
        start = low if before.new else before.start
        return Told(before.facts, start, done.end() if done else tail, before.others)
    if before is not None and before.others:
        return Told((), before.start, tail, before.others)
    behind = told_behind(text, tail, end)
    if behind is None or _ABROAD.search(text, begin, low) or not (_INSIDE.search(text, begin, low) or low == begin):
        entering = re.search(r"纳入$", text[begin:low])
        counted = re.match(
            r"[^，；。的]{0,8}?(?:规模以上|规上|限额以上|限上|“?[四五]上”?)?(?:企业|单位)?(?:统计(?:核算|范围|范畴|口径|名录|联网直报|数据|体系|库){0,2}|纳统)|(?:规上|限上|“?[四五]上”?)[^，；。的]{0,6}库",
            text[tail:end],
        )
        if entering and counted and not _MEASURED.search(text, tail, min(end, tail + 20)):
            return Told(("statistics_region",), low - 2, tail + (counted.end() if counted[0].startswith("统计") else 0))
        return None
    if behind.new and _DATED.search(text, max(0, low - 24), low) is None:
        return None
    start = low - 1 if text[low - 1 : low] in ("在", "于") and low - 1 >= begin else low
    return Told(behind.facts, start, behind.end)


def _as_firms(text: str, begin: int, end: int, place: Place, tail: int, region: str | None) -> Told | None:
    """本区企业, 在京单位, 对区内…: a place that says which enterprises."""
    low, high, codes = place
    letter = high - low == 1 and text[low - 1 : low] == "在"  # 在京企业
    low -= letter
    before, after, own = text[begin:low], text[high : min(end, high + 60)], text[low:high]
    if _LEGAL_RIGHT.match(text, tail, end) and _INSIDE.search(before):
        return Told(("registered_region",), low - before.endswith("在"), tail)
    firm = _RIGHT_FIRM.match(after)
    if (
        firm
        and (not before or re.search(r"(?:对|应为|须为|应是|是|支持|鼓励|引导|推动|帮助|助力|扶持|由|为)$", before))
        and not re.search(r"人民政府|管委会|部门", after[:8])
        and (
            "内" in firm[0]
            or own[:1] in "我本在"
            or (own == "辖区" and (before or after.startswith("内")))
            or own.endswith("内")
            or "区域" in firm[0]
            or _is_any(after, codes, region)
        )
    ):
        return Told(("registered_region",), low, tail)
    if (
        (not before or re.fullmatch(r"(?:对于|对|凡|支持|鼓励|帮助|扶持)", before))
        and (re.fullmatch(r"(?:[我本][区市县州省镇])|[区市县省]内", own) or (own == "辖区" and (before or after.startswith("内"))))
        and not re.match(
            r"(?:首(?:台|批|套|个|版|家|店|发|位)|领先|先进|第一|唯一|最|重点|产业|发展|政府|财政|经济|现阶段|各|主导|优势|特色|支柱|级|域|城|民|实际|机场|港口|码头|车站|口岸|景区|场馆|酒店|高校|院校|媒体|卫视|游客|展会|赛事)",
            after,
        )
    ):
        return Told(("registered_region",), low, high)
    return None


_OF_FIRMS = r"[^，；。：]{2,60}?的?(?:企业(?!家)|单位|机构|公司|法人|组织|市场主体|经营主体|主体|合作社|工商户|农场)(?=[，；。、的()]|$|和|及|与|或|以及|等|\d|年|首次|当年|上年|新|购|租|建|开|参|实|投|申)"
_ACTING = re.compile(
    rf"(?:内|范围内)?，?(?:依法|合法|专业|专门|主要|持续|长期|直接|实际|实质性)*(?:具备|具有|拥有|合法经营|合规经营){_OF_FIRMS}"
)
_INSIDE_OF = re.compile(
    rf"(?:依法|合法|符合|取得|获得|持有|已|经|由)?(?!举办|开展|实施|建设|投资|新建|销售|购|租|发|举行|组织|首|落地|转化|推广){_OF_FIRMS}"
)
_ALL_OF_IT = re.compile(r"(?:行政|管辖)(?:区域|区划|辖区|区)(?:范围)?(?:以?内|之内)?|辖区(?:范围)?(?:以?内|之内)|(?:范围|境)内")


def _acting(text: str, begin: int, end: int, place: Place, tail: int) -> Told | None:
    """在我区具有…资质的企业, 在本市行政区域内从事…的单位: where those are that the words behind the place tell of."""
    low, high, _ = place
    before = text[begin:low]
    if not re.search(r"(?:^|[对凡为是，、：])(?:于)?(?:在|于|位于)$|^(?:对于?|凡)?$", before) or _BESIDES.search(before):
        return None
    inside = before.endswith(("在", "于"))
    if (inside and _ACTING.match(text, tail, end)) or (_ALL_OF_IT.search(text, high, tail) and _INSIDE_OF.match(text, tail, end)):
        return Told(("registered_region",), low - 1 if before.endswith("在") else low, tail)
    return None


_BESIDES = re.compile(r"项目|设施|基地|场所|活动")


def _is_any(after: str, codes: tuple[str, ...], region: str | None) -> bool:
    return codes == (region,) and _ANY_FIRM.match(after) is not None


def _left_out(m: Mentions, high: int, end: int, told: Told) -> list[Found]:
    """在我省(不含深圳)注册: the place in brackets is out."""
    without = _WITHOUT.match(m.text, high, min(end, high + 60))
    if without is None:
        return []
    codes = [c for r in m.regions_in(*without.span(1)) for c in r.codes]
    if not codes:
        return []
    rank = 4 if len(told.facts) + len(told.others) > 1 else 3  # as the leaves of the same words
    return [found("registered_region", "not_within", codes, told.start, told.end, origin="place/not-region", rank=rank)]
