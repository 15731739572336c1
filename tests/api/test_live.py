"""What is kept resident: the index for a day is built beside everybody's answers, and never kept for rules that are not in force any more."""

from datetime import date
from threading import Event, Thread

import pytest

from api import live as resident
from api.live import Positions, RuleSet
from tests.api.conftest import House
from tests.api.fakes import publish

DAY = date(2026, 11, 25)


def test_nobody_waits_for_the_index_of_another_day_and_none_is_kept_for_rules_that_went(
    lite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(lite_house, "D1")
    live = lite_house.services.live
    live.refresh(force=True)
    begun, free, found = Event(), Event(), []
    whole = resident.positions_of

    def slow(rules: RuleSet, as_of: date, *, online: bool = False) -> Positions:
        begun.set()
        assert free.wait(30)
        return whole(rules, as_of, online=online)

    monkeypatch.setattr(resident, "positions_of", slow)
    builder = Thread(target=lambda: found.append(live.positions(DAY)))
    builder.start()
    assert begun.wait(30)
    publish(lite_house, "D2")
    refresher = Thread(target=lambda: live.refresh(force=True))
    refresher.start()
    refresher.join(30)
    waited = refresher.is_alive()
    free.set()
    builder.join(30)
    refresher.join(30)
    assert not waited
    assert [len(p.documents) for p in found] == [1]
    assert not live.has_positions(DAY)
    assert len(live.positions(DAY).documents) == 2
    assert live.has_positions(DAY)
