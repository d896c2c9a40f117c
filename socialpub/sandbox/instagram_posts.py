"""POST /{ig}/media_publish, and what can be read of an account: its posts, a container, the quota, itself."""

from typing import Any

from socialpub.sandbox import containers
from socialpub.sandbox.graph_answers import error, not_allowed, unknown_object
from socialpub.sandbox.graph_lists import listing
from socialpub.sandbox.graph_objects import stamp
from socialpub.sandbox.instagram_door import InstagramCall, own_account
from socialpub.sandbox.world import Container, Shown

PATH = "/instagram/p"


async def publish(call: InstagramCall) -> Any:
    account = own_account(call)
    wanted = containers.mine(call.world, "instagram", account.id, call.text("creation_id"))
    container = containers.publishable(call.world, wanted)
    if containers.published_today(call.world, "instagram", account.id) >= account.quota:
        raise error(400, 9, "Application request limit reached", subcode=2207042)
    return {"id": containers.show(call.world, container, PATH, call.request_id).remote_id}


async def quota(call: InstagramCall) -> Any:
    account = own_account(call)
    used = containers.published_today(call.world, "instagram", account.id)
    whole = {"quota_usage": used, "config": {"quota_total": account.quota, "quota_duration": 86_400}}
    return {"data": [{name: whole[name] for name in call.text("fields").split(",") if name in whole}]}


async def listed(call: InstagramCall) -> Any:
    """The posts on the profile; stories are not among them."""
    posts = [post for post in call.world.listed("instagram", own_account(call).id) if not _is_story(post)]
    return listing(call, posts, lambda post: call.cut(_post(call, post), "id"))


def _is_story(post: Shown) -> bool:
    return post.extra.get("kind") == "STORIES"


async def read(call: InstagramCall) -> Any:
    """A node by its id: the account, a container, a post; `me` is the Page that the account is linked with."""
    wanted, account = call.request.path_params["id"], call.account
    if wanted == "me":
        page = {"id": account.page, "name": account.name, "instagram_business_account": {"id": account.id}}
        return call.cut(page, "id,name")
    if wanted == account.id:
        return call.cut({"id": account.id, "username": account.username, "name": account.name}, "id")
    if container := containers.mine(call.world, "instagram", account.id, wanted):
        return call.cut(_container(call, container), "id")
    post = call.world.posts.get(wanted)
    if post is not None and (post.platform, post.account) == ("instagram", account.id):
        return call.cut(_post(call, post), "id")
    raise unknown_object(wanted, "get")


async def delete(_: InstagramCall) -> Any:
    """Meta's description has it, and whether it works for an app like ours is not known: so it does not here."""
    raise not_allowed("Deleting media is not available to this app")


async def debug_token(call: InstagramCall) -> Any:
    account = call.account
    return {
        "data": {
            "app_id": account.app_id,
            "type": "PAGE",
            "is_valid": call.text("input_token") == account.access_token,
            "profile_id": account.page,
            "expires_at": int(account.token_expires),
            "data_access_expires_at": int(account.token_expires),
            "scopes": account.scopes,
        }
    }


def _container(call: InstagramCall, container: Container) -> dict[str, Any]:
    state = containers.state(call.world, container)
    words = {"FINISHED": "Finished: Media has been uploaded and it is ready to be published."}
    return {"id": container.id, "status_code": state, "status": words.get(state, state.capitalize())}


def _post(call: InstagramCall, post: Shown) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": post.remote_id,
        "timestamp": stamp(post.created_at.timestamp()),
        "permalink": call.base + post.path,
        "media_type": "CAROUSEL_ALBUM" if len(post.pictures) > 1 else "IMAGE",
        "username": call.account.username,
    }
    return whole | ({"caption": post.text} if post.text else {})
