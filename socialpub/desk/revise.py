"""Changes what was told: a new revision, or taking it back. Any change ends an approval."""

from sqlalchemy import select

from socialpub.desk import find, telling
from socialpub.desk.declined import Declined, reason_given
from socialpub.desk.seen import same_as_seen
from socialpub.desk.submit import KeptFile, add_revision, check_channels, files_named
from socialpub.model.document import StoryDocument
from socialpub.model.people import REVIEWERS, Actor
from socialpub.model.states import STORY_EDGES, StoryState
from socialpub.store.database import Database
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import Asset, Story
from socialpub.store.transaction import Transaction


def revise(
    db: Database, by: Actor, name: str, document: StoryDocument, files: tuple[KeptFile, ...] | None = None
) -> int:
    """Put new words (and, with `files`, new pictures) in place of the old; gives the new revision's number."""
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        _may_touch(by, story, "change")
        if StoryState.SUBMITTED not in STORY_EDGES[story.state] and story.state != StoryState.SUBMITTED:
            raise Declined(f"this story is {find.in_words(story)}; it cannot be changed any more")
        kept = files if files is not None else _same_files(tx, story, document)
        return _next(tx, story, by, document, kept)


def take_as_own(db: Database, by: Actor, name: str, seen: str) -> int:
    """Stand behind somebody else's newest words, exactly as they were seen; gives the new revision's number.

    So whoever corrected a story may approve it, once its submitter has said yes to what became of it.
    """
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        _may_touch(by, story, "change")
        if story.state != StoryState.IN_REVIEW:
            raise Declined(
                f"this story is {find.in_words(story)}; words are taken as they stand while it is in review"
            )
        newest = find.newest(tx.session, story)
        if newest.author == by.name:
            raise Declined(f"the newest words are {by.name}'s already; there is nothing to take")
        same_as_seen(tx.session, newest, seen)
        document = StoryDocument.model_validate(newest.document)
        return _next(tx, story, by, document, _same_files(tx, story, document), taken_from=newest.author)


def _next(
    tx: Transaction, story: Story, by: Actor, document: StoryDocument, files: tuple[KeptFile, ...], **more: str
) -> int:
    check_channels(tx.session, document)
    fall(tx, story.id, f"{by.name} changed the story", by)
    story.revision += 1
    add_revision(tx, story, by, document, files)
    tx.record(by, "revise", "story", story.id, revision=story.revision, **more)
    if story.state != StoryState.SUBMITTED:
        move(tx, story, StoryState.SUBMITTED, because="changed", by=by)
    return story.revision


def _same_files(tx: Transaction, story: Story, document: StoryDocument) -> tuple[KeptFile, ...]:
    """The files that the new words name, out of those the story has; what they name no more is left out."""
    newest = find.newest(tx.session, story)
    assets = tx.session.scalars(select(Asset).where(Asset.revision_id == newest.id)).all()
    known = {(asset.kind, asset.name): asset for asset in assets}
    kept = []
    for kind, position, name in files_named(document):
        if (asset := known.get((kind, name))) is None:
            raise Declined(f'this story has no file "{name}"; revise it with a folder that has it')
        had = {field: getattr(asset, field) for field in KeptFile.__slots__}
        kept.append(KeptFile(**{**had, "position": position}))
    return tuple(kept)


def withdraw(db: Database, by: Actor, name: str, because: str) -> None:
    """Take a story back. What is already visible stays until somebody retracts it."""
    reason = reason_given(because, "withdraw a story")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        _may_touch(by, story, "withdraw")
        if StoryState.WITHDRAWN not in STORY_EDGES[story.state]:
            raise Declined(f"this story is {find.in_words(story)}; it cannot be withdrawn")
        tx.record(by, "withdraw", "story", story.id, because=reason)
        fall(tx, story.id, f"{by.name} withdrew the story: {reason}", by)
        move(tx, story, StoryState.WITHDRAWN, because=reason, by=by)
        telling.story_withdrawn(tx, story, by, reason)


def _may_touch(by: Actor, story: Story, to: str) -> None:
    if story.submitter != by.name and not by.has(REVIEWERS):
        raise Declined(f"{by.name} may not {to} this story: it is {story.submitter}'s")
