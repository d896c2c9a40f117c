"""POST, GET and DELETE /2/tweets: a post is made, looked at, taken down."""

import re
from typing import Any

from socialpub.sandbox import x_text
from socialpub.sandbox.shape import wrong
from socialpub.sandbox.world import Shown, Upload, World
from socialpub.sandbox.x_answers import XProblem, duplicate, invalid, not_found, plain
from socialpub.sandbox.x_door import XCall
from socialpub.sandbox.x_fields import includes, projected
from socialpub.sandbox.x_shapes import CREATE_POST


async def create_post(call: XCall) -> dict[str, Any]:
    body = await call.json()
    if problem := wrong(body, CREATE_POST):
        raise invalid(problem)
    text = x_text.trimmed(body.get("text", ""))
    uploads = _uploads(call, body.get("media", {}).get("media_ids", []))
    _check(call, text, uploads, body)
    post = show(call.world, call.account.id, text, uploads, call.request_id)
    if "reply" in body:
        post.extra["reply_to"] = body["reply"]["in_reply_to_tweet_id"]
    data = {"id": post.remote_id, "text": post.extra["shown"], "edit_history_post_ids": [post.remote_id]}
    return {"data": data}


def show(world: World, account: str, text: str, uploads: list[Upload], request_id: str) -> Shown:
    """Make a post visible: the commit."""
    handle, post_id = world.x[account].handle, world.time_ordered_id()
    photo_page = f"https://x.com/{handle}/status/{post_id}/photo/1"
    keys = [upload.extra["media_key"] for upload in uploads]
    answer, urls = x_text.shown(text, post_id, photo_page, keys)
    post = Shown(
        platform="x",
        account=account,
        remote_id=post_id,
        path=f"/x/{handle}/status/{post_id}",
        text=text,
        pictures=[upload.picture for upload in uploads],
        created_at=world.moment(),
        request_id=request_id,
        extra={"shown": answer, "urls": urls, "media_keys": keys},
    )
    world.posts[post_id] = post
    for upload in uploads:
        upload.used_in = post_id
    return post


def _uploads(call: XCall, ids: list[str]) -> list[Upload]:
    found = [call.world.live_upload(one, call.account.id) for one in ids]
    known = [upload for upload in found if upload is not None and upload.ready]
    if len(known) != len(ids) or len(set(ids)) != len(ids):
        raise invalid("Your media IDs are invalid.", **{"media.media_ids": ",".join(ids)})
    moving = [upload for upload in known if not upload.picture.mime.startswith("image/") or _is_gif(upload)]
    if moving and len(known) > 1:
        raise invalid("You may attach up to 4 photos, or 1 GIF, or 1 video.", **{"media.media_ids": ",".join(ids)})
    return known


def _is_gif(upload: Upload) -> bool:
    return upload.picture.mime == "image/gif"


def _check(call: XCall, text: str, uploads: list[Upload], body: dict[str, Any]) -> None:
    if not text and not uploads:
        raise invalid("The text of the post is required unless media is provided.", text=text)
    if x_text.weight(text) > x_text.LONGEST:
        # X answers an over-long text with a plain 403/400 by plan; 400 is what the description allows.
        raise invalid("Your Tweet text is too long. For more information, see the documentation.", text=text[:40])
    reply_to = body.get("reply", {}).get("in_reply_to_tweet_id")
    if reply_to and reply_to not in call.world.posts:
        detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
        raise XProblem(403, plain(403, "Forbidden", detail))
    if call.world.rules.refuse_duplicates and text and any(p.text == text for p in _mine(call)):
        raise duplicate()


def _mine(call: XCall) -> list[Shown]:
    return [p for p in call.world.posts.values() if (p.platform, p.account) == ("x", call.account.id)]


async def get_post(call: XCall) -> dict[str, Any]:
    post = call.world.posts.get(_asked_id(call))
    if post is None or post.platform != "x":
        return {"errors": [not_found("tweet", "id", _asked_id(call))]}
    answer: dict[str, Any] = {"data": projected(post, call.request)}
    return answer | includes([post], call.request, call.world)


async def delete_post(call: XCall) -> dict[str, Any]:
    post_id = _asked_id(call)
    post = call.world.posts.get(post_id)
    if post is None or post.platform != "x":
        raise XProblem(404, {**not_found("tweet", "id", post_id), "status": 404})
    if post.account != call.account.id:
        raise XProblem(403, plain(403, "Forbidden", "You are not authorized to delete this Tweet."))
    call.world.take_down(post_id)
    return {"data": {"deleted": True}}


def _asked_id(call: XCall) -> str:
    asked: str = call.request.path_params["id"]
    if not re.fullmatch(r"[0-9]{1,19}", asked, re.ASCII):
        raise invalid(f"The `id` query parameter value [{asked}] is not valid", id=asked)
    return asked
