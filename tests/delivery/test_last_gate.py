"""What people decide in the middle: before the visible call it stops it, afterwards it is acted on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from socialpub.delivery.send import send
from socialpub.desk import holds
from socialpub.desk.deliveries import cancel
from socialpub.model.day import ALWAYS, Day
from socialpub.model.outcome import Deferred, Found, Receipt, Refused, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import LEASE
from socialpub.store.fall import fall
from socialpub.store.schema import Channel, Delivery, Epoch
from tests import world
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")


@dataclass(frozen=True)
class Stop:
    """Something that forbids the visible call, the state it leads to, and how its reason begins."""

    happens: Callable[[House, Delivery], Any]
    leads_to: D
    why: str


def _later(house: House, row: Delivery) -> None:
    house.clock.now = row.deadline


def _earlier(house: House, row: Delivery) -> None:
    house.clock.now = row.not_before - timedelta(seconds=1)


STOPS = {
    "a stand-down": Stop(lambda house, _: house.change(world.hold), D.DEFERRED, "held by pking: a test"),
    "a hold on its channel": Stop(
        lambda house, row: house.change(lambda tx: world.hold(tx, "channel", row.channel_id)), D.DEFERRED, "held by"
    ),
    "a hold on itself": Stop(
        lambda house, row: house.change(lambda tx: world.hold(tx, "delivery", row.id)), D.DEFERRED, "held by"
    ),
    "a fallen approval": Stop(
        lambda house, row: house.change(lambda tx: fall(tx, row.story_id, "it was changed", PIO)),
        D.CANCELLED,
        "it was taken back",
    ),
    "a wish": Stop(lambda house, row: cancel(house.db, PIO, row.id, "no"), D.CANCELLED, "it was taken back"),
    "its deadline": Stop(_later, D.FAILED, "expired"),
    "a clock that went back": Stop(_earlier, D.DEFERRED, "the clock went back"),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_between_claim_and_send_it_stops_the_visible_call(house: House, stop: Stop) -> None:
    row = house.delivery()
    [claim] = house.claim()
    stop.happens(house, row)
    send(house.carrier, claim)
    _nothing_came_of_it(house, row, stop)


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_after_the_upload_it_stops_the_visible_call(house: House, stop: Stop) -> None:
    row = house.delivery()
    house.plain.before = lambda: stop.happens(house, row)
    house.send()
    _nothing_came_of_it(house, row, stop)


def _nothing_came_of_it(house: House, row: Delivery, stop: Stop) -> None:
    fresh = house.row(row)
    assert house.plain.visible == []
    assert fresh.state == stop.leads_to
    assert fresh.reason.startswith(stop.why)
    assert fresh.intent_at is None


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_after_the_intent_the_networks_answer_counts(house: House, stop: Stop) -> None:
    row = house.delivery()
    house.plain.after = lambda: stop.happens(house, row)
    house.send()
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])


@pytest.mark.parametrize("name", ["a fallen approval", "a wish"])
def test_what_is_out_although_it_was_taken_back_is_told_with_the_way_to_retract_it(house: House, name: str) -> None:
    row = house.delivery()
    house.plain.after = lambda: STOPS[name].happens(house, row)
    house.send()
    assert any(subject.startswith("It is out although it was taken back") for subject in house.told("pio"))


@pytest.mark.parametrize("answer", [Deferred("503"), Deferred("429", None)])
def test_a_wish_during_the_call_cancels_what_surely_is_not_visible(house: House, answer: Deferred) -> None:
    row = house.delivery()
    house.plain.after = lambda: cancel(house.db, PIO, row.id, "no")
    house.plain.ends, house.plain.shows = answer, False
    house.send()
    assert house.state(row) == D.CANCELLED


def test_a_wish_during_the_call_leaves_a_refusal_a_failure(house: House) -> None:
    row = house.delivery()
    house.plain.after = lambda: cancel(house.db, PIO, row.id, "no")
    house.plain.ends, house.plain.shows = Refused("too long", "Shorten it."), False
    house.send()
    assert house.state(row) == D.FAILED


def test_a_wish_while_unconfirmed_cancels_once_it_is_surely_absent(house: House) -> None:
    row = _unconfirmed(house)
    assert cancel(house.db, PIO, row.id, "no") is False
    house.look(3)
    assert (house.state(row), house.row(row).reason) == (D.CANCELLED, "taken back; the network does not have it")


def test_a_wish_while_unconfirmed_is_told_of_when_it_is_found(house: House) -> None:
    row = _unconfirmed(house)
    cancel(house.db, PIO, row.id, "no")
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look()
    assert house.state(row) == D.DELIVERED
    assert any(subject.startswith("It is out although it was taken back") for subject in house.told("pio"))


def _unconfirmed(house: House) -> Delivery:
    row = house.delivery()
    house.plain.ends = Unconfirmed("the answer was lost")
    house.send()
    return row


def test_a_hold_met_while_sending_keeps_its_time_and_lists_it_when_released(house: House) -> None:
    """However often it was tried: what came due during a stand-down is for a person to decide."""
    row = house.delivery()
    house.set(row, attempts=9)
    house.plain.before = lambda: STOPS["a stand-down"].happens(house, row)
    house.send()
    assert house.row(row).due_at == row.due_at
    with house.db.reading() as session:
        [hold] = holds.standing(session)
    _two_release(house, hold)
    assert house.state(row) == D.NEEDS_PERSON
    assert house.send_due() is None
    assert house.plain.visible == []


def _two_release(house: House, hold: Any) -> None:
    from socialpub.desk.people import add_person

    first = Actor("os:owner", frozenset({Role.ADMINISTRATOR}))
    commander = Actor("cstark", frozenset({Role.COMMANDER}), "test")
    add_person(house.db, first, "panand", [Role.PIO])
    add_person(house.db, first, "cstark", [Role.COMMANDER])
    assert not holds.release(house.db, commander, hold)
    assert holds.release(house.db, PIO, hold)


def test_when_the_clock_is_right_again_it_goes_at_its_time(house: House) -> None:
    row = house.delivery()
    house.plain.before = lambda: _earlier(house, row)
    house.send()
    assert house.claim() == []
    house.clock.now, house.plain.before = row.not_before, lambda: None
    house.send()
    assert house.state(row) == D.DELIVERED


def test_midnight_between_the_claim_and_the_visible_call_shows_nothing(house: House) -> None:
    """The new day's screening may be running just now; it comes again when that is written down."""
    tomorrow = Day(house.clock.now + timedelta(seconds=30), house.clock.now + timedelta(days=1))
    house.day = lambda now: tomorrow if now >= tomorrow.began else ALWAYS
    row = house.delivery()
    house.plain.before = lambda: house.clock.advance(30)
    house.send()
    fresh = house.row(row)
    assert (house.plain.visible, fresh.state, fresh.intent_at) == ([], D.DEFERRED, None)
    assert (fresh.reason, fresh.due_at) == ("a new day began: it is screened again before it goes out", row.due_at)
    assert house.claim() == []
    house.change(lambda tx: world.screening(tx, house.approval_of(row).revision_id))
    house.plain.before = lambda: None
    house.send()
    assert house.state(row) == D.DELIVERED


