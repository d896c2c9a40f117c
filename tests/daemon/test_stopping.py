"""SIGTERM at any moment: nothing new starts, what runs comes to its end, and the exit is clean."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialpub.model.states import DeliveryState
from socialpub.records.heads import newest_head
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running as sandbox_running
from tests.daemon.eventually import eventually
from tests.daemon.process import Daemon, daemon, prepared, visited
from tests.flow.networks import X


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with sandbox_running() as handle:
        yield handle


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_daemon_stops_cleanly_and_notes_the_head_of_the_records(tmp_path: Path, number: int) -> None:
    with prepared(tmp_path), daemon(tmp_path) as running:
        running.ready().process.send_signal(number)
        assert running.ends() == 0
        assert running.heard("STOPPING=1")
    head = newest_head(tmp_path / "queue")
    assert head is not None
    assert head.because == "stopped"
    assert "Traceback" not in running.log()


@contextmanager
def _held_in(stage: str, folder: Path) -> Iterator[tuple[Daemon, int]]:
    """A daemon in the middle of `stage`; closing the descriptor lets it on."""
    gate = folder / "gate"
    os.mkfifo(gate)
    with daemon(folder, stage, str(gate), program=("-m", "tests.daemon.gated")) as running:
        yield running, eventually(lambda: _reader(gate), what=f"{stage} begins")


def _reader(gate: Path) -> int | None:
    """The pipe, open for writing; None while nobody reads it (fifo(7))."""
    try:
        return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


@pytest.mark.parametrize("stage", ["intake", "prepare", "send", "reconcile"])
def test_a_stage_that_runs_comes_to_its_end_even_if_told_twice(tmp_path: Path, stage: str) -> None:
    with prepared(tmp_path) as here:
        here.drop()
        here.turn()
        here.approve()
    with _held_in(stage, tmp_path) as (running, gate):
        running.ready().process.send_signal(signal.SIGTERM)
        eventually(lambda: running.heard("STOPPING=1"))
        running.process.send_signal(signal.SIGTERM)
        assert running.process.poll() is None
        os.close(gate)
        assert running.ends() == 0
    assert "Traceback" not in running.log()
    with visited(tmp_path) as here:
        assert DeliveryState.SENDING not in here.states()


def _being_sent(folder: Path, sandbox: Sandbox, seconds: float) -> None:
    """An approved story for a network that keeps a post at once and answers only after `seconds`."""
    sandbox.reset()
    with prepared(folder) as here:
        X(sandbox, {}).open(here)
        here.drop(channels=["x"])
        here.turn()
        here.approve()
    sandbox.fault("slow", method="POST", path="/2/tweets$", seconds=seconds, commit="first")


def test_what_is_being_sent_may_end_and_is_delivered(tmp_path: Path, sandbox: Sandbox) -> None:
    _being_sent(tmp_path, sandbox, 2)
    with daemon(tmp_path) as running:
        eventually(sandbox.posts)
        assert running.stop() == 0
    with visited(tmp_path) as here:
        assert here.states() == {DeliveryState.DELIVERED}
    assert len(sandbox.posts()) == 1


def test_what_a_killed_daemon_was_sending_is_asked_about_by_the_next_and_never_sent_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    _being_sent(tmp_path, sandbox, 30)
    with daemon(tmp_path) as running:
        eventually(sandbox.posts)
        running.kill()
    with visited(tmp_path) as here:
        assert here.states() == {DeliveryState.SENDING}
        with daemon(tmp_path):
            eventually(lambda: here.states() == {DeliveryState.UNCONFIRMED})
    assert len(sandbox.posts()) == 1
