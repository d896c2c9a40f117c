"""A journal in memory: it records the order of everything, and can say stop, or die like a killed process."""

from collections.abc import Callable, Mapping

from socialpub.model.ids import new_id
from socialpub.platforms.contract import PUBLISH, Halt


class Died(BaseException):
    """Stands for a killed process: nothing may catch it."""


class Notes:
    """What survives a crash: the delivery's key, and each step's ids, as committed."""

    def __init__(self, key: str = "") -> None:
        self.key = key or new_id()
        self.steps: dict[str, dict[str, str]] = {}
        self.intents: list[dict[str, str]] = []


class JournalDouble:
    """One attempt's journal over `notes`; a later attempt opens another one over the same notes."""

    def __init__(self, notes: Notes | None = None, key: str = "") -> None:
        self.notes = notes or Notes(key)
        self.calls: list[str] = []
        self.others: set[str] = set()  # remote ids that other deliveries own
        self.halt_at = ""  # the step, or "publish", at which the journal says stop
        self.die_after = ""  # the step after whose commit the process dies
        self.at_intent: Callable[[], None] = lambda: None
        self._key, self._part = key or self.notes.key, 0

    @property
    def key(self) -> str:
        return self._key

    @property
    def part(self) -> int:
        return self._part

    def recall(self, step: str) -> Mapping[str, str]:
        return dict(self.notes.steps.get(step, {}))

    def note(self, step: str, **ids: str) -> None:
        self._stop(step)
        self.notes.steps[step] = ids
        self.calls.append(step)
        self._die(step)

    def about_to_publish(self, **ids: str) -> None:
        self._stop("publish")
        self.notes.intents.append(ids)
        self.notes.steps[PUBLISH] = ids
        self.calls.append("publish")
        self.at_intent()
        self._die("publish")

    def owned(self, remote_id: str) -> bool:
        return remote_id in self.others

    def _stop(self, step: str) -> None:
        if step == self.halt_at:
            raise Halt(step)

    def _die(self, step: str) -> None:
        if step == self.die_after:
            raise Died(step)
