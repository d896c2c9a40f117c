"""Invented records: a story in two revisions with waivers, on its way to one channel; and a shelf with its bytes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from socialpub.model.finding import Level
from socialpub.model.people import DAEMON, Actor, Role
from socialpub.model.post import LinkCard, Media, Post, Window, digest, encode
from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.database import Database
from socialpub.store.moves import move
from socialpub.store.schema import (
    AGENCY,
    Approval,
    ApprovedPost,
    Asset,
    Attempt,
    Attestation,
    Channel,
    Delivery,
    Epoch,
    FoundRow,
    PostRow,
    Receipt,
    Rendition,
    Revision,
    Screening,
    Secret,
    Step,
    Story,
    Submission,
    Waiver,
)

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ADMINISTRATOR = Actor("ada", frozenset({Role.ADMINISTRATOR}), "os:ada")
AUDITOR = Actor("uma", frozenset({Role.AUDITOR}), "os:uma")

ORIGINAL, RELEASE, RENDITION = b"a photo with its place", b"signed by a guardian", b"a photo without its place"

#: Must never be found outside the row that holds it.
CANARY = b"canary-5f1c9e77-sealed-credential"


@dataclass(slots=True)
class SetClock:
    """A clock that a test sets by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shelve(spool: Path, room: str, data: bytes) -> Path:
    path = spool / "media" / room / sha(data)[:2] / sha(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o400)
    return path


def shelve_all(spool: Path) -> None:
    for room, data in (("originals", ORIGINAL), ("evidence", RELEASE), ("renditions", RENDITION)):
        shelve(spool, room, data)


def add_channel(db: Database, name: str = "town-square") -> str:
    with db.transaction() as tx:
        url = "https://poster:hunter2@square.example/api"
        row = Channel(name=name, platform="file", account="4711", base_url=url, added_at=tx.now)
        tx.session.add(row)
        tx.session.flush()
        tx.session.add(Secret(channel_id=row.id, sealed=CANARY, set_at=tx.now))
        tx.record(ADMINISTRATOR, "add", "channel", row.id)
        return row.id


def add_epoch(db: Database) -> None:
    with db.transaction() as tx:
        tx.session.add(Epoch(number=1, since=tx.now, because="first start"))


def add_story(db: Database, text: str = "Officer Ruiz found a lost bike.") -> str:
    """A story in two revisions; the second one has a waived and an attested finding."""
    with db.transaction() as tx:
        at = tx.now
        story = Story(state=StoryState.APPROVED, submitter="jruiz", revision=2, created_at=at, changed_at=at)
        tx.session.add(story)
        tx.session.flush()
        tx.session.add(
            Submission(
                story_id=story.id, submitter="jruiz", sender_id=story.id, content="", via="inbox", received_at=at
            )
        )
        _revision(tx.session, story.id, 1, text, at)
        revision = _revision(tx.session, story.id, 2, text + " Twice.", at)
        _findings(tx.session, revision, at)
        if tx.session.get(Rendition, (AGENCY, sha(RENDITION))) is None:
            tx.session.add(
                Rendition(
                    sha256=sha(RENDITION),
                    asset_sha256=sha(ORIGINAL),
                    mime="image/jpeg",
                    width=8,
                    height=8,
                    size=len(RENDITION),
                    made_at=at,
                    frozen_at=at,
                )
            )
        tx.record(Actor("jruiz", frozenset(), "inbox"), "submit", "story", story.id)
        return story.id


def _revision(session: Session, story: str, number: int, text: str, at: datetime) -> str:
    row = Revision(
        story_id=story, number=number, author="jruiz", document={"text": text}, written_at=at, prepared_at=at
    )
    session.add(row)
    session.flush()
    for kind, data, mime in (("photo", ORIGINAL, "image/heic"), ("release", RELEASE, "")):
        session.add(
            Asset(
                revision_id=row.id,
                kind=kind,
                position=0,
                sha256=sha(data),
                mime=mime,
                width=8,
                height=8,
                size=len(data),
                name="../../etc/passwd",
            )
        )
    return row.id


