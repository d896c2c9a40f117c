"""What the daemon tells systemd: ready, alive while all is well, stopping; without systemd nothing at all."""

import os
import select
import socket
from pathlib import Path

import pytest

from socialpub.systemd import notify, watchdog_seconds
from tests.daemon.eventually import eventually
from tests.daemon.process import Daemon, daemon


def test_without_systemd_nothing_happens() -> None:
    notify("READY=1", {})


def test_a_socket_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})


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


def test_the_daemon_says_ready_alive_and_stopping_and_is_silent_while_a_stage_fails(tmp_path: Path) -> None:
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
        eventually(lambda: _is_silent(running))
        inbox.with_name("elsewhere").rename(inbox)
        eventually(lambda: running.get("/healthz") == (200, "ok"))
        running.said.clear()
        eventually(lambda: running.heard("WATCHDOG=1"))
        assert running.stop() == 0
        assert running.heard("STOPPING=1")


def _is_silent(running: Daemon) -> bool:
    """Whether nothing is said in five times the interval of the watchdog."""
    running.heard("WATCHDOG=1")
    running.said.clear()
    select.select([running.notices], [], [], 0.5)
    return not running.heard("WATCHDOG=1")
