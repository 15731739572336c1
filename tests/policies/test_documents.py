"""Whole documents of our own: what was once read rightly stays so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.documents import documents, read_document


@pytest.mark.parametrize(("name", "row"), documents(), ids=[name for name, _ in documents()])
def test_no_less_is_right_than_was(name: str, row: dict[str, Any]) -> None:
    figures, faults = read_document(row)
    leaves, exact = row["at_least"]
    assert (figures.leaves[0] >= leaves, figures.exact >= exact) == (True, True), "\n".join([str(figures), *faults])
