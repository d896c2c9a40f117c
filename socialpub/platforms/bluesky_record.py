"""A post as a record of app.bsky.feed.post: its key, its JSON, the marks in its text. Pure.

Sources: the lexicons app.bsky.feed.post, app.bsky.richtext.facet, app.bsky.embed.images and external; the
specifications "Record keys" (TID) and "Data model" (CIDs of blobs) of atproto.com.
"""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import regex

from socialpub.model.links import links
from socialpub.model.post import LinkCard, Media, Post

COLLECTION = "app.bsky.feed.post"
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_RAW_SHA256 = bytes((0x01, 0x55, 0x12, 0x20))  # CID version 1, raw bytes, SHA-256, 32 bytes long
_TAG_GRAPHEMES, _TAG_BYTES = 64, 640

Record = dict[str, Any]


def record_key(key: str) -> str:
    """The record's own key: a TID out of a delivery's random, time-ordered one. The same key gives the same TID.

    53 bits of microseconds, of which a UUIDv7 knows the milliseconds, then 10 random bits. Two deliveries that meet
    on one key (one in a million of those minted in the same millisecond) do no harm: the second is told so.
    """
    number = _timed(key)
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def _timed(key: str) -> int:
    try:
        minted = uuid.UUID(key)
    except ValueError:
        minted = uuid.UUID(int=0)
    if minted.version != 7:  # a key of somebody else's making: still one key, only without a time in it
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) >> 1
    milliseconds, random_a, random_b = minted.int >> 80, minted.int >> 64 & 0xFFF, minted.int >> 52 & 0x3FF
    return (milliseconds * 1000 + random_a % 1000 & (1 << 53) - 1) << 10 | random_b


def is_record_key(value: str) -> bool:
    return re.fullmatch(f"[{_SORTABLE[:16]}][{_SORTABLE}]{{12}}", value) is not None


def moment(now: datetime) -> str:
    """A time (UTC) as records hold it."""
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"


def record(post: Post, files: Sequence[Media], created_at: str) -> Record:
    """The whole record. `files`: the photos, or the one picture of the link card."""
    whole: Record = {"$type": COLLECTION, "text": post.text, "createdAt": created_at}
    if re.fullmatch("[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*", post.language):
        whole["langs"] = [post.language]
    if marks := facets(post.text):
        whole["facets"] = marks
    if post.media:
        whole["embed"] = {"$type": "app.bsky.embed.images", "images": [_image(item) for item in files]}
    elif post.link_card:
        whole["embed"] = {"$type": "app.bsky.embed.external", "external": _card(post.link_card, files)}
    return whole


def fingerprint(whole: Mapping[str, Any]) -> str:
    """SHA-256 of a record, whatever the order in which it is written."""
    said = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def shows_the_same(stands: Mapping[str, Any], post: Post) -> bool:
    """Whether its words and its pictures are the post's, whatever else differs."""
    embed = stands.get("embed")
    images = embed.get("images", []) if isinstance(embed, dict) else []
    listed = images if isinstance(images, list) else [images]
    shown = [one.get("image") if isinstance(one, dict) else one for one in listed]
    return stands.get("text") == post.text and shown == [blob(item) for item in post.media]


def blob(item: Media) -> Record:
    """How a record refers to a file: by the hash of its bytes, which is known before anything is uploaded."""
    return {"$type": "blob", "ref": {"$link": cid(item.sha256)}, "mimeType": item.mime, "size": item.size}


def cid(sha256: str) -> str:
    """The CID of the bytes that hash to this, in base32."""
    return "b" + base64.b32encode(_RAW_SHA256 + bytes.fromhex(sha256)).decode().lower().rstrip("=")


def facets(text: str) -> list[Record]:
    """Links and hashtags, each with its place in bytes of UTF-8. Handles stay plain text: none is looked up."""
    found = [(link.start, link.end, _link(text[link.start : link.end], bare=link.bare)) for link in links(text)]
    taken = [(start, end) for start, end, _ in found]
    found += [tag for tag in _tags(text) if not any(tag[0] < end and start < tag[1] for start, end in taken)]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda each: each[0])
    ]


def _link(words: str, *, bare: bool) -> Record:
    return {"$type": "app.bsky.richtext.facet#link", "uri": _address(words) if bare else words}


def _address(words: str) -> str:
    return words if re.match("https?://", words, re.IGNORECASE) else f"https://{words}"


def _tags(text: str) -> Iterator[tuple[int, int, Record]]:
    for found in _tag().finditer(text):
        tag = found["tag"]
        if len(regex.findall(r"\X", tag)) <= _TAG_GRAPHEMES and _bytes(tag) <= _TAG_BYTES:
            yield found.start("whole"), found.end("whole"), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}


@cache
def _tag() -> "regex.Pattern[str]":
    """A sign and a word with at least one letter in it, after a space or an opening mark."""
    word = r"[\p{L}\p{M}\p{N}_\u200c\u200d\u00b7]"
    return regex.compile(rf"(?<![^\s(\[{{\"'“‘«¡¿])(?P<whole>[#＃](?P<tag>(?=[\d_]*+[\p{{L}}\p{{M}}]){word}++))")


def _bytes(text: str) -> int:
    return len(text.encode())


def _image(item: Media) -> Record:
    return {"image": blob(item), "alt": item.alt, "aspectRatio": {"width": item.width, "height": item.height}}


def _card(card: LinkCard, files: Sequence[Media]) -> Record:
    shown: Record = {"uri": _address(card.url), "title": card.title, "description": card.description}
    return {**shown, "thumb": blob(files[0])} if files else shown
