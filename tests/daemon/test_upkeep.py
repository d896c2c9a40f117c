"""What the daemon does for its own sake: backups, an eye on the clock, alarms; none of it stops anything."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from socialpub import upkeep
from socialpub.metronome import Metronome
from socialpub.records.backup import backup
from socialpub.records.manifest import folders, newest_verified
from socialpub.records.refusal import RecordsError
from socialpub.settings import Notify
from socialpub.store.holds import ALL
from socialpub.store.schema import Hold, Notice
from socialpub.upkeep import MOST_JUMP, Alarms, Backups, ClockWatch, Retiming, in_short, sweep
from tests.daemon.eventually import eventually, until
from tests.databases import upgraded
from tests.town import Town, town


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        yield made


def _subjects(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(Notice.subject).order_by(Notice.id)))


def _holds(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(Hold.because).where(Hold.scope == ALL, Hold.released_at.is_(None))))


# Backups


def test_a_backup_is_made_each_hour_and_is_whole(here: Town) -> None:
    backups = Backups(here.app)
    for _ in range(4 * 60):
        backups()
        here.clock.advance(60)
    assert len(list(folders(here.spool / "backup"))) == 4
    assert newest_verified(here.spool / "backup") is not None
    assert _subjects(here) == []


def test_the_start_has_the_machine_to_itself(here: Town) -> None:
    due = Backups(here.app)()
    assert due == here.clock.now + timedelta(minutes=5)
    assert list(folders(here.spool / "backup")) == []


def test_a_daemon_that_starts_again_keeps_to_the_hour(here: Town) -> None:
    first = Backups(here.app)
    here.clock.advance(300)
    made = here.clock.now
    first()
    here.clock.advance(600)
    assert Backups(here.app)() == made + timedelta(hours=1)


def test_a_backup_from_the_future_does_not_put_off_the_next(here: Town) -> None:
    (ahead := here.spool / "backup" / "20990101T000000Z").mkdir(parents=True)
    (ahead / "manifest.json").write_text("{}", "utf-8")
    assert Backups(here.app)() == here.clock.now + timedelta(minutes=5)


def test_old_backups_are_pruned(here: Town) -> None:
    backups = Backups(here.app)
    for _ in range(60):
        here.clock.advance(3600)
        backups()
    times = [at for at, _ in folders(here.spool / "backup")]
    assert len([at for at in times if at > here.clock.now - timedelta(hours=48)]) == 48
    assert len(times) == 48 + 1  # and the newest of the day before them


def test_an_hour_with_the_clock_400_days_ahead_costs_no_backups_and_stops_none(here: Town) -> None:
    backups = Backups(here.app)
    for _ in range(10):
        here.clock.advance(3600)
        backups()
    here.clock.advance(400 * 24 * 3600)
    backups()
    assert len(list(folders(here.spool / "backup"))) == 11
    here.clock.advance(-400 * 24 * 3600 + 3600)
    assert backups() == here.clock.now + timedelta(hours=1)
    assert len(list(folders(here.spool / "backup"))) == 12


def test_a_day_planned_by_a_clock_that_ran_ahead_does_not_stop_the_retiming(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[datetime] = []
    monkeypatch.setattr(upkeep, "retime", lambda _: looked.append(here.clock.now))
    here.clock.advance(400 * 24 * 3600)
    retiming = Retiming(here.app)
    retiming()
    here.clock.advance(-400 * 24 * 3600)
    assert retiming() == here.clock.now + timedelta(days=1)
    assert len(looked) == 2


def test_a_backup_that_fails_is_told_once_a_day_and_tried_again_soon(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RecordsError("backup: the backup could not be written: No space left on device [SP086]")

    backups = Backups(here.app)
    monkeypatch.setattr(upkeep, "backup", full)
    here.clock.advance(300)
    for _ in range(5):
        assert backups() == here.clock.now + timedelta(minutes=10)
        here.clock.advance(600)
    assert _subjects(here) == ["The hourly backup failed"]
    here.clock.advance(24 * 3600)
    backups()
    assert len(_subjects(here)) == 2


def test_a_missing_picture_is_told_and_the_backup_is_made_all_the_same(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def troubled(*words: Any) -> Any:
        made = backup(*words)
        object.__setattr__(made, "troubles", ("media/renditions: 00ff is gone from the spool",))
        return made

    monkeypatch.setattr(upkeep, "backup", troubled)
    backups = Backups(here.app)
    here.clock.advance(300)
    assert backups() == here.clock.now + timedelta(hours=1)
    assert len(_subjects(here)) == 1


def test_a_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    with upgraded("postgresql", tmp_path) as url, town(tmp_path, url) as here:
        backups = Backups(here.app)
        here.clock.advance(7200)
        assert backups() is None
        assert list(folders(here.spool / "backup")) == []


def test_half_copies_of_a_crash_are_swept_at_the_start(here: Town) -> None:
    room = here.spool / "media" / "originals"
    room.mkdir(parents=True)
    old, fresh = room / ".part-old", room / ".part-fresh"
    for part, hours in ((old, 2), (fresh, 0)):
        part.touch()
        then = (here.clock.now - timedelta(hours=hours)).timestamp()
        os.utime(part, (then, then))
    sweep(here.app)
    assert not old.exists()
    assert fresh.exists()


# The clock


class Steady:
    """A clock that nobody sets."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> Steady:
    return Steady()


