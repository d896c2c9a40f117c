"""How work that waits for a network is done: at once (tests, cron), or by the daemon's threads."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Sender(Protocol):
    """What the stage that sends is given."""

    def free(self) -> int:
        """How many more deliveries can be sent now."""

    def give(self, job: Job) -> None:
        """Send one delivery, now or soon."""


class Asker(Protocol):
    """What the stages are given that ask about what is out already, or take it down."""

    def ask(self, stage: str, network: str, channel: str, jobs: Sequence[Job], /) -> None:
        """Do `jobs` one after the other, now or soon, beside those of other networks.

        Nothing is begun while this stage still asks on this channel, so no delivery is asked about twice at once.
        """

    def asking(self, stage: str, /) -> Collection[str]:
        """The channels on which this stage still asks. Raises, once, what went wrong in a job meanwhile."""

    def complain(self, stage: str, /) -> None:
        """Raise when a network has not answered this stage for so long that somebody must hear of it."""


class Hand(Sender, Asker, Protocol):
    """Both; the pipeline hands it to every stage."""


class AtOnce:
    """What fails is raised when everything was done: `complain` comes last."""

    def __init__(self) -> None:
        self._failed: dict[str, Exception] = {}

    def free(self) -> int:
        return 100

    def give(self, job: Job) -> None:
        try:
            job()
        except Exception:  # as the daemon's threads do
            log.exception("a delivery could not be settled; it is recovered when its lease ends")

    def ask(self, stage: str, _network: str, _channel: str, jobs: Sequence[Job], /) -> None:
        for job in jobs:
            try:
                job()
            except Exception as error:  # noqa: BLE001  one that fails holds up no other
                self._failed[stage] = error

    def asking(self, _stage: str, /) -> Collection[str]:
        return ()

    def complain(self, stage: str, /) -> None:
        if error := self._failed.pop(stage, None):
            raise error


at_once: Hand = AtOnce()
