"""Removes accepted folders from taken/ when everything in them is safe elsewhere; else the disk would fill.

A folder goes only when it is exactly what its story was made of, every file of it is on the shelf with the right
hash, a proved backup without troubles holds all that, and 30 days have passed. Whatever is not so stays, and the
log says so once.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from socialpub import crash
from socialpub.desk.declined import Declined
from socialpub.desk.submit import KeptFile, content_hash, files_named
from socialpub.intake.folder import STORY, document_of
from socialpub.intake.opened import NotTaken, OpenFolder, file_in, names_in, opened
from socialpub.records.durable import sha256_of
from socialpub.records.manifest import MEDIA, Backup, Taken, newest_verified
from socialpub.records.shelves import at, room_of
from socialpub.records.taken import taken_now
from socialpub.store.database import Database
from socialpub.store.schema import Submission

log = logging.getLogger(__name__)

#: How long an accepted folder stays at least. A restore of a backup as old as that still reads it again.
KEEP = timedelta(days=30)
_ID = 36  # characters of a story's id, with which its folder's name begins
_GOING = ".spent-"


class TakenFolders:
    """The accepted folders of one spool."""

    def __init__(self, spool: Path, db: Database) -> None:
        self._spool, self._db = spool, db
        self._told: set[str] = set()

    def empty(self, now: datetime) -> int:
        """Remove every folder that may go; how many there were. Never any without backups of our own making."""
        self._remove_halves()
        old = self._old(now)
        backup = newest_verified(self._spool / "backup", now) if old else None
        if backup is None or backup.troubles:
            return 0
        return sum(self._goes(name, submission, backup) for name, submission in old)

    def _old(self, now: datetime) -> list[tuple[Taken, Submission]]:
        """Folders in taken/ with the arrival that each one was, 30 days ago or more."""
        folders = taken_now(self._spool)
        known: dict[str, Submission] = {}
        ids = sorted({name[:_ID] for name, _ in folders})
        with self._db.reading() as session:
            for some in (ids[start : start + 500] for start in range(0, len(ids), 500)):
                query = select(Submission).where(Submission.story_id.in_(some), Submission.received_at <= now - KEEP)
                known.update((row.story_id, row) for row in session.scalars(query))
        return [(folder, known[folder[0][:_ID]]) for folder in folders if folder[0][:_ID] in known]

    def _goes(self, folder: Taken, submission: Submission, backup: Backup) -> bool:
        if folder not in backup.taken or backup.at <= submission.received_at:
            return False  # a later backup will know it
        name = folder[0]
        try:
            reason = self._unsafe(self._spool / "taken" / name, submission, backup)
            if not reason:
                self._remove(name)
                return True
        except (NotTaken, Declined) as refusal:
            reason = str(refusal)
        except OSError as error:
            reason = error.strerror or str(error)
        if name not in self._told:
            self._told.add(name)
            log.warning("taken: %r stays although it is old: %s; look, then remove it by hand", name, reason)
        return False

    def _unsafe(self, path: Path, submission: Submission, backup: Backup) -> str:
        """Why this folder may not go; "" when all of it is elsewhere."""
        with opened(path) as folder:
            document = document_of(folder)
            named = files_named(document)
            strangers = names_in(folder) - {STORY, *(name for _, _, name in named)}
            if strangers:
                return f"{sorted(strangers)[0]!r} is not named by its story, so it is nowhere else"
            files = [KeptFile(kind, place, _sha256(folder, name), name=name) for kind, place, name in named]
        if content_hash(document, tuple(files)) != submission.content:
            return "it is not what its story was made of"
        return self._missing(files, backup)

    def _missing(self, files: Sequence[KeptFile], backup: Backup) -> str:
        for file in files:
            shelved = room_of(file.kind), file.sha256
            place = at(self._spool / MEDIA, shelved)
            if shelved not in backup.media or not place.is_file() or sha256_of(place) != file.sha256:
                return f"{file.name!r} is not whole in media/ and in the backup"
        return ""

    def _remove(self, name: str) -> None:
        """Out of sight first, so that a crash leaves no half folder for a restore to read again."""
        going = self._spool / "taken" / f"{_GOING}{name}"
        (self._spool / "taken" / name).rename(going)
        crash.point("taken.remove.renamed")
        shutil.rmtree(going)

    def _remove_halves(self) -> None:
        for half in (self._spool / "taken").glob(f"{_GOING}*"):
            shutil.rmtree(half, ignore_errors=True)


def _sha256(folder: OpenFolder, name: str) -> str:
    with file_in(folder, name) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
