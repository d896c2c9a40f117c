"""kill -9 at every point that a YouTube attempt passes, between two pieces too: one video, public once, none lost.

Each attempt is a process of its own that dies by SIGKILL; its journal is a file, written before each next step.
"""

import json
import multiprocessing
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from socialpub import crash
from socialpub.model.account import Account
from socialpub.model.outcome import Absent, Delivered, Found, Outcome
from socialpub.model.post import Post
from socialpub.platforms.contract import PUBLISH, Supplies
from socialpub.platforms.youtube import YouTubePlatform
from tests.flow import killing  # noqa: F401  it sets the fork server up
from tests.platforms.rig import LIMITS, PATIENT, UNIT, Sandbox, YouTubeRig, since

_processes = multiprocessing.get_context("forkserver")


class FileJournal:
    """A journal that survives its process. `platforms.contract.Journal` says what each call means."""

    key, part = "0199bbbb-0000-7000-8000-000000000002", 0

    def __init__(self, file: Path) -> None:
        self._file = file

    def recall(self, step: str) -> Mapping[str, str]:
        steps: dict[str, dict[str, str]] = json.loads(self._file.read_text("utf-8")) if self._file.exists() else {}
        return steps.get(step, {})

    def note(self, step: str, **ids: str) -> None:
        crash.point(f"journal.{step}.before")
        steps = json.loads(self._file.read_text("utf-8")) if self._file.exists() else {}
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({**steps, step: ids}), "utf-8")
        new.replace(self._file)
        crash.point(f"journal.{step}.after")

    def about_to_publish(self, **ids: str) -> None:
        self.note(PUBLISH, **ids)

    def owned(self, remote_id: str) -> bool:
        return remote_id == ""


def _platform(kept: Mapping[str, bytes]) -> YouTubePlatform:
    return YouTubePlatform(LIMITS["youtube"], Supplies(kept.__getitem__), timeouts=PATIENT, chunk=UNIT)


def _attempt(kept: Mapping[str, bytes], post: Post, account: Account, file: Path, die_at: int, told: Any) -> None:
    crash.arm(die_at)
    told.send(_platform(kept).deliver(post, account, FileJournal(file)))


def _in_a_process(rig: YouTubeRig, post: Post, file: Path, die_at: int) -> Outcome | None:
    """How an attempt ended; None when it was killed."""
    mine, theirs = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_attempt, args=(rig.shelf.kept, post, rig.account, file, die_at, theirs))
    process.start()
    theirs.close()
    try:
        outcome: Outcome | None = mine.recv()
    except EOFError:
        outcome = None
    process.join(30)
    assert process.exitcode in {0, -signal.SIGKILL}
    return outcome


def test_an_attempt_killed_at_any_point_leaves_one_video_that_the_next_one_shows_once(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    points, outcome = 0, None
    while outcome is None:
        points += 1
        rig = YouTubeRig(sandbox, YouTubePlatform)
        file, begun, post = tmp_path / f"{points}.json", since(), rig.film("A film", dressed=True)
        outcome = _in_a_process(rig, post, file, points)
        if outcome is None:
            journal, platform = FileJournal(file), _platform(rig.shelf.kept)
            if journal.recall(PUBLISH):
                answer = platform.find(post, rig.account, journal, begun)
                assert isinstance(answer, Found if rig.shown() else Absent), points
            again = platform.deliver(post, rig.account, journal)
            assert isinstance(again, Delivered), points
        assert [shown.remote_id for shown in rig.shown()] == rig.videos(), f"point {points}: a video was left behind"
        assert len(rig.videos()) == 1, points
    assert isinstance(outcome, Delivered)
    # Whose it is, a session, three pieces, picture, captions, a look and the switch; and eight notes: each twice.
    assert points - 1 == 2 * (9 + 8)
