"""What officers tell, as received and as prepared."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from socialpub.model.states import StoryState
from socialpub.store.schema.base import AGENCY, Base, Json, Key, OfAgency, Stored


class Story(Base):
    """What an officer wants told. Its words live in its newest revision."""

    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_state", "state", "changed_at"),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    # draft -> submitted -> in_review -> approved | returned | rejected ; returned -> submitted
    # approved -> in_review (its approval fell) ; anything undecided or approved -> withdrawn
    state: Mapped[StoryState] = mapped_column(Stored(StoryState))
    submitter: Mapped[str]  # a person's name
    revision: Mapped[int] = mapped_column(default=1)  # number of the newest revision
    reason: Mapped[str] = mapped_column(default="")  # of the newest move, for its author
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Submission(Base):
    """One arrival. The sender's id counts per submitter, so a repeat is harmless."""

    __tablename__ = "submissions"
    __table_args__ = (Index("uq_submissions_sender", "agency_id", "submitter", "sender_id", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    submitter: Mapped[str]
    sender_id: Mapped[str]  # the document's own id, or the hash of its content
    content: Mapped[str]  # SHA-256 over the document and its files
    via: Mapped[str]  # inbox, command line, demo
    received_at: Mapped[datetime]


class Revision(Base):
    """The words of a story at one time. Never changed; an edit is a new one."""

    __tablename__ = "revisions"
    __table_args__ = (Index("uq_revisions_number", "story_id", "number", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    story_id: Mapped[str] = mapped_column(ForeignKey("stories.id"))
    number: Mapped[int]
    author: Mapped[str]
    document: Mapped[Json]  # model.document.StoryDocument
    written_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]  # posts, renditions and findings stand


class Asset(Base):
    """A file of one revision, as received; the bytes are in the spool by hash."""

    __tablename__ = "assets"
    __table_args__ = (Index("uq_assets_place", "revision_id", "kind", "position", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    kind: Mapped[str]  # photo, video, captions, release
    position: Mapped[int]  # index in the document's list
    sha256: Mapped[str]
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    name: Mapped[str]  # what its sender called it; shown, never used as a path


class Rendition(Base):
    """A file that may leave. Rebuilt freely until frozen by an approval, never after."""

    __tablename__ = "renditions"

    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True, default=AGENCY)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    asset_sha256: Mapped[str]
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    made_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]


class PostRow(Base):
    """The variant of one revision for one channel, exactly as the adapter will receive it."""

    __tablename__ = "posts"
    __table_args__ = (Index("uq_posts_channel", "revision_id", "channel_id", unique=True),)

    id: Mapped[Key]
    agency_id: Mapped[OfAgency]
    revision_id: Mapped[str] = mapped_column(ForeignKey("revisions.id"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    body: Mapped[Json]  # model.post.encode(Post)
    notes: Mapped[Json]  # what was shortened or left out, in words
    composed_at: Mapped[datetime]
