"""Ctrl-C: at any moment it ends in order, says where the spool is, and leaves no process."""

import os
import re
import signal
import urllib.request
from collections.abc import Callable

import pytest

from tests.demo.conftest import NETWORKS, Underway

Start = Callable[[], Underway]


def _press_ctrl_c(demo: Underway) -> None:
    """As a terminal does it: to the whole group in the foreground."""
    os.killpg(demo.process.pid, signal.SIGINT)


@pytest.mark.parametrize("step", ["2. Screening", "7. Delivered"])
def test_ctrl_c_in_the_middle_stops_cleanly(start: Start, step: str) -> None:
    demo = start()
    demo.await_words(step)
    _press_ctrl_c(demo)
    run = demo.ended()
    assert (run.code, run.out) == (1, "")
    assert demo.companions() == []
    assert f"stays in {run.folder / 'queue'}" in run.talk
    assert "stopped before everything was delivered" in run.talk
    assert "Traceback" not in run.talk


def test_it_stays_with_its_pages_until_ctrl_c(start: Start) -> None:
    demo = start()
    talk = demo.await_words("Ctrl-C ends it.")
    public, health = re.findall(r"(http://127\.0\.0\.1:\d+/(?:healthz)?)\n", talk)[-2:]
    assert _get(health) == "ok"
    assert _get(public).count("<article") == 5 * (len(NETWORKS) - 1)  # the folder is none of theirs
    assert len(demo.companions()) == 2  # itself and the networks
    _press_ctrl_c(demo)
    run = demo.ended()
    assert run.code == 0
    every = 5 * len(NETWORKS)
    assert run.out == f"6 stories, 1 returned to its author; {every} of {every} deliveries delivered.\n"
    assert demo.companions() == []
    assert "Traceback" not in run.talk


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  loopback
        return str(answer.read().decode())
