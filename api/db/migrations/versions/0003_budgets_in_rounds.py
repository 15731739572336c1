"""Give budgets their way of allocation, rounds with applications, stages of a reservation, and a ledger."""

import sqlalchemy as sa
from alembic import op

from api.db.types import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_POT_CHECKS = {
    "ck_budget_pots_not_negative": "reserved_fen >= 0 AND reserved_count >= 0 AND paid_fen >= 0 AND paid_count >= 0",
    "ck_budget_pots_budget_carries": "budget_fen IS NULL OR reserved_fen + paid_fen <= budget_fen",
    "ck_budget_pots_quota_carries": "quota IS NULL OR reserved_count + paid_count <= quota",
}
_ONE_EACH = "uq_budget_reservations_document_id_item_uscc"


def _unique_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    """Widen the pots and the reservations; a ledger line for each reservation that is there."""
    op.create_table(
        "budget_rounds",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("available_fen", sa.BigInteger(), nullable=True),
        sa.Column("granted_fen", sa.BigInteger(), nullable=False),
        sa.Column("granted_count", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("shared_by", sa.String(length=40), nullable=True),
        sa.Column("shared_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["rule_version_id"], ["rule_versions.id"], name=op.f("fk_budget_rounds_rule_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_rounds")),
    )
    op.create_index("ix_budget_rounds_document_id_item", "budget_rounds", ["document_id", "item"], unique=False)
    _unique_where("uq_budget_rounds_open", "budget_rounds", ["document_id", "item"], "state = 'open'")
    with op.batch_alter_table("budget_pots") as pots:
        pots.add_column(sa.Column("paid_fen", sa.BigInteger(), nullable=False, server_default="0"))
        pots.add_column(sa.Column("paid_count", sa.Integer(), nullable=False, server_default="0"))
        pots.add_column(sa.Column("way", sa.String(length=12), nullable=True))
        pots.add_column(sa.Column("set_by", sa.String(length=40), nullable=True))
        pots.add_column(sa.Column("set_at", Moment(), nullable=True))
        for name, condition in _POT_CHECKS.items():
            pots.create_check_constraint(op.f(name), sa.text(condition))
    with op.batch_alter_table("budget_reservations") as reservations:
        reservations.drop_constraint(op.f(_ONE_EACH), type_="unique")
        reservations.add_column(sa.Column("state", sa.String(length=12), nullable=False, server_default="reserved"))
        reservations.add_column(sa.Column("round_id", sa.String(length=40), nullable=True))
        reservations.add_column(sa.Column("paid_fen", sa.BigInteger(), nullable=True))
        reservations.add_column(sa.Column("changed_at", Moment(), nullable=True))
        reservations.create_foreign_key(op.f("fk_budget_reservations_round_id"), "budget_rounds", ["round_id"], ["id"])
    op.execute("UPDATE budget_reservations SET changed_at = reserved_at")
    with op.batch_alter_table("budget_reservations") as reservations:
        reservations.alter_column("changed_at", existing_type=Moment(), nullable=False)
        reservations.alter_column("state", existing_type=sa.String(length=12), existing_nullable=False, server_default=None)
    _unique_where("uq_budget_reservations_living", "budget_reservations", ["document_id", "item", "uscc"], "state <> 'released'")
    op.create_table(
        "budget_applications",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("granted_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("reservation_id", sa.String(length=40), nullable=True),
        sa.Column("applied_by", sa.String(length=40), nullable=False),
        sa.Column("applied_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["budget_rounds.id"], name=op.f("fk_budget_applications_round_id")),
        sa.ForeignKeyConstraint(["reservation_id"], ["budget_reservations.id"], name=op.f("fk_budget_applications_reservation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_applications")),
    )
    _unique_where("uq_budget_applications_living", "budget_applications", ["round_id", "uscc"], "state <> 'withdrawn'")
    op.create_table(
        "budget_entries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("held_fen", sa.BigInteger(), nullable=False),
        sa.Column("held_count", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_count", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["reservation_id"], ["budget_reservations.id"], name=op.f("fk_budget_entries_reservation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entries")),
    )
    op.create_index(op.f("ix_budget_entries_reservation_id"), "budget_entries", ["reservation_id"], unique=False)
    op.create_index("ix_budget_entries_document_id_item_id", "budget_entries", ["document_id", "item", "id"], unique=False)
    op.execute(
        'INSERT INTO budget_entries (id, document_id, item, reservation_id, kind, held_fen, held_count, paid_fen, paid_count, note, "by", at) '
        "SELECT 'bde_' || substr(id, 5), document_id, item, id, 'reserved', amount_fen, 1, 0, 0, '', reserved_by, reserved_at "
        "FROM budget_reservations"
    )


def downgrade() -> None:
    """Back to reservations only. What was released goes; what was paid stays reserved at what was paid, so that no money comes free."""
    op.execute(
        "UPDATE budget_pots SET reserved_fen = reserved_fen + paid_fen, reserved_count = reserved_count + paid_count, "
        "paid_fen = 0, paid_count = 0"
    )
    op.drop_table("budget_entries")
    op.drop_table("budget_applications")
    op.execute("DELETE FROM budget_reservations WHERE state = 'released'")
    op.execute("UPDATE budget_reservations SET amount_fen = paid_fen WHERE state = 'paid'")
    op.drop_index("uq_budget_reservations_living", table_name="budget_reservations")
    with op.batch_alter_table("budget_reservations") as reservations:
        reservations.drop_constraint(op.f("fk_budget_reservations_round_id"), type_="foreignkey")
        for column in ("state", "round_id", "paid_fen", "changed_at"):
            reservations.drop_column(column)
        reservations.create_unique_constraint(op.f(_ONE_EACH), ["document_id", "item", "uscc"])
    with op.batch_alter_table("budget_pots") as pots:
        for name in _POT_CHECKS:
            pots.drop_constraint(op.f(name), type_="check")
        for column in ("paid_fen", "paid_count", "way", "set_by", "set_at"):
            pots.drop_column(column)
    op.drop_table("budget_rounds")
