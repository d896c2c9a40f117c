"""Is this one of our posts? Compares what X lists with what was approved. Pure.

X shortens links, adds one to the photos, escapes &, < and >, and trims. Nothing in a list is trusted: an item
of an unexpected shape is no match.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from socialpub.model.post import Post

Item = Mapping[str, Any]
_SHORT_LINK = re.compile(r"\s*https?://t\.co/\w+\s*\Z")


def matching_ids(items: Iterable[Item], post: Post) -> list[str]:
    """The ids of the listed posts that show what `post` says, with as many photos."""
    wanted, photos = plain(post.text), len(post.media)
    return [
        str(item["id"])
        for item in items
        if re.fullmatch("[0-9]{1,19}", str(item.get("id", "")))
        and photo_count(item) == photos
        and plain(shown_text(item)) == wanted
    ]


def plain(text: str) -> str:
    """`text` without what X may change: composition, spaces, a link's scheme and the slash at its end."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\bhttps?://", "", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=\S)/(?=\s|\Z)", "", " ".join(text.split()))


def shown_text(item: Item) -> str:
    """The text as its author wrote it: links long again, the photos' link gone, entities resolved."""
    text = item.get("text")
    text = html.unescape(text) if isinstance(text, str) else ""
    for link in _links(item):
        short, long = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and isinstance(long, str) and short:
            text = text.replace(short, "" if _is_photo(link, long) else long)
    if photo_count(item):
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


def _is_photo(link: Mapping[str, Any], long: str) -> bool:
    return "media_key" in link or re.search(r"/status/[0-9]+/(photo|video)/[0-9]+\Z", long) is not None
