"""A notice is written with the thing it tells, once, and cleaned."""

import pytest
from sqlalchemy import select

from socialpub.model.states import DeliveryState
from socialpub.store.database import Database
from socialpub.store.schema import Delivery, Notice
from socialpub.store.telling import known, officer, tell, tell_needs_person
from tests.notify.conftest import START, SetClock
from tests.notify.rows import a_delivery, notices


def test_a_notice_is_due_when_its_transaction_commits(db: Database) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "Subject", "Body")
    (row,) = notices(db)
    assert (row.audience, row.subject, row.body, row.due_at) == ("pio", "Subject", "Body", START)
    assert (row.tries, row.told_at, row.gave_up_at, row.trouble, row.once) == (0, None, None, "", "")


def test_what_rolls_back_was_never_said(db: Database) -> None:
    def told_and_regretted() -> None:
        with db.transaction() as tx:
            tell(tx, "pio", "Subject", "Body")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        told_and_regretted()
    assert notices(db) == []


def test_the_same_thing_is_told_once_in_one_transaction_and_in_a_later(db: Database) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "first", "Body", once="same")
        tell(tx, "pio", "second", "Body", once="same")
        tell(tx, "pio", "other", "Body", once="other")
    with db.transaction() as tx:
        tell(tx, "pio", "third", "Body", once="same")
        tx.session.execute(select(Notice))  # the transaction is still good
    assert sorted(row.subject for row in notices(db)) == ["first", "other"]


def test_without_a_key_nothing_is_thought_the_same(db: Database) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "Subject", "Body")
        tell(tx, "pio", "Subject", "Body")
    assert len(notices(db)) == 2


def test_a_notice_may_be_due_later(db: Database, clock: SetClock) -> None:
    clock.advance(3600)
    later = clock.now
    clock.advance(-3600)
    with db.transaction() as tx:
        tell(tx, officer("jruiz"), "Subject", "Body", due_at=later)
    assert [(row.audience, row.due_at) for row in notices(db)] == [("officer:jruiz", later)]


@pytest.mark.parametrize("audience", ["", "everybody", "officer:", "officer:a b", "pio\nBcc: x", "PIO"])
def test_an_audience_that_is_none_is_a_bug(db: Database, audience: str) -> None:
    with pytest.raises(ValueError, match="is no audience"), db.transaction() as tx:
        tell(tx, audience, "Subject", "Body")


def test_whatever_the_caller_passes_is_cleaned_before_it_is_stored(db: Database) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "a\r\nBcc: x@dept.example" + "!" * 500, "one\r\n\x1b[2Jtwo\ud800" + "z" * 50_000)
    (row,) = notices(db)
    assert row.subject.startswith("a Bcc: x@dept.example!!")
    assert len(row.subject) == 200
    assert row.body.startswith("one\n [2Jtwoz")
    assert len(row.body) == 20_000


def test_an_alarm_goes_to_the_pio_and_to_administrators_once_per_arrival(db: Database, clock: SetClock) -> None:
    delivery = a_delivery(db, DeliveryState.NEEDS_PERSON, text="A dog came home.", reason="two posts fit")
    for _ in range(2):
        with db.transaction() as tx:
            tell_needs_person(tx, [tx.session.get_one(Delivery, delivery)])
    assert sorted(row.audience for row in notices(db)) == ["administrators", "pio"]
    assert all("A dog came home." in row.subject and "two posts fit" in row.body for row in notices(db))

    clock.advance(60)  # it left and came back
    with db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        row.changed_at = tx.now
        tell_needs_person(tx, [row])
    assert len(notices(db)) == 4


def test_known_keys_are_found_among_very_many(db: Database) -> None:
    keys = [f"key-{number}" for number in range(1200)]
    with db.transaction() as tx:
        for key in keys[::400]:
            tell(tx, "pio", "Subject", "Body", once=key)
    with db.reading() as session:
        assert known(session, keys) == {"key-0", "key-400", "key-800"}
