"""What the daemon tells systemd: ready, alive while all is well, stopping; without systemd nothing at all."""

import contextlib
import os
import select
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from socialpub.daemon import _wait
from socialpub.metronome import Metronome
from socialpub.systemd import notify, watchdog_seconds
from socialpub.upkeep import ClockWatch
from socialpub.web.status import PATIENCE
from tests.daemon.eventually import eventually, until
from tests.daemon.process import Daemon, daemon, listening
from tests.town import town


def test_without_systemd_nothing_happens() -> None:
    notify("READY=1", {})


def test_a_socket_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_a_manager_that_does_not_listen_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialpub.systemd._PATIENCE", 0.01)
    with listening(tmp_path, 0) as (address, notices):
        holds = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text("ascii"))  # datagrams, unix(7)
        for _ in range(holds + 3):
            notify("WATCHDOG=1", {"NOTIFY_SOCKET": address})
        assert notices.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("abstract", [True, False])
def test_a_message_arrives_whole(tmp_path: Path, abstract: bool) -> None:
    name = f"socialpub-systemd-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind("\0" + name if abstract else str(tmp_path / "notify"))
        end.settimeout(5)
        notify("READY=1", {"NOTIFY_SOCKET": "@" + name if abstract else str(tmp_path / "notify")})
        assert end.recv(100) == b"READY=1"


def test_alive_is_said_twice_in_the_time_that_systemd_allows() -> None:
    assert watchdog_seconds({"WATCHDOG_USEC": "60000000"}) == 30
    assert watchdog_seconds({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}) == 30


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"},  # meant for another process
        {"WATCHDOG_USEC": ""},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
    ],
)
def test_where_systemd_does_not_watch_there_is_no_hurry(environ: dict[str, str]) -> None:
    assert watchdog_seconds(environ) is None


def test_the_daemon_says_ready_alive_and_stopping_and_a_stage_that_fails_does_not_silence_it(tmp_path: Path) -> None:
    with daemon(tmp_path, environ={"WATCHDOG_USEC": "200000"}) as running:
        running.ready()
        eventually(lambda: running.heard("WATCHDOG=1"))
        assert running.get("/healthz") == (200, "ok")
        inbox = tmp_path / "queue" / "inbox"
        inbox.rename(inbox.with_name("elsewhere"))
        eventually(lambda: running.get("/healthz")[0] == 503)
        status, words = running.get("/healthz")
        assert (status, words) == (
            503,
            "the stage intake fails: FileNotFoundError: No such file or directory; the log has the details",
        )
        _forget(running)
        eventually(lambda: running.heard("WATCHDOG=1"))
        assert running.get("/healthz")[0] == 503, "it was alive while the stage failed"
        inbox.with_name("elsewhere").rename(inbox)
        eventually(lambda: running.heard("WATCHDOG=1") and running.get("/healthz") == (200, "ok"))
        assert running.stop() == 0
        assert running.heard("STOPPING=1")


def test_a_stage_that_hangs_withholds_the_sign_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, stopping = threading.Event(), threading.Event()
    monkeypatch.setenv("WATCHDOG_USEC", "40000")
    with town(tmp_path) as here, listening(tmp_path, 0) as (address, notices):
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        metronome = Metronome([("hangs", until(gate))], _now, lambda: 0, heartbeat=timedelta(seconds=0.1))
        wait = threading.Thread(target=_wait, args=(here.app, metronome, ClockWatch(here.app), stopping))
        metronome.start()
        wait.start()
        said = Ear(notices)
        assert eventually(said.hears), "it begins alive"
        eventually(lambda: metronome.silent()["hangs"] > PATIENCE * 0.1)
        said.hears()
        eventually(lambda: not said.hears(within=0.5))
        gate.set()
        eventually(said.hears)
        stopping.set()
        wait.join()
        metronome.stop()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Ear:
    end: socket.socket

    def hears(self, within: float = 0.0) -> bool:
        """Whether anything is said within so many seconds, or was since the last question."""
        heard = bool(select.select([self.end], [], [], within)[0])
        with contextlib.suppress(BlockingIOError):
            while self.end.recv(100):
                pass
        return heard


def _forget(running: Daemon) -> None:
    """What was said so far does not count any more."""
    running.heard("WATCHDOG=1")
    running.said.clear()
