"""Another process, seen through /proc: its memory, its time on the processor, how often it woke up."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Look:
    """MiB, MiB, seconds of CPU, and voluntary context switches of all threads."""

    rss: float
    pss: float
    cpu: float
    switches: int


def look(pid: int) -> Look:
    folder = Path("/proc") / str(pid)
    memory = (folder / "smaps_rollup").read_text("utf-8")
    fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
    switches = sum(_switches(task) for task in (folder / "task").iterdir())
    return Look(_mib(memory, "Rss"), _mib(memory, "Pss"), (int(fields[11]) + int(fields[12])) / TICKS, switches)


def _mib(memory: str, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", memory, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _switches(task: Path) -> int:
    status = (task / "status").read_text("utf-8")
    return int(status.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0])


@contextmanager
def python(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python with these arguments; killed at the end."""
    surroundings: Mapping[str, str] = {**os.environ, **environment}
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=surroundings
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def idle(child: "subprocess.Popen[bytes]", settle: float, seconds: float) -> tuple[Look, float, float]:
    """How it looks after `settle` seconds; then CPU in per cent and wake-ups a second over `seconds`."""
    sleep(settle)
    before = look(child.pid)
    sleep(seconds)
    after = look(child.pid)
    return after, 100 * (after.cpu - before.cpu) / seconds, (after.switches - before.switches) / seconds
