"""What a daemon left behind: the dead for sure, the silent after their lease, and lost threads of our own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from socialpub.delivery import recover as recover_
from socialpub.delivery.journal import AttemptJournal
from socialpub.delivery.owner import Owner
from socialpub.delivery.proof import unconfirm
from socialpub.delivery.recover import recover
from socialpub.desk.deliveries import cancel
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import LEASE
from socialpub.store.schema import Delivery
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")
ALONE = Owner("next", alone=True)  # a lock file proves that every other daemon is dead


def _begun(house: House, *, intent: bool) -> Delivery:
    row = house.delivery()
    [claim] = house.claim()
    if intent:
        AttemptJournal(house.carrier, claim, row.key).about_to_publish()
    return row


@pytest.mark.parametrize(("intent", "state"), [(False, D.DEFERRED), (True, D.UNCONFIRMED)])
def test_what_the_dead_were_sending_is_taken_over_at_once(house: House, *, intent: bool, state: D) -> None:
    row = _begun(house, intent=intent)
    house.owner = ALONE
    assert recover(house.carrier) is None
    fresh = house.row(row)
    assert (fresh.state, fresh.doubtful, fresh.lease_until) == (state, False, None)
    assert [attempt.outcome for attempt in house.attempts(row)] == ["crashed"]


@pytest.mark.parametrize(("intent", "state"), [(False, D.DEFERRED), (True, D.UNCONFIRMED)])
def test_what_the_silent_were_sending_is_taken_over_when_the_lease_ends(
    house: House, *, intent: bool, state: D
) -> None:
    row = _begun(house, intent=intent)
    ends = house.row(row).lease_until
    other = house.as_other()
    assert ends == house.clock.now + LEASE
    house.clock.now = ends - timedelta(microseconds=1)
    assert recover(other.carrier) == ends
    assert house.state(row) == D.SENDING
    house.clock.now = ends
    recover(other.carrier)
    fresh = house.row(row)
    assert (fresh.state, fresh.doubtful) == (state, intent)
    assert [attempt.outcome for attempt in house.attempts(row)] == ["silent"]


@pytest.mark.parametrize(("intent", "state"), [(False, D.DEFERRED), (True, D.UNCONFIRMED)])
def test_what_a_thread_of_ours_could_not_settle_is_not_left_for_ever(house: House, *, intent: bool, state: D) -> None:
    row = _begun(house, intent=intent)
    recover(house.carrier)
    assert house.state(row) == D.SENDING
    house.clock.advance(120)
    recover(house.carrier)
    assert house.state(row) == state


def test_before_its_intent_it_goes_again_at_once(house: House) -> None:
    row = _begun(house, intent=False)
    house.owner = ALONE
    recover(house.carrier)
    house.send_due()
    assert house.state(row) == D.DELIVERED


def test_what_takes_its_daemon_down_again_and_again_gives_way_to_others(house: House) -> None:
    row = house.delivery()
    house.set(row, attempts=2)
    house.claim()
    house.owner = ALONE
    recover(house.carrier)
    assert house.row(row).due_at == house.after(300)


def test_a_wish_before_the_intent_is_granted(house: House) -> None:
    row = _begun(house, intent=False)
    cancel(house.db, PIO, row.id, "no")
    house.owner = ALONE
    recover(house.carrier)
    assert (house.state(row), house.row(row).reason) == (D.CANCELLED, "it was taken back before it was visible")


def test_a_row_without_its_attempt_may_be_visible(house: House) -> None:
    row = house.delivery(state=D.SENDING, fence=4, owner="gone", lease_until=None)
    recover(house.carrier)
    assert house.state(row) == D.UNCONFIRMED


def test_a_row_that_cannot_be_taken_over_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows = sorted([_begun(house, intent=True) for _ in range(3)], key=lambda row: row.id)

    def broken(tx: Any, carrier: Any, row: Delivery, *rest: Any, **more: Any) -> None:
        unconfirm(tx, carrier, row, *rest, **more)
        if row.id == rows[0].id:
            raise ZeroDivisionError("looks")

    monkeypatch.setattr(recover_, "unconfirm", broken)
    house.owner = ALONE
    with pytest.raises(ZeroDivisionError):  # which the daemon counts, and tells after a few times
        recover(house.carrier)
    assert [house.state(row) for row in rows] == [D.SENDING, D.UNCONFIRMED, D.UNCONFIRMED]
    assert [attempt.outcome for attempt in house.attempts(rows[0])] == [""]
    assert f"delivery {rows[0].id} could not be taken over" in caplog.text
    monkeypatch.undo()
    recover(house.carrier)
    assert house.state(rows[0]) == D.UNCONFIRMED


def test_a_store_in_trouble_is_not_asked_again_for_every_row(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        _begun(house, intent=True)
    asked: list[str] = []

    def locked(*given: Any, **_: Any) -> None:
        asked.append(given[2].id)
        raise OperationalError("UPDATE", {}, Exception("the database is locked"))

    monkeypatch.setattr(recover_, "unconfirm", locked)
    house.owner = ALONE
    with pytest.raises(OperationalError):
        recover(house.carrier)
    assert len(asked) == 1


def test_while_everything_is_well_nothing_is_written(house: House) -> None:
    row = _begun(house, intent=True)
    before = house.row(row).changed_at
    house.clock.advance(5)
    assert recover(house.as_other().carrier) == house.row(row).lease_until
    assert (house.state(row), house.row(row).changed_at) == (D.SENDING, before)
