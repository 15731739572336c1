import csv
import string

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.identity.uscc import (
    ALPHABET,
    FAULT_WORDS,
    BadCode,
    Code,
    CodeFault,
    CodeKind,
    entity_kind,
    is_legal_person,
    read_codes,
    read_org_code,
    read_reg_no,
    read_tax_no,
    read_uscc,
    read_usccs,
)
from tests.shared import SHARED, needs_shared

GOOD = "91420116300227565D"


@pytest.mark.parametrize(
    "cell",
    [
        GOOD,
        GOOD.lower(),
        f" {GOOD} ",
        "9142 0116 3002 2756 5D",
        "９１４２０１１６３００２２７５６５Ｄ",
        f"'{GOOD}",
        "9142-0116300227565-D",
    ],
)
def test_a_code_is_read_however_it_is_typed(cell: str) -> None:
    assert read_uscc(cell) == Code(CodeKind.USCC, GOOD)


@pytest.mark.parametrize("cell", [None, "", "  ", "无", "-", "N/A", "#N/A", float("nan")])
def test_an_empty_cell_is_no_fault(cell: object) -> None:
    assert read_uscc(cell) is None


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("1.2E+07", CodeFault.SPREADSHEET),
        ("9.1420116300228E+17", CodeFault.SPREADSHEET),
        (9.14403001922038e17, CodeFault.SPREADSHEET),
        ("914403001922038000", CodeFault.ROUNDED),
        ("000000000000000000", CodeFault.PLACEHOLDER),
        ("----", CodeFault.PLACEHOLDER),
        ("91420116300227565O", CodeFault.CHARACTERS),
        ("统一社会信用代码", CodeFault.CHARACTERS),
        ("9142011630022756D", CodeFault.LENGTH),
        ("91420116300227565E", CodeFault.CHECK),
    ],
)
def test_a_damaged_code_is_refused_with_its_reason_and_never_repaired(cell: object, fault: CodeFault) -> None:
    reading = read_uscc(cell)
    assert reading == BadCode(fault)
    assert isinstance(reading, BadCode)
    assert reading.message == FAULT_WORDS[fault]


def test_every_fault_has_words_that_hold_no_digits_of_the_cell() -> None:
    assert set(FAULT_WORDS) == set(CodeFault)


def test_older_numbers_are_read_with_their_checks() -> None:
    assert read_reg_no("120118000032322") == Code(CodeKind.REG_NO, "120118000032322")
    assert read_reg_no("120118000032323") == BadCode(CodeFault.CHECK)
    assert read_reg_no("4401011234567") == Code(CodeKind.REG_NO, "4401011234567")
    assert read_org_code("30022756-5") == Code(CodeKind.ORG_CODE, "300227565")
    assert read_org_code("300227566") == BadCode(CodeFault.CHECK)
    assert read_tax_no("420116300227565") == Code(CodeKind.ORG_CODE, "300227565")
    assert read_tax_no(GOOD) == Code(CodeKind.USCC, GOOD)
    assert Code(CodeKind.USCC, GOOD).organisation_code == "300227565"


@pytest.mark.parametrize(
    "code", ["120118000032322", "120000400073350", "120224000036617", "120191000002366", "330203000030639", "500225017019686"]
)
def test_real_registration_numbers_hold_their_check(code: str) -> None:
    assert isinstance(read_reg_no(code), Code)


@needs_shared
def test_every_code_of_the_real_sample_is_well_formed() -> None:
    with (SHARED / "reference" / "enterprises_real_sample.csv").open(encoding="utf-8") as file:
        cells = [row["uscc"] for row in csv.DictReader(file)]
    column = read_usccs(pa.array(cells))
    for cell, code, fault in zip(cells, column.codes.to_pylist(), column.faults.to_pylist(), strict=True):
        assert code == cell if len(cell) == 18 else code is None, fault


def _codes() -> st.SearchStrategy[str]:
    """Well-formed codes, nearly well-formed ones and anything else."""
    first = st.sampled_from(["91", "92", "93", "12", "52", "N1", "A1", "Y1", "0", ""])
    body = st.text(alphabet=ALPHABET, min_size=14, max_size=17)
    return st.tuples(first, body).map("".join)


@given(
    st.lists(
        st.one_of(
            st.none(), _codes(), st.text(alphabet=string.printable + "中Ａ１", max_size=24), st.just(GOOD), st.just("0" * 18)
        ),
        max_size=12,
    )
)
def test_a_column_is_read_as_its_cells_are(cells: list[str | None]) -> None:
    column = read_usccs(pa.array(cells, pa.string()))
    for cell, code, fault in zip(cells, column.codes.to_pylist(), column.faults.to_pylist(), strict=True):
        reading = read_uscc(cell)
        assert code == (reading.text if isinstance(reading, Code) else None)
        assert fault == (reading.fault.value if isinstance(reading, BadCode) else None)


@given(st.text(max_size=60))
def test_any_cell_of_any_reader_gives_a_value_and_never_an_exception(cell: str) -> None:
    for reader in (read_uscc, read_org_code, read_reg_no, read_tax_no):
        assert reader(cell) is None or isinstance(reader(cell), Code | BadCode)
        read_codes(pa.array([cell]), reader)


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_never_makes_another_valid_code(place: int, char: str) -> None:
    wrong = GOOD[:place] + char + GOOD[place + 1 :]
    assert wrong == GOOD or not isinstance(read_uscc(wrong), Code)


@pytest.mark.parametrize(
    ("code", "kind", "legal"),
    [
        ("91", "enterprise", None),
        ("92", "individual_business", False),
        ("93", "cooperative", True),
        ("12", "institution", True),
        ("52", "social_organisation", None),
        ("N1", None, None),
    ],
)
def test_the_second_character_says_what_bears_the_code(code: str, kind: str | None, legal: bool | None) -> None:
    assert entity_kind(code + GOOD[2:]) == kind
    assert is_legal_person(code + GOOD[2:]) == legal
