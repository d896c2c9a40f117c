"""A restored backup starts in stand-down and sends nothing again."""

import errno
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from socialpub.model.day import ALWAYS
from socialpub.model.states import DeliveryState as D
from socialpub.model.states import StoryState
from socialpub.records.backup import backup
from socialpub.records.heads import LOG, note_head, read_heads, verify
from socialpub.records.manifest import Backup
from socialpub.records.refusal import RecordsError
from socialpub.records.restore import Restored, restore
from socialpub.records.standdown import begin_new_life
from socialpub.store.claims import claim_due, current_epoch
from socialpub.store.database import Database, open_database
from socialpub.store.schema import Approval, Delivery, Event, Hold, Notice, Story
from tests.records.made_up import (
    ADMINISTRATOR,
    ORIGINAL,
    START,
    SetClock,
    add_channel,
    add_story,
    approve,
    deliver,
    dispatch,
    sha,
    states,
)
from tests.records.test_heads import cut

NIGHT = START + timedelta(hours=12)  # when somebody restores
SOON, TOMORROW = START + timedelta(hours=1), START + timedelta(days=1)


@contextmanager
def opened(spool: Path, now: datetime = NIGHT) -> Iterator[Database]:
    database = open_database(f"sqlite:///{spool / 'socialpub.db'}", lambda: now)
    try:
        yield database
    finally:
        database.close()


def planned(db: Database, due: datetime, state: D = D.SCHEDULED, channel: str = "") -> str:
    """A delivery of a story of its own, on a channel of its own."""
    story = add_story(db)
    where = add_channel(db, channel or f"channel-{story}")
    return dispatch(db, approve(db, story, where, due), due, state, "host-1" if state == D.SENDING else "")


def made(db: Database, spool: Path, at: datetime = START) -> Backup:
    return backup(db, spool, spool / "backup", at)


def put_back(db: Database, from_: Backup, spool: Path, now: datetime = NIGHT) -> Restored:
    db.close()
    return restore(from_.folder, spool, now, ADMINISTRATOR, replace=True)


def test_restore_drill_what_went_out_after_the_backup_is_not_sent_again(
    db: Database, spool: Path, clock: SetClock
) -> None:
    overdue, due, later = planned(db, START - timedelta(minutes=5)), planned(db, SOON), planned(db, TOMORROW)
    before = made(db, spool)
    clock.advance(hours=2)
    deliver(db, overdue)
    deliver(db, due)
    restored = put_back(db, before, spool)
    assert (restored.life.epoch, restored.life.asked, restored.life.planned) == (2, 3, 1)
    with opened(spool) as after:
        assert states(after) == {overdue: D.NEEDS_PERSON, due: D.NEEDS_PERSON, later: D.NEEDS_PERSON}
        with after.transaction() as tx:
            assert claim_due(tx, "daemon", ALWAYS, 10) == []
        release_everything(after)
        with after.transaction() as tx:
            assert claim_due(tx, "daemon", ALWAYS, 10) == []
    with opened(spool, TOMORROW) as next_day, next_day.transaction() as tx:
        assert claim_due(tx, "daemon", ALWAYS, 10) == []


def release_everything(db: Database) -> None:
    with db.transaction() as tx:
        for hold in tx.session.query(Hold):
            hold.released_at = tx.now


def test_everything_is_held_by_who_restored_with_the_reason(db: Database, spool: Path) -> None:
    put_back(db, made(db, spool), spool)
    with opened(spool) as after, after.reading() as session:
        hold = session.query(Hold).one()
        assert (hold.scope, hold.by, hold.released_at) == ("all", "ada", None)
        assert hold.because == "restored from the backup of 2026-11-20 15:00 UTC: check what went out since"
        assert current_epoch(session) == 2


@pytest.mark.parametrize("state", [D.SENDING, D.UNCONFIRMED])
def test_what_was_on_its_way_needs_a_person_because_its_later_steps_are_lost(
    db: Database, spool: Path, state: D
) -> None:
    delivery = planned(db, TOMORROW, state)
    put_back(db, made(db, spool), spool)
    with opened(spool) as after, after.reading() as session:
        row = session.get_one(Delivery, delivery)
        assert (row.state, row.owner, row.lease_until) == (D.NEEDS_PERSON, "", None)
        assert "whether it went out is not in these records" in row.reason
        moves = [event.verb for event in session.query(Event).filter_by(subject_id=delivery, actor="ada")]
    began = ["move:unconfirmed"] if state == D.SENDING else []
    assert moves == [*began, "move:needs_person"]


