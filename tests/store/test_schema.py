"""What the tables themselves promise, whatever the code above them does."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError

from socialpub.model.states import OCCUPYING, DeliveryState
from socialpub.store.database import Database, open_database, open_engine
from socialpub.store.schema import Base, Receipt
from socialpub.store.upgrade import upgrade
from tests import world
from tests.clock import SetClock
from tests.databases import undone

WITHOUT_AGENCY = {
    "agencies": "it is the agency",
    "epochs": "a restore concerns the whole store, whoever's rows are in it",
}


def test_every_table_with_a_departments_data_says_whose_it_is() -> None:
    without = {name for name, table in Base.metadata.tables.items() if "agency_id" not in table.columns}
    assert without == set(WITHOUT_AGENCY)


def test_the_agency_of_a_row_is_never_left_open() -> None:
    columns = [
        table.columns["agency_id"] for name, table in Base.metadata.tables.items() if name not in WITHOUT_AGENCY
    ]
    assert [column for column in columns if column.nullable] == []


def test_two_deliveries_of_one_channel_are_never_in_flight_together(db: Database) -> None:
    with undone(db) as tx:
        channel = world.channel(tx)
        world.delivery(tx, channel, state=DeliveryState.SENDING)
        with pytest.raises(IntegrityError), tx.session.begin_nested():
            world.delivery(tx, channel, state=DeliveryState.SENDING)
        world.delivery(tx, world.channel(tx), state=DeliveryState.SENDING)


def test_a_story_goes_to_a_channel_again_only_when_nothing_of_it_is_or_may_be_there(db: Database) -> None:
    for state in DeliveryState:
        with undone(db) as tx:
            channel, story = world.channel(tx), world.story(tx)
            first = world.revision(tx, story)
            yes = world.approval(tx, first)
            world.delivery(tx, channel, of=first, under=yes, state=state)
            refused = False
            try:
                with tx.session.begin_nested():
                    world.delivery(tx, channel, of=world.revision(tx, story), under=yes)
            except IntegrityError:
                refused = True
            assert refused == (state in OCCUPYING), state


def test_a_remote_id_belongs_to_one_delivery_of_a_channel(db: Database) -> None:
    with undone(db) as tx:
        channel = world.channel(tx)
        one, other = (world.delivery(tx, channel, state=DeliveryState.DELIVERED) for _ in range(2))
        tx.session.add(Receipt(delivery_id=one.id, channel_id=channel.id, remote_id="123", at=tx.now))
        tx.session.flush()
        with pytest.raises(IntegrityError), tx.session.begin_nested():
            tx.session.add(Receipt(delivery_id=other.id, channel_id=channel.id, remote_id="123", at=tx.now))


def test_a_story_has_one_approval_in_force(db: Database) -> None:
    with undone(db) as tx:
        revision = world.revision(tx, world.story(tx))
        first = world.approval(tx, revision)
        with pytest.raises(IntegrityError), tx.session.begin_nested():
            world.approval(tx, revision)
        first.fell_at = tx.now
        tx.session.flush()
        world.approval(tx, revision)


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "socialpub.db"
    before = os.umask(0)
    try:
        db = open_database(f"sqlite:///{file}", SetClock())
        upgrade(db.engine)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        db.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}, modes
    assert "socialpub.db-wal" in modes


def test_connections_that_open_a_new_database_at_once_all_get_in(tmp_path: Path) -> None:
    refused: list[BaseException] = []
    for attempt in range(10):  # were SQLite left to itself, one of four would be refused more often than not
        engines = [open_engine(f"sqlite:///{tmp_path}/{attempt}.db") for _ in range(4)]
        at_once = threading.Barrier(len(engines))
        together = [threading.Thread(target=_connect, args=(engine, at_once, refused)) for engine in engines]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
    assert refused == []


def _connect(engine: Engine, at_once: threading.Barrier, refused: list[BaseException]) -> None:
    at_once.wait(10)
    try:
        engine.connect().close()
        engine.dispose()
    except BaseException as error:  # noqa: BLE001  shown by the test
        refused.append(error)


def test_opening_a_database_a_second_time_gives_up_no_lock_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "socialpub.db"
    first = open_engine(f"sqlite:///{file}")
    upgrade(first)
    with first.connect() as connection:
        inspect(connection).get_table_names()
        connection.rollback()  # in use, and between two transactions
        open_engine(f"sqlite:///{file}")
        visitor = subprocess.run([sys.executable, "-c", _TAKE_IT, file], check=False)
    assert visitor.returncode == 0, "another process may think itself alone with this file"


#: Succeeds when it is refused the bytes that SQLite's readers share (sqlite.org, os_unix.c: 510 from 0x40000002).
_TAKE_IT = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except BlockingIOError:
        sys.exit(0)
sys.exit(1)
"""


def test_an_older_database_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "socialpub.db"
    file.touch(mode=0o600)
    file.chmod(0o640)
    open_database(f"sqlite:///{file}", SetClock()).close()
    assert file.stat().st_mode & 0o777 == 0o640
