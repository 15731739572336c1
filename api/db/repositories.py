"""Reading and writing records: a small set of verbs over one table, and pages that stay put while the table changes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.db.mapping import TABLE_OF, to_record, to_row
from api.errors import Invalid, Place
from api.records import Page

R = TypeVar("R")

MAX_LIMIT = 200
CURSOR_PATTERN = "^c1-[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$"


class Repository(Generic[R]):
    """The records of one table within one transaction."""

    def __init__(self, connection: Connection, kind: type[R]) -> None:
        self._connection, self._kind = connection, kind
        self.table: Table = TABLE_OF[kind]

    @property
    def c(self) -> Any:
        """The columns, for conditions."""
        return self.table.c

    def add(self, record: R) -> R:
        """Insert; a broken constraint raises IntegrityError."""
        self._connection.execute(insert(self.table), to_row(record))
        return record

    def add_new(self, records: Iterable[R]) -> int:
        """Insert those that do not collide with what is there; how many were new."""
        rows = [to_row(record) for record in records]
        if not rows:
            return 0
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        key = next(iter(self.table.primary_key.columns))
        statement = dialect.insert(self.table).on_conflict_do_nothing().returning(key)
        return len(self._connection.execute(statement, rows).all())

    def find(self, *conditions: ColumnElement[bool]) -> R | None:
        """The one record for which all hold, or None."""
        row = self._connection.execute(select(self.table).where(*conditions).limit(1)).first()
        return None if row is None else to_record(self._kind, row)

    def all(self, *conditions: ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None) -> tuple[R, ...]:
        """Every record for which all hold."""
        statement = select(self.table).where(*conditions).order_by(*(order or self.table.primary_key.columns))
        rows = self._connection.execute(statement if limit is None else statement.limit(limit))
        return tuple(to_record(self._kind, row) for row in rows)

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """How many there are."""
        return int(self._connection.execute(select(func.count()).select_from(self.table).where(*conditions)).scalar_one())

    def change(self, *conditions: ColumnElement[bool], **values: Any) -> int:
        """Update where all hold; how many were changed."""
        return int(self._connection.execute(update(self.table).where(*conditions).values(**values)).rowcount)

    def remove(self, *conditions: ColumnElement[bool]) -> int:
        """Delete where all hold; how many went."""
        return int(self._connection.execute(delete(self.table).where(*conditions)).rowcount)

    def page(self, *conditions: ColumnElement[bool], cursor: str | None, limit: int, newest_first: bool = False) -> Page[R]:
        """Up to `limit` records in the order of their id. What is there throughout appears exactly once over the pages,
        whatever is added or deleted in between."""
        limit = max(1, min(limit, MAX_LIMIT))
        key = self.table.c.id
        where = list(conditions)
        if cursor is not None:
            last = read_cursor(cursor)
            where.append(key < last if newest_first else key > last)
        rows = self.all(*where, order=(key.desc() if newest_first else key,), limit=limit + 1)
        more = len(rows) > limit
        return Page(rows[:limit], make_cursor(rows[limit - 1].id) if more else None)  # type: ignore[attr-defined]


def make_cursor(last: str) -> str:
    """An opaque cursor that goes on after the id `last`; every string of this form is a place in every list.

    >>> make_cursor("mat_01M7V7FAM0A2824ERS6VPG5VBN")
    'c1-mat_01M7V7FAM0A2824ERS6VPG5VBN'
    """
    return f"c1-{last}"


def read_cursor(cursor: str) -> str:
    """The id that a cursor goes on after; raises Invalid where it is no cursor of ours."""
    if not re.fullmatch(CURSOR_PATTERN.strip("^$"), cursor):
        raise Invalid(
            "CURSOR_INVALID", "分页游标无效;请使用上一页返回的 next_cursor,或从第一页重新查询", [Place("cursor", "不是有效的游标")]
        )
    return cursor.removeprefix("c1-")
