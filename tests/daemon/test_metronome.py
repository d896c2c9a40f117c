"""The metronome: no stage twice at once, no wake-up lost, due times kept, failures retried and shown."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from socialpub.daemon import Senders
from socialpub.metronome import BREATH, Metronome
from tests.daemon.eventually import eventually, until

Stage = Callable[[], datetime | None]


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _ticking(
    stages: dict[str, Stage],
    changes: Callable[[], int] = lambda: 0,
    heartbeat: float = 60,
    after_trouble: float = 0.02,
) -> Iterator[Metronome]:
    metronome = Metronome(
        list(stages.items()), _now, changes, timedelta(seconds=heartbeat), timedelta(seconds=after_trouble)
    )
    metronome.start()
    try:
        yield metronome
    finally:
        metronome.stop()


class Counted:
    """A stage that counts its calls, and how many of them ran at the same moment at most."""

    def __init__(self, work: Stage = lambda: None) -> None:
        self.work, self.calls, self.most = work, 0, 0
        self._inside, self._lock = 0, threading.Lock()

    def __call__(self) -> datetime | None:
        with self._lock:
            self.calls += 1
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            return self.work()
        finally:
            with self._lock:
                self._inside -= 1


def test_every_stage_is_called_at_the_start() -> None:
    stages = {name: Counted() for name in "abc"}
    with _ticking(dict(stages)):
        eventually(lambda: all(stage.calls == 1 for stage in stages.values()))


def test_a_stage_never_runs_twice_at_once_however_often_it_is_woken() -> None:
    gate = threading.Event()
    slow = Counted(until(gate))
    with _ticking({"slow": slow}) as metronome:
        eventually(lambda: slow.calls == 1)
        for _ in range(200):
            metronome.wake()
        gate.set()
        eventually(lambda: slow.calls == 2)
    assert slow.most == 1


def test_a_wake_up_during_a_run_is_not_lost() -> None:
    """What came while a stage ran came perhaps after it had looked: it must look again."""
    gate = threading.Event()
    slow = Counted(until(gate))
    with _ticking({"slow": slow}) as metronome:
        eventually(lambda: slow.calls == 1)
        metronome.wake()
        gate.set()
        eventually(lambda: slow.calls == 2)


def test_no_wake_up_is_lost_in_a_race_with_a_stage_that_ends() -> None:
    """Each number is put down, then the stage is woken: it must be seen long before the heartbeat of a minute."""
    box: list[int] = []
    seen: list[int] = []

    def look() -> None:
        if box:
            seen.append(box[-1])

    with _ticking({"look": look, "other": lambda: None}) as metronome:
        for number in range(100):
            box.append(number)
            metronome.wake()
            eventually(lambda number=number: number in seen[-2:], within=5)  # type: ignore[misc]


@pytest.mark.parametrize("ahead", [0.0, 0.15, 0.4])
def test_a_due_time_is_kept_within_fifty_milliseconds(ahead: float) -> None:
    called: list[datetime] = []
    due = _now() + timedelta(seconds=0.3 + ahead)

    def stage() -> datetime | None:
        called.append(_now())
        return due if len(called) == 1 else None

    with _ticking({"stage": stage}):
        eventually(lambda: len(called) == 2)
    late = (called[1] - due).total_seconds()
    assert 0 <= late < 0.05 + 0.2, f"{late * 1000:.0f} ms late"  # 50 ms, and what a busy machine may add


def test_without_a_due_time_a_stage_is_called_at_the_heartbeat() -> None:
    stage = Counted()
    with _ticking({"stage": stage}, heartbeat=0.1):
        eventually(lambda: stage.calls >= 3)


def test_a_stage_that_is_always_due_takes_a_breath() -> None:
    stage = Counted(_now)
    start = time.monotonic()
    with _ticking({"stage": stage}):
        eventually(lambda: stage.calls >= 4)
    assert time.monotonic() - start >= 3 * BREATH.total_seconds()


def test_a_commit_of_any_process_wakes_every_stage_once() -> None:
    length = [0]
    often = Counted(lambda: _now() + timedelta(milliseconds=20))  # as intake does: its end is when one looks
    one, two = Counted(), Counted()
    with _ticking({"often": often, "one": one, "two": two}, changes=lambda: length[0]):
        eventually(lambda: one.calls == two.calls == 1 and often.calls > 2)
        length[0] += 1
        eventually(lambda: one.calls == two.calls == 2)
        seen = often.calls
        eventually(lambda: often.calls > seen + 5)
    assert one.calls == two.calls == 2


def test_a_stage_that_fails_is_shown_and_tried_again_until_it_works() -> None:
    broken = threading.Event()
    broken.set()

    def stage() -> None:
        if broken.is_set():
            raise OSError(28, "No space left on device")

    fine = Counted()
    with _ticking({"stage": stage, "fine": fine}) as metronome:
        eventually(lambda: "stage" in metronome.failing() and metronome.failing()["stage"].times >= 3)
        trouble = metronome.failing()["stage"]
        assert isinstance(trouble.error, OSError)
        assert trouble.since <= _now()
        assert "fine" not in metronome.failing()
        broken.clear()
        eventually(lambda: metronome.failing() == {})
    assert fine.calls == 1


def test_a_store_that_cannot_be_read_stops_no_stage() -> None:
    def changes() -> int:
        raise OSError("no store")

    stage = Counted()
    with _ticking({"stage": stage}, changes=changes, heartbeat=0.05):
        eventually(lambda: stage.calls >= 3)


def test_a_stage_that_hangs_on_its_very_first_call_grows_old() -> None:
    gate = threading.Event()
    with _ticking({"hangs": until(gate), "fine": lambda: None}, heartbeat=0.05) as metronome:
        eventually(lambda: metronome.silent()["hangs"] > 0.3)
        assert metronome.silent()["fine"] < metronome.silent()["hangs"]
        gate.set()
        eventually(lambda: metronome.silent()["hangs"] < 0.3)


def test_a_stage_that_works_through_a_long_list_does_not_hang() -> None:
    gate = threading.Event()
    with _ticking({"long": until(gate), "other": lambda: None}) as metronome:
        eventually(lambda: metronome.silent()["other"] > 0.3)
        metronome.goes_on("long")
        silent = metronome.silent()
        assert silent["long"] < 0.3 < silent["other"]
        gate.set()


def test_what_is_given_to_a_sender_is_a_sign_that_sending_goes_on() -> None:
    senders, signs = Senders(), list[str]()
    senders.begun = lambda: signs.append("begun")
    senders.give(lambda: signs.append("sent"))
    senders.stop()
    assert sorted(signs) == ["begun", "sent"]


def test_stopping_waits_for_what_runs_and_starts_nothing() -> None:
    gate, running = threading.Event(), threading.Event()

    def stage() -> None:
        running.set()
        gate.wait(10)

    counted = Counted(stage)
    metronome = Metronome([("stage", counted)], _now, lambda: 0)
    metronome.start()
    assert running.wait(5)
    metronome.wake()
    stopping = threading.Thread(target=metronome.stop)
    stopping.start()
    assert stopping.is_alive()
    gate.set()
    stopping.join(5)
    assert not stopping.is_alive()
    metronome.wake()
    assert counted.calls == 1


def test_stopping_never_waits_for_ever_for_a_stage_that_ends_just_then() -> None:
    for _ in range(30):
        with _ticking({name: lambda: None for name in "abcdef"}) as metronome:
            metronome.wake()