def _findings(session: Session, revision: str, at: datetime) -> None:
    screening = Screening(revision_id=revision, packs="core 1", at=at)
    session.add(screening)
    session.flush()
    for number, level in ((1, Level.BLOCK), (2, Level.ATTEST)):
        row = FoundRow(
            revision_id=revision,
            screening_id=screening.id,
            number=number,
            rule=f"rule-{number}",
            level=level,
            finding={"says": "Do not name a minor."},
            found_at=at,
        )
        session.add(row)
        session.flush()
        if level is Level.ATTEST:
            session.add(Attestation(finding_id=row.id, person="rea", answer="yes, she signed", at=at))
        else:
            session.add_all(
                Waiver(finding_id=row.id, person=person, reason=f"{person} knows why", at=at)
                for person in ("rea", "pia")
            )


def approve(db: Database, story: str, channel: str, due: datetime, *, dispatched: bool = True) -> str:
    """Approve its newest revision for one channel, planned for `due`; the approval's id."""
    with db.transaction() as tx:
        revision = tx.session.query(Revision).filter_by(story_id=story, number=2).one()
        media = (Media(sha(RENDITION), "image/jpeg", 8, 8, len(RENDITION), "a bike"),)
        post = Post("file", ("Officer Ruiz found a lost bike.",), media, LinkCard("https://city.example"))
        row = PostRow(revision_id=revision.id, channel_id=channel, body=encode(post), notes=[], composed_at=tx.now)
        tx.session.add(row)
        approval = Approval(
            story_id=story,
            revision_id=revision.id,
            approver="rea",
            packs="core 1",
            at=tx.now,
            dispatched_at=tx.now if dispatched else None,
        )
        tx.session.add(approval)
        tx.session.flush()
        window = Window(tx.now - timedelta(days=1), due + timedelta(days=1))
        tx.session.add(
            ApprovedPost(
                approval_id=approval.id,
                post_id=row.id,
                digest=digest(post, "4711", window),
                not_before=window.not_before,
                deadline=window.deadline,
                planned_at=due,
            )
        )
        tx.record(Actor("rea"), "approve", "story", story)
        return approval.id


def dispatch(
    db: Database, approval: str, due: datetime, state: DeliveryState = DeliveryState.SCHEDULED, owner: str = ""
) -> str:
    """One delivery in `state`; the states after a claim have an attempt with its steps."""
    with db.transaction() as tx:
        given = tx.session.get_one(Approval, approval)
        approved = tx.session.query(ApprovedPost).filter_by(approval_id=approval).one()
        post = tx.session.get_one(PostRow, approved.post_id)
        row = Delivery(
            state=state,
            story_id=given.story_id,
            post_id=post.id,
            channel_id=post.channel_id,
            approval_id=approval,
            digest=approved.digest,
            not_before=approved.not_before,
            due_at=due,
            deadline=approved.deadline,
            owner=owner,
            fence=1,
            created_at=tx.now,
            changed_at=tx.now,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.record(DAEMON, "dispatch", "delivery", row.id)
        if state not in {DeliveryState.SCHEDULED, DeliveryState.DEFERRED}:
            _attempt(tx.session, row.id, tx.now)
        return row.id


def _attempt(session: Session, delivery: str, at: datetime) -> None:
    attempt = Attempt(delivery_id=delivery, fence=1, owner="host-1", started_at=at, intent_at=at)
    session.add(attempt)
    session.flush()
    session.add(
        Step(delivery_id=delivery, attempt_id=attempt.id, number=1, step="publish", ids={"container": "c-1"}, at=at)
    )


def deliver(db: Database, delivery: str) -> None:
    """It went out, and the network said so."""
    with db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        if row.state != DeliveryState.SENDING:
            move(tx, row, DeliveryState.SENDING, by=DAEMON)
        move(tx, row, DeliveryState.DELIVERED, by=DAEMON)
        link = f"https://square.example/{delivery}"
        tx.session.add(
            Receipt(
                delivery_id=delivery, channel_id=row.channel_id, remote_id=f"r-{delivery}", permalink=link, at=tx.now
            )
        )


def states(db: Database) -> dict[str, DeliveryState]:
    with db.reading() as session:
        return {row.id: row.state for row in session.query(Delivery)}
