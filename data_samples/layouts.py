"""The layouts of the sample city's extracts, read from `layouts.toml`: one table a file, with columns as departments name them.

The generator writes exactly these files; `LAYOUTS.md` is printed from here and a test holds the two together. Column names follow
the layouts seen in real exchanges: GS field names for the registry, pinyin initials for tax, 金保 codes for social security,
snake_case shared-data names for credit, Chinese headings for the lists that offices keep by hand.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["uscc", "name", "text", "code", "adcode", "number", "date", "year", "month", "flag", "recorded"]
Format = Literal["csv", "xlsx", "parquet", "jsonl"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading in the file, what it is, its unit, and the catalogue facts that it carries."""

    name: str
    zh: str
    kind: Kind
    unit: str = ""
    fact: str = ""
    form: str = ""
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def facts(self) -> list[str]:
        """The ids of the facts that this column carries."""
        return [fact for fact in self.fact.split(", ") if fact]


@dataclass(frozen=True, slots=True)
class Layout:
    """One extract file. `complete` says that who is absent from the list is known not to be on it."""

    path: str
    title: str
    owner: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    format: Format = "csv"
    encoding: str = "utf-8"
    complete: bool = False
    refused: bool = False
    note: str = ""

    @property
    def source(self) -> str:
        """The folder, which names the source."""
        return self.path.split("/")[0]

    @property
    def names(self) -> list[str]:
        """The headings in file order."""
        return [column.name for column in self.columns]


@cache
def _data() -> Mapping[str, object]:
    return tomllib.loads(files("data_samples").joinpath("layouts.toml").read_text("utf-8"))


def _column(row: dict[str, object]) -> Column:
    codes = tuple((str(code), str(meaning)) for code, meaning in row.pop("codes", ()))  # type: ignore[attr-defined]
    return Column(**row, codes=codes)  # type: ignore[arg-type]


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts in the order of the exchange."""
    rows: list[dict[str, object]] = _data()["layout"]  # type: ignore[assignment]
    made = []
    for row in rows:
        columns = tuple(_column(dict(column)) for column in row["columns"])  # type: ignore[attr-defined]
        rest = {name: value for name, value in row.items() if name not in ("columns", "key")}
        made.append(Layout(**rest, key=tuple(row["key"]), columns=columns))  # type: ignore[arg-type]
    return tuple(made)


def layout(path: str) -> Layout:
    """The layout of one file by its path under the records folder; raises KeyError."""
    for entry in layouts():
        if entry.path == path:
            return entry
    raise KeyError(path)


def qualification_names() -> Mapping[str, str]:
    """The titles of 资质称号认定信息 as written there, with the catalogue's code before any level suffix."""
    return _data()["qualification_names"]  # type: ignore[return-value]


_HEAD = """\
# Layouts of the sample city's extracts

Printed by `python -m data_samples.layouts > data_samples/LAYOUTS.md`; do not edit by hand.
All enterprises and figures are invented.

- The paths are relative to the records folder. CSV: comma, minimal quoting with `"`, LF, one heading line unless the note says
  otherwise; an empty cell is a missing value. XLSX cells: codes as text. All times of recording are days.
- The `form` of a date is the usual one in that file; planted mess (see `TRUTH.json`) uses other forms, impossible days and
  empty cells.
- kinds: `uscc` the enterprise's code as this department has it (18 characters; sometimes the old 15-digit number, lower case, or
  damaged), `name` the name as this department writes it, `recorded` the day on which the department recorded the row.
- `complete list`: an enterprise that is not in the file is known not to be on the list (false, 0, none or no event); other
  files: absence is missing.
"""


def _table(entry: Layout) -> list[str]:
    flags = [entry.format, entry.encoding if entry.format == "csv" else ""]
    flags += ["complete list" if entry.complete else "", "**must be refused**" if entry.refused else ""]
    lines = [
        f"### `{entry.path}`",
        "",
        f"{entry.title} · {entry.owner} · {', '.join(flag for flag in flags if flag)}. "
        f"One row is {entry.row}; key: {' + '.join(f'`{name}`' for name in entry.key)}.",
        *([entry.note] if entry.note else []),
        "",
        "| column | 中文 | kind | unit | form | fact |",
        "|---|---|---|---|---|---|",
    ]
    for column in entry.columns:
        facts = ", ".join(f"`{fact}`" for fact in column.facts)
        lines.append(f"| `{column.name}` | {column.zh} | {column.kind} | {column.unit} | {column.form} | {facts} |")
    for column in entry.columns:
        if column.codes:
            pairs = "; ".join(f"`{code or '(empty)'}` {meaning}" for code, meaning in column.codes)
            lines += ["", f"`{column.name}`: {pairs}."]
    return [*lines, ""]


def render() -> str:
    """The whole of LAYOUTS.md."""
    lines = [_HEAD]
    for entry in layouts():
        lines += _table(entry)
    lines += ["## 资质名称 and catalogue codes", "", "| 资质名称 | code |", "|---|---|"]
    lines += [f"| {zh} | `{code}` |" for zh, code in qualification_names().items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
