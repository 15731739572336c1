"""A service on a fresh database, on SQLite and on PostgreSQL, with a clock that stands still and a receiver that notes what it gets."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from api.access import SYSTEM, Actor, Role
from api.app import create_app
from api.clock import SetClock
from api.db.engine import migrate, open_database
from api.settings import load_settings
from api.usecases import accounts
from api.usecases.accounts import create_user, sign_in
from api.usecases.keys import create_api_key
from api.wiring import Services, build_services
from tests.api.fakes import AnyWhere, NotingSender, parse_fake

POSTGRES = os.environ.get("MIANSHEN_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MOMENT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def postgres_or_skip() -> None:
    """Skip where there is no server; in CI that is a failure."""
    try:
        engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
        with engine.connect():
            pass
        engine.dispose()
    except OperationalError:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no PostgreSQL at 127.0.0.1:5432")
        pytest.skip("no PostgreSQL at 127.0.0.1:5432 (set MIANSHEN_TEST_POSTGRES)")


def _on_server(*statements: str) -> None:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _url_of(database: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + "/" + database


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed with little work: it is the algorithm's, not ours, to be slow."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated database that tests copy."""
    postgres_or_skip()
    name = f"mianshen_template_{secrets.token_hex(4)}"
    _on_server(f"CREATE DATABASE {name}")
    engine = open_database(_url_of(name))
    migrate(engine)
    engine.dispose()
    yield name
    _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "mianshen.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    name = f"mianshen_test_{secrets.token_hex(6)}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _url_of(name)
    _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"DROP DATABASE IF EXISTS {name}_jobs WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file, for tests to which the kind of database makes no difference."""
    path = tmp_path / "mianshen.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open database."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@dataclass
class House:
    """A service in a test, with its people."""

    services: Services
    clock: SetClock
    sender: NotingSender
    people: dict[str, Actor]

    def person(self, name: str, role: Role = "officer", uscc: str | None = None) -> Actor:
        """A person of this name, made when first asked for."""
        if name not in self.people:
            create_user(
                name, f"{name}-password", SYSTEM, role=role, name=name, uscc=uscc, uow=self.services.uow(), clock=self.clock
            )
            self.people[name] = sign_in(name, f"{name}-password", uow=self.services.uow(), clock=self.clock).actor
        return self.people[name]

    def key(self, *scopes: str, owner: str = "alpha", enterprises: list[str] | None = None) -> tuple[Actor, str]:
        """A key with these scopes and its secret."""
        _, secret = create_api_key(
            SYSTEM, name="测试", scopes=scopes, owner=owner, enterprises=enterprises, uow=self.services.uow(), clock=self.clock
        )
        actor = self.services.callers.recognise(
            secret, uow=self.services.uow(), clock=self.clock, rules=self.services.sign_in_rules
        )
        return actor, secret

    def client(self, secret: str | None = None) -> TestClient:
        """An HTTP client, with a bearer where given."""
        headers = {} if secret is None else {"authorization": f"Bearer {secret}"}
        app = create_app(self.services.settings, self.services)
        return TestClient(app, headers=headers, raise_server_exceptions=False)


def house_at(url: str, folder: Path) -> House:
    settings = load_settings({"MIANSHEN_DATA_DIR": str(folder), "MIANSHEN_DATABASE_URL": url, "MIANSHEN_LOG_LEVEL": "warning"})
    clock, sender = SetClock(MOMENT), NotingSender()
    services = build_services(settings, clock=clock, sender=sender, parse=parse_fake, guard=AnyWhere())
    return House(services, clock, sender, {})


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A service on each kind of database."""
    made = house_at(database_url, tmp_path)
    yield made
    made.services.close()


@pytest.fixture
def lite_house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A service on SQLite alone, for tests to which the kind of database makes no difference."""
    made = house_at(sqlite_url, tmp_path)
    yield made
    made.services.close()
