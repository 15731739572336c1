from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.errors import SourceError
from features.identity.linkage import Policy
from features.identity.resolve import Links, Override, Register, resolve
from tests.benchmarks.linking import generated_register, make_task
from tests.features.identity_cases import (
    HAICHUAN,
    HAICHUAN_BRANCH,
    PARTNERSHIP,
    REGISTRY,
    RENAMED,
    TWIN_EAST,
    TWIN_WEST,
    UNKNOWN_HERE,
    records,
)


def _fate(links: Links, row: int = 0) -> tuple[str, Any]:
    """('linked', (uscc, method)), ('review', (uscc, ...)) or ('unlinked', reason) of one record."""
    for one in links.linked.to_pylist():
        if one["row"] == row:
            return "linked", (one["uscc"], one["method"])
    candidates = tuple(one["uscc"] for one in links.review.to_pylist() if one["row"] == row)
    if candidates:
        return "review", candidates
    return "unlinked", next(one["reason"] for one in links.unlinked.to_pylist() if one["row"] == row)


def _link(record: Mapping[str, Any], *overrides: Override, policy: Policy | None = None) -> tuple[str, Any]:
    return _fate(resolve(records(record), REGISTRY, overrides=overrides, policy=policy))


NAME = "广州市海川智能科技有限公司"


@pytest.mark.parametrize(
    ("record", "fate"),
    [
        ({"uscc": HAICHUAN}, ("linked", (HAICHUAN, "code"))),
        ({"uscc": HAICHUAN.lower() + " ", "name": "名称写错了的科技有限公司"}, ("linked", (HAICHUAN, "code"))),
        ({"org_code": HAICHUAN[8:17]}, ("linked", (HAICHUAN, "organisation_code"))),
        ({"reg_no": "120118000032322"}, ("linked", (HAICHUAN, "old_number"))),
        ({"name": "广州市海川智能科技有限责任公司 ", "legal_person": "王海"}, ("linked", (HAICHUAN, "name_and_attribute"))),
        ({"name": "广州旧程药业有限公司", "region": "440115"}, ("linked", (RENAMED, "name_and_attribute"))),
        ({"name": "双星贸易商行", "region": "440106"}, ("linked", (TWIN_WEST, "name_and_attribute"))),
        ({"name": "海川智能科技（广州）有限公司", "phone": "13800138001", "region": "440112"}, ("linked", (HAICHUAN, "probable"))),
        ({"name": "广州市海川智能科技有限公司天河分公司", "legal_person": "李川"}, ("linked", (HAICHUAN_BRANCH, "name_and_attribute"))),
    ],
)  # fmt: skip
def test_a_record_with_enough_evidence_is_linked(record: dict[str, Any], fate: tuple[str, Any]) -> None:
    assert _link(record) == fate


def test_a_region_of_old_counts_as_the_one_of_today() -> None:
    assert _link({"name": NAME, "region": "440116"}) == ("linked", (HAICHUAN, "name_and_attribute"))  # 萝岗 is 黄埔 now


def test_a_name_alone_never_links() -> None:
    assert _link({"name": NAME}) == ("review", (HAICHUAN,))
    assert _link({"name": "海川智能科技有限公司"})[0] != "linked"


def test_a_name_whose_attributes_all_contradict_goes_to_review() -> None:
    assert _link({"name": NAME, "legal_person": "别人", "phone": "13911112222"})[0] == "review"


def test_twins_of_one_name_go_to_review_both() -> None:
    kind, candidates = _link({"name": "双星贸易商行"})
    assert kind == "review"
    assert set(candidates) == {TWIN_EAST, TWIN_WEST}


def test_a_branch_is_not_its_parent() -> None:
    assert _link({"uscc": HAICHUAN, "name": "广州市海川智能科技有限公司花都分公司"}) == ("review", (HAICHUAN,))
    assert _link({"name": "广州市海川智能科技有限公司花都分公司", "legal_person": "王海", "phone": "13800138001"})[0] != "linked"


def test_a_code_and_a_name_that_contradict_each_other_go_to_review() -> None:
    kind, candidates = _link({"uscc": HAICHUAN, "name": "广州新程生物医药有限公司"})
    assert kind == "review"
    assert set(candidates) == {HAICHUAN, RENAMED}


def test_the_partnership_of_the_same_owner_is_another_enterprise() -> None:
    fate = _link({"name": "海川智能科技(广州)有限合伙企业", "legal_person": "王海", "phone": "13800138001", "region": "440112"})
    assert fate[0] != "linked" or fate[1][0] == PARTNERSHIP
    assert (
        _link({"name": "广州市海川智能科技经营部", "legal_person": "王海", "phone": "13800138001", "region": "440112"})[0]
        != "linked"
    )


def test_a_valid_code_that_the_register_does_not_know_is_somebody_else() -> None:
    assert _link({"uscc": UNKNOWN_HERE, "name": "深圳某某有限公司"}) == ("unlinked", "统一社会信用代码有效,但登记库中没有该主体")
    assert _link({"uscc": UNKNOWN_HERE, "name": NAME, "legal_person": "王海"}) == ("review", (HAICHUAN,))


