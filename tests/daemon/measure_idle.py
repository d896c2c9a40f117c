"""Measures a daemon that has nothing to do: memory, processor time, wake-ups. A program; it asserts nothing.

`python -m tests.daemon.measure_idle [SECONDS]`, on Linux. The spool is a fresh one and goes away afterwards.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.daemon.process import Daemon, daemon


def _spent(pid: int) -> tuple[float, int]:
    """Processor seconds and voluntary switches of all threads so far (proc(5))."""
    seconds, switches = 0.0, 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        seconds += int((task / "schedstat").read_text().split()[0]) / 1e9
        status = (task / "status").read_text().splitlines()
        switches += int(next(line for line in status if line.startswith("voluntary")).split()[1])
    return seconds, switches


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024


def measure(running: Daemon, seconds: float) -> dict[str, float]:
    pid = running.process.pid
    time.sleep(3)  # what a start leaves to do
    before = _spent(pid)
    time.sleep(seconds)
    after = _spent(pid)
    return {
        "rss_mib": round(_resident(pid), 1),
        "processor_percent": round((after[0] - before[0]) / seconds * 100, 3),
        "wake_ups_per_second": round((after[1] - before[1]) / seconds, 1),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first start", "second start"):
            with daemon(Path(folder)) as process:
                found = measure(process.ready(), float(sys.argv[1]) if sys.argv[1:] else 10)
                process.stop()
            sys.stdout.write(json.dumps({"name": name, **found}) + "\n")
