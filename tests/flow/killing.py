"""Daemons that are killed: a process of its own works on a spool, and dies where it is told to.

`die` counts the crash points that the process passes, or names one; a sweep goes on until a process reaches its
end alive. Nothing here decides what is right: the tests do.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from socialpub import crash
from socialpub.app import App, open_app
from socialpub.desk import prepare
from socialpub.media import original, render
from socialpub.media.shelf import Shelf
from socialpub.model.states import SETTLED, StoryState
from socialpub.pipeline import turn
from tests.clock import SetClock
from tests.flow import loud
from tests.town import ROOT, Town, settings, share_packs

#: A fresh process per daemon, forked from one that has imported everything and opened nothing.
_processes = multiprocessing.get_context("forkserver")
# Python 3.11's fork server does not take over sys.path (gh-117378) and passes over what it cannot import.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
_processes.set_forkserver_preload(["tests.flow.warm"])

#: By the clock of a trial, how long a daemon may take to come to an end, in seconds. A network is looked at for
#: 30; what is surely absent is sent again, the second time after 120.
ENOUGH = 180

#: Where a daemon dies: at the n-th point that it passes, or the first time at the point of this name. 0: nowhere.
Death = int | str


@dataclass(frozen=True)
class Trial:
    """Where a daemon works, and the time at which it starts."""

    folder: Path
    database: str
    now: datetime
    sabotage: Callable[[], None] | None = None  # what a mutation takes out of the code
    approver: str = ""  # who looks at every story and approves it, beside the daemon
    only_planned: bool = False  # the daemon's work ends when there is a delivery, not when it is settled

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


@dataclass(frozen=True)
class Ended:
    """How a daemon ended: the point at which it died, "" if alive; and its clock then."""

    died_at: str
    now: datetime


def run(trial: Trial, die: Death = 0) -> Ended:
    """Let a daemon work until nothing is left to do, or until it dies."""
    mine, theirs = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_work, args=(trial, die, theirs))
    process.start()
    theirs.close()
    last = trial.now
    try:
        while True:
            last = mine.recv()
    except EOFError:
        process.join(60)
    said = _last_words(trial).read_text("utf-8")
    if process.exitcode == 0:
        return Ended("", last)
    assert process.exitcode == -signal.SIGKILL, f"the daemon ended with {process.exitcode}: {said}"
    return Ended(said.rpartition("dying at ")[2].strip(), last)


def _last_words(trial: Trial) -> Path:
    """What a daemon says on its error output; a dying one says where."""
    return trial.folder / "last-words"


def _work(trial: Trial, die: Death, report: "multiprocessing.connection.Connection[datetime, None]") -> None:
    os.dup2(os.open(_last_words(trial), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    if trial.sabotage:
        trial.sabotage()
    clock = SetClock(trial.now)
    app = _decoding_here(trial.open(clock))
    here = Town(app, clock)
    _arm(die)
    while (clock.now - trial.now).total_seconds() < ENOUGH:
        report.send(clock.now)
        due = turn(app)
        if here.deliveries() and (trial.only_planned or here.states() <= SETTLED):
            break
        _approve_what_waits(here, trial.approver)
        clock.now = max(due or clock.now, clock.now)
        clock.advance(0.001)
    app.db.close()


def _decoding_here(app: App) -> App:
    """The same app, without a process for each photo: what a decoder may do is not asked here, and one is warm."""
    app.inbox.stillness.settles = timedelta(0)  # the folder was whole when it was put there
    app.__dict__["shelf"] = Shelf(app.spool / "media", original.examine)
    vars(prepare)["render"] = render.render
    return app


def _arm(die: Death) -> None:
    if isinstance(die, int):
        crash.arm(die)
        return
    point = crash.point

    def watching(name: str) -> None:
        if name == die:
            crash.arm(1)
        point(name)

    crash.point = watching  # this process is a trial's and ends with it


def _approve_what_waits(here: Town, approver: str) -> None:
    """People work beside the daemon; their process may be the one that dies."""
    if approver and here.story().state == StoryState.IN_REVIEW:
        crash.point("approve.before")
        here.approve(approver)
        crash.point("approve.after")


def killed_then_restarted(trial: Trial, *deaths: Death) -> Sequence[str]:
    """One death after the other, then a daemon on the same spool that lives. The names of the points where they
    died: fewer than `deaths` when one came to its end alive.
    """
    died: list[str] = []
    for die in deaths:
        ended = run(trial, die)
        trial = replace(trial, now=ended.now)
        if not ended.died_at:
            break
        died.append(ended.died_at)
    run(replace(trial, only_planned=False))
    return died
