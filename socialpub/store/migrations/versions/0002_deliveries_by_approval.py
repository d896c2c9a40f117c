"""Deliveries are found by their approval: whatever ends one asks whether the rest of it is out too."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deliveries_approval_id", "deliveries", ["approval_id"], unique=False)
