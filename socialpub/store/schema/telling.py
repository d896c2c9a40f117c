"""What people are to be told: an outbox row in the same transaction as the thing it tells."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.store.schema.base import Base, Key, OfAgency


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_due",
            "due_at",
            postgresql_where=text("told_at IS NULL AND gave_up_at IS NULL"),
            sqlite_where=text("told_at IS NULL AND gave_up_at IS NULL"),
        ),
        Index(
            "uq_notices_once",
            "agency_id",
            "once",
            unique=True,
            postgresql_where=text("once <> ''"),
            sqlite_where=text("once <> ''"),
        ),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    audience: Mapped[str]  # reviewers, pio, administrators, or "officer:NAME"
    subject: Mapped[str]
    body: Mapped[str]
    once: Mapped[str] = mapped_column(default="")  # the same thing is told once
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")
