"""`examine` and `render` in a process of their own: what the daemon uses. Same words in, same answers out.

A decoder that is broken by a hostile photo, eats memory or never ends harms one child, for
about 0.08 s a call. This process decodes nothing and never imports Pillow; it checks what the child answers.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from io import BufferedReader
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any, Final

import socialpub
from socialpub.media.child import READY
from socialpub.media.decode import MAX_PIXELS
from socialpub.media.fit import Frame, frame_of
from socialpub.media.original import Original
from socialpub.media.received import MAX_BYTES, received
from socialpub.media.refusal import MediaRefused
from socialpub.media.render import Rendition, finished_rendition
from socialpub.media.sniff import HEIC, JPEG, PNG, WEBP

if TYPE_CHECKING:
    from socialpub.model.limits import PhotoLimits

WALL_S: Final = 60.0
_LINE_BYTES: Final = 64_000  # the most an answer's first lines may have
_WORDS: Final = 300  # characters of a reason, or of a remedy
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TAKEN: Final = (JPEG, PNG, WEBP, HEIC)

#: Whoever stops the machine or the service stops this child too; that says nothing about the photo.
_TOLD_TO_STOP: Final = frozenset({-signal.SIGTERM, -signal.SIGHUP})

#: What the sender is told of a photo that broke its decoder, or whose decoder cannot be believed.
UNSAFE: Final = (
    "the photo could not be decoded safely: it is damaged, or takes too much time or memory",
    "open it, save it as a new JPEG at a smaller size, and send that",
)


class NoDecoderError(RuntimeError):
    """The decoding process did not start, or was told to stop: never the photo's fault. Try again later."""


def examine(path: Path) -> Original:
    """What the photo at `path` is. Raises MediaRefused, or NoDecoderError."""
    answer, _ = _ask(path, {"do": "examine"}, _LINE_BYTES)
    try:
        return _original(**answer["original"])
    except (KeyError, TypeError, ValueError):
        raise MediaRefused(*UNSAFE) from None


def render(path: Path, limits: "Mapping[str, PhotoLimits]") -> dict[str, Rendition]:
    """A rendition for each key of `limits`. Raises MediaRefused, or NoDecoderError."""
    frames = {name: frame_of(limit) for name, limit in limits.items()}
    request = {"do": "render", "frames": {name: asdict(frame) for name, frame in frames.items()}}
    most = _LINE_BYTES + sum(frame.max_bytes for frame in set(frames.values()))
    answer, bodies = _ask(path, request, most)
    try:
        return {name: _checked(answer, bodies, name, frame) for name, frame in frames.items()}
    except (KeyError, TypeError, ValueError, IndexError):
        raise MediaRefused(*UNSAFE) from None


def _original(*, sha256: object, mime: object, width: object, height: object, size: object) -> Original:
    """Each field as it must be. Raises ValueError."""
    wide, high = _number(width, MAX_PIXELS), _number(height, MAX_PIXELS)
    _number(wide * high, MAX_PIXELS)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or mime not in _TAKEN:
        raise ValueError("this is no hash, or no type of photo that we take")
    return Original(sha256, str(mime), wide, high, _number(size, MAX_BYTES))


def _checked(answer: dict[str, Any], bodies: bytes, name: str, frame: Frame) -> Rendition:
    place, width, height = answer["renditions"][name]
    lengths = [_number(length, len(bodies)) for length in answer["lengths"]]
    place = _number(place, len(lengths) - 1, least=0)
    start = sum(lengths[:place])
    data = bodies[start : start + _number(lengths[place], frame.max_bytes)]
    if len(data) != lengths[place]:
        raise ValueError("the answer is shorter than it says")
    size = _number(width, frame.width), _number(height, frame.height)
    return finished_rendition(data, frame.mime, size)


def _number(said: object, most: int, least: int = 1) -> int:
    """A whole number between the two. Raises ValueError. True is a number to Python, and none here."""
    if type(said) is not int or not least <= said <= most:
        raise ValueError("the answer does not fit what was asked")
    return said


def _ask(path: Path, request: dict[str, Any], most: int) -> tuple[dict[str, Any], bytes]:
    """The child's answer to one request: its JSON and the bytes behind it."""
    with received(path) as photo:
        said = spoken(photo, request, most)
    return answer_of(said)


def answer_of(said: bytes) -> tuple[dict[str, Any], bytes]:
    """What a child said, taken apart. Raises MediaRefused, in its own words where they are a refusal."""
    line, _, bodies = said.partition(b"\n")
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        raise MediaRefused(*UNSAFE) from None
    if not isinstance(answer, dict):
        raise MediaRefused(*UNSAFE)
    if "refused" in answer:
        raise _refusal(answer["refused"])
    return answer, bodies


def _refusal(said: object) -> MediaRefused:
    """The child's own words, where they are a reason and a remedy that can be shown; else ours."""
    if isinstance(said, list) and len(said) == 2 and all(map(_showable, said)):
        return MediaRefused(*said)
    return MediaRefused(*UNSAFE)


def _showable(words: object) -> bool:
    return isinstance(words, str) and 0 < len(words) <= _WORDS and words.isprintable()


def spoken(
    file: BufferedReader,
    request: dict[str, Any],
    most: int,
    module: str = "socialpub.media.child",
    wall_s: float | None = None,
) -> bytes:
    """All that the child said after READY, at most `most` bytes. It is dead when this returns."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", module, json.dumps(request)]
    with tempfile.TemporaryFile() as complaints:
        with _started(command, file, complaints) as child:
            timer = Timer(wall_s or WALL_S, child.kill)
            timer.start()
            try:
                said = child.stdout.read(most) if child.stdout else b""
            finally:
                timer.cancel()
                child.kill()
        if child.returncode in _TOLD_TO_STOP:
            raise NoDecoderError("the decoding process was told to stop; the file is looked at again later")
        if not said.startswith(READY):
            complaints.seek(0)
            raise NoDecoderError(_last_words(complaints.read()))
    return said.removeprefix(READY)


def _started(command: list[str], photo: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Ctrl-C in the terminal is for the daemon, which ends its stages in order, and never for the child: not in
    its own group, nor in the moment before it has one, nor ever, because it takes over the mask.
    """
    ours = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(
            command,
            stdin=photo,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(),
            cwd="/",
            process_group=0,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, ours)


def _environment() -> dict[str, str]:
    """Nothing of ours: the environment may hold the key to the tokens."""
    return {"PYTHONPATH": str(Path(socialpub.__file__).resolve().parent.parent), "LC_ALL": "C.UTF-8"}


def _last_words(complaints: bytes) -> str:
    words = complaints[-2000:].decode(errors="replace").strip().splitlines() or ["no word"]
    return f"the decoding process did not start ({words[-1]}); check the installation of pillow, pillow-heif and av"
