"""The composition root: pipeline, metronome, threads, pages, signals, and an ordered end.

SIGTERM at any moment: nothing new starts, what is being sent ends or is found again at the next start.
"""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from socialpub import spool, systemd
from socialpub.app import App, database_url, open_app
from socialpub.crank import turn_once
from socialpub.delivery.retime import retime
from socialpub.desk.rescreen import rescreen
from socialpub.lanes import Lanes
from socialpub.metronome import Metronome
from socialpub.pipeline import STAGES
from socialpub.records.heads import newest_head, note_head
from socialpub.settings import Settings
from socialpub.store.apart import upgrade_apart
from socialpub.store.schema import AGENCY, Agency
from socialpub.upkeep import Alarms, Backups, ClockWatch, Emptying, Retiming, note_heads, sweep
from socialpub.web import public
from socialpub.web.status import Status, serving

log = logging.getLogger(__name__)

#: Deliveries that may be under way at once, each on a channel of its own.
SENDERS = 64
#: While more are due than threads, wait for so many to be free, for so long (seconds), before the next claim.
_MANY, _MOMENT = SENDERS * 3 // 4, 0.25
#: How often the daemon looks at itself and at its clock. Seconds.
_LOOK = 5.0


class Senders:
    """The threads that send, and lanes for what is asked. A `delivery.hand.Hand`: it takes no more than it can do."""

    def __init__(self, look: Callable[[], object] = lambda: None) -> None:
        self._look = look  # called before every claim
        self._pool = ThreadPoolExecutor(SENDERS, "sender")
        self._free = SENDERS
        self._closed = False
        self._changed = threading.Condition()
        self._lanes = Lanes(self._go_on)
        self.begun: Callable[[], None] = lambda: None  # called when a thread is given something to send
        self.finished: Callable[[str], object] = lambda _stage: None  # called with the stage that can go on

    def free(self) -> int:
        """How many can be taken now. In a burst it waits a moment for more: one claim for many costs less."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._free >= _MANY, _MOMENT)
        self._look()
        with self._changed:
            return 0 if self._closed else self._free

    def give(self, job: Callable[[], None]) -> None:
        with self._changed:
            self._free -= 1
        self._pool.submit(self._do, job)
        self.begun()

    def ask(self, stage: str, network: str, channel: str, jobs: Sequence[Callable[[], None]]) -> None:
        self._lanes.ask(stage, network, channel, jobs)

    def asking(self, stage: str) -> Collection[str]:
        return self._lanes.asking(stage)

    def complain(self, stage: str) -> None:
        self._lanes.complain(stage)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:
            log.exception("a delivery could not be settled; it is recovered when its lease ends")
        finally:
            with self._changed:
                self._free += 1
                if self._free >= _MANY:
                    self._changed.notify_all()
            self._go_on("send")

    def _go_on(self, stage: str) -> None:
        self.finished(stage)

    def close(self) -> None:
        """Take nothing more: however much is due, the stage that sends comes to its end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._lanes.close()

    def stop(self) -> None:
        """Wait for what is being sent; what was claimed and not begun is found again."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._lanes.stop()


def run(
    settings: Settings, stop: threading.Event | None = None, ready: Callable[[int], object] = lambda _port: None
) -> None:
    """Be the daemon until SIGTERM or SIGINT, or until `stop` is set. `ready` gets the port of the pages."""
    stopping = stop or threading.Event()
    if stop is None:
        _on_signals(stopping)
    with ExitStack() as stack:
        app = stack.enter_context(opened(settings, _note_head))
        # Here and not in a stage: packs that cannot be used are a reason to refuse, and told on the terminal.
        log.info("guidelines: %s, %s rules", app.policies, len(app.packs().rules))
        sweep(app)
        _screen_first(app)
        retime(app.carrier)
        watch = ClockWatch(app)
        daemon = stack.enter_context(_working(app, watch))
        port = stack.enter_context(serving(settings.web, Status(app, daemon)))
        if settings.public.port:
            stack.enter_context(public.serving(settings.public, app.passes, app.shelf.read_rendition))
            log.info("photos for networks on %s:%s", settings.public.host, settings.public.port)
        systemd.notify("READY=1")
        log.info("ready: spool %s, pages on %s:%s", app.spool, settings.web.host, port)
        ready(port)
        _wait(app, daemon, watch, stopping)
        systemd.notify("STOPPING=1")
        log.info("stopping: what is being sent may end")


def _screen_first(app: App) -> None:
    """What changed packs forbid must fall before the first claim; afterwards the stages keep each other's pace."""
    try:
        rescreen(app.workshop)
    except Exception:
        log.exception("what waits could not be screened again; the stage that does it will say so")