def _pass(here: Town, steady: Steady, seconds: float) -> None:
    here.clock.advance(seconds)
    steady.seconds += seconds


def test_time_that_passes_is_no_jump(here: Town, steady: Steady) -> None:
    watch = ClockWatch(here.app, steady)
    for seconds in (0, 2, 3600, 30 * 24 * 3600):  # a month may be a machine asleep: the steady clock slept with it
        _pass(here, steady, seconds)
        assert not watch.jumped()
    assert _holds(here) == []


@pytest.mark.parametrize("seconds", [2, -2, 299, -299])
def test_a_small_step_is_noticed_and_holds_nothing(here: Town, steady: Steady, seconds: float) -> None:
    watch = ClockWatch(here.app, steady)
    here.clock.advance(seconds)
    assert watch.jumped()
    assert not watch.jumped()
    assert _holds(here) == []


def test_a_clock_that_is_slowly_set_right_never_jumps(here: Town, steady: Steady) -> None:
    """NTP slews by at most 500 ppm: over days that is minutes, and no reason to stop."""
    watch = ClockWatch(here.app, steady)
    for _ in range(1000):
        _pass(here, steady, 60)
        here.clock.advance(0.03)
        assert not watch.jumped()


@pytest.mark.parametrize("hours", [1, -1, 24, -24, 10 * 365 * 24])
def test_a_big_jump_holds_everything_and_tells_people(here: Town, steady: Steady, hours: float) -> None:
    watch = ClockWatch(here.app, steady)
    here.clock.advance(hours * 3600)
    assert watch.jumped()
    (because,) = _holds(here)
    assert because.startswith(f"the machine's clock jumped {'forward' if hours > 0 else 'back'} by ")
    assert len(_subjects(here)) == 3  # reviewers, PIO, administrators
    assert not watch.jumped()


def test_a_second_jump_under_a_stand_down_is_no_trouble(here: Town, steady: Steady) -> None:
    watch = ClockWatch(here.app, steady)
    for seconds in (7200, -7200):
        here.clock.advance(seconds)
        assert watch.jumped()
    assert len(_holds(here)) == 1


def test_a_stand_down_that_could_not_be_written_is_tried_again(
    here: Town, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no store")

    watch = ClockWatch(here.app, steady)
    here.clock.advance(2 * MOST_JUMP.total_seconds())
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "hold_all", broken)
        with pytest.raises(OSError, match="no store"):
            watch.jumped()
    assert watch.jumped()
    assert len(_holds(here)) == 1


def test_the_steady_clock_of_this_machine_goes_on() -> None:
    assert upkeep.steady() <= upkeep.steady()


# Alarms


