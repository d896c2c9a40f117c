"""What a PDS refuses of a record of app.bsky.feed.post: the lexicons by hand, as far as posts of ours go.

Open, as lexicons are: what is not described is let through. A place of a mark beyond the text is let through too, as
a real server does; whoever reads the record sees it.
"""

import re
from typing import Any

from socialpub.sandbox.graphemes import count
from socialpub.sandbox.shape import wrong

COLLECTION = "app.bsky.feed.post"
LARGEST_IMAGE = 1_000_000  # bytes; newer servers take 2,000,000 (lexicon app.bsky.embed.images)

Shape = dict[str, Any]
_TEXT: Shape = {"type": "string"}
_WHOLE: Shape = {"type": "integer", "minimum": 0, "maximum": 2**53}
_SIDE: Shape = {"type": "integer", "minimum": 1, "maximum": 2**53}
_URI: Shape = {"type": "string", "pattern": r"\w+:(//)?[^\s/]\S*"}


def _object(*required: str, **properties: Shape) -> Shape:
    return {"type": "object", "required": required, "properties": properties, "open": True}


def _list(most: int, of: Shape) -> Shape:
    return {"type": "array", "maxItems": most, "items": of}


_BLOB = _object("$type", "ref", "mimeType", "size", ref=_object("$link", **{"$link": _TEXT}), mimeType=_TEXT,
                size=_WHOLE)  # fmt: skip
_IMAGE = _object(
    "image", "alt", image=_BLOB, alt=_TEXT, aspectRatio=_object("width", "height", width=_SIDE, height=_SIDE)
)
_EMBEDS = {
    "app.bsky.embed.images": _object("images", images=_list(4, _IMAGE)),
    "app.bsky.embed.external": _object(
        "external",
        external=_object("uri", "title", "description", uri=_URI, title=_TEXT, description=_TEXT, thumb=_BLOB),
    ),
}
_FEATURES = {
    "app.bsky.richtext.facet#link": _object("uri", uri=_URI),
    "app.bsky.richtext.facet#tag": _object("tag", tag=_TEXT),
    "app.bsky.richtext.facet#mention": _object("did", did={"type": "string", "pattern": "did:[a-z]+:.+"}),
}
_TYPED = _object("$type", **{"$type": _TEXT})
_PLACE = _object("byteStart", "byteEnd", byteStart=_WHOLE, byteEnd=_WHOLE)
_FACET = _object("index", "features", index=_PLACE, features=_list(100, _TYPED))
_LANG: Shape = {"type": "string", "pattern": "[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*"}
_POST = _object("text", "createdAt", text=_TEXT, createdAt=_TEXT, langs=_list(3, _LANG), facets=_list(1000, _FACET),
                embed=_TYPED)  # fmt: skip


def wrong_record(record: Any) -> str:
    """The first thing that is wrong with it; empty when it fits."""
    return wrong(record, _POST) or _wrong_text(record) or _wrong_time(record["createdAt"]) or _wrong_parts(record)


def _wrong_text(record: dict[str, Any]) -> str:
    return _too_big(record["text"], 3000, 300, "text")


def _too_big(text: str, most_bytes: int, most_graphemes: int, name: str) -> str:
    size, graphemes = len(text.encode("utf-8", "surrogatepass")), count(text)
    if size > most_bytes:
        return f"string too big (maximum {most_bytes}, got {size}) at $.record.{name}"
    if graphemes > most_graphemes:
        return f"grapheme too big (maximum {most_graphemes}, got {graphemes}) at $.record.{name}"
    return ""


def _wrong_time(text: str) -> str:
    fits = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?(Z|[+-]\d\d:\d\d)", text)
    return "" if fits else f'Invalid datetime (got "{text}") at $.record.createdAt'


def _wrong_parts(record: dict[str, Any]) -> str:
    embed = record.get("embed", {})
    shape = _EMBEDS.get(embed.get("$type", ""), {})
    features = [feature for facet in record.get("facets", []) for feature in facet["features"]]
    problems = [wrong(embed, shape, "$.embed") if shape else ""]
    problems += [wrong(one, _FEATURES.get(one["$type"], {}), "$.facets") for one in features]
    problems += [_too_big(one["tag"], 640, 64, "facets") for one in features if isinstance(one.get("tag"), str)]
    return next(filter(None, problems), "") or next(filter(None, map(_wrong_blob, blobs(record))), "")


def _wrong_blob(blob: dict[str, Any]) -> str:
    if not str(blob["mimeType"]).startswith("image/"):
        return f'blob of a wrong type (got "{blob["mimeType"]}") at $.record.embed'
    if blob["size"] > LARGEST_IMAGE:
        return f"blob too big (maximum {LARGEST_IMAGE}, got {blob['size']}) at $.record.embed"
    return ""


def images(record: dict[str, Any]) -> list[dict[str, Any]]:
    embed = record.get("embed", {})
    return list(embed["images"]) if embed.get("$type") == "app.bsky.embed.images" else []


def card(record: dict[str, Any]) -> dict[str, Any]:
    embed = record.get("embed", {})
    return dict(embed["external"]) if embed.get("$type") == "app.bsky.embed.external" else {}


def blobs(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file that the record refers to. Only of a record whose shape fits."""
    thumb = card(record).get("thumb")
    return [one["image"] for one in images(record)] + ([thumb] if thumb else [])
