"""`move()`: what the tables allow, with its event, or nothing at all."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import set_committed_value

from socialpub.model.people import DAEMON, Actor
from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.audit import verify
from socialpub.store.database import Database
from socialpub.store.moves import ForbiddenMove, MovedMeanwhile, move, move_many
from socialpub.store.schema import Delivery, Event, Story
from socialpub.store.transaction import Transaction
from tests import world
from tests.clock import SetClock

D, S = DeliveryState, StoryState
_PAST_THE_SESSION = {"synchronize_session": False}
PIO = Actor("pking", via="os:pking")


def _delivery(db: Database, state: DeliveryState = D.SCHEDULED) -> str:
    with db.transaction() as tx:
        return world.delivery(tx, world.channel(tx), state=state).id


def _states(db: Database) -> dict[str, DeliveryState]:
    with db.reading() as session:
        return {row.id: row.state for row in session.scalars(select(Delivery))}


def _events(db: Database) -> list[Event]:
    with db.reading() as session:
        assert verify(session).fault == ""
        return list(session.scalars(select(Event).order_by(Event.number)))


def _row(tx: Transaction, delivery: str, believed: DeliveryState | None = None) -> Delivery:
    """The row; with `believed`, as somebody holds it who read it before it moved."""
    row = tx.session.get_one(Delivery, delivery)
    if believed:
        set_committed_value(row, "state", believed)
    return row


def test_a_move_changes_the_row_and_says_who_why_and_from_what(db: Database, clock: SetClock) -> None:
    delivery = _delivery(db)
    clock.advance(60)
    with db.transaction() as tx:
        row = _row(tx, delivery)
        move(tx, row, D.CANCELLED, because="not today", by=PIO, wish="")
        assert (row.state, row.reason, row.changed_at) == (D.CANCELLED, "not today", clock.now)
    (event,) = _events(db)
    assert (event.actor, event.via, event.verb, event.at) == ("pking", "os:pking", "move:cancelled", clock.now)
    assert (event.subject, event.subject_id) == ("delivery", delivery)
    assert event.data == {"was": "scheduled", "because": "not today"}


def test_other_columns_change_with_the_state(db: Database) -> None:
    delivery = _delivery(db, D.SENDING)
    with db.transaction() as tx:
        move(tx, _row(tx, delivery), D.DEFERRED, because="429", by=DAEMON, owner="", looks=3)
    with db.reading() as session:
        row = session.get_one(Delivery, delivery)
        assert (row.state, row.owner, row.looks) == (D.DEFERRED, "", 3)


def test_what_was_set_before_a_move_is_kept_with_it(db: Database, clock: SetClock) -> None:
    delivery = _delivery(db, D.SENDING)
    with db.transaction() as tx:
        row = _row(tx, delivery)
        row.look_at = clock.now
        move(tx, row, D.UNCONFIRMED, by=DAEMON)
    with db.reading() as session:
        assert session.get_one(Delivery, delivery).look_at == clock.now


def test_a_move_that_the_table_lacks_is_refused_and_writes_nothing(db: Database) -> None:
    delivery = _delivery(db)
    with db.transaction() as tx, pytest.raises(ForbiddenMove, match="scheduled may not become delivered"):
        move(tx, _row(tx, delivery), D.DELIVERED, by=DAEMON)
    assert _states(db) == {delivery: D.SCHEDULED}
    assert _events(db) == []


def test_a_story_cannot_take_a_deliverys_state(db: Database) -> None:
    with db.transaction() as tx:
        story = world.story(tx, S.APPROVED)
        with pytest.raises(ForbiddenMove):
            move(tx, story, D.CANCELLED, by=PIO)
    with db.reading() as session:
        assert session.get_one(Story, story.id).state == S.APPROVED


def test_a_row_that_moved_meanwhile_is_told_and_left_alone(db: Database) -> None:
    delivery = _delivery(db, D.SENDING)
    with db.transaction() as tx:
        row = _row(tx, delivery, believed=D.SCHEDULED)
        with pytest.raises(MovedMeanwhile, match=f"{delivery}.*no longer scheduled"):
            move(tx, row, D.CANCELLED, by=PIO)
    assert _states(db) == {delivery: D.SENDING}
    assert _events(db) == []


def test_a_row_that_is_gone_counts_as_moved(db: Database) -> None:
    delivery = _delivery(db)
    with db.transaction() as tx:
        row = _row(tx, delivery)
        tx.session.execute(delete(Delivery).where(Delivery.id == delivery), execution_options=_PAST_THE_SESSION)
        with pytest.raises(MovedMeanwhile):
            move(tx, row, D.CANCELLED, by=PIO)
    assert _events(db) == []


def test_many_move_with_one_event_each(db: Database) -> None:
    waiting, tried = _delivery(db), _delivery(db, D.DEFERRED)
    with db.transaction() as tx:
        move_many(tx, [_row(tx, waiting), _row(tx, tried)], D.NEEDS_PERSON, because="after a stand-down", by=PIO)
    assert set(_states(db).values()) == {D.NEEDS_PERSON}
    assert [(event.subject_id, event.data["was"]) for event in _events(db)] == [
        (waiting, "scheduled"),
        (tried, "deferred"),
    ]


def test_nothing_moves_when_nothing_is_given(db: Database) -> None:
    with db.transaction() as tx:
        move_many(tx, [], D.CANCELLED, by=PIO)
    assert _events(db) == []


@pytest.mark.parametrize("states", [(D.SCHEDULED, D.SCHEDULED), (D.DEFERRED, D.SCHEDULED)])
def test_of_many_none_moves_when_one_moved_meanwhile_even_if_the_caller_goes_on(
    db: Database, states: tuple[DeliveryState, DeliveryState]
) -> None:
    good, gone = _delivery(db, states[0]), _delivery(db, D.SENDING)
    with db.transaction() as tx:
        rows = [_row(tx, good), _row(tx, gone, believed=states[1])]
        with pytest.raises(MovedMeanwhile):
            move_many(tx, rows, D.CANCELLED, by=PIO)
        tx.record(PIO, "went-on", "delivery", good)
    assert _states(db) == {good: states[0], gone: D.SENDING}
    assert [event.verb for event in _events(db)] == ["went-on"]


def test_of_many_none_moves_when_one_may_not(db: Database) -> None:
    good, sent = _delivery(db), _delivery(db, D.DELIVERED)
    with db.transaction() as tx, pytest.raises(ForbiddenMove):
        move_many(tx, [_row(tx, good), _row(tx, sent)], D.CANCELLED, by=PIO)
    assert _states(db) == {good: D.SCHEDULED, sent: D.DELIVERED}
    assert _events(db) == []


def test_a_reason_in_a_networks_odd_words_is_kept_without_what_no_database_keeps(db: Database) -> None:
    delivery = _delivery(db, D.SENDING)
    with db.transaction() as tx:
        move(tx, _row(tx, delivery), D.FAILED, because="bad \x00 request \ud83d", by=DAEMON)
    with db.reading() as session:
        assert session.get_one(Delivery, delivery).reason == "bad \ufffd request \ufffd"
    assert [event.data["because"] for event in _events(db)] == ["bad \ufffd request \ufffd"]
