"""Upgrading: every step leads to the shape of the models, alone, all or nothing, and never backwards."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError

import socialpub.store
from socialpub.store.audit import verify
from socialpub.store.database import Database, StoreError
from socialpub.store.schema import AGENCY, Agency, Base
from socialpub.store.upgrade import HEAD, upgrade, version
from tests.clock import SetClock
from tests.databases import again, empty, opened

_MIGRATIONS = Path(socialpub.store.__file__).parent / "migrations"
_SURELY = 20.0


def _steps() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def test_the_newest_step_is_the_newest_file() -> None:
    files = sorted(path.stem[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert _steps() == files
    assert files[-1] == HEAD


@pytest.mark.parametrize("start", ["", *_steps()])
def test_from_every_past_step_one_arrives_at_the_models(
    bare: str, clock: SetClock, start: str, tmp_path: Path
) -> None:
    with opened(bare, clock) as database:
        if start:
            upgrade(database.engine, to=start)
        assert version(database.engine) == start
        upgrade(database.engine)
        assert version(database.engine) == HEAD
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []


def test_the_steps_and_the_models_make_the_same_tables_and_indexes(
    bare: str, clock: SetClock, tmp_path: Path
) -> None:
    """Alembic compares neither the conditions of partial indexes nor constraints; this does."""
    with opened(bare, clock) as database, empty(database.engine.dialect.name, tmp_path) as plain:
        upgrade(database.engine)
        with opened(plain, clock) as modelled:
            Base.metadata.create_all(modelled.engine)
            assert _shape(database.engine) == _shape(modelled.engine)


def _shape(engine: Engine) -> list[tuple[str, str]]:
    """Every index and constraint in the engine's own words; on SQLite whole tables."""
    queries = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
        "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
    }
    with engine.connect() as connection:
        rows = connection.execute(text(queries[engine.dialect.name])).all()
    return sorted((name, line) for name, sql in rows if "alembic" not in name + sql for line in _lines(sql))


def _lines(sql: str) -> list[str]:
    """One column, constraint or index each; their order in a table means nothing."""
    return [" ".join(line.split()).rstrip(",") for line in sql.splitlines() if line.strip() not in {"", ")"}]


def test_a_fresh_database_has_one_agency_and_an_empty_chain_that_verifies(db: Database) -> None:
    with db.reading() as session:
        assert session.scalars(select(Agency.id)).all() == [AGENCY]
        assert verify(session).fault == ""


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    before = _shape(db.engine)
    upgrade(db.engine)
    assert _shape(db.engine) == before


def test_a_database_of_a_newer_socialpub_is_refused_and_left_alone(db: Database) -> None:
    _say_version(db, "9999")
    with pytest.raises(StoreError, match=r"at step 9999.*knows 0001.*restore a backup.*SP011".replace("0001", HEAD)):
        upgrade(db.engine)
    assert version(db.engine) == "9999"


def _say_version(db: Database, step: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})


def test_an_upgrade_that_fails_half_way_leaves_nothing(bare: str, clock: SetClock) -> None:
    with opened(bare, clock) as database:
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE users (id TEXT)"))  # the step will stumble over it
        with pytest.raises(DBAPIError, match="users"):
            upgrade(database.engine)
        assert inspect(database.engine).get_table_names() == ["users"]
        assert version(database.engine) == ""


def test_two_daemons_that_start_together_upgrade_once(bare: str, clock: SetClock) -> None:
    raised: list[BaseException] = []
    together = threading.Barrier(2)

    def start() -> None:
        with opened(bare, clock) as database:
            together.wait(_SURELY)
            try:
                upgrade(database.engine)
            except BaseException as error:  # noqa: BLE001  shown by the assertion below
                raised.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SURELY)
    assert raised == []
    with opened(bare, clock) as database, database.reading() as session:
        assert version(database.engine) == HEAD
        assert session.scalars(select(Agency.id)).all() == [AGENCY]


#: Holds the database as another process would, until its input ends.
_HOLD = {
    "sqlite": """
import sys, pysqlite3.dbapi2 as sqlite
held = sqlite.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA journal_mode=WAL")
held.execute("BEGIN IMMEDIATE")
print("held", flush=True); sys.stdin.read(); held.execute("ROLLBACK")
""",
    "postgresql": """
import sys, psycopg
held = psycopg.connect(sys.argv[1])
held.execute("SELECT pg_advisory_xact_lock(hashtext('socialpub.upgrade'))")
print("held", flush=True); sys.stdin.read(); held.rollback()
""",
}


class _Holder:
    """A second process that has the lock while it is inside `with`, or until `let_go`."""

    def __init__(self, url: str) -> None:
        kind, _, path = url.partition(":///") if url.startswith("sqlite") else ("postgresql", "", url)
        self._process = subprocess.Popen(
            (sys.executable, "-c", _HOLD[kind], path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "_Holder":
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"
        return self

    def let_go(self) -> None:
        if self._process.returncode is None:
            self._process.communicate()

    def __exit__(self, *_: object) -> None:
        self.let_go()


def _patience(engine: Engine, milliseconds: int) -> None:
    """How long this engine's connections wait for a lock, instead of what the house says."""
    words = "PRAGMA busy_timeout" if engine.dialect.name == "sqlite" else "SET lock_timeout"

    def impatient(connection: Any, _record: Any) -> None:
        connection.execute(f"{words}={milliseconds}").close()
        if engine.dialect.name == "postgresql":
            connection.commit()

    event.listen(engine, "connect", impatient)


def test_an_upgrade_of_a_database_in_use_is_refused_after_waiting(bare: str, clock: SetClock) -> None:
    with _Holder(bare), opened(bare, clock) as database:
        _patience(database.engine, 100)
        with pytest.raises(StoreError, match=r"in use by another process.*Stop the other.*SP012"):
            upgrade(database.engine)
        assert version(database.engine) == ""


def test_an_upgrade_waits_for_a_database_in_use(bare: str, clock: SetClock) -> None:
    with _Holder(bare) as holder, opened(bare, clock) as database:
        _patience(database.engine, 10_000)
        waiting = threading.Thread(target=upgrade, args=(database.engine,))
        waiting.start()
        waiting.join(0.15)
        assert waiting.is_alive()
        holder.let_go()
        waiting.join(_SURELY)
        assert version(database.engine) == HEAD


def test_asking_for_the_version_waits_for_nobody(db: Database) -> None:
    with db.transaction():
        other = again(db)
        assert version(other.engine) == HEAD
        other.close()


def test_an_engine_of_another_kind_is_not_mistaken_for_an_old_store(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    assert version(engine) == ""
    engine.dispose()
