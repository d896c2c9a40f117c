"""The spool on disk: its folders, one daemon in it, and a socket that can be reached however long its path."""

import os
import stat
from pathlib import Path

import pytest

from socialpub.spool import FOLDERS, SpoolBusy, lock, make, wake, wakeups


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    make(tmp_path / "queue")
    return tmp_path / "queue"


def test_every_folder_has_its_mode_and_keeps_what_an_administrator_gave_it(spool: Path) -> None:
    for name, mode in FOLDERS.items():
        assert stat.S_IMODE((spool / name).stat().st_mode) == mode, name
    (spool / "inbox").chmod(0o700)
    make(spool)
    assert stat.S_IMODE((spool / "inbox").stat().st_mode) == 0o700


def test_only_one_may_hold_the_lock_and_the_other_is_told_who_does(spool: Path) -> None:
    with (
        lock(spool),
        pytest.raises(SpoolBusy, match=rf"process {os.getpid()}\); stop it first \[SP030\]"),
        lock(spool),
    ):
        pass


def test_a_lock_that_was_let_go_can_be_taken_again(spool: Path) -> None:
    for _ in range(2):
        with lock(spool):
            assert (spool / "daemon.lock").read_text() == str(os.getpid())


def test_waking_nobody_is_no_trouble(spool: Path, tmp_path: Path) -> None:
    wake(spool)
    wake(tmp_path / "there is no such spool")


def test_a_wake_up_arrives(spool: Path) -> None:
    _arrives(spool)


def test_a_wake_up_arrives_where_the_path_is_longer_than_a_socket_s_may_be(tmp_path: Path) -> None:
    spool = tmp_path / ("long-" * 20) / ("longer-" * 20)
    make(spool)
    assert len(os.fsencode(spool / "wake.sock")) > 108
    _arrives(spool)


def test_a_socket_that_a_dead_daemon_left_is_replaced(spool: Path) -> None:
    wakeups(spool).close()
    assert (spool / "wake.sock").exists()
    _arrives(spool)


def test_a_daemon_that_is_busy_is_not_waited_for(spool: Path) -> None:
    with wakeups(spool):
        for _ in range(10_000):  # more than its queue holds
            wake(spool)


def _arrives(spool: Path) -> None:
    with wakeups(spool) as end:
        end.settimeout(5)
        wake(spool)
        assert end.recv(64) == b"wake"
        assert stat.S_IMODE((spool / "wake.sock").stat().st_mode) == 0o660
