"""Sends what is due in the outbox, and says when to come again.

At least once: a notice is taken, sent, then marked, and a crash between sending and marking sends it again.
For people that is right: hearing twice is a nuisance, not hearing is a loss. No transaction is open while
a server is spoken to. A failure backs off; after a day of failures it is given up, which is an event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from socialpub import crash
from socialpub.model.people import DAEMON
from socialpub.model.words import Words
from socialpub.notify.audience import Addresses, label
from socialpub.store.database import Database
from socialpub.store.schema import Notice
from socialpub.store.telling import ADMINISTRATORS, PIO, REVIEWERS
from socialpub.store.transaction import Transaction

#: post(address, subject, body): "" when a server took it, else why not, fit to be shown. It raises nothing.
Post = Callable[[str, str, str], str]

NOBODY = "nobody is set up to be told"
#: Minutes from one failed try to the next; together a day. After the last one it is given up.
BACK_OFF = (1, 5, 15, 60, *[60] * 23)
#: A taken notice is due again after this, should its taker die. Longer than most sendings, less than a minute.
LEASE = timedelta(seconds=45)
#: No notice waits longer than this. What seems to was put off by a clock that ran ahead, and is due at once.
FURTHEST = timedelta(minutes=max(BACK_OFF))
#: From so many on, what waits for one audience becomes one message.
DIGEST_FROM, DIGEST_MOST = 5, 50
#: Messages in one turn; then fresh alarms may overtake what still waits.
MOST = 25

_VIA = " via "
_WAITING = and_(Notice.told_at.is_(None), Notice.gave_up_at.is_(None))


@dataclass(frozen=True, slots=True)
class Taken:
    """Notices of one audience, ours until the lease ends; each with the number of this try."""

    audience: str
    tries: dict[str, int]
    words: Words


def turn(db: Database, addresses: Addresses, now: datetime, post: Post) -> datetime | None:
    """Send what is due at `now`; the moment to be called again, or None while nothing waits.

    An address that failed is not tried again in this turn: a dead server costs one time-out, not one per notice.
    """
    _pull_back(db, now)
    down: dict[str, str] = {}
    for _ in range(MOST):
        taken = _take(db, now)
        if taken is None:
            break
        _send(db, taken, addresses, post, down)
    with db.reading() as session:
        return session.scalar(select(func.min(Notice.due_at)).where(_WAITING))


def _pull_back(db: Database, now: datetime) -> None:
    """The clock was put right: an alarm must not wait until the day of the wrong one."""
    stuck = and_(_WAITING, Notice.due_at > now + FURTHEST)
    with db.reading() as session:
        if session.scalar(select(Notice.id).where(stuck).limit(1)) is None:
            return
    with db.transaction() as tx:
        tx.session.execute(
            update(Notice).where(stuck).values(due_at=now), execution_options={"synchronize_session": False}
        )


def _take(db: Database, now: datetime) -> Taken | None:
    with db.reading() as session:
        if session.scalar(select(Notice.id).where(_WAITING, Notice.due_at <= now).limit(1)) is None:
            return None  # nothing to write: leave the writer's lock alone
    with db.transaction() as tx:
        rows = _due_together(tx, now)
        tx.session.execute(
            update(Notice)
            .where(Notice.id.in_([row.id for row in rows]))
            .values(tries=Notice.tries + 1, due_at=max(now, tx.now) + LEASE),
            execution_options={"synchronize_session": False},
        )
        return _taken(rows)


def _due_together(tx: Transaction, now: datetime) -> list[Notice]:
    """The most urgent notice, and what else is due for the same audience when that is a heap."""
    due = (
        select(Notice).where(_WAITING, Notice.due_at <= now).order_by(_rank(), Notice.tries, Notice.due_at, Notice.id)
    )
    first = tx.session.scalar(due.limit(1))
    if first is None:
        return []
    rows = list(tx.session.scalars(due.where(Notice.audience == first.audience).limit(DIGEST_MOST)))
    return rows if len(rows) >= DIGEST_FROM else rows[:1]


def _rank() -> ColumnElement[int]:
    """Alarms before news: the PIO and administrators hear of trouble, then reviewers, then officers."""

    def audience(*names: str) -> ColumnElement[bool]:
        return or_(*[or_(Notice.audience == name, Notice.audience.startswith(name + _VIA)) for name in names])

    return case((audience(PIO, ADMINISTRATORS), 0), (audience(REVIEWERS), 1), else_=2)


def _taken(rows: Sequence[Notice]) -> Taken | None:
    if not rows:
        return None
    words = Words(rows[0].subject, rows[0].body) if len(rows) == 1 else _digest(rows)
    return Taken(rows[0].audience, {row.id: row.tries + 1 for row in rows}, words)


def _digest(rows: Sequence[Notice]) -> Words:
    parts = [f"{number}. {row.subject}\n\n{row.body}" for number, row in enumerate(rows, 1)]
    return Words(f"{rows[0].subject} (and {len(rows) - 1} more)", ("\n" + "-" * 40 + "\n\n").join(parts))


def _send(db: Database, taken: Taken, addresses: Addresses, post: Post, down: dict[str, str]) -> None:
    to = _to(taken.audience, addresses)
    crash.point("notify.send.before")
    failed = {address: why for address in to if (why := _post(address, taken.words, post, down))}
    crash.point("notify.send.after")
    with db.transaction() as tx:
        if not to:
            _mark_told(tx, taken, trouble=NOBODY)
        elif not failed:
            _mark_told(tx, taken)
        elif len(failed) < len(to):
            _split(tx, taken, failed)
        else:
            _put_off(tx, taken, "; ".join(sorted(set(failed.values()))))


def _post(address: str, words: Words, post: Post, down: dict[str, str]) -> str:
    if address not in down:
        why = post(address, *words)
        if not why:
            return ""
        down[address] = why
    return down[address]


def _to(audience: str, addresses: Addresses) -> Sequence[str]:
    """The addresses of an audience, or the one that is left of it ("pio via mail to …").

    When that one is no longer set up, everybody of the audience is told: rather twice than not at all.
    """
    whole, _, left = audience.partition(_VIA)
    to = addresses(whole)
    return [address for address in to if label(address) == left] or to


def _mark_told(tx: Transaction, taken: Taken, trouble: str = "") -> None:
    tx.session.execute(
        update(Notice).where(Notice.id.in_(taken.tries), _WAITING).values(told_at=tx.now, trouble=trouble),
        execution_options={"synchronize_session": False},
    )


def _split(tx: Transaction, taken: Taken, failed: dict[str, str]) -> None:
    """Some were told: what is left becomes a notice per failed address, so that nobody hears it hourly."""
    whole = taken.audience.partition(_VIA)[0]
    for row in _ours(tx, taken):
        row.told_at = tx.now
        row.trouble = f"told, except: {'; '.join(sorted(failed.values()))}"
        for address, why in failed.items():
            tx.session.add(
                Notice(
                    audience=f"{whole}{_VIA}{label(address)}",
                    subject=row.subject,
                    body=row.body,
                    due_at=_next_try(tx, row.tries) or tx.now,
                    tries=row.tries,
                    trouble=why,
                )
            )


def _put_off(tx: Transaction, taken: Taken, why: str) -> None:
    for row in _ours(tx, taken):
        row.trouble = why
        again = _next_try(tx, row.tries)
        if again:
            row.due_at = again
        else:
            _give_up(tx, row)


def _give_up(tx: Transaction, row: Notice) -> None:
    row.gave_up_at = tx.now
    # Not its subject: the records are for ever, and it quotes a story.
    tx.record(DAEMON, "give_up", "notice", row.id, audience=row.audience, tries=row.tries, because=row.trouble)


def _ours(tx: Transaction, taken: Taken) -> list[Notice]:
    """The rows that nobody took after us; a later taker knows more than we do."""
    rows = tx.session.scalars(select(Notice).where(Notice.id.in_(taken.tries), _WAITING))
    return [row for row in rows if row.tries == taken.tries[row.id]]


def _next_try(tx: Transaction, tries: int) -> datetime | None:
    return tx.now + timedelta(minutes=BACK_OFF[tries - 1]) if tries <= len(BACK_OFF) else None
