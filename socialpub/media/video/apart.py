"""Videos looked at and made in a process of their own, and everything it says or makes proved here.

This process decodes nothing and never imports PyAV. A video that breaks its decoder, eats memory or never ends harms
one child.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from socialpub.media import apart
from socialpub.media.apart import answer_of, spoken
from socialpub.media.received import received
from socialpub.media.refusal import MediaRefused
from socialpub.media.render import Rendition
from socialpub.media.video.facts import MAX_BYTES, Facts, facts_of
from socialpub.media.video.plan import Plan, plans, too_large
from socialpub.media.video.unmarked import Shown, look

if TYPE_CHECKING:
    from socialpub.model.limits import PhotoLimits, VideoLimits

_MODULE: Final = "socialpub.media.video.child"
_LINE_BYTES: Final = 64_000
_PICTURE_BYTES: Final = 30_000_000
#: Seconds by the clock: to look; and, to make a rendition, for each second of the video beside.
_WALL_S: Final = 240.0
_WALL_EACH_S: Final = 40.0
#: Seconds into the video of the picture that stands for it: the first frames are often dark, or a thumb.
POSTER_AT_S: Final = 1.0
#: Seconds that a rendition may be longer than what it was made of: the last sound's rest.
_LONGER_S: Final = 1.0

UNSAFE: Final = (
    "the video could not be decoded safely: it is damaged, or takes too much time or memory",
    "open it in the phone's video editor, save it as a new video at 1080p, and send that",
)


def examine(path: Path) -> Facts:
    """What the video at `path` is. Raises MediaRefused, or NoDecoderError."""
    answer, _ = _ask(path, {"do": "examine"}, _LINE_BYTES)
    try:
        return facts_of(answer["facts"])
    except (KeyError, TypeError, ValueError):
        raise MediaRefused(*UNSAFE) from None


def render(path: Path, facts: Facts, limits: "VideoLimits", into: Path) -> Shown:
    """Writes the network's rendition of the video at `path` into the file `into`, and proves it.

    Raises DoesNotFit where this network cannot show it, MediaRefused, or NoDecoderError.
    """
    for plan in plans(facts, path.stat().st_size, limits):
        into.write_bytes(b"")
        try:
            return _made(path, facts, plan, into)
        except _TooLarge:
            continue
    raise too_large(min(limits.max_bytes, MAX_BYTES))


def poster(path: Path, photos: "PhotoLimits", at_s: float = POSTER_AT_S) -> Rendition:
    """A picture of the finished video at `path`, through all that a photo goes through."""
    answer, picture = _ask(path, {"do": "frame", "at": at_s}, _LINE_BYTES + _PICTURE_BYTES)
    if answer or not picture:
        raise MediaRefused(*UNSAFE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frame"
        file.write_bytes(picture)
        return apart.render(file, {"poster": photos})["poster"]


class _TooLarge(Exception):  # noqa: N818  it says: try the next plan
    pass


def _made(path: Path, facts: Facts, plan: Plan, into: Path) -> Shown:
    request = {"do": "make", "to": str(into.resolve()), "plan": asdict(plan), "seconds": facts.seconds}
    try:
        answer, _ = _ask(path, request, _LINE_BYTES, _WALL_S + _WALL_EACH_S * facts.seconds)
    except MediaRefused:
        if into.stat().st_size >= plan.max_bytes:
            raise _TooLarge from None
        raise
    if into.stat().st_size > plan.max_bytes:
        raise _TooLarge
    if answer != {"made": True}:
        raise MediaRefused(*UNSAFE)
    shown = look(into)
    longest = facts.seconds + _LONGER_S
    if (shown.width, shown.height) != (plan.width, plan.height) or not 0 < shown.seconds <= longest:
        raise MediaRefused(*UNSAFE)
    return shown


def _ask(path: Path, request: Mapping[str, Any], most: int, wall_s: float = _WALL_S) -> tuple[dict[str, Any], bytes]:
    try:
        with received(path, max_bytes=MAX_BYTES) as video:
            said = spoken(video, dict(request), most, _MODULE, wall_s)
        return answer_of(said)
    except MediaRefused as refused:
        if (refused.reason, refused.remedy) == apart.UNSAFE:  # what it says of photos
            raise MediaRefused(*UNSAFE) from None
        raise
