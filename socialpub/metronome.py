"""Calls the stages when they are due. APScheduler keeps the time; it holds no schedule and no state.

A stage is never run twice at once, a wake-up is never lost, and whatever any process commits wakes every
stage once: the records' length tells.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

log = logging.getLogger(__name__)

#: Whatever else goes wrong, each stage is called this often.
HEARTBEAT = timedelta(seconds=60)
#: After a stage failed, it is tried again this much later.
AFTER_TROUBLE = timedelta(seconds=5)
#: A stage that says it was due already has a breath first, so that no mistake becomes an endless loop.
BREATH = timedelta(milliseconds=100)
#: So often at most do changes wake every stage within a second: a burst changes the records all the time.
_WAKES, _SECOND = 4, timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A stage that fails: the newest error, how often in a row, and since when."""

    error: Exception
    times: int
    since: datetime


class Metronome:
    """`stages` are (name, run); `run` gives when it is due next. `changes` grows with every committed change."""

    def __init__(
        self,
        stages: Sequence[tuple[str, Callable[[], datetime | None]]],
        clock: Callable[[], datetime],
        changes: Callable[[], int],
        heartbeat: timedelta = HEARTBEAT,
        after_trouble: timedelta = AFTER_TROUBLE,
    ) -> None:
        self._stages = dict(stages)
        self._clock, self._changes = clock, changes
        self.heartbeat, self._after_trouble = heartbeat, after_trouble
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._seen = -1
        self._woken: deque[datetime] = deque(maxlen=_WAKES)
        # Held also while a call is planned: else a stage that ends could put its own later time over a wake-up.
        self._lock = Lock()
        self._open = False
        self._ended: dict[str, float] = {}
        self._failing: dict[str, Trouble] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2 * len(stages))},
            # Many, because a call that APScheduler skips is lost, and one that has just ended, or has not begun,
            # counts too. `_run` sees to it that a stage never runs twice at once; what is too much returns at once.
            job_defaults={"coalesce": True, "max_instances": 100, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self._changed()  # what was committed before is seen by the first call of every stage
        self._ended = dict.fromkeys(self._stages, monotonic())
        self._scheduler.start()
        with self._lock:
            self._open = True
        self.wake()

    def stop(self) -> None:
        """Wait for the stages that are running, start none."""
        with self._lock:
            self._open = False  # APScheduler would wait for ever for a stage that plans while it shuts down
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()  # waits for the calls that are being handed out just now
        self._scheduler.shutdown(wait=True)

    def wake(self, *names: str) -> None:
        """Run these stages now, or every one; one that is running runs once more."""
        with self._lock:
            for name in names or self._stages:
                if name in self._running:
                    self._again.add(name)
                else:
                    self._plan(name, self._clock())

    def failing(self) -> dict[str, Trouble]:
        """The stages whose newest call failed."""
        with self._lock:
            return dict(self._failing)

    def goes_on(self, name: str) -> None:
        """A stage that works through a long list has done one thing of it: it does not hang."""
        with self._lock:
            self._ended[name] = monotonic()

    def silent(self) -> dict[str, float]:
        """Seconds since each stage last came to an end, well or not, or went on; one that hangs grows old here."""
        now = monotonic()
        with self._lock:
            return {name: now - ended for name, ended in self._ended.items()}

    def _plan(self, name: str, at: datetime) -> None:
        if self._open:
            self._scheduler.add_job(self._run, DateTrigger(at), [name], id=name, replace_existing=True)

    def _run(self, name: str) -> None:
        with self._lock:
            if name in self._running:
                self._again.add(name)
                return
            self._running.add(name)
            self._again.discard(name)
        due = self._call(name)
        with self._lock:
            self._ended[name] = monotonic()
            self._running.discard(name)
            now = self._clock()
            again = name in self._again
            self._plan(name, now if again else self._next(now, due))
        self._wake_on_change()

    def _next(self, now: datetime, due: datetime | None) -> datetime:
        latest = now + self.heartbeat
        if due is None:
            return latest
        return now + BREATH if due <= now else min(due, latest)

    def _call(self, name: str) -> datetime | None:
        try:
            due = self._stages[name]()
        except Exception as error:
            log.exception("the stage %s failed; it is tried again in %s", name, self._after_trouble)
            return self._failed(name, error)
        with self._lock:
            self._failing.pop(name, None)
        return due

    def _failed(self, name: str, error: Exception) -> datetime:
        now = self._clock()
        with self._lock:
            was = self._failing.get(name)
            self._failing[name] = Trouble(error, was.times + 1 if was else 1, was.since if was else now)
        return now + self._after_trouble

    def _wake_on_change(self) -> None:
        if self._changed():
            with self._lock:
                self._plan_wake(self._clock())

    def _plan_wake(self, now: datetime) -> None:
        """At once, or when the last few wake-ups are a second old; a clock set back delays it by no more."""
        full = len(self._woken) == self._woken.maxlen
        at = max(now, min(self._woken[0] + _SECOND, now + _SECOND)) if full else now
        if self._open:
            self._scheduler.add_job(self._wake_all, DateTrigger(at), id="changes", replace_existing=True)

    def _wake_all(self) -> None:
        with self._lock:
            self._woken.append(self._clock())
        self.wake()

    def _changed(self) -> bool:
        try:
            changes = self._changes()
        except Exception:
            log.exception("the store could not be read")
            return False
        with self._lock:
            changed, self._seen = changes != self._seen, changes
        return changed
