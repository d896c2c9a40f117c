"""Puts a backup in place: proved first, told to stand down, and only then given its name. It re-sends nothing.

The daemon must not be running. An older database is kept aside; nothing is ever deleted.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from socialpub import crash
from socialpub.model.people import Actor
from socialpub.records.aside import in_place, switch
from socialpub.records.durable import Damaged, copy_new, place, sha256_of, sync
from socialpub.records.heads import LOG, contradictions, note_head, read_heads
from socialpub.records.locks import alone
from socialpub.records.manifest import DATABASE, MEDIA, Backup, read_backup
from socialpub.records.proof import prove
from socialpub.records.refusal import RecordsError, reason
from socialpub.records.shelves import Shelved, at
from socialpub.records.since import look
from socialpub.records.standdown import NewLife, begin_new_life
from socialpub.records.taken import read_again
from socialpub.store.database import Database, open_database
from socialpub.store.upgrade import upgrade

#: Where the copy is prepared; a crash may leave it, the next restore starts it afresh.
PREPARED = ".restoring.db"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place. `replaced`: where the older database is kept. `read_again`: folders in the inbox."""

    made_at: datetime
    life: NewLife
    read_again: tuple[str, ...]
    replaced: Path | None
    troubles: tuple[str, ...]


def restore(
    backup: Path, spool: Path, now: datetime, by: Actor, *, replace: bool = False, incomplete: bool = False
) -> Restored:
    """Put the backup in the folder `backup` in place of the spool's database. Raises RecordsError.

    `replace`: there may be a database, it is moved to `replaced/`. `incomplete`: go on without missing media.
    """
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    busy = f"{spool}: the daemon is running; stop it first (systemctl stop socialpub) [SP087]"
    with alone(spool / "daemon.lock", busy):
        if (spool / DATABASE).exists() and not replace:
            raise RecordsError(
                f"{spool / DATABASE}: there is a database already. To put the backup in its place and keep it "
                "aside, run `socialpub restore --replace` [SP088]"
            )
        try:
            return _restore(read_backup(backup), spool, now, by, incomplete=incomplete)
        except (OSError, SQLAlchemyError) as error:
            raise RecordsError(
                f"{spool}: the backup could not be put in place: {reason(error)}. The database that was there is in "
                "its place, or whole in replaced/; make room or mend the disk, then restore again [SP089]"
            ) from error
        finally:
            _clear(spool / PREPARED)


def _restore(backup: Backup, spool: Path, now: datetime, by: Actor, *, incomplete: bool) -> Restored:
    prepared = spool / PREPARED
    _clear(prepared)
    _copy_proved(backup, prepared)
    troubles = _media_back(backup, spool / MEDIA)
    if troubles and not incomplete:
        raise RecordsError(
            f"{len(troubles)} media files of this backup are missing, the first: {troubles[0]}. Put the folder "
            f"{backup.folder.parent / MEDIA} beside the backup, or go on without them with `--incomplete` [SP083]"
        )
    life = _prepare(prepared, spool, backup, now, by)
    # Before the switch: to read a folder twice is harmless, to forget one is not.
    again = read_again(spool, backup.taken)
    replaced = switch(prepared, spool, now)
    _note(spool, now, backup, troubles)
    return Restored(backup.at, life, again, replaced, tuple(troubles))


def _copy_proved(backup: Backup, prepared: Path) -> None:
    """A copy in the spool, proved to be the one that was made, page by page and event by event."""
    if copy_new(backup.folder / DATABASE, prepared) != backup.sha256:
        raise RecordsError(f"{backup.folder / DATABASE}: it changed while it was read; mend the disk first [SP080]")
    proof = prove(prepared)
    if (proof.events, proof.head) != (backup.events, backup.head):
        raise RecordsError(
            f"{backup.folder}: its manifest speaks of {backup.events} events, its database holds {proof.events} or "
            "others. Keep it as it is, tell the auditor, and use an older backup [SP081]"
        )


def _media_back(backup: Backup, to: Path) -> list[str]:
    troubles = []
    for shelved in backup.media:
        try:
            _file_back(at(backup.folder.parent / MEDIA, shelved), at(to, shelved), shelved)
        except (Damaged, FileNotFoundError):
            troubles.append(f"media/{shelved[0]}: {shelved[1]}")
    return troubles


def _file_back(source: Path, to: Path, shelved: Shelved) -> None:
    """Bytes by hash can only be right or wrong: what is right stays, what is wrong or gone is copied again."""
    if not to.is_file() or sha256_of(to) != shelved[1]:
        place(source, to, shelved[1], link=False)


def _prepare(prepared: Path, spool: Path, backup: Backup, now: datetime, by: Actor) -> NewLife:
    """The stand-down is inside before the database has its name: no moment exists in which it could send."""
    crash.point("restore.prepare.before")
    db = open_database(f"sqlite:///{prepared}", lambda: now)
    try:
        upgrade(db.engine)
        _refuse_contradiction(db, spool, backup)
        life = begin_new_life(db, backup.at, by, look(in_place(spool, backup.at)))
        _fold_in(db)
    finally:
        db.close()
    sync(prepared)
    crash.point("restore.prepare.after")
    return life


def _refuse_contradiction(db: Database, spool: Path, backup: Backup) -> None:
    """A head noted while this chain grew must be in it, or the backup was rewritten afterwards."""
    heads, _ = read_heads(spool)
    with Session(db.engine) as session:
        wrong = [head for head in contradictions(session, heads) if head.events <= backup.events]
    if wrong:
        raise RecordsError(
            f"{backup.folder}: {LOG} noted another hash for event {wrong[0].events} on {wrong[0].at:%Y-%m-%d}: this "
            "backup is of another history, or was rewritten. Tell the auditor. If it is meant, move "
            f"{spool / LOG} away, keep it, and restore again [SP081]"
        )


def _fold_in(db: Database) -> None:
    """Everything into the one file, which is about to be renamed without its WAL. Closing would do it too, but
    would say nothing when the disk is full.
    """
    with closing(db.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert connection is not None  # noqa: S101  what a pool gives
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise OSError(f"{db.engine.url.database}: somebody has the copy open; nothing but a restore may")


def _note(spool: Path, now: datetime, backup: Backup, troubles: list[str]) -> None:
    """The new head, for verifying later. The restore stands, even if this cannot be written."""
    try:
        with closing(open_database(f"sqlite:///{spool / DATABASE}", lambda: now)) as db:
            note_head(db, spool, f"restored from the backup of {backup.at:%Y-%m-%d %H:%M} UTC")
    except (OSError, SQLAlchemyError) as error:
        troubles.append(f"{LOG}: the new head could not be noted: {reason(error)}")


def _clear(prepared: Path) -> None:
    for path in (prepared, Path(f"{prepared}-wal"), Path(f"{prepared}-shm")):
        path.unlink(missing_ok=True)
