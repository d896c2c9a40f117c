"""Reads the media again, some at each backup, so that bytes which changed under their name do not go unseen.

Copies damaged apart are mended from the good one; what is one file under two names cannot be.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from socialpub.records.durable import Damaged, place, sha256_of, write_new
from socialpub.records.manifest import MEDIA
from socialpub.records.shelves import Shelved, at

#: Where the last look ended, among the backups' media. Losing it costs one round.
CURSOR = ".proved-up-to"
#: A look reads this much at least, and enough that hourly looks have read everything within a week.
LEAST_BYTES = 256 << 20
_ROUNDS = 7 * 24


def rehash(spool: Path, to: Path, kept: Sequence[Shelved], least: int = LEAST_BYTES) -> list[str]:
    """Read the next of `kept` (sorted), in the spool and under `to`; what is damaged, in words.

    What the backups hold damaged and the spool holds whole is copied again, and said.
    """
    troubles: list[str] = []
    last: Shelved | None = None
    for last in _next(to, kept, least):
        try:
            troubles += _look(at(spool / MEDIA, last), at(to / MEDIA, last), last)
        except OSError as error:  # a disk that cannot read it says so; the backup itself is good
            troubles.append(f"media/{last[0]}: {last[1]} cannot be read: {error}")
    if last is not None:
        _remember(to / MEDIA / CURSOR, last)
    return troubles


def _next(to: Path, kept: Sequence[Shelved], least: int) -> Iterator[Shelved]:
    """From where the last look ended, once around at most."""
    sizes = {each: at(to / MEDIA, each).stat().st_size for each in kept}
    room = max(least, sum(sizes.values()) // _ROUNDS)
    after = _cursor(to / MEDIA / CURSOR)
    for each in sorted(kept, key=lambda each: (each <= after, each)):
        if room < 0:
            return
        room -= sizes[each]
        yield each


def _look(ours: Path, theirs: Path, shelved: Shelved) -> list[str]:
    name = f"media/{shelved[0]}: {shelved[1]}"
    here = _whole(ours, shelved)
    there = here if ours.samefile(theirs) else _whole(theirs, shelved)
    match here, there:
        case True, True:
            return []
        case True, False:
            return [_mended(ours, theirs, shelved, name)]
        case False, True:
            return [f"{name} is damaged in the spool and whole in the backups: copy it from there"]
    return [f"{name} is damaged, in the spool and in the backups: bring it back from a copy on another machine"]


def _whole(path: Path, shelved: Shelved) -> bool:
    return sha256_of(path) == shelved[1]


def _mended(ours: Path, theirs: Path, shelved: Shelved, name: str) -> str:
    try:
        place(ours, theirs, shelved[1], link=False)
    except (Damaged, OSError) as error:
        return f"{name} is damaged in the backups and could not be copied again: {error}"
    return f"{name} was damaged in the backups and was copied again: have the disk looked at"


def _cursor(path: Path) -> Shelved:
    try:
        room, _, sha256 = path.read_text("ascii").strip().partition(" ")
    except (OSError, ValueError):
        return "", ""
    return room, sha256


def _remember(path: Path, last: Shelved) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        write_new(part, " ".join(last).encode())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
