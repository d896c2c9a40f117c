"""A post: exactly what one channel will show, and the digest that an approval is bound to.

The canonical form names every field of the post by walking the dataclass, so that a field added later
changes the digest by construction. Nothing here may leave a field out.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: Changing the canonical form makes every approval in force fall: a new number, and a migration that says so.
CANONICAL_FORM = "socialpub-post-1"


@dataclass(frozen=True, slots=True)
class Media:
    """One rendition as it will leave: the bytes by hash, and what goes with them."""

    sha256: str
    mime: str
    width: int
    height: int
    size: int  # bytes
    alt: str = ""
    captions_sha256: str = ""
    captions_language: str = ""
    poster_sha256: str = ""


@dataclass(frozen=True, slots=True)
class LinkCard:
    url: str
    title: str = ""
    description: str = ""
    thumb_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """The variant of a story for one channel, as the adapter receives it."""

    platform: str
    texts: tuple[str, ...]  # one text is one visible part; more than one is a thread
    media: tuple[Media, ...] = ()
    link_card: LinkCard | None = None
    language: str = "en"
    options: tuple[tuple[str, str], ...] = ()  # network-specific switches, sorted by name

    @property
    def text(self) -> str:
        return self.texts[0]


def files_of(post: Post) -> Iterator[str]:
    """SHA-256 of every rendition that the post shows: pictures, videos, captions, posters, thumbnails."""
    for media in post.media:
        yield from filter(None, (media.sha256, media.captions_sha256, media.poster_sha256))
    if post.link_card and post.link_card.thumb_sha256:
        yield post.link_card.thumb_sha256


@dataclass(frozen=True, slots=True)
class Window:
    """The approver's span of time, both ends inclusive of not-before and exclusive of deadline; UTC."""

    not_before: datetime
    deadline: datetime

    def __post_init__(self) -> None:
        if self.not_before.tzinfo is None or self.deadline.tzinfo is None:
            raise ValueError("a window is in UTC: a naive time was given")
        if self.not_before >= self.deadline:
            raise ValueError("a window must end after it begins")

    def holds(self, moment: datetime) -> bool:
        return self.not_before <= moment < self.deadline


def digest(post: Post, account: str, window: Window) -> str:
    """SHA-256 (64 hex digits) over the whole post, the network's own account id and the window."""
    whole = {"form": CANONICAL_FORM, "post": encode(post), "account": account, "window": encode(window)}
    return hashlib.sha256(canonical(whole)).hexdigest()


def canonical(value: Any) -> bytes:
    """The one byte string that stands for `value`: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def encode(value: Any) -> Any:
    """Plain JSON data for a dataclass, a tuple, a time or a plain value."""
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def decode(data: dict[str, Any]) -> Post:
    """The post that `encode` wrote down."""
    card = data["link_card"]
    return Post(
        platform=data["platform"],
        texts=tuple(data["texts"]),
        media=tuple(Media(**item) for item in data["media"]),
        link_card=LinkCard(**card) if card else None,
        language=data["language"],
        options=tuple((name, value) for name, value in data["options"]),
    )
