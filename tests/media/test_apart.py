"""The decoding process: the same answers, and no harm when it dies, lies or never answers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from socialpub.media import apart, original, render
from socialpub.media.child import READY
from socialpub.media.refusal import MediaRefused
from socialpub.model.limits import PhotoLimits
from tests.media import phone
from tests.media.conftest import Keep

SIZES = {
    "wide": PhotoLimits(most=1, max_bytes=400_000, width=2048, height=2048),
    "same": PhotoLimits(most=1, max_bytes=400_000, width=2048, height=2048),
    "tall": PhotoLimits(most=1, max_bytes=9_000, width=60, height=80, widest_ratio=0.9),
}


@pytest.fixture
def photo(keep: Keep) -> Path:
    return keep(phone.jpeg(orientation=6))


def stand_in(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A decoding process that runs `script` instead."""
    start = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        return start([sys.executable, "-I", "-c", script, *command[-1:]], **options)  # type: ignore[call-overload]  # Popen's own

    monkeypatch.setattr(subprocess, "Popen", popen)


def says(answer: object, body: bytes = b"") -> str:
    whole = READY + json.dumps(answer).encode() + b"\n" + body
    return f"import sys; sys.stdout.buffer.write({whole!r})"


def test_the_answers_are_those_of_this_process(photo: Path) -> None:
    assert apart.examine(photo) == original.examine(photo)
    assert apart.render(photo, SIZES) == render.render(photo, SIZES)


