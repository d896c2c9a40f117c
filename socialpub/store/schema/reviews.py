"""What the guidelines found, what people said to it, and what was approved."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.model.finding import Level
from socialpub.store.schema.base import Base, Json, Key, OfAgency, Stored


class Screening(Base):
    """One run of the packs over one revision."""

    __tablename__ = "screenings"
    __table_args__ = (Index("ix_screenings_revision_id", "revision_id"),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    packs: Mapped[str]  # version of the packs, recorded and never recomputed
    at: Mapped[datetime]


class FoundRow(Base):
    """A finding in one revision; stays when a later screening does not repeat it."""

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_revision_id", "revision_id"),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    screening_id: Mapped[str] = mapped_column(ForeignKey("screenings.id"))
    number: Mapped[int]  # what people call it: "finding 3"
    rule: Mapped[str]
    level: Mapped[Level] = mapped_column(Stored(Level))
    finding: Mapped[Json]  # model.finding.Finding, whole
    found_at: Mapped[datetime]


class Waiver(Base):
    """One person set one finding aside, with a reason. A block needs two."""

    __tablename__ = "waivers"
    __table_args__ = (Index("uq_waivers_person", "finding_id", "person", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"))
    person: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class Attestation(Base):
    """A named person's answer to a question that a rule asked about this story."""

    __tablename__ = "attestations"
    __table_args__ = (Index("uq_attestations_finding_id", "finding_id", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"))
    person: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime]


class Approval(Base):
    """A second person's yes to exactly these posts. It falls (`fell_at`), it is never edited."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_in_force",
            "story_id",
            unique=True,
            postgresql_where=text("fell_at IS NULL"),
            sqlite_where=text("fell_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    approver: Mapped[str]
    packs: Mapped[str]
    at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    fell_at: Mapped[datetime | None]
    fell_because: Mapped[str] = mapped_column(default="")


class ApprovedPost(Base):
    """One post under an approval: its digest, its window, and the time it was planned for."""

    __tablename__ = "approved_posts"
    __table_args__ = (Index("uq_approved_posts_post", "approval_id", "post_id", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    approval_id: Mapped[str] = mapped_column(ForeignKey("approvals.id"))
    post_id: Mapped[str] = mapped_column(ForeignKey("posts.id"))
    digest: Mapped[str]
    not_before: Mapped[datetime]
    deadline: Mapped[datetime]
    planned_at: Mapped[datetime]
