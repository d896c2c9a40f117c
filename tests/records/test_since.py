"""A restore gives nobody back what was taken from them after the backup, and no two lives the same number."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from socialpub.model.people import Role
from socialpub.records.aside import in_place
from socialpub.records.backup import backup
from socialpub.records.manifest import Backup
from socialpub.records.restore import Restored, restore
from socialpub.records.since import look
from socialpub.records.standdown import UNREAD, begin_new_life
from socialpub.store.claims import current_epoch
from socialpub.store.database import Database, open_database
from socialpub.store.schema import Channel, Event, Notice, User
from tests.records.made_up import ADMINISTRATOR, START, add_channel

NIGHT = START + timedelta(hours=12)


def add(db: Database, name: str, *roles: Role) -> None:
    with db.transaction() as tx:
        tx.session.add(User(name=name, roles=sorted(roles), added_at=tx.now))


def person(db: Database, name: str) -> User:
    with db.reading() as session:
        return session.query(User).filter_by(name=name).one()


def disable(db: Database, name: str) -> None:
    with db.transaction() as tx:
        tx.session.query(User).filter_by(name=name).one().disabled_at = tx.now


def give(db: Database, name: str, *roles: Role) -> None:
    with db.transaction() as tx:
        tx.session.query(User).filter_by(name=name).one().roles = sorted(roles)


@pytest.fixture
def before(db: Database, spool: Path) -> Backup:
    """A backup that knows an administrator, a PIO, and a channel."""
    add(db, "ada", Role.ADMINISTRATOR)
    add(db, "pia", Role.PIO, Role.COMMANDER)
    add_channel(db)
    return backup(db, spool, spool / "backup", START)


def put_back(db: Database, from_: Backup, spool: Path) -> Restored:
    db.close()
    return restore(from_.folder, spool, NIGHT, ADMINISTRATOR, replace=True)


@contextmanager
def opened(spool: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{spool / 'socialpub.db'}", lambda: NIGHT)
    try:
        yield database
    finally:
        database.close()


def verbs(db: Database, name: str) -> list[str]:
    with db.reading() as session:
        return [event.verb for event in session.query(Event).filter_by(subject_id=name).order_by(Event.number)]


def test_who_was_disabled_after_the_backup_stays_disabled_and_the_records_say_why(
    db: Database, spool: Path, before: Backup
) -> None:
    disable(db, "pia")
    restored = put_back(db, before, spool)
    assert restored.life.people == ("pia was disabled after the backup, and is again",)
    with opened(spool) as after:
        assert person(after, "pia").disabled_at == NIGHT
        assert verbs(after, "pia") == ["disable"]
        with after.reading() as session:
            assert all("pia was disabled" in notice.body for notice in session.query(Notice))


def test_a_change_that_is_still_in_the_wal_is_seen(db: Database, spool: Path, before: Backup) -> None:
    disable(db, "pia")
    assert (spool / "socialpub.db-wal").stat().st_size > 0  # the database is open: it was not folded in
    restored = restore(before.folder, spool, NIGHT, ADMINISTRATOR, replace=True)
    assert "pia was disabled" in restored.life.people[0]


def test_a_role_that_was_taken_away_is_not_given_back_and_one_that_was_given_is_not_kept(
    db: Database, spool: Path, before: Backup
) -> None:
    give(db, "pia", Role.COMMANDER, Role.AUDITOR)
    restored = put_back(db, before, spool)
    assert restored.life.people == ("pia was pio until after the backup, and is no more",)
    with opened(spool) as after:
        assert person(after, "pia").roles == ["commander"]
        assert verbs(after, "pia") == ["roles"]


def test_a_channel_that_was_removed_stays_removed(db: Database, spool: Path, before: Backup) -> None:
    with db.transaction() as tx:
        channel = tx.session.query(Channel).one()
        channel.removed_at = tx.now
        name = channel.id
    restored = put_back(db, before, spool)
    assert "the channel town-square was removed after the backup" in restored.life.people[0]
    with opened(spool) as after:
        assert verbs(after, name) == ["add", "remove"]
        with after.reading() as session:
            assert session.query(Channel).one().removed_at == NIGHT


def test_the_only_administrator_of_a_backup_keeps_access_and_it_is_said(
    db: Database, spool: Path, before: Backup
) -> None:
    add(db, "bea", Role.ADMINISTRATOR)
    disable(db, "ada")
    kept, new = put_back(db, before, spool).life.people
    assert "ada is no administrator any more, but this backup knows nobody who still is, so ada stays one" in kept
    assert "not in it: bea; `socialpub user add`" in new
    with opened(spool) as after:
        assert person(after, "ada").disabled_at is None


def test_who_must_stay_an_administrator_comes_back_with_nothing_else(db: Database, spool: Path) -> None:
    add(db, "ada", Role.ADMINISTRATOR, Role.PIO, Role.REVIEWER)
    add(db, "zoe", Role.ADMINISTRATOR, Role.COMMANDER)
    made = backup(db, spool, spool / "backup", START)
    disable(db, "ada")
    give(db, "zoe", Role.COMMANDER)
    fewer, *stay = put_back(db, made, spool).life.people
    assert fewer == "ada was pio and reviewer until after the backup, and is no more"
    assert [line.split(" is no")[0] for line in stay] == ["ada", "zoe"]
    assert not any("only one" in line for line in stay)
    with opened(spool) as after:
        assert person(after, "ada").roles == ["administrator"]
        assert person(after, "zoe").roles == ["administrator", "commander"]
        assert person(after, "ada").disabled_at is None
        assert verbs(after, "ada") == ["roles"]
        assert verbs(after, "zoe") == []


class Died(BaseException):
    """As a kill does it: nothing is tidied up."""


def die_at(db: Database, from_: Backup, spool: Path, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(name: str) -> None:
        if name == point:
            raise Died

    monkeypatch.setattr("socialpub.crash.point", dying)
    with pytest.raises(Died):
        put_back(db, from_, spool)
    monkeypatch.undo()


@pytest.mark.parametrize("point", ["restore.aside.before", "restore.aside.after", "restore.switch.before"])
def test_a_restore_that_died_forgets_neither_who_was_disabled_nor_the_lifes_number(
    db: Database, spool: Path, before: Backup, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert put_back(db, before, spool).life.epoch == 2
    with opened(spool) as second:
        disable(second, "pia")
    die_at(db, before, spool, point, monkeypatch)
    life = put_back(db, before, spool).life
    assert life.people == ("pia was disabled after the backup, and is again",)
    assert life.epoch == 3


def test_what_was_put_aside_before_the_backup_was_made_says_nothing_about_it(
    db: Database, spool: Path, before: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    disable(db, "pia")
    die_at(db, before, spool, "restore.switch.before", monkeypatch)
    (aside,) = (spool / "replaced").iterdir()
    aside.rename(aside.with_name("20261119T000000Z"))
    assert put_back(db, before, spool).life.people == (UNREAD,)


def test_of_several_that_were_put_aside_the_newest_is_looked_at(spool: Path) -> None:
    names = ["20261121T030000Z", "20261121T030000Z-2", "20261121T030000Z-10", "20261120T150000Z-3", "mine", "2026TZ"]
    for name in names:
        (spool / "replaced" / name).mkdir(parents=True)
        (spool / "replaced" / name / "socialpub.db").touch()
    (spool / "replaced" / "20261122T030000Z").mkdir()  # of it only a WAL was put aside
    (spool / "socialpub.db").unlink(missing_ok=True)
    assert in_place(spool, START).parent.name == "20261121T030000Z-10"
    (spool / "socialpub.db").touch()
    assert in_place(spool, START) == spool / "socialpub.db"


def test_what_did_not_change_is_not_spoken_of(db: Database, spool: Path, before: Backup) -> None:
    assert put_back(db, before, spool).life.people == ()


def test_channels_that_were_added_since_are_named(db: Database, spool: Path, before: Backup) -> None:
    add_channel(db, "new-square")
    assert put_back(db, before, spool).life.people == (
        "added after the backup, so not in it: new-square; `socialpub channel add`, if still right",
    )


@pytest.mark.parametrize("bytes_", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_where_the_replaced_database_cannot_be_read_people_are_asked_to_look(
    db: Database, spool: Path, before: Backup, bytes_: bytes
) -> None:
    db.close()
    (spool / "socialpub.db").write_bytes(bytes_)
    restored = restore(before.folder, spool, NIGHT, ADMINISTRATOR, replace=True)
    assert restored.life.people == (UNREAD,)
    assert restored.replaced is not None
    assert (restored.replaced / "socialpub.db").read_bytes() == bytes_


def test_on_a_new_machine_and_after_other_tools_people_are_asked_to_look(
    db: Database, before: Backup, tmp_path: Path
) -> None:
    assert restore(before.folder, tmp_path / "fresh", NIGHT, ADMINISTRATOR).life.people == (UNREAD,)
    assert begin_new_life(db, START, ADMINISTRATOR).people == (UNREAD,)


def test_looking_changes_no_byte(db: Database, spool: Path) -> None:
    add(db, "ada", Role.ADMINISTRATOR)
    files = [spool / "socialpub.db", spool / "socialpub.db-wal"]
    bytes_ = [path.read_bytes() for path in files]
    assert look(files[0]) is not None
    assert [path.read_bytes() for path in files] == bytes_


def test_one_backup_restored_three_times_begins_three_lives(db: Database, spool: Path, before: Backup) -> None:
    assert [put_back(db, before, spool).life.epoch for _ in range(3)] == [2, 3, 4]


def test_a_database_that_cannot_be_opened_after_the_switch_does_not_undo_the_restore(
    db: Database, spool: Path, before: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> str:
        raise OperationalError("SELECT agencies.name FROM agencies", {}, Exception("database is locked"))

    monkeypatch.setattr("socialpub.records.restore.note_head", busy)
    restored = put_back(db, before, spool)
    assert restored.troubles == ("audit-heads.log: the new head could not be noted: database is locked",)
    with opened(spool) as after, after.reading() as session:
        assert current_epoch(session) == 2
