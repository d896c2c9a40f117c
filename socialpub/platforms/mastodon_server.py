"""What one Mastodon server takes, as it says itself, and whether a post fits. Each may allow more or less than usual.

Read from the server and remembered for a day, so that a post it would not take is refused before anything is sent.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.limits import Limits, TextLimits
from socialpub.model.measure import measure
from socialpub.model.outcome import Refused
from socialpub.model.post import Media, Post
from socialpub.platforms.classify import whole_number

FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Takes:
    """None: the server does not say, so the usual limits alone count."""

    max_characters: int | None = None
    characters_reserved_per_url: int | None = None
    max_media_attachments: int | None = None
    description_limit: int | None = None
    image_size_limit: int | None = None  # bytes
    image_matrix_limit: int | None = None  # pixels
    supported_mime_types: frozenset[str] | None = None

    def numbers(self) -> dict[str, str]:
        """What the server says in numbers, by the names it uses itself."""
        every = ((one.name, getattr(self, one.name)) for one in dataclasses.fields(self))
        return {name: str(value) for name, value in every if isinstance(value, int)}


class Servers:
    """What each server said it takes, for a day. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, Takes]] = {}

    def takes(self, base: str, now: datetime, ask: Callable[[], Mapping[str, Any]]) -> Takes:
        """`ask` gives the server's description of itself; what it raises is raised."""
        asked, known = self._known.get(base, (None, None))
        if asked is None or known is None or not asked <= now < asked + FRESH:
            known = read(ask())
            self._known[base] = now, known  # two threads may both have asked, and learned the same
        return known


def read(instance: Mapping[str, Any]) -> Takes:
    """The limits in a server's description of itself (docs.joinmastodon.org, entity Instance)."""
    said = _part(instance, "configuration")
    statuses, media = _part(said, "statuses"), _part(said, "media_attachments")
    kinds = media.get("supported_mime_types")
    named = {**statuses, **media}
    numbers = {
        one.name: whole_number(named.get(one.name)) for one in dataclasses.fields(Takes) if "mime" not in one.name
    }
    return Takes(
        **numbers,
        supported_mime_types=frozenset(map(str, kinds)) if isinstance(kinds, list) and kinds else None,
    )


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def refused_here(post: Post, takes: Takes, limits: Limits) -> Refused | None:
    """Why this server would not take `post`, or None."""
    why = _text(post, takes, limits.text) or _photos(post, takes)
    return None if why is None else Refused(f"{limits.label}: this server {why[0]}", why[1])


def _text(post: Post, takes: Takes, text: TextLimits) -> tuple[str, str] | None:
    counted = text.model_copy(update={"link_length": takes.characters_reserved_per_url or text.link_length})
    long, most = measure(post.text, counted), takes.max_characters
    if most is None or long <= most:
        return None
    return f"takes {most} characters, the text has {long}", "Shorten the text for this channel."


def _photos(post: Post, takes: Takes) -> tuple[str, str] | None:
    most = takes.max_media_attachments
    if most is not None and len(post.media) > most:
        return f"takes {most} photos, not {len(post.media)}", "Leave some photos out for this channel."
    reasons = (_photo(item, number, takes) for number, item in enumerate(post.media, 1))
    return next(filter(None, reasons), None)


def _photo(item: Media, number: int, takes: Takes) -> tuple[str, str] | None:
    smaller = "Use a smaller photo, or ask the server's administrator to allow larger ones."
    if takes.supported_mime_types is not None and item.mime not in takes.supported_mime_types:
        return f"does not take {item.mime} (photo {number})", "Ask the server's administrator to allow it."
    if _over(item.size, takes.image_size_limit):
        return f"takes photos of {takes.image_size_limit} bytes, photo {number} has {item.size}", smaller
    if _over(item.width * item.height, takes.image_matrix_limit):
        return f"takes photos of {takes.image_matrix_limit} pixels, photo {number} has more", smaller
    if _over(len(item.alt), takes.description_limit):
        return (
            f"takes alt texts of {takes.description_limit} characters, that of photo {number} is longer",
            "Shorten the alt text.",
        )
    return None


def _over(value: int, limit: int | None) -> bool:
    return limit is not None and value > limit
