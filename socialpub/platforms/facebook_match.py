"""Is this one of our posts? Compares what a Page lists with what was approved. Pure.

The ids of photos we uploaded prove that a post is ours; words alone only suggest it. Nothing in a list is
trusted: an item of an unexpected shape is not readable, and a list with such an item in it proves nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime

from socialpub.platforms.alike import alike
from socialpub.platforms.graph_list import Item, made, node_id


def is_own_id(value: object, page: str) -> bool:
    """Whether `value` is the id of a post of this Page: the Page's number, a line, the post's."""
    return isinstance(value, str) and re.fullmatch(rf"{re.escape(page)}_[0-9]{{1,32}}", value) is not None


def readable(item: object, page: str) -> bool:
    """Whether an item of a list has the shape of a post of `page`. It may lack words or attachments, not both."""
    return (
        isinstance(item, dict)
        and ("message" in item or "attachments" in item)
        and is_own_id(item.get("id"), page)
        and made(item, "created_time") is not None
        and isinstance(item.get("message", ""), str)
        and ("attachments" not in item or _all_readable(item["attachments"]))
    )


def with_photos(items: Iterable[Item], photo_ids: frozenset[str]) -> list[Item]:
    """The posts that show at least one of our uploads."""
    return [item for item in items if photo_ids & frozenset(_targets(item))]


def with_words(items: Iterable[Item], text: str, earliest: datetime) -> list[Item]:
    """The posts without photos that say exactly `text` and were made at `earliest` or later."""
    wanted = plain(text)
    return [
        item
        for item in items
        if isinstance(item.get("message"), str)
        and plain(item["message"]) == wanted
        and not _shows_photos(item)
        and ((at := made(item, "created_time")) is not None and at >= earliest)
    ]


def reading_alike(items: Iterable[Item], text: str) -> list[Item]:
    """The posts, with or without photos, that say nearly what `text` says."""
    said = ((item, item.get("message", "")) for item in items)
    return [item for item, words in said if isinstance(words, str) and alike(text, words)]


def plain(text: str) -> str:
    """`text` without what the network may change: composition and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _all_readable(attachments: object) -> bool:
    parts = _data(attachments)
    return parts is not None and all(map(_part_readable, parts))


def _part_readable(part: Item) -> bool:
    """A photo must say which one it is; what hangs below must be readable as well."""
    target = part.get("target", {})
    named = isinstance(target, dict) and (part.get("media_type") != "photo" or node_id(target.get("id")))
    return bool(named) and ("subattachments" not in part or _all_readable(part["subattachments"]))


def _shows_photos(item: Item) -> bool:
    return any(part.get("media_type") in ("photo", "album", "video") for part in _attachments(item))


def _targets(item: Item) -> Iterator[str]:
    """The ids that the attachments point at; one photo is the attachment, several hang below an album."""
    for part in _attachments(item):
        for attachment in (part, *(_data(part.get("subattachments")) or ())):
            target = attachment.get("target")
            if isinstance(target, dict):
                yield str(target.get("id"))


def _attachments(item: Item) -> list[Item]:
    return _data(item.get("attachments")) or []


def _data(value: object) -> list[Item] | None:
    """The parts of a list in the Graph; None if it is none."""
    data = value.get("data") if isinstance(value, dict) else None
    return data if isinstance(data, list) and all(isinstance(part, dict) for part in data) else None
