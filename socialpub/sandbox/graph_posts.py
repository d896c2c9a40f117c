"""POST /{page}/feed and the lists: a page's posts come to be, and are looked through."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from socialpub.sandbox.accounts import PageAccount
from socialpub.sandbox.graph_answers import bad_parameter, duplicate, not_allowed, unknown_object
from socialpub.sandbox.graph_door import GraphCall
from socialpub.sandbox.graph_objects import described
from socialpub.sandbox.world import Shown, Upload, World

#: Longest message (third-party lists; Meta states none).
LONGEST = 63_206


async def create(call: GraphCall) -> Any:
    page = own_page(call)
    message, link = call.text("message").strip(), call.text("link").strip()
    photos = _attached(call)
    if not (message or link or photos):
        raise bad_parameter("Message cannot be empty, without a link or attached media")
    check_message(message)
    if (
        not photos
        and call.world.rules.refuse_duplicates
        and _repeats_the_last(call.world, page, message, link)
    ):
        raise duplicate()
    shown = show(
        call.world, page.id, message, photos, call.request_id, link=link, visible=call.flag("published", True)
    )
    return {"id": shown.remote_id}


def check_message(message: str) -> None:
    if len(message) > LONGEST:
        raise bad_parameter(f"Param message must be at most {LONGEST} characters long")


def own_page(call: GraphCall) -> PageAccount:
    """The page in the path, if the token may post there."""
    wanted = call.request.path_params["id"]
    if wanted in ("me", call.page.id):
        return call.page
    if wanted in call.world.pages:
        raise not_allowed("The token does not have pages_manage_posts for this page")
    raise unknown_object(wanted, call.request.method)


def show(
    world: World,
    page: str,
    text: str,
    photos: list[Upload],
    request_id: str,
    *,
    link: str = "",
    visible: bool = True,
) -> Shown:
    """Make a post, visible or not: the commit."""
    number = world.time_ordered_id()
    shown = Shown(
        platform="facebook",
        account=page,
        remote_id=f"{page}_{number}",
        path=f"/facebook/{page}/posts/{number}",
        text=text,
        pictures=[photo.picture for photo in photos],
        created_at=world.moment(),
        request_id=request_id,
        link=link,
    )
    (world.posts if visible else world.hidden)[shown.remote_id] = shown
    for photo in photos:
        photo.used_in = shown.remote_id
    return shown


async def publish_hidden(call: GraphCall) -> Any:
    """POST /{post} is_published=true: what was made unpublished becomes visible. message= edits the text."""
    wanted = call.request.path_params["id"]
    post = call.world.posts.get(wanted) or call.world.hidden.get(wanted)
    if post is None or post.account != call.page.id:
        raise unknown_object(wanted, "post")
    if "message" in call.given:
        post.text = call.text("message").strip()
    if wanted in call.world.hidden and call.flag("is_published", False):
        post.created_at = call.world.moment()
        call.world.posts[wanted] = call.world.hidden.pop(wanted)
    return {"success": True}


def _repeats_the_last(world: World, page: PageAccount, message: str, link: str) -> bool:
    mine = [p for p in world.posts.values() if (p.platform, p.account) == ("facebook", page.id)]
    return bool(mine) and (mine[-1].text, mine[-1].link, mine[-1].pictures) == (message, link, [])


def _attached(call: GraphCall) -> list[Upload]:
    """`attached_media` as one JSON list, or as attached_media[0], attached_media[1] … as some clients send it."""
    ids = [_media_id(item) for item in _attached_items(call)]
    found = [call.world.live_upload(one, call.page.id) for one in ids]
    photos = [photo for photo in found if photo is not None]
    if len(photos) != len(ids) or len(set(ids)) != len(ids):
        raise bad_parameter("Invalid parameter: attached_media names a photo that does not exist")
    if any(photo.used_in for photo in photos):
        title, says = "Photos Already Posted", "These photos were already posted."
        raise bad_parameter("These photos were already posted.", subcode=1366051, title=title, says=says)
    return photos


def _attached_items(call: GraphCall) -> list[Any]:
    numbered = sorted(name for name in call.given if name.startswith("attached_media["))
    raw = call.given.get("attached_media", [call.given[name] for name in numbered])
    items = _read_json(raw)
    if not isinstance(items, list):
        raise bad_parameter("Param attached_media must be an array.")
    return [_read_json(item) for item in items]


def _read_json(raw: Any) -> Any:
    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except ValueError as why:
        raise bad_parameter("Param attached_media must be an array.") from why


def _media_id(item: Any) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("media_fbid"), str | int):
        raise bad_parameter("Param attached_media[0] must have a media_fbid")
    return str(item["media_fbid"])


async def published(call: GraphCall) -> Any:
    """A page's visible posts, newest first, by pages of `limit`; `since` and `until` in epoch seconds or ISO."""
    page = own_page(call)
    since, until = _when(call, "since"), _when(call, "until")
    listed = [p for p in call.world.listed("facebook", page.id) if _between(p, since, until)]
    start, limit = _start(call, listed), _limit(call)
    part = listed[start : start + limit]
    fields = "created_time,message,id"
    data = [call.cut(described(call, post), fields) for post in part]
    return {"data": data, **({"paging": _paging(call, part, start + limit < len(listed))} if part else {})}


def _paging(call: GraphCall, part: list[Shown], more: bool) -> dict[str, Any]:  # noqa: FBT001  one caller
    cursors = {"before": part[0].remote_id, "after": part[-1].remote_id}
    if not more:
        return {"cursors": cursors}
    query = {
        **{k: v for k, v in call.request.query_params.items() if k != "before"},
        "after": cursors["after"],
    }
    return {"cursors": cursors, "next": f"{call.base}{call.request.url.path}?{urlencode(query)}"}


def _start(call: GraphCall, listed: list[Shown]) -> int:
    after = call.text("after")
    ids = [post.remote_id for post in listed]
    if after and after not in ids:
        raise bad_parameter("Invalid cursor: the post it points at is gone", subcode=1357046)
    return ids.index(after) + 1 if after else 0


def _limit(call: GraphCall) -> int:
    asked = call.text("limit") or "25"
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 100):
        raise bad_parameter("Param limit must be a number from 1 to 100")
    return int(asked)


def _when(call: GraphCall, name: str) -> float | None:
    asked = call.text(name)
    if not asked:
        return None
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        when = datetime.fromisoformat(asked)
    except ValueError as why:
        raise bad_parameter(f"Param {name} must be a time") from why
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _between(post: Shown, since: float | None, until: float | None) -> bool:
    made = int(post.created_at.timestamp())
    return (since is None or made >= since) and (until is None or made <= until)
