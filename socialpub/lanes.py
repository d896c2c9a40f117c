"""Threads that ask networks what became of a post, or to take it down: a lane of its own for each network.

It knows no delivery and no database. What fails in a job is raised in the stage that gave it, at its next call.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

#: So many channels of one network are asked at once, per daemon.
ASKERS = 8
#: Longer than any adapter waits for an answer: who is silent for so long hangs. Seconds.
PATIENCE = 300.0


class Lanes:
    """The asking half of a `delivery.hand.Hand`."""

    def __init__(
        self, finished: Callable[[str], object] = lambda _stage: None, ticks: Callable[[], float] = monotonic
    ) -> None:
        self.finished = finished  # called with the stage when a channel's jobs are done
        self._ticks = ticks
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._asking: dict[tuple[str, str], str] = {}  # the network, by stage and channel
        self._begun: dict[tuple[str, str], float] = {}  # when the newest question began; none while it waits in line
        self._failed: dict[str, Exception] = {}
        self._closed = False
        self._lock = Lock()

    def ask(self, stage: str, network: str, channel: str, jobs: Sequence[Callable[[], None]]) -> None:
        with self._lock:
            if self._closed or (stage, channel) in self._asking:
                return
            self._asking[stage, channel] = network
            if network not in self._pools:
                self._pools[network] = ThreadPoolExecutor(ASKERS, f"asks-{network}")
            self._pools[network].submit(self._do, stage, channel, jobs)

    def asking(self, stage: str) -> Collection[str]:
        with self._lock:
            if error := self._failed.pop(stage, None):
                raise error
            return {channel for one, channel in self._asking if one == stage}

    def complain(self, stage: str) -> None:
        with self._lock:
            for (asks, channel), begun in self._begun.items():
                if asks == stage and self._ticks() - begun > PATIENCE:
                    network = self._asking[asks, channel]
                    raise TimeoutError(f"{network} was asked {PATIENCE / 60:.0f} minutes ago and has not answered")

    def _do(self, stage: str, channel: str, jobs: Sequence[Callable[[], None]]) -> None:
        try:
            for job in jobs:
                if self._closed:
                    return
                with self._lock:
                    self._begun[stage, channel] = self._ticks()
                self._attempt(stage, job)
        finally:
            with self._lock:
                self._begun.pop((stage, channel), None)
                del self._asking[stage, channel]
            self.finished(stage)

    def _attempt(self, stage: str, job: Callable[[], None]) -> None:
        """One that fails holds up no other; the stage raises it, and the metronome tells."""
        try:
            job()
        except Exception as error:  # noqa: BLE001  raised again at the stage's next call
            with self._lock:
                self._failed[stage] = error

    def close(self) -> None:
        """Begin nothing more; the question that is being asked may end."""
        with self._lock:
            self._closed = True

    def stop(self) -> None:
        """Wait for the questions that are being asked; what was not asked is asked after the next start."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
