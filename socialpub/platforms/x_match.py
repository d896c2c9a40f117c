"""Is this one of our posts? Compares what X lists with what was approved. Pure.

X shortens links, adds one to the photos, escapes &, < and >, and trims. Nothing in a list is trusted: an item
of an unexpected shape is not readable, and a list with such an item in it proves nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from socialpub.model.links import links
from socialpub.model.post import Post
from socialpub.platforms.alike import alike, unescaped

Item = Mapping[str, Any]
_SHORT_LINK = re.compile(r"\s*https?://t\.co/\w+\s*\Z")


def is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9]{1,19}", value) is not None


def readable(item: object) -> bool:
    """Whether an item of a list has the shape of a post: an id and a text."""
    return isinstance(item, dict) and is_id(item.get("id")) and isinstance(item.get("text"), str)


def made(item: Item) -> datetime | None:
    """When the post was made (UTC); None if that cannot be read."""
    try:
        when = datetime.fromisoformat(str(item.get("created_at")))
    except ValueError:
        return None
    return when if when.tzinfo else None


def matching_ids(items: Iterable[Item], post: Post, earliest: datetime) -> list[str]:
    """The ids of the listed posts that show what `post` says, with as many photos, made at `earliest` or later."""
    wanted, photos = plain(post.text), len(post.media)
    return [
        item["id"]
        for item in items
        if readable(item)
        and photo_count(item) == photos
        and plain(shown_text(item)) == wanted
        and ((when := made(item)) is not None and when >= earliest)
    ]


def doubtful_ids(items: Iterable[Item], post: Post) -> list[str]:
    """The ids of the listed posts of which nobody can be sure that they are not ours: they read alike."""
    return [
        item["id"]
        for item in items
        if readable(item) and (alike(post.text, item["text"]) or plain(shown_text(item)) == plain(post.text))
    ]


def vouchable_ids(items: Iterable[Item], post: Post, earliest: datetime) -> list[str]:
    """The ids of the posts that count when a person says that they are ours: they read alike, with as many photos,
    made at `earliest` or later, and no link that is listed goes where `post` does not.

    A post of which signs and links alone are left could be any other: then nobody's word helps.
    """
    if alike(post.text, ""):
        return []
    return [
        item["id"]
        for item in items
        if doubtful_ids([item], post)
        and photo_count(item) == len(post.media)
        and _leads_nowhere_else(item, post)
        and ((when := made(item)) is not None and when >= earliest)
    ]


def _leads_nowhere_else(item: Item, post: Post) -> bool:
    ours = {_spelled(post.text[link.start : link.end]) for link in links(post.text)}
    theirs = [(link, long) for link in _links(item) if isinstance(long := link.get("expanded_url"), str)]
    return all(_is_photo(item, link, long) or _spelled(long) in ours for link, long in theirs)


def _spelled(link: str) -> str:
    """A link in one spelling: X may write it in small letters, or with its letters as numbers."""
    return plain(unquote(link)).casefold()


def plain(text: str) -> str:
    """`text` without what X may change: composition, spaces, a link's scheme and the slash at its end."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\bhttps?://", "", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=\S)/(?=\s|\Z)", "", " ".join(text.split()))


def shown_text(item: Item) -> str:
    """The text as its author wrote it: links long again, the photos' link gone, entities resolved."""
    text = item.get("text")
    text = unescaped(text) if isinstance(text, str) else ""
    listed = False
    for link in _links(item):
        short, long = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and isinstance(long, str) and short:
            photo = _is_photo(item, link, long)
            listed, text = listed or photo, text.replace(short, "" if photo else long)
    if photo_count(item) and not listed:
        text = _SHORT_LINK.sub("", text)  # where the photos' link is not listed among the entities
    return text


def photo_count(item: Item) -> int:
    attachments = item.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return len(keys) if isinstance(keys, list) else 0


def _links(item: Item) -> list[Mapping[str, Any]]:
    entities = item.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    links = [url for url in urls if isinstance(url, dict)] if isinstance(urls, list) else []
    return sorted(links, key=lambda link: -len(str(link.get("url"))))  # one may begin like another


def _is_photo(item: Item, link: Mapping[str, Any], long: str) -> bool:
    """Whether the link is the one that X adds to a post's own photos; a link to another post's is its author's."""
    if not photo_count(item):
        return False
    return "media_key" in link or re.search(rf"/status/{item.get('id')}/(photo|video)/[0-9]+\Z", long) is not None
