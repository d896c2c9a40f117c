"""Says which backups are older than they need to be, and removes them when asked to. Media are never removed.

Backups are counted, not measured by their age: a clock that runs a year ahead for an hour makes every backup a
year old, and whoever believed it would remove them all in that hour.
"""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from socialpub.records.locks import alone
from socialpub.records.manifest import folders, newest_verified

#: How many hours, days and months are kept that have a backup, and how to tell them apart (in UTC).
_CLASSES = ((48, "%Y-%m-%d %H"), (30, "%Y-%m-%d"), (12, "%Y-%m"))


def expired(times: Iterable[datetime], now: datetime) -> list[datetime]:
    """The times whose backups may go, the oldest first.

    Kept: the newest of each of the last 48 hours that have one, of the last 30 such days, of the last 12 such
    months, however long ago they are. What is from the future (the clock was wrong) is kept and counts not.
    """
    known = sorted({time for time in times if time <= now})
    keep: set[datetime] = set()
    for count, mark in _CLASSES:
        newest = {time.astimezone(UTC).strftime(mark): time for time in known}
        keep.update(sorted(newest.values())[-count:])
    return [time for time in known if time not in keep]


def prune(to: Path, now: datetime) -> list[Path]:
    """Remove the expired backups under `to`, but never the newest that is whole; what was removed."""
    with alone(to / ".lock", f"{to}: a backup is being made there; let it end [SP085]"):
        found = dict(folders(to))
        newest = newest_verified(to, now)
        gone = [found[time] for time in expired(found, now) if newest is None or found[time] != newest.folder]
        for path in gone:
            half = path.with_name(f".expired-{path.name}")
            path.replace(half)  # so that a crash leaves no half backup under a backup's name
            shutil.rmtree(half)
        return gone
