"""Lives one seed's week in a folder of its own, in memory where the system has such a place."""

import tempfile
from pathlib import Path

from tests.simulation.week import Week

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it


def live(seed: int) -> Week:
    """The week as it went. Raises AssertionError with the seed in it."""
    where = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="socialpub-week-", dir=where) as folder:
        week = Week(seed, Path(folder))
        try:
            week.run()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        return week
