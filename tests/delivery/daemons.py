"""Real daemon processes on one database, for tests that stop and kill them. Every wait is a condition with an end.

Leases are short here, or a paused daemon would have to be paused for two minutes.
"""

import json
import logging
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from socialpub import daemon
from socialpub.app import App, open_app, utc_now
from socialpub.delivery import intents, journal, recover, settle
from socialpub.model.limits import LookLimits
from socialpub.pipeline import STAGES
from socialpub.store import claims
from tests.flow import loud
from tests.town import settings

log = logging.getLogger(__name__)

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.delivery.daemons", "psycopg"])

LEASE, CALL, SENDERS = 4.0, 1.0, 8  # seconds, seconds, threads
LOOKS = LookLimits(settle_s=1, looks=2, proves_absence="always")

#: What moves deliveries. The other stages have nothing to do here.
_STAGES = [stage for stage in STAGES if stage.name in {"dispatch", "recover", "expire", "send", "reconcile"}]


def opened(folder: Path, url: str) -> App:
    """The app on a PostgreSQL, with the loud network and quick looks. The caller closes its database."""
    app = loud.heard(open_app(settings(folder, url), utc_now), folder)
    limits = app.limits[loud.NAME].model_copy(update={"looks": LOOKS, "pace": app.limits["file"].pace})
    app.limits[loud.NAME] = limits
    network = loud.Loud(limits, folder / "wall")
    app.__dict__["platform"] = lambda _name: network
    return app


@contextmanager
def started(folder: Path, url: str, lease: float = LEASE) -> Iterator[BaseProcess]:
    """A daemon of its own, from now on; killed at the end, whatever became of it."""
    process = _processes.Process(target=_work, args=(folder, url, lease))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(30)


def _work(folder: Path, url: str, lease: float) -> None:
    for module in (settle, recover):
        module.cool_off = _briefly  # type: ignore[attr-defined]
    for holder in (claims, intents, journal):
        holder.LEASE = timedelta(seconds=lease)  # type: ignore[attr-defined]
    journal._CALL, daemon.SENDERS, daemon._MANY = CALL, SENDERS, SENDERS
    app = opened(folder, url)
    senders = daemon.Senders()
    while True:
        for stage in _STAGES:
            try:
                stage.run(app, senders)
            except Exception:
                log.exception("the stage %s failed; it is tried again, as the metronome does", stage.name)
        time.sleep(0.02)


def _briefly(_attempts: int) -> timedelta:
    return timedelta(seconds=0.5)


def wall(folder: Path) -> list[str]:
    """The texts that everybody can see, in order. A line that is being written is not there yet."""
    file = folder / "wall"
    lines = file.read_text("utf-8").split("\n")[:-1] if file.exists() else []
    return [json.loads(line)["text"] for line in lines]


def posts_reach(folder: Path, many: int, within: float = 100) -> None:
    """Wait until so many posts are up."""
    ends = time.monotonic() + within
    while len(wall(folder)) < many:
        assert time.monotonic() < ends, f"{len(wall(folder))} of {many} posts after {within} s"
        time.sleep(0.01)
