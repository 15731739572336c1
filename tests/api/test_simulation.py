"""What the service says of another threshold: who may ask, what is refused, and that the curve passes through the answer."""

from decimal import Decimal
from pathlib import Path

import pytest

from api.errors import Invalid, NotAllowed, NotFound
from api.usecases.quality import quality_report
from api.usecases.simulation import Question, curve_values, simulate_threshold, sliders_of
from policies.loading import load_rules
from tests.api.conftest import House
from tests.api.fakes import items, settle, uscc


def _ask(house: House, question: Question, who: str = "officer"):  # type: ignore[no-untyped-def]
    return simulate_threshold(question, house.people[who], uow=house.services.uow(), live=house.services.live)


def test_moving_a_threshold_counts_those_between_both_values(lite_house: House, tmp_path: Path) -> None:
    version = settle(lite_house, tmp_path, 10)[0]
    answer = _ask(lite_house, Question(version.id, 0, value="1200"))
    assert answer.chosen.unit == "万元"
    assert answer.simulation.before.eligible == 4  # every fifth and third of ten has 30 million
    assert answer.simulation.gained == (uscc(3), uscc(8))  # those with 15 million
    assert answer.names[uscc(3)] == "示例企业3有限公司"
    assert answer.simulation.after.low == Decimal(6 * 200_000)
    assert answer.steps[-1][1].left_met == answer.simulation.after.eligible
    at = dict(answer.points)
    assert at["1200"].tally == answer.simulation.after
    assert at["2000"].tally == answer.simulation.before


def test_a_value_that_is_none_and_a_place_that_is_not_there_are_refused(lite_house: House, tmp_path: Path) -> None:
    version = settle(lite_house, tmp_path, 5)[0]
    for value in ("一千", "NaN", "1e99", "-Infinity"):
        with pytest.raises(Invalid, match="不能作为门槛"):
            _ask(lite_house, Question(version.id, 0, value=value))
    with pytest.raises(NotFound):
        _ask(lite_house, Question(version.id, 0, slider="own-0-7"))
    with pytest.raises(NotFound):
        _ask(lite_house, Question(version.id, 9))


def test_an_item_without_a_threshold_has_nothing_to_move(lite_house: House, tmp_path: Path) -> None:
    version = settle(lite_house, tmp_path, 5)[0]
    answer = _ask(lite_house, Question(version.id, 1))
    assert answer.sliders == ()
    assert answer.simulation is None


def test_one_enterprise_may_not_look_at_the_whole_city(lite_house: House, tmp_path: Path) -> None:
    version = settle(lite_house, tmp_path, 5)[0]
    firm = lite_house.person("firm", "enterprise", uscc(0))
    with pytest.raises(NotAllowed):
        _ask(lite_house, Question(version.id, 0), "firm")
    with pytest.raises(NotAllowed):
        quality_report(firm, live=lite_house.services.live)


@pytest.mark.parametrize(
    ("leaf", "unit", "now", "asked"),
    [
        ({"fact": "established_on", "op": "age_ge", "value": "P3Y"}, "年", "3", "3"),
        ({"fact": "established_on", "op": "age_le", "value": "P18M"}, "个月", "18", "18"),
        ({"fact": "established_on", "op": "ge", "value": "2024-01-31"}, "日", "2024-01-31", "2024-01-31"),
        ({"fact": "rd_ratio", "op": "ge", "value": 0.035}, "%", "3.5", "3.5"),
        ({"fact": "insured_headcount", "op": "ge", "value": 1}, "人", "1", "1"),
        ({"fact": "revenue", "op": "ge", "value": 20000000}, "万元", "2000", "2000"),
    ],
)
def test_every_kind_of_threshold_is_moved_in_its_own_unit(leaf: dict[str, object], unit: str, now: str, asked: str) -> None:
    item = {**items()[0], "criteria": leaf}
    document = load_rules({"version": 1, "document": {"id": "D", "title": "x", "kind": "measure"}, "items": [item]})
    (slider,) = sliders_of(document, 0)
    assert (slider.unit, slider.now) == (unit, now)
    assert asked in curve_values(slider, slider.high)
