"""Find the newest decisions without sorting all of them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_decisions_decided_at_id", "decisions", ["decided_at", "id"], unique=False)


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_decisions_decided_at_id", table_name="decisions")
