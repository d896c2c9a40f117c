"""Which videos of a story a network's post shows, with alt text; what is left out is said. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from socialpub.compose.fit import cut_at_word
from socialpub.compose.refusal import CannotCompose, NoVideo
from socialpub.compose.tidy import tidy
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits, VideoLimits
from socialpub.model.post import Media

Shown = tuple[tuple[Media, ...], tuple[str, ...]]


def fit_videos(story: StoryDocument, media: Sequence[Media], limits: Limits) -> Shown:
    """The network's videos, out of the renditions that could be made for it, and notes. Raises CannotCompose."""
    takes, told = limits.videos, len(story.videos)
    if takes is None or not takes.most:
        return (), tuple(f"Video {number + 1} was left out: {limits.label} takes no video." for number in range(told))
    kept = [item for item in media if item.mime.startswith("video/")][: takes.most]
    if len(kept) < takes.least:
        raise _too_few(story, limits)
    notes = [
        f"Video {number} was left out: {limits.label} takes {takes.most} at most."
        for number in range(takes.most + 1, told + 1)
    ]
    for number, video in enumerate(kept, 1):
        _refuse_unfit(number, video, limits.label, takes)
        notes += _said(number, video, takes)
    return tuple(replace(video, alt=_alt(video, takes)) for video in kept), tuple(notes)


def _too_few(story: StoryDocument, limits: Limits) -> CannotCompose:
    if not story.videos:
        return NoVideo(
            f"{limits.label} takes no story without a video, and this one has none", "leave the channel out"
        )
    return CannotCompose(
        f"{limits.label} shows videos only, and the story's video does not fit there",
        "mend the video, or leave the channel out",
    )


def _alt(video: Media, takes: VideoLimits) -> str:
    return cut_at_word(tidy(video.alt), takes.alt_longest).text if takes.alt_longest else ""


def _said(number: int, video: Media, takes: VideoLimits) -> Iterator[str]:
    if takes.alt_longest and len(tidy(video.alt)) > takes.alt_longest:
        yield f"The alt text of video {number} was shortened to {takes.alt_longest} characters."


def _refuse_unfit(number: int, video: Media, label: str, takes: VideoLimits) -> None:
    """A rendition made by older limits would only be refused after approval."""
    if video.width > takes.width or video.height > takes.height or video.size > takes.max_bytes:
        raise CannotCompose(
            f"video {number} is {video.width} x {video.height} pixels, {video.size:,} bytes; "
            f"{label} takes {takes.width} x {takes.height}, {takes.max_bytes:,} bytes",
            f"prepare the video for {label} again",
        )
