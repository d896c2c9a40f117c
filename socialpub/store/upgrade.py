"""Brings a database to the newest shape. Alembic is imported only when there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from socialpub.store.database import StoreError

#: The newest step under migrations/versions; a test holds it to the files.
HEAD = "0003"


def version(engine: Engine) -> str:
    """The step this database stands at; "" for an empty one."""
    with engine.connect().execution_options(reading=True) as connection:
        return _version(connection)


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def upgrade(engine: Engine, to: str = HEAD) -> None:
    """Run the missing steps in one transaction. Refuses a database of a newer socialpub, or one in use."""
    if version(engine) == to:
        return
    try:
        with engine.begin() as connection:
            _alone(connection)
            # Asked again: another process may have upgraded it while this one waited.
            found = _version(connection)
            _refuse_newer(found)
            if found != to:
                _run(connection, to)
    except OperationalError as error:
        if not _in_use(error):
            raise
        raise StoreError(
            "the database is in use by another process and cannot be upgraded now. "
            "Stop the other socialpub and start this one again [SP012]"
        ) from error


def _alone(connection: Connection) -> None:
    """Wait until no other upgrade runs. On SQLite the transaction itself is that lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('socialpub.upgrade'))"))


def _refuse_newer(found: str) -> None:
    if found > HEAD:
        raise StoreError(
            f"the database is at step {found}, this socialpub knows {HEAD}: it was written by a newer one. "
            "Install that version again, or restore a backup made before it [SP011]"
        )


def _in_use(error: OperationalError) -> bool:
    """Whether waiting for a lock took too long: SQLite's busy timeout, PostgreSQL's lock or statement timeout."""
    timed_out = getattr(error.orig, "sqlstate", "") in {"55P03", "57014"}
    return timed_out or "database is locked" in str(error.orig)


def _run(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
