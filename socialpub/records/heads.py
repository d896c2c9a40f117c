"""Notes the head of the chain of events outside the database, and finds out when the chain no longer holds it.

The chain alone tells what was altered inside; only a head kept elsewhere tells that its tail was cut off. The
line that `note_head` returns belongs in the system's log too, where whoever holds the database does not reach.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.records.durable import sync
from socialpub.store import audit
from socialpub.store.audit import Verdict
from socialpub.store.database import Database
from socialpub.store.schema import AGENCY, Agency, Event

LOG = "audit-heads.log"

_DAY = timedelta(hours=24)
_SEVERAL = 500  # numbers asked for at once
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Head:
    """The chain as it was at one moment: so many events, the newest of them with this hash ("" for none)."""

    at: datetime
    events: int
    hash: str
    because: str


@dataclass(frozen=True, slots=True)
class HeadsVerdict(Verdict):
    """`heads`: how many noted heads were found in the chain. `earlier_life`: noted after a backup that was then
    restored, so rightly not in it. `unreadable`: lines of the log that are no head (a crash while writing).
    """

    heads: int = 0
    earlier_life: int = 0
    unreadable: int = 0


def note_head(db: Database, folder: Path, because: str) -> str:
    """Append the head to the log in `folder` (the spool), on the disk before we return; the line, for the log."""
    with db.reading() as session:
        agency = session.get_one(Agency, AGENCY)
        events, head = agency.chain_length, agency.chain_head
    line = f"{db.clock().astimezone(UTC).strftime(_TIME)} {events} {head or '-'} {' '.join(because.split())}"
    _append(folder / LOG, line)
    return line


def _append(path: Path, line: str) -> None:
    torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, (("\n" if torn else "") + line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync(path.parent)


def newest_head(folder: Path) -> Head | None:
    """The head noted last; None when none was."""
    heads, _ = read_heads(folder)
    return heads[-1] if heads else None


def due(folder: Path, now: datetime) -> bool:
    """Whether 24 hours have passed since a head was noted. A head from the future (a clock set back) counts not."""
    newest = newest_head(folder)
    return newest is None or not timedelta(0) <= now - newest.at < _DAY


def read_heads(folder: Path) -> tuple[list[Head], int]:
    """The heads noted so far, the oldest first, and how many lines could not be read."""
    path = folder / LOG
    if not path.exists():
        return [], 0
    parsed = [_parse(line) for line in path.read_text("utf-8", "replace").splitlines() if line.strip()]
    heads = [head for head in parsed if head is not None]
    return heads, len(parsed) - len(heads)


def _parse(line: str) -> Head | None:
    try:
        at, events, head, because = (*line.split(" ", 3), "")[:4]
        moment = datetime.strptime(at, _TIME).replace(tzinfo=UTC)
        if head != "-":
            bytes.fromhex(head)
        return Head(moment, int(events), "" if head == "-" else head, because)
    except ValueError:
        return None


def verify(db: Database, folder: Path, head: str | None = None) -> HeadsVerdict:
    """Walk the whole chain, then look for every noted head in it, and for `head` if one is given.

    `fault` names the first thing that does not fit; nothing is changed by looking.
    """
    heads, unreadable = read_heads(folder)
    with db.reading() as session:
        verdict = audit.verify(session, head or "")
        if verdict.fault:
            return HeadsVerdict(verdict.events, verdict.head, verdict.fault, unreadable=unreadable)
        lost = _not_in_chain(session, heads)
        wrong = _unexplained(session, heads, lost)
    fault = _in_words(wrong[0], verdict.events) if wrong else ""
    found, earlier = len(heads) - len(lost), len(lost) - len(wrong)
    return HeadsVerdict(verdict.events, verdict.head, fault, found, earlier, unreadable)


def contradictions(session: Session, heads: Sequence[Head]) -> list[Head]:
    """The heads that this chain does not hold and that no restore in it explains. `heads`: the whole log."""
    return _unexplained(session, heads, _not_in_chain(session, heads))


def _not_in_chain(session: Session, heads: Sequence[Head]) -> list[Head]:
    """The heads whose event is not there, or has another hash."""
    hashes = {0: ""}
    numbers = sorted({head.events for head in heads})
    for start in range(0, len(numbers), _SEVERAL):
        some = select(Event.number, Event.hash).where(Event.number.in_(numbers[start : start + _SEVERAL]))
        hashes.update({row.number: row.hash for row in session.execute(some)})
    return [head for head in heads if hashes.get(head.events) != head.hash]


def _unexplained(session: Session, heads: Sequence[Head], lost: Sequence[Head]) -> list[Head]:
    """Without those noted before a restore and longer than the backup that it put back.

    The restore is an event of the very chain, so nobody can claim one without its standing in the records.
    """
    restores = session.scalars(select(Event).where(Event.verb == "restore")).all() if lost else ()
    missing = set(map(id, lost))
    explained: set[int] = set()
    for event in restores:
        earlier = _noted_before(event, heads, missing)
        explained |= {id(head) for head in earlier if head.events > event.data["events"]}
    return [head for head in lost if id(head) not in explained]


def _noted_before(event: Event, heads: Sequence[Head], missing: set[int]) -> Sequence[Head]:
    """What the log held when a restore began: all above its own line, the first that the new life is found by.

    By the order of the lines: a clock that was wrong, then or since, changes no line's place. Only where the
    restore could note no line, and nothing was noted since, their times must do (to the second, as noted).
    """
    for place, head in enumerate(heads):
        if head.events >= event.number and id(head) not in missing:
            return heads[:place]
    return [head for head in heads if head.at < event.at.replace(microsecond=0)]


def _in_words(head: Head, events: int) -> str:
    noted = (
        f"{LOG} noted {head.hash[:12] or 'an empty chain'} for event {head.events} on {head.at:%Y-%m-%d %H:%M} UTC"
    )
    if head.events > events:
        return (
            f"{noted}, but the records end at event {events}: the newest ones were removed, or an old copy put back"
        )
    return f"{noted}, but that event has another hash: the records were rewritten"
