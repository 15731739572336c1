"""One small city for all tests of the sample data."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data_samples.extracts import City
from data_samples.generate import draw_city, generate, messy_extracts
from data_samples.mess import Truth
from data_samples.params import Scope
from data_samples.sheet import Sheet

AS_OF = date(2026, 11, 20)
SCOPE = Scope(1500, 11, AS_OF)


@pytest.fixture(scope="session")
def city() -> City:
    return draw_city(SCOPE)


@pytest.fixture(scope="session")
def messy(city: City) -> tuple[dict[str, Sheet], Truth]:
    sheets, truth = messy_extracts(city)
    return {sheet.layout.path: sheet for sheet in sheets}, truth


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    generate(SCOPE, folder)
    return folder


@pytest.fixture(scope="session")
def truth(records: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((records / "TRUTH.json").read_text("utf-8"))
    return loaded