def test_a_damaged_code_is_not_used_and_said_so() -> None:
    links = resolve(records({"uscc": "9.14E+17", "name": NAME, "phone": "138-0013-8001"}), REGISTRY)
    assert _fate(links) == ("linked", (HAICHUAN, "name_and_attribute"))
    assert "记录中的代码有误,未采用" in links.linked["reasons"].to_pylist()[0]
    assert _link({"uscc": "9.14E+17"}) == ("unlinked", "代码有误且没有名称")


def test_masked_attributes_agree_with_nothing() -> None:
    assert _link({"name": NAME, "legal_person": "王*", "phone": "138****8001"}) == ("review", (HAICHUAN,))


def _word(decision: str, uscc: str, day: int = 1) -> Override:
    return Override("test", "0", uscc, decision, "officer-7", date(2025, 1, day))  # type: ignore[arg-type]


def test_an_officers_word_comes_first_and_can_be_taken_back() -> None:
    record = {"uscc": HAICHUAN, "name": NAME}
    assert _link(record, _word("confirm", RENAMED)) == ("linked", (RENAMED, "officer"))
    assert _link(record, _word("deny", HAICHUAN)) == ("unlinked", "候选主体已被经办人员否认,没有其他可比的主体")
    other = {"uscc": HAICHUAN, "name": "广州新程生物医药有限公司", "legal_person": "赵新"}
    assert _link(other, _word("deny", HAICHUAN)) == ("linked", (RENAMED, "name_and_attribute"))
    assert _link(record, _word("deny", HAICHUAN), _word("confirm", HAICHUAN, 2)) == ("linked", (HAICHUAN, "officer"))
    assert _link(record, _word("confirm", HAICHUAN), _word("deny", HAICHUAN, 2))[0] != "linked"


def test_a_confirmed_code_outside_the_register_goes_to_review() -> None:
    assert _link({"name": NAME}, _word("confirm", UNKNOWN_HERE)) == ("review", (UNKNOWN_HERE,))


def test_a_cautious_office_sends_every_probable_link_to_review() -> None:
    record = {"name": "海川智能科技（广州）有限公司", "phone": "13800138001", "region": "440112"}
    assert _link(record, policy=Policy(accept=False))[0] == "review"


def test_every_link_says_why() -> None:
    links = resolve(records({"name": NAME, "legal_person": "王海", "region": "440106"}), REGISTRY)
    assert links.linked["reasons"].to_pylist() == [["名称一致", "法定代表人一致", "所在地不一致"]]


def test_a_table_without_what_is_needed_is_refused_in_words() -> None:
    with pytest.raises(SourceError, match="record_id"):
        resolve(pa.table({"source": ["x"]}), REGISTRY)
    with pytest.raises(SourceError, match="uscc"):
        Register(pa.table({"name": ["x"]}))


def test_empty_tables_are_no_trouble() -> None:
    links = resolve(records(), REGISTRY)
    assert (links.linked.num_rows, links.review.num_rows, links.unlinked.num_rows) == (0, 0, 0)
    assert _fate(resolve(records({"name": NAME}), REGISTRY.slice(0, 0)))[0] == "unlinked"


cell = st.one_of(
    st.none(),
    st.sampled_from([HAICHUAN, UNKNOWN_HERE, NAME, "双星贸易商行", "1.2E+07", "", "合计", "'; DROP TABLE rec; --"]),
    st.text(max_size=12),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("uscc", "reg_no", "org_code", "name", "legal_person", "region", "phone"), cell)
        ),
        max_size=6,
    )
)
def test_counts_in_equal_counts_out(rows: list[dict[str, Any]]) -> None:
    links = resolve(records(*rows), REGISTRY)
    fates = [set(table["row"].to_pylist()) for table in (links.linked, links.review, links.unlinked)]
    assert sorted(row for fate in fates for row in fate) == list(range(len(rows)))


def test_a_record_is_linked_alike_alone_and_in_company() -> None:
    task = make_task(generated_register(400, 3), records=60, near_misses=20, seed=3)
    with Register(task.registry) as register:
        together = register.resolve(task.records)
        for row in range(0, 80, 16):
            alone = register.resolve(task.records.slice(row, 1))
            assert _fate(alone)[0] == _fate(together, row)[0]
            assert _fate(alone)[1] == _fate(together, row)[1]


def test_a_spoiled_register_is_found_again_and_no_stranger_is_linked() -> None:
    task = make_task(generated_register(1500, 5), records=400, near_misses=150, seed=5)
    links = resolve(task.records, task.registry)
    pairs = list(zip(links.linked["row"].to_pylist(), links.linked["uscc"].to_pylist(), strict=True))
    assert all(task.truth[row] == uscc for row, uscc in pairs)
    assert len(pairs) >= 0.9 * 400
