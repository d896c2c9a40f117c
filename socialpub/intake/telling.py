"""Tells people what became of a folder when it became no new story. Rows of the outbox; nothing is sent here.

Nobody can flood anybody: an account is told of its first refused folder of an hour at once, and of all the others
of that hour in one message at its end. A repeat is told once a day for each story, a folder that cannot be moved
once a day for each account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.told_before import settled
from socialpub.model import words
from socialpub.store.database import Database
from socialpub.store.quotable import quotable
from socialpub.store.schema import Revision, Story
from socialpub.store.telling import ADMINISTRATORS, PIO, known, officer, tell

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose folder it is, as far as it is known. `person`: "" for nobody here."""

    account: str = ""
    person: str = ""
    speaks_for_others: bool = False  # a share's account: who wrote it stands in the document

    @property
    def audience(self) -> str:
        """The officer; the PIO where nobody knows which officer it was."""
        return officer(self.person) if self.person and not self.speaks_for_others else PIO


def refused(db: Database, sender: Sender, folder: str, reason: str) -> None:
    """Tell the sender that this folder was not taken, and why."""
    hour = db.clock().replace(minute=0, second=0, microsecond=0)
    first = f"refused:{sender.account}:{sender.audience}:{hour.isoformat()}"
    more = f"{first}:more"
    with db.reading() as session:
        told = known(session, [first, more])
    if more in told:
        return
    account = sender.account if sender.audience == PIO else ""
    said = words.folder_refused(folder, reason, account, more=first in told)
    once, due = (more, hour + _HOUR) if first in told else (first, None)
    with db.transaction() as tx:
        tell(tx, sender.audience, *said, once=once, due_at=due)


def repeated(db: Database, sender: Sender, folder: str, story: str) -> None:
    """Tell the sender when this story came before and is settled, so that nothing more will become of it."""
    with db.reading() as session:
        state, text = _what_became(session, story)
    if state:
        said = words.sent_again(story, text, folder, state)
        with db.transaction() as tx:
            tell(tx, sender.audience, *said, once=f"repeat:{story}:{state}:{_day(tx.now)}")


def _what_became(session: Session, name: str) -> tuple[str, str]:
    story = session.get_one(Story, name)
    query = select(Revision.id).where(Revision.story_id == name, Revision.number == story.revision)
    found = settled(session, story)
    return found.words if found else "", quotable(session, session.scalar(query) or "")


def stuck(db: Database, sender: Sender, folder: str, reason: str) -> None:
    """Tell administrators, and the sender, that this folder stays in the inbox."""
    said = words.folder_stuck(folder, sender.account, reason)
    with db.transaction() as tx:
        for audience in {ADMINISTRATORS, sender.audience} - {PIO}:
            tell(tx, audience, *said, once=f"stuck:{sender.account}:{audience}:{_day(tx.now)}")


def _day(now: datetime) -> str:
    return now.date().isoformat()
