"""Nodes by id: a page, a post, a photo; `me` and `debug_token`. Reading, and deleting a post or photo."""

from datetime import UTC, datetime
from typing import Any

from socialpub.sandbox.accounts import PageAccount
from socialpub.sandbox.graph_answers import not_allowed, unknown_object
from socialpub.sandbox.graph_door import GraphCall
from socialpub.sandbox.world import Shown, Upload

#: What a post answers when no fields are named.
POST_FIELDS = "created_time,message,id"


async def read(call: GraphCall) -> Any:
    wanted = call.request.path_params["id"]
    if wanted in ("me", call.page.id):
        return call.cut(_page(call, call.page), "id,name")
    if wanted in call.world.pages:
        return call.cut(_public_page(call, call.world.pages[wanted]), "id,name")
    post = call.world.posts.get(wanted) or call.world.hidden.get(wanted)
    if post is not None and post.account == call.page.id:
        return call.cut(described(call, post), POST_FIELDS)
    photo = call.world.live_upload(wanted, call.page.id)
    if photo is not None:
        return call.cut(_photo(call, photo), "created_time,name,id")
    raise unknown_object(wanted, "get")


async def delete(call: GraphCall) -> Any:
    wanted = call.request.path_params["id"]
    post = call.world.posts.get(wanted) or call.world.hidden.get(wanted)
    if post is not None and post.platform == "facebook":
        if post.account != call.page.id:
            raise not_allowed("The user does not have permission to delete this post")
        call.world.take_down(wanted)
        return {"success": True}
    photo = call.world.live_upload(wanted, call.page.id)
    if photo is None or photo.used_in:
        raise unknown_object(wanted, "delete")
    del call.world.uploads[wanted]
    return {"success": True}


async def debug_token(call: GraphCall) -> Any:
    token = call.text("input_token")
    page = next((one for one in call.world.pages.values() if one.access_token == token), None)
    if page is None:
        refusal = {"code": 190, "message": "The access token could not be decrypted", "subcode": 467}
        return {"data": {"error": refusal, "is_valid": False, "scopes": []}}
    alive = not page.token_expires or page.token_expires > call.world.now()
    return {
        "data": {
            "app_id": page.app_id,
            "type": "PAGE",
            "application": "socialpub sandbox",
            "data_access_expires_at": int(page.token_expires),
            "expires_at": int(page.token_expires),
            "is_valid": alive,
            "profile_id": page.id,
            "scopes": page.scopes,
            "user_id": "555010000000009",
        }
    }


def _public_page(call: GraphCall, page: PageAccount) -> dict[str, Any]:
    return {"id": page.id, "name": page.name, "link": f"{call.base}/facebook/{page.id}", "is_published": True}


def _page(call: GraphCall, page: PageAccount) -> dict[str, Any]:
    tasks = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]
    return {
        **_public_page(call, page),
        "access_token": page.access_token,
        "tasks": tasks,
        "category": "Police Station",
    }


def stamp(epoch: float) -> str:
    """Times as the Graph API writes them: 2026-11-22T15:00:00+0000."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%S}+0000"


def described(call: GraphCall, post: Shown) -> dict[str, Any]:
    made = stamp(post.created_at.timestamp())
    whole: dict[str, Any] = {
        "id": post.remote_id,
        "created_time": made,
        "updated_time": made,
        "permalink_url": call.base + post.path,
        "is_published": post.remote_id in call.world.posts,
        "is_hidden": False,
        "status_type": "added_photos" if post.pictures else "mobile_status_update",
        "from": {"id": call.page.id, "name": call.page.name},
        "application": {"id": call.page.app_id, "name": "socialpub sandbox"},
    }
    if post.text:
        whole["message"] = post.text
    if attachments := _attachments(call, post):
        whole["attachments"] = {"data": attachments}
    return whole


def _attachments(call: GraphCall, post: Shown) -> list[dict[str, Any]]:
    """One photo is the attachment itself; several hang below an album, as the network does it."""
    photos = [_attachment(call, picture) for picture in post.pictures]
    if len(photos) > 1:
        target = {"id": post.remote_id.partition("_")[2], "url": call.base + post.path}
        album = {
            "type": "album",
            "media_type": "album",
            "title": "Photos",
            "target": target,
            "url": target["url"],
        }
        return [{**album, "media": photos[0]["media"], "subattachments": {"data": photos}}]
    if post.link and not photos:
        return [{"type": "share", "media_type": "link", "url": post.link, "unshimmed_url": post.link}]
    return photos


def _attachment(call: GraphCall, picture: Any) -> dict[str, Any]:
    page = f"{call.base}/facebook/{call.page.id}/photos/{picture.id}"
    media = {"image": {"src": _source(call, picture), "width": picture.width, "height": picture.height}}
    target = {"id": picture.id, "url": page}
    return {"type": "photo", "media_type": "photo", "media": media, "target": target, "url": page}


def _photo(call: GraphCall, photo: Upload) -> dict[str, Any]:
    picture = photo.picture
    image = {"source": _source(call, picture), "width": picture.width, "height": picture.height}
    whole: dict[str, Any] = {
        "id": photo.id,
        "created_time": stamp(photo.extra["made"]),
        "width": picture.width,
        "height": picture.height,
        "images": [image],
        "link": f"{call.base}/facebook/{call.page.id}/photos/{photo.id}",
        "alt_text": picture.alt or "May be an image of outdoors",
        "from": {"id": call.page.id, "name": call.page.name},
    }
    if picture.alt:
        whole["alt_text_custom"] = picture.alt
    if photo.extra.get("name"):
        whole["name"] = photo.extra["name"]
    if photo.used_in:
        whole["page_story_id"] = photo.used_in
    return whole


def _source(call: GraphCall, picture: Any) -> str:
    return f"{call.base}/_sandbox/media/{picture.sha256}"
