"""Reads `attached_media`: which uploaded photos a post is to show, each only once."""

import json
from typing import Any

from socialpub.sandbox.graph_answers import bad_parameter
from socialpub.sandbox.graph_door import GraphCall
from socialpub.sandbox.world import Upload


def attached(call: GraphCall) -> list[Upload]:
    """The page's own, unused photos that the request names; refuses unknown, vanished and used ones."""
    ids = [_media_id(item) for item in _items(call)]
    found = [call.world.live_upload(one, call.page.id) for one in ids]
    photos = [photo for photo in found if photo is not None]
    if len(photos) != len(ids) or len(set(ids)) != len(ids):
        raise bad_parameter("Invalid parameter: attached_media names a photo that does not exist")
    if any(photo.used_in for photo in photos):
        says = "These photos were already posted."
        raise bad_parameter(says, subcode=1366051, title="Photos Already Posted", says=says)
    return photos


def _items(call: GraphCall) -> list[Any]:
    """One JSON list, or attached_media[0], attached_media[1] … as some clients send it."""
    numbered = sorted(name for name in call.given if name.startswith("attached_media["))
    items = _read(call.given.get("attached_media", [call.given[name] for name in numbered]))
    if not isinstance(items, list):
        raise bad_parameter("Param attached_media must be an array.")
    return [_read(item) for item in items]


def _read(raw: Any) -> Any:
    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except (ValueError, RecursionError) as why:
        raise bad_parameter("Param attached_media must be an array.") from why


def _media_id(item: Any) -> str:
    media_id = item.get("media_fbid") if isinstance(item, dict) else None
    if not isinstance(media_id, str | int):
        raise bad_parameter("Param attached_media[0] must have a media_fbid")
    return str(media_id)
