"""Lives one seed's week in a folder of its own, in memory where the system has such a place."""

import tempfile
from pathlib import Path

from tests.simulation.week import ROUNDS, Week

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it


def live(seed: int, rounds: int = ROUNDS, *, wild: bool = False) -> Week:
    """The week as it went; a `wild` one is full of interference. Raises AssertionError with the way to replay it."""
    where = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="socialpub-week-", dir=where) as folder:
        week = Week(seed, Path(folder), rounds, wild=wild)
        try:
            week.run()
        except AssertionError as error:
            again = f"python -m tests.simulation --seed {seed} --rounds {rounds}" + (" --wild" if wild else "")
            raise AssertionError(f"{error}; replay it with: {again}") from error
        return week
