"""Silence is not calm: what could not be told can be seen."""

from datetime import timedelta

from socialpub.notify.failures import Failure, failures
from socialpub.notify.send import NOBODY, turn
from socialpub.store.database import Database
from socialpub.store.telling import tell
from tests.notify.conftest import START, SetClock

DAY = timedelta(days=1)


def _turn(db: Database, clock: SetClock, trouble: str) -> None:
    turn(db, lambda audience: () if audience == "pio" else ("json://x",), clock.now, lambda *_: trouble)


def _shown(db: Database, clock: SetClock) -> list[Failure]:
    with db.reading() as session:
        return failures(session, clock.now - DAY)


def test_what_was_told_is_no_failure(db: Database, clock: SetClock) -> None:
    with db.transaction() as tx:
        tell(tx, "reviewers", "Subject", "Body")
    assert _shown(db, clock) == []  # not told yet, but nothing went wrong
    _turn(db, clock, "")
    assert _shown(db, clock) == []


def test_failing_given_up_and_nobody_are_shown_with_their_number(db: Database, clock: SetClock) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "one", "Body")
        tell(tx, "pio", "two", "Body")
        tell(tx, "reviewers", "three", "Body")
    _turn(db, clock, "421 not now")
    nobody, failing = sorted(_shown(db, clock), key=lambda failure: failure.audience)
    assert (nobody.audience, nobody.trouble, nobody.count, nobody.given_up) == ("pio", NOBODY, 2, False)
    assert failing == Failure("reviewers", "421 not now", 1, given_up=False, newest=START + timedelta(minutes=1))

    for _ in range(30):
        clock.advance(3600)
        _turn(db, clock, "421 not now")
    given_up = [failure for failure in _shown(db, clock) if failure.audience == "reviewers"]
    assert [(failure.trouble, failure.given_up) for failure in given_up] == [("421 not now", True)]


def test_old_failures_are_not_shown_for_ever(db: Database, clock: SetClock) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "one", "Body")
    _turn(db, clock, "")
    clock.now += 2 * DAY
    assert _shown(db, clock) == []
