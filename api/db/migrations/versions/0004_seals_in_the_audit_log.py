"""Give each audit entry a seal of its own; those before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("audit_log") as log:
        log.add_column(sa.Column("seal", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("audit_log") as log:
        log.drop_column("seal")
