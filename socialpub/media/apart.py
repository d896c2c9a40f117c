"""`examine` and `render` in a process of their own: what the daemon uses. Same words in, same answers out.

A decoder that is broken by a hostile photo, eats memory or never ends harms one child, for
about 0.08 s a call. This process decodes nothing and never imports Pillow; it checks what the child answers.
"""

import json
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
from socialpub.media.fit import Frame, frame_of
from socialpub.media.original import Original
from socialpub.media.received import received
from socialpub.media.refusal import MediaRefused
from socialpub.media.render import Rendition, finished_rendition

if TYPE_CHECKING:
    from socialpub.model.limits import PhotoLimits

WALL_S: Final = 60.0
_LINE_BYTES: Final = 64_000  # the most an answer's first lines may have

#: Whoever stops the machine or the service stops this child too; that says nothing about the photo.
_TOLD_TO_STOP: Final = frozenset({-signal.SIGTERM, -signal.SIGHUP})

_TOO_MUCH: Final = (
    "the photo could not be decoded safely: it is damaged, or takes too much time or memory",
    "open it, save it as a new JPEG at a smaller size, and send that",
)


class NoDecoderError(RuntimeError):
    """The decoding process did not start, or was told to stop: never the photo's fault. Try again later."""


def examine(path: Path) -> Original:
    """What the photo at `path` is. Raises MediaRefused, or NoDecoderError."""
    answer, _ = _ask(path, {"do": "examine"}, _LINE_BYTES)
    try:
        return Original(**answer["original"])
    except (KeyError, TypeError):
        raise MediaRefused(*_TOO_MUCH) from None


def render(path: Path, limits: "Mapping[str, PhotoLimits]") -> dict[str, Rendition]:
    """A rendition for each key of `limits`. Raises MediaRefused, or NoDecoderError."""
    frames = {name: frame_of(limit) for name, limit in limits.items()}
    request = {"do": "render", "frames": {name: asdict(frame) for name, frame in frames.items()}}
    most = _LINE_BYTES + sum(frame.max_bytes for frame in set(frames.values()))
    answer, bodies = _ask(path, request, most)
    try:
        return {name: _checked(answer, bodies, name, frame) for name, frame in frames.items()}
    except (KeyError, TypeError, ValueError, IndexError):
        raise MediaRefused(*_TOO_MUCH) from None


def _checked(answer: dict[str, Any], bodies: bytes, name: str, frame: Frame) -> Rendition:
    place, width, height = answer["renditions"][name]
    start = sum(answer["lengths"][:place])
    data = bodies[start : start + answer["lengths"][place]]
    if not 0 < len(data) <= frame.max_bytes or not (0 < width <= frame.width and 0 < height <= frame.height):
        raise ValueError("the answer does not fit what was asked")
    return finished_rendition(data, frame.mime, (width, height))


def _ask(path: Path, request: dict[str, Any], most: int) -> tuple[dict[str, Any], bytes]:
    """The child's answer to one request: its JSON and the bytes behind it."""
    with received(path) as photo:
        said = _spoken(photo, request, most)
    line, _, bodies = said.partition(b"\n")
    try:
        answer = json.loads(line)
    except ValueError:
        raise MediaRefused(*_TOO_MUCH) from None
    if not isinstance(answer, dict):
        raise MediaRefused(*_TOO_MUCH)
    if "refused" in answer:
        raise MediaRefused(*map(str, answer["refused"][:2]))
    return answer, bodies


def _spoken(photo: BufferedReader, request: dict[str, Any], most: int) -> bytes:
    """All that the child said after READY, at most `most` bytes. It is dead when this returns."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "socialpub.media.child", json.dumps(request)]
    with tempfile.TemporaryFile() as complaints:
        with _started(command, photo, complaints) as child:
            timer = Timer(WALL_S, child.kill)
            timer.start()
            try:
                said = child.stdout.read(most) if child.stdout else b""
            finally:
                timer.cancel()
                child.kill()
        if child.returncode in _TOLD_TO_STOP:
            raise NoDecoderError("the decoding process was told to stop; the photo is looked at again later")
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
    return f"the decoding process did not start ({words[-1]}); check the installation of pillow and pillow-heif"
