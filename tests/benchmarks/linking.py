"""How well records without a code find their enterprise: a generated register and a real one, spoiled the way extracts are.

Run: python -m tests.benchmarks.linking [--size 8000] [--records 2500] [--seeds 3] [--real] [--misread]
Prints precision, recall and links of strangers for: exact names, rapidfuzz on names, splink alone with weights learned on the task, and ours.
Every generated name, person and number is invented. The real register (a random sample of public registrations) serves as names only.
"""

import argparse
import csv
import logging
import random
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from rapidfuzz import fuzz, process
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from stdnum.cn import uscc as stdnum_uscc

from features.identity.names import is_branch, normalise, parts
from features.identity.resolve import Register
from features.identity.uscc import ALPHABET
from features.regions import region_name
from tests.shared import SHARED

_SYLLABLES = "海川华美金盛瑞达恒通泰和信诚宏远博雅启明星辰凯旋润泽嘉禾天成永康新锐方圆普惠卓越鼎立骏马腾飞云帆智汇联创众合安平丰茂兴隆利源正大光远景程锦绣百川万里千帆九州四海"
_TRADES = (
    "科技",
    "贸易",
    "信息技术",
    "电子",
    "机械设备",
    "建筑工程",
    "餐饮管理",
    "文化传播",
    "生物医药",
    "新材料",
    "物流",
    "供应链管理",
    "投资",
    "物业管理",
    "商贸",
    "装饰工程",
    "环保科技",
    "教育咨询",
    "汽车零部件",
    "服装",
    "食品",
    "农业发展",
    "网络科技",
    "医疗器械",
    "广告",
    "化工",
    "家具",
    "五金制品",
    "塑料制品",
    "房地产开发",
)
_FORMS = ("有限公司",) * 16 + ("有限责任公司",) * 6 + ("股份有限公司",) * 2 + ("集团有限公司", "厂", "商行", "合伙企业(有限合伙)")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲鹏红玉萍华健飞亮建国志海峰梅燕云波宇林鑫俊浩凯莉丹晨阳佳慧思琪子轩梓涵"
)
_DISTRICTS = ("440103", "440104", "440105", "440106", "440111", "440112", "440113", "440114", "440115", "440117", "440118")
_LOOKALIKES = dict(
    zip(
        "川美金盛瑞达恒通泰和信诚宏远博雅明星辰润泽嘉天成永康锐方普卓立马飞云智联合安平丰兴利源正大光",
        "州羡全晟端迖桓涌秦知倍城宠运搏稚朋呈晨涧择喜夭戌水糠税万晋桌位鸟气去知联台按乎韦共刊原止太充",
        strict=False,
    )
)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One line of the register, or what a stranger would have there."""

    uscc: str
    name: str
    former: tuple[str, ...]
    legal_person: str
    region: str
    established_on: date
    phone: str
    capital: int


@dataclass(frozen=True, slots=True)
class Task:
    """A register, the records to link, and the right answers (None: a stranger)."""

    registry: pa.Table
    records: pa.Table
    truth: tuple[str | None, ...]
    noises: tuple[str, ...]


def credit_code(draw: random.Random, region: str) -> str:
    """A well-formed code that nobody was given."""
    body = "91" + region + "MA" + "".join(draw.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return body + stdnum_uscc.calc_check_digit(body + "0") if set(body) <= set(ALPHABET) else credit_code(draw, region)


def city_of(region: str) -> str:
    """The short name of the city that a division lies in; '' where it lies in none."""
    name = region_name(region[:4] + "00")
    return name.removesuffix("市") if name.endswith("市") else ""


def invent_name(draw: random.Random) -> str:
    """A name as the register writes them."""
    core = "".join(draw.choice(_SYLLABLES) for _ in range(draw.choice((2, 2, 2, 3, 3, 4))))
    trade, form = draw.choice(_TRADES), draw.choice(_FORMS)
    match draw.randrange(10):
        case 0:
            return f"{core}{trade}(广州){form}"
        case 1:
            return f"{core}（广州）{trade}{form}"
        case 2:
            return f"广州市{draw.choice(('天河区', '黄埔区', '番禺区', '海珠区', ''))}{core}{trade}{form}"
        case 3:
            return f"广东{core}{trade}{form}"
        case 4:
            return f"{core}{trade}{form}"
        case _:
            return f"广州{draw.choice(('', '市'))}{core}{trade}{form}"


def invent_person(draw: random.Random) -> str:
    """A name of a person."""
    return draw.choice(_SURNAMES) + "".join(draw.choice(_GIVEN) for _ in range(draw.choice((1, 2, 2))))


def invent(draw: random.Random, name: str) -> Enterprise:
    """An enterprise of that name."""
    region = draw.choice(_DISTRICTS)
    former = tuple(invent_name(draw) for _ in range(draw.random() < 0.15))
    return Enterprise(
        credit_code(draw, region),
        name,
        former,
        invent_person(draw),
        region,
        date(1995, 1, 1) + timedelta(days=draw.randrange(10950)),
        "1" + draw.choice("3578") + "".join(draw.choice("0123456789") for _ in range(9)),
        draw.choice((10, 50, 100, 100, 200, 300, 500, 500, 1000, 2000, 5000)) * 10000,
    )


# ---- noise: each takes the name and the city of the enterprise ---------------------------------------------------
def _form(draw: random.Random, name: str, city: str) -> str:
    for one, other in (
        ("有限责任公司", "有限公司"),
        ("股份有限公司", "有限公司"),
        ("集团有限公司", "有限公司"),
        ("有限公司", "有限责任公司"),
    ):
        if name.endswith(one):
            return name[: -len(one)] + other
    return name


def _written_city(name: str, city: str) -> str:
    """The city that the name begins with, as it is written there, or ''."""
    return next((prefix for prefix in (city + "市", city) if city and name.startswith(prefix)), "")


def _brackets(draw: random.Random, name: str, city: str) -> str:
    if "(" in name or "（" in name:
        wide = name.replace("(", "（").replace(")", "）")
        narrow = name.replace("（", "(").replace("）", ")")
        bare = wide.replace("（", "").replace("）", "")
        return draw.choice((wide, narrow, bare, wide.replace("（", "【").replace("）", "】")))
    form = next((form for form in sorted(set(_FORMS), key=len, reverse=True) if name.endswith(form)), "")
    prefix = _written_city(name, city)
    if prefix and form and len(name) > len(prefix) + len(form) + 1:
        return name[len(prefix) : len(name) - len(form)] + f"({city})" + form
    return name


def _region(draw: random.Random, name: str, city: str) -> str:
    prefix = _written_city(name, city)
    if prefix == city and city:
        return draw.choice((city + "市" + name[len(city) :], name[len(city) :]))
    if prefix:
        return draw.choice((city + name[len(prefix) :], name[len(prefix) :]))
    return city + "市" + name if city and city not in name and parts(normalise(name)).region == "" else name


def _truncated(draw: random.Random, name: str, city: str) -> str:
    return name[: max(7, len(name) - draw.randint(2, 6))]


def _misread(draw: random.Random, name: str, city: str) -> str:
    places = [at for at, char in enumerate(name[: max(4, len(name) - 4)]) if char in _LOOKALIKES]
    if not places:
        return name
    at = draw.choice(places)
    return name[:at] + _LOOKALIKES[name[at]] + name[at + 1 :]


def _blanks(draw: random.Random, name: str, city: str) -> str:
    at = draw.randrange(1, len(name))
    return name[:at] + draw.choice((" ", "\u3000", "  ")) + name[at:]


def _wide(draw: random.Random, name: str, city: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name) + draw.choice(
        ("", "。", " ", "（存续）")
    )


NOISES: tuple[tuple[str, Callable[[random.Random, str, str], str]], ...] = (
    ("form", _form),
    ("brackets", _brackets),
    ("region", _region),
    ("truncated", _truncated),
    ("misread", _misread),
    ("blanks", _blanks),
    ("wide", _wide),
)


def spoil(draw: random.Random, enterprise: Enterprise, *, misread: bool) -> tuple[str, str]:
    """What a record calls the enterprise, and which noises made it so; `misread` allows a character read wrong, as scans do."""
    noises = [pair for pair in NOISES if misread or pair[0] != "misread"]
    name, kinds, city = enterprise.name, [], city_of(enterprise.region)
    if enterprise.former and draw.random() < 0.7:
        name = draw.choice(enterprise.former)
        kinds.append("former")
    chosen = draw.sample(range(len(noises)), draw.choice((0, 0, 1, 1, 1, 1, 1, 1, 1, 2)))
    for kind, noise in (noises[at] for at in sorted(chosen)):
        spoilt = noise(draw, name, city)
        if spoilt != name and len(spoilt) >= 5:
            name = spoilt
            kinds.append(kind)
    return name, "+".join(kinds) or "none"


def strangers(draw: random.Random, register: list[Enterprise], count: int) -> Iterator[Enterprise]:
    """Enterprises that are not in the register and are called almost like one that is; every fifth is run by the same person."""
    taken = {enterprise.name for enterprise in register}
    made = 0
    while made < count:
        model = draw.choice(register)
        name = model.name
        match made % 5:
            case 0:  # another trade
                old = next((trade for trade in _TRADES if trade in name), None)
                name = name.replace(old, draw.choice(_TRADES)) if old else _misread(draw, name, "")
            case 1 | 2:  # one character of the core differs
                core = parts(name).core
                at = name.find(core) + draw.randrange(max(1, min(3, len(core))))
                name = name[:at] + draw.choice(_SYLLABLES) + name[at + 1 :]
            case 3:  # the same name in another city
                city = city_of(model.region)
                other = draw.choice(("深圳", "佛山", "东莞", "武汉"))
                name = name.replace(city, other) if city and city in name else other + name
            case _:  # a sister firm of the same person with another trade, in another district
                old = next((trade for trade in _TRADES if trade in name), None)
                name = name.replace(old, draw.choice(_TRADES)) if old else name[:3] + draw.choice(_SYLLABLES) + name[4:]
        if name in taken:
            continue
        stranger = invent(draw, name)
        if made % 5 == 4:
            stranger = replace(stranger, legal_person=model.legal_person, phone=draw.choice((model.phone, stranger.phone)))
        elif draw.random() < 0.3:
            stranger = replace(stranger, region=model.region)
        made += 1
        yield stranger


def make_task(register: list[Enterprise], *, records: int, near_misses: int, seed: int, misread: bool = False) -> Task:
    """Spoil `records` of the register and mix in the strangers; 20 to 50 % of the attributes are missing, some are wrong."""
    draw = random.Random(seed)
    rows: list[dict[str, object]] = []
    truth: list[str | None] = []
    noises: list[str] = []
    for enterprise in draw.sample(register, records):
        name, kind = spoil(draw, enterprise, misread=misread)
        rows.append(_record(draw, replace(enterprise, name=name), len(rows)))
        truth.append(enterprise.uscc)
        noises.append(kind)
    for stranger in strangers(draw, register, near_misses):
        rows.append(_record(draw, stranger, len(rows)))
        truth.append(None)
        noises.append("stranger")
    return Task(_registry(register), pa.Table.from_pylist(rows, schema=_RECORDS), tuple(truth), tuple(noises))


_RECORDS = pa.schema(
    [
        ("source", pa.string()),
        ("record_id", pa.string()),
        ("name", pa.string()),
        ("legal_person", pa.string()),
        ("region", pa.string()),
        ("established_on", pa.date32()),
        ("phone", pa.string()),
        ("registered_capital", pa.float64()),
    ]
)


def _record(draw: random.Random, enterprise: Enterprise, place: int) -> dict[str, object]:
    missing = draw.uniform(0.2, 0.5)

    def known(value: object, *, wrong: float, instead: object) -> object:
        if draw.random() < missing:
            return None
        return instead if draw.random() < wrong else value

    return {
        "source": "bench",
        "record_id": str(place),
        "name": enterprise.name,
        "legal_person": known(enterprise.legal_person, wrong=0.06, instead=invent_person(draw)),
        "region": known(enterprise.region, wrong=0.05, instead=draw.choice(_DISTRICTS)),
        "established_on": known(
            enterprise.established_on, wrong=0.03, instead=enterprise.established_on + timedelta(days=draw.randrange(1, 400))
        ),
        "phone": known(enterprise.phone, wrong=0.10, instead="1" + "".join(draw.choice("0123456789") for _ in range(10))),
        "registered_capital": known(float(enterprise.capital), wrong=0.08, instead=float(draw.choice((50, 100, 500)) * 10000)),
    }


def _registry(register: list[Enterprise]) -> pa.Table:
    return pa.table(
        {
            "uscc": [one.uscc for one in register],
            "name": [one.name for one in register],
            "former_names": pa.array([list(one.former) for one in register], pa.list_(pa.string())),
            "legal_person": [one.legal_person for one in register],
            "region": [one.region for one in register],
            "established_on": pa.array([one.established_on for one in register], pa.date32()),
            "phone": [one.phone for one in register],
            "registered_capital": [float(one.capital) for one in register],
        }
    )


def generated_register(size: int, seed: int) -> list[Enterprise]:
    """`size` invented enterprises with different names."""
    draw = random.Random(seed)
    register: dict[str, Enterprise] = {}
    while len(register) < size:
        name = invent_name(draw)
        register.setdefault(name, invent(draw, name))
    return list(register.values())


def real_register(seed: int) -> list[Enterprise]:
    """Names, codes and days of the public sample; persons and phones, which it does not have, are invented."""
    draw = random.Random(seed)
    register = []
    with (SHARED / "reference" / "enterprises_real_sample.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if len(row["uscc"]) == 18 and len(row["name"]) >= 6:
                invented = invent(draw, row["name"])
                day = row["reg_date"]
                started = date.fromisoformat(day) if len(day) == 10 else invented.established_on
                region = row["uscc"][2:8]
                former = (
                    ()
                    if is_branch(normalise(row["name"]))
                    else tuple(name.replace("广州", city_of(region)) for name in invented.former)
                )
                register.append(replace(invented, uscc=row["uscc"], region=region, established_on=started, former=former))
    return register


# ---- methods -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Score:
    """How one method did; `found` counts what it linked rightly or proposed first."""

    method: str
    linked: int
    right: int
    strangers: int
    found: int
    true: int
    seconds: float

    @property
    def line(self) -> str:
        """One row of the table."""
        precision = self.right / self.linked if self.linked else 1.0
        return (
            f"| {self.method} | {precision:.4f} | {self.right / self.true:.4f} | {self.strangers} "
            f"| {self.found / self.true:.4f} | {self.seconds:.1f} |"
        )


def score(method: str, task: Task, links: dict[int, str], *, proposals: dict[int, str] | None = None, seconds: float) -> Score:
    """Count the right links, those of strangers, and what a reviewer would be shown first."""
    right = sum(task.truth[row] == uscc for row, uscc in links.items())
    shown = sum(task.truth[row] == uscc for row, uscc in (proposals or {}).items() if row not in links)
    strangers = sum(task.truth[row] is None for row in links)
    return Score(method, len(links), right, strangers, right + shown, sum(one is not None for one in task.truth), seconds)


def by_exact_name(task: Task) -> dict[int, str]:
    """The normalised name, present or former, where one enterprise bears it."""
    bearers: dict[str, set[str]] = {}
    for uscc, name, former in zip(*(task.registry[column].to_pylist() for column in ("uscc", "name", "former_names")), strict=True):
        for one in (name, *former):
            bearers.setdefault(normalise(one), set()).add(uscc)
    found = {row: bearers.get(normalise(name), set()) for row, name in enumerate(task.records["name"].to_pylist())}
    return {row: next(iter(usccs)) for row, usccs in found.items() if len(usccs) == 1}


def by_rapidfuzz(task: Task, cutoff: float) -> dict[int, str]:
    """The most alike normalised name of the register, from `cutoff` up."""
    codes, choices = [], []
    for uscc, name, former in zip(*(task.registry[column].to_pylist() for column in ("uscc", "name", "former_names")), strict=True):
        for one in (name, *former):
            codes.append(uscc)
            choices.append(normalise(one))
    queries = [normalise(name) for name in task.records["name"].to_pylist()]
    links: dict[int, str] = {}
    for start in range(0, len(queries), 200):
        scores = process.cdist(queries[start : start + 200], choices, scorer=fuzz.ratio, score_cutoff=cutoff, workers=2)
        best = scores.argmax(axis=1)
        for row, place in enumerate(best):
            if scores[row, place] >= cutoff:
                links[start + row] = codes[place]
    return links


def by_splink_alone(task: Task, at_least: float) -> dict[int, str]:
    """splink as its manual has it: raw names by Jaro-Winkler, attributes exactly, u by sampling and m by expectation maximisation."""
    con = duckdb.connect(":memory:")
    api = DuckDBAPI(connection=con)
    columns = ["name", "legal_person", "phone", "region", "established_on", "registered_capital"]
    left = task.records.select(columns).append_column("unique_id", task.records["record_id"])
    right = task.registry.select(columns).append_column("unique_id", task.registry["uscc"])
    comparisons = [cl.JaroWinklerAtThresholds("name", [0.97, 0.93, 0.88])]
    comparisons += [cl.ExactMatch(column) for column in columns[1:]]
    blocks = ["phone", "legal_person", "name", "established_on"]
    rules = [block_on(column) for column in blocks] + [block_on("substr(name, 1, 5)"), block_on("substr(name, -8)")]
    settings = SettingsCreator(link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules)
    linker = Linker(
        [api.register(left, table_name="a_records"), api.register(right, table_name="b_register")],
        settings,
        log_level=logging.ERROR,
    )
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    for rule in ("phone", "legal_person", "name"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    found = linker.inference.predict(threshold_match_probability=at_least)
    rows = con.sql(
        f"SELECT CAST(unique_id_l AS BIGINT), arg_max(unique_id_r, match_weight) FROM {found.physical_name} GROUP BY 1"
    ).fetchall()
    return dict(rows)


def by_ours(task: Task, register: Register) -> tuple[dict[int, str], dict[int, str]]:
    """Our links, and the first proposal of what went to review."""
    links = register.resolve(task.records)
    linked = dict(zip(links.linked["row"].to_pylist(), links.linked["uscc"].to_pylist(), strict=True))
    proposals = {one["row"]: one["uscc"] for one in links.review.to_pylist() if one["rank"] == 1}
    return linked, proposals


def compare(task: Task) -> list[Score]:
    """Every method on one task."""
    scores = []

    def run(method: str, find: Callable[[], tuple[dict[int, str], dict[int, str]]]) -> None:
        start = time.perf_counter()
        links, proposals = find()
        scores.append(score(method, task, links, proposals=proposals, seconds=time.perf_counter() - start))

    run("exact normalised name", lambda: (by_exact_name(task), {}))
    for cutoff in (85, 90, 95):
        run(f"rapidfuzz ratio >= {cutoff}", lambda cutoff=cutoff: (by_rapidfuzz(task, cutoff), {}))  # type: ignore[misc]
    for at_least in (0.5, 0.99):
        run(f"splink alone p >= {at_least}", lambda at_least=at_least: (by_splink_alone(task, at_least), {}))  # type: ignore[misc]
    with Register(task.registry) as register:
        run("ours", lambda: by_ours(task, register))
    return scores


def main() -> None:
    """Print one table per task."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--size", type=int, default=8000)
    asked.add_argument("--records", type=int, default=2500)
    asked.add_argument("--strangers", type=int, default=500)
    asked.add_argument("--seeds", type=int, default=1)
    asked.add_argument("--real", action="store_true", help="names and codes of the public sample instead of generated ones")
    asked.add_argument("--misread", action="store_true", help="add characters read wrong, as from scans")
    args = asked.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    for seed in range(1, args.seeds + 1):
        register = real_register(seed) if args.real else generated_register(args.size, seed)
        task = make_task(register, records=args.records, near_misses=args.strangers, seed=seed + 100, misread=args.misread)
        print(
            f"\n{'real names' if args.real else 'generated'}: register {len(register)}, records {args.records}, strangers {args.strangers}, seed {seed}{', misread' if args.misread else ''}"
        )
        print("| method | precision | recall | strangers linked | linked or proposed first | s |\n|---|---|---|---|---|---|")
        for one in compare(task):
            print(one.line)


if __name__ == "__main__":
    main()
