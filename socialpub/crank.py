"""One turn of the crank, for cron: every stage once, and the upkeep that is due. Decides nothing about stories.

Each turn is a process of its own. What the daemon remembers while it lives (when upkeep was done, how the wall
clock stood against the machine's steady one) stands here in a small file of the spool, and no truth with it: without
that file the upkeep begins as with a first turn, and the clock is measured afresh.
"""

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from socialpub.app import App
from socialpub.delivery.owner import this_boot
from socialpub.model.words import stage_fails
from socialpub.pipeline import turn
from socialpub.records.durable import sync
from socialpub.store.telling import ADMINISTRATORS, tell
from socialpub.upkeep import (
    DAY,
    HOUR,
    SETTLED_IN,
    Backups,
    ClockWatch,
    Emptying,
    Retiming,
    has_come,
    in_short,
    note_heads,
    sweep,
)

log = logging.getLogger(__name__)

FILE = "crank.json"


@dataclass
class Remembered:
    """What an earlier turn left: when each upkeep is due, and by how much the clocks differed, in which boot."""

    due: dict[str, datetime] = field(default_factory=dict)
    boot: str = ""
    offset: float = 0.0  # seconds


def turn_once(app: App, watch: Callable[[App, float | None], ClockWatch] | None = None) -> datetime | None:
    """Look at the clock, run every stage once, do the upkeep that is due; gives what `pipeline.turn` gives.

    Trouble in one thing stops no other. Administrators are told of it once a day, and one is raised at the end.
    Raises at once when the clock jumped and the stand-down cannot be written: nothing may go by such a clock.
    """
    remembered = recall(app.spool / FILE)
    known = remembered.offset if remembered.boot == this_boot() != "" else None
    clock = watch(app, known) if watch else ClockWatch(app, known=known)
    clock.jumped()
    remembered.boot, remembered.offset = this_boot(), clock.offset
    troubles = _catch_up(app, remembered, _before(app))
    due = None
    try:
        due = turn(app, partial(_told, app))
    except Exception as error:  # noqa: BLE001  raised below: upkeep comes first
        troubles.append(error)
    troubles += _catch_up(app, remembered, _after(app))
    if troubles:
        raise troubles[0]
    return due


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`name` is the daemon's; `work` does it and gives its next time. `first`: so long after the first turn."""

    name: str
    every: timedelta  # at most
    work: Callable[[], datetime | None]
    first: timedelta = timedelta(0)


def _before(app: App) -> Iterator[Upkeep]:
    """What decides when something goes out."""
    yield Upkeep("retime", DAY, Retiming(app))


def _after(app: App) -> Iterator[Upkeep]:
    """A backup may take minutes; what is due does not wait for it."""
    at_once = timedelta(0)
    yield Upkeep("sweep", DAY, lambda: sweep(app))
    yield Upkeep("heads", HOUR, lambda: note_heads(app))
    yield Upkeep("backup", HOUR, Backups(app, at_once), SETTLED_IN)
    yield Upkeep("taken", HOUR, Emptying(app, at_once), SETTLED_IN)


def _catch_up(app: App, remembered: Remembered, upkeep: Iterable[Upkeep]) -> list[Exception]:
    """Do what is due, and remember it; gives what went wrong. That is tried again at the next turn."""
    troubles = []
    for each in upkeep:
        now = app.clock()
        if has_come(remembered.due.setdefault(each.name, now + each.first), now, each.every):
            try:
                remembered.due[each.name] = each.work() or app.clock() + each.every
            except Exception as error:
                log.exception("upkeep: %s failed; it is tried again at the next turn", each.name)
                _told(app, each.name, error)
                troubles.append(error)
    keep(app.spool / FILE, remembered)
    return troubles


def _told(app: App, name: str, error: Exception) -> None:
    now = app.clock()
    said = stage_fails(name, in_short(error), now.astimezone(app.zone))
    try:
        with app.db.transaction() as tx:
            tell(tx, ADMINISTRATORS, *said, once=f"stage:{name}:{now.date().isoformat()}:{ADMINISTRATORS}")
    except Exception:
        log.exception("an alarm could not be written into the store")


def recall(file: Path) -> Remembered:
    """What the file holds; nothing, said aloud, where it cannot be read."""
    try:
        read = json.loads(file.read_text("utf-8"))
        due = {str(name): datetime.fromisoformat(at).astimezone(UTC) for name, at in read["due"].items()}
        return Remembered(due, str(read["boot"]), float(read["offset"]))
    except FileNotFoundError:
        return Remembered()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s cannot be read (%s); the upkeep begins anew", file, error)
        return Remembered()


def keep(file: Path, what: Remembered) -> None:
    """Write it whole or not at all."""
    due = {name: at.isoformat() for name, at in what.due.items()}
    half = file.with_name(f".part-{file.name}")
    half.write_text(json.dumps({"boot": what.boot, "offset": what.offset, "due": due}), "utf-8")
    half.chmod(0o600)
    os.replace(half, file)  # noqa: PTH105  the name says that what was there goes
    sync(file.parent)
