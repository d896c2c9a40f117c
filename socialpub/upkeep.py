"""What the daemon does for its own sake: heads of the records, hourly backups, an eye on the clock, alarms.

None of it may stop a delivery or another stage. It decides nothing about stories.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from socialpub.app import App
from socialpub.delivery.retime import retime
from socialpub.desk.declined import Declined
from socialpub.desk.holds import hold_all
from socialpub.intake.spent import TakenFolders
from socialpub.metronome import Metronome
from socialpub.model import words
from socialpub.model.people import DAEMON, MAY_STOP, Actor
from socialpub.model.words import Words, span
from socialpub.records import heads
from socialpub.records.backup import backup
from socialpub.records.manifest import folders
from socialpub.records.prune import prune
from socialpub.records.refusal import RecordsError
from socialpub.store.telling import ADMINISTRATORS, ALARMED, tell

log = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The first backup waits, so that a start has the machine to itself.
SETTLED_IN = timedelta(minutes=5)
_AFTER_A_FAILED_BACKUP = timedelta(minutes=10)
#: A clock that moves by more than this against the machine's steady clock is not to be trusted.
MOST_JUMP = timedelta(minutes=5)
#: Smaller steps only mean that what is planned must be planned again.
_STEP = timedelta(seconds=1)
#: A stage that failed so often in a row does not mend itself.
_TOO_OFTEN = 5
#: No stage's name: every stage is silent, and nothing goes out.
_ALL = "all"
#: Half copies older than this belong to nobody.
_LEFT_OVER = timedelta(hours=1)


def sweep(app: App) -> None:
    """Remove what a crash left half copied on the shelf."""
    count = app.shelf.sweep((app.clock() - _LEFT_OVER).timestamp())
    if count:
        log.info("media: %s half copies of an earlier crash were removed", count)


def note_heads(app: App) -> datetime:
    """A stage: note the head of the records once a day."""
    if heads.due(app.spool, app.clock()):
        log.info("records: %s", heads.note_head(app.db, app.spool, "daily"))
    return app.clock() + HOUR


class Backups:
    """A stage: a backup each hour, and the old ones pruned. PostgreSQL brings tools of its own."""

    def __init__(self, app: App, wait: timedelta = SETTLED_IN) -> None:
        self._app = app
        self._next = max(app.clock() + wait, _newest(app) + HOUR)

    def __call__(self) -> datetime | None:
        now = self._app.clock()
        if not self._app.db.is_sqlite:
            return None
        if has_come(self._next, now, HOUR):
            self._next = now + (HOUR if self._made(now) else _AFTER_A_FAILED_BACKUP)
        return self._next

    def _made(self, now: datetime) -> bool:
        to = self._app.spool / "backup"
        try:
            done = backup(self._app.db, self._app.spool, to, now)
            prune(to, now)
        except (RecordsError, OSError) as error:
            log.error("the hourly backup failed: %s", error)
            self._tell(words.backup_failed(str(error)), once=f"backup:{_day(now)}")
            return False
        log.info("backup: %s, %s events", done.folder.name, done.events)
        if done.troubles:
            what = "; ".join(done.troubles)  # each look reads other media: what is new is told at once
            self._tell(
                words.backup_troubled(what), once=f"backup:{_day(now)}:{sha256(what.encode()).hexdigest()[:16]}"
            )
        return True

    def _tell(self, said: Words, once: str) -> None:
        with self._app.db.transaction() as tx:
            tell(tx, ADMINISTRATORS, *said, once=once)


class Retiming:
    """A stage: once a day, what is planned is held against the time zone's rules of today."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._next = app.clock()

    def __call__(self) -> datetime:
        if has_come(self._next, self._app.clock(), DAY):
            if moved := retime(self._app.carrier):
                log.warning(
                    "the rules of the time zone changed: %s planned posts were moved to their wall time", moved
                )
            self._next = self._app.clock() + DAY
        return self._next


class Emptying:
    """A stage: once an hour, accepted folders are removed that are old and safe elsewhere."""

    def __init__(self, app: App, wait: timedelta = SETTLED_IN) -> None:
        self._app, self._next = app, app.clock() + wait
        self._folders = TakenFolders(app.spool, app.db)

    def __call__(self) -> datetime:
        now = self._app.clock()
        if has_come(self._next, now, HOUR):
            self._next = now + HOUR
            if count := self._folders.empty(now):
                log.info("taken: %s old folders were removed; their stories and files are kept", count)
        return self._next