@pytest.mark.parametrize("state", [D.DEFERRED, D.SCHEDULED])
@pytest.mark.parametrize(
    ("due", "says"), [(SOON, "may have gone out"), (NIGHT, "may have gone out"), (TOMORROW, "took it back")]
)
def test_what_was_waiting_needs_a_person_who_hears_why(
    db: Database, spool: Path, state: D, due: datetime, says: str
) -> None:
    delivery = planned(db, due, state)
    put_back(db, made(db, spool), spool)
    with opened(spool) as after, after.reading() as session:
        row = session.get_one(Delivery, delivery)
        assert row.state == D.NEEDS_PERSON
        assert says in row.reason


@pytest.mark.parametrize("state", [D.DELIVERED, D.FAILED, D.CANCELLED, D.NEEDS_PERSON, D.RETRACTED, D.RETRACTING])
def test_what_was_settled_stays_as_it_was(db: Database, spool: Path, state: D) -> None:
    delivery = planned(db, SOON, state)
    put_back(db, made(db, spool), spool)
    with opened(spool) as after:
        assert states(after)[delivery] == state


@pytest.mark.parametrize("due", [SOON, TOMORROW])
def test_an_approval_that_was_not_dispatched_yet_is_given_again(db: Database, spool: Path, due: datetime) -> None:
    story, channel = add_story(db), add_channel(db)
    approval = approve(db, story, channel, due, dispatched=False)
    restored = put_back(db, made(db, spool), spool)
    assert restored.life.fell == 1
    with opened(spool) as after, after.reading() as session:
        assert session.get_one(Story, story).state == StoryState.IN_REVIEW
        assert "may have gone out already" in session.get_one(Approval, approval).fell_because


def test_a_database_restored_with_tools_of_its_own_is_told_the_same(db: Database, spool: Path) -> None:
    """As after pg_restore: the copy is in place already, and nothing else of a restore is needed."""
    due = planned(db, START)
    life = begin_new_life(db, START, ADMINISTRATOR)
    assert (life.epoch, life.asked) == (2, 1)
    assert states(db) == {due: D.NEEDS_PERSON}
    with db.transaction() as tx:
        assert tx.session.query(Hold).one().scope == "all"
        assert claim_due(tx, "daemon", ALWAYS, 10) == []


def test_more_deliveries_than_one_update_takes_all_need_a_person(db: Database, spool: Path) -> None:
    first = planned(db, SOON)
    with db.transaction() as tx:
        like = tx.session.get_one(Delivery, first)
        values = {column.key: getattr(like, column.key) for column in Delivery.__table__.columns}
        story = tx.session.get_one(Story, like.story_id)
        for number in range(600):
            tx.session.add(
                Story(
                    id=f"s{number}",
                    state=story.state,
                    submitter="jruiz",
                    created_at=tx.now,
                    changed_at=tx.now,
                )
            )
            tx.session.flush()
            tx.session.add(Delivery(**(values | {"id": f"d{number}", "story_id": f"s{number}", "key": f"k{number}"})))
    restored = put_back(db, made(db, spool), spool)
    assert restored.life.asked == 601
    with opened(spool) as after:
        assert set(states(after).values()) == {D.NEEDS_PERSON}


def test_the_restore_is_in_the_records_and_the_chain_goes_on(db: Database, spool: Path) -> None:
    planned(db, SOON)
    before = made(db, spool)
    put_back(db, before, spool)
    with opened(spool) as after:
        with after.reading() as session:
            event = session.query(Event).filter_by(verb="restore").one()
        assert (event.actor, event.via, event.number) == ("ada", "os:ada", before.events + 3)
        assert event.data["events"] == before.events
        assert verify(after, spool, before.head).fault == ""


def test_the_pio_and_the_administrators_are_told(db: Database, spool: Path) -> None:
    planned(db, SOON)
    put_back(db, made(db, spool), spool)
    with opened(spool) as after, after.reading() as session:
        notices = session.query(Notice).all()
    assert {notice.audience for notice in notices} == {"pio", "administrators"}
    assert all("1 deliveries may have gone out since" in notice.body for notice in notices)


