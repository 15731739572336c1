from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.access import Actor
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, NotAllowed, NotFound
from api.records import Decision, Match, MatchRun, OutboxMessage, RunChunk
from api.usecases.decisions import replay_decision
from api.usecases.matching import groups_of
from api.usecases.rights import opt_out
from api.usecases.runs import begin_run, finish_run, get_match, get_run, list_matches, load_plan, match_chunk, run_to_end, start_run
from tests.api.conftest import House
from tests.api.fakes import publish, settle, uscc


def _start(house: House, actor: Actor | None = None) -> MatchRun:
    return start_run(actor or house.person("officer"), model_version="rules", uow=house.services.uow(), clock=house.clock)


def _run(house: House, *, chunk_size: int = 4, push_top: int = 3) -> MatchRun:
    run = _start(house)
    return run_to_end(run.id, scorer=None, chunk_size=chunk_size, push_top=push_top, uow=house.services.uow(), clock=house.clock)


def _everything(engine: Engine) -> list[object]:
    with UnitOfWork(engine, reading=True) as uow:
        return [*uow.of(Match).all(), *uow.of(Decision).all(), *uow.of(OutboxMessage).all(), *uow.of(RunChunk).all()]


def test_a_run_decides_every_enterprise_and_counts_what_it_found(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=20)
    run = _run(house)
    assert (run.state, run.done, run.total) == ("finished", 20, 20)
    assert run.counts["enterprises"] == 20
    assert run.counts["pairs_eligible"] == 16  # 8 large, 8 high-tech


def test_a_step_repeated_has_its_effect_once(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=10)
    run = _start(house)
    plan = load_plan(run.id, scorer=None, chunk_size=4, uow=house.services.uow())
    begin_run(plan, uow=house.services.uow(), clock=house.clock)
    for chunk in (0, 0, 1, 1, 2, 0):
        match_chunk(plan, chunk, push_top=3, uow=house.services.uow())
    once = _everything(house.services.engine)
    match_chunk(plan, 1, push_top=3, uow=house.services.uow())
    assert _everything(house.services.engine) == once
    finished = finish_run(plan, uow=house.services.uow(), clock=house.clock)
    assert (finished.state, finished.done) == ("finished", 10)


def test_a_run_goes_on_with_what_it_was_noted_with(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=10)
    run = _start(lite_house)
    publish(lite_house, "D2")
    done = run_to_end(run.id, scorer=None, chunk_size=50, push_top=3, uow=lite_house.services.uow(), clock=lite_house.clock)
    with lite_house.services.reading() as uow:
        assert {m.document_id for m in uow.of(Match).all()} == {"D1"}
    assert done.rule_version_ids == run.rule_version_ids


def test_a_changed_snapshot_is_refused(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=10)
    run = _start(lite_house)
    (tmp_path / "profiles-10.jsonl").write_text('{"uscc": "91", "facts": {}}\n')
    with pytest.raises(Conflict):
        load_plan(run.id, scorer=None, chunk_size=4, uow=lite_house.services.uow())


def test_a_run_needs_rules_and_a_right_over_the_whole_city(lite_house: House, tmp_path: Path) -> None:
    bound, _ = lite_house.key("runs:write", enterprises=[uscc(1)])
    with pytest.raises(NotAllowed):
        _start(lite_house, bound)
    with pytest.raises(NotFound):
        _start(lite_house)
    settle(lite_house, tmp_path, count=3, documents=())
    with pytest.raises(Conflict):
        _start(lite_house)


def test_every_stored_decision_can_be_made_again_to_the_byte(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=15)
    _run(house)
    with house.services.reading() as uow:
        decisions = uow.of(Decision).all()
    assert decisions
    for decision in decisions:
        assert replay_decision(decision.id, house.person("officer"), uow=house.services.reading()).equal


def test_stored_matches_agree_with_what_the_enterprise_is_shown(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=10)
    _run(lite_house)
    officer = lite_house.person("officer")
    for n in range(10):
        groups = groups_of(uscc(n), officer, live=lite_house.services.live)
        shown = {(m.document_id, m.item, m.group, m.low) for m in (*groups.direct, *groups.apply)}
        stored = list_matches(officer, uscc=uscc(n), uow=lite_house.services.reading()).items
        assert {(m.document_id, m.item, m.group, m.low_fen / 100) for m in stored if m.group in ("direct", "apply")} == shown


def test_pages_join_to_the_whole_whatever_is_added_in_between(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=20)
    run, officer = _run(house), house.person("officer")
    whole = [m.id for m in list_matches(officer, run_id=run.id, limit=200, uow=house.services.reading()).items]
    seen, cursor = [], None
    while True:
        page = list_matches(officer, run_id=run.id, cursor=cursor, limit=7, uow=house.services.reading())
        seen += [m.id for m in page.items]
        if len(seen) < 20:
            _run(house)  # another run's matches land in the same table
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == whole


def test_a_second_run_pushes_nothing_that_was_pushed_before(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=10)
    _run(house)
    with house.services.reading() as uow:
        first = uow.of(OutboxMessage).count()
    assert first
    _run(house)
    with house.services.reading() as uow:
        assert uow.of(OutboxMessage).count() == first


def test_who_opted_out_is_not_pushed_to(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path, count=10)
    officer = house.person("officer")
    opt_out(uscc(0), officer, uow=house.services.uow(), clock=house.clock)
    opt_out(uscc(1), officer, channel="webhook", uow=house.services.uow(), clock=house.clock)
    _run(house)
    with house.services.reading() as uow:
        pushed = {(m.uscc, m.channel) for m in uow.of(OutboxMessage).all()}
    assert (uscc(0), "inbox") not in pushed
    assert (uscc(0), "webhook") not in pushed
    assert (uscc(1), "inbox") in pushed
    assert (uscc(1), "webhook") not in pushed
    assert (uscc(2), "webhook") in pushed


def test_a_run_pushes_only_the_best_few_rules(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=5, documents=("D1", "D2", "D3"))
    _run(lite_house, push_top=2)
    with lite_house.services.reading() as uow:
        to_one = [m for m in uow.of(OutboxMessage).all() if m.uscc == uscc(0) and m.channel == "inbox"]
    assert len(to_one) == 2


def test_an_integrator_sees_the_citys_runs_and_its_own_but_no_other_integrators(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=5)
    alpha, _ = lite_house.key("runs:write", "matches:read", owner="alpha")
    beta, _ = lite_house.key("runs:write", "matches:read", owner="beta")
    city, theirs = _run(lite_house), _start(lite_house, alpha)
    s = lite_house.services
    run_to_end(theirs.id, scorer=None, chunk_size=5, push_top=3, uow=s.uow(), clock=s.clock)
    assert get_run(theirs.id, alpha, uow=s.reading()).id == theirs.id
    assert get_run(city.id, beta, uow=s.reading()).id == city.id
    with pytest.raises(NotFound):
        get_run(theirs.id, beta, uow=s.reading())
    match = list_matches(alpha, run_id=theirs.id, uow=s.reading()).items[0]
    with pytest.raises(NotFound):
        get_match(match.id, beta, uow=s.reading())


def test_a_bound_key_sees_only_its_enterprises(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=10)
    run = _run(lite_house)
    bound, _ = lite_house.key("matches:read", enterprises=[uscc(2)])
    seen = list_matches(bound, run_id=run.id, limit=200, uow=lite_house.services.reading()).items
    assert {m.uscc for m in seen} == {uscc(2)}
