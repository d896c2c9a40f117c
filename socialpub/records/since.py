"""What must not come back with a backup: the access of who was disabled after it, removed channels, and the belief
that a story which went out since is not out.

Read from the database that is about to be replaced, if it can be; told to the restored one in its first
transaction. Only what takes away is carried over: the replaced database may be the one that is not trusted.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from socialpub.model.people import Actor, Role
from socialpub.model.states import OCCUPYING
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import current_epoch
from socialpub.store.out_before import UNKNOWN, Out, keys_of, note, noted
from socialpub.store.schema import Channel, Delivery, Receipt, Submission, User
from socialpub.store.transaction import Transaction

_WHY = "the database that was replaced by the restore says so"


@dataclass(frozen=True, slots=True)
class Since:
    """Of the replaced database: its life's number, everybody's roles (none: disabled), its channels by id."""

    epoch: int
    roles: Mapping[str, frozenset[str]]
    channels: Mapping[str, str]
    removed: frozenset[str]  # ids among `channels`
    out: Sequence["Gone"] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that is out, or may be: its delivery ("" when an earlier restore noted it), and its arrival's keys."""

    delivery: str
    keys: frozenset[str]
    out: Out


def look(path: Path) -> Since | None:
    """What the database at `path` says; None when there is none, or it cannot be read. It is not changed."""
    if not path.is_file():
        return None
    try:
        with _reading(path) as session:
            people = session.execute(select(User.name, User.roles, User.disabled_at)).all()
            channels = session.execute(select(Channel.id, Channel.name, Channel.removed_at)).all()
            return Since(
                current_epoch(session),
                {row.name: frozenset(() if row.disabled_at else row.roles) for row in people},
                {row.id: row.name for row in channels},
                frozenset(row.id for row in channels if row.removed_at),
                (*_out(session), *(Gone("", frozenset({key}), out) for key, out in noted(session))),
            )
    except (SQLAlchemyError, OSError, ValueError, TypeError):  # damaged: that may be why somebody restores
        return None


#: What may be visible: all that was begun, unless the network proved that it is not there, or it was taken down.
_MAY_BE_OUT = (D.SENDING, D.UNCONFIRMED, D.NEEDS_PERSON, D.DELIVERED, D.RETRACTING)


def _out(session: Session) -> Iterator[Gone]:
    query = (
        select(Delivery.id, Delivery.intent_at, Delivery.changed_at, Channel, Submission)
        .join(Channel, Channel.id == Delivery.channel_id)
        .join(Submission, Submission.story_id == Delivery.story_id)
        .where(Delivery.state.in_(_MAY_BE_OUT))
        .order_by(Delivery.id)
    )
    receipts = _receipts(session)
    for id_, intent_at, changed_at, channel, submission in session.execute(query):
        if intent_at is None and id_ not in receipts:
            continue  # its visible call was never begun
        keys = keys_of(submission.submitter, submission.sender_id, submission.content)
        at: datetime = receipts[id_][0].at if id_ in receipts else intent_at or changed_at
        addresses = tuple(each.permalink or each.remote_id for each in receipts.get(id_, ()))
        out = Out(channel.platform, channel.account, channel.name, at.isoformat(), addresses, sure=id_ in receipts)
        yield Gone(id_, frozenset(keys), out)


def _receipts(session: Session) -> dict[str, list[Receipt]]:
    found: dict[str, list[Receipt]] = {}
    for row in session.scalars(select(Receipt).order_by(Receipt.delivery_id, Receipt.part)):
        found.setdefault(row.delivery_id, []).append(row)
    return found


@contextmanager
def _reading(path: Path) -> Iterator[Session]:
    import pysqlite3.dbapi2 as sqlite

    uri = f"file:{quote(str(path))}?mode=ro"  # with its WAL: the newest changes count
    engine = create_engine(
        "sqlite://", module=sqlite, creator=lambda: sqlite.connect(uri, uri=True), poolclass=NullPool
    )
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def carry_over(tx: Transaction, since: Since, by: Actor) -> tuple[str, ...]:
    """Take away again what was taken away after the backup; what was done and what is left to do, in words."""
    return (*_people(tx, since, by), *_channels(tx, since, by), *_what_is_out(tx, since, by))


