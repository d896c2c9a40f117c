"""Puts a prepared database in the place of another one, which is kept aside and never deleted.

SQLite's WAL must never meet another database's file: it would be replayed into it. So it is copied aside,
the database is moved aside, the WAL's old name goes, and only then the new database gets its name.
"""

from datetime import datetime
from pathlib import Path

from socialpub import crash
from socialpub.records.durable import copy_new, sync
from socialpub.records.manifest import DATABASE, name_of

_WAL, _SHM = f"{DATABASE}-wal", f"{DATABASE}-shm"


def switch(prepared: Path, spool: Path, now: datetime) -> Path | None:
    """Give `prepared` the database's name; the folder where an older one is kept, if there was one.

    When it fails, the old one is in its place again. When the process dies, either the old or the new one is
    in place, or none, and the old one whole in `replaced/`.
    """
    aside = _fresh(spool / "replaced", name_of(now)) if _anything(spool) else None
    try:
        if aside is not None:
            _keep(spool, aside)
        crash.point("restore.switch.before")
        prepared.replace(spool / DATABASE)
    except OSError:
        if aside is not None:
            _put_back(spool, aside)
        raise
    crash.point("restore.switch.after")
    sync(spool)
    return aside


def in_place(spool: Path, since: datetime) -> Path:
    """The database that was used last: the spool's; where there is none, the newest that was put aside at or after
    `since`, by a restore that died before its switch. Nothing says that the file is there.
    """
    found = (spool / "replaced").glob(f"[0-9]*T[0-9]*Z*/{DATABASE}")
    aside = [path for path in found if path.parent.name >= name_of(since)]
    if (spool / DATABASE).exists() or not aside:
        return spool / DATABASE
    stamp = len(name_of(since))  # what follows it is the number of a second restore in the same second
    return max(aside, key=lambda path: (path.parent.name[:stamp], len(path.parent.name), path.parent.name))


def _anything(spool: Path) -> bool:
    """A database, or the WAL that a crash left of one."""
    return (spool / DATABASE).exists() or (spool / _WAL).exists()


def _keep(spool: Path, aside: Path) -> None:
    if (spool / _WAL).exists():
        copy_new(spool / _WAL, aside / _WAL)
    sync(aside)
    crash.point("restore.aside.before")
    if (spool / DATABASE).exists():
        (spool / DATABASE).replace(aside / DATABASE)
    crash.point("restore.aside.after")
    sync(aside)
    for name in (_WAL, _SHM):
        (spool / name).unlink(missing_ok=True)
    sync(spool)


def _put_back(spool: Path, aside: Path) -> None:
    if (aside / DATABASE).exists():
        for name in (_WAL, DATABASE):  # its WAL first: without it the newest changes would be missing
            if (aside / name).exists():
                (aside / name).rename(spool / name)
    (aside / _WAL).unlink(missing_ok=True)
    sync(spool)
    aside.rmdir()


def _fresh(folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}"
    path.mkdir(mode=0o700)
    return path
