"""Brings a database to the newest shape. Alembic is imported only when there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from socialpub.store.database import StoreError

#: The newest step under migrations/versions; a test holds it to the files.
HEAD = "0001"


def version(engine: Engine) -> str:
    """The step this database stands at; "" for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def upgrade(engine: Engine, to: str = HEAD) -> None:
    """Run the missing steps in one transaction. Refuses a database of a newer socialpub."""
    found = version(engine)
    if found == to:
        return
    if found > HEAD:
        raise StoreError(
            f"the database is at step {found}, this socialpub knows {HEAD}: it was written by a newer one. "
            "Install that version again, or restore a backup made before it [SP011]"
        )
    with engine.begin() as connection:
        _run(connection, to)


def _run(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
