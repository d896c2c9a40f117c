"""The least a durable queue can do: claim up to 100 and commit, call, mark them done and commit. Nothing else.

No approval, no hold, no intent before the call, no receipt, no record: what a burst costs without the ledger.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

_TABLE = "CREATE TABLE job (id INTEGER PRIMARY KEY, due REAL, state TEXT, lease REAL, body TEXT)"
_DUE = "CREATE INDEX job_due ON job (due) WHERE state = 'waiting'"
_CLAIM = (
    "UPDATE job SET state = 'sending', lease = 120 WHERE id IN "
    "(SELECT id FROM job WHERE state = 'waiting' AND due <= 1 ORDER BY due LIMIT 100) RETURNING id"
)


def per_second(folder: Path, jobs: int, call: Callable[[], None] = lambda: None) -> float:
    """Jobs a second, on the same SQLite, in WAL with synchronous=FULL."""
    import pysqlite3.dbapi2 as sqlite

    db = sqlite.connect(folder / "floor.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for statement in (_TABLE, _DUE, "BEGIN"):
        db.execute(statement)
    db.executemany("INSERT INTO job (due, state, body) VALUES (0, 'waiting', ?)", [("x" * 500,)] * jobs)
    db.execute("COMMIT")
    begin, done = perf_counter(), 0
    while claimed := db.execute(_CLAIM).fetchall():
        for _ in claimed:
            call()
        db.execute("BEGIN IMMEDIATE")
        db.executemany("UPDATE job SET state = 'done', lease = NULL WHERE id = ?", claimed)
        db.execute("COMMIT")
        done += len(claimed)
    seconds = perf_counter() - begin
    db.close()
    if done != jobs:
        raise RuntimeError(f"the floor did {done} of {jobs} jobs")
    return jobs / seconds
