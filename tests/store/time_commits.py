"""Prints how many transactions with one event a store commits per second: what every step of the journal costs.

`python -m tests.store.time_commits [FOLDER]`: SQLite in FOLDER (default: the temporary folder), as the house
opens it, one after the other and from four threads; then PostgreSQL, whose test server waits for no disk.
Not a test: it asserts nothing. The floor below SQLite's number is the disk: it prints the cost of one fsync.
"""

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from socialpub.model.people import DAEMON
from socialpub.store.database import Database
from tests.clock import SetClock
from tests.databases import KINDS, opened, upgraded

_SECONDS = 3.0
_THREADS = 4


def _commits(db: Database, until: float) -> int:
    done = 0
    while time.monotonic() < until:
        with db.transaction() as tx:
            tx.record(DAEMON, "step", "delivery", "0", step="create", ids={"container": "1"})
        done += 1
    return done


def _per_second(db: Database, threads: int) -> float:
    done: list[int] = []
    begin = time.monotonic()
    workers = [threading.Thread(target=lambda: done.append(_commits(db, begin + _SECONDS))) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.monotonic() - begin)


def _fsync_ms(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        begin, times = time.monotonic(), 200
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.monotonic() - begin) / times * 1000


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(folder: Path) -> None:
    _say(f"one 4 KiB fsync in {folder}: {_fsync_ms(folder):.2f} ms")
    for kind in KINDS:
        with upgraded(kind, folder) as url, opened(url, SetClock()) as db:
            for threads in (1, _THREADS):
                _say(f"{kind}, {threads} thread(s): {_per_second(db, threads):,.0f} commits a second")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as place:
        main(Path(place))
