"""When sending starts and when it does not: quiet hours, busy hands, order, and how long to wait."""

from collections.abc import Callable
from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.owner import Owner, this_process
from socialpub.delivery.send import send_due
from socialpub.model.states import DeliveryState as D
from socialpub.schedule.slots import Quiet, Rules
from tests.delivery.house import ZONE, House


class FewHands:
    """A hand with room for so many, that does nothing by itself."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.jobs: list[Callable[[], None]] = []

    def free(self) -> int:
        return self.room - len(self.jobs)

    def give(self, job: Callable[[], None]) -> None:
        self.jobs.append(job)


def test_it_gives_when_the_next_is_due(house: House) -> None:
    row = house.delivery(due=90)
    assert house.send_due() == row.due_at
    house.clock.now = row.due_at
    assert house.send_due() is None
    assert house.state(row) == D.DELIVERED


def test_in_quiet_hours_nothing_starts_however_late(house: House) -> None:
    house.rules = Rules(ZONE, quiet=Quiet(time(9), time(11)))  # it is 10:00 in the department
    row = house.delivery()
    end = house.clock.now.replace(hour=16)
    assert house.send_due() == end
    assert house.state(row) == D.SCHEDULED
    house.clock.now = end
    house.send_due()
    assert house.state(row) == D.DELIVERED


def test_it_takes_no_more_than_there_are_hands_for(house: House) -> None:
    for _ in range(3):
        house.delivery()
    hands = FewHands(2)
    send_due(house.carrier, hands)
    assert len(hands.jobs) == 2
    assert send_due(house.carrier, hands) is None, "there is no hand: to come again at once would spin"
    for job in hands.jobs:
        job()
    hands.jobs.clear()
    send_due(house.carrier, hands)
    assert len(hands.jobs) == 1


def test_one_channel_sends_one_after_the_other_in_due_order(house: House) -> None:
    channel = house.channel()
    late, early = house.delivery(channel, due=2), house.delivery(channel, due=1)
    house.clock.advance(5)
    house.send()
    assert (house.state(early), house.state(late)) == (D.DELIVERED, D.SCHEDULED)
    house.send()
    assert house.state(late) == D.DELIVERED


def test_a_channel_in_trouble_delays_no_other(house: House) -> None:
    """I9: however many wait on it."""
    blocked = house.channel(free_at=house.after(3600))
    for _ in range(5):
        house.delivery(blocked)
    well = house.delivery()
    house.send_due()
    assert house.state(well) == D.DELIVERED


@given(st.integers(-5, 10_000))
def test_the_wait_grows_and_stays_within_an_hour(attempts: int) -> None:
    assert timedelta(seconds=30) <= cool_off(attempts) <= cool_off(attempts + 1) <= timedelta(hours=1)


def test_this_process_is_alive_and_nobody_can_say_otherwise() -> None:
    me, twin = this_process(alone=False), this_process(alone=False)
    assert me.name != twin.name
    assert not me.proves_dead(me.name)
    assert not me.proves_dead(twin.name)


def test_a_process_that_started_at_another_time_is_gone() -> None:
    host, boot, pid, start, _ = this_process(alone=False).name.split("|")
    me = Owner("me", alone=False)
    assert me.proves_dead(f"{host}|{boot}|{pid}|{int(start) + 1}|x")
    assert me.proves_dead(f"{host}|{boot}|4194305|{start}|x"), "beyond the largest number a process can have"


def test_of_another_machine_or_another_boot_nothing_is_proven() -> None:
    host, boot, pid, start, _ = this_process(alone=False).name.split("|")
    me = Owner("me", alone=False)
    for name in (f"{host}2|{boot}|{pid}|1|x", f"{host}|other-boot|{pid}|1|x", f"{host}||{pid}|1|x", "nonsense", ""):
        assert not me.proves_dead(name)
    assert Owner("me", alone=True).proves_dead(f"{host}2|{boot}|{pid}|{start}|x")
