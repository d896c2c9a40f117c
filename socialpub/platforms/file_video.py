"""How the outbox folder holds a video: the file, its captions and its poster beside it. Reads each in pieces."""

import os
import shutil
from pathlib import Path

from socialpub.model.limits import VideoLimits
from socialpub.model.post import Media
from socialpub.platforms.contract import Supplies
from socialpub.platforms.trouble import NoPhoto, clean


def write_video(supplies: Supplies, path: Path, item: Media, number: int, takes: VideoLimits | None) -> None:
    """video-1.mp4 and, where it was approved with them, video-1.en.vtt and video-1-poster.jpg. Raises NoPhoto."""
    _copy(supplies, item.sha256, path, number)
    if item.captions_sha256:
        ending = takes.captions if takes else "vtt"
        _copy(supplies, item.captions_sha256, path.with_suffix(f".{item.captions_language}.{ending}"), number)
    if item.poster_sha256:
        _copy(supplies, item.poster_sha256, path.with_name(f"{path.stem}-poster.jpg"), number)


def _copy(supplies: Supplies, sha256: str, path: Path, number: int) -> None:
    try:
        source = supplies.open(sha256)
    except (OSError, ValueError, LookupError) as error:
        says = f"video {number}, as approved, cannot be read: {clean(str(error))}. Have an administrator look."
        raise NoPhoto(says) from error
    with source, path.open("xb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
