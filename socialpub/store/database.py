"""Opens the database and hands out transactions. It knows no noun and moves no state.

SQLite runs in WAL with synchronous=FULL (a lost commit could lose an intent and allow a second post), and
every write begins IMMEDIATE. SQLite 3.7.0 to 3.51.2 can corrupt a WAL file under two connections
(sqlite.org, WAL-reset bug, fixed in 3.51.3), so a fixed one is carried and checked.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from socialpub.store.audit import write_events
from socialpub.store.schema import AGENCY, Agency
from socialpub.store.together import Together
from socialpub.store.transaction import Transaction

SAFE_SQLITE = (3, 51, 3)
#: Seconds until a lock is given up, and between two tries where SQLite does not wait by itself.
_PATIENCE = 10.0
_BETWEEN = 0.01
Clock = Callable[[], datetime]

_PRAGMAS = (
    f"busy_timeout={int(_PATIENCE * 1000)}",  # first: those that follow may have to wait
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "recursive_triggers=ON",  # else INSERT OR REPLACE would delete records past the trigger that forbids it
    "cell_size_check=ON",
    "wal_autocheckpoint=1000",
    "journal_size_limit=67108864",
)

_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"reading": True},
    # Without it each statement would see another moment, and a chain that just grew would look cut.
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class StoreError(Exception):
    """The database cannot be used; the message names what, why, the remedy and a code."""


class Database:
    """One database. `clock` gives the time of every change, so that tests can set it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._reader = engine.execution_options(**_READING[engine.dialect.name])
        # Writers take turns here before they do in the database. SQLite's wait by sleeping, in no order, and give up.
        # On PostgreSQL, of a process that is stopped, one at most waits for the agency's row and would hold it when
        # it is given, not one after the other.
        self._turn = Lock()
        self.together = Together(lambda: self.transaction())  # noqa: PLW0108  looked up anew for each: tests replace it

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything inside happens, with its events, or nothing does. One writer at a time, on any engine.

        Never hold one across a call to a network.
        """
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            agency = session.get_one(Agency, AGENCY, with_for_update=True)
            tx = Transaction(session, self.clock())
            yield tx
            session.flush()
            write_events(session, agency, tx.events, tx.now)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look, one snapshot on either engine. A write through it fails."""
        with Session(self._reader, autoflush=False) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, clock: Clock) -> Database:
    """The database at an SQLAlchemy URL: `sqlite:////path` or `postgresql://…`. Raises StoreError."""
    return Database(open_engine(url), clock)


def open_engine(url: str) -> Engine:
    """The engine of the database at an SQLAlchemy URL, set up as `open_database` says. Raises StoreError."""
    where = make_url(url)
    return _open_sqlite(where) if where.get_backend_name() == "sqlite" else _open_postgresql(where)


def _open_sqlite(url: URL) -> Engine:
    import pysqlite3.dbapi2 as sqlite

    if sqlite.sqlite_version_info < SAFE_SQLITE:
        raise StoreError(
            f"SQLite {sqlite.sqlite_version} can corrupt this database; 3.51.3 or newer is needed. "
            "Install it with `make setup`, which brings one [SP010]"
        )
    _keep_private(url.database)
    engine = create_engine(url, module=sqlite, pool_size=40)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_private(path: str | None) -> None:
    """A new file is for its owner only: it holds the names of children and of people in trouble. SQLite gives
    the same mode to the files beside it. An old file keeps the mode it has.
    """
    if path and path != ":memory:":
        # Only a file that was not there: closing one that is in use would drop this process's locks on it (fcntl(2)).
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    _to_wal(connection, monotonic() + _PATIENCE)


def _to_wal(connection: Any, until: float) -> None:
    """SQLite does not wait by itself when two connections turn a new file to WAL at once: one is refused."""
    while True:
        try:
            return connection.execute("PRAGMA journal_mode=WAL").close()  # type: ignore[no-any-return]
        except connection.OperationalError as error:
            if "database is locked" not in str(error) or monotonic() > until:
                raise
        sleep(_BETWEEN)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    # A read that turns into a write would fail at once, whatever the busy timeout says.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL) -> Engine:
    # A daemon that is stopped inside a transaction holds the agency's row, and nobody could even stand down. We
    # speak to no network inside one, so whoever is idle there for long is stopped or cut off: its locks are freed.
    options = "-c synchronous_commit=on -c statement_timeout=30000 -c idle_in_transaction_session_timeout=5000"
    options += " -c timezone=UTC"  # a server's own zone would refuse the first and last day that Python knows
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=40,
        pool_pre_ping=True,
        connect_args={"options": options},
    )
    engine.dialect.use_insertmanyvalues_wo_returning = True  # rows to insert go in one statement
    engine.dialect.supports_sane_multi_rowcount = False  # the last row's count is all that `_one_by_one` leaves
    event.listen(engine, "do_executemany", _one_by_one)
    return engine


def _one_by_one(cursor: Any, statement: str, rows: Sequence[Any], _context: Any) -> bool:
    """psycopg would send many rows down a pipeline. Between two of them no time-out of PostgreSQL runs, neither
    that of a statement nor that of an idle transaction: who is stopped there holds the agency's row for good.
    """
    for row in rows:
        cursor.execute(statement, row)
    return True
