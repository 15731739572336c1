"""Migrations carry what is there: reservations made before budgets had rounds keep their money, forwards and back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

import api.db
from api.db.engine import migrate

_BEFORE = "0002"


def _to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(api.db.__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def _rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_reservations_made_before_rounds_keep_their_money(engine: Engine) -> None:
    _to(engine, _BEFORE)
    stamp = "2026-11-20 01:00:00"
    filled = {
        "policy_documents": "'pol_1','D','n','h','parsed','txt','t','{}','x','[]','[]','[]',NULL,NULL,'u',:at",
        "rule_drafts": "'drf_1','pol_1','D','t',1,'published','{}','[]',NULL,NULL,:at,:at",
        "rule_versions": "'rul_1','D',1,'pol_1','drf_1','t','{}','h',NULL,'u','u',:at,NULL",
        "budget_pots": "'D',0,1000,5,700,2",
        "budget_reservations": "'rsv_1','D',0,'A','rul_1',300,'u',:at",
    }
    with engine.connect() as connection:
        for table, values in filled.items():
            connection.execute(text(f"INSERT INTO {table} VALUES ({values})"), {"at": stamp} if ":at" in values else {})
        connection.execute(text("INSERT INTO budget_reservations VALUES ('rsv_2','D',0,'B','rul_1',400,'u',:at)"), {"at": stamp})
        connection.commit()
    migrate(engine)
    assert _rows(engine, "SELECT reserved_fen, reserved_count, paid_fen, paid_count, way FROM budget_pots") == [
        (700, 2, 0, 0, None)
    ]
    assert _rows(engine, "SELECT id, state, amount_fen FROM budget_reservations ORDER BY id") == [
        ("rsv_1", "reserved", 300),
        ("rsv_2", "reserved", 400),
    ]
    assert _rows(engine, "SELECT id, reservation_id, held_fen FROM budget_entries ORDER BY id") == [
        ("bde_1", "rsv_1", 300),
        ("bde_2", "rsv_2", 400),
    ]
    with engine.connect() as connection:
        connection.execute(text("UPDATE budget_reservations SET state = 'paid', paid_fen = 250 WHERE id = 'rsv_1'"))
        connection.execute(text("UPDATE budget_reservations SET state = 'released' WHERE id = 'rsv_2'"))
        connection.execute(text("UPDATE budget_pots SET reserved_fen = 0, reserved_count = 0, paid_fen = 250, paid_count = 1"))
        connection.commit()
    _to(engine, _BEFORE)
    assert _rows(engine, "SELECT reserved_fen, reserved_count FROM budget_pots") == [(250, 1)]
    assert _rows(engine, "SELECT id, amount_fen FROM budget_reservations") == [("rsv_1", 250)]
    migrate(engine)


@pytest.mark.parametrize("change", ["reserved_fen = -1", "reserved_fen = budget_fen + 1", "paid_count = quota + 1"])
def test_the_database_itself_refuses_a_pot_below_zero(engine: Engine, change: str) -> None:
    with engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO budget_pots (document_id, item, budget_fen, quota, reserved_fen, reserved_count, paid_fen, paid_count) "
                "VALUES ('D', 0, 100, 2, 0, 0, 0, 0)"
            )
        )
        with pytest.raises(Exception, match="ck_budget_pots_"):
            connection.execute(text(f"UPDATE budget_pots SET {change}"))
