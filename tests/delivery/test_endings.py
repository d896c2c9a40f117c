"""What each answer of a network makes of a delivery, its channel, and the people who should hear of it."""

import logging
from datetime import timedelta

import pytest

from socialpub.desk.channels import set_secret
from socialpub.desk.deliveries import requeue
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.schedule.slots import Rules
from socialpub.store.schema import Channel
from socialpub.store.vault import Vault
from tests.delivery.house import ZONE, House

ADMINISTRATOR = Actor("adm", frozenset({Role.ADMINISTRATOR}), "test")
PIO = Actor("panand", frozenset({Role.PIO}), "test")
DEAD_TOKEN = Deferred("the token is dead", scope=Scope.CHANNEL, needs_person=True)


def test_delivered_keeps_the_networks_own_id_and_tells_the_officer(house: House) -> None:
    row = house.delivery()
    house.send()
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])
    assert house.channel_of(row).free_at is None
    assert [attempt.outcome for attempt in house.attempts(row)] == ["delivered"]
    assert house.told("officer:jruiz") == ["Your story is out: “Officers found a lost dog and brought it home.”"]


def test_delivered_forgets_the_channels_trouble(house: House) -> None:
    row = house.delivery(house.channel(trouble="the token is dead"))
    house.send()
    assert house.channel_of(row).trouble == ""


def test_deferred_cools_off_longer_with_each_attempt(house: House) -> None:
    house.plain.ends, house.plain.shows = Deferred("503"), False
    row = house.delivery()
    for wait in (30, 120, 300, 900, 1800, 3600, 3600):
        house.send()
        fresh = house.row(row)
        assert (fresh.state, fresh.reason, fresh.due_at) == (D.DEFERRED, "503", house.after(wait))
        house.clock.now = fresh.due_at
    assert house.told() == []


def test_deferred_waits_as_long_as_the_network_asks(house: House) -> None:
    house.plain.ends, house.plain.shows = Deferred("429", house.after(900)), False
    row = house.delivery()
    house.send()
    assert house.row(row).due_at == house.after(900)


@pytest.mark.parametrize("seconds", [-3600, 0, 1])
def test_a_network_that_says_again_at_once_is_not_believed(house: House, seconds: float) -> None:
    house.plain.ends, house.plain.shows = Deferred("429", house.after(seconds)), False
    row = house.delivery()
    house.send_due()
    assert len(house.attempts(row)) == 1
    assert house.row(row).due_at == house.after(30)


def test_a_rate_limit_stops_the_channel_and_no_other(house: House) -> None:
    house.plain.ends, house.plain.shows = Deferred("429", house.after(900), Scope.CHANNEL), False
    limited = house.channel()
    first, second = house.delivery(limited), house.delivery(limited, due=1, not_before=0)
    house.send()
    assert house.channel_of(first).free_at == house.after(900)
    assert house.channel_of(first).trouble == ""
    house.plain.ends, house.plain.shows = None, True
    elsewhere = house.delivery()
    house.clock.advance(2)
    house.send()
    assert [house.state(row) for row in (first, second, elsewhere)] == [D.DEFERRED, D.SCHEDULED, D.DELIVERED]


def test_trouble_of_a_channel_is_told_once_to_who_can_mend_it(house: House) -> None:
    house.plain.ends, house.plain.shows = DEAD_TOKEN, False
    row = house.delivery()
    for _ in range(3):
        house.send()
        house.clock.now = house.channel_of(row).free_at or house.clock.now
    assert len(house.attempts(row)) == 3
    assert house.channel_of(row).trouble == "the token is dead"
    assert len(house.told("pio")) == len(house.told("administrators")) == 1


def test_when_a_person_mends_the_channel_it_goes_at_once(house: House) -> None:
    house.plain.ends, house.plain.shows = DEAD_TOKEN, False
    row = house.delivery()
    for _ in range(4):
        house.send()
        house.clock.now = house.channel_of(row).free_at or house.clock.now
    house.send()
    house.clock.advance(1)
    house.plain.ends, house.plain.shows = None, True
    set_secret(house.db, ADMINISTRATOR, Vault(bytes(32)), house.channel_of(row).name, {"token": "new"})
    assert house.send_due() is None
    assert house.state(row) == D.DELIVERED


def test_trouble_that_comes_back_is_told_again(house: House) -> None:
    house.plain.ends, house.plain.shows = DEAD_TOKEN, False
    row = house.delivery()
    house.send()
    set_secret(house.db, ADMINISTRATOR, Vault(bytes(32)), house.channel_of(row).name, {"token": "new"})
    house.send()
    assert len(house.told("pio")) == 2


