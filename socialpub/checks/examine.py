"""Runs the checks: a table of small functions, in the order in which people read what they found."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from socialpub.app import database_url
from socialpub.checks.found import Clock, Found, Ground, Weight, error, refusal, warning
from socialpub.checks.place import backups, daemon, department, disk, folders, guidelines, schedule, telling
from socialpub.checks.reached import photos
from socialpub.checks.rows import accounts, clock, held, records, secret_key, shape, staff, unheard
from socialpub.settings import SettingsError
from socialpub.settings import load as load_settings
from socialpub.store.database import StoreError, open_database
from socialpub.store.schema import User
from socialpub.store.upgrade import HEAD, version

Check = Callable[[Ground], Iterator[Found]]
RowCheck = Callable[[Ground, Session], Iterator[Found]]

#: What needs no row, and what does. The name is what people see.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("department", department),
    ("folders", folders),
    ("disk", disk),
    ("guidelines", guidelines),
    ("schedule", schedule),
    ("telling", telling),
    ("daemon", daemon),
    ("backups", backups),
)
ROW_CHECKS: tuple[tuple[str, RowCheck], ...] = (
    ("database", shape),
    ("records", records),
    ("secret key", secret_key),
    ("people", staff),
    ("channels", accounts),
    ("public photos", photos),
    ("messages", unheard),
    ("clock", clock),
    ("holds", held),
)


def examine(path: Path, now: Clock) -> list[Found]:
    """Everything about the installation whose settings file is at `path`. Nothing is changed by looking."""
    try:
        settings = load_settings(path)
    except SettingsError as trouble:
        return [_named("settings", refusal(trouble, "Nothing else was looked at."))]
    found = [Found("", Weight.OK, f"{path} is readable", check="settings")]
    return found + list(examine_ground(Ground(settings, now)))


def examine_ground(ground: Ground) -> Iterator[Found]:
    """Run every check of both tables."""
    for name, check in CHECKS:
        yield from _told(name, lambda check=check: check(ground))  # type: ignore[misc]  # bound per turn
    with ExitStack() as stack:
        try:
            session = stack.enter_context(_store(ground))
        except _NotNow as trouble:
            yield _named("database", trouble.found)
            return
        for name, row_check in ROW_CHECKS:
            yield from _told(name, lambda check=row_check: check(ground, session))  # type: ignore[misc]  # bound per turn


def _told(name: str, look: Callable[[], Iterator[Found]]) -> Iterator[Found]:
    """What a check found, or that all is well. A check that fails has found something."""
    try:
        found = [_named(name, each) for each in look()]
    except (OSError, SQLAlchemyError, ValueError) as trouble:
        words = f"this could not be looked at: {str(trouble).splitlines()[0]}"
        found = [
            _named(name, error("SP199", words, "Run doctor as root or as the daemon's owner; mend what it names."))
        ]
    yield from found or [Found("", Weight.OK, "all is well", check=name)]


class _NotNow(Exception):  # noqa: N818  carries what was found
    def __init__(self, found: Found) -> None:
        super().__init__(found.words)
        self.found = found


@contextmanager
def _store(ground: Ground) -> Iterator[Session]:
    """A look into the database, if there is one and it is ours."""
    if ground.on_sqlite and not (ground.spool / "socialpub.db").exists():
        raise _NotNow(warning("SP120", "there is no database yet", "`socialpub run` makes it."))
    with ExitStack() as stack:
        try:
            session = _opened(ground, stack)
        except StoreError as trouble:
            raise _NotNow(refusal(trouble, "No row was looked at.")) from None
        except (SQLAlchemyError, OSError) as trouble:
            words = f"the database cannot be used: {getattr(trouble, 'orig', None) or trouble}"
            remedy = "Look who may read it, and whether its server runs; a damaged one: `socialpub restore`."
            raise _NotNow(error("SP013", words, remedy)) from None
        yield session


def _opened(ground: Ground, stack: ExitStack) -> Session:
    db = open_database(database_url(ground.settings), ground.clock)
    stack.callback(db.close)
    _refuse_other_shape(version(db.engine))
    session = stack.enter_context(db.reading())
    session.scalar(select(func.count()).select_from(User))
    return session


def _refuse_other_shape(found: str) -> None:
    if found > HEAD:
        remedy = "Install that version again, or restore a backup made before it."
        raise _NotNow(error("SP011", f"the database is at step {found}, this socialpub knows {HEAD}", remedy))
    if found != HEAD:
        remedy = "`socialpub run` brings it up to date; make a backup before."
        raise _NotNow(warning("SP121", f"the database is at step {found or 'none'}, the newest is {HEAD}", remedy))


def _named(name: str, found: Found) -> Found:
    return Found(found.code, found.level, found.words, found.remedy, name)
