"""Makes a backup of the database and the media, and proves it before it counts as one.

The secret key is never part of it: a thief of backups reads no credentials. Nothing here deletes a backup.
"""

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from socialpub import crash
from socialpub.records.durable import Damaged, place, sha256_of, sync
from socialpub.records.locks import alone
from socialpub.records.manifest import DATABASE, MEDIA, Backup, name_of, write_manifest
from socialpub.records.proof import Proof, prove
from socialpub.records.refusal import RecordsError, reason
from socialpub.records.rehash import rehash
from socialpub.records.shelves import Shelved, at, shelved_under
from socialpub.records.taken import taken_now
from socialpub.store.database import Database


def backup(db: Database, spool: Path, to: Path, now: datetime) -> Backup:
    """One more backup in a folder of its own under `to`, proved and on the disk. Raises RecordsError.

    The daemon may go on: the copy is of one moment. Media are linked (same disk) or copied once, by hash.
    """
    if not db.is_sqlite:
        raise RecordsError(
            "this database is a PostgreSQL, which brings better tools of its own: back it up with "
            "`pg_dump --format=custom`, and copy media/ afterwards; see docs/records.md, PostgreSQL [SP084]"
        )
    import pysqlite3.dbapi2 as sqlite

    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(to / ".lock", f"{to}: another backup is being made there; let it end [SP085]"):
            return _make(db, spool, to, now)
    except (OSError, sqlite.Error, SQLAlchemyError) as error:
        raise RecordsError(
            f"{to}: the backup could not be written: {reason(error)}. Older backups are as they were; "
            "make room or mend the disk, then run `socialpub backup` again [SP086]"
        ) from error


def _make(db: Database, spool: Path, to: Path, now: datetime) -> Backup:
    _sweep(to)
    final = to / name_of(now)
    if final.exists():
        raise RecordsError(f"{final}: there is a backup of this very second; wait one, then run it again [SP085]")
    part = to / f".part-{final.name}"
    part.mkdir(mode=0o700)
    try:
        made = _fill(db, spool, part, final, now)
        crash.point("backup.rename.before")
        part.replace(final)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    sync(to)
    crash.point("backup.rename.after")
    return made


def _fill(db: Database, spool: Path, part: Path, final: Path, now: datetime) -> Backup:
    taken = taken_now(spool)
    crash.point("backup.copy.before")
    _copy_database(db, part / DATABASE)
    crash.point("backup.copy.after")
    proof = prove(part / DATABASE)
    # After the database: a file is on the shelf before a row names it.
    media, troubles = _keep_media(spool / MEDIA, final.parent / MEDIA)
    troubles += rehash(spool, final.parent, media)
    troubles += _missing(proof, media)
    made = Backup(
        folder=final,
        at=now,
        schema=proof.schema,
        events=proof.events,
        head=proof.head,
        epoch=proof.epoch,
        sha256=sha256_of(part / DATABASE),
        media=tuple(media),
        taken=taken,
        troubles=tuple(troubles),
    )
    write_manifest(made, part)
    sync(part)
    return made


def _copy_database(db: Database, to: Path) -> None:
    with closing(db.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert connection is not None  # noqa: S101  what a pool gives
        connection.execute("PRAGMA query_only=OFF").close()  # whoever used it last may only have read
        connection.execute("VACUUM INTO ?", (str(to),)).close()
    to.chmod(0o600)
    sync(to)


def _keep_media(source: Path, to: Path) -> tuple[list[Shelved], list[str]]:
    """Every file on the shelf that the backups have not yet; what is kept now, and what could not be."""
    kept: list[Shelved] = []
    troubles: list[str] = []
    for shelved in shelved_under(source):
        try:
            if not at(to, shelved).is_file():
                place(at(source, shelved), at(to, shelved), shelved[1], link=True)
            kept.append(shelved)
        except (Damaged, FileNotFoundError) as error:
            troubles.append(str(error))
    return kept, troubles


def _missing(proof: Proof, media: list[Shelved]) -> list[str]:
    return [f"media/{room}: {sha256} is gone from the spool" for room, sha256 in sorted(proof.media - set(media))]


def _sweep(to: Path) -> None:
    """What a crash left half made, or half removed. We hold the lock, so it is nobody's."""
    for path in [*to.glob(".part-*"), *to.glob(".expired-*")]:
        shutil.rmtree(path)
