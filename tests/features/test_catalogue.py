"""The fact catalogue and the interchange contract say the same."""

import pytest
import yaml

from features.catalogue import FactType, load_catalogue
from features.errors import UnknownFact
from tests.shared import SHARED, needs_shared


@needs_shared
def test_the_catalogue_agrees_with_the_contract_entry_by_entry() -> None:
    contract = yaml.safe_load((SHARED / "contract" / "facts.yaml").read_text("utf-8"))["facts"]
    catalogue = load_catalogue()
    assert [f["id"] for f in contract] == [d.id for d in catalogue]
    for entry in contract:
        ours = catalogue[entry["id"]]
        assert (ours.zh, ours.type.value, ours.source, ours.period) == (
            entry["zh"],
            entry["type"],
            entry["source"],
            entry["period"],
        )
        assert list(ours.values) == entry.get("values", [])
        assert ours.unit == entry.get("unit")


def test_tax_and_social_security_figures_are_never_public() -> None:
    for definition in load_catalogue():
        if definition.source in ("tax", "social_security") and definition.type is FactType.NUMBER:
            assert definition.sensitivity in ("L3", "L4"), definition.id


def test_conduct_identity_and_place_are_never_offered_as_changeable() -> None:
    catalogue = load_catalogue()
    for fact in (
        "dishonest_debtor",
        "serious_violation",
        "penalties",
        "registered_region",
        "established_on",
        "ownership",
        "good_credit",
    ):
        assert not catalogue[fact].changeable


def test_an_unknown_fact_is_named_with_what_to_do() -> None:
    with pytest.raises(UnknownFact, match="不在指标目录中"):
        load_catalogue()["revenu"]
