"""Accounts on networks, and their credentials, which are never stored in the clear."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.store.schema.base import Base, Key, OfAgency


class Channel(Base):
    __tablename__ = "channels"
    __table_args__ = (Index("uq_channels_name", "agency_id", "name", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    name: Mapped[str]  # the department's own: "facebook-main"
    platform: Mapped[str]
    account: Mapped[str]  # the network's own id of the account; part of every digest
    base_url: Mapped[str] = mapped_column(default="")  # empty: the real network
    free_at: Mapped[datetime | None]  # nothing is claimed before: spacing, a daily cap, a rate limit
    trouble: Mapped[str] = mapped_column(default="")  # what a person must mend; empty: nothing
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Secret(Base):
    """A channel's credentials, sealed (AES-256-GCM, the channel's id as associated data)."""

    __tablename__ = "secrets"

    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    agency_id: Mapped[OfAgency]
    sealed: Mapped[bytes]
    set_at: Mapped[datetime]


class Renewal(Base):
    """Somebody is exchanging a channel's credentials for the next ones right now. One at a time: they work once."""

    __tablename__ = "renewals"

    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    agency_id: Mapped[OfAgency]
    token: Mapped[str]  # of this try
    until: Mapped[datetime]  # whoever began it is taken for dead after this
