"""Remembers uploaded photos in the journal, so that a later attempt uses them again.

One journal step per photo: `photo-1`, `photo-2`, … with its remote id, rendition and end, and the ids it had earlier:
each of them may prove that a post is ours, so none is ever lost.
"""

from datetime import datetime, timedelta

from socialpub.model.post import Media
from socialpub.platforms.classify import whole_number
from socialpub.platforms.contract import Journal

#: An upload this close to its end is not used any more: the post must still find it.
MARGIN = timedelta(minutes=15)


def remembered(journal: Journal, number: int, item: Media, now: datetime) -> str:
    """The remote id of photo `number` if the same rendition was uploaded and is still kept, or ""."""
    noted = journal.recall(f"photo-{number}")
    until = whole_number(noted.get("until")) or 0
    fresh = now + MARGIN < datetime.fromtimestamp(min(until, 32_503_680_000), now.tzinfo)
    return noted.get("id", "") if fresh and noted.get("sha256") == item.sha256 else ""


def remember(journal: Journal, number: int, item: Media, remote_id: str, until: datetime) -> None:
    ends, earlier = str(int(until.timestamp())), _earlier(journal, number)
    journal.note(f"photo-{number}", id=remote_id, sha256=item.sha256, until=ends, earlier=earlier)


def forget(journal: Journal, count: int) -> None:
    """The network has lost them: the next attempt uploads all photos again."""
    for number in range(1, count + 1):
        journal.note(f"photo-{number}", id="", earlier=_earlier(journal, number))


def noted_ids(journal: Journal, count: int) -> frozenset[str]:
    """Every remote id ever noted for the photos of this post, fresh or not."""
    return frozenset(one for number in range(1, count + 1) for one in _ids(journal, number))


def _earlier(journal: Journal, number: int) -> str:
    return ",".join(_ids(journal, number))


def _ids(journal: Journal, number: int) -> list[str]:
    noted = journal.recall(f"photo-{number}")
    return [one for one in dict.fromkeys((noted.get("id", ""), *noted.get("earlier", "").split(","))) if one]
