"""The composition root: pipeline, metronome, threads, pages, signals, and an ordered end.

SIGTERM at any moment: nothing new starts, what is being sent ends or is found again at the next start.
"""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial

from socialpub import spool, systemd
from socialpub.app import App, database_url, open_app
from socialpub.metronome import Metronome
from socialpub.pipeline import STAGES, turn
from socialpub.records.heads import due as head_is_due
from socialpub.records.heads import note_head
from socialpub.settings import Settings
from socialpub.store.schema import AGENCY, Agency
from socialpub.web.status import Status, serving

log = logging.getLogger(__name__)

#: Deliveries that may be under way at once, each on a channel of its own.
SENDERS = 32


class Senders:
    """The threads that send. A `pipeline` hand: it takes no more than it has threads for."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(SENDERS, "sender")
        self._free = SENDERS
        self._lock = threading.Lock()
        self.finished: Callable[[], None] = lambda: None  # called when a thread is free again

    def free(self) -> int:
        with self._lock:
            return self._free

    def give(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._free -= 1
        self._pool.submit(self._do, job)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:
            log.exception("a delivery could not be settled; it is recovered when its lease ends")
        finally:
            with self._lock:
                self._free += 1
            self.finished()

    def stop(self) -> None:
        """Wait for what is being sent; what was claimed and not begun is found again."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def run(
    settings: Settings, stop: threading.Event | None = None, ready: Callable[[int], object] = lambda _port: None
) -> None:
    """Be the daemon until SIGTERM or SIGINT, or until `stop` is set. `ready` gets the port of the pages."""
    stopping = stop or threading.Event()
    with ExitStack() as stack:
        app = stack.enter_context(opened(settings))
        if stop is None:
            _on_signals(stopping)
        daemon = stack.enter_context(_working(app))
        port = stack.enter_context(serving(settings.web, Status(app, daemon)))
        systemd.notify("READY=1")
        log.info("ready: spool %s, pages on %s:%s", app.spool, settings.web.host, port)
        ready(port)
        _wait(app, daemon, stopping)
        systemd.notify("STOPPING=1")
        log.info("stopping: what is being sent may end")


@contextmanager
def opened(settings: Settings) -> Iterator[App]:
    """The app, with the spool to itself where the database is a file in it."""
    spool.make(settings.queue.dir)
    alone = database_url(settings).startswith("sqlite")
    with spool.lock(settings.queue.dir) if alone else nullcontext():
        app = open_app(settings, alone=alone)
        try:
            yield app
        finally:
            log.info("records: %s", note_head(app.db, app.spool, "stopped"))
            app.db.close()


def run_once(settings: Settings) -> datetime | None:
    """Turn the crank one time, for cron."""
    with opened(settings) as app:
        return turn(app)


@contextmanager
def _working(app: App) -> Iterator[Metronome]:
    senders = Senders()
    stages = [(stage.name, partial(stage.run, app, senders)) for stage in STAGES]
    metronome = Metronome([*stages, ("heads", partial(_note_heads, app))], app.clock, partial(_changes, app))
    senders.finished = metronome.wake
    end = spool.wakeups(app.spool)
    threading.Thread(target=_listen, args=(end, metronome), name="wakeups", daemon=True).start()
    metronome.start()
    try:
        yield metronome
    finally:
        end.shutdown(socket.SHUT_RDWR)
        end.close()
        metronome.stop()
        senders.stop()


def _listen(end: socket.socket, metronome: Metronome) -> None:
    with suppress(OSError):  # closed: the daemon stops
        while end.recv(64):
            metronome.wake()


def _changes(app: App) -> int:
    with app.db.reading() as session:
        return session.get_one(Agency, AGENCY).chain_length


def _note_heads(app: App) -> datetime:
    if head_is_due(app.spool, app.clock()):
        log.info("records: %s", note_head(app.db, app.spool, "daily"))
    return app.clock() + timedelta(hours=1)


def _on_signals(stopping: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())


def _wait(app: App, metronome: Metronome, stopping: threading.Event) -> None:
    """Until told to stop; meanwhile say that we are alive, while the metronome is."""
    every = systemd.watchdog_seconds()
    while not stopping.wait(every or 3600):
        if every and Status(app, metronome).trouble() == "":
            systemd.notify("WATCHDOG=1")
