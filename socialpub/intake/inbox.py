"""Empties the drop folder. What can be read becomes a story and goes to taken/; what cannot goes to corrupt/
with the reason beside it. Nothing is ever deleted here, and a repeat is harmless.
"""

import logging
import os
import pwd
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from socialpub import crash
from socialpub.desk import people
from socialpub.desk.declined import Declined
from socialpub.desk.submit import submit
from socialpub.intake.folder import Unreadable, read_folder
from socialpub.media.shelf import Shelf
from socialpub.model.people import Actor
from socialpub.store.database import Database

log = logging.getLogger(__name__)

#: What cannot be read may still be arriving; it is refused when nothing changed for this long.
QUIET = timedelta(seconds=60)


class Inbox:
    """The folders of one spool. `look` may be called as often as one likes."""

    def __init__(self, spool: Path, db: Database, shelf: Shelf) -> None:
        self.spool, self.db, self.shelf = spool, db, shelf
        self._stuck: set[str] = set()  # told once; it could be neither read nor moved

    def look(self) -> int:
        """Take every folder that has arrived; gives how many became stories."""
        return sum(self._take(folder) for folder in self._arrived())

    def _arrived(self) -> Iterator[Path]:
        names = sorted(entry.name for entry in os.scandir(self.spool / "inbox"))
        for name in names:
            if not name.startswith(".") and name not in self._stuck:
                yield self.spool / "inbox" / name

    def _take(self, folder: Path) -> bool:
        crash.point("inbox.take.before")
        try:
            arrival = read_folder(folder, self.shelf)
            by = self._submitter(folder, arrival.document.by)
            story = submit(self.db, by, arrival.document, arrival.files, "inbox").story
        except (Unreadable, Declined) as refusal:
            self._refuse(folder, str(refusal))
            return False
        except OSError as error:
            if folder.is_dir():  # else another daemon on this spool took it
                self._refuse(folder, f"it cannot be read: {error.strerror or error}")
            return False
        crash.point("inbox.submit.after")
        self._move(folder, self.spool / "taken", f"{story}-{folder.name}")
        return True

    def _submitter(self, folder: Path, by: str | None) -> Actor:
        """The owner of the files; `by` counts only where an administrator trusts that account to say so."""
        account = account_name(folder.lstat().st_uid)
        with self.db.reading() as session:
            owner = people.person_of_account(session, account)
            if owner is None:
                raise Unreadable(
                    f'the folder belongs to the account "{account}", which is nobody here; '
                    "an administrator adds people with `socialpub user add`"
                )
            if by is None or by == owner.name:
                return people.actor(owner, f"inbox:{account}")
            if not owner.trusted:
                raise Unreadable(f'"by" names {by}, but {owner.name} may only send stories of their own')
            return self._named(session, by, account)

    def _named(self, session: Session, by: str, account: str) -> Actor:
        person = people.person_named(session, by)
        if person is None:
            raise Unreadable(f'"by" names {by}, who is nobody here')
        return people.actor(person, f"inbox:{account}")

    def _refuse(self, folder: Path, reason: str) -> None:
        if _may_be_arriving(folder, self.db.clock()):
            return
        stamp = self.db.clock().strftime("%Y%m%dT%H%M%SZ")
        target = self._move(folder, self.spool / "corrupt", f"{stamp}-{folder.name}")
        if target is not None:
            target.with_name(target.name + ".reason.txt").write_text(reason + "\n", "utf-8")
            log.warning("inbox: %s was refused: %s", folder.name, reason)

    def _move(self, folder: Path, into: Path, name: str) -> Path | None:
        target = _unused(into / name[:200])
        try:
            folder.rename(target)
        except OSError as error:
            self._stuck.add(folder.name)
            log.error("inbox: %s cannot be moved to %s: %s; move it by hand", folder.name, into.name, error.strerror)
            return None
        return target


def _may_be_arriving(folder: Path, now: datetime) -> bool:
    """Whether it, or a file in it, changed a moment ago: somebody may still be copying it."""
    try:
        newest = max([folder.lstat().st_mtime, *(entry.lstat().st_mtime for entry in _entries(folder))])
    except OSError:
        return False
    return now.timestamp() - newest < QUIET.total_seconds()


def _entries(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() and not folder.is_symlink() else iter(())


def _unused(path: Path) -> Path:
    number, candidate = 1, path
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}.{number}")
    return candidate


def account_name(uid: int) -> str:
    """The operating-system account of a user id; the number itself where the system has no name for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
