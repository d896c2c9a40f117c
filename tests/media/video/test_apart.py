"""The process that decodes videos: no harm when it dies, lies or never answers; nothing half when it is killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from socialpub.media import apart as photos_apart
from socialpub.media.child import READY
from socialpub.media.refusal import MediaRefused
from socialpub.media.shelf import RENDITIONS, Shelf
from socialpub.media.video import apart
from socialpub.media.video.facts import Facts
from socialpub.model.limits import VideoLimits
from tests.media import film
from tests.media.conftest import Keep
from tests.media.test_apart import stand_in

LIMITS = VideoLimits(most=1, max_bytes=500_000, longest_s=60, width=1920, height=1920)
FACTS = Facts("video/mp4", 64, 48, 2.0, 30.0, "h264", "yuv420p", "", "", square=True, channels=1, rate=44_100)


@pytest.fixture
def video(keep: Keep) -> Path:
    return keep(film.clip())


def writes(data: Path) -> str:
    """A child that writes a copy of this file as its rendition, and says that it made it."""
    return (
        "import json, shutil, sys; ask = json.loads(sys.argv[1]); "
        f"shutil.copyfile({str(data)!r}, ask['to']); print({READY.decode().strip()!r}); print('{{\"made\": true}}')"
    )


@pytest.mark.parametrize(
    "script",
    [
        "print('ready', flush=True); import os; os.kill(os.getpid(), 9)",
        "print('ready')",
        "print('ready'); print('{}')",
        "print('ready'); print('{\"facts\": {}}')",
        "print('ready'); print('{\"facts\": 5}')",
        "print('ready'); print('[]')",
        "print('ready\\n' + 'x' * 1_000_000)",
    ],
)
def test_a_process_that_dies_or_talks_nonsense_refuses_the_video(
    video: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    stand_in(monkeypatch, script)
    with pytest.raises(MediaRefused, match="video could not be decoded safely"):
        apart.examine(video)
    with pytest.raises(MediaRefused, match="video could not be decoded safely"):
        apart.render(video, FACTS, LIMITS, video.with_suffix(".made"))


def test_a_process_that_cannot_start_blames_the_installation(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "raise SystemExit('no module named av')")
    with pytest.raises(photos_apart.NoDecoderError, match="installation"):
        apart.examine(video)


def test_a_process_that_never_answers_is_ended(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WALL_S", 0.3)
    monkeypatch.setattr(apart, "_WALL_EACH_S", 0.0)
    stand_in(monkeypatch, "import time; print('ready', flush=True); time.sleep(60)")
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.render(video, FACTS, LIMITS, video.with_suffix(".made"))


def test_what_it_made_is_looked_at_before_it_is_believed(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other := video.with_suffix(".other")).write_bytes(film.clip(container="mp4"))
    stand_in(monkeypatch, writes(other))
    with pytest.raises(MediaRefused, match="still carries"):
        apart.render(video, FACTS, LIMITS, video.with_suffix(".made"))


def test_a_video_of_another_size_than_was_asked_for_is_not_used(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into, other = video.with_suffix(".made"), video.with_suffix(".other")
    apart.render(video, apart.examine(video), LIMITS.model_copy(update={"width": 32}), other)
    stand_in(monkeypatch, writes(other))
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.render(video, FACTS, LIMITS, into)


def test_more_bytes_than_were_asked_for_are_never_used(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other := video.with_suffix(".other")).write_bytes(bytes(500_001))
    stand_in(monkeypatch, writes(other))
    with pytest.raises(MediaRefused, match="trim it"):
        apart.render(video, FACTS, LIMITS, video.with_suffix(".made"))


def test_what_cannot_be_made_leaves_nothing_on_the_shelf(video: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "media")

    def half(part: Path) -> None:
        part.write_bytes(b"half a video")
        raise MediaRefused("broken", "mend it")

    with pytest.raises(MediaRefused):
        shelf.make_rendition(half)
    assert list((tmp_path / "media" / RENDITIONS).rglob("*")) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from socialpub.media.shelf import Shelf
def half(part):
    part.write_bytes(b"half a video")
    os.kill(os.getpid(), signal.SIGKILL)
Shelf(Path(sys.argv[1])).make_rendition(half)
"""


def test_a_kill_in_the_middle_leaves_a_half_copy_that_is_swept_and_never_a_rendition(tmp_path: Path) -> None:
    root = tmp_path / "media"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, root], env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False
    )
    assert done.returncode == -9
    [left] = (path for path in (root / RENDITIONS).rglob("*") if path.is_file())
    assert left.name.startswith(".part-")
    assert Shelf(root).sweep(left.stat().st_mtime + 1) == 1


def test_this_process_never_imports_a_decoder(video: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from socialpub.media.shelf import Shelf; "
        "Shelf(Path(sys.argv[2])).keep_video(Path(sys.argv[1])); "
        "print([name for name in sys.modules if name.split('.')[0] in {'av', 'PIL', 'numpy'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, video, video.parent / "media"],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"[]\n"


LIMITED = """
import json, resource, sys
from socialpub.media.video import child
child._limit_self(json.loads(sys.argv[1]))
limits = resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_CPU, resource.RLIMIT_DATA
print(*(resource.getrlimit(what)[0] for what in limits))
"""


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({"do": "examine"}, b"0 0 120 1600000000"),
        ({"do": "make", "plan": {"max_bytes": 5_000_000}, "seconds": 10.0}, b"6000000 0 240 1600000000"),
    ],
    ids=["look", "make"],
)
def test_it_limits_its_own_files_time_and_memory(request_: dict[str, Any], wanted: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, json.dumps(request_)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == wanted
