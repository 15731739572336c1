"""How one departmental layout is read: the mapping data of `features/sources/*.toml` as values.

A mapping says which files it covers, what each column means, which facts follow from a row and in which unit, who owns the data, on
what legal basis and for what purposes it may be used, how fresh it must be, and which source wins where two disagree. A city with
another layout adds a TOML file to a folder of its own; no code changes.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from features.catalogue import Catalogue, FactType, load_catalogue
from features.errors import SourceError

Role = Literal["register", "former_names", "facts"]
Meaning = Literal[
    "uscc", "reg_no", "name", "former_name", "legal_person", "region", "parent", "recorded", "year", "month", "key", "other"
]
How = Literal["value", "listed", "presence", "event", "member"]
Lookup = Literal["region", "industry", "qualification", "entity_kind", "ownership", "legal_person"]
Absent = Literal["missing", "not_applicable"]
Extent = Literal["full", "changes"]

# A written unit -> how many of the catalogue's unit it is, as a numerator and a power of ten below it.
_UNITS: Mapping[str, tuple[str, int]] = {
    "元": ("CNY", 0), "千元": ("CNY", 3), "万元": ("CNY", 4), "百万元": ("CNY", 6), "亿元": ("CNY", 8),
    "%": ("ratio", -2), "‰": ("ratio", -3), "比例": ("ratio", 0),
    "人": ("persons", 0), "万人": ("persons", 4), "月": ("months", 0), "个月": ("months", 0),
    "家": ("count", 0), "件": ("count", 0), "项": ("count", 0), "个": ("count", 0),
    "平方米": ("m2", 0), "万平方米": ("m2", 4),
}  # fmt: skip
_SCALES = {"CNY": 2, "ratio": 8}
_UNIT_IN_HEADING = re.compile(r"[((\[【](?:单位[::]?)?(?P<unit>[^()()\]】]{1,4})[))\]】]$")


def scale_of(unit: str | None) -> int:
    """How many decimal places a column of this unit keeps: fen for money, 1e-8 for ratios, hundredths for the rest."""
    return _SCALES.get(unit or "", 2)


def power_of(unit: str, wanted: str | None) -> int:
    """The power of ten that turns a figure in the written `unit` into the catalogue's unit; raises SourceError.

    >>> power_of("万元", "CNY"), power_of("%", "ratio")
    (4, -2)
    """
    kind, power = _UNITS.get(unit, ("", 0))
    if kind != wanted:
        raise SourceError(f"计量单位“{unit}”不能换算为“{wanted}”;可用的单位有:{'、'.join(_UNITS)}")
    return power


def plain_heading(text: str) -> tuple[str, str]:
    """A column heading as compared, and the unit that it carries in brackets.

    >>> plain_heading(" 营业收入（万元）")
    ('营业收入', '万元')
    """
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("*'\"\ufeff")
    m = _UNIT_IN_HEADING.search(squeezed)
    if m and m["unit"] in _UNITS and m.start():
        return squeezed[: m.start()].casefold(), m["unit"]
    return squeezed.casefold(), ""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of the extract: its headings (any of them), what it means, and whether a file without it is refused."""

    name: str
    headings: tuple[str, ...]
    meaning: Meaning
    required: bool


