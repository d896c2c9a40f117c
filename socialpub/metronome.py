"""Calls the stages when they are due. APScheduler keeps the time; it holds no schedule and no state.

A stage is never run twice at once, a wake-up is never lost, and whatever any process commits wakes every
stage once: the records' length tells.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

log = logging.getLogger(__name__)

#: Whatever else goes wrong, each stage is called this often.
HEARTBEAT = timedelta(seconds=60)
#: After a stage failed, it is tried again this much later.
_AFTER_TROUBLE = timedelta(seconds=5)


class Metronome:
    """`stages` are (name, run); `run` gives when it is due next. `changes` grows with every committed change."""

    def __init__(
        self,
        stages: Sequence[tuple[str, Callable[[], datetime | None]]],
        clock: Callable[[], datetime],
        changes: Callable[[], int],
    ) -> None:
        self._stages = dict(stages)
        self._clock, self._changes = clock, changes
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._seen = -1
        self._lock = Lock()
        self.last_turn: dict[str, datetime] = {}
        self.failing: dict[str, str] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2 * len(stages))},
            # Many, because a call that APScheduler skips is lost, and one that has just ended, or has not begun,
            # counts too. `_run` sees to it that a stage never runs twice at once; what is too much returns at once.
            job_defaults={"coalesce": True, "max_instances": 100, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self._scheduler.start()
        self.wake()

    def stop(self) -> None:
        """Wait for the stages that are running, start none."""
        self._scheduler.shutdown(wait=True)

    def wake(self) -> None:
        """Run every stage now; one that is running runs once more."""
        for name in self._stages:
            with self._lock:
                if name in self._running:
                    self._again.add(name)
                    continue
            self._plan(name, self._clock())

    def _plan(self, name: str, at: datetime) -> None:
        if self._scheduler.running:
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
            self._running.discard(name)
            again = name in self._again
        now = self._clock()
        self._plan(name, now if again else min(due or now + HEARTBEAT, now + HEARTBEAT))
        self._wake_on_change()

    def _call(self, name: str) -> datetime | None:
        try:
            due = self._stages[name]()
        except Exception as error:
            log.exception("the stage %s failed; it is tried again in %s", name, _AFTER_TROUBLE)
            self.failing[name] = str(error)
            return self._clock() + _AFTER_TROUBLE
        self.failing.pop(name, None)
        self.last_turn[name] = self._clock()
        return due

    def _wake_on_change(self) -> None:
        try:
            changes = self._changes()
        except Exception:
            log.exception("the store could not be read")
            return
        with self._lock:
            changed, self._seen = changes != self._seen, changes
        if changed:
            self.wake()
