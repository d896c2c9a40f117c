"""Ten thousand deliveries due in the same second: the daemon with its full ledger, against a floor and a rival."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time, sleep, time

from sqlalchemy import func, select

from socialpub.app import App, utc_now
from socialpub.daemon import _working
from socialpub.model.states import DeliveryState
from socialpub.store.audit import verify
from socialpub.store.schema import Delivery, Event
from socialpub.upkeep import ClockWatch
from tests.bench import floor, rival
from tests.bench.line import Line, against, note
from tests.bench.null import opened
from tests.bench.rows import fill

_LEAD = 2.0  # seconds between the daemon's start and the moment when all is due


def measure(deliveries: int, channels: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder), deliveries, channels)
        bare = floor.per_second(Path(folder), deliveries)
        theirs = rival.per_second(Path(folder), deliveries)
    unit = "deliveries/s"
    yield against("burst, full ledger, against a bare durable queue", ours, unit, "claims of 100, no records", bare)
    yield against(
        "burst, full ledger, against APScheduler", ours, unit, "APScheduler 3 with its SQLite store", theirs
    )


def _ours(folder: Path, deliveries: int, channels: int) -> float:
    with opened(folder) as (app, null):
        due = utc_now() + timedelta(seconds=_LEAD + deliveries / 50_000)
        fill(app.db, channels, deliveries, due)
        with _working(app, ClockWatch(app)):
            sleep(max(0.0, due.timestamp() - time()))
            before = process_time()
            _wait(app, deliveries)
            spent = process_time() - before
        ends, records = _proof(app, deliveries)
    late = sorted(moment - due.timestamp() for moment in null.shown)
    seconds = (ends - due).total_seconds()
    note(
        f"burst: {deliveries} in {seconds:.2f} s, {1e6 * spent / deliveries:.0f} us CPU and "
        f"{records / deliveries:.1f} records each; late by {late[len(late) // 2]:.2f} s (p50), "
        f"{late[len(late) * 99 // 100]:.2f} s (p99)"
    )
    return deliveries / seconds


def _wait(app: App, deliveries: int) -> None:
    """Until all are delivered. Looks seldom: the look is not what is measured."""
    until = time() + 600
    while _delivered(app) < deliveries:
        if time() > until:
            raise RuntimeError(f"only {_delivered(app)} of {deliveries} were delivered in ten minutes")
        sleep(0.1)


def _delivered(app: App) -> int:
    with app.db.reading() as session:
        query = select(func.count()).where(Delivery.state == DeliveryState.DELIVERED)
        return session.scalar(query) or 0


def _proof(app: App, deliveries: int) -> tuple[datetime, int]:
    """When the last was settled, and how many records tell of it. Refuses a measure of something half done."""
    with app.db.reading() as session:
        verdict = verify(session)
        if verdict.fault or _delivered(app) != deliveries:
            raise RuntimeError(f"the burst is not whole: {verdict}")
        last = session.scalar(select(func.max(Delivery.changed_at))) or datetime.now(UTC)
        return last, session.scalar(select(func.count()).select_from(Event)) or 0