@dataclass(frozen=True, slots=True)
class FactRule:
    """How one fact follows from a row.

    `how`: value (the cell), presence (the cell, or true where no column is named; in a complete file who has no row gets `const`, false
    where it is a bool), listed (true from `on` until `until`), event (a happening on `on`), member (an element of a set from `on` until
    `until`). `only` keeps the value where another cell holds one of some values.
    """

    fact: str
    how: How
    column: str
    unit: str
    codes: tuple[tuple[str, str], ...]
    lookup: Lookup | None
    level: str
    on: str
    until: str
    first: str
    first_codes: tuple[tuple[str, str], ...]
    only: tuple[str, tuple[str, ...]] | None
    const: str
    absent: Absent
    negative: bool
    interval: bool


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One layout of one source. `rank`: where two mappings give the same fact, the lower rank is believed.

    `complete`: who is absent from the file is known not to be on it. `extent`: a file of a mapping is all there is ("full": what the last
    one had and this one has not was taken out) or what was added or changed ("changes"); a file whose name fits `changes` is always the
    latter. Several full files of one day are one extract; of a mapping by year or month it is full for the periods it has. `published`: a list that the department has made public. `alike`: two
    figures of one row, and how many times the one may be the other before a slip between 元 and 万元 is likelier than the truth.
    """

    id: str
    source: str
    title: str
    patterns: tuple[str, ...]
    owner: str
    legal_basis: str
    purposes: tuple[str, ...]
    fresh_months: int | None
    rank: int
    role: Role
    complete: bool
    published: bool
    encoding: str | None
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    facts: tuple[FactRule, ...]
    alike: tuple[tuple[str, str, int], ...] = ()
    extent: Extent = "changes"
    changes: tuple[str, ...] = ()

    def extent_of(self, file_name: str) -> Extent:
        """What a file of this name is."""
        return "changes" if any(fnmatch(file_name, pattern) for pattern in self.changes) else self.extent

    def column(self, meaning: Meaning) -> SourceColumn | None:
        """The first column of this meaning."""
        return next((column for column in self.columns if column.meaning == meaning), None)

    @property
    def period(self) -> Literal["none", "year", "month"]:
        """Whether a row speaks of a year, of a month, or of a state."""
        return "year" if self.column("year") else "month" if self.column("month") else "none"

    @property
    def is_list(self) -> bool:
        """Whether an enterprise may have many rows that stand side by side (lists, events, sets)."""
        return any(rule.how in ("listed", "event", "member") for rule in self.facts)


def mapping_of(file: str, mappings: Iterable[SourceMapping]) -> SourceMapping | None:
    """The mapping that covers a file, given as <source folder>/.../<file name>."""
    folder, name = file.split("/")[0], file.rsplit("/", 1)[-1]
    return next(
        (m for m in mappings if m.id.split(".")[0] == folder and any(fnmatch(name, pattern) for pattern in m.patterns)), None
    )


def load_mappings(folder: Path | None = None) -> tuple[SourceMapping, ...]:
    """The mappings of `folder` (every *.toml in it), or those that ship with this version; raises SourceError."""
    if folder is None:
        return _shipped()
    texts = [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    if not texts:
        raise SourceError(f"目录“{folder.name}”中没有数据来源映射(*.toml);请检查路径")
    return _read_all(texts)


@cache
def _shipped() -> tuple[SourceMapping, ...]:
    found = sorted((entry for entry in files("features.sources").iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    return _read_all([(entry.name, entry.read_text("utf-8")) for entry in found])


def _read_all(texts: Iterable[tuple[str, str]]) -> tuple[SourceMapping, ...]:
    catalogue = load_catalogue()
    mappings: list[SourceMapping] = []
    for name, text in texts:
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SourceError(f"数据来源映射“{name}”不是有效的 TOML({error});请修正后重试") from error
        tables = {key: _pairs(value) for key, value in data.get("codes", {}).items()}
        for row in data.get("mapping", ()):
            mappings.append(_mapping(data, row, tables, catalogue))
    ids = [mapping.id for mapping in mappings]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise SourceError(f"数据来源映射编号重复:{'、'.join(twice)};编号须唯一")
    return tuple(sorted(mappings, key=lambda m: (m.rank, m.id)))


def _pairs(table: Any) -> tuple[tuple[str, str], ...]:
    """A code table: written code -> meaning; several written codes may stand in one key, separated by spaces or commas."""
    pairs = []
    for key, value in (table or {}).items():
        word = str(value).lower() if isinstance(value, bool) else str(value)
        pairs += [(part, word) for part in ([""] if key == "" else re.split(r"[ ,]+", key))]
    return tuple(pairs)


def _mapping(file: Mapping[str, Any], row: Mapping[str, Any], tables: Mapping[str, Any], catalogue: Catalogue) -> SourceMapping:
    where = f"数据来源映射“{row.get('id', '?')}”"
    columns = tuple(_column(column, where) for column in row["columns"])
    names = {column.name for column in columns}
    facts = tuple(_fact(fact, tables, catalogue, names, where) for fact in row.get("facts", ()))
    mapping = SourceMapping(
        id=row["id"],
        source=file["source"],
        title=row["title"],
        patterns=tuple(row["files"]),
        owner=row["owner"],
        legal_basis=row.get("legal_basis", file.get("legal_basis", "")),
        purposes=tuple(row.get("purposes", file.get("purposes", ()))),
        fresh_months=row.get("fresh_months"),
        rank=row.get("rank", file.get("rank", 50)),
        role=row.get("role", "facts"),
        complete=row.get("complete", False),
        published=row.get("published", False),
        encoding=row.get("encoding"),
        columns=columns,
        key=tuple(row.get("key", ())),
        facts=facts,
        alike=tuple((str(a), str(b), int(times)) for a, b, times in row.get("alike", ())),
        extent=row.get("extent", "changes"),
        changes=tuple(row.get("changes", file.get("changes", ()))),
    )
    _check(mapping, where)
    return mapping


def _column(row: Mapping[str, Any], where: str) -> SourceColumn:
    headings = tuple([row["heading"]] if isinstance(row["heading"], str) else row["heading"])
    meaning = row.get("as", "other")
    if meaning not in get_args(Meaning):
        raise SourceError(f"{where}列“{headings[0]}”的含义“{meaning}”不在可选范围:{'、'.join(get_args(Meaning))}")
    return SourceColumn(headings[0], headings, meaning, row.get("required", meaning in ("uscc", "year", "month")))


def _fact(row: Mapping[str, Any], tables: Mapping[str, Any], catalogue: Catalogue, names: set[str], where: str) -> FactRule:
    definition = catalogue[row["id"]]
    codes, only = row.get("codes", ()), row.get("only")
    rule = FactRule(
        fact=row["id"],
        how=row.get("how", "value"),
        column=row.get("column", ""),
        unit=row.get("unit", ""),
        codes=tables[codes] if isinstance(codes, str) else _pairs(codes),
        lookup=row.get("lookup"),
        level=row.get("level", ""),
        on=row.get("on", ""),
        until=row.get("until", ""),
        first=row.get("first", ""),
        first_codes=tables.get("first", ()),
        only=(only["column"], tuple(only["values"])) if only else None,
        const=row.get("const", ""),
        absent=row.get("absent", "missing"),
        negative=row.get("negative", False),
        interval=row.get("interval", False),
    )
    if definition.type is FactType.NUMBER and rule.how == "value":
        power_of(rule.unit, definition.unit)
    used = [rule.column, rule.level, rule.on, rule.until, rule.first, *([rule.only[0]] if rule.only else [])]
    for name in used:
        if name and name not in names:
            raise SourceError(f"{where}的指标“{rule.fact}”用到未声明的列“{name}”;请在 columns 中补上")
    return rule


def _check(mapping: SourceMapping, where: str) -> None:
    if mapping.role not in get_args(Role):
        raise SourceError(f"{where}的 role 应为 {'、'.join(get_args(Role))} 之一")
    if mapping.extent not in get_args(Extent) or (mapping.extent == "full" and mapping.role != "facts"):
        raise SourceError(f"{where}的 extent 应为 {'、'.join(get_args(Extent))} 之一;主体登记和曾用名只能为 changes")
    if mapping.column("uscc") is None:
        raise SourceError(f'{where}没有统一社会信用代码列(as = "uscc");没有主体标识的数据不能接入')
    if not mapping.legal_basis or not mapping.purposes:
        raise SourceError(f"{where}没有写明共享的法律依据(legal_basis)与允许用途(purposes);须先登记再接入")
    strange = {fact for a, b, _ in mapping.alike for fact in (a, b)} - {rule.fact for rule in mapping.facts}
    if strange:
        raise SourceError(f"{where}的 alike 用到本表没有的指标:{'、'.join(sorted(strange))}")
    missing = [name for name in mapping.key if name not in {column.name for column in mapping.columns}]
    if missing:
        raise SourceError(f"{where}的主键用到未声明的列:{'、'.join(missing)}")