# ---- a claim that was lost


def _taken_over(house: House, row: Delivery) -> None:
    """Another daemon has claimed it meanwhile."""
    house.set(row, state=D.SENDING, fence=row.fence + 2, owner="other")


def _restored(house: House, _row: Delivery) -> None:
    house.change(lambda tx: tx.session.add(Epoch(number=7, since=tx.now, because="restored")))


@pytest.mark.parametrize("lose", [_taken_over, _restored])
@pytest.mark.parametrize("early", [True, False])
def test_a_lost_claim_shows_nothing_and_writes_nothing(
    house: House, lose: Callable[[House, Delivery], None], *, early: bool
) -> None:
    row = house.delivery()
    [claim] = house.claim()
    if early:
        lose(house, row)
    else:
        house.plain.before = lambda: lose(house, row)
    send(house.carrier, claim)
    fresh = house.row(row)
    assert house.plain.visible == []
    assert (fresh.state, fresh.intent_at) == (D.SENDING, None)
    assert [attempt.outcome for attempt in house.attempts(row)] == ["lost"]


def test_a_note_renews_the_lease(house: House) -> None:
    row = house.delivery()
    [claim] = house.claim()
    house.clock.advance(60)
    leases = []
    house.plain.before = lambda: leases.append(house.row(row).lease_until)
    send(house.carrier, claim)
    assert leases == [house.clock.now + LEASE]


def test_who_sleeps_inside_the_commit_of_the_intent_does_not_publish(house: House, monkeypatch: Any) -> None:
    """Stopped between the commit and its return for longer than the lease: another daemon may have it by now."""
    row = house.delivery()
    transaction = house.db.transaction

    class Sleepy:
        def __init__(self) -> None:
            self._inner = transaction()

        def __enter__(self) -> Any:
            return self._inner.__enter__()

        def __exit__(self, *how: Any) -> Any:
            try:
                return self._inner.__exit__(*how)
            finally:
                house.ticks += LEASE.total_seconds() + 1

    house.plain.before = lambda: monkeypatch.setattr(house.db, "transaction", Sleepy)
    house.send()
    assert house.plain.visible == []
    assert house.state(row) == D.DEFERRED
    assert "too slow" in house.row(row).reason


def test_with_less_of_the_lease_left_than_a_call_takes_it_is_not_begun(house: House, monkeypatch: Any) -> None:
    from socialpub import crash

    def slow(name: str) -> None:
        house.ticks += 46 if name == "journal.publish.after" else 0

    monkeypatch.setattr(crash, "point", slow)
    row = house.delivery()
    house.send()
    assert (house.plain.visible, house.state(row)) == ([], D.DEFERRED)


def test_a_little_time_does_no_harm(house: House, monkeypatch: Any) -> None:
    from socialpub import crash

    def slow(name: str) -> None:
        house.ticks += 44 if name == "journal.publish.after" else 0

    monkeypatch.setattr(crash, "point", slow)
    row = house.delivery()
    house.send()
    assert house.state(row) == D.DELIVERED


def test_steps_are_numbered_and_the_newest_attempts_ids_are_recalled(house: House) -> None:
    from socialpub.delivery.journal import AttemptJournal

    row = house.delivery()
    seen = []
    for media in ("first", "second"):
        [claim] = house.claim()
        journal = AttemptJournal(house.carrier, claim, row.key)
        assert (journal.key, journal.part) == (row.key, 0)
        seen.append(dict(journal.recall("upload")))
        journal.note("upload", media=media)
        journal.note("upload", media=f"{media} again")
        house.set(row, state=D.DEFERRED)
    assert seen == [{}, {"media": "first again"}]


def test_the_channel_of_a_stopped_delivery_is_free_for_the_next(house: House) -> None:
    channel: Channel = house.channel()
    first, second = house.delivery(channel), house.delivery(channel)
    house.change(lambda tx: world.hold(tx, "delivery", first.id))
    house.send_due()
    assert [house.state(first), house.state(second)] == [D.SCHEDULED, D.DELIVERED]