def test_refused_fails_with_its_remedy_and_tells_officer_and_pio(house: House) -> None:
    house.plain.ends, house.plain.shows = Refused("too long", "Shorten it."), False
    row = house.delivery()
    house.send()
    assert (house.state(row), house.row(row).reason) == (D.FAILED, "too long. Shorten it.")
    assert len(house.told("pio")) == len(house.told("officer:jruiz")) == 1


def test_a_second_failure_is_told_as_well(house: House) -> None:
    """Queued again, it expired before it was claimed: nothing of its attempts had changed."""
    from socialpub.delivery.expire import expire

    house.plain.ends, house.plain.shows = Refused("too long", "Shorten it."), False
    row = house.delivery()
    house.send()
    house.clock.advance(1)
    requeue(house.db, PIO, row.id, "once more")
    house.clock.advance(25 * 3600)
    expire(house.carrier)
    assert house.state(row) == D.FAILED
    assert len(house.told("pio")) == len(house.told("officer:jruiz")) == 2


def test_unconfirmed_is_looked_for_and_never_claimed(house: House) -> None:
    house.plain.ends = Unconfirmed("the answer was lost")
    row = house.delivery()
    house.send()
    fresh = house.row(row)
    assert (fresh.state, fresh.look_at, fresh.looks) == (D.UNCONFIRMED, house.after(10), 0)
    house.clock.advance(3600)
    assert house.claim() == []


def test_an_adapter_that_raises_before_the_intent_has_shown_nothing(house: House) -> None:
    house.plain.raises_early = RuntimeError("a bug")
    row = house.delivery()
    house.send()
    assert (house.state(row), house.plain.visible) == (D.DEFERRED, [])
    assert house.row(row).intent_at is None


def test_an_adapter_that_raises_after_the_intent_may_have_shown_it(house: House) -> None:
    house.plain.ends = RuntimeError("a bug")
    row = house.delivery()
    house.send()
    assert house.state(row) == D.UNCONFIRMED
    assert house.row(row).intent_at == house.clock.now


def test_delivered_without_leave_is_recorded_and_complained_about(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.plain.asks_leave = False
    row = house.delivery()
    with caplog.at_level(logging.ERROR):
        house.send()
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])
    assert "without the journal's leave" in caplog.text


def test_an_id_that_another_delivery_owns_proves_nothing(house: House) -> None:
    channel = house.channel()
    first = house.delivery(channel)
    house.send()
    house.plain.ends = Delivered((Receipt("plain-1"),))
    second = house.delivery(channel)
    house.send()
    assert (house.state(first), house.state(second)) == (D.DELIVERED, D.UNCONFIRMED)
    assert house.receipts(second) == []
    assert "belongs to another delivery" in house.row(second).reason


def test_the_same_id_on_another_channel_is_another_post(house: House) -> None:
    first = house.delivery()
    house.send()
    house.plain.ends = Delivered((Receipt("plain-1"),))
    second = house.delivery()
    house.send()
    assert (house.state(first), house.state(second)) == (D.DELIVERED, D.DELIVERED)


def test_each_visible_part_keeps_a_receipt(house: House) -> None:
    house.plain.ends = Delivered((Receipt("a"), Receipt("b", part=1)))
    row = house.delivery()
    house.send()
    assert sorted(house.receipts(row)) == ["a", "b"]


def test_spacing_holds_after_what_is_out_and_after_what_may_be(house: House) -> None:
    house.rules = Rules(ZONE, spacing=timedelta(minutes=5))
    sure, unsure = house.delivery(), house.delivery(house.channel("vague"))
    house.networks["vague"].ends = Unconfirmed("the answer was lost")
    house.send()
    assert [house.channel_of(row).free_at for row in (sure, unsure)] == [house.after(300)] * 2


def test_spacing_shortens_no_wait_that_is_longer(house: House) -> None:
    house.rules = Rules(ZONE, spacing=timedelta(minutes=5))
    row = house.delivery()
    later = house.after(7200)

    def limited() -> None:
        house.change(lambda tx: setattr(tx.session.get_one(Channel, row.channel_id), "free_at", later))

    house.plain.before = limited
    house.send()
    assert house.channel_of(row).free_at == later


def test_the_daily_cap_opens_again_at_the_departments_midnight(house: House) -> None:
    house.rules = Rules(ZONE, daily_cap=2)
    channel = house.channel()
    house.clock.now = house.clock.now.replace(hour=3)  # still yesterday evening in the department
    rows = [house.delivery(channel, deadline=72 * 3600) for _ in range(5)]
    house.send_due()
    assert [house.state(row) for row in rows].count(D.DELIVERED) == 2
    midnight = house.clock.now.replace(hour=5)
    assert house.send_due() == midnight
    house.clock.now = midnight
    assert house.send_due() == midnight + timedelta(days=1)
    assert [house.state(row) for row in rows].count(D.DELIVERED) == 4
