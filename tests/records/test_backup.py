"""A backup is proved before it counts, holds every file by hash, and never the key."""

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.records import backup as backup_module
from socialpub.records.backup import backup
from socialpub.records.manifest import newest_verified, read_backup
from socialpub.records.refusal import RecordsError
from socialpub.store.database import Database
from socialpub.store.upgrade import HEAD
from tests.records.made_up import (
    CANARY,
    ORIGINAL,
    RELEASE,
    RENDITION,
    START,
    SetClock,
    add_channel,
    add_story,
    sha,
    shelve,
)

LATER = START + timedelta(hours=1)


def every_byte(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_backup_says_when_it_was_made_and_where_the_chain_stood(db: Database, spool: Path, tmp_path: Path) -> None:
    add_story(db)
    made = backup(db, spool, tmp_path / "backup", START)
    assert made.folder == tmp_path / "backup" / "20261120T150000Z"
    assert (made.at, made.events, made.epoch, made.schema, made.troubles) == (START, 1, 1, HEAD, ())
    assert read_backup(made.folder) == made


def test_the_copy_holds_what_was_committed_and_opens_by_itself(db: Database, spool: Path, tmp_path: Path) -> None:
    story = add_story(db)
    made = backup(db, spool, tmp_path / "backup", START)
    assert sorted(path.name for path in made.folder.iterdir()) == ["manifest.json", "socialpub.db"]
    copy = sqlite3.connect(f"file:{made.folder / 'socialpub.db'}?mode=ro&immutable=1", uri=True)
    assert copy.execute("SELECT id FROM stories").fetchall() == [(story,)]
    copy.close()


def test_media_lie_beside_the_backups_once_by_hash(db: Database, spool: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    first = backup(db, spool, to, START)
    second = backup(db, spool, to, LATER)
    assert set(first.media) == {
        ("originals", sha(ORIGINAL)),
        ("evidence", sha(RELEASE)),
        ("renditions", sha(RENDITION)),
    }
    assert first.media == second.media
    kept = to / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)
    assert kept.read_bytes() == ORIGINAL
    assert kept.stat().st_ino == (spool / kept.relative_to(to)).stat().st_ino  # a link, on the same disk


def test_where_links_cannot_be_made_media_are_copied(
    db: Database, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refuse)
    made = backup(db, spool, tmp_path / "backup", START)
    kept = tmp_path / "backup" / "media" / "evidence" / sha(RELEASE)[:2] / sha(RELEASE)
    assert (kept.read_bytes(), len(made.media), made.troubles) == (RELEASE, 3, ())


def test_a_file_whose_bytes_have_changed_is_not_taken_for_the_one_that_was_kept(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    add_story(db)
    path = shelve(spool, "originals", b"another photo")
    path.chmod(0o600)
    path.write_bytes(b"changed")
    made = backup(db, spool, tmp_path / "backup", START)
    assert len(made.troubles) == 1
    assert "does not hold the bytes of its hash" in made.troubles[0]
    assert not (tmp_path / "backup" / "media" / path.relative_to(spool / "media")).exists()


def test_a_file_that_the_records_name_and_nobody_has_is_a_trouble_and_the_backup_goes_on(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    add_story(db)
    shutil.rmtree(spool / "media" / "evidence")
    made = backup(db, spool, tmp_path / "backup", START)
    assert made.troubles == (f"media/evidence: {sha(RELEASE)} is gone from the spool",)
    assert read_backup(made.folder).troubles == made.troubles


def test_half_copies_links_and_strangers_on_the_shelf_are_passed_over(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    (spool / "media" / "originals" / ".part-1").write_bytes(b"half")
    (spool / "media" / "originals" / "ab").mkdir()
    (spool / "media" / "originals" / "ab" / "notes.txt").write_bytes(b"stranger")
    (spool / "media" / "originals" / "ab" / ("ab" * 32)).symlink_to(spool / "secret.key")
    assert len(backup(db, spool, tmp_path / "backup", START).media) == 3


def test_neither_the_key_nor_a_credential_in_the_clear_is_in_a_backup(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    from socialpub.store.schema import Secret
    from socialpub.store.vault import Vault

    channel = add_channel(db)
    with db.transaction() as tx:
        sealed = Vault(b"k" * 32).seal(channel, {"token": CANARY.decode()})
        tx.session.get_one(Secret, channel).sealed = sealed
    made = backup(db, spool, tmp_path / "backup", START)
    written = every_byte(tmp_path / "backup")
    assert sealed in written  # without it a restore would have to connect every channel again
    assert CANARY not in written
    assert b"canary-key-b64-material" not in written
    assert made.folder.stat().st_mode & 0o077 == 0


def test_what_was_accepted_is_listed_with_its_backup(db: Database, spool: Path, tmp_path: Path) -> None:
    (spool / "taken" / "bike").mkdir()
    (spool / "taken" / ".half").mkdir()
    assert [name for name, _ in backup(db, spool, tmp_path / "backup", START).taken] == ["bike"]


def test_a_backup_is_made_while_others_write(db: Database, spool: Path, tmp_path: Path) -> None:
    add_story(db)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            add_channel(db, f"channel-{number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(db, spool, tmp_path / "backup", START + timedelta(hours=n)) for n in range(3)]
    finally:
        stop.set()
        writer.join()
    assert [read_backup(each.folder).events for each in made] == sorted(each.events for each in made)


def test_a_chain_that_does_not_verify_is_no_backup(db: Database, spool: Path, tmp_path: Path) -> None:
    add_story(db)
    good = backup(db, spool, tmp_path / "backup", START)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_no_update")
        connection.exec_driver_sql("UPDATE events SET actor = 'nobody'")
    with pytest.raises(RecordsError, match="event 1 was altered"):
        backup(db, spool, tmp_path / "backup", LATER)
    assert newest_verified(tmp_path / "backup") == good
    assert [path.name for path in (tmp_path / "backup").glob(".part-*")] == []


def test_a_full_disk_leaves_the_older_backups_and_no_half_one(
    db: Database, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = backup(db, spool, tmp_path / "backup", START)

    def full(*_args: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup_module, "write_manifest", full)
    with pytest.raises(RecordsError, match=r"No space left.*make room"):
        backup(db, spool, tmp_path / "backup", LATER)
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == [".lock", good.folder.name, "media"]


def test_a_rename_that_fails_leaves_no_half_backup(
    db: Database, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "backup" / "media").mkdir(parents=True)

    def refuse(*_args: object) -> Path:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(RecordsError, match="Input/output error"):
        backup(db, spool, tmp_path / "backup", START)
    assert newest_verified(tmp_path / "backup") is None
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == [".lock", "media"]


def test_two_backups_at_once_do_not_meet(db: Database, spool: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with (tmp_path / "backup" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RecordsError, match="another backup is being made"):
            backup(db, spool, tmp_path / "backup", START)


def test_a_second_backup_in_the_same_second_is_declined(db: Database, spool: Path, tmp_path: Path) -> None:
    backup(db, spool, tmp_path / "backup", START)
    with pytest.raises(RecordsError, match="of this very second"):
        backup(db, spool, tmp_path / "backup", START)


def test_the_newest_verified_passes_over_what_was_damaged_since(
    db: Database, spool: Path, tmp_path: Path, clock: SetClock
) -> None:
    to = tmp_path / "backup"
    good, bad, worse = (backup(db, spool, to, START + timedelta(hours=n)) for n in range(3))
    with (bad.folder / "socialpub.db").open("r+b") as file:
        file.truncate(4096)
    (worse.folder / "manifest.json").write_text("{", "ascii")
    assert newest_verified(to) == good


def test_no_backups_no_newest(tmp_path: Path) -> None:
    (tmp_path / "20261120T150000Z").mkdir()
    (tmp_path / "holiday photos").mkdir()
    assert newest_verified(tmp_path) is None
    assert newest_verified(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"form": "something-else"},
        {"at": "2026-11-20T15:00:00"},
        {"media": [["originals", "../../etc/passwd"]]},
        {"media": [["..", "a" * 64]]},
        {"events": None},
        {"taken": "all of them"},
        {"database": []},
    ],
)
def test_a_manifest_is_not_believed(db: Database, spool: Path, tmp_path: Path, spoilt: dict[str, object]) -> None:
    made = backup(db, spool, tmp_path / "backup", START)
    manifest = made.folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | spoilt), "utf-8")
    with pytest.raises(RecordsError, match="manifest"):
        read_backup(made.folder)


def test_a_postgresql_is_told_about_its_own_tools(spool: Path, tmp_path: Path, clock: SetClock) -> None:
    from sqlalchemy import create_engine

    elsewhere = Database(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"), clock)
    with pytest.raises(RecordsError, match=r"pg_dump --format=custom.*docs/records.md"):
        backup(elsewhere, spool, tmp_path / "backup", START)
    assert not (tmp_path / "backup").exists()
