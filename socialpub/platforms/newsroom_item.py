"""One item of the archive as data: what lies in its item.json, the one truth that every page and feed is made from.

An item that was taken down keeps its address and two dates, and nothing of what it said.
"""

import json
import mimetypes
import re
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from socialpub.model.post import LinkCard, Media, Post

FORM = "socialpub-newsroom-1"
#: What no page can show, whatever stands around it: controls, halves of pairs, code points that are no characters.
UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: A language and what narrows it down, e.g. "en", "pt-BR" (RFC 5646, without private use).
LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Picture:
    file: str  # its name in the item's folder
    alt: str
    width: int
    height: int
    mime: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    published: datetime  # with the department's own offset of that day
    title: str
    text: str
    language: str
    program: str = ""
    when: str = ""  # the event's day, as ISO 8601; "" if it has none
    photos: tuple[Picture, ...] = ()
    link: LinkCard | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left of an item that was taken down. `published` is None where its data could not be read any more."""

    id: str
    published: datetime | None
    removed: datetime


Entry = Item | Removed


def made(post: Post, key: str, now: datetime) -> Item:
    """The item of an approved post. Raises ValueError, in words, for what cannot be archived."""
    carried = dict(post.options)
    photos = tuple(_picture(media, number) for number, media in enumerate(post.media, 1))
    title = carried.get("title", "")
    return _sound(
        Item(
            id=key,
            published=now,
            title=title if title.strip() else _first_line(post.text),
            text=post.text,
            language=post.language,
            program=carried.get("program", ""),
            when=carried.get("when", ""),
            photos=photos,
            link=post.link_card,
        )
    )


def taken_down(entry: Entry | None, key: str, now: datetime) -> Removed:
    """What is left of `entry`; of one that was taken down before, what was left then."""
    if isinstance(entry, Removed):
        return entry
    return Removed(key, entry.published if entry else None, now)


def encode(entry: Entry) -> bytes:
    """The same entry gives the same bytes."""
    data = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(entry).items()}
    return json.dumps({"form": FORM, **data}, ensure_ascii=False, indent=1).encode() + b"\n"


def decode(data: bytes) -> Entry:
    """The entry that `encode` wrote down. Raises ValueError for anything else."""
    try:
        return _entry(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"its data cannot be read: {error}") from None


def _entry(found: dict[str, Any]) -> Entry:
    if (form := found.pop("form")) != FORM:
        raise ValueError(f"it has another form, {form}")
    return _removed(found) if "removed" in found else _sound(_item(found))


def _item(found: dict[str, Any]) -> Item:
    item = Item(**found)
    return replace(
        item,
        published=_moment(found["published"]),
        photos=tuple(Picture(**each) for each in found["photos"]),
        link=LinkCard(**found["link"]) if found["link"] else None,
    )


def _removed(found: dict[str, Any]) -> Removed:
    published = found["published"] and _moment(found["published"])
    return Removed(found["id"], published, _moment(found["removed"]))


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a time has no offset")
    return moment


def _sound(item: Item) -> Item:
    """`item`, if pages can be made of it. Raises ValueError."""
    shown = [item.title, item.text, item.program, *(each.alt for each in item.photos), *_of(item.link)]
    if found := next(filter(None, map(UNSHOWABLE.search, shown)), None):
        raise ValueError(f"there is a character that no page can show (U+{ord(found[0]):04X})")
    if not LANGUAGE.fullmatch(item.language):
        raise ValueError("its language is not written as a code like en or es")
    if item.when:
        date.fromisoformat(item.when)
    if item.link and not re.match(r"https?://\S+\Z", item.link.url):
        raise ValueError("the address of its link card is none of the web")
    if item.link and item.link.thumb_sha256:
        raise ValueError("the picture of a link card is not shown here")
    return item


def _of(link: LinkCard | None) -> list[str]:
    return [link.url, link.title, link.description] if link else []


def _picture(media: Media, number: int) -> Picture:
    suffix = mimetypes.guess_extension(media.mime) or ".bin"
    file = f"photo-{number}-{media.sha256[:16]}{suffix}"
    return Picture(file, media.alt, media.width, media.height, media.mime, media.size)


def _first_line(text: str) -> str:
    """For a post that was given no title."""
    line = text.strip().split("\n", 1)[0].strip()
    return line if len(line) <= 110 else line[:109].rsplit(" ", 1)[0].rstrip() + "…"
