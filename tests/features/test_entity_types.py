import csv

import pytest

from features.entity_types import EntityType, read_entity_type
from tests.shared import SHARED, needs_shared


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1130", EntityType("enterprise", True, "private")),
        ("1110", EntityType("enterprise", True, "state")),
        ("2130", EntityType("branch", False, "private")),
        ("4533", EntityType("enterprise", False, "private")),
        ("4552", EntityType("branch", False, "private")),
        ("5150", EntityType("enterprise", True, "foreign")),
        ("6811", EntityType("branch", False, "hmt")),
        ("有限责任公司(自然人投资或控股)", EntityType("enterprise", True, "private")),
        ("有限责任公司分公司（自然人独资）", EntityType("branch", False, "private")),
        ("个体工商户", EntityType("individual_business", False, "private")),
        ("农民专业合作社", EntityType("cooperative", True, None)),
        ("有限合伙企业", EntityType("enterprise", False, None)),
        ("个人独资企业", EntityType("enterprise", False, "private")),
        ("有限责任公司(台港澳法人独资)", EntityType("enterprise", True, "hmt")),
        ("", EntityType(None, None, None)),
        ("0000", EntityType(None, None, None)),
    ],
)
def test_a_type_says_what_it_says(text: str, found: EntityType) -> None:
    assert read_entity_type(text) == found


@needs_shared
def test_code_and_name_of_the_published_list_never_contradict_each_other() -> None:
    with (SHARED / "reference" / "ent_type_codes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_code, by_name = read_entity_type(row["code"]), read_entity_type(row["name"])
            if row["name"] in ("分公司", "非公司", "办事处"):  # headings of the list, told apart by their codes only
                continue
            for ours, theirs in zip(_answers(by_code), _answers(by_name), strict=True):
                assert ours is None or theirs is None or ours == theirs, row


def _answers(found: EntityType) -> tuple[object, object, object]:
    return found.kind, found.legal_person, found.ownership
