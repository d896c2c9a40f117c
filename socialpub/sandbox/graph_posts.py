"""POST /{page}/feed and POST /{post}: a page's posts come to be, visible or not yet, and are edited."""

from typing import Any

from socialpub.sandbox.accounts import PageAccount
from socialpub.sandbox.graph_answers import bad_parameter, duplicate, not_allowed, unknown_object
from socialpub.sandbox.graph_attached import attached
from socialpub.sandbox.graph_door import GraphCall
from socialpub.sandbox.world import Shown, Upload, World

#: Longest message (third-party lists; Meta states none).
LONGEST = 63_206


async def create(call: GraphCall) -> Any:
    page = own_page(call)
    if "scheduled_publish_time" in call.given:
        raise bad_parameter("The sandbox publishes nothing by itself: no scheduled_publish_time")
    message, link, photos = call.text("message").strip(), call.text("link").strip(), attached(call)
    if not (message or link or photos):
        raise bad_parameter("Message cannot be empty, without a link or attached media")
    check_message(message)
    if call.world.rules.refuse_duplicates and not photos and _repeats(call.world, page, message, link):
        raise duplicate()
    visible = call.says("published", "true")
    shown = show(call.world, page.id, message, photos, call.request_id, link=link, visible=visible)
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


async def update(call: GraphCall) -> Any:
    """`is_published=true`: what was made unpublished becomes visible. `message`: another text."""
    wanted = call.request.path_params["id"]
    post = call.world.posts.get(wanted) or call.world.hidden.get(wanted)
    if post is None or post.account != call.page.id:
        raise unknown_object(wanted, "post")
    if "message" in call.given:
        check_message(call.text("message"))
        post.text = call.text("message").strip()
    if wanted in call.world.hidden and call.says("is_published", "false"):
        post.created_at = call.world.moment()
        call.world.posts[wanted] = call.world.hidden.pop(wanted)
    return {"success": True}


def _repeats(world: World, page: PageAccount, message: str, link: str) -> bool:
    """Whether the page's LAST visible post says the same; older ones do not count on this network."""
    mine = [p for p in world.posts.values() if (p.platform, p.account) == ("facebook", page.id)]
    return bool(mine) and (mine[-1].text, mine[-1].link, mine[-1].pictures) == (message, link, [])
