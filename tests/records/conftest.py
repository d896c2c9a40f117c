"""A spool with a fresh database, a shelf and a clock set by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialpub.store.database import Database, open_database
from socialpub.store.upgrade import upgrade
from tests.records.made_up import SetClock, add_epoch, shelve_all


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded database; copying it costs less than upgrading another."""
    path = tmp_path_factory.mktemp("template") / "socialpub.db"
    database = open_database(f"sqlite:///{path}", SetClock())
    upgrade(database.engine)
    add_epoch(database)
    database.close()
    return path


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "queue"
    for name in ("inbox", "taken", "media"):
        (folder / name).mkdir(parents=True)
    shelve_all(folder)
    (folder / "secret.key").write_text("canary-key-b64-material\n", "ascii")
    return folder


@pytest.fixture
def db(spool: Path, clock: SetClock, template: Path) -> Iterator[Database]:
    shutil.copyfile(template, spool / "socialpub.db")
    database = open_database(f"sqlite:///{spool / 'socialpub.db'}", clock)
    yield database
    database.close()
