"""I9 for questions: a network that hangs as long as it likes delays only what is asked of it. Nothing sleeps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Queue
from threading import Event
from typing import Any

import pytest

from socialpub.delivery import hand
from socialpub.delivery.errands import errands
from socialpub.delivery.reconcile import reconcile
from socialpub.delivery.retract import retract as take_down
from socialpub.desk.deliveries import gone, retract
from socialpub.lanes import ASKERS, PATIENCE, Lanes
from socialpub.model.outcome import Found, Receipt, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.schema import Channel, Delivery
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")
WAIT = 30.0  # seconds until a test gives up; nothing waits so long


@dataclass
class Hanging:
    """A method of a network that hangs until it is let go."""

    answer: Callable[..., Any]
    called: Queue[object] = field(default_factory=Queue)
    go: Event = field(default_factory=Event)

    def __call__(self, *asked: Any) -> Any:
        self.called.put(asked)
        assert self.go.wait(WAIT)
        return self.answer(*asked)


@dataclass
class Threads:
    """Lanes, and which stage's job has ended."""

    lanes: Lanes
    ended: Queue[str]


@pytest.fixture
def threads() -> Iterator[Threads]:
    ended: Queue[str] = Queue()
    lanes = Lanes(ended.put)
    yield Threads(lanes, ended)
    lanes.close()
    lanes.stop()


def _unconfirmed(house: House, network: str, on: Channel | None = None) -> Delivery:
    row = house.delivery(on or house.channel(network))
    house.networks[network].ends = Unconfirmed("the answer was lost")
    house.send()
    house.networks[network].ends = None
    assert house.state(row) == D.UNCONFIRMED
    return row


def _hang(house: House, network: str, method: str) -> Hanging:
    hanging = Hanging(getattr(house.networks[network], method))
    setattr(house.networks[network], method, hanging)
    return hanging


def test_a_network_that_hangs_delays_no_question_to_another(house: House, threads: Threads) -> None:
    slow, well = _unconfirmed(house, "keyed"), _unconfirmed(house, "plain")
    house.plain.answers = Found((Receipt("plain-1"),))
    hanging = _hang(house, "keyed", "find")
    house.clock.advance(10)
    reconcile(house.carrier, threads.lanes)
    assert threads.ended.get(timeout=WAIT) == "reconcile"
    assert (house.state(slow), house.state(well)) == (D.UNCONFIRMED, D.DELIVERED)
    hanging.go.set()
    threads.ended.get(timeout=WAIT)
    assert house.row(slow).looks == 1


def test_a_network_that_hangs_delays_no_other_take_down(house: House, threads: Threads) -> None:
    slow, well = house.delivery(house.channel("keyed")), house.delivery()
    house.send()
    for row in (slow, well):
        retract(house.db, PIO, row.id, "the family asks")
    hanging = _hang(house, "keyed", "retract")
    take_down(house.carrier, threads.lanes)
    assert threads.ended.get(timeout=WAIT) == "retract"
    assert (house.state(slow), house.state(well)) == (D.RETRACTING, D.RETRACTED)
    hanging.go.set()
    threads.ended.get(timeout=WAIT)
    assert house.state(slow) == D.RETRACTED


def test_what_is_being_asked_about_is_not_asked_about_again_meanwhile(house: House, threads: Threads) -> None:
    channel = house.channel()
    first = _unconfirmed(house, "plain", channel)
    hanging = _hang(house, "plain", "find")
    house.clock.advance(10)
    assert reconcile(house.carrier, threads.lanes) is None  # its end calls the stage, no clock does
    hanging.called.get(timeout=WAIT)
    assert reconcile(house.carrier, threads.lanes) is None
    hanging.go.set()
    threads.ended.get(timeout=WAIT)
    assert (hanging.called.empty(), house.row(first).looks) == (True, 1)
    assert reconcile(house.carrier, threads.lanes) == house.row(first).look_at


def test_the_next_look_elsewhere_is_known_while_one_network_hangs(house: House, threads: Threads) -> None:
    _unconfirmed(house, "keyed")
    house.clock.advance(5)
    other = _unconfirmed(house, "plain")
    hanging = _hang(house, "keyed", "find")
    house.clock.advance(5)
    assert reconcile(house.carrier, threads.lanes) == house.row(other).look_at == house.after(5)
    hanging.go.set()


def test_what_a_person_settles_while_it_waits_in_line_is_left_alone(house: House, threads: Threads) -> None:
    channel = house.channel()
    first, second = house.delivery(channel), house.delivery(channel)
    house.send()
    house.send()
    for row in (first, second):
        retract(house.db, PIO, row.id, "the family asks")
    hanging = _hang(house, "plain", "retract")
    take_down(house.carrier, threads.lanes)
    hanging.called.get(timeout=WAIT)
    gone(house.db, PIO, second.id, "deleted by hand")
    gone(house.db, PIO, first.id, "deleted by hand")
    hanging.go.set()
    threads.ended.get(timeout=WAIT)
    assert hanging.called.empty()
    assert len(house.events("move:retracted")) == 2


def test_a_failure_in_a_thread_is_the_trouble_of_its_stage(plain_house: House, threads: Threads) -> None:
    row = _unconfirmed(plain_house, "plain")

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    plain_house.clock.advance(10)
    stage: tuple[str, D] = ("reconcile", D.UNCONFIRMED)
    errands(plain_house.carrier, threads.lanes, *stage, broken)
    threads.ended.get(timeout=WAIT)
    with pytest.raises(RuntimeError, match="the disk is full"):
        reconcile(plain_house.carrier, threads.lanes)
    plain_house.clock.advance(30)
    reconcile(plain_house.carrier, threads.lanes)
    threads.ended.get(timeout=WAIT)
    assert plain_house.row(row).looks == 1


