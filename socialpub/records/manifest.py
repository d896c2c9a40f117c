"""What a backup says about itself: written last, read first. Nothing in it is believed before it is proved."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from socialpub.records.durable import sha256_of, write_new
from socialpub.records.refusal import RecordsError
from socialpub.records.shelves import Shelved, known

DATABASE = "socialpub.db"
MANIFEST = "manifest.json"
MEDIA = "media"  # beside the backups, shared by all of them
FORM = "socialpub-backup-1"

_NAME = "%Y%m%dT%H%M%SZ"

#: A folder of `taken/`: its name and when it was last written to (nanoseconds since 1970).
Taken = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, made and proved at `at`. `troubles`: files that should have been there, in words."""

    folder: Path
    at: datetime
    schema: str
    events: int
    head: str
    epoch: int
    sha256: str  # of the database file
    media: tuple[Shelved, ...]
    taken: tuple[Taken, ...]
    troubles: tuple[str, ...] = ()


def name_of(at: datetime) -> str:
    """The folder of a backup made then; sorts by time."""
    return at.astimezone(UTC).strftime(_NAME)


def write_manifest(backup: Backup, folder: Path) -> None:
    data = {
        "form": FORM,
        "at": backup.at.astimezone(UTC).isoformat(),
        "schema": backup.schema,
        "events": backup.events,
        "head": backup.head,
        "epoch": backup.epoch,
        "database": {"name": DATABASE, "sha256": backup.sha256},
        "media": [list(each) for each in backup.media],
        "taken": [list(each) for each in backup.taken],
        "troubles": list(backup.troubles),
    }
    write_new(folder / MANIFEST, json.dumps(data, indent=1, sort_keys=True).encode())


def read_backup(folder: Path) -> Backup:
    """The backup in `folder`, its database file proved to be the one that was made. Raises RecordsError."""
    try:
        backup = _parse(folder, json.loads((folder / MANIFEST).read_text("utf-8")))
        found = sha256_of(folder / DATABASE)
    except FileNotFoundError as error:
        raise RecordsError(
            f"{folder}: this is no whole backup: {Path(error.filename).name} is missing. "
            "Copy the folder again from where it came, or use an older one [SP083]"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordsError(f"{folder}: its {MANIFEST} cannot be read: {error}. Use an older backup [SP083]") from None
    if found != backup.sha256:
        raise RecordsError(
            f"{folder / DATABASE}: these are not the bytes that were backed up (partly copied, damaged or changed). "
            "Copy it again from where it came, or use an older backup [SP080]"
        )
    return backup


def _parse(folder: Path, data: Any) -> Backup:
    if data["form"] != FORM:
        raise ValueError(f"it is of the form {data['form']!r}, not {FORM}")
    at = datetime.fromisoformat(data["at"])
    if at.tzinfo is None:
        raise ValueError("its time has no zone")
    return Backup(
        folder=folder,
        at=at,
        schema=str(data["schema"]),
        events=int(data["events"]),
        head=str(data["head"]),
        epoch=int(data["epoch"]),
        sha256=str(data["database"]["sha256"]),
        media=tuple(_shelved(each) for each in data["media"]),
        taken=tuple((str(name), int(written)) for name, written in data["taken"]),
        troubles=tuple(str(each) for each in data["troubles"]),
    )


def _shelved(entry: Any) -> Shelved:
    room, sha256 = entry
    if not known(room, sha256):
        raise ValueError(f"{entry!r} is no place on a shelf")
    return room, sha256


def folders(to: Path) -> Iterator[tuple[datetime, Path]]:
    """Every folder under `to` that has a backup's name and a manifest, with its time; the oldest first."""
    for path in sorted(to.glob("*")):
        try:
            at = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
        except ValueError:
            continue
        if (path / MANIFEST).is_file():
            yield at, path


def newest_verified(to: Path, until: datetime | None = None) -> Backup | None:
    """The newest backup under `to` that still is what it was when it was proved; None when there is none.

    With `until`, none that is named for a later moment: a clock that was wrong made it.
    """
    for at, path in reversed(list(folders(to))):
        if until is not None and at > until:
            continue
        try:
            return read_backup(path)
        except RecordsError:
            continue
    return None
