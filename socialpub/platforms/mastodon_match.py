"""Is this one of our posts? Compares what a Mastodon server lists with what was approved. Pure.

The ids of photos we uploaded prove that a post is ours; words alone suggest it. The server shows words as HTML: links
with their middle hidden, mentions without their domain. Nothing in a list is trusted: an item of an unexpected shape
is not readable, and a list with such an item in it proves nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from socialpub.platforms.alike import alike, unescaped

Item = Mapping[str, Any]
LONGEST_CONTENT = 60_000  # characters of HTML; ten times the longest post of a generous server
_TAG = re.compile("</?(?P<name>[A-Za-z][A-Za-z0-9]{0,20}+)(?:[ /][^<>]*+)?>")
_FAR_MENTION = re.compile(r"(?<![\w/@])(@\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")


def is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9]{1,32}", value) is not None


def readable(item: object, account: str) -> bool:
    """Whether an item of a list has the shape of a post by `account`."""
    return (
        isinstance(item, dict)
        and is_id(item.get("id"))
        and isinstance(content := item.get("content"), str)
        and len(content) <= LONGEST_CONTENT
        and made(item) is not None
        and isinstance(author := item.get("account"), dict)
        and author.get("id") == account
        and isinstance(media := item.get("media_attachments"), list)
        and all(isinstance(one, dict) and is_id(one.get("id")) for one in media)
    )


def made(item: Item) -> datetime | None:
    """When the post was made (UTC); None if that cannot be read."""
    try:
        when = datetime.fromisoformat(str(item.get("created_at")))
    except ValueError:
        return None
    return when if when.tzinfo else None


def with_photos(items: Iterable[Item], photo_ids: frozenset[str]) -> list[Item]:
    """The posts that show at least one of our uploads."""
    return [item for item in items if photo_ids & {one["id"] for one in item["media_attachments"]}]


def with_words(items: Iterable[Item], text: str, earliest: datetime) -> list[Item]:
    """The public posts without photos, no boosts and no replies, that say `text`, made at `earliest` or later."""
    wanted = plain(text)
    return [
        item
        for item in items
        if not item["media_attachments"]
        and not item.get("reblog")
        and not item.get("in_reply_to_id")
        and item.get("visibility") in ("public", "unlisted")  # a limited account's public posts are made unlisted
        and ((when := made(item)) is not None and when >= earliest)
        and plain(shown_text(item["content"])) == wanted
    ]


def reading_alike(items: Iterable[Item], text: str) -> list[Item]:
    """The posts of which nobody can be sure that they are not ours: they say nearly what `text` says."""
    wanted = plain(text)
    return [item for item in items if _alike(wanted, shown_text(item["content"]))]


def _alike(wanted: str, shown: str) -> bool:
    return alike(wanted, plain(shown)) or plain(shown) == wanted


def plain(text: str) -> str:
    """`text` without what a server may change: composition, spaces, the domain in a mention."""
    return " ".join(_FAR_MENTION.sub(r"\1", unicodedata.normalize("NFC", text)).split())


def shown_text(content: str) -> str:
    """The words of a post's HTML as its author wrote them: hidden parts of links are part of them.

    Only whole tags are tags. The standard library's parser takes minutes for a text of half ones.
    """
    return unescaped(_TAG.sub(_broken, content))


def _broken(tag: re.Match[str]) -> str:
    """The break that the server made into a tag: paragraphs are set apart by an empty line, lines by `<br>`."""
    return {"p": "\n\n", "br": "\n"}.get(tag["name"].lower(), "")
