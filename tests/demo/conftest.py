"""One run of the demo for all that only look at what it left; and a demo under way for those that stop it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
#: What the demo's stories go to. YouTube shows nothing without a video, and the archive is no network of the sandbox.
NETWORKS = ("file", "x", "facebook", "instagram", "bluesky", "mastodon")


@dataclass(frozen=True)
class Run:
    """A demo that has ended."""

    place: Path  # its $TMPDIR; its $HOME and its current directory lie beside it
    code: int
    out: str
    talk: str

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def folder(self) -> Path:
        (folder,) = self.place.iterdir()
        return folder


class Underway:
    """A demo that runs, in a session of its own."""

    def __init__(self, place: Path, *arguments: str) -> None:
        self.place = place / "tmp"
        self.talk_file = place / "talk"
        for name in ("tmp", "home", "here"):
            (place / name).mkdir()
        with (place / "out").open("wb") as out, self.talk_file.open("wb") as talk:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "socialpub", "demo", *arguments],
                stdout=out,
                stderr=talk,
                cwd=place / "here",
                env=_environment(place),
                start_new_session=True,
            )

    def await_words(self, words: str) -> str:
        """Until the demo has said `words`; everything it has said."""
        end = time.monotonic() + 90
        while words not in self.talk():
            assert self.process.poll() is None, self.talk()
            assert time.monotonic() < end, self.talk()
            time.sleep(0.02)
        return self.talk()

    def talk(self) -> str:
        return self.talk_file.read_text("utf-8")

    def ended(self) -> Run:
        code = self.process.wait(90)
        out = self.talk_file.with_name("out").read_text("utf-8")
        return Run(self.place, code, out, self.talk())

    def companions(self) -> list[str]:
        """The command lines of all processes of its session, itself included."""
        return [command for session, command in _processes() if session == self.process.pid]


def _processes() -> Iterator[tuple[int, str]]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            session = int(status.read_text("utf-8", "replace").rpartition(")")[2].split()[3])
            yield session, status.with_name("cmdline").read_text("utf-8", "replace").replace("\0", " ")
        except OSError:
            continue  # it ended while we looked


def _environment(place: Path) -> dict[str, str]:
    """As in a shell where somebody runs a real department: none of it may be touched."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "tmp"),
        "SOCIALPUB__QUEUE__DIR": str(place / "home" / "real"),
        "SOCIALPUB__DEPARTMENT__NAME": "A real department",
    }


@contextmanager
def underway(place: Path, *arguments: str) -> Iterator[Underway]:
    demo = Underway(place, *arguments)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGTERM)
            demo.process.wait(30)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with underway(tmp_path_factory.mktemp("demo"), "--once", "--json") as demo:
        ended = demo.ended()
        assert demo.companions() == []
        return ended


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Underway]]:
    with underway(tmp_path) as demo:
        yield lambda: demo
