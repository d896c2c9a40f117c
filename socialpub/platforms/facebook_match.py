"""Is this one of our posts? Compares what a Page lists with what was approved. Pure.

The ids of photos we uploaded prove that a post is ours; words alone only suggest it. Nothing in a list is
trusted: an item of an unexpected shape is no match.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

Item = Mapping[str, Any]
_POST_ID = re.compile(r"[0-9]{1,32}(_[0-9]{1,32})?")


def post_id(value: object) -> str:
    """`value` if it has the form of a post's id, else ""."""
    return value if isinstance(value, str) and _POST_ID.fullmatch(value) else ""


def with_photos(items: Iterable[Item], photo_ids: frozenset[str]) -> list[Item]:
    """The posts that show at least one of our uploads."""
    return [item for item in items if post_id(item.get("id")) and photo_ids & frozenset(_targets(item))]


def with_words(items: Iterable[Item], text: str, earliest: datetime) -> list[Item]:
    """The posts without photos that say exactly `text` and were made at `earliest` or later."""
    wanted = plain(text)
    return [
        item
        for item in items
        if post_id(item.get("id"))
        and isinstance(item.get("message"), str)
        and plain(item["message"]) == wanted
        and not _shows_photos(item)
        and _made(item, earliest)
    ]


def plain(text: str) -> str:
    """`text` without what the network may change: composition and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _made(item: Item, earliest: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(item.get("created_time"))) >= earliest
    except (ValueError, TypeError):  # TypeError: a time without its zone
        return False


def _shows_photos(item: Item) -> bool:
    return any(part.get("media_type") in ("photo", "album", "video") for part in _attachments(item))


def _targets(item: Item) -> Iterator[str]:
    """The ids that the attachments point at; one photo is the attachment, several hang below an album."""
    for part in _attachments(item):
        for attachment in (part, *_data(part.get("subattachments"))):
            target = attachment.get("target")
            if isinstance(target, dict):
                yield str(target.get("id"))


def _attachments(item: Item) -> list[Item]:
    return _data(item.get("attachments"))


def _data(value: object) -> list[Item]:
    data = value.get("data") if isinstance(value, dict) else None
    return [part for part in data if isinstance(part, dict)] if isinstance(data, list) else []