def test_heads_noted_after_the_backup_are_explained_and_a_later_cut_is_still_found(
    db: Database, spool: Path, clock: SetClock
) -> None:
    note_head(db, spool, "start")
    before = made(db, spool)
    clock.advance(hours=2)
    add_channel(db)
    note_head(db, spool, "daily")
    put_back(db, before, spool)
    with opened(spool) as after:
        verdict = verify(after, spool)
        assert (verdict.fault, verdict.heads, verdict.earlier_life) == ("", 2, 1)
        assert read_heads(spool)[0][-1].because == "restored from the backup of 2026-11-20 15:00 UTC"
        with after.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER events_no_delete"))
            connection.execute(text("DELETE FROM events"))
            connection.execute(text("UPDATE agencies SET chain_length = 0, chain_head = ''"))
        assert "the newest ones were removed" in verify(after, spool).fault


@pytest.mark.parametrize("ahead", [10, -10])
def test_a_head_noted_by_a_wrong_clock_is_explained_by_its_place_in_the_log(
    db: Database, spool: Path, clock: SetClock, ahead: int
) -> None:
    before = made(db, spool)
    clock.advance(days=ahead)
    add_channel(db)
    note_head(db, spool, "daily")
    put_back(db, before, spool)
    with opened(spool) as after:
        verdict = verify(after, spool)
        assert (verdict.fault, verdict.earlier_life) == ("", 1)


def test_a_cut_after_a_restore_is_found_although_the_clock_was_set_back(
    db: Database, spool: Path, clock: SetClock
) -> None:
    put_back(db, made(db, spool), spool)
    with opened(spool, START - timedelta(days=10)) as after:
        restored = verify(after, spool).events
        add_channel(after)
        note_head(after, spool, "daily")
        cut(after, restored)
        assert f"the records end at event {restored}" in verify(after, spool).fault


def test_where_no_line_says_when_the_restore_was_the_times_do(
    db: Database, spool: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(db, spool)
    add_channel(db)
    note_head(db, spool, "daily")
    monkeypatch.setattr("socialpub.records.restore.note_head", lambda *_: "")
    put_back(db, before, spool)
    with opened(spool) as after:
        assert verify(after, spool).fault == ""
        restored = verify(after, spool).events
        add_channel(after)
        note_head(after, spool, "daily")
        cut(after, restored)
        assert f"the records end at event {restored}" in verify(after, spool).fault


def test_a_refusal_speaks_in_the_databases_own_words(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: object) -> None:
        raise OperationalError("UPDATE agencies SET name = ?", ("secret",), Exception("database is locked"))

    monkeypatch.setattr("socialpub.records.restore.begin_new_life", locked)
    with pytest.raises(RecordsError, match=r"could not be put in place: database is locked\. The") as refused:
        put_back(db, made(db, spool), spool)
    assert "SQL" not in str(refused.value)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)])
def test_a_restore_excuses_no_cut_that_came_after_it(
    db: Database, spool: Path, clock: SetClock, later: timedelta
) -> None:
    before = made(db, spool)
    clock.advance(hours=2)
    note_head(db, spool, "daily")
    put_back(db, before, spool)
    with opened(spool, NIGHT + later) as after:
        restored = verify(after, spool).events
        add_channel(after)
        note_head(after, spool, "daily")
        cut(after, restored)
        assert f"the records end at event {restored}" in verify(after, spool).fault


def test_a_backup_that_contradicts_a_noted_head_is_refused(db: Database, spool: Path, clock: SetClock) -> None:
    add_channel(db)
    before = made(db, spool)
    (spool / LOG).write_text(f"2026-11-20T15:00:00Z 1 {'ab' * 32} daily\n", "ascii")
    with pytest.raises(RecordsError, match=r"noted another hash for event 1 on 2026-11-20.*Tell the auditor"):
        put_back(db, before, spool)
    with opened(spool) as still:
        assert states(still) == {}
        with still.reading() as session:
            assert session.query(Hold).count() == 0


def test_a_backup_made_after_a_restore_can_be_restored_too(db: Database, spool: Path, clock: SetClock) -> None:
    before = made(db, spool)
    for number in range(9):
        add_channel(db, f"channel-{number}")
    note_head(db, spool, "daily")
    put_back(db, before, spool)
    with opened(spool) as second:
        for number in range(9):
            add_channel(second, f"street-{number}")
        again = made(second, spool, NIGHT)
    restored = put_back(db, again, spool, NIGHT + timedelta(hours=1))
    assert restored.life.epoch == 3


