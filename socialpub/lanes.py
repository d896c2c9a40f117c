"""Threads that ask networks what became of a post, or to take it down: a lane of its own for each network.

It knows no delivery and no database. What fails in a job is raised in the stage that gave it, at its next call.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

#: So many channels of one network are asked at once, per daemon.
ASKERS = 8


class Lanes:
    """The asking half of a `delivery.hand.Hand`."""

    def __init__(self, finished: Callable[[str], object] = lambda _stage: None) -> None:
        self.finished = finished  # called with the stage when a channel's jobs are done
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._asking: set[tuple[str, str]] = set()
        self._failed: dict[str, Exception] = {}
        self._closed = False
        self._lock = Lock()

    def ask(self, stage: str, network: str, channel: str, jobs: Sequence[Callable[[], None]]) -> None:
        with self._lock:
            if self._closed or (stage, channel) in self._asking:
                return
            self._asking.add((stage, channel))
            if network not in self._pools:
                self._pools[network] = ThreadPoolExecutor(ASKERS, f"asks-{network}")
            self._pools[network].submit(self._do, stage, channel, jobs)

    def asking(self, stage: str) -> Collection[str]:
        with self._lock:
            if error := self._failed.pop(stage, None):
                raise error
            return {channel for one, channel in self._asking if one == stage}

    def _do(self, stage: str, channel: str, jobs: Sequence[Callable[[], None]]) -> None:
        try:
            for job in jobs:
                if self._closed:
                    return
                job()
        except Exception as error:  # noqa: BLE001  the stage raises it, and the metronome tells
            with self._lock:
                self._failed[stage] = error
        finally:
            with self._lock:
                self._asking.discard((stage, channel))
            self.finished(stage)

    def close(self) -> None:
        """Begin nothing more; the question that is being asked may end."""
        with self._lock:
            self._closed = True

    def stop(self) -> None:
        """Wait for the questions that are being asked; what was not asked is asked after the next start."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
