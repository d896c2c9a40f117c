"""Brings a video to YouTube in pieces, as a private one, and goes on where an earlier attempt was cut off.

The session is noted before the first byte, and the video's id before anything else is done with it. A session that
is gone may have become a video: that one is looked for before another is begun. Nothing here makes anything visible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from socialpub.model.post import Media
from socialpub.platforms.contract import Journal, OpenMedia
from socialpub.platforms.fit import video as opened_video
from socialpub.platforms.trouble import NoPhoto
from socialpub.platforms.youtube_line import Line, Progress
from socialpub.platforms.youtube_session import seal, unseal

SESSION, ARRIVED, VIDEO = "session", "arrived", "video"
#: Bytes in one call, a multiple of 256 KiB (YouTube's rule). At half a megabit a second one takes half of the minute
#: that a call may take; each is noted, which renews the lease of the delivery.
CHUNK = 2 * 1024 * 1024


def known(journal: Journal) -> str:
    """The id of this delivery's video, or "" while there is none, or none any more."""
    return journal.recall(VIDEO).get("id", "")


def forget(journal: Journal) -> None:
    """Somebody deleted the video: the next attempt begins anew. An old session would name the deleted one again."""
    was = known(journal)
    journal.note(SESSION, place="")
    journal.note(VIDEO, id="", was=was)


@dataclass(frozen=True, slots=True)
class Upload:
    """One video on its way. `tag` proves it to be this delivery's; `secret` seals the session."""

    line: Line
    journal: Journal
    item: Media
    resource: Mapping[str, Any]
    tag: str
    secret: str
    opened: OpenMedia
    chunk: int = CHUNK

    def video(self) -> str:
        """The id of the video at YouTube, private, whole. Raises Trouble."""
        return known(self.journal) or self._kept(self._brought())

    def _kept(self, video_id: str) -> str:
        self.journal.note(VIDEO, id=video_id)
        return video_id

    def _brought(self) -> str:
        with opened_video(self.opened, self.item) as file:
            sealed = self.journal.recall(SESSION).get("place", "")
            place = unseal(sealed, self.secret, self.tag) if sealed else ""
            if place:
                self.line.session.hide(place)
                if told := self.line.asked(place, self.item.size):
                    return self._sent(place, told, file)
            return (self.line.by_tag(self.tag) if sealed else "") or self._sent(self._begun(), Progress(0), file)

    def _begun(self) -> str:
        place = self.line.start(self.resource, self.item.mime, self.item.size)
        self.journal.note(SESSION, place=seal(place, self.secret, self.tag))
        return place

    def _sent(self, place: str, told: Progress, file: BinaryIO) -> str:
        """Send what is missing, piece by piece: the video's id."""
        while not told.video:
            at = told.at
            after = self.line.put(place, self._piece(file, at), at, self.item.size)
            if after is None:
                raise self.line.session.unclear("the upload session is gone; the next attempt begins another")
            if not after.video and after.at <= at:
                raise self.line.session.unclear("nothing of what was sent has arrived")
            self.journal.note(ARRIVED, bytes=str(after.at))
            told = after
        return told.video

    def _piece(self, file: BinaryIO, at: int) -> bytes:
        file.seek(at)
        wanted = min(self.chunk, self.item.size - at)
        piece = file.read(wanted)
        if not wanted or len(piece) != wanted:
            if wanted:
                raise NoPhoto("the video, as approved, cannot be read to its end. Have an administrator look.")
            raise self.line.session.unclear("YouTube has every byte, and no video of them yet")
        return piece
