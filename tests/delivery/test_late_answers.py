"""The answer of an attempt whose claim was lost. What it calls visible is visible, whatever the row says by now."""

import pytest

from socialpub.delivery.ending import Ending
from socialpub.delivery.reconcile import reconcile
from socialpub.delivery.recover import recover
from socialpub.delivery.settle import Ended, settle_all
from socialpub.desk.deliveries import cancel, requeue
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import Claim
from socialpub.store.schema import Delivery
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")
ANSWER = Delivered((Receipt("plain-7", "https://plain.example/7"),))


def _silent(house: House, *, intent: bool) -> tuple[Delivery, Claim]:
    """A delivery whose daemon fell silent, before or after its intent, and was taken over."""
    row = house.delivery()
    [claim] = house.claim()
    if intent:
        from socialpub.delivery.journal import AttemptJournal

        AttemptJournal(house.carrier, claim, row.key).about_to_publish()
    house.clock.advance(121)
    recover(house.as_other().carrier)
    assert house.state(row) == (D.UNCONFIRMED if intent else D.DEFERRED)
    return row, claim


def _answer(house: House, claim: Claim, ending: Ending = ANSWER) -> None:
    with house.db.transaction() as tx:
        settle_all(tx, [Ended(house.carrier, claim, ending)])


def test_unconfirmed_becomes_delivered(house: House) -> None:
    row, claim = _silent(house, intent=True)
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-7"])


def test_what_needs_a_person_becomes_delivered(house: House) -> None:
    row, claim = _silent(house, intent=True)
    house.look(3)
    assert house.state(row) == D.NEEDS_PERSON
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-7"])


def test_what_a_person_queued_again_is_delivered_and_not_sent_again(house: House) -> None:
    row, claim = _silent(house, intent=True)
    house.look(3)
    requeue(house.db, PIO, row.id, "it is not there")
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-7"])
    house.send_due()
    assert house.plain.visible == []


def test_it_takes_the_leave_from_a_newer_claim(house: House) -> None:
    row, claim = _silent(house, intent=True)
    house.look(3)
    requeue(house.db, PIO, row.id, "it is not there")
    house.plain.before = lambda: _answer(house, claim)
    house.send()
    assert house.plain.visible == []
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-7"])
    assert [attempt.outcome for attempt in house.attempts(row)] == ["delivered", "lost"]


def test_when_the_newer_attempt_has_shown_it_too_a_person_is_told(house: House) -> None:
    row, claim = _silent(house, intent=True)
    house.look(3)
    requeue(house.db, PIO, row.id, "it is not there")
    house.send()
    assert house.receipts(row) == ["plain-1"]
    before = house.told("pio")
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])
    assert len(house.told("pio")) == len(before) + 1


def test_the_same_post_a_second_time_is_no_news(house: House) -> None:
    row, claim = _silent(house, intent=True)
    _answer(house, claim)
    told = house.told()
    _answer(house, claim)
    assert house.told() == told
    assert house.receipts(row) == ["plain-7"]


def test_of_what_was_cancelled_or_failed_a_person_is_told(house: House) -> None:
    row, claim = _silent(house, intent=True)
    house.look(3)
    cancel(house.db, PIO, row.id, "never mind")
    before = house.told("pio")
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.CANCELLED, [])
    assert len(house.told("pio")) == len(before) + 1
    assert house.told("pio")[-1].startswith("Look at file-")


@pytest.mark.parametrize("ending", [Deferred("503"), Refused("no", "Change it."), Unconfirmed("lost")])
def test_any_other_late_answer_is_recorded_and_changes_nothing(house: House, ending: Ending) -> None:
    row, claim = _silent(house, intent=True)
    told = house.told()
    _answer(house, claim, ending)
    assert (house.state(row), house.told()) == (D.UNCONFIRMED, told)
    assert [event["fence"] for event in house.events("late-answer")] == [claim.fence]


def test_a_late_id_that_another_delivery_owns_leaves_it_to_a_person(house: House) -> None:
    row, claim = _silent(house, intent=True)
    owner = house.delivery(house.channel_of(row))
    house.plain.visible.extend(["x"] * 6)
    house.send()
    assert house.receipts(owner) == ["plain-7"]
    _answer(house, claim)
    assert (house.state(row), house.receipts(row)) == (D.NEEDS_PERSON, [])
    assert len(house.told("administrators")) == 1


def test_after_the_late_answer_nobody_looks_any_more(house: House) -> None:
    row, claim = _silent(house, intent=True)
    _answer(house, claim)
    assert house.row(row).look_at is None
    assert reconcile(house.carrier) is None
    assert house.plain.asked_since == []


def test_a_daemon_that_was_only_slow_before_its_intent_cannot_publish(house: House) -> None:
    from socialpub.delivery.send import send

    row, claim = _silent(house, intent=False)
    send(house.carrier, claim)
    assert (house.state(row), house.plain.visible) == (D.DEFERRED, [])