def test_the_older_database_is_kept_aside_whole(db: Database, spool: Path) -> None:
    before = made(db, spool)
    story = add_story(db)
    restored = put_back(db, before, spool)
    assert restored.replaced == spool / "replaced" / "20261121T030000Z"
    kept = open_database(f"sqlite:///{restored.replaced / 'socialpub.db'}", lambda: NIGHT)
    with kept.reading() as session:
        assert session.query(Story.id).all() == [(story,)]
    kept.close()


def test_changes_still_in_the_wal_are_kept_aside_with_it(db: Database, spool: Path) -> None:
    before = made(db, spool)
    story = add_story(db)
    assert (spool / "socialpub.db-wal").stat().st_size > 0  # the database is open: it was not folded in
    restored = restore(before.folder, spool, NIGHT, ADMINISTRATOR, replace=True)
    assert restored.replaced is not None
    assert (restored.replaced / "socialpub.db-wal").stat().st_size > 0
    kept = open_database(f"sqlite:///{restored.replaced / 'socialpub.db'}", lambda: NIGHT)
    with kept.reading() as session:
        assert session.query(Story.id).all() == [(story,)]
    kept.close()
    with opened(spool) as after, after.reading() as session:
        assert session.query(Story.id).all() == []


def test_into_an_empty_spool_everything_comes_back(db: Database, spool: Path, tmp_path: Path) -> None:
    story = add_story(db)
    before = made(db, spool)
    fresh = tmp_path / "new machine" / "queue"
    restored = restore(before.folder, fresh, NIGHT, ADMINISTRATOR)
    assert (restored.replaced, restored.troubles) == (None, ())
    photo = fresh / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)
    assert (photo.read_bytes(), photo.stat().st_mode & 0o777) == (ORIGINAL, 0o400)
    with opened(fresh) as after, after.reading() as session:
        assert session.query(Story.id).all() == [(story,)]
    assert not list(fresh.glob(".restoring*"))


def test_a_damaged_photo_in_the_spool_is_replaced_by_the_good_one(db: Database, spool: Path) -> None:
    before = made(db, spool)
    photo = spool / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)
    photo.unlink()
    photo.write_bytes(b"bit rot")
    put_back(db, before, spool)
    assert photo.read_bytes() == ORIGINAL


def test_accepted_folders_that_the_backup_does_not_cover_are_read_again(db: Database, spool: Path) -> None:
    (spool / "taken" / "old").mkdir()
    before = made(db, spool)
    for name in ("new", "twice"):
        (spool / "taken" / name).mkdir()
        (spool / "taken" / name / "story.toml").write_text('text = "…"\n', "utf-8")
    (spool / "inbox" / "twice").mkdir()
    assert put_back(db, before, spool).read_again == ("new", "twice-2")
    assert sorted(path.name for path in (spool / "inbox").iterdir()) == ["new", "twice", "twice-2"]
    assert [path.name for path in (spool / "taken").iterdir()] == ["old"]


def test_a_running_daemon_is_refused(db: Database, spool: Path) -> None:
    before = made(db, spool)
    with (spool / "daemon.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RecordsError, match=r"the daemon is running; stop it first"):
            put_back(db, before, spool)


def test_a_database_that_is_there_is_not_replaced_unasked(db: Database, spool: Path) -> None:
    before = made(db, spool)
    with pytest.raises(RecordsError, match=r"there is a database already.*--replace"):
        restore(before.folder, spool, NIGHT, ADMINISTRATOR)


def truncate(folder: Path) -> None:
    with (folder / "socialpub.db").open("r+b") as file:
        file.truncate((folder / "socialpub.db").stat().st_size // 2)


def flip(folder: Path) -> None:
    data = bytearray((folder / "socialpub.db").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "socialpub.db").write_bytes(data)


def without_database(folder: Path) -> None:
    (folder / "socialpub.db").unlink()


def without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def half_a_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:99])


def without_media(folder: Path) -> None:
    shutil.rmtree(folder.parent / "media")


