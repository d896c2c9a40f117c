"""Daemons that are killed: a process of its own works on a spool, and dies where it is told to.

`die_at` counts the crash points that the process passes; a sweep goes
on until a process reaches its end alive. Nothing here decides what is right: the tests do.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from socialpub import crash
from socialpub.app import App, open_app
from socialpub.model.states import SETTLED
from socialpub.pipeline import turn
from tests.clock import SetClock
from tests.flow import loud
from tests.town import ROOT, Town, settings, share_packs

#: A fresh process per daemon, forked from one that has imported everything and opened nothing.
_processes = multiprocessing.get_context("forkserver")
# Python 3.11's fork server does not take over sys.path (gh-117378) and passes over what it cannot import.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
_processes.set_forkserver_preload(["tests.flow.warm"])

#: By the clock of a trial, how long the daemons may take to come to an end. Seconds.
ENOUGH = 600


@dataclass(frozen=True)
class Trial:
    """Where a daemon works, and the time at which it starts."""

    folder: Path
    database: str
    now: datetime
    sabotage: Callable[[], None] | None = None  # what a mutation takes out of the code

    @property
    def alone(self) -> bool:
        return self.database.startswith("sqlite")

    def open(self, clock: SetClock) -> App:
        app = open_app(settings(self.folder, self.database), clock, alone=self.alone)
        share_packs(app)
        return loud.heard(app, self.folder)

    def look(self) -> Town:
        """The trial as a test sees it. The caller closes the database."""
        clock = SetClock(self.now)
        return Town(self.open(clock), clock)


def run(trial: Trial, die_at: int = 0) -> tuple[bool, datetime]:
    """Let a daemon work until nothing is left to do, or until it dies. Whether it died, and its clock then."""
    mine, theirs = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_work, args=(trial, die_at, theirs))
    process.start()
    theirs.close()
    last = trial.now
    try:
        while True:
            last = mine.recv()
    except EOFError:
        process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}, f"the daemon ended with {process.exitcode}"
    return process.exitcode != 0, last


def _work(trial: Trial, die_at: int, report: "multiprocessing.connection.Connection[datetime, None]") -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a dying daemon is not news
    if trial.sabotage:
        trial.sabotage()
    clock = SetClock(trial.now)
    app = trial.open(clock)
    here = Town(app, clock)
    crash.arm(die_at)
    while (clock.now - trial.now).total_seconds() < ENOUGH:
        report.send(clock.now)
        due = turn(app)
        if here.deliveries() and here.states() <= SETTLED:
            break
        clock.now = max(due or clock.now, clock.now)
        clock.advance(0.001)
    app.db.close()


def killed_then_restarted(trial: Trial, die_at: int) -> bool:
    """One death and one restart on the same spool. False: the first daemon came to its end alive."""
    died, at = run(trial, die_at)
    if died:
        run(replace(trial, now=at))
    return died
