"""Did a container become a post, and which? The container says whether, the account's list says which. Pure."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from socialpub.model.outcome import Absent, Answer, AskAgain, CannotTell, Found, Receipt
from socialpub.platforms.alike import alike
from socialpub.platforms.containers import ERROR, EXPIRED, FINISHED, GONE, PUBLISHED
from socialpub.platforms.graph_list import Item, Listed, made

SLACK = timedelta(seconds=60)  # a post made this much before the call began may be ours: two clocks never agree


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked for, and how a list of this network is read."""

    label: str
    text: str
    since: datetime  # UTC: when the visible call was first begun
    words: Callable[[Item], str]
    owned: Callable[[str], bool]
    receipt: Callable[[Item], Receipt]

    def told(self, state: str, listed: Listed) -> Answer:
        """What follows. An old container that nobody knows any more says nothing."""
        if not listed.clear:
            return AskAgain(f"{self.label} lists posts that cannot be read")
        if state not in (FINISHED, EXPIRED, ERROR, GONE, PUBLISHED):
            return AskAgain(f"{self.label} says of the container: {state}")
        if not listed.whole:
            return CannotTell(f"{self.label} does not list the account's posts in full")
        return self._which(listed) if state == PUBLISHED else self._whether(state, listed)

    def _which(self, listed: Listed) -> Answer:
        """It is out. Only one post of these very words is taken for it; never merely the newest."""
        wanted = _plain(self.text)
        ours = [item for item in self._nobodys(listed) if _plain(self.words(item)) == wanted]
        if len(ours) == 1:
            return Found((self.receipt(ours[0]),))
        return CannotTell(f"{self.label} says that it is published, and {len(ours)} posts listed fit it")

    def _whether(self, state: str, listed: Listed) -> Answer:
        """By its container it is not out. What reads like it all the same is for a person to look at."""
        if any(alike(self.text, self.words(item)) for item in self._nobodys(listed)):
            return CannotTell(f"a post on {self.label} reads like this one, but its container says {state}")
        if state == GONE:
            return CannotTell(f"{self.label} does not know the container any more")
        return Absent()

    def _nobodys(self, listed: Listed) -> list[Item]:
        """The posts since then that no other delivery owns."""
        earliest = self.since - SLACK
        each = {item["id"]: item for item in listed.items}.values()
        recent = [item for item in each if (at := made(item, "timestamp")) is not None and at >= earliest]
        return [item for item in recent if not self.owned(item["id"])]


def _plain(text: str) -> str:
    """`text` without what a network may change: composition and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
