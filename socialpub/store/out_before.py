"""What went out in an earlier life of the store: after a restore, the rows that said so are gone.

The restore writes it into the records, one event for each arrival and account, under keys that the same story has
when it is told again. Whoever approves it reads it there, and `dispatch` gives each such post to a person.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.model.people import Actor
from socialpub.model.post import canonical
from socialpub.store.schema import Channel, Event, Story, Submission
from socialpub.store.transaction import Transaction

VERB, SUBJECT = "out-before", "submission"
#: The subject where nobody could ask: what was waiting then, or is read again from taken/, may be out.
UNKNOWN = "unknown"
#: How an arrival came that was accepted before and is read again after a restore.
AGAIN = "inbox, again"


@dataclass(frozen=True, slots=True)
class Out:
    """Of one arrival on one account. `sure`: there is proof; else it had begun, or nobody can know."""

    platform: str = ""  # "" for every account
    account: str = ""
    channel: str = ""  # the name that it had
    at: str = ""
    addresses: Sequence[str] = field(default_factory=tuple)
    sure: bool = False

    @property
    def words(self) -> str:
        """In words that follow the channel's name."""
        if not self.platform:
            return "it may have gone out after the backup that was restored; nobody could ask the replaced database"
        if self.sure:
            where = f", at {' and '.join(self.addresses)}" if self.addresses else ""
            return f"it went out before the restore, on {self.at[:10]}{where}"
        return f"it was being sent before the restore, on {self.at[:10]}, and may be there"


def keys_of(submitter: str, sender_id: str, content: str) -> set[str]:
    """What the same arrival has in every life: its sender's id, and its content whoever sends it."""
    own = hashlib.sha256(canonical(["submission", submitter, sender_id])).hexdigest()
    return {own, content} - {""}


def note(tx: Transaction, by: Actor, key: str, out: Out | None) -> None:
    """Write one line of it into the records. None: nobody knows what went out."""
    tx.record(by, VERB, SUBJECT, key, **(asdict(out) if out else {}))


def noted(session: Session, keys: Collection[str] | None = None) -> list[tuple[str, Out]]:
    """The lines of these keys; of all, where none are given."""
    query = select(Event.subject_id, Event.data).where(Event.verb == VERB, Event.subject == SUBJECT)
    if keys is not None:
        query = query.where(Event.subject_id.in_(keys))
    return [(key, Out(**data)) for key, data in session.execute(query.order_by(Event.number)).all()]


def out_before(session: Session, stories: Collection[str]) -> dict[tuple[str, str], Out]:
    """By story and channel (ids): what is out there already, or may be, by the word of an earlier life."""
    found: dict[tuple[str, str], Out] = {}
    channels = session.execute(select(Channel.id, Channel.platform, Channel.account)).all() if stories else ()
    for story, outs in _by_story(session, stories).items():
        for out in sorted(outs, key=lambda each: each.sure):
            for row in channels:
                if not out.platform or (row.platform, row.account) == (out.platform, out.account):
                    found[story, row.id] = out
    return found


def _by_story(session: Session, stories: Collection[str]) -> Mapping[str, list[Out]]:
    rows = _submissions(session, stories)
    keys = {story: _keys(row) for story, row in rows.items()}
    lines = noted(session, set().union({UNKNOWN}, *keys.values())) if rows else []
    by_story = {story: [out for key, out in lines if key in mine] for story, mine in keys.items()}
    if unknown := _last_unknown(session) if any(key == UNKNOWN for key, _ in lines) else None:
        for story, row in rows.items():
            if row.via == AGAIN or row.created_at <= unknown:
                by_story[story].append(Out())
    return by_story


def _submissions(session: Session, stories: Collection[str]) -> dict[str, Any]:
    columns = Submission.story_id, Submission.submitter, Submission.sender_id, Submission.content, Submission.via
    query = select(*columns, Story.created_at).join(Story, Story.id == Submission.story_id)
    return {row.story_id: row for row in session.execute(query.where(Submission.story_id.in_(stories)))}


def _keys(row: Any) -> set[str]:
    return keys_of(row.submitter, row.sender_id, row.content)


def _last_unknown(session: Session) -> Any:
    query = select(Event.at).where(Event.subject_id == UNKNOWN, Event.verb == VERB)
    return session.scalar(query.order_by(Event.number.desc()).limit(1))
