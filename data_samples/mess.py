"""The mess of real extracts, planted rarely and by seed, each piece noted so that a test can check that nothing gets lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from data_samples.codes import credit_codes, wrong_check
from data_samples.extracts import City
from data_samples.formats import DATE_FORMS, written_day
from data_samples.identity import district_names, industries
from data_samples.names import variant
from data_samples.params import Ints, population
from data_samples.sheet import FURNITURE, STRANGER, Sheet

_REGISTRY = "registry/市场主体信息.csv"


@dataclass(slots=True)
class Truth:
    """What was planted: notes by file and row id, contradictions by enterprise, counts by kind."""

    notes: list[tuple[str, int, str, dict[str, Any]]] = field(default_factory=list)
    contradictions: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, sheet: Sheet, row_id: int, kind: str, **detail: object) -> None:
        """Remember a planted row; `detail` goes into TRUTH.json as it stands."""
        self.notes.append((sheet.layout.path, row_id, kind, detail))
        self.count(kind)

    def count(self, kind: str, number: int = 1) -> None:
        """Count what is not worth a line."""
        self.counts[kind] = self.counts.get(kind, 0) + number

    def to_json(self, city: City, sheets: list[Sheet]) -> dict[str, Any]:
        """The contents of TRUTH.json; `line` counts from 1 with headings (Parquet and JSON lines: the record)."""
        lines = {
            sheet.layout.path: dict(zip(sheet.ids.tolist(), range(sheet.first_line, sheet.first_line + len(sheet)), strict=True))
            for sheet in sheets
        }
        planted: list[dict[str, Any]] = [
            {"file": path, "line": lines[path][row], "kind": kind, **detail} for path, row, kind, detail in self.notes
        ]
        planted.sort(key=lambda entry: (entry["file"], entry["line"], entry["kind"]))
        codes = {"wrong_check_digit", "letter_swap", "lower_case", "old_reg_no", "no_code", "scientific", "stranger"}
        return {
            "note": "All enterprises are invented. unlinked: records whose code is not the plain credit code, with the true one (null: stranger).",
            "seed": city.scope.seed,
            "enterprises": city.scope.enterprises,
            "as_of": city.scope.as_of.isoformat(),
            "rows": {sheet.layout.path: len(sheet) for sheet in sheets},
            "counts": dict(sorted(self.counts.items())),
            "unlinked": [entry for entry in planted if entry["kind"] in codes],
            "planted": [entry for entry in planted if entry["kind"] not in codes],
            "contradictions": self.contradictions,
        }


def plant(city: City, sheets: list[Sheet]) -> Truth:
    """Plant the mess into `sheets` in place and say what was planted. The order matters: contradictions first, furniture last."""
    truth = Truth()
    by_path = {sheet.layout.path: sheet for sheet in sheets}
    _contradictions(city, by_path, truth)
    for sheet in sheets:
        if sheet.layout.refused:
            continue
        rng = city.scope.rng("mess " + sheet.layout.path)
        _names(city, sheet, rng, truth)
        _values(city, sheet, rng, truth)
        _dates(city, sheet, rng, truth)
        _duplicates(city, sheet, rng, truth)
        _codes(city, sheet, rng, truth)
    _strangers(city, by_path, truth)
    _furniture(by_path, truth)
    return truth


def _rate(city: City, kind: str) -> float:
    return float(population()["mess"][kind]) * city.scope.mess


def _some(rng: np.random.Generator, size: int, rate: float) -> list[int]:
    return np.flatnonzero(rng.random(size) < rate).tolist()


# ---- one enterprise, two departments ---------------------------------------------------------------------------------
def _contradictions(city: City, by_path: dict[str, Sheet], truth: Truth) -> None:
    """Tax says another region, state or industry than the registry, for one and the same enterprise."""
    sheet, rng = by_path["tax/纳税人登记信息.csv"], city.scope.rng("contradictions")
    codes, alive, code4 = [str(code) for code in district_names()], city.identity.alive, city.identity.code4
    classes = [row["code"] for row in industries()]
    plans: tuple[tuple[str, str, str, Callable[[], str]], ...] = (
        ("region_contradiction", "XZQH_DM", "region", lambda: codes[int(rng.integers(len(codes)))]),
        ("status_contradiction", "NSRZT_DM", "status", lambda: "07"),
        ("industry_contradiction", "HY_DM", "industry", lambda: classes[int(rng.integers(len(classes)))]),
    )
    for kind, column, what, make in plans:
        for place in _some(rng, len(sheet), _rate(city, kind)):
            index, value = int(sheet.who[place]), make()
            if value == sheet.columns[column][place] or not alive[index]:
                continue
            sheet.columns[column][place] = value
            registry = {"region": str(city.identity.district[index]), "status": "K", "industry": str(code4[index])}[what]
            truth.contradictions.append({"uscc": city.identity.uscc[index], "about": what, "registry": registry, "tax": value})
            truth.count(kind)


# ---- codes and names ---------------------------------------------------------------------------------------------------
def _codes(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    """Another spelling of the code in all rows that one office has of an enterprise. The registry itself errs very rarely."""
    column = sheet.of_kind("uscc")
    if column is None or not len(sheet):
        return
    if sheet.layout.source == "registry":
        if sheet.layout.path == _REGISTRY:
            _registry_codes(city, sheet, rng, truth)
        return
    draw = rng.random(len(city.identity))
    kinds = ("wrong_check_digit", "letter_swap", "lower_case", "old_reg_no", "no_code", "scientific")
    edges = np.cumsum([_rate(city, kind) for kind in kinds])
    hit = np.searchsorted(edges, draw, side="right")
    rows = np.flatnonzero((sheet.who >= 0) & (hit[sheet.who] < len(kinds)))
    cells = sheet.columns[column]
    for place in rows.tolist():
        index = int(sheet.who[place])
        kind, code = kinds[int(hit[index])], city.identity.uscc[index]
        written = _damaged(code, kind, str(city.identity.reg_no[index]))
        if written != code:
            cells[place] = written
            truth.note(sheet, int(sheet.ids[place]), kind, uscc=code)


def _damaged(code: str, kind: str, reg_no: str) -> str | None:
    if kind == "wrong_check_digit":
        return wrong_check(code)
    if kind == "letter_swap":
        return code[:2] + code[2:].replace("0", "O", 1) if "0" in code[8:] else code[:8] + code[8:].replace("1", "I", 1)
    if kind == "lower_case":
        return code.lower()
    if kind == "old_reg_no":
        return reg_no or code
    if kind == "no_code":
        return None
    return f"{code[0]}.{code[1:6]}E+17"


def _registry_codes(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    for place in rng.choice(len(sheet), size=max(1, round(len(sheet) * 0.0002)), replace=False).tolist():
        code = city.identity.uscc[int(sheet.who[place])]
        sheet.columns["UNISCID"][place] = wrong_check(code)
        truth.note(sheet, int(sheet.ids[place]), "registry_wrong_check_digit", uscc=code)


def _names(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    """Former names and other spellings in the files of all offices but the registry; the code still stands beside them."""
    column = sheet.of_kind("name")
    if column is None or sheet.layout.source == "registry":
        return
    identity = city.identity
    stale = (identity.former != "") & (rng.random(len(identity)) < 0.5)
    other = rng.random(len(identity)) < _rate(city, "name_variant")
    spelled: dict[int, str] = {index: variant(rng, identity.name[index]) for index in np.flatnonzero(other).tolist()}
    spelled |= {index: identity.former[index] for index in np.flatnonzero(stale).tolist()}
    cells = sheet.columns[column]
    for place in np.flatnonzero((sheet.who >= 0) & (stale | other)[np.maximum(sheet.who, 0)]).tolist():
        cells[place] = spelled[int(sheet.who[place])]
        truth.count("former_name" if stale[sheet.who[place]] else "name_variant")


# ---- values and dates ----------------------------------------------------------------------------------------------------
def _values(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    """Negative revenue, 元 for 万元 and back, thousands separators, grades in other letters."""
    path = sheet.layout.path
    if path == "tax/企业所得税年度申报.csv":
        cells = sheet.columns["YYSR"]
        for kind, make in (("negative_revenue", lambda text: "-" + text), ("unit_slip", lambda text: f"{float(text) / 10000:.2f}")):
            for place in _some(rng, len(sheet), _rate(city, kind)):
                if float(cells[place]) > 0:
                    note = {"uscc": city.identity.uscc[int(sheet.who[place])], "column": "YYSR", "right": cells[place]}
                    cells[place] = make(cells[place])
                    truth.note(sheet, int(sheet.ids[place]), kind, **note)
    if path == "customs/企业进出口年度统计.csv":
        for name in ("出口额", "进口额", "进出口额"):
            for place in _some(rng, len(sheet), 0.3):
                sheet.columns[name][place] = f"{float(sheet.columns[name][place]):,.4f}"
    if path == "tax/纳税信用等级信息.csv":
        cells = sheet.columns["tax_credit_level"]
        for place in _some(rng, len(sheet), 0.01):
            cells[place] = cells[place].lower() + "级" if place % 2 else cells[place] + "级"
            truth.count("grade_spelling")


_IMPOSSIBLE = ("2024-02-31", "20250231", "2025/2/31", "2023-13-05", "0000-00-00")


def _dates(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    """Dates in another form (still readable) and days that do not exist."""
    if sheet.layout.format != "csv":
        return
    for column in sheet.layout.columns:
        if column.kind != "date":
            continue
        cells = sheet.columns[column.name]
        forms = [form for form in DATE_FORMS[:6] if form != column.form]
        for place in _some(rng, len(sheet), _rate(city, "odd_date")):
            when = read_day(cells[place], column.form)
            if when is not None:
                cells[place] = written_day(when, forms[int(rng.integers(len(forms)))])
                truth.count("odd_date")
        for place in _some(rng, len(sheet), _rate(city, "impossible_date")):
            if cells[place] is not None and sheet.who[place] >= 0:
                code = city.identity.uscc[int(sheet.who[place])]
                cells[place] = _IMPOSSIBLE[int(rng.integers(len(_IMPOSSIBLE)))]
                truth.note(sheet, int(sheet.ids[place]), "impossible_date", uscc=code, column=column.name)


def read_day(text: object, form: str) -> date | None:
    """A day written in one of the forms; None for an empty cell."""
    if not isinstance(text, str):
        return None
    digits = [int(part) for part in "".join(char if char.isdigit() else " " for char in text[:11]).split()]
    if form == "YYYYMMDD":
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    return date(*digits[:3])


# ---- rows ----------------------------------------------------------------------------------------------------------------
def _duplicates(city: City, sheet: Sheet, rng: np.random.Generator, truth: Truth) -> None:
    """The same record again: equal, or with another value, recorded on the same day or later."""
    if not len(sheet):
        return
    number = next((c.name for c in sheet.layout.columns if c.kind == "number" and c.facts), None)
    equal = _some(rng, len(sheet), min(_rate(city, "duplicate_equal"), 200 / len(sheet)))
    other = [] if number is None else _some(rng, len(sheet), min(_rate(city, "duplicate_different"), 150 / len(sheet)))
    other = [place for place in other if number and sheet.columns[number][place] is not None]
    rows, who = [sheet.row(place) for place in equal], sheet.who[equal + other]
    later = []
    for place in other:
        row = sheet.row(place)
        later.append(bool(rng.random() < 0.5) and sheet.layout.format == "csv" and _postpone(city, sheet, row))
        row[str(number)] = _changed(row[str(number)], float(rng.uniform(1.02, 1.4)))
        rows.append(row)
    ids = sheet.insert(rows, at=np.array(equal + other, dtype=np.int64), who=who)
    for place, row_id in enumerate(ids.tolist()):
        code = city.identity.uscc[int(who[place])]
        if place < len(equal):
            truth.note(sheet, row_id, "duplicate_equal", uscc=code)
        else:
            truth.note(sheet, row_id, "duplicate_different", uscc=code, column=number, later=later[place - len(equal)])


def _changed(value: object, factor: float) -> object:
    if isinstance(value, str):
        text = value.replace(",", "")
        if text.lstrip("-").isdigit():
            return str(round(int(text) * factor) + 1)
        return f"{float(text) * factor + 1:.{len(text.split('.')[1])}f}"
    return type(value)(round(float(value) * factor) + 1)  # type: ignore[arg-type, call-arg]


def _postpone(city: City, sheet: Sheet, row: dict[str, object]) -> bool:
    """Record the row some days later, if that is still before the as-of date."""
    column = next(entry for entry in sheet.layout.columns if entry.kind == "recorded")
    when = read_day(row[column.name], column.form)
    moved = None if when is None else when + timedelta(days=14)
    if moved is None or moved >= city.scope.as_of:
        return False
    row[column.name] = written_day(moved, column.form)
    return True


def _strangers(city: City, by_path: dict[str, Sheet], truth: Truth) -> None:
    """Records of enterprises that the registry does not know, under names close to known ones; nothing may link them."""
    rng = city.scope.rng("strangers")
    for path in (
        "credit/行政处罚信息.csv",
        "finance/财政奖补兑现信息.csv",
        "social_security/单位参保缴费信息.csv",
        "credit/公共信用综合评价.csv",
    ):
        sheet = by_path[path]
        size = min(500, max(1, round(city.scope.enterprises * _rate(city, "stranger") / 4)))
        if not len(sheet) or not city.scope.mess:
            continue
        codes = credit_codes(rng, kind=np.full(size, 91), authority=np.full(size, 440101), modern=np.ones(size, dtype=bool))
        uscc, name = str(sheet.of_kind("uscc")), str(sheet.of_kind("name"))
        rows, known = [], set(city.identity.name.tolist()) | set(city.identity.former.tolist())
        for place in range(size):
            row = sheet.row(int(rng.integers(len(sheet))))
            row[name] = _near_miss(rng, city.identity.name[int(rng.integers(len(city.identity)))], known)
            row[uscc] = codes[place] if rng.random() < 0.6 else None
            key = sheet.layout.key[0]
            if key not in (uscc, name):
                row[key] = f"{row[key]}之{place + 1}"
            rows.append(row)
        at = np.sort(rng.integers(0, len(sheet) + 1, size))
        for row_id in sheet.insert(rows, at=at, who=np.full(size, STRANGER)).tolist():
            truth.note(sheet, row_id, "stranger", uscc=None)


def _near_miss(rng: np.random.Generator, name: str, known: set[str]) -> str:
    """A name that differs in one character of the trade name, and is nobody's."""
    chars = "云澜宸沐朗恒翊曜沁岚珩屹煜皓启越驰辰途迈筑禾谷川"
    while True:
        place = 4 if name.startswith("广州市") else 2
        changed = name[:place] + chars[int(rng.integers(len(chars)))] + name[place + 1 :]
        if changed not in known:
            return changed
        name = changed + "分部"


