"""Structures over more than one sentence stay read: of each grid every seventh combination, and no fewer than were read when it was drawn."""

import pytest

from tests.policies.structure_grid import GRIDS, read

STEP = 7
LEAST = {"titles_wished": 0.99, "kinds_headed": 0.99, "deeds_wished": 0.72, "conditions_led": 0.95, "meanings": 0.99}


def test_each_grid_has_a_floor() -> None:
    assert set(LEAST) == set(GRIDS)


@pytest.mark.parametrize("name", GRIDS)
def test_the_grid_is_read(name: str) -> None:
    cells = list(GRIDS[name]())[::STEP]
    wrong = [(cell.frame, cell.filler) for cell in cells if not read(cell)]
    assert 1 - len(wrong) / len(cells) >= LEAST[name], wrong[:20]
