"""What one wake-up costs (claim what is due, ask when the next is) with few and with very many rows waiting."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from socialpub.app import utc_now
from socialpub.model.day import ALWAYS
from socialpub.store.claims import claim_due, due_now, next_due
from socialpub.store.database import Database
from tests.bench.line import Line, against, note
from tests.bench.null import opened
from tests.bench.rows import fill

FEW = 1000
_TIMES = 30
_EVERY = timedelta(seconds=1)


def measure(many: int) -> Iterator[Line]:
    for channels in (1, 10):
        few, lots = _wake_up(FEW, channels), _wake_up(many, channels)
        name = f"one wake-up with {many:,} rows waiting on {channels} channel{'s' * (channels > 1)}"
        yield against(name, lots, "ms", f"with {FEW:,}", few)


def _wake_up(rows: int, channels: int) -> float:
    """Milliseconds; each takes one due delivery, whose channel is then busy until it is given back."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as (app, _):
        begin = perf_counter()
        first = utc_now().replace(microsecond=0)
        fill(app, channels, rows, first, _EVERY)
        note(f"wake-up: {rows:,} rows made in {perf_counter() - begin:.0f} s")
        return 1000 * median(_one(app.db, first + number * _EVERY) for number in range(_TIMES))


def _one(db: Database, now: datetime) -> float:
    db.clock = lambda: now
    begin = perf_counter()
    with db.reading() as session:
        due = due_now(session, now, ALWAYS, 32)
    with db.transaction() as tx:
        claims = claim_due(tx, "bench", ALWAYS, 32, due)
    with db.reading() as session:
        coming = next_due(session, now, ALWAYS)
    spent = perf_counter() - begin
    if len(claims) != 1:
        raise RuntimeError(f"one delivery was to be claimed, not {len(claims)}; the next is due {coming}")
    with db.transaction() as tx:
        tx.session.connection().exec_driver_sql("UPDATE deliveries SET state = 'delivered' WHERE state = 'sending'")
    return spent
