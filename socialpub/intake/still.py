"""Whether a folder is whole: nothing in it changed for a while. One look says it from the files' own times; a
daemon that lives on also remembers what it saw. Changes nothing, judges no content.

A name with a dot and a rename is how a sender says "whole". Whoever does not do so says nothing at all, and any
beginning of a story.toml may be a story by itself, without its last lines. So the folder must be still. The times
are the file system's (st_ctime: a program can set every other one), and nothing moves them but a change. A rename of
the folder is none: what was copied slowly under a dotted name is not waited for again.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

#: Nothing may change for so long. It outlasts a hiccup of a share or of the radio, not a lunch break.
SETTLES = timedelta(seconds=10)
#: A file server's clock may be ahead. Times further off mean nothing, and keep no folder waiting for ever.
_FAR_AHEAD = timedelta(hours=1)

#: Of each entry: name, inode, size, times in nanoseconds. Equal pictures: nothing was written in between.
Picture = tuple[tuple[str, int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Look:
    picture: Picture
    since: datetime
    witnessed: bool  # it changed between two looks: from then on only this memory counts


class Stillness:
    """Remembers each waiting folder as it was when it last changed."""

    def __init__(self, settles: timedelta = SETTLES) -> None:
        self.settles = settles
        self._seen: dict[Path, _Look] = {}

    def forget_all_but(self, there: Collection[Path]) -> None:
        """What lies there no more need not be remembered."""
        self._seen = {path: look for path, look in self._seen.items() if path in there}

    def still(self, folder: Path, picture: Picture, now: datetime) -> bool:
        """Nothing of it changed for a while: its times say so, or this memory does, whatever its times say."""
        before = self._seen.get(folder)
        if before and before.picture == picture:
            look = before
        else:
            look = _Look(picture, now, before is not None and _same_folder(before.picture, picture))
        if now < look.since:  # the clock was set back
            look = replace(look, since=now)
        self._seen[folder] = look
        return now - look.since >= self.settles or (not look.witnessed and self._old(picture, now))

    def _old(self, picture: Picture, now: datetime) -> bool:
        newest = max((row[4] for row in picture), default=0) / 1e9  # seconds
        age = now.timestamp() - newest
        return age >= self.settles.total_seconds() or age < -_FAR_AHEAD.total_seconds()


def _same_folder(one: Picture, other: Picture) -> bool:
    """And not a later one of the same name, which may have been whole when it was renamed."""
    return [row[1] for row in one[:1]] == [row[1] for row in other[:1]]


def picture_of(folder: Path) -> Picture:
    """What lies there now. What vanishes meanwhile is left out: the next picture differs."""
    try:
        own = folder.lstat()
    except OSError:
        return ()
    # A rename moves the folder's st_ctime, so its entries' time counts; that one can be set, but not backwards in
    # secret: whatever was put in has a time of its own.
    rows = [("", own.st_ino, 0, 0, min(own.st_mtime_ns, own.st_ctime_ns))]
    return (*rows, *sorted(_entries(folder)))


def _entries(folder: Path) -> list[tuple[str, int, int, int, int]]:
    rows = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                found = entry.stat(follow_symlinks=False)
                rows.append((entry.name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
    except OSError:  # no folder, or one that may not be read: whoever takes it says so in words
        return rows
    return rows
