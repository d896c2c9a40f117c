"""Empties the drop folder. What can be read becomes a story and goes to taken/; what cannot goes to corrupt/
with the reason beside it, and its sender is told. Nothing is deleted here (`spent` does that, much later, with
what is safe elsewhere), and a repeat is harmless.
"""

import errno
import logging
import os
import pwd
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from socialpub import crash
from socialpub.desk import people
from socialpub.desk.declined import Declined
from socialpub.desk.submit import Submitted, submit
from socialpub.intake import telling
from socialpub.intake.folder import document_of, keep_files
from socialpub.intake.opened import NotTaken, OpenFolder, opened
from socialpub.intake.still import SETTLES, Picture, Stillness, picture_of
from socialpub.intake.telling import Sender
from socialpub.media.shelf import Shelf
from socialpub.model.people import Actor
from socialpub.model.words import plain
from socialpub.store.database import Database
from socialpub.store.out_before import AGAIN

log = logging.getLogger(__name__)

#: Trouble of this machine, not of what was sent: the folder waits until it is mended.
_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS})
#: Bytes; what is added to a name must fit into the 255 that a file system takes.
_LONGEST_NAME = 200

#: The name that a folder has in taken/, from which a restore moves it back: the story that it was, and its own name.
_READ_AGAIN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-")

#: What cannot be read may still be arriving; it is refused when nothing changed for this long.
QUIET = timedelta(seconds=60)


class Inbox:
    """The folders of one spool. `look` may be called as often as one likes."""

    def __init__(self, spool: Path, db: Database, shelf: Shelf, settles: timedelta = SETTLES) -> None:
        self.spool, self.db, self.shelf = spool, db, shelf
        self.stillness = Stillness(settles)
        self._stuck: set[tuple[int, int]] = set()  # told once; it could not be moved

    def look(self) -> int:
        """Take every folder that has arrived and is still; gives how many became stories."""
        stories, troubles = 0, []
        folders = list(self._arrived())
        self.stillness.forget_all_but(set(folders))
        for folder in folders:
            try:
                stories += self._take(folder)
            except Exception as error:  # our own trouble: the folder stays, and no other waits for it
                log.exception("inbox: %r cannot be taken now", folder.name)
                troubles.append(error)
        if troubles:
            raise troubles[0]
        return stories

    def _arrived(self) -> Iterator[Path]:
        with os.scandir(self.spool / "inbox") as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            folder = self.spool / "inbox" / name
            if not name.startswith(".") and not (self._stuck and _which(folder) in self._stuck):
                yield folder

    def _take(self, path: Path) -> bool:
        picture = picture_of(path)
        if not self.stillness.still(path, picture, self.db.clock()):
            return False
        crash.point("inbox.take.before")
        folder = _Arrived(path, picture)
        try:
            folder.sender = self._sender(path.lstat().st_uid)
            with opened(path) as held:
                done = self._read(folder, held)
        except (NotTaken, Declined) as refusal:
            self._refuse(folder, str(refusal))
            return False
        except OSError as error:
            if error.errno in _OURS:
                raise
            if os.path.lexists(path):  # else another daemon on this spool took it
                self._refuse(folder, f"it cannot be read: {error.strerror or error}")
            return False
        if done is None:
            return False
        crash.point("inbox.submit.after")
        if done.repeated:
            telling.repeated(self.db, folder.sender, path.name, done.story)
        self._move(folder, self.spool / "taken", f"{done.story}-{path.name}")
        crash.point("inbox.take.after")
        return True

    def _read(self, folder: "_Arrived", held: OpenFolder) -> Submitted | None:
        """Its story; None when it changed meanwhile, or another took its place: the next look sees what is there."""
        folder.sender = self._sender(held.owner)
        document = document_of(held)
        by = self._submitter(folder.sender, document.by)  # before its files are kept: nobody's photos are not
        folder.sender = replace(folder.sender, person=by.name, speaks_for_others=False)
        files = keep_files(held, document, self.shelf)
        crash.point("inbox.submit.before")
        if _which(folder.path) != held.which or picture_of(folder.path) != folder.picture:
            return None
        return submit(self.db, by, document, files, AGAIN if _READ_AGAIN.match(folder.path.name) else "inbox")

    def _sender(self, uid: int) -> Sender:
        account = account_name(uid)
        with self.db.reading() as session:
            owner = people.person_of_account(session, account)
            return Sender(account, owner.name, owner.trusted) if owner else Sender(account)

    def _submitter(self, sender: Sender, by: str | None) -> Actor:
        """The owner of the files; `by` counts only where an administrator trusts that account to say so."""
        with self.db.reading() as session:
            owner = people.person_of_account(session, sender.account)
            if owner is None:
                raise NotTaken(
                    f'the folder belongs to the account "{sender.account}", which is nobody here; '
                    "an administrator adds people with `socialpub user add`"
                )
            if by is None or by == owner.name:
                return people.actor(owner, f"inbox:{sender.account}")
            if not owner.trusted:
                raise NotTaken(f'"by" names {by}, but {owner.name} may only send stories of their own')
            return self._named(session, by, sender.account)

    def _named(self, session: Session, by: str, account: str) -> Actor:
        person = people.person_named(session, by)
        if person is None:
            raise NotTaken(f'"by" names {by}, who is nobody here')
        return people.actor(person, f"inbox:{account}")

    def _refuse(self, folder: "_Arrived", reason: str) -> None:
        now = self.db.clock()
        if _may_be_arriving(folder.path, now):
            return
        words = plain(reason)
        # Before it is moved: a crash in between tells twice, never not at all.
        telling.refused(self.db, folder.sender, folder.path.name, words)
        target = self._move(folder, self.spool / "corrupt", f"{now:%Y%m%dT%H%M%SZ}-{folder.path.name}")
        if target is not None:
            target.with_name(target.name + ".reason.txt").write_text(words + "\n", "utf-8", "replace")
            log.warning("inbox: %r was refused: %s", folder.path.name, words)

    def _move(self, folder: "_Arrived", into: Path, name: str) -> Path | None:
        target = _unused(into / os.fsdecode(os.fsencode(name)[:_LONGEST_NAME]))
        try:
            folder.path.rename(target)
        except FileNotFoundError:  # another daemon on this spool was faster
            return None
        except OSError as error:
            self._stuck.add(_which(folder.path))
            log.error(
                "inbox: %r cannot be moved to %s: %s; move it by hand", folder.path.name, into.name, error.strerror
            )
            telling.stuck(self.db, folder.sender, folder.path.name, error.strerror or str(error))
            return None
        return target


@dataclass(slots=True)
class _Arrived:
    path: Path
    picture: Picture  # as it was before anything of it was read
    sender: Sender = field(default_factory=Sender)  # better known once its document was read


def _may_be_arriving(folder: Path, now: datetime) -> bool:
    """Whether it, or a file in it, changed a moment ago: somebody may still be copying it."""
    try:
        newest = max([folder.lstat().st_mtime, *(entry.lstat().st_mtime for entry in _entries(folder))])
    except OSError:
        return False
    # A file server's clock may be a little ahead; one that is far ahead may not keep a folder waiting for ever.
    return abs(now.timestamp() - newest) < QUIET.total_seconds()


def _entries(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() and not folder.is_symlink() else iter(())


def _which(folder: Path) -> tuple[int, int]:
    """This very folder, and no later one of the same name."""
    found = folder.lstat() if os.path.lexists(folder) else None
    return (found.st_dev, found.st_ino) if found else (0, 0)


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
