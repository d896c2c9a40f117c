"""A house on each engine; `plain_house` on SQLite alone, for what concerns no engine."""

import pytest

from socialpub.store.database import Database
from tests.clock import SetClock
from tests.databases import clock, db, sqlite_db
from tests.delivery.house import House

__all__ = ["clock", "db", "sqlite_db"]


@pytest.fixture
def house(db: Database, clock: SetClock) -> House:
    return House(db, clock)


@pytest.fixture
def plain_house(sqlite_db: Database, clock: SetClock) -> House:
    return House(sqlite_db, clock)
