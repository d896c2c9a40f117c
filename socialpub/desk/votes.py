"""Whose word a hold may end by. A wide one takes two people, one of them a PIO, of one mind at one time."""

import time
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.model.people import MAY_RELEASE, Actor, Role
from socialpub.store.holds import DELIVERY
from socialpub.store.schema import Event, Hold, HoldRelease, User
from socialpub.store.transaction import Transaction

#: Who pressed it by mistake may lift it alone within this time.
OOPS = timedelta(seconds=60)
#: A vote counts for so long. Long enough to reach a PIO who is off duty; short enough that both speak of the same
#: situation, within one shift. After that the first says it again, and it costs them one command.
LAPSES = timedelta(hours=4)
#: Two machines' clocks may differ; a vote further in the future was given by a clock that was wrong.
_APART = timedelta(minutes=1)


def uptime_ms() -> int:
    """Since the machine started, on a clock that nobody sets (clock_gettime(2), CLOCK_BOOTTIME)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def vote(tx: Transaction, hold: Hold, by: Actor) -> bool:
    """Note this person's word, now. False: their word from before still counted, so it is no news."""
    own = tx.session.scalar(select(HoldRelease).where(HoldRelease.hold_id == hold.id, HoldRelease.person == by.name))
    news = own is None or not _counts(own.at, tx.now)
    if own is None:
        tx.session.add(HoldRelease(hold_id=hold.id, person=by.name, at=tx.now))
    else:
        own.at = tx.now
    tx.session.flush()
    return news


def enough(tx: Transaction, hold: Hold, by: Actor) -> bool:
    """Whether the hold ends with this person's word."""
    if hold.scope == DELIVERY or _by_mistake(tx, hold, by):
        return True
    people = counting(tx.session, hold, tx.now)
    return len(people) >= 2 and any(Role.PIO in person.roles for person in people)


def counting(session: Session, hold: Hold, now: datetime) -> list[User]:
    """Whose votes count now, the earliest first: given of late, by people who may still release."""
    rows = session.execute(
        select(User, HoldRelease.at)
        .join(HoldRelease, HoldRelease.person == User.name)
        .where(HoldRelease.hold_id == hold.id, User.disabled_at.is_(None))
        .order_by(HoldRelease.at, HoldRelease.id)
    ).all()
    may = MAY_RELEASE if hold.scope != DELIVERY else frozenset(Role)
    return [user for user, at in rows if _counts(at, now) and may.intersection(user.roles)]


def _counts(at: datetime, now: datetime) -> bool:
    return -_APART <= now - at <= LAPSES


def _by_mistake(tx: Transaction, hold: Hold, by: Actor) -> bool:
    """Within a minute by both clocks: the wall's may have been set back since, the machine's cannot.

    A hold without the machine's time was pressed by nobody: a restore made it.
    """
    if hold.by != by.name or not timedelta(0) <= tx.now - hold.since <= OOPS:
        return False
    pressed = tx.session.scalar(
        select(Event.data)
        .where(Event.verb == "hold", Event.subject_id == (hold.target or hold.id))
        .where(Event.actor == hold.by, Event.at == hold.since)
        .order_by(Event.number.desc())
        .limit(1)
    )
    then = (pressed or {}).get("uptime_ms")
    return isinstance(then, int) and 0 <= uptime_ms() - then <= OOPS / timedelta(milliseconds=1)