@contextmanager
def _metronome(here: Town, **stages: Callable[[], datetime | None]) -> Iterator[Metronome]:
    """Of the town's clock in name only: it keeps real time."""
    soon = timedelta(milliseconds=20)
    metronome = Metronome(list(stages.items()), lambda: datetime.now(UTC), lambda: 0, soon, soon)
    metronome.start()
    try:
        yield metronome
    finally:
        metronome.stop()


def _often(metronome: Metronome, stage: str) -> bool:
    trouble = metronome.failing().get(stage)
    return trouble is not None and trouble.times >= 5


def _fails() -> None:
    raise OSError(28, "No space left on device")


def test_a_stage_that_fails_again_and_again_is_told_once_a_day(here: Town) -> None:
    with _metronome(here, prepare=_fails, send=lambda: None) as metronome:
        alarms = Alarms(here.app, metronome, timedelta(seconds=60))
        eventually(lambda: _often(metronome, "prepare"))
        alarms.look()
        (subject,) = eventually(lambda: _subjects(here))
        assert subject.startswith("A part of socialpub fails since")
        assert subject.endswith("prepare")
        alarms.look()
        Alarms(here.app, metronome, timedelta(seconds=60)).look()  # after a restart
        here.clock.advance(24 * 3600)
        alarms.look()
        eventually(lambda: len(_subjects(here)) == 2)


def test_a_stage_that_failed_once_alarms_nobody(here: Town) -> None:
    calls: list[int] = []

    def stumbles() -> None:
        calls.append(1)
        if len(calls) == 1:
            _fails()

    with _metronome(here, stage=stumbles) as metronome:
        alarms = Alarms(here.app, metronome, timedelta(seconds=60))
        eventually(lambda: len(calls) > 5)
        assert alarms._troubles(here.clock.now) == []


def test_a_stage_that_hangs_is_told(here: Town) -> None:
    gate = threading.Event()
    with _metronome(here, hangs=until(gate), fine=lambda: None) as metronome:
        alarms = Alarms(here.app, metronome, timedelta(seconds=0.4))
        eventually(lambda: metronome.silent()["hangs"] > 0.5)
        alarms.look()
        (subject,) = eventually(lambda: _subjects(here))
        assert subject.startswith("A part of socialpub hangs since")
        assert subject.endswith("hangs")
        gate.set()


def test_when_every_stage_is_silent_publishing_has_stopped(here: Town) -> None:
    gate = threading.Event()
    with _metronome(here, one=until(gate)) as metronome:
        alarms = Alarms(here.app, metronome, timedelta(seconds=0.2))
        eventually(lambda: metronome.silent()["one"] > 0.3)
        alarms.look()
        subjects = eventually(lambda: _subjects(here))
        assert all(subject.startswith("Publishing has stopped since") for subject in subjects)
        with here.app.db.reading() as session:
            assert sorted(session.scalars(select(Notice.audience))) == ["administrators", "pio"]
        gate.set()


@pytest.mark.parametrize("stage", ["tell", "send"])
def test_an_alarm_goes_past_a_store_or_an_outbox_that_does_not_work(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str, str]] = []

    def post(address: str, subject: str, body: str) -> str:
        sent.append((address, subject, body))
        return ""

    monkeypatch.setattr("socialpub.notify.server.post", post)
    notify = Notify(administrators=("json://127.0.0.1/it",))
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, notify=notify) as here:
        if stage == "send":
            monkeypatch.setattr(upkeep, "tell", lambda *_, **__: _fails())
        with _metronome(here, **{stage: _fails, "fine": lambda: None}) as metronome:
            eventually(lambda: _often(metronome, stage))
            Alarms(here.app, metronome, timedelta(seconds=60)).look()
            eventually(lambda: sent)
    assert [address for address, _, _ in sent] == ["json://127.0.0.1/it"]


def test_what_a_store_says_about_a_story_is_not_repeated() -> None:
    assert in_short(ValueError("Maya, 9")) == "ValueError; the log has the details"
    assert in_short(OSError(28, "No space left on device", "/srv/secret")) == (
        "OSError: No space left on device; the log has the details"
    )
