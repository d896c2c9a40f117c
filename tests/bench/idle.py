"""What the daemon takes while nothing happens, against an empty web server with a scheduler and a database."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.line import Line, against, note
from tests.bench.process import idle, python

_SETTLE = 5.0
MEMORY_AIM, CPU_AIM = 75.0, 0.2  # MiB, per cent
_EMPTY = """
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from starlette.applications import Starlette
BackgroundScheduler(timezone="UTC", jobstores={"default": SQLAlchemyJobStore("sqlite://")}).start()
uvicorn.run(Starlette(), port=0, log_level="error")
"""


def measure(seconds: float) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_file(Path(folder))
        with python("-m", "socialpub", "--settings", str(settings), "run", "--once") as first:
            first.wait()  # makes the spool: a daemon starts on an empty one only once
        with python("-m", "socialpub", "--settings", str(settings), "run") as child:
            ours, cpu, wakes = idle(child, _SETTLE, seconds)
    with python("-c", _EMPTY) as child:
        empty, their_cpu, their_wakes = idle(child, _SETTLE, seconds)
    note(
        f"idle: an empty server takes {empty.rss:.0f} MiB, {their_cpu:.2f} %, wakes {their_wakes:.1f} times a second"
    )
    name = "Starlette, uvicorn, APScheduler and SQLAlchemy, empty"
    yield against("idle daemon, resident memory", ours.rss, "MiB", name, empty.rss)
    yield against("idle daemon, proportional memory", ours.pss, "MiB", name, empty.pss)
    yield against("idle daemon, resident memory, and its aim", ours.rss, "MiB", "the aim", MEMORY_AIM)
    yield against("idle daemon, CPU", cpu, "%", "the aim", CPU_AIM)
    yield against("idle daemon, wake-ups", wakes, "1/s", name, their_wakes)


def settings_file(folder: Path) -> Path:
    """Settings of a department with a spool of its own; its pages on any free port."""
    file = folder / "settings.toml"
    file.write_text(
        '[department]\nname = "Port Halyard Police Department"\nstate = "MA"\ntime_zone = "America/New_York"\n'
        '[web]\nport = 0\n[queue]\ndir = "queue"\n[secrets]\nkey_file = "secret.key"\n',
        "utf-8",
    )
    return file
