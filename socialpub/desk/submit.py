"""Takes in a story: every way in ends here. The files are kept before the row that names them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.desk.declined import Declined, require
from socialpub.desk.told_before import settled
from socialpub.model.document import StoryDocument
from socialpub.model.people import Actor, Role
from socialpub.model.post import canonical
from socialpub.model.states import StoryState
from socialpub.store.database import Database
from socialpub.store.moves import move
from socialpub.store.schema import Asset, Revision, Story, Submission
from socialpub.store.transaction import Transaction

AUTHORS = frozenset({Role.OFFICER, Role.REVIEWER, Role.PIO})


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is safely in the spool, by hash."""

    kind: str  # photo, video, captions, release
    position: int
    sha256: str
    mime: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    story: str
    repeated: bool  # the same arrival was taken before; nothing was added


def submit(db: Database, by: Actor, document: StoryDocument, files: tuple[KeptFile, ...], via: str) -> Submitted:
    """Make a story of an arrival, or recognise one that came before."""
    require(by, AUTHORS, "tell a story")
    content = content_hash(document, files)
    sender_id = document.id or content
    with db.transaction() as tx:
        if earlier := _earlier(tx.session, by.name, sender_id):
            return _repeat(earlier, content, sender_id)
        check_channels(tx.session, document)
        story = _new_story(tx, by, document, files)
        tx.session.add(_submission(tx, story, by, sender_id, content, via))
        tx.record(by, "submit", "story", story.id, via=via, content=content)
        return Submitted(story.id, repeated=False)


def content_hash(document: StoryDocument, files: tuple[KeptFile, ...]) -> str:
    """SHA-256 over the document and the hashes of its files; the same words and pictures give the same."""
    whole = {
        "document": document.model_dump(mode="json", exclude={"id"}),
        "files": sorted([file.kind, file.position, file.sha256] for file in files),
    }
    return hashlib.sha256(canonical(whole)).hexdigest()


def _earlier(session: Session, submitter: str, sender_id: str) -> Submission | None:
    return session.scalar(
        select(Submission).where(Submission.submitter == submitter, Submission.sender_id == sender_id)
    )


def _repeat(earlier: Submission, content: str, sender_id: str) -> Submitted:
    if earlier.content != content:
        raise Declined(
            f'the id "{sender_id}" was used before for another story ({earlier.story_id}); '
            "give this one an id of its own, or change that story with `socialpub revise`"
        )
    return Submitted(earlier.story_id, repeated=True)


def refuse_settled(session: Session, story: str) -> None:
    """Decline when a story that was told again just now is settled: else it would vanish without a word."""
    row = session.get_one(Story, story)
    if found := settled(session, row):
        reason = f" ({row.reason})" if row.reason else ""
        raise Declined(
            f"nothing was added: you told this before, as story {story}, and it {found.words}{reason}; "
            f"{found.remedy.format(story=story)}"
        )


def check_channels(session: Session, document: StoryDocument) -> None:
    for name in document.channels or ():
        find.channel(session, name)


def _new_story(tx: Transaction, by: Actor, document: StoryDocument, files: tuple[KeptFile, ...]) -> Story:
    story = Story(state=StoryState.DRAFT, submitter=by.name, created_at=tx.now, changed_at=tx.now)
    tx.session.add(story)
    tx.session.flush()
    add_revision(tx, story, by, document, files)
    move(tx, story, StoryState.SUBMITTED, by=by)
    return story


def _submission(tx: Transaction, story: Story, by: Actor, sender_id: str, content: str, via: str) -> Submission:
    return Submission(
        story_id=story.id, submitter=by.name, sender_id=sender_id, content=content, via=via, received_at=tx.now
    )


def add_revision(
    tx: Transaction, story: Story, by: Actor, document: StoryDocument, files: tuple[KeptFile, ...]
) -> Revision:
    """The next revision of a story, with its files."""
    row = Revision(
        story_id=story.id,
        number=story.revision,
        author=by.name,
        document=document.model_dump(mode="json", exclude_none=True),
        written_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.add_all(Asset(revision_id=row.id, **_fields(file)) for file in files)
    return row


def _fields(file: KeptFile) -> Mapping[str, str | int]:
    return {name: getattr(file, name) for name in KeptFile.__slots__}


def files_named(document: StoryDocument) -> list[tuple[str, int, str]]:
    """Every file that a document names: kind, position, name. Declines what cannot be taken."""
    named = []
    for position, photo in enumerate(document.photos):
        if not photo.file:
            raise Declined(f"photo {position + 1} has no file; name one, or leave the photo out")
        named.append(("photo", position, photo.file))
    for position, video in enumerate(document.videos):
        if not video.file:
            raise Declined(f"video {position + 1} has no file; name one, or leave the video out")
        named.append(("video", position, video.file))
        if isinstance(video.captions, str):
            named.append(("captions", position, video.captions))
    for position, person in enumerate(document.people):
        if person.evidence:
            named.append(("release", position, person.evidence))
    return named


def plain_name(name: str) -> str:
    """The name, if it is one; a path is declined, because it could lead anywhere."""
    if name in {"", ".", ".."} or Path(name).name != name or "\0" in name:
        raise Declined(f'"{name}" is not a plain file name; put the file into the folder and name it alone')
    return name
