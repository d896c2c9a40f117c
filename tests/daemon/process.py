"""A daemon as a real process on a spool of its own, and the socket on which it says how it is."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from socialpub.app import open_app
from tests.clock import SetClock
from tests.daemon.eventually import eventually
from tests.town import ROOT, Town, settings, town

DAEMON = ("-m", "socialpub")

_SETTINGS = f"""
[department]
name = "Port Halyard Police Department"
state = "MA"
time_zone = "America/New_York"
[web]
port = 0
[policies]
dir = "{ROOT / "policies"}"
[secrets]
key_file = "secret.key"
"""


@dataclass
class Daemon:
    """One process. `said` is what it told systemd so far."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    log_file: Path
    notices: socket.socket
    said: list[str] = field(default_factory=list)

    def heard(self, message: str) -> bool:
        while True:
            try:
                self.said.append(self.notices.recv(4096).decode())
            except BlockingIOError:
                return message in self.said

    def ready(self) -> "Daemon":
        eventually(lambda: self.heard("READY=1") or self._died(), what=f"READY=1 from {self.log_file}")
        return self

    def _died(self) -> bool:
        assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.log()}"
        return False

    def log(self) -> str:
        return self.log_file.read_text("utf-8", "replace")

    def stop(self, within: float = 20.0) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.ends(within)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ends(self, within: float = 20.0) -> int:
        return self.process.wait(within)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        port = re.findall(r"pages on 127\.0\.0\.1:(\d+)", self.log())[-1]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()


def write_settings(folder: Path) -> Path:
    """The settings file of the town in `folder`, as `tests.town.settings` has them."""
    path = folder / "settings.toml"
    path.write_text(_SETTINGS, "utf-8")
    return path


@contextmanager
def daemon(
    folder: Path, *words: str, program: Sequence[str] = DAEMON, environ: Mapping[str, str] | None = None
) -> Iterator[Daemon]:
    """A daemon on `folder`/queue; killed at the end if the test has not ended it."""
    number = len(list(folder.glob("daemon-*.log")))
    log_file = folder / f"daemon-{number}.log"
    with listening(folder, number) as (address, notices), log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *program, "--settings", str(write_settings(folder)), *(words or ("run",))],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "NOTIFY_SOCKET": address, **(environ or {})},
        )
        try:
            yield Daemon(folder, process, log_file, notices)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def listening(folder: Path, number: int) -> Iterator[tuple[str, socket.socket]]:
    """An abstract socket (unix(7)): it has no path that could be too long."""
    name = f"socialpub-test-{os.getpid()}-{abs(hash(folder)):x}-{number}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind("\0" + name)
        end.settimeout(0)
        yield "@" + name, end


@contextmanager
def prepared(folder: Path) -> Iterator[Town]:
    """The town that a daemon will find in `folder`: its people, a channel, and the clock on the wall's time."""
    with town(folder) as here:
        here.clock.now = datetime.now(UTC)
        here.add_file_channel()
        yield here


@contextmanager
def visited(folder: Path) -> Iterator[Town]:
    """The same town again, whether or not a daemon works in it."""
    clock = SetClock(datetime.now(UTC))
    app = open_app(settings(folder), clock)
    try:
        yield Town(app, clock)
    finally:
        app.db.close()


def command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command line, on the same spool."""
    return subprocess.run(
        [sys.executable, *DAEMON, "--settings", str(write_settings(folder)), *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
