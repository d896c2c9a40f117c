"""video: captions, music and alt text, as the story states them. No video is opened here."""

from collections.abc import Iterator
from typing import Literal

from socialpub.model.document import Video
from socialpub.policy.kinds.base import Hit, Kind
from socialpub.policy.matching import Pattern, trusted
from socialpub.policy.subject import Subject

#: Captions are a file of captions; "draft, first 20 seconds" is a promise.
_CAPTION_FILE = trusted(r"(?i)^\s*[^\n]{0,200}\.(?:vtt|srt|ttml|sbv|scc)\s*$")


class VideoKind(Kind):
    problem: Literal["no_captions", "no_licence", "alt_missing", "shows"]
    shows: Pattern | None = None  # no_captions: speech; no_licence: a song; shows: what must not be seen or heard
    unless: Pattern | None = None

    def find(self, subject: Subject) -> Iterator[Hit]:
        for index, video in enumerate(subject.story.videos):
            if self._has_problem(video):
                yield Hit("video", index, evidence=self._evidence(video))

    def _has_problem(self, video: Video) -> bool:
        match self.problem:
            case "no_captions":
                return not _has_captions(video) and self._heard(video.audio)
            case "no_licence":
                return self._unlicensed(video)
            case "alt_missing":
                return not (video.alt or "").strip()
            case "shows":
                return self._matches("\n".join(part for part in (video.description, video.alt, video.audio) if part))

    def _heard(self, audio: str | None) -> bool:
        """Speech, or nobody said what is to be heard."""
        return audio is None or self._matches(audio)

    def _unlicensed(self, video: Video) -> bool:
        if video.music is not None:
            return self.unless is None or not self.unless.within(video.music)
        return self._matches("\n".join(part for part in (video.audio, video.description) if part))

    def _matches(self, words: str) -> bool:
        if self.shows is None or not self.shows.within(words):
            return False
        return self.unless is None or not self.unless.within(words)

    def _evidence(self, video: Video) -> str | None:
        if self.problem == "no_captions":
            return video.captions if isinstance(video.captions, str) else video.audio
        return video.music or video.description


def _has_captions(video: Video) -> bool:
    if isinstance(video.captions, str):
        return bool(_CAPTION_FILE.match(video.captions))
    return video.captions is True
