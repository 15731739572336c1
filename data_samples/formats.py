"""Whole columns as departments write them: money, fixed decimals, dates in a file's own form. None is a missing value."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_samples.params import Bools, Days, Ints, Objects

_FORMS: dict[str, Callable[[date], str]] = {
    "YYYY-MM-DD": lambda day: day.isoformat(),
    "YYYYMMDD": lambda day: day.strftime("%Y%m%d"),
    "YYYY/M/D": lambda day: f"{day.year}/{day.month}/{day.day}",
    "YYYY-M-D": lambda day: f"{day.year}-{day.month}-{day.day}",
    "YYYY年M月D日": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "YYYY-MM-DD 00:00:00": lambda day: f"{day.isoformat()} 00:00:00",
    "Excel date": lambda day: day.isoformat(),
}
DATE_FORMS: tuple[str, ...] = tuple(_FORMS)


def written_day(day: date, form: str) -> str:
    """One day in a file's form."""
    return _FORMS[form](day)


def written_days(days: Days, form: str) -> Objects:
    """Days in a file's form; NaT gives None."""
    values, inverse = np.unique(days, return_inverse=True)
    texts = np.array([None if np.isnat(v) else _FORMS[form](v.astype(object)) for v in values], dtype=object)
    return texts[inverse] if len(values) else np.empty(0, dtype=object)


def fixed(scaled: Ints, decimals: int, *, known: Bools | None = None) -> Objects:
    """Integers scaled by 10**decimals as plain decimal text; where `known` is false, None.

    >>> fixed(np.array([123456, -5]), 2).tolist()
    ['1234.56', '-0.05']
    """
    size = np.abs(scaled)
    whole = pa.array(size // 10**decimals).cast(pa.string())
    text = whole
    if decimals:
        part = pc.utf8_lpad(pa.array(size % 10**decimals).cast(pa.string()), decimals, "0")
        text = pc.binary_join_element_wise(whole, part, ".")
    sign = pa.array(np.where(scaled < 0, "-", ""))
    column: Objects = pc.binary_join_element_wise(sign, text, "").to_numpy(zero_copy_only=False)
    column = column.astype(object)
    if known is not None:
        column[~known] = None
    return column


def yuan(fen: Ints, *, known: Bools | None = None) -> Objects:
    """Fen as 元 with two decimals; a negative number is a value where `known` says so, else -1 means none."""
    return fixed(fen, 2, known=fen >= 0 if known is None else known)


def wan(fen: Ints, *, decimals: int = 4) -> Objects:
    """Fen as 万元; -1 gives None."""
    return fixed(fen // 10 ** (6 - decimals), decimals, known=fen >= 0)


def blank(column: Objects, where: Bools) -> Objects:
    """`column` with None where `where` holds."""
    copy = column.copy()
    copy[where] = None
    return copy
