"""Databases for tests: the same tests on SQLite and on PostgreSQL, a fresh and upgraded one for each.

A room that needs them imports the fixtures in its `conftest.py`:
`from tests.databases import clock, db  # noqa: F401`. Server and templates are made once per process.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from socialpub.store.database import Database, open_database
from socialpub.store.transaction import Transaction
from socialpub.store.upgrade import upgrade
from tests import postgresql
from tests.clock import SetClock

KINDS = ("sqlite", "postgresql")

_TEMPLATE = "socialpub_template"
_number = count(1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, clock: SetClock, tmp_path: Path) -> Iterator[Database]:
    """A fresh, upgraded database on each engine; its clock is `clock`."""
    with upgraded(request.param, tmp_path) as url, opened(url, clock) as database:
        yield database


@pytest.fixture
def sqlite_db(clock: SetClock, tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite only, for what concerns no engine."""
    with upgraded("sqlite", tmp_path) as url, opened(url, clock) as database:
        yield database


@pytest.fixture(params=KINDS)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that no step has touched."""
    with empty(request.param, tmp_path) as url:
        yield url


@contextmanager
def opened(url: str, clock: SetClock) -> Iterator[Database]:
    database = open_database(url, clock)
    try:
        yield database
    finally:
        database.close()


class _Undo(Exception):  # noqa: N818  carries no error
    pass


@contextmanager
def undone(db: Database) -> Iterator[Transaction]:
    """A transaction that leaves nothing: for properties that need a fresh world many times over."""
    try:
        with db.transaction() as tx:
            yield tx
            raise _Undo  # noqa: TRY301  the way to roll back from inside
    except _Undo:
        pass


def again(db: Database, clock: SetClock | None = None) -> Database:
    """A second daemon's view: the same database through an engine of its own. The caller closes it."""
    return open_database(db.engine.url.render_as_string(hide_password=False), clock or db.clock)


@contextmanager
def upgraded(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a fresh copy of a database at the newest step; a SQLite file lies in `folder`."""
    if kind == "sqlite":
        file = folder / f"socialpub-{next(_number)}.db"
        shutil.copyfile(_sqlite_template(), file)
        yield f"sqlite:///{file}"
    else:
        with _postgresql(_postgresql_template()) as url:
            yield url


@contextmanager
def restorable(kind: str, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A fresh database, and a function to call twice: first to keep it as it is, then to put that back, often.

    Nobody may be connected meanwhile. A SQLite file lies in `folder`, whose files are the caller's to restore.
    """
    with upgraded(kind, folder) as url:
        if kind == "sqlite":
            yield url, lambda: None
            return
        name, kept = str(make_url(url).database), f"kept_{next(_number)}"
        try:
            yield url, partial(_put_back, name, kept)
        finally:
            _admin().execute(f"DROP DATABASE IF EXISTS {kept} WITH (FORCE)")


def _put_back(name: str, kept: str) -> None:
    known = _admin().execute("SELECT 1 FROM pg_database WHERE datname = %s", [kept]).fetchone()
    source, target = (kept, name) if known else (name, kept)
    _admin().execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
    _admin().execute(f"CREATE DATABASE {target} TEMPLATE {source}")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'bare-{next(_number)}.db'}"
    else:
        with _postgresql("template0") as url:
            yield url


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="socialpub-template-"))
    atexit.register(shutil.rmtree, folder)
    file = folder / "template.db"
    _upgrade(f"sqlite:///{file}")
    return file


@functools.cache
def _postgresql_template() -> str:
    _admin().execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    _upgrade(postgresql.url(_TEMPLATE))
    return _TEMPLATE


def _upgrade(url: str) -> None:
    with opened(url, SetClock()) as database:  # closing the last connection also folds the WAL into the file
        upgrade(database.engine)


@contextmanager
def _postgresql(template: str) -> Iterator[str]:
    name = f"test_{next(_number)}"
    _admin().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield postgresql.url(name)
    finally:
        _admin().execute(f"DROP DATABASE {name} WITH (FORCE)")


@functools.cache
def _admin() -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(postgresql.url("postgres"), autocommit=True)
    atexit.register(connection.close)
    return connection
