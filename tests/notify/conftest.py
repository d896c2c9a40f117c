"""A fresh database, a clock set by hand, a real mail server, and rows to tell about."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from socialpub.store.database import Database, open_database
from socialpub.store.upgrade import upgrade
from tests.notify.mailserver import MailServer

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class SetClock:
    """`clock()` is `clock.now`. It never moves by itself."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = open_database(f"sqlite:///{path}", SetClock())
    upgrade(database.engine)
    database.close()
    return path


@pytest.fixture
def db(template: Path, tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    path = tmp_path / "socialpub.db"
    shutil.copyfile(template, path)
    database = open_database(f"sqlite:///{path}", clock)
    yield database
    database.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()
