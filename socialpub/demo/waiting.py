"""Waits for what others do: the daemon in its thread, and the person at the keyboard who may have had enough."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from socialpub import daemon
from socialpub.settings import Settings

Thing = TypeVar("Thing")

#: Nothing in the demo takes this long on a machine that works.
_MOST_S = 60.0
_LOOK_EVERY_S = 0.1


class Interrupted(Exception):  # noqa: N818  a wish, not an error
    """Somebody pressed Ctrl-C, or the system asks us to stop."""


class DemoFailed(Exception):  # noqa: N818  the answer is no
    """Something that was to happen did not; the message says what."""


class Watch:
    """The running daemon, and whether somebody wants us to stop."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._daemon: Future[None] | None = None

    @contextmanager
    def daemon(self, settings: Settings) -> Iterator[str]:
        """The real daemon, in a thread; gives the address of its pages. At the end it stops in order."""
        stop, ready = threading.Event(), Future[int]()
        with ThreadPoolExecutor(1, "daemon") as thread:
            self._daemon = thread.submit(daemon.run, settings, stop, ready.set_result)
            try:
                either: list[Future[Any]] = [ready, self._daemon]
                wait(either, return_when=FIRST_COMPLETED)
                self._check()
                yield f"http://{settings.web.host}:{ready.result()}"
            finally:
                stop.set()
            self._daemon.result()

    def until(self, look: Callable[[], Thing | None], what: str) -> Thing:
        """What `look` finds, as soon as it finds something. Raises DemoFailed after a minute, or Interrupted."""
        start = monotonic()
        while (found := look()) is None:
            self._check()
            if monotonic() - start > _MOST_S:
                raise DemoFailed(f"after {_MOST_S:.0f} s this had not happened: {what}")
            self._pause(_LOOK_EVERY_S)
        return found

    def rest(self) -> None:
        """Stay until somebody wants us to stop."""
        while not self._stopping.is_set():
            self._check()
            self._stopping.wait(1)

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Interrupted
        if self._daemon is not None and self._daemon.done():
            raise DemoFailed(f"the daemon ended: {self._daemon.exception() or 'without a word'}")


@contextmanager
def until_signalled() -> Iterator[Watch]:
    """A watch that SIGINT, SIGTERM and a closed terminal stop; afterwards they mean what they meant before."""
    stopping = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, lambda *_: stopping.set()) for number in numbers]
    try:
        yield Watch(stopping)
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
