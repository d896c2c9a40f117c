"""Waits for what another process or thread will do. The only place of these tests that lets time pass."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(gate: threading.Event) -> Callable[[], None]:
    """A stage that lasts until the gate is set."""

    def stage() -> None:
        assert gate.wait(20)

    return stage


def eventually(look: Callable[[], T | None], within: float = 20.0, what: str = "") -> T:
    """The first answer of `look` that is true. Fails after `within` seconds, with the last answer."""
    end = time.monotonic() + within
    while not (answer := look()):
        assert time.monotonic() < end, f"not within {within} s: {what or look}: {answer!r}"
        time.sleep(0.02)
    return answer
