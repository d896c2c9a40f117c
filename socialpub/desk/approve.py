"""A second person says yes to exactly these posts, or says no with a reason.

The digest that is written here covers every byte that will leave, the account and the window. The sender
recomputes it. Nothing in this file may be waived by configuration.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find, telling
from socialpub.desk.declined import Declined, not_ones_own, reason_given, require
from socialpub.desk.findings import open_findings
from socialpub.desk.seen import fingerprint, posts_of, same_as_seen
from socialpub.desk.times import Approved, PlannedPost, Terms, plan
from socialpub.model.people import REVIEWERS, Actor
from socialpub.model.post import files_of
from socialpub.model.states import STORY_EDGES, StoryState
from socialpub.store.database import Database
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import AGENCY, Approval, ApprovedPost, Rendition, Revision, Screening, Story
from socialpub.store.screened import screened
from socialpub.store.transaction import Transaction

Told = Callable[[Transaction, Story, Actor, str], None]


def approve(db: Database, by: Actor, name: str, terms: Terms, seen: str) -> Approved:
    """Approve the newest revision, if it is what `by` looked at: `seen` is the fingerprint that they were shown."""
    require(by, REVIEWERS, "approve a story")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        revision = find.newest(tx.session, story)
        _may_approve(tx, by, story, revision)
        _screened_today(tx, terms, story, revision)
        same_as_seen(tx.session, revision, seen)
        done = plan(tx, terms, revision)
        _freeze(tx, terms, done.planned)
        _write(tx, by, story, revision, done)
        if changed_by := _changed_by(tx.session, by, story, revision):
            telling.words_changed(tx, story, changed_by)
        return done


def _may_approve(tx: Transaction, by: Actor, story: Story, revision: Revision) -> None:
    if story.state != StoryState.IN_REVIEW:
        raise Declined(f"this story is {find.in_words(story)}; only a story in review can be approved")
    if by.name == story.submitter:
        raise Declined("nobody approves their own story; ask another reviewer")
    not_ones_own(by, revision.author, story.submitter, story.id, ", and nobody approves their own")
    if still := open_findings(tx.session, story, revision):
        listed = "; ".join(f"{row.number} ({row.level.value}) {row.finding['says']}" for row in still)
        raise Declined(f"these findings are open: {listed.rstrip('.')}. See `socialpub show {story.id}`")
    if not posts_of(tx.session, revision):
        raise Declined("there is no post to approve: no channel takes this story. See `socialpub channel list`")


def _screened_today(tx: Transaction, terms: Terms, story: Story, revision: Revision) -> None:
    """Yesterday's screening may have let an invitation pass to what is over today."""
    day = terms.day(tx.now)
    today = select(Revision.id).where(Revision.id == revision.id, screened(day.began, day.ends, Revision.id))
    if tx.session.scalar(today) is None:
        raise Declined(
            "it was screened on an earlier day, and the daemon is screening it again; "
            f"look again in a moment: `socialpub show {story.id}`"
        )


def _changed_by(session: Session, by: Actor, story: Story, revision: Revision) -> str:
    """Who wrote these words if not their submitter; the approver, if some of it was theirs; "" for nobody."""
    if revision.author != story.submitter:
        return revision.author
    earlier = select(Revision.id).where(Revision.story_id == story.id, Revision.author == by.name)
    return by.name if session.scalar(earlier.limit(1)) else ""


def _freeze(tx: Transaction, terms: Terms, planned: Sequence[PlannedPost]) -> None:
    """What is approved is never rebuilt; and it is read once, so that damage is found before and not at night."""
    for sha256 in {sha256 for each in planned for sha256 in files_of(each.post)}:
        terms.read_media(sha256)
        row = tx.session.get_one(Rendition, (AGENCY, sha256))
        row.frozen_at = row.frozen_at or tx.now


def _write(tx: Transaction, by: Actor, story: Story, revision: Revision, done: Approved) -> None:
    newest = select(Screening.packs).where(Screening.revision_id == revision.id).order_by(Screening.at.desc())
    packs = tx.session.scalar(newest.limit(1)) or ""
    approval = Approval(story_id=story.id, revision_id=revision.id, approver=by.name, packs=packs, at=tx.now)
    tx.session.add(approval)
    tx.session.flush()
    for each in done.planned:
        tx.session.add(
            ApprovedPost(
                approval_id=approval.id,
                post_id=each.row.id,
                digest=each.digest,
                not_before=each.window.not_before,
                deadline=each.window.deadline,
                planned_at=each.planned_at,
            )
        )
    digests = {each.channel.name: each.digest for each in done.planned}
    seen = fingerprint(tx.session, revision)
    tx.record(by, "approve", "story", story.id, revision=revision.number, seen=seen, digests=digests, packs=packs)
    move(tx, story, StoryState.APPROVED, by=by)


def send_back(db: Database, by: Actor, name: str, because: str) -> None:
    """Return a story to its author, with what to mend."""
    _answer(db, by, name, StoryState.RETURNED, "return", because, telling.story_returned)


def reject(db: Database, by: Actor, name: str, because: str) -> None:
    """Say no for good, with the reason."""
    _answer(db, by, name, StoryState.REJECTED, "reject", because, telling.story_rejected)


def _answer(db: Database, by: Actor, name: str, state: StoryState, verb: str, because: str, told: Told) -> None:
    require(by, REVIEWERS, f"{verb} a story")
    reason = reason_given(because, f"{verb} a story")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        if state not in STORY_EDGES[story.state]:
            raise Declined(f"this story is {find.in_words(story)}; only a story in review can be {state.value}")
        tx.record(by, verb, "story", story.id, because=reason)
        move(tx, story, state, because=reason, by=by)
        told(tx, story, by, reason)


def reconsider(db: Database, by: Actor, name: str, because: str) -> None:
    """Take an approval back: the story is in review again, and nothing of it goes out."""
    require(by, REVIEWERS, "take an approval back")
    reason = reason_given(because, "take an approval back")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        if story.state != StoryState.APPROVED:
            raise Declined(f"this story is {find.in_words(story)}; it has no approval to take back")
        tx.record(by, "reconsider", "story", story.id, because=reason)
        because = f"{by.name} took the approval back: {reason}"
        fall(tx, story.id, because, by)
        move(tx, story, StoryState.IN_REVIEW, because=reason, by=by)
        telling.approval_fell(tx, story, because, by.name)
