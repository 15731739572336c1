import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from features.identity.names import former_name, is_branch, normalise
from features.identity.prepare import prepare_records, prepare_register
from tests.features.identity_cases import HAICHUAN, REGISTRY, RENAMED

bits = st.sampled_from(
    ["广州", "海川", "科技", "有限责任公司", "有限公司", "股份", "（", "）", "(", ")", " ", "　", "Ａ", "A", "1", "①", "合伙", "有限合伙", "分公司", "营业部", "原", "原名", "存续", "合计", "无", "·", "\n", "伙", "第三店"]
)  # fmt: skip
names = st.one_of(st.none(), st.lists(bits, max_size=9).map("".join), st.text(max_size=12))


@given(st.lists(names, max_size=12))
def test_names_in_columns_are_read_as_single_names_are(cells: list[str | None]) -> None:
    table = pa.table(
        {"source": ["t"] * len(cells), "record_id": [str(at) for at in range(len(cells))], "name": pa.array(cells, pa.string())}
    )
    found = prepare_records(table)
    for cell, name, branch in zip(cells, found["name"].to_pylist(), found["branch"].to_pylist(), strict=True):
        expected = normalise(cell) if cell is not None else ""
        assert (name or "") == expected
        assert branch == is_branch(expected)


@given(st.lists(names, min_size=1, max_size=1))
def test_former_names_in_brackets_become_aliases(cells: list[str | None]) -> None:
    found = prepare_register(pa.table({"uscc": [HAICHUAN], "name": pa.array(cells, pa.string())}))
    former = former_name(cells[0] or "")
    assert len(former) <= 3 or former in found.aliases["name"].to_pylist()


def test_attributes_that_say_nothing_are_null() -> None:
    people = ["王海", "王 海", "张*", "某某", "无", "不详", "Ｊohn Smith", "JOHNSMITH", "", None]
    phones = [
        "13800138001",
        "+86 138-0013-8001",
        "13131313131",
        "11111111111",
        "138****8001",
        "020-3811 2233",
        "123",
        "１３８００１３８００１",
        "无",
        None,
    ]
    table = pa.table({"source": ["t"] * 10, "record_id": [str(at) for at in range(10)], "legal_person": people, "phone": phones})
    found = prepare_records(table)
    assert found["legal_person"].to_pylist() == ["王海", "王海", None, None, None, None, "JOHNSMITH", "JOHNSMITH", None, None]
    assert found["phone"].to_pylist() == [
        "13800138001",
        "13800138001",
        None,
        None,
        None,
        "02038112233",
        None,
        "13800138001",
        None,
        None,
    ]


def test_a_code_that_stands_twice_counts_once_and_the_last_time() -> None:
    found = prepare_register(
        pa.table(
            {"uscc": [HAICHUAN, RENAMED, HAICHUAN, "bad"], "name": ["旧名有限公司", "乙方有限公司", "新名有限公司", "丙方有限公司"]}
        )
    )
    assert found.enterprises["uscc"].to_pylist() == [RENAMED, HAICHUAN]
    assert found.enterprises["name"].to_pylist() == ["乙方有限公司", "新名有限公司"]


def test_former_names_come_as_a_list_or_in_one_cell() -> None:
    as_list = prepare_register(REGISTRY).aliases
    as_cell = prepare_register(
        pa.table(
            {
                "uscc": [RENAMED],
                "name": ["广州新程生物医药有限公司"],
                "former_names": ["广州旧程药业有限责任公司；广州更旧有限公司"],
            }
        )
    ).aliases
    assert {"name": "广州旧程药业有限公司", "uscc": RENAMED} in as_list.to_pylist()
    assert {"name": "广州更旧有限公司", "uscc": RENAMED} in as_cell.to_pylist()
