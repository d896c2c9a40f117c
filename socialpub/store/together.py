"""Many threads, one commit: what they want at the same moment is written in one transaction.

A durable commit costs the same for one row as for a hundred. Nobody is told "done" before the commit that
holds his part; a part that fails takes nobody with it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event, Lock
from time import sleep
from typing import Any, TypeVar

from socialpub.store.transaction import Transaction

#: While several come at a time, so long is waited for more of them. Seconds; nobody alone ever waits.
_LINGER = 0.005

Job = TypeVar("Job")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Wish:
    """`moved` is set when it may go on: as the one that leads, or because the group is through with it."""

    do: Callable[[Transaction, Sequence[Any]], Sequence[Any]]
    job: Any
    moved: Event = field(default_factory=Event)
    through: bool = False
    committed: bool = False  # with the others; else its own thread does it alone
    answer: Any = None
    error: BaseException | None = None


class Together:
    """No thread of its own: the first who comes does it for all who came meanwhile, then hands that on."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._transaction = transaction
        self._waiting: list[_Wish] = []
        self._led = False
        self._busy = False  # whether several came the last time
        self._lock = Lock()

    def __call__(self, do: Callable[[Transaction, Sequence[Job]], Sequence[Answer]], job: Job) -> Answer:
        """What `do` answers to `job`, after its commit. Jobs with the same `do` come to it in one call."""
        wish = _Wish(do, job)
        with self._lock:
            self._waiting.append(wish)
            if not self._led:
                self._led = True
                wish.moved.set()
        wish.moved.wait()
        if not wish.through:
            self._lead()
        if wish.error is not None:
            raise wish.error
        answer: Answer = wish.answer if wish.committed else self._commit([wish])[0]
        return answer

    def _lead(self) -> None:
        if self._busy:
            sleep(_LINGER)
        with self._lock:
            wishes, self._waiting = self._waiting, []
            self._busy = len(wishes) > 1
        try:
            self._carry_out(wishes)
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].moved.set()
            for wish in wishes:
                wish.through = True
                wish.moved.set()

    def _carry_out(self, wishes: Sequence[_Wish]) -> None:
        """All in one transaction. If that fails nothing is written, and each thread does its own part alone, right
        before it goes on: were it done here, the others' turns would lie between an intent and its visible call.
        """
        try:
            answers = self._commit(wishes)
        except Exception as error:  # noqa: BLE001  it is raised again, in the thread whose job it was
            if len(wishes) == 1:
                wishes[0].error = error
        else:
            for wish, answer in zip(wishes, answers, strict=True):
                wish.answer, wish.committed = answer, True

    def _commit(self, wishes: Sequence[_Wish]) -> list[Any]:
        answers: dict[_Wish, Any] = {}
        with self._transaction() as tx:
            for do in dict.fromkeys(wish.do for wish in wishes):
                mine = [wish for wish in wishes if wish.do is do]
                answers.update(zip(mine, do(tx, [wish.job for wish in mine]), strict=True))
        return [answers[wish] for wish in wishes]
