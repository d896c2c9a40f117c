"""The archive's feeds of its newest items: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1).

Feeds travel, so here addresses are whole: the archive's public address before each path. Values in, bytes out.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from socialpub.platforms.newsroom_groups import program_name
from socialpub.platforms.newsroom_html import Html, el, paragraphs, run
from socialpub.platforms.newsroom_item import Item
from socialpub.platforms.newsroom_lists import LATEST, Archive, Page
from socialpub.platforms.newsroom_pages import ITEMS

_NEVER = "1970-01-01T00:00:00+00:00"


def address_of(base: str, key: str) -> str:
    """Where the public finds an item; also its id in feeds."""
    return f"{base}{ITEMS}/{key}/"


def feeds(found: Archive) -> Iterator[Page]:
    yield "feed.json", _json(found)
    yield "feed.xml", _atom(found)


def _atom(found: Archive) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<id>{escape(found.address)}</id>",
        f"<title>{escape(found.owner)}</title>",
        f"<updated>{_updated(found)}</updated>",
        f"<author><name>{escape(found.owner)}</name></author>",
        f'<link rel="alternate" type="text/html" href={quoteattr(found.address)}/>',
        f'<link rel="self" type="application/atom+xml" href={quoteattr(found.address + "feed.xml")}/>',
        *(line for item in found.items[:LATEST] for line in _entry(item, found.address)),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(item: Item, base: str) -> Iterator[str]:
    where = address_of(base, item.id)
    yield f"<entry xml:lang={quoteattr(item.language)}>"
    yield f"<id>{escape(where)}</id>"
    yield f"<title>{escape(item.title)}</title>"
    yield f"<published>{_stamp(item.published)}</published>"
    yield f"<updated>{_stamp(item.published)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(where)}/>'
    if item.program:
        yield f"<category term={quoteattr(item.program)} label={quoteattr(program_name(item.program))}/>"
    yield f'<content type="html">{escape(_content(item, where))}</content>'
    yield "</entry>"


def _json(found: Archive) -> bytes:
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.owner,
        "home_page_url": found.address,
        "feed_url": f"{found.address}feed.json",
        "language": "en",
        "authors": [{"name": found.owner}],
        "items": [_data(item, found.address) for item in found.items[:LATEST]],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _data(item: Item, base: str) -> dict[str, Any]:
    where = address_of(base, item.id)
    data: dict[str, Any] = {
        "id": where,
        "url": where,
        "title": item.title,
        "content_html": _content(item, where),
        "content_text": item.text,
        "date_published": _stamp(item.published),
        "language": item.language,
    }
    if item.program:
        data["tags"] = [program_name(item.program)]
    if item.photos:
        data["image"] = where + item.photos[0].file
        data["attachments"] = [
            {"url": where + each.file, "mime_type": each.mime, "size_in_bytes": each.size} for each in item.photos
        ]
    return data


def _content(item: Item, where: str) -> Html:
    """The words and pictures of an item as markup that stands anywhere."""
    words = paragraphs(item.text)
    link = [el("p", el("a", item.link.title or item.link.url, href=item.link.url))] if item.link else []
    photos = [el("p", el("img", src=where + each.file, alt=each.alt)) for each in item.photos]
    return el("div", run([*words, *link, *photos]), lang=item.language, dir="auto")


def _updated(found: Archive) -> str:
    """The newest of all that happened, also that something was taken down."""
    moments = [item.published for item in found.items[:1]] + [left.removed for left in found.removed[:1]]
    return _stamp(max(moments)) if moments else _NEVER


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
