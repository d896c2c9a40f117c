"""Media that were kept are read again, some each time: bytes that changed under their name are told."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.records import durable, rehash
from socialpub.records.backup import backup
from socialpub.records.shelves import Shelved, at, shelved_under
from socialpub.store.database import Database
from tests.records.made_up import ORIGINAL, START, sha, shelve

PHOTO: Shelved = ("originals", sha(ORIGINAL))


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on two disks."""
    monkeypatch.setattr(durable, "_linked", lambda *_: False)


def spoil(path: Path) -> None:
    """Other bytes in the very same file, as a disk or a careless program writes them."""
    path.chmod(0o600)
    path.write_bytes(b"X" * path.stat().st_size)


def made(db: Database, spool: Path, hours: int) -> Sequence[str]:
    return backup(db, spool, spool / "backup", START + timedelta(hours=hours)).troubles


def test_damage_in_place_hits_both_names_of_one_file_and_is_told(db: Database, spool: Path) -> None:
    assert made(db, spool, 0) == ()
    spoil(at(spool / "media", PHOTO))
    [trouble] = made(db, spool, 1)
    assert trouble == (
        f"media/originals: {PHOTO[1]} is damaged, in the spool and in the backups: bring it back from a copy on "
        "another machine"
    )


def test_a_copy_damaged_in_the_backups_alone_is_copied_again_and_said(
    db: Database, spool: Path, no_links: None
) -> None:
    made(db, spool, 0)
    kept = at(spool / "backup" / "media", PHOTO)
    spoil(kept)
    [trouble] = made(db, spool, 1)
    assert "was damaged in the backups and was copied again" in trouble
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (ORIGINAL, 0o400)
    assert made(db, spool, 2) == ()


def test_a_photo_damaged_in_the_spool_alone_is_told_and_the_good_copy_stays(
    db: Database, spool: Path, no_links: None
) -> None:
    made(db, spool, 0)
    spoil(at(spool / "media", PHOTO))
    [trouble] = made(db, spool, 1)
    assert "is damaged in the spool and whole in the backups" in trouble
    assert at(spool / "backup" / "media", PHOTO).read_bytes() == ORIGINAL


def test_a_file_that_cannot_be_read_is_a_trouble_and_the_backup_is_made(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(db, spool, 0)

    def broken(path: Path) -> str:
        if path.name == PHOTO[1]:
            raise OSError(5, "Input/output error")
        return durable.sha256_of(path)

    monkeypatch.setattr(rehash, "sha256_of", broken)
    [trouble] = made(db, spool, 1)
    assert "cannot be read: [Errno 5] Input/output error" in trouble


def test_each_look_goes_on_where_the_last_one_ended_and_comes_around(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        shelve(spool, "originals", f"photo {number}".encode())
    made(db, spool, 0)
    kept = sorted(shelved_under(spool / "media"))
    (spool / "backup" / "media" / rehash.CURSOR).unlink()
    read: list[str] = []

    def promised(path: Path) -> str:
        read.append(path.name)
        return path.name

    monkeypatch.setattr(rehash, "sha256_of", promised)
    for _ in range(len(kept)):
        assert rehash.rehash(spool, spool / "backup", kept, least=1) == []
    assert read == [sha256 for _, sha256 in kept]
    rehash.rehash(spool, spool / "backup", kept, least=1)
    assert read[len(kept) :] == [kept[0][1]]


def test_a_look_with_room_for_everything_reads_everything_once(db: Database, spool: Path) -> None:
    made(db, spool, 0)
    kept = sorted(shelved_under(spool / "media"))
    (spool / "backup" / "media" / rehash.CURSOR).write_text("renditions zz", "ascii")
    for shelved in kept:
        spoil(at(spool / "media", shelved))
    assert len(rehash.rehash(spool, spool / "backup", kept)) == len(kept)


def test_whatever_stands_in_the_cursor_a_look_is_taken(db: Database, spool: Path) -> None:
    made(db, spool, 0)
    (spool / "backup" / "media" / rehash.CURSOR).write_bytes(b"\xff\x00 nonsense")
    spoil(at(spool / "media", PHOTO))
    assert len(made(db, spool, 1)) == 1


def test_an_empty_shelf_is_looked_at_in_vain(spool: Path, tmp_path: Path) -> None:
    assert rehash.rehash(spool, tmp_path, []) == []
