"""Publishing by way of a container: it is made, processed, and becomes one post or none.

So the container is the key that makes a post once: after a lost answer it is asked, and the same one is published
again while it is not. Nothing here is visible but the one call that `publish` of a line makes.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from socialpub.model.outcome import Deferred, Outcome, Scope, Unconfirmed
from socialpub.model.post import Media, Post, canonical, encode
from socialpub.platforms import attempts, classify, uploads
from socialpub.platforms.classify import Means, Reading
from socialpub.platforms.contract import PUBLISH, Address, Journal, NoAddress, ReadMedia
from socialpub.platforms.fit import photo
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Declined, Trouble, Unusable

#: States of a container, in the networks' own words; GONE is ours: the network does not know it any more.
IN_PROGRESS, FINISHED, PUBLISHED, EXPIRED, ERROR, GONE = (
    "IN_PROGRESS", "FINISHED", "PUBLISHED", "EXPIRED", "ERROR", "GONE"
)  # fmt: skip
KEPT = timedelta(hours=23)  # a container lives 24 hours
LOOKS, PAUSE_S = 3, 2.0  # a photo is ready in a second or two; what takes longer is another attempt's
SOON = timedelta(seconds=30)
QUOTA_WAIT = timedelta(hours=1)  # the window moves: so much later there may be room again
_STEP = "container"


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    says: str = ""
    subcode: int | None = None


class Line(Protocol):
    """The calls of one account. Each raises Trouble."""

    @property
    def session(self) -> TameSession: ...

    def owner(self) -> str:
        """The network's id of the account that the key is for."""

    def quota(self) -> tuple[int, int]:
        """Posts of the last 24 hours, and how many there may be."""

    def part(self, address: str, alt: str) -> str:
        """A container of one photo of several."""

    def whole(self, text: str, address: str, alt: str, parts: list[str]) -> str:
        """The container of the post: of a photo at `address`, or of `parts`, or of neither."""

    def status(self, container: str) -> Status:
        """What has become of a container; GONE where there is none."""

    def publish(self, container: str) -> str:
        """The visible call, announced by the caller: the new post's id."""


