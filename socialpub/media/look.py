"""What a network would get of a file, put into a folder for a person to look at. Nothing is kept or published."""

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from socialpub.media import apart
from socialpub.media.received import received
from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import HEAD_BYTES, MP4, sniff_video
from socialpub.media.video import apart as video_apart
from socialpub.media.video.facts import MAX_BYTES

if TYPE_CHECKING:
    from socialpub.model.limits import Limits

_ENDINGS: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def rendered(file: Path, limits: "Limits", to: Path) -> dict[str, Any]:
    """The rendition of the photo or video in the folder `to`: file, sha256, mime, width, height, bytes, seconds.
    Raises MediaRefused, or NoDecoderError.
    """
    if _is_video(file):
        return _video(file, limits, to)
    made = apart.render(file, {limits.name: limits.photos})[limits.name]
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"{file.stem}-{limits.name}{_ENDINGS[made.mime]}"
    path.write_bytes(made.data)
    return {"file": str(path), "sha256": made.sha256, "mime": made.mime, "width": made.width, "height": made.height,
            "bytes": len(made.data)}  # fmt: skip


def _is_video(file: Path) -> bool:
    with received(file, max_bytes=MAX_BYTES) as opened:
        head = opened.read(HEAD_BYTES)
    try:
        sniff_video(head)
    except MediaRefused:
        return False
    return True


def _video(file: Path, limits: "Limits", to: Path) -> dict[str, Any]:
    if limits.videos is None:
        raise MediaRefused(f"{limits.label} takes no video", "look at the networks that do, or send photos")
    facts = video_apart.examine(file)
    to.mkdir(parents=True, exist_ok=True)
    part, path = to / f".part-{secrets.token_hex(8)}", to / f"{file.stem}-{limits.name}.mp4"
    try:
        shown = video_apart.render(file, facts, limits.videos, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    with path.open("rb") as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    return {"file": str(path), "sha256": sha256, "mime": MP4, "width": shown.width, "height": shown.height,
            "bytes": path.stat().st_size, "seconds": round(shown.seconds, 3)}  # fmt: skip