@pytest.mark.parametrize(
    "spoil", [truncate, flip, without_database, without_manifest, half_a_manifest, without_media]
)
def test_a_partial_or_damaged_backup_is_refused_and_nothing_is_changed(
    db: Database, spool: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    add_story(db)
    before = made(db, spool)
    spoil(before.folder)
    fresh = tmp_path / "fresh"
    with pytest.raises(RecordsError, match=r"\[SP08\d\]"):
        restore(before.folder, fresh, NIGHT, ADMINISTRATOR)
    assert not (fresh / "socialpub.db").exists()
    assert not list(fresh.glob(".restoring*"))


def test_missing_media_can_be_gone_without_when_asked_for(db: Database, spool: Path, tmp_path: Path) -> None:
    before = made(db, spool)
    without_media(before.folder)
    restored = restore(before.folder, tmp_path / "fresh", NIGHT, ADMINISTRATOR, incomplete=True)
    assert len(restored.troubles) == 3


def doctored(folder: Path, statement: str) -> None:
    """A backup changed by somebody who mends the manifest too."""
    import pysqlite3.dbapi2 as sqlite

    connection = sqlite.connect(str(folder / "socialpub.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    connection.execute("DROP TRIGGER events_no_update")
    connection.execute(statement)
    connection.close()
    data = json.loads((folder / "manifest.json").read_text("utf-8"))
    data["database"]["sha256"] = sha((folder / "socialpub.db").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(data), "utf-8")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE events SET actor = 'nobody'", "event 1 was altered"),
        ("UPDATE events SET data = 'not json'", "does not verify"),
        ("UPDATE agencies SET chain_length = 0", "the newest events are missing"),
        ("UPDATE alembic_version SET version_num = '0999'", "a newer one wrote it"),
        ("DELETE FROM alembic_version", "no database of socialpub"),
        ("DROP TABLE events", "does not verify"),
    ],
)
def test_a_doctored_or_newer_backup_is_refused(
    db: Database, spool: Path, tmp_path: Path, statement: str, says: str
) -> None:
    add_story(db)
    before = made(db, spool)
    doctored(before.folder, statement)
    with pytest.raises(RecordsError, match=says):
        restore(before.folder, tmp_path / "fresh", NIGHT, ADMINISTRATOR)
    assert not (tmp_path / "fresh" / "socialpub.db").exists()


def test_a_manifest_that_speaks_of_another_chain_is_refused(db: Database, spool: Path, tmp_path: Path) -> None:
    before = made(db, spool)
    data = json.loads((before.folder / "manifest.json").read_text("utf-8"))
    (before.folder / "manifest.json").write_text(json.dumps(data | {"head": "ab" * 32}), "utf-8")
    with pytest.raises(RecordsError, match="its manifest speaks of 0 events"):
        restore(before.folder, tmp_path / "fresh", NIGHT, ADMINISTRATOR)


@pytest.mark.parametrize("fails_at", range(1, 4))
def test_when_a_rename_fails_the_old_database_is_in_its_place(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """The renames in turn: a damaged photo's, the old database's, the new one's."""
    before = made(db, spool)
    photo = spool / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)
    photo.unlink()
    story = add_story(db)  # still in the WAL, which must come back with its database
    replace, calls = Path.replace, iter(range(1, 100))

    def full(self: Path, target: Path) -> Path:
        if next(calls) == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RecordsError, match=r"No space left.*make room"):
        restore(before.folder, spool, NIGHT, ADMINISTRATOR, replace=True)
    db.close()
    with opened(spool) as still, still.reading() as session:
        assert session.query(Story.id).all() == [(story,)]
        assert session.query(Hold).count() == 0
    assert not list(spool.glob(".restoring*"))


def test_a_disk_that_fills_while_copying_changes_nothing(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(db, spool)
    story = add_story(db)

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RecordsError, match="No space left"):
        put_back(db, before, spool)
    monkeypatch.undo()
    with opened(spool) as still, still.reading() as session:
        assert session.query(Story.id).all() == [(story,)]
    assert not (spool / "replaced").exists()


def test_a_head_that_cannot_be_noted_does_not_undo_the_restore(
    db: Database, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(db, spool)

    def full(*_args: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("socialpub.records.restore.note_head", full)
    restored = put_back(db, before, spool)
    assert "the new head could not be noted" in restored.troubles[0]
    with opened(spool) as after, after.reading() as session:
        assert current_epoch(session) == 2


def test_a_photo_damaged_in_the_backup_is_not_put_back_as_the_real_one(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    before = made(db, spool)
    photo = before.folder.parent / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)
    photo.chmod(0o600)
    photo.write_bytes(b"bit rot")
    with pytest.raises(RecordsError, match=rf"1 media files.*{sha(ORIGINAL)}"):
        restore(before.folder, tmp_path / "fresh", NIGHT, ADMINISTRATOR)
    assert b"bit rot" not in {path.read_bytes() for path in (tmp_path / "fresh").rglob("*") if path.is_file()}
