"""Finding policies by words: the same for everybody, and only what may be read."""

from pathlib import Path

from api.usecases.search import search_policies
from tests.api.conftest import House
from tests.api.fakes import settle, uscc


def test_a_policy_is_found_by_its_words_and_again_after_another_came(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, 3)
    firm = lite_house.person("firm", "enterprise", uscc(0))
    found = search_policies("高新技术企业", firm, uow=lite_house.services.uow())
    assert [f.policy.document_id for f in found] == ["D1"]
    assert search_policies("区块链", firm, uow=lite_house.services.uow()) == ()
    settle(lite_house, tmp_path, 3, ("D2",))
    found = search_policies("高新技术企业", firm, uow=lite_house.services.uow())
    assert {f.policy.document_id for f in found} == {"D1", "D2"}