def nobody_knows(tx: Transaction, by: Actor) -> None:
    """There is no replaced database that could be asked: what waits, and what is read again, may be out."""
    note(tx, by, UNKNOWN, None)


#: So many are named to people; all of them are in the records.
_NAMED = 20


def _what_is_out(tx: Transaction, since: Since, by: Actor) -> Iterator[str]:
    """Into the records, whatever this backup does not know itself; in words, one line for each post."""
    known = set(tx.session.scalars(select(Delivery.id).where(Delivery.state.in_(OCCUPYING))))
    new = [gone for gone in since.out if not gone.delivery or gone.delivery not in known]
    done: set[tuple[str, str]] = set()
    for gone in new:
        for key in sorted(gone.keys):
            if (key, repr(gone.out)) not in done:
                done.add((key, repr(gone.out)))
                note(tx, by, key, None if key == UNKNOWN else gone.out)
    named = [f"{gone.out.channel}: {gone.out.words}" for gone in new if gone.delivery]
    yield from named[:_NAMED]
    if len(named) > _NAMED:
        yield f"and {len(named) - _NAMED} more posts that are out, or may be: `socialpub records export` has them all"
    if named:
        yield (
            "these stories, told or read again, show this to their reviewers; and once one is approved, each such "
            "delivery waits for a person: `socialpub confirm ID --at ADDRESS`, or `requeue` if it is not there"
        )


def _people(tx: Transaction, since: Since, by: Actor) -> Iterator[str]:
    rows = tx.session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name)).all()
    left = {row.name: set(row.roles) & since.roles.get(row.name, frozenset(row.roles)) for row in rows}
    locked_out = not any(Role.ADMINISTRATOR in roles for roles in left.values())
    for row in rows:
        if left[row.name] == set(row.roles):
            continue
        if locked_out and Role.ADMINISTRATOR in row.roles:
            yield from _kept(tx, row, sorted({Role.ADMINISTRATOR, *left[row.name]}), by)
        elif since.roles[row.name]:
            yield _fewer(tx, row, sorted(left[row.name]), by)
        else:
            row.disabled_at = tx.now
            tx.record(by, "disable", "person", row.name, because=_WHY)
            yield f"{row.name} was disabled after the backup, and is again"
    everybody = set(tx.session.scalars(select(User.name)))
    yield from _new("user", sorted(name for name, roles in since.roles.items() if roles and name not in everybody))


def _kept(tx: Transaction, row: User, keep: Sequence[str], by: Actor) -> Iterator[str]:
    """Somebody must be able to add people: the role stays for that, and nothing else that was taken away."""
    if set(row.roles) != set(keep):
        yield _fewer(tx, row, keep, by)
    yield (
        f"{row.name} is no administrator any more, but this backup knows nobody who still is, so {row.name} stays "
        f"one: add another, then `socialpub user disable {row.name}`"
    )


def _fewer(tx: Transaction, row: User, roles: Sequence[str], by: Actor) -> str:
    gone = sorted(set(row.roles) - set(roles))
    tx.record(by, "roles", "person", row.name, was=list(row.roles), roles=list(roles), because=_WHY)
    row.roles = list(roles)
    return f"{row.name} was {' and '.join(gone)} until after the backup, and is no more"


def _channels(tx: Transaction, since: Since, by: Actor) -> Iterator[str]:
    rows = tx.session.scalars(select(Channel).order_by(Channel.name)).all()
    for row in rows:
        if row.removed_at is None and row.id in since.removed:
            row.removed_at = tx.now
            tx.record(by, "remove", "channel", row.id, name=row.name, because=_WHY)
            yield f"the channel {row.name} was removed after the backup, and is again: settle what waits for it"
    known = {row.id for row in rows}
    added = (name for id_, name in since.channels.items() if id_ not in known and id_ not in since.removed)
    yield from _new("channel", sorted(added))


def _new(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"added after the backup, so not in it: {', '.join(names)}; `socialpub {what} add`, if still right"
