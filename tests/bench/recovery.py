"""kill -9 in the middle of a long queue: from starting the next daemon to its first visible post."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import sleep, time

from socialpub.app import open_app, utc_now
from socialpub.settings import load
from tests.bench.idle import settings_file
from tests.bench.line import Line, against, note
from tests.bench.process import python
from tests.bench.rows import fill

#: What the house promises (I13), in seconds.
AIM = 2.0
_CHANNELS = 1000


def measure(queued: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_file(Path(folder))
        app = open_app(load(settings))
        fill(app.db, _CHANNELS, queued, utc_now())
        outbox = app.spool / "outbox"
        with app.db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE channels SET base_url = ?", (outbox.as_uri(),))
        app.db.close()
        _until_killed(settings, outbox)
        yield against("first post after kill -9", _restarted(settings, outbox), "s", "the aim", AIM)


def _until_killed(settings: Path, outbox: Path) -> None:
    with python("-m", "socialpub", "--settings", str(settings), "run") as child:
        _wait_for_more(outbox, 200)
        child.send_signal(signal.SIGKILL)
        child.wait()


def _restarted(settings: Path, outbox: Path) -> float:
    before = _posts(outbox)
    note(f"recovery: killed after {before} posts")
    begin = time()
    with python("-m", "socialpub", "--settings", str(settings), "run"):
        _wait_for_more(outbox, before)
        return time() - begin


def _wait_for_more(outbox: Path, than: int) -> None:
    until = time() + 60
    while _posts(outbox) <= than:
        if time() > until:
            raise RuntimeError(f"no more than {_posts(outbox)} posts in a minute")
        sleep(0.01)


def _posts(outbox: Path) -> int:
    return sum(1 for _ in outbox.glob("*/*/post.json"))
