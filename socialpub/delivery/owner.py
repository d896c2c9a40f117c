"""Who a daemon is, and when another one is proven dead.

Proof matters: what a dead daemon was sending can be looked for at once, what a silent one was sending may
still go out.
"""

import os
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Owner:
    """`name` is host|boot|pid|start|random; `alone` says that a lock file keeps any other daemon out."""

    name: str
    alone: bool

    def proves_dead(self, other: str) -> bool:
        """Whether the daemon called `other` can never send again."""
        if other == self.name:
            return False
        return self.alone or _gone(other)


def this_process(*, alone: bool) -> Owner:
    pid = os.getpid()
    name = "|".join([socket.gethostname(), this_boot(), str(pid), _start(pid), uuid.uuid4().hex])
    return Owner(name, alone)


def _gone(name: str) -> bool:
    """Same machine, same boot, and no process of that number that started then."""
    try:
        host, boot, pid, start, _ = name.split("|")
    except ValueError:
        return False
    return host == socket.gethostname() and boot == this_boot() != "" and _start(int(pid)) != start


def this_boot() -> str:
    """Which boot of this machine it is; "" where that cannot be told."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _start(pid: int) -> str:
    """When a process started, in clock ticks after boot (proc(5), field 22); "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
