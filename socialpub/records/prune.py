"""Says which backups are older than they need to be, and removes them when asked to. Media are never removed."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from socialpub.records.locks import alone
from socialpub.records.manifest import folders, newest_verified

#: How far back one backup is kept per hour, per day, per month.
_CLASSES = (
    (timedelta(hours=48), "%Y-%m-%d %H"),
    (timedelta(days=30), "%Y-%m-%d"),
    (timedelta(days=365), "%Y-%m"),
)


def expired(times: Iterable[datetime], now: datetime) -> list[datetime]:
    """The times whose backups may go, the oldest first. Kept: the newest of each hour for 48 hours, of each day
    for 30 days, of each month for 12 months (in UTC), and the newest of all whatever its age.
    """
    known = sorted(set(times))
    keep = set(known[-1:])
    for reach, mark in _CLASSES:
        newest = {time.astimezone(UTC).strftime(mark): time for time in known if now - time <= reach}
        keep.update(newest.values())
    return [time for time in known if time not in keep]


def prune(to: Path, now: datetime) -> list[Path]:
    """Remove the expired backups under `to`, but never the newest that is whole; what was removed."""
    with alone(to / ".lock", f"{to}: a backup is being made there; let it end [SP085]"):
        found = dict(folders(to))
        newest = newest_verified(to)
        gone = [found[time] for time in expired(found, now) if newest is None or found[time] != newest.folder]
        for path in gone:
            half = path.with_name(f".expired-{path.name}")
            path.replace(half)  # so that a crash leaves no half backup under a backup's name
            shutil.rmtree(half)
        return gone
