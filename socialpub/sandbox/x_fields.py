"""Which fields of a post, a user and its media X answers: the defaults, and those asked for.

Unknown names are silently ignored with a 200, as X does. Both the new vocabulary (post.fields) and the old
one (tweet.fields) are understood.
"""

from typing import Any

from starlette.requests import Request

from socialpub.sandbox.accounts import XAccount
from socialpub.sandbox.world import Shown, World


def asked(request: Request, *names: str) -> set[str]:
    listed = [request.query_params.get(name, "") for name in names]
    return {part.strip() for one in listed for part in one.split(",") if part.strip()}


def _post_fields(request: Request) -> set[str]:
    """Both vocabularies, or only one when a test has ordered it: the other is then ignored with a 200."""
    understood = {"post": ("post.fields",), "tweet": ("tweet.fields",)}
    names = understood.get(request.state.world.rules.field_names, ("post.fields", "tweet.fields"))
    return asked(request, *names)


def projected(post: Shown, request: Request) -> dict[str, Any]:
    fields = _post_fields(request)
    if asked(request, "expansions") & {"attachments.media_keys"}:
        fields.add("attachments")
    if "author_id" in asked(request, "expansions"):
        fields.add("author_id")
    whole = _whole(post)
    always = {"id", "text", "edit_history_post_ids"}
    return {name: value for name, value in whole.items() if name in fields | always}


def _whole(post: Shown) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": post.remote_id,
        "text": post.extra["shown"],
        "edit_history_post_ids": [post.remote_id],
        "author_id": post.account,
        "conversation_id": post.extra.get("reply_to", post.remote_id),
        "created_at": f"{post.created_at:%Y-%m-%dT%H:%M:%S}.{post.created_at.microsecond // 1000:03d}Z",
        "lang": "en",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
    }
    if post.extra["urls"]:
        whole["entities"] = {"urls": post.extra["urls"]}
    if post.extra["media_keys"]:
        whole["attachments"] = {"media_keys": post.extra["media_keys"]}
    if "reply_to" in post.extra:
        whole["in_reply_to_user_id"] = post.account
        whole["referenced_posts"] = [{"type": "replied_to", "id": post.extra["reply_to"]}]
    return whole


def includes(posts: list[Shown], request: Request, world: World) -> dict[str, Any]:
    """The `includes` part: media and users that the expansions name; nothing when none were asked for."""
    wanted, found = asked(request, "expansions"), dict[str, Any]()
    if "attachments.media_keys" in wanted:
        fields = asked(request, "media.fields")
        found["media"] = [item for post in posts for item in _media(post, fields, _base(request))]
    if "author_id" in wanted:
        authors = {post.account for post in posts}
        found["users"] = [user(world.x[one], request) for one in sorted(authors)]
    kept = {name: items for name, items in found.items() if items}
    return {"includes": kept} if kept else {}


def _media(post: Shown, fields: set[str], base: str) -> list[dict[str, Any]]:
    items = []
    for key, picture in zip(post.extra["media_keys"], post.pictures, strict=True):
        whole = {
            "width": picture.width,
            "height": picture.height,
            "url": f"{base}/_sandbox/media/{picture.sha256}",
        }
        if picture.alt:
            whole["alt_text"] = picture.alt
        kept = {name: value for name, value in whole.items() if name in fields}
        items.append({"media_key": key, "type": "photo", **kept})
    return items


def user(account: XAccount, request: Request) -> dict[str, Any]:
    whole = {
        "created_at": "2020-01-01T00:00:00.000Z",
        "verified": False,
        "protected": False,
        "description": "",
    }
    kept = {name: value for name, value in whole.items() if name in asked(request, "user.fields")}
    return {"id": account.id, "name": account.name, "username": account.handle, **kept}


def _base(request: Request) -> str:
    host, port = request.scope["server"]
    return f"http://{host}:{port}"
