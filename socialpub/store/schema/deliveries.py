"""One row is one job: a post on its way to one channel. The state in the row is the queue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.model.ids import new_id
from socialpub.model.states import DeliveryState
from socialpub.store.schema.base import Base, Json, Key, OfAgency, Stored

_WAITING = text("state IN ('scheduled', 'deferred')")
_SENDING = text("state = 'sending'")
_ASKING = text("state IN ('unconfirmed', 'retracting')")
_OCCUPYING = text("state NOT IN ('failed', 'cancelled', 'retracted')")


def _partial(name: str, *columns: str, where: object, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, postgresql_where=where, sqlite_where=where)


class Delivery(Base):
    __tablename__ = "deliveries"
    __table_args__ = (
        # One in flight per channel: no lock manager, no race.
        _partial("uq_deliveries_in_flight", "channel_id", where=_SENDING, unique=True),
        # A story is at most once on a channel, whatever its revision.
        _partial("uq_deliveries_occupying", "story_id", "channel_id", where=_OCCUPYING, unique=True),
        # What is due next on each channel, and anywhere.
        _partial("ix_deliveries_due", "channel_id", "due_at", "id", where=_WAITING),
        _partial("ix_deliveries_deadline", "deadline", where=_WAITING),
        _partial("ix_deliveries_lease", "lease_until", where=_SENDING),
        _partial("ix_deliveries_look", "look_at", where=_ASKING),
        Index("ix_deliveries_state", "state", "changed_at"),
        Index("ix_deliveries_approval_id", "approval_id"),
        CheckConstraint("not_before <= due_at AND not_before < deadline", "window"),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    # scheduled | deferred -> sending | failed (expired) | cancelled | needs_person
    # sending              -> delivered | deferred | failed (refused) | unconfirmed | cancelled (no approval)
    # unconfirmed          -> delivered (found) | deferred (surely absent) | failed (absent, too late)
    #                         | cancelled (absent, and somebody wished it) | needs_person (cannot tell)
    # needs_person         -> delivered | scheduled | cancelled                      (a person)
    #                         | retracting | retracted: it was published             (a person)
    # failed               -> scheduled | cancelled                                  (a person)
    # delivered            -> retracting -> retracted | delivered | needs_person
    state: Mapped[DeliveryState] = mapped_column(Stored(DeliveryState))
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    approval_id: Mapped[str] = mapped_column(ForeignKey("approvals.id"))
    digest: Mapped[str]  # what was approved; the sender recomputes it
    key: Mapped[str] = mapped_column(default=new_id)  # idempotency key, record key; minted once
    not_before: Mapped[datetime]
    due_at: Mapped[datetime]
    deadline: Mapped[datetime]
    wall_time: Mapped[str] = mapped_column(default="")  # the planned department time; UTC is computed again
    zone: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)  # grows with each claim; an older holder can do nothing
    owner: Mapped[str] = mapped_column(default="")  # the daemon that claimed it
    lease_until: Mapped[datetime | None]
    intent_at: Mapped[datetime | None]  # when a visible call was first begun; None: surely never
    look_at: Mapped[datetime | None]  # when to ask the network again
    looks: Mapped[int] = mapped_column(default=0)  # how often it was asked and not seen
    doubtful: Mapped[bool] = mapped_column(default=False)  # its last owner is not proven dead
    wish: Mapped[str] = mapped_column(default="")  # "cancel": wanted while sending or unconfirmed
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Attempt(Base):
    """One try. Written before the network is touched; a crash leaves it open, as evidence."""

    __tablename__ = "attempts"
    __table_args__ = (Index("uq_attempts_fence", "delivery_id", "fence", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    fence: Mapped[int]
    owner: Mapped[str]
    started_at: Mapped[datetime]
    intent_at: Mapped[datetime | None]  # the visible call was about to be made
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")


class Step(Base):
    """The journal of an attempt: the ids of one step, committed before the next."""

    __tablename__ = "steps"
    __table_args__ = (
        Index("uq_steps_number", "attempt_id", "number", unique=True),
        Index("ix_steps_delivery_id", "delivery_id"),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"))
    number: Mapped[int]
    part: Mapped[int] = mapped_column(default=0)
    step: Mapped[str]
    ids: Mapped[Json]
    at: Mapped[datetime]


class Receipt(Base):
    """Proof of one visible part. A remote id belongs to one delivery only."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("uq_receipts_remote", "channel_id", "remote_id", unique=True),
        Index("uq_receipts_part", "delivery_id", "part", unique=True),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    part: Mapped[int] = mapped_column(default=0)
    remote_id: Mapped[str]
    permalink: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Hold(Base):
    """A person's stop. A row, never a state; read by the claim and right before a visible call."""

    __tablename__ = "holds"
    __table_args__ = (_partial("ix_holds_on", "scope", "target", where=text("released_at IS NULL")),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    scope: Mapped[str]  # all, channel, delivery
    target: Mapped[str] = mapped_column(default="")  # a channel's or a delivery's id
    by: Mapped[str]
    because: Mapped[str]
    since: Mapped[datetime]
    released_at: Mapped[datetime | None]


class HoldRelease(Base):
    """One person's word that a hold may end. A wide hold needs two."""

    __tablename__ = "hold_releases"
    __table_args__ = (Index("uq_hold_releases_person", "hold_id", "person", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    hold_id: Mapped[str] = mapped_column(ForeignKey("holds.id"))
    person: Mapped[str]
    at: Mapped[datetime]
