"""The records: one append-only line per change, chained. Triggers refuse update and delete."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.store.schema.base import AGENCY, Base, Json


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject", "subject_id"), Index("ix_events_at", "at"))

    agency_id: Mapped[str] = mapped_column(primary_key=True, default=AGENCY)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, without gaps
    at: Mapped[datetime]
    actor: Mapped[str]
    via: Mapped[str] = mapped_column(default="")
    verb: Mapped[str]
    subject: Mapped[str]  # story, delivery, channel, …
    subject_id: Mapped[str]
    data: Mapped[Json]
    before: Mapped[str]  # hash of the event before; "" for the first
    hash: Mapped[str]
