"""Remembers uploaded photos in the journal, so that a later attempt uses them again.

One journal step per photo: `photo-1`, `photo-2`, … with its remote id, rendition and end.
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
    journal.note(f"photo-{number}", id=remote_id, sha256=item.sha256, until=str(int(until.timestamp())))


def forget(journal: Journal, count: int) -> None:
    """The network has lost them: the next attempt uploads all photos again."""
    for number in range(1, count + 1):
        journal.note(f"photo-{number}", id="")


def noted_ids(journal: Journal, count: int) -> frozenset[str]:
    """The remote ids of all photos noted for this post, fresh or not."""
    ids = (journal.recall(f"photo-{number}").get("id", "") for number in range(1, count + 1))
    return frozenset(filter(None, ids))
