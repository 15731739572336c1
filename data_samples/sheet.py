"""One extract on its way to a file: its layout, its columns as text, and whom each row is about."""

from dataclasses import dataclass, field

import numpy as np

from data_samples.layouts import Layout
from data_samples.params import Ints, Objects

STRANGER, FURNITURE = -1, -2


@dataclass(slots=True)
class Sheet:
    """Columns of one length in the layout's order; None is an empty cell. `who` is the entity, STRANGER or FURNITURE (no record).

    `ids` name the rows, so that what was planted where can be told after further rows were put in between.
    """

    layout: Layout
    columns: dict[str, Objects]
    who: Ints
    ids: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Put the columns into the layout's order; a missing or foreign column is a mistake of ours."""
        if set(self.columns) != set(self.layout.names):
            odd = sorted(set(self.columns) ^ set(self.layout.names))
            raise ValueError(f"{self.layout.path}: columns {odd} differ from the layout; change the sheet or layouts.toml")
        self.columns = {name: np.asarray(self.columns[name], dtype=object) for name in self.layout.names}
        self.ids = np.arange(len(self.who))

    def __len__(self) -> int:
        return len(self.who)

    def of_kind(self, kind: str) -> str | None:
        """The first column of a kind, if the layout has one."""
        return next((column.name for column in self.layout.columns if column.kind == kind), None)

    def row(self, place: int) -> dict[str, object]:
        """The cells of one row by heading."""
        return {name: values[place] for name, values in self.columns.items()}

    def insert(self, rows: list[dict[str, object]], *, at: Ints, who: Ints) -> Ints:
        """Put rows before the present places `at`; returns the ids of the new rows, in their order."""
        new = np.arange(len(rows)) + (int(self.ids.max()) + 1 if len(self.ids) else 0)
        for name, values in self.columns.items():
            cells = np.empty(len(rows), dtype=object)
            for place, row in enumerate(rows):
                cells[place] = row.get(name)
            self.columns[name] = np.insert(values, at, cells)
        self.who = np.insert(self.who, at, who)
        self.ids = np.insert(self.ids, at, new)
        return new

    @property
    def first_line(self) -> int:
        """The line (or sheet row) of the first record, counted from 1; in Parquet the row counted from 1."""
        if self.layout.format in ("parquet", "jsonl"):
            return 1
        return 3 if self.layout.path in TITLED else 2


# Files whose first line is a title above the headings.
TITLED = ("statistics/规模以上企业在库名录.csv", "qualifications/上市挂牌企业名单.xlsx")
