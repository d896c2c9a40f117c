"""One writer at a time, readers beside it, all or nothing; and the promises made to each engine."""

import threading
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from socialpub.model.people import DAEMON
from socialpub.store.audit import verify
from socialpub.store.database import Database, StoreError, open_database
from socialpub.store.schema import Channel, Epoch, Event
from tests import world
from tests.clock import SetClock
from tests.databases import again, opened, undone

#: Long enough that a writer who need not wait would have come in; what is proved is that it did not.
_A_WHILE = 0.15
_SURELY = 20.0


def test_a_second_writer_comes_in_only_when_the_first_is_out(db: Database) -> None:
    came_in = threading.Event()

    def second() -> None:
        other = again(db)
        with other.transaction():
            came_in.set()
        other.close()

    thread = threading.Thread(target=second)
    with db.transaction():  # nothing has been written yet: beginning is what excludes
        thread.start()
        assert not came_in.wait(_A_WHILE)
    assert came_in.wait(_SURELY)
    thread.join(_SURELY)


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_it(db: Database) -> None:
    with db.transaction() as tx:
        world.channel(tx)
        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(Channel)) == 0
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Channel)) == 1


def test_a_reading_is_one_moment_whatever_is_written_meanwhile(db: Database) -> None:
    with db.reading() as session:
        before = session.scalar(select(func.count()).select_from(Channel))
        with db.transaction() as tx:
            world.channel(tx)
            tx.record(DAEMON, "add", "channel", "file-1")
        assert session.scalar(select(func.count()).select_from(Channel)) == before
        assert verify(session).fault == ""


def test_a_reading_refuses_to_write(db: Database) -> None:
    with db.reading() as session:
        session.add(Epoch(number=1, since=db.clock(), because="a test"))
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.flush()
    with db.transaction() as tx:  # and the next user of that connection may write again
        tx.session.add(Epoch(number=1, since=tx.now, because="a test"))


def test_what_raises_leaves_neither_rows_nor_events(db: Database) -> None:
    def a_verb_with_a_bug() -> None:
        with db.transaction() as tx:
            world.channel(tx)
            tx.record(DAEMON, "add", "channel", "file-1")
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        a_verb_with_a_bug()
    with db.reading() as session:
        assert session.scalars(select(Channel)).all() == []
        assert session.scalars(select(Event)).all() == []
        assert verify(session).events == 0


def test_everything_in_a_transaction_has_one_moment(db: Database, clock: SetClock) -> None:
    with db.transaction() as tx:
        tx.record(DAEMON, "one", "channel", "1")
        clock.advance(5)
        tx.record(DAEMON, "two", "channel", "1")
    with db.reading() as session:
        assert len(set(session.scalars(select(Event.at)))) == 1


def test_events_of_many_threads_form_one_chain_without_gaps(db: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with db.transaction() as tx:
                tx.record(DAEMON, "say", "channel", "1")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SURELY)
    with db.reading() as session:
        assert session.scalars(select(Event.number).order_by(Event.number)).all() == list(range(1, 21))
        assert verify(session).fault == ""


def test_a_row_cannot_point_at_nothing(db: Database) -> None:
    with undone(db) as tx:
        row = world.delivery(tx, world.channel(tx))
        row.channel_id = "nowhere"
        with pytest.raises(IntegrityError):
            tx.session.flush()
        tx.session.rollback()


def test_on_sqlite_the_lock_is_taken_when_a_transaction_begins(sqlite_db: Database) -> None:
    other = sqlite.connect(sqlite_db.engine.url.database, timeout=0, isolation_level=None)
    with sqlite_db.transaction(), pytest.raises(sqlite.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE").close()
    other.close()


@pytest.mark.parametrize(
    ("pragma", "promised"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("busy_timeout", 10_000),  # milliseconds
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("recursive_triggers", 1),
        ("cell_size_check", 1),
        ("wal_autocheckpoint", 1000),  # pages
        ("journal_size_limit", 64 * 1024 * 1024),  # bytes
        ("mmap_size", 0),
    ],
)
def test_every_sqlite_connection_keeps_its_promises(sqlite_db: Database, pragma: str, promised: Any) -> None:
    with sqlite_db.reading() as one, sqlite_db.reading() as other:
        for session in (one, other):
            assert session.execute(text(f"PRAGMA {pragma}")).scalar() == promised


@pytest.mark.parametrize(
    ("name", "promised"),
    [("synchronous_commit", "on"), ("statement_timeout", "30s"), ("TimeZone", "UTC")],
)
@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_every_postgresql_connection_keeps_its_promises(db: Database, name: str, promised: str) -> None:
    with db.reading() as session:
        assert session.execute(text(f"SHOW {name}")).scalar() == promised


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_on_postgresql_no_rows_go_down_a_pipeline(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two rows of one, no time-out of the server runs: who is stopped there keeps everybody out."""
    import psycopg

    def pipeline(*_: object, **__: object) -> None:
        raise AssertionError("rows were sent down a pipeline")

    monkeypatch.setattr(psycopg.Cursor, "executemany", pipeline)
    with db.transaction() as tx:
        channels = [world.channel(tx), world.channel(tx)]
        tx.session.flush()
        for number, channel in enumerate(channels):
            channel.trouble = f"trouble {number}"
            tx.record(DAEMON, "trouble", "channel", channel.id)
    with db.reading() as session:
        assert {row.trouble for row in session.scalars(select(Channel))} == {"trouble 0", "trouble 1"}
        assert verify(session).fault == ""


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_can_corrupt_the_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, clock: SetClock, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", version)
    with pytest.raises(StoreError, match=r"3\.51\.3 or newer is needed.*make setup.*SP010"):
        open_database("sqlite://", clock)


def test_the_first_safe_sqlite_is_accepted(monkeypatch: pytest.MonkeyPatch, clock: SetClock) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 51, 3))
    with opened("sqlite://", clock) as database:
        assert database.is_sqlite


def test_a_locked_sqlite_says_so_instead_of_hanging(sqlite_db: Database) -> None:
    other = again(sqlite_db)
    with other.engine.connect().execution_options(reading=True) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with sqlite_db.transaction(), pytest.raises(OperationalError, match="locked"), other.transaction():
        pass
    other.close()
