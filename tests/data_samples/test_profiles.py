"""The truth as profiles: catalogue facts in catalogue types, and the same as what the extracts say."""

import re
from datetime import date
from typing import Any

from data_samples.extracts import City
from data_samples.mess import Truth
from data_samples.profiles import true_profiles
from data_samples.sheet import Sheet
from features.catalogue import FactType, load_catalogue

_TYPES: dict[FactType, Any] = {
    FactType.BOOL: bool, FactType.NUMBER: (int, float), FactType.DATE: str, FactType.CODE: str, FactType.SET: list, FactType.EVENTS: list,
}  # fmt: skip


def test_every_fact_is_of_its_type(city: City) -> None:
    catalogue, seen = load_catalogue(), set()
    for profile in true_profiles(city):
        for fact, value in profile["facts"].items():
            seen.add(fact)
            definition = catalogue[fact]
            values = value.values() if definition.is_periodic else [value]
            assert all(isinstance(one, _TYPES[definition.type]) for one in values), fact
            if definition.is_periodic:
                form = r"\d{4}" if definition.period == "year" else r"\d{4}-\d{2}"
                assert all(re.fullmatch(form, key) for key in value), fact
            if definition.values:
                assert set(values) <= set(definition.values), fact
            if definition.type is FactType.DATE:
                date.fromisoformat(value)
    assert len(seen) >= 60


def test_the_truth_and_the_extracts_agree_where_nothing_was_planted(city: City, messy: tuple[dict[str, Sheet], Truth]) -> None:
    facts = {profile["uscc"]: profile["facts"] for profile in true_profiles(city)}
    sheet = messy[0]["qualifications/资质称号认定信息.csv"]
    listed = {
        (code, day) for code, day in zip(sheet.columns["统一社会信用代码"], sheet.columns["认定日期"], strict=True) if code in facts
    }
    events = {(code, event["date"]) for code, known in facts.items() for event in known["qualification_granted"]}
    assert len(listed & events) >= 0.98 * len(listed) > 100


def test_titles_that_ran_out_are_events_but_no_longer_held(city: City) -> None:
    held = granted = 0
    for profile in true_profiles(city):
        held += len(profile["facts"]["qualifications"])
        granted += len({event["code"] for event in profile["facts"]["qualification_granted"]})
    assert 0 < held < granted