def has_come(planned: datetime, now: datetime, every: timedelta) -> bool:
    """Whether it is time. What is further off than it is ever planned was planned by a clock that ran ahead."""
    return planned <= now or planned > now + every


def _newest(app: App) -> datetime:
    """When the newest backup was made; long ago where there is none, or one from the future (a clock set back)."""
    long_ago = app.clock() - timedelta(days=1)
    return max((at for at, _ in folders(app.spool / "backup") if at <= app.clock()), default=long_ago)


def steady() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps (clock_gettime(2))."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass
class ClockWatch:
    """Sees the wall clock jump. Due times and deadlines are told by it, so after a jump people must look.

    A machine that slept did not jump: the steady clock slept with it and knows how long. `known`: what an earlier
    process of this boot measured last, in seconds.
    """

    app: App
    steady: Callable[[], float] = steady
    known: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._offset = self._measured() if self.known is None else self.known

    @property
    def offset(self) -> float:
        """By how much the wall clock was ahead of the steady one when they were compared last, in seconds."""
        return self._offset

    def _measured(self) -> float:
        return self.app.clock().timestamp() - self.steady()

    def jumped(self) -> bool:
        """Whether the clock was set since the last call; by more than MOST_JUMP, everything is held by now."""
        with self._lock:
            offset = self._measured()
            jump = timedelta(seconds=offset - self._offset)
            if abs(jump) > MOST_JUMP:
                self._stand_down(jump)
            self._offset = offset  # after the stand-down: one that could not be written is tried again
        return abs(jump) > _STEP

    def _stand_down(self, jump: timedelta) -> None:
        which = "forward" if jump > timedelta(0) else "back"
        because = f"the machine's clock jumped {which} by {span(abs(jump))}: set it right, look at what is planned"
        log.error("%s; everything is held", because)
        try:
            hold_all(self.app.db, Actor(DAEMON.name, MAY_STOP, "clock"), because)
        except Declined as held:
            log.error("%s", held)


class Alarms:
    """Tells administrators, once a day for each stage, that it fails or hangs; the PIO too when nothing goes out."""

    def __init__(self, app: App, metronome: Metronome, patience: timedelta) -> None:
        self._app, self._metronome, self._patience = app, metronome, patience
        self._told: set[str] = set()

    def look(self) -> None:
        """Returns at once: what is in trouble may be the very store that an alarm is written into."""
        now = self._app.clock()
        for stage, said in self._troubles(now):
            key = f"stage:{stage}:{_day(now)}"
            if key not in self._told:
                self._told.add(key)
                threading.Thread(target=self._tell, args=(key, stage, said), name="alarm", daemon=True).start()

    def _troubles(self, now: datetime) -> list[tuple[str, Words]]:
        zone = self._app.zone
        failing = [
            (name, words.stage_fails(name, in_short(trouble.error), trouble.since.astimezone(zone)))
            for name, trouble in self._metronome.failing().items()
            if trouble.times >= _TOO_OFTEN
        ]
        lengths = {name: timedelta(seconds=seconds) for name, seconds in self._metronome.silent().items()}
        silent = {name: length for name, length in lengths.items() if length > self._patience}
        if silent and len(silent) == len(lengths):
            return [(_ALL, words.scheduler_stopped((now - min(silent.values())).astimezone(zone)))]
        hanging = [
            (name, words.stage_hangs(name, span(length), (now - length).astimezone(zone)))
            for name, length in silent.items()
        ]
        return failing + hanging

    def _tell(self, key: str, stage: str, said: Words) -> None:
        audiences = ALARMED if stage == _ALL else (ADMINISTRATORS,)
        try:
            with self._app.db.transaction() as tx:
                for audience in audiences:
                    tell(tx, audience, *said, once=f"{key}:{audience}")
            written = True
        except Exception:
            log.exception("an alarm could not be written into the store; it is sent past it")
            written = False
        if not written or stage in {"tell", _ALL}:
            for address in dict.fromkeys(one for audience in audiences for one in self._app.addresses(audience)):
                self._app.post_office(address, *said)


def in_short(error: Exception) -> str:
    """What sort of error: a store's own words may quote a story, so they stay in the log."""
    reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{reason}; the log has the details"


def _day(now: datetime) -> str:
    return now.date().isoformat()
