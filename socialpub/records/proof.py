"""Proves a database file that nobody writes to: its pages, its chain, its version. It changes not one byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from socialpub.records.refusal import RecordsError, reason
from socialpub.records.shelves import Shelved, named_in
from socialpub.store.audit import verify
from socialpub.store.claims import current_epoch
from socialpub.store.upgrade import HEAD, version


@dataclass(frozen=True, slots=True)
class Proof:
    """What a whole and genuine database file holds."""

    schema: str
    events: int
    head: str
    epoch: int
    media: frozenset[Shelved]  # what its rows say must be on the shelf


def prove(path: Path) -> Proof:
    """Check every page, every reference and the whole chain. Raises RecordsError, naming what does not fit."""
    try:
        with _looking(path) as engine:
            return _prove(path, engine)
    except (SQLAlchemyError, ValueError) as error:  # ValueError: a row that cannot be read as what it is
        raise _damaged(path, reason(error)) from None


def _prove(path: Path, engine: Engine) -> Proof:
    with engine.connect() as connection:
        if fault := _integrity(connection):
            raise _damaged(path, fault)
    schema = version(engine)
    _refuse_unknown(path, schema)
    with Session(engine) as session:
        verdict = verify(session)
        if verdict.fault:
            raise RecordsError(
                f"{path}: the chain of events does not verify: {verdict.fault}. "
                "Keep this file as it is, tell the auditor, and use an older backup [SP081]"
            )
        return Proof(schema, verdict.events, verdict.head, current_epoch(session), frozenset(named_in(session)))


def _integrity(connection: Connection) -> str:
    pages = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
    if pages != "ok":
        return pages
    stray = connection.execute(text("PRAGMA foreign_key_check")).first()
    return f"a row of {stray[0]} refers to nothing" if stray else ""


def _refuse_unknown(path: Path, schema: str) -> None:
    if not schema:
        raise RecordsError(f"{path}: this is no database of socialpub; name a folder that `backup` made [SP082]")
    if schema > HEAD:
        raise RecordsError(
            f"{path}: it is at step {schema}, this socialpub knows {HEAD}: a newer one wrote it. "
            "Install that version, then restore [SP011]"
        )


def _damaged(path: Path, why: str) -> RecordsError:
    return RecordsError(f"{path}: the database is damaged: {why}. Use an older backup; keep this one aside [SP080]")


@contextmanager
def _looking(path: Path) -> Iterator[Engine]:
    import pysqlite3.dbapi2 as sqlite

    # immutable: no lock, no journal, no WAL beside it; the file's hash is the same afterwards.
    uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
    engine = create_engine(
        "sqlite://", module=sqlite, creator=lambda: sqlite.connect(uri, uri=True), poolclass=NullPool
    )
    try:
        yield engine
    finally:
        engine.dispose()
