"""How late a lone delivery is: the visible call after the moment it was due, in a daemon with nothing else to do."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep, time

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from socialpub.app import utc_now
from socialpub.daemon import _working
from socialpub.upkeep import ClockWatch
from tests.bench.line import Line, against, note
from tests.bench.null import opened
from tests.bench.rows import fill

_EVERY = timedelta(seconds=0.5)
_LEAD = timedelta(seconds=2)
#: What the house promises (p99), in milliseconds.
AIM = 50.0


def measure(deliveries: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as (app, null):
        first = utc_now().replace(microsecond=0) + _LEAD
        fill(app.db, 10, deliveries, first, _EVERY)
        with _working(app, ClockWatch(app)):
            sleep((deliveries * _EVERY + 2 * _LEAD).total_seconds())
    if len(null.shown) != deliveries:
        raise RuntimeError(f"{len(null.shown)} of {deliveries} were published")
    late = sorted(
        1000 * (shown - (first + number * _EVERY).timestamp()) for number, shown in enumerate(sorted(null.shown))
    )
    half, worst = late[len(late) // 2], late[min(len(late) - 1, len(late) * 99 // 100)]
    note(f"lateness: {late[0]:.1f} to {late[-1]:.1f} ms over {deliveries}")
    yield against("lateness of a lone delivery, p50", half, "ms", "APScheduler, an empty job in memory", _bare())
    yield against("lateness of a lone delivery, p99", worst, "ms", "the aim", AIM)


def _bare(times: int = 20) -> float:
    """Milliseconds (p50) by which APScheduler is late with a job that does nothing."""
    late: list[float] = []
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.start()
    first = time() + 1
    for number in range(times):
        due = first + number * 0.2
        at = datetime.fromtimestamp(due, UTC)
        scheduler.add_job(
            lambda due=due: late.append(1000 * (time() - due)), DateTrigger(at), misfire_grace_time=None
        )
    sleep(times * 0.2 + 1.5)
    scheduler.shutdown()
    return sorted(late)[len(late) // 2]
