"""Named points at which the process may be killed, so that tests can prove what a crash leaves behind.

`SOCIALPUB_DIE_AT=n` kills this process with SIGKILL at the n-th point it reaches. Without it a point costs
one comparison. A point may stand anywhere between two effects; it may not have an effect of its own.
"""

import os
import signal
from itertools import count

_die_at = int(os.environ.get("SOCIALPUB_DIE_AT", "0"))
_reached = count(1)
_last = ""


def arm(n: int) -> None:
    """Count from one again and die at the n-th point; 0 disarms. For a process that runs several trials."""
    global _die_at, _reached
    _die_at, _reached = n, count(1)


def point(name: str) -> None:
    """A place where a crash is worth proving; `name` reads `room.step.before` or `.after`."""
    global _last  # noqa: PLW0603  as above
    if _die_at:
        _last = name
        if next(_reached) == _die_at:
            os.write(2, f"dying at {name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def last() -> str:
    """The last point that was passed; what a sweep prints when no point fires any more."""
    return _last
