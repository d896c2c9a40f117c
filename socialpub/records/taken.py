"""The inbox folders that were accepted: listed with a backup, and read again after it was restored."""

import os
from pathlib import Path

from socialpub.records.durable import sync
from socialpub.records.manifest import Taken


def taken_now(spool: Path) -> tuple[Taken, ...]:
    """What lies in `taken/`. List it before the database is copied: what lies there then is in the copy."""
    return tuple(sorted((path.name, path.lstat().st_mtime_ns) for path in _arrivals(spool / "taken")))


def read_again(spool: Path, covered: tuple[Taken, ...]) -> tuple[str, ...]:
    """Move what the backup does not cover back to `inbox/`; the names there.

    A repeat is harmless: the same id with the same content is one story.
    """
    known = set(covered)
    newer = [path for path in _arrivals(spool / "taken") if (path.name, path.lstat().st_mtime_ns) not in known]
    return tuple(_move_back(path, spool / "inbox") for path in newer)


def _move_back(path: Path, inbox: Path) -> str:
    inbox.mkdir(mode=0o700, exist_ok=True)
    to = inbox / path.name
    number = 2
    while os.path.lexists(to):
        to = inbox / f"{path.name}-{number}"
        number += 1
    path.rename(to)
    sync(inbox)
    return to.name


def _arrivals(taken: Path) -> list[Path]:
    return [path for path in sorted(taken.glob("*")) if not path.name.startswith(".")]
