"""The bank of wordings: every case reads as it should; one marked unread is still read wrongly, so that its mark is not forgotten."""

from __future__ import annotations

import pytest

from tests.policies.wordings import Case, cases, read_case

CASES = cases()


@pytest.mark.parametrize("case", [c for c in CASES if c.unread is None], ids=lambda c: c.name)
def test_reads(case: Case) -> None:
    assert read_case(case).faults == []


@pytest.mark.parametrize("case", [c for c in CASES if c.unread is not None], ids=lambda c: c.name)
def test_is_still_unread(case: Case) -> None:
    assert read_case(case).faults, "the reader reads this by now: take the mark `unread` away"


def test_the_bank_is_large_and_mostly_read() -> None:
    assert len(CASES) >= 450
    assert sum(c.unread is None for c in CASES) >= 0.75 * len(CASES)
