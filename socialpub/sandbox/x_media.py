"""Media for X: one shot, or in pieces, then alt text. What no post uses is forgotten after a day."""

import base64
import binascii
from typing import Any

from socialpub.sandbox import bodies
from socialpub.sandbox.pictures import picture
from socialpub.sandbox.shape import wrong
from socialpub.sandbox.world import Upload
from socialpub.sandbox.x_answers import invalid
from socialpub.sandbox.x_door import XCall
from socialpub.sandbox.x_shapes import APPEND, INITIALIZE, METADATA, UPLOAD

#: Seconds that media waits for its post (docs.x.com, media upload: expires_after_secs of a finished upload).
KEPT_S = 86_400
#: Seconds an unfinished upload in pieces is kept (the same page's example of initialize).
OPEN_S = 1_295_999
#: Largest image in bytes (docs.x.com, media best practices); larger needs no upload here to be refused.
LARGEST_IMAGE = 5_242_880
_KINDS = {"image/jpeg", "image/png", "image/gif", "image/webp"}


async def upload(call: XCall) -> dict[str, Any]:
    body = await _body(call, UPLOAD)
    return {
        "data": _described(call, _keep(call, call.world.time_ordered_id(), body["media"], body["media_category"]))
    }


async def initialize(call: XCall) -> dict[str, Any]:
    body = await call.json()
    if problem := wrong(body, INITIALIZE):
        raise invalid(problem)
    media_id = call.world.time_ordered_id()
    category = body.get("media_category", "tweet_image")
    extra = {"media_key": _key(media_id, category), "category": category, "pieces": {}}
    extra["total"] = body.get("total_bytes")
    expires = call.world.now() + OPEN_S
    call.world.uploads[media_id] = Upload(
        media_id, call.account.id, picture(media_id, b""), expires, ready=False, extra=extra
    )
    return {"data": {"id": media_id, "media_key": extra["media_key"], "expires_after_secs": OPEN_S}}


async def append(call: XCall) -> dict[str, Any]:
    open_upload = _open(call)
    body = await _body(call, APPEND)
    open_upload.extra["pieces"][body["segment_index"]] = body["media"]
    return {"data": {"expires_at": int(open_upload.expires)}}


async def finalize(call: XCall) -> dict[str, Any]:
    pending = _open(call)
    pieces: dict[int, bytes] = pending.extra["pieces"]
    if sorted(pieces) != list(range(len(pieces))) or not pieces:
        raise invalid("Segments do not add up to provided total file size.", id=pending.id)
    data = b"".join(pieces[index] for index in sorted(pieces))
    if pending.extra["total"] not in (None, len(data)):
        raise invalid("Segments do not add up to provided total file size.", id=pending.id)
    return {"data": _described(call, _keep(call, pending.id, data, pending.extra["category"]))}


async def status(call: XCall) -> dict[str, Any]:
    asked = call.request.query_params.get("media_id", "")
    if call.request.query_params.get("command", "STATUS") != "STATUS":
        raise invalid("The `command` query parameter must be STATUS", command="")
    found = call.world.live_upload(asked, call.account.id)
    if found is None:
        raise invalid("The media id is unknown or has expired.", media_id=asked)
    described = _described(call, found)
    state, percent = ("succeeded", 100) if found.ready else ("pending", 0)
    return {"data": described | {"processing_info": {"state": state, "progress_percent": percent}}}


async def describe(call: XCall) -> dict[str, Any]:
    """Alt text. It must come before the post; X ignores it afterwards, and so does this."""
    body = await call.json()
    if problem := wrong(body, METADATA):
        raise invalid(problem)
    found = call.world.live_upload(body["id"], call.account.id)
    if found is None:
        raise invalid("The media id is unknown or has expired.", id=body["id"])
    metadata = body.get("metadata", {})
    if "alt_text" in metadata and not found.used_in:
        found.picture.alt = metadata["alt_text"]["text"]
    return {"data": {"id": found.id, "associated_metadata": metadata}}


def _keep(call: XCall, media_id: str, data: bytes, category: str) -> Upload:
    taken = picture(media_id, data)
    if category == "tweet_image" and (taken.mime not in _KINDS or not taken.width):
        raise invalid("The media could not be read: it must be a JPEG, PNG, GIF or WEBP image.", media="…")
    if category == "tweet_image" and taken.size > LARGEST_IMAGE:
        raise invalid(f"File size exceeds {LARGEST_IMAGE} bytes.", media="…")
    extra = {"media_key": _key(media_id, category), "category": category}
    kept = Upload(media_id, call.account.id, taken, call.world.now() + KEPT_S, extra=extra)
    call.world.uploads[media_id] = kept
    call.world.blobs[taken.sha256] = data
    return kept


def _key(media_id: str, category: str) -> str:
    number = {"tweet_image": 3, "tweet_gif": 16, "tweet_video": 7, "amplify_video": 13}.get(category, 3)
    return f"{number}_{media_id}"


def _described(call: XCall, kept: Upload) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": kept.id,
        "media_key": kept.extra["media_key"],
        "size": kept.picture.size,
        "expires_after_secs": max(0, round(kept.expires - call.world.now())),
    }
    if kept.picture.width:
        answer["image"] = {"w": kept.picture.width, "h": kept.picture.height, "image_type": kept.picture.mime}
    return answer


def _open(call: XCall) -> Upload:
    media_id = call.request.path_params["id"]
    found = call.world.live_upload(media_id, call.account.id)
    if found is None or found.ready:
        raise invalid("The media id is unknown, finished or has expired.", id=media_id)
    return found


async def _body(call: XCall, schema: dict[str, Any]) -> dict[str, Any]:
    """A body with `media` as bytes: raw in multipart, base64 in JSON."""
    if bodies.kind(call.request) == "application/json":
        body = await call.json()
        if problem := wrong(body, schema):
            raise invalid(problem)
        return {**body, "media": _decoded(body["media"])}
    try:
        form: dict[str, Any] = dict(await bodies.form_body(call.request))
    except bodies.UnreadableError as why:
        raise invalid(str(why)) from why
    if str(form.get("segment_index", "")).isdecimal():
        form["segment_index"] = int(form["segment_index"])
    if problem := wrong(form, schema):
        raise invalid(problem)
    media = form["media"]
    return {**form, "media": media.encode() if isinstance(media, str) else media}


def _decoded(media: Any) -> bytes:
    try:
        return base64.b64decode(media, validate=True)
    except (binascii.Error, ValueError, TypeError) as why:
        raise invalid("The media must be base64.", media="…") from why
