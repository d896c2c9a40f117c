"""What a check stands on and what it finds. A code stands for one meaning in the whole house."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from socialpub.app import database_url
from socialpub.settings import Settings
from socialpub.store.database import Database

Clock = Callable[[], datetime]


class Weight(StrEnum):
    ERROR = "error"  # something cannot work, or is not safe
    WARNING = "warning"  # it works, and somebody should look
    NOTE = "note"  # worth knowing
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Found:
    """What one check found. `remedy` says what to do, and is empty only where nothing is to be done."""

    code: str
    level: Weight
    words: str
    remedy: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the checks stand on. `db` is None when it cannot be opened; checks that need it are then left out."""

    settings: Settings
    clock: Clock
    db: Database | None = None
    mounts: Path = Path("/proc/self/mounts")

    @property
    def spool(self) -> Path:
        return self.settings.queue.dir

    def at(self, moment: datetime) -> str:
        """A moment as people of the department read it."""
        return f"{moment.astimezone(self.settings.department.zone):%Y-%m-%d %H:%M %Z}"

    @property
    def on_sqlite(self) -> bool:
        return database_url(self.settings).startswith("sqlite")


def error(code: str, words: str, remedy: str) -> Found:
    return Found(code, Weight.ERROR, words, remedy)


def warning(code: str, words: str, remedy: str) -> Found:
    return Found(code, Weight.WARNING, words, remedy)


def note(code: str, words: str, remedy: str = "") -> Found:
    return Found(code, Weight.NOTE, words, remedy)


def refusal(trouble: Exception, remedy: str) -> Found:
    """A refusal of the house as a finding: its code stands in brackets at its end."""
    words, _, code = str(trouble).rpartition(" [")
    return error(code.rstrip("]"), words, remedy)


def as_data(found: Found) -> dict[str, Any]:
    return {
        "check": found.check,
        "code": found.code,
        "level": found.level.value,
        "words": found.words,
        "remedy": found.remedy,
    }