def test_a_refusal_comes_through_in_its_own_words(keep: Keep) -> None:
    with pytest.raises(MediaRefused) as refused:
        apart.examine(keep(b"%PDF-1.7"))
    assert refused.value.reason == "this is a PDF"
    with pytest.raises(MediaRefused, match="not whole"):
        apart.render(keep(phone.jpeg(private=False)[:-50]), SIZES)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_stop_of_the_whole_service_says_nothing_about_the_photo(
    photo: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    told = (
        f"signal.signal({number:d}, signal.SIG_DFL); os.kill(os.getpid(), {number:d})"  # nohup may have deafened us
    )
    stand_in(monkeypatch, f"import os, signal, time; os.write(1, {READY!r}); {told}; time.sleep(60)")
    with pytest.raises(apart.NoDecoderError, match="told to stop"):
        apart.examine(photo)


def test_ctrl_c_in_the_terminal_does_not_reach_the_decoder(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, f"import os, sys; os.write(2, str(os.getpgid(0) == {os.getpgid(0)}).encode())")
    with pytest.raises(apart.NoDecoderError, match="False"):
        apart.examine(photo)


def test_nor_before_the_decoder_has_a_group_of_its_own(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is born deaf to Ctrl-C; we are not, before and after."""
    asks = "import os, signal; os.write(2, str(signal.pthread_sigmask(signal.SIG_BLOCK, ())).encode())"
    stand_in(monkeypatch, asks)
    with pytest.raises(apart.NoDecoderError, match="SIGINT"):
        apart.examine(photo)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_link_is_refused_before_anything_is_started(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, "raise SystemExit(1)")
    (tmp_path / "link.jpg").symlink_to(photo)
    with pytest.raises(MediaRefused, match="link"):
        apart.examine(tmp_path / "link.jpg")


def test_this_process_never_imports_a_decoder(photo: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from socialpub.media import apart, shelf; "
        "apart.examine(Path(sys.argv[1])); shelf.Shelf(Path(sys.argv[2])).keep_original(Path(sys.argv[1])); "
        "print([name for name in sys.modules if name.startswith(('PIL', 'pillow'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, photo, photo.parent / "media"],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"[]\n"


def test_no_secret_of_ours_is_in_its_environment(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__SECRETS__KEY", "a-canary")
    script = "import os; print('ready'); print('{}' if 'canary' in str(os.environ) else %r)"
    stand_in(monkeypatch, script % json.dumps({"refused": ["nothing of ours", "good"]}))
    with pytest.raises(MediaRefused, match="nothing of ours"):
        apart.examine(photo)


KILLED = """
import os, signal, sys
from socialpub.media import child, original
original.examine_open = lambda photo: os.kill(os.getpid(), signal.SIGKILL)
sys.argv[1:] = ['{"do": "examine"}']
child.main()
"""


def test_a_process_killed_by_the_photo_had_said_that_it_was_ready(photo: Path) -> None:
    with photo.open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", KILLED],
            stdin=stdin,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            check=False,
        )
    assert done.returncode == -9
    assert done.stdout == READY


@pytest.mark.parametrize(
    "script",
    [
        "print('ready', flush=True); import os; os.kill(os.getpid(), 9)",
        "print('ready')",
        "print('ready'); print('no json')",
        "print('ready'); print('[1]')",
        "print('ready'); print('{}')",
        "print('ready'); print('{\"original\": {\"sha256\": 1}}')",
        "print('ready'); print('[' * 50_000)",
        "print('ready'); print('{\"refused\": 1}')",
        "print('ready'); print('{\"refused\": []}')",
        "print('ready'); print('{\"refused\": [\"only one\"]}')",
        'print(\'ready\'); print(\'{"refused": {"a": 1, "b": 2}}\')',
        'print(\'ready\'); print(\'{"refused": [{"a": 1}, "b"]}\')',
        r"""print('ready'); print('{"refused": ["\\u001b[31m red", "b"]}')""",
        r"""print('ready'); print('{"refused": ["\\ud800", "b"]}')""",
        "print('ready'); print('{\"refused\": [\"' + 'long ' * 100 + '\", \"b\"]}')",
        "print('ready\\n' + 'x' * 10_000_000)",
    ],
)
def test_a_process_that_dies_or_talks_nonsense_refuses_the_photo(
    photo: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    stand_in(monkeypatch, script)
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.examine(photo)
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.render(photo, SIZES)


@pytest.mark.parametrize("script", ["raise SystemExit('no module named PIL')", "pass"])
def test_a_process_that_cannot_start_blames_the_installation(
    photo: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    stand_in(monkeypatch, script)
    with pytest.raises(apart.NoDecoderError, match="installation"):
        apart.examine(photo)


def test_a_process_that_never_answers_is_ended(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WALL_S", 0.3)
    stand_in(monkeypatch, "import time; print('ready', flush=True); time.sleep(60)")
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.examine(photo)


def test_what_it_answers_is_looked_at_before_it_is_believed(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = phone.jpeg()
    stand_in(monkeypatch, says({"lengths": [len(marked)], "renditions": {"it": [0, 96, 72]}}, marked))
    with pytest.raises(MediaRefused, match="still carries"):
        apart.render(photo, {"it": SIZES["wide"]})


HONEST = {"sha256": "ab" * 32, "mime": "image/jpeg", "width": 96, "height": 72, "size": 900}


def test_an_honest_answer_is_taken(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, says({"original": HONEST}))
    assert apart.examine(photo) == original.Original(**HONEST)  # type: ignore[arg-type]  # of two types


@pytest.mark.parametrize(
    "lie",
    [
        {"sha256": 5},
        {"sha256": "ab" * 31},
        {"sha256": "../" * 21 + "a"},
        {"mime": "text/html"},
        {"mime": ["image/jpeg"]},
        {"width": "96"},
        {"width": True},
        {"width": 0},
        {"height": None},
        {"height": 72.0},
        {"width": 50_000, "height": 50_000},
        {"size": -1},
        {"size": 10**9},
        {"more": 1},
    ],
    ids=str,
)
def test_a_photo_of_which_impossible_things_are_said_is_refused(
    photo: Path, monkeypatch: pytest.MonkeyPatch, lie: dict[str, object]
) -> None:
    stand_in(monkeypatch, says({"original": {**HONEST, **lie}}))
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.examine(photo)


@pytest.mark.parametrize("lengths", [5, [], ["9"], [True], [-1], [10**9], {"0": 9}, [[9]]], ids=str)
def test_lengths_that_cannot_be_are_refused(photo: Path, monkeypatch: pytest.MonkeyPatch, lengths: object) -> None:
    stand_in(monkeypatch, says({"lengths": lengths, "renditions": {"it": [0, 96, 72]}}, phone.jpeg(private=False)))
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.render(photo, {"it": SIZES["wide"]})


@pytest.mark.parametrize(
    "listed",
    [[0, 96, 9000], [1, 96, 72], [-1, 96, 72], [0, 0, 72], [0, True, 72], [0, 9.5, 72], ["a", 1, 1], []],
    ids=str,
)
def test_an_answer_that_was_not_asked_for_is_not_used(
    photo: Path, monkeypatch: pytest.MonkeyPatch, listed: list[object]
) -> None:
    plain = phone.jpeg(private=False)
    stand_in(monkeypatch, says({"lengths": [len(plain)], "renditions": {"it": listed}}, plain))
    with pytest.raises(MediaRefused, match="decoded safely"):
        apart.render(photo, {"it": SIZES["wide"]})


LIMITED = """
import resource, sys
from socialpub.media import child
child._limit_self()
limits = resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_CPU, resource.RLIMIT_DATA
print(*(resource.getrlimit(what)[0] for what in limits))
try:
    bytearray(child.MEMORY_BYTES)
except MemoryError:
    print("no memory")
"""


def test_it_limits_its_own_files_time_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
    )
    assert done.stdout.split(b"\n")[:2] == [b"0 0 15 640000000", b"no memory"]


def test_an_administrators_lower_limit_stays() -> None:
    done = subprocess.run(
        ["sh", "-c", 'ulimit -t 3; exec "$0" -c "$1"', sys.executable, LIMITED],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"0 0 3 ")


def test_a_photo_that_needs_too_much_memory_is_refused_in_words(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    vast = keep(phone.saved(Image.new("RGBA", (9_900, 9_900)), "PNG", compress_level=1))
    with pytest.raises(MediaRefused, match="smaller"):
        apart.render(vast, SIZES)
