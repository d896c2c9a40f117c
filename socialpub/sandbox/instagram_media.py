"""POST /{ig}/media: fetches and checks a photo, and keeps it in a container."""

import json
import re
from typing import Any

from socialpub.sandbox import containers
from socialpub.sandbox.fetching import NotFetchableError, fetched
from socialpub.sandbox.graph_answers import bad_parameter, error
from socialpub.sandbox.instagram_door import InstagramCall, own_account
from socialpub.sandbox.pictures import Picture, picture
from socialpub.sandbox.world import Container

#: Content publishing, as integrators quote Meta's pages: bytes, width / height, signs, containers a day.
LARGEST, WIDEST, TALLEST, LONGEST, A_DAY = 8_000_000, 1.91, 0.8, 2200, 400
_KINDS = ("", "IMAGE", "CAROUSEL", "STORIES")


async def create(call: InstagramCall) -> Any:
    account, kind = own_account(call), call.text("media_type")
    if kind not in _KINDS:
        raise bad_parameter(f"media_type must be one of {', '.join(_KINDS[1:])} in the sandbox")
    if sum(one.account == account.id for one in call.world.containers.values()) >= A_DAY:
        raise error(400, 9, "Application request limit reached", subcode=2207042)
    caption, child = _caption(call), call.says("is_carousel_item", "false")
    if child and (caption or kind):
        raise bad_parameter("A carousel item has neither a caption nor a media_type")
    parts = _children(call) if kind == "CAROUSEL" else [await _photo(call)]
    return {"id": _made(call, kind or "IMAGE", caption, parts, child=child).id}


def _made(call: InstagramCall, kind: str, caption: str, parts: list[Container], *, child: bool) -> Container:
    return containers.make(call.world, "instagram", call.account.id, kind, caption, parts, child=child)


def _caption(call: InstagramCall) -> str:
    caption = call.text("caption").strip()
    if len(caption) > LONGEST:
        raise bad_parameter("The caption is too long", subcode=2207010)
    if len(re.findall(r"#\w", caption)) > 30 or len(re.findall(r"@\w", caption)) > 20:
        raise bad_parameter("Too many tags", subcode=2207040)
    return caption


def _children(call: InstagramCall) -> list[Container]:
    """The carousel items that are named, each ready and this account's."""
    asked = call.given.get("children", "")
    try:
        ids = json.loads(asked) if str(asked).startswith("[") else str(asked).split(",")
    except ValueError as why:
        raise bad_parameter("Param children must be an array.") from why
    if not 2 <= len(ids) <= 10:
        raise bad_parameter("A carousel has 2 to 10 items", subcode=2207028)
    found = [containers.mine(call.world, "instagram", call.account.id, str(one)) for one in ids]
    items = [one for one in found if one and one.is_child and containers.state(call.world, one) == "FINISHED"]
    if len(items) != len(ids):
        raise error(400, 24, "The requested resource does not exist", subcode=2207008)
    return items


async def _photo(call: InstagramCall) -> Container:
    """The photo at image_url, as a container that nobody keeps."""
    try:
        data = await fetched(call.text("image_url"))
    except NotFetchableError as why:
        raise error(400, 9004, f"Only photo or video can be accepted: {why}", subcode=2207052) from why
    taken = picture(call.world.time_ordered_id(), data)
    _check(taken)
    taken.alt = call.text("alt_text")
    call.world.blobs[taken.sha256] = data
    return Container("", "instagram", "", "IMAGE", "", [taken], 0, 0)


def _check(taken: Picture) -> None:
    if taken.mime != "image/jpeg" or not taken.width:
        raise error(400, 36001, "The image format is not supported", subcode=2207005)
    if taken.size > LARGEST:
        raise error(400, 36000, "The image is too large", subcode=2207004)
    if not TALLEST - 0.001 <= taken.width / taken.height <= WIDEST + 0.001:
        raise error(400, 36003, "The aspect ratio is not supported", subcode=2207009)