def _look_at(house: House, delivery: str) -> object:
    with house.db.reading() as session:
        return session.get_one(Delivery, delivery).look_at


@pytest.mark.parametrize("at_once", [True, False])
def test_one_question_that_fails_holds_up_none_of_its_channel(
    plain_house: House, threads: Threads, at_once: bool
) -> None:
    channel = plain_house.channel()
    rows = [_unconfirmed(plain_house, "plain", channel).id for _ in range(3)]
    asked: list[str] = []

    def second_fails(_carrier: object, delivery: str) -> None:
        asked.append(delivery)
        if delivery == rows[1]:
            raise RuntimeError("it cannot be read")

    plain_house.clock.advance(10)
    stage: tuple[str, D, Callable[[Any, str], None]] = ("reconcile", D.UNCONFIRMED, second_fails)
    if at_once:
        with pytest.raises(RuntimeError, match="cannot be read"):
            errands(plain_house.carrier, hand.at_once, *stage)
    else:
        errands(plain_house.carrier, threads.lanes, *stage)
        threads.ended.get(timeout=WAIT)
    assert sorted(asked) == sorted(rows)
    assert _look_at(plain_house, rows[1]) == plain_house.after(30), "it does not stand before the others next time"


def test_what_was_answered_since_it_was_listed_is_not_asked_again(plain_house: House) -> None:
    row = _unconfirmed(plain_house, "plain")
    asked: list[str] = []

    class Slow(hand.AtOnce):
        def ask(self, stage: str, network: str, channel: str, jobs: Sequence[hand.Job], /) -> None:
            reconcile(plain_house.carrier)
            super().ask(stage, network, channel, jobs)

    plain_house.clock.advance(10)
    errands(
        plain_house.carrier, Slow(), "reconcile", D.UNCONFIRMED, lambda _carrier, delivery: asked.append(delivery)
    )
    assert (asked, plain_house.row(row).looks) == ([], 1)


def test_one_network_has_so_many_threads_and_no_more(threads: Threads) -> None:
    go, begun = Event(), Queue[str]()

    def hang() -> None:
        begun.put("slow")
        assert go.wait(WAIT)

    for number in range(ASKERS + 1):
        threads.lanes.ask("reconcile", "slow", f"channel-{number}", [hang])
    threads.lanes.ask("reconcile", "well", "channel", [lambda: begun.put("well")])
    assert threads.ended.get(timeout=WAIT) == "reconcile"
    assert sorted(begun.get(timeout=WAIT) for _ in range(ASKERS + 1)) == ["slow"] * ASKERS + ["well"]
    assert begun.empty()
    go.set()


def test_a_network_that_never_answers_is_the_trouble_of_its_stage_and_the_others_are_asked(house: House) -> None:
    ticks, ended = [0.0], Queue[str]()
    lanes = Lanes(ended.put, lambda: ticks[0])
    _unconfirmed(house, "keyed")
    hanging = _hang(house, "keyed", "find")
    house.clock.advance(10)
    reconcile(house.carrier, lanes)
    hanging.called.get(timeout=WAIT)
    ticks[0] = PATIENCE + 1
    well = _unconfirmed(house, "plain")
    house.clock.advance(10)
    with pytest.raises(TimeoutError, match="keyed was asked 5 minutes ago"):
        reconcile(house.carrier, lanes)
    assert ended.get(timeout=WAIT) == "reconcile"
    assert house.row(well).looks == 1
    lanes.complain("retract")
    hanging.go.set()
    lanes.stop()
    lanes.complain("reconcile")


def test_after_the_end_was_called_the_rest_is_not_asked(threads: Threads) -> None:
    asked: list[str] = []
    go, begun = Event(), Event()

    def first() -> None:
        begun.set()
        assert go.wait(WAIT)
        asked.append("first")

    threads.lanes.ask("retract", "plain", "channel", [first, lambda: asked.append("second")])
    assert begun.wait(WAIT)
    threads.lanes.close()
    threads.lanes.ask("retract", "other", "other", [lambda: asked.append("later")])
    go.set()
    threads.lanes.stop()
    assert asked == ["first"]


def test_two_daemons_that_fail_to_take_it_down_at_once_have_failed_once(house: House) -> None:
    row = house.delivery()
    house.send()
    retract(house.db, PIO, row.id, "the family asks")
    undisturbed = house.plain.retract
    house.plain.takes_down = [Unconfirmed("lost")] * 2

    def while_the_other_tries(*asked: Any) -> Any:
        house.plain.retract = undisturbed  # type: ignore[method-assign]
        take_down(house.as_other().carrier)
        return undisturbed(*asked)

    house.plain.retract = while_the_other_tries  # type: ignore[method-assign,assignment]
    take_down(house.carrier)
    assert (house.state(row), house.row(row).looks) == (D.RETRACTING, 1)


def test_whoever_took_it_down_is_believed_though_another_failed_meanwhile(house: House) -> None:
    row = house.delivery()
    house.send()
    retract(house.db, PIO, row.id, "the family asks")
    undisturbed = house.plain.retract
    house.plain.takes_down = [Unconfirmed("lost")]

    def while_the_other_fails(*asked: Any) -> Any:
        house.plain.retract = undisturbed  # type: ignore[method-assign]
        take_down(house.as_other().carrier)
        return undisturbed(*asked)

    house.plain.retract = while_the_other_fails  # type: ignore[method-assign,assignment]
    take_down(house.carrier)
    assert house.state(row) == D.RETRACTED
