"""Whoever exchanges a channel's credentials says so first: they work once, and two would lose them."""

import sqlalchemy as sa
from alembic import op

from socialpub.store.schema.base import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "renewals",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_renewals_agency_id"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_renewals_channel_id"),
        sa.PrimaryKeyConstraint("channel_id", name="pk_renewals"),
    )