@contextmanager
def opened(settings: Settings, note_the_end: Callable[[App], None]) -> Iterator[App]:
    """The app, with the spool to itself where the database is a file in it."""
    spool.make(settings.queue.dir)
    alone = database_url(settings).startswith("sqlite")
    # The lock lies beside the database: two spools on one file must not both think they are alone.
    with spool.lock(Path(make_url(database_url(settings)).database or "").parent) if alone else nullcontext():
        app = open_app(settings, alone=alone, upgrade=upgrade_apart)
        try:
            yield app
        finally:
            note_the_end(app)
            app.db.close()


def _note_head(app: App) -> None:
    log.info("records: %s", note_head(app.db, app.spool, "stopped"))


def _note_new_head(app: App) -> None:
    """Not twice the same head: where cron turns the crank each minute, the log of heads would only grow."""
    newest = newest_head(app.spool)
    if newest is None or newest.events != _changes(app):
        _note_head(app)


def run_once(settings: Settings) -> datetime | None:
    """Turn the crank one time, for cron."""
    with opened(settings, _note_new_head) as app:
        return turn_once(app)


@contextmanager
def _working(app: App, watch: ClockWatch) -> Iterator[Metronome]:
    senders = Senders(watch.jumped)
    work = [(name, partial(_after_a_look, watch, stage)) for name, stage in _stages(app, senders)]
    metronome = Metronome(work, app.clock, partial(_changes, app))
    senders.begun = partial(metronome.goes_on, "send")  # a burst may be one call of many minutes
    senders.finished = metronome.wake
    end = spool.wakeups(app.spool)
    threading.Thread(target=_listen, args=(end, metronome), name="wakeups", daemon=True).start()
    metronome.start()
    try:
        yield metronome
    finally:
        end.shutdown(socket.SHUT_RDWR)
        end.close()
        senders.close()
        metronome.stop()
        senders.stop()


def _stages(app: App, senders: Senders) -> Iterator[tuple[str, Callable[[], datetime | None]]]:
    for stage in STAGES:
        yield stage.name, partial(stage.run, app, senders)
    yield "heads", partial(note_heads, app)
    yield "backup", Backups(app)
    yield "taken", Emptying(app)
    yield "retime", Retiming(app)


def _after_a_look(watch: ClockWatch, stage: Callable[[], datetime | None]) -> datetime | None:
    """Nothing is sent or expired by a clock that has just jumped before everything is held."""
    watch.jumped()
    return stage()


def _listen(end: socket.socket, metronome: Metronome) -> None:
    with suppress(OSError):  # closed: the daemon stops
        while end.recv(64):
            metronome.wake()


def _changes(app: App) -> int:
    with app.db.reading() as session:
        return session.get_one(Agency, AGENCY).chain_length


def _on_signals(stopping: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())


def _wait(app: App, metronome: Metronome, watch: ClockWatch, stopping: threading.Event) -> None:
    """Until told to stop; meanwhile look whether all is well, and tell systemd that we are alive.

    Only a stage that hangs withholds that sign. What makes a stage fail (a full disk, a network's answer) is
    still there after a restart; it is told by alarms, /healthz and doctor, and the other stages go on.
    """
    status = Status(app, metronome)
    alarms = Alarms(app, metronome, status.patience)
    while not stopping.wait(min(systemd.watchdog_seconds() or _LOOK, _LOOK)):
        with suppress(Exception):  # the stages meet the same trouble and tell of it
            if watch.jumped():
                metronome.wake()  # what was planned by the old time is planned again
        alarms.look()
        if not status.hanging():
            systemd.notify("WATCHDOG=1")
