"""What the tables themselves promise, whatever the code above them does."""

import os
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from socialpub.model.states import OCCUPYING, DeliveryState
from socialpub.store.database import Database, open_database
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


def test_an_older_database_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "socialpub.db"
    file.touch(mode=0o600)
    file.chmod(0o640)
    open_database(f"sqlite:///{file}", SetClock()).close()
    assert file.stat().st_mode & 0o777 == 0o640
