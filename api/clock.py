"""The time of day: the only module that asks the machine for it. Moments are aware and in UTC; civil days are Asia/Shanghai's."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it is put; for tests, replays and the sandbox."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The moment last set."""
        return self._moment

    def advance(self, seconds: float) -> None:
        """Move forward (or back)."""
        self._moment += timedelta(seconds=seconds)


def civil_day(moment: datetime) -> date:
    """The day in the city at that moment; deadlines and as-of dates are civil days.

    >>> civil_day(datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    datetime.date(2026, 11, 21)
    """
    return moment.astimezone(CITY_ZONE).date()
