"""The databases of tests/api serve the journeys too."""

from tests.api.conftest import database_url, engine, house, lite_house, postgres_template, sqlite_template, sqlite_url

__all__ = ["database_url", "engine", "house", "lite_house", "postgres_template", "sqlite_template", "sqlite_url"]