def _furniture(by_path: dict[str, Sheet], truth: Truth) -> None:
    """Totals at the foot, headings once more in the middle, a row shifted by one cell."""
    for path, total, label in (
        ("tax/税款入库年度汇总.csv", "SJJE", "NSRSBH"),
        ("finance/地方财力贡献.xlsx", "地方财力贡献", "统一社会信用代码"),
    ):
        sheet = by_path[path]
        value = sum(float(cell) for cell in sheet.columns[total] if cell is not None)
        row: dict[str, object] = {label: "合计", total: f"{value:.{2 if total == 'SJJE' else 4}f}"}
        ids = sheet.insert([row], at=np.array([len(sheet)]), who=np.array([FURNITURE]))
        truth.note(sheet, int(ids[0]), "total")
    levels = by_path["credit/公共信用综合评价.csv"]
    heading: dict[str, object] = {name: name for name in levels.layout.names}
    ids = levels.insert([heading], at=np.array([len(levels) // 2]), who=np.array([FURNITURE]))
    truth.note(levels, int(ids[0]), "doubled_header")
    _shift_rows(by_path["qualifications/资质称号认定信息.csv"], truth)


def _shift_rows(sheet: Sheet, truth: Truth) -> None:
    """A few rows one cell to the right, as after a stray separator; the code is lost."""
    places: Ints = np.arange(300, len(sheet), 1500)
    for place in places.tolist():
        cells = [sheet.columns[name][place] for name in sheet.layout.names]
        for name, value in zip(sheet.layout.names, [None, *cells[:-1]], strict=True):
            sheet.columns[name][place] = value
        truth.note(sheet, int(sheet.ids[place]), "shifted_row", uscc=cells[0])