@dataclass(frozen=True, slots=True)
class Maker:
    """One attempt's making of a container. `clock` gives UTC; `pause` waits for seconds."""

    line: Line
    journal: Journal
    reading: Reading
    read: ReadMedia
    address: Address
    clock: Callable[[], datetime]
    pause: Callable[[float], None] = time.sleep

    def made(self, post: Post) -> str | Outcome:
        """A container of `post` that is ready to be published, or why there is none."""
        container = _remembered(self.journal, post)
        if container:
            found = self._settled(container)
            if found.code not in (EXPIRED, GONE):
                return container if found.code == FINISHED else self._stuck(found, post)
            if found.code == GONE and attempts.begun(self.journal):
                return self._stuck(found, post)
        return self._full() or self._new(post)

    def _new(self, post: Post) -> str | Outcome:
        parts: list[str] = []
        if len(post.media) > 1:
            for number, item in enumerate(post.media, 1):
                parts.append(self._part(item, number))
            for part in parts:
                if (found := self._settled(part)).code != FINISHED:
                    return self._stuck(found, post)
        only = post.media[0] if len(post.media) == 1 else None
        address = self._address(only, 1) if only else ""
        container = self.line.whole(post.text, address, only.alt if only else "", parts)
        self.journal.note(_STEP, id=container, of=_content(post))
        found = self._settled(container)
        return container if found.code == FINISHED else self._stuck(found, post)

    def _part(self, item: Media, number: int) -> str:
        now = self.clock()
        part = uploads.remembered(self.journal, number, item, now)
        if not part:
            part = self.line.part(self._address(item, number), item.alt)
            uploads.remember(self.journal, number, item, part, now + KEPT)
        return part

    def _address(self, item: Media, number: int) -> str:
        """Where the network fetches a photo. It is looked at first: what is not as approved is not offered."""
        photo(self.read, item, number)
        try:
            return self.address(item.sha256, item.mime)
        except NoAddress as why:
            raise Unusable(f"{why.reason}; {why.remedy}") from None

    def _settled(self, container: str) -> Status:
        """What has become of it; waits a moment for one in progress."""
        found = self.line.status(container)
        for _ in range(LOOKS - 1):
            if found.code != IN_PROGRESS:
                break
            self.pause(PAUSE_S)
            found = self.line.status(container)
        return found

    def _full(self) -> Deferred | None:
        used, most = self.line.quota()
        if used < most:
            return None
        says = f"{self.reading.label}: {used} of {most} posts in 24 hours are used up"
        return Deferred(says, self.clock() + QUOTA_WAIT, Scope.CHANNEL)

    def _stuck(self, found: Status, post: Post) -> Outcome:
        """How an attempt ends whose container cannot be published now."""
        return self._waits(found) or self._lost(found, post)

    def _waits(self, found: Status) -> Outcome | None:
        """The container is kept: it is published, or is not ready."""
        label = self.reading.label
        if found.code == PUBLISHED:
            return attempts.noted(self.journal, f"{label}: it says that this is published already")
        if found.code == IN_PROGRESS:
            return Deferred(f"{label}: the photos are still being processed", self.clock() + SOON)
        if found.code not in (EXPIRED, ERROR, GONE):
            return Deferred(f"{label}: a container is in a state that nobody knows: {found.code}")
        return None

    def _lost(self, found: Status, post: Post) -> Outcome:
        label, begun = self.reading.label, attempts.begun(self.journal)
        forget(self.journal, post)
        if found.code == GONE and begun:
            says = f"{label}: the container is gone, and an earlier call may have published it"
            return attempts.noted(self.journal, says)
        if found.code == ERROR:
            return self._failed(found)
        return Deferred(f"{label}: the photos were kept too long; they will be offered again")

    def _failed(self, found: Status) -> Outcome:
        """The network could not use what it fetched; a code in its words says why."""
        says = f"a container could not be made: {found.says}"
        if found.subcode is None:
            return Deferred(f"{self.reading.label}: {says}")
        body = {"error": {"error_subcode": found.subcode, "message": found.says}}
        declined = Declined(says, status=400, body=body, headers={})
        return classify.outcome(declined, self.reading, self.clock())


def ended(trouble: Trouble, reading: Reading, journal: Journal, post: Post, now: datetime) -> Outcome:
    """How an attempt ends that met `trouble`.

    Of the visible call no error is believed: it has been seen to answer "blocked" to a post that went out.
    """
    if isinstance(trouble, Declined) and trouble.visible:
        return Unconfirmed(classify.told(trouble, reading)[0])
    if reading.means(trouble) is Means.FORGOTTEN:
        forget(journal, post)
    return classify.outcome(trouble, reading, now)


def forget(journal: Journal, post: Post) -> None:
    """The next attempt makes everything anew."""
    if len(post.media) > 1:
        uploads.forget(journal, len(post.media))
    journal.note(_STEP, id="", of="")


def newest(journal: Journal) -> str:
    """The container that may have been published: that of the newest intent. All earlier ones were surely not, or a
    person said so. Where a restored store has lost the intent, the one that was noted before it.
    """
    return journal.recall(PUBLISH).get("container", "") or journal.recall(_STEP).get("id", "")


def _remembered(journal: Journal, post: Post) -> str:
    noted = journal.recall(_STEP)
    return noted.get("id", "") if noted.get("of") == _content(post) else ""


def _content(post: Post) -> str:
    return hashlib.sha256(canonical(encode(post))).hexdigest()


def first_number(words: str, length: int) -> int | None:
    """The first number of so many digits in a network's words: they tell an error's code so."""
    found = re.search(rf"(?<!\d)\d{{{length}}}(?!\d)", words)
    return int(found[0]) if found else None
