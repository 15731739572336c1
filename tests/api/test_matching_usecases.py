from pathlib import Path

from api.usecases.matching import MatchQuestion, groups_of, match_one
from tests.api.conftest import House
from tests.api.fakes import settle, uscc


def test_an_enterprise_gets_its_matches_ranked_with_reasons(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    actor, _ = lite_house.key("matches:read")
    answer = match_one(MatchQuestion(uscc(2)), actor, live=lite_house.services.live)
    assert answer.counts == {"eligible": 2, "unknown": 0, "not_met": 1}
    assert [m.group for m in answer.matches] == ["direct", "apply"]
    assert answer.matches[0].explanation


def test_the_four_groups_hold_every_item_once(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path)
    officer = lite_house.person("officer")
    groups = groups_of(uscc(4), officer, live=lite_house.services.live)
    shown = [*groups.direct, *groups.apply, *groups.near, *groups.unknown]
    assert len(shown) + groups.out_of_reach == 3
    assert {m.title for m in groups.unknown} == {"规模奖励", "研发补助"}
