"""The control API, /_sandbox/…: what a test orders and what it may ask. Answers loopback clients only."""

import base64
import dataclasses
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialpub.sandbox import bodies, containers, instagram_posts
from socialpub.sandbox.accounts import (
    BlueskyAccount,
    ChannelAccount,
    MastodonAccount,
    MediaAccount,
    PageAccount,
    XAccount,
)
from socialpub.sandbox.bluesky_repo import show_by_hand as show_on_bluesky
from socialpub.sandbox.fault import Fault
from socialpub.sandbox.graph_posts import show as show_on_page
from socialpub.sandbox.mastodon_posts import show as show_on_mastodon
from socialpub.sandbox.mastodon_server import Instance
from socialpub.sandbox.world import Rules, Shown, World, fresh_world
from socialpub.sandbox.x_posts import show as show_on_x
from socialpub.sandbox.youtube_videos import make as make_video


class OrderError(ValueError):
    """The order makes no sense; the text says what to change."""


Order = Callable[[Request, World, dict[str, Any]], Awaitable[Any]]


def door(order: Order) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await order(request, request.state.world, await bodies.fields(request)))
        except (ValueError, TypeError, re.error) as why:
            return JSONResponse({"error": str(why)}, 400)

    return endpoint


async def reset(request: Request, _: World, __: dict[str, Any]) -> Any:
    request.app.state.world = fresh_world()
    return {"reset": True}


async def list_accounts(_: Request, world: World, __: dict[str, Any]) -> Any:
    """Everything a client needs to sign in, secrets included: they open nothing outside the sandbox."""
    return {
        "x": [dataclasses.asdict(one) for one in world.x.values()],
        "facebook": [dataclasses.asdict(one) for one in world.pages.values()],
        "instagram": [dataclasses.asdict(one) for one in world.instagram.values()],
        "bluesky": [dataclasses.asdict(one) for one in world.bluesky.values()],
        "mastodon": [dataclasses.asdict(one) for one in world.mastodon.values()],
        "youtube": [dataclasses.asdict(one) for one in world.channels.values()],
    }


async def add_account(_: Request, world: World, given: dict[str, Any]) -> Any:
    """`platform` names the network; whatever else is left out is made up. The same id again replaces."""
    match given.pop("platform", ""):
        case "x":
            x = XAccount(**{**_new_x(world), **given})
            world.x[x.id] = x
            return dataclasses.asdict(x)
        case "facebook":
            page = PageAccount(**{**_new_page(world), **given})
            world.pages[page.id] = page
            return dataclasses.asdict(page)
        case "instagram":
            media = MediaAccount(**{**_new_media(world), **given})
            world.instagram[media.id] = media
            return dataclasses.asdict(media)
        case "bluesky":
            bluesky = BlueskyAccount(**{**_new_bluesky(world), **given})
            world.bluesky[bluesky.id] = bluesky
            return dataclasses.asdict(bluesky)
        case "youtube":
            channel = ChannelAccount(**{**_new_channel(world), **given})
            world.channels[channel.id] = channel
            return dataclasses.asdict(channel)
        case "mastodon":
            mastodon = MastodonAccount(**{**_new_mastodon(world), **given})
            world.mastodon[mastodon.id] = mastodon
            return dataclasses.asdict(mastodon)
    raise OrderError(f"platform is one of {', '.join(await list_accounts(_, world, {}))}")


def _new_x(world: World) -> dict[str, Any]:
    number = world.number()
    names = {"id": f"55503{number:08d}", "handle": f"demo{number}", "name": f"Demo {number}"}
    keys = (
        "consumer_key",
        "consumer_secret",
        "access_token",
        "access_token_secret",
        "bearer",
        "refresh_token",
    )
    made = {key: secrets.token_urlsafe(20) for key in keys}
    made["access_token"] = f"{names['id']}-{made['access_token']}"  # as the network itself writes it (OAuth 1.0a)
    return {**names, **made, "client_id": f"client-{number}"}


def _new_channel(world: World) -> dict[str, Any]:
    number = world.number()
    made = {key: secrets.token_urlsafe(20) for key in ("client_secret", "bearer", "refresh_token")}
    return {
        "id": f"UCdemo{number:018d}",
        "name": f"Demo channel {number}",
        "client_id": f"{number}-demo.example",
        **made,
    }


def _new_page(world: World) -> dict[str, Any]:
    number = world.number()
    return {
        "id": f"55502{number:08d}",
        "name": f"Demo page {number}",
        "access_token": secrets.token_urlsafe(40),
    }


def _new_media(world: World) -> dict[str, Any]:
    number = world.number()
    names = {"id": f"55504{number:08d}", "username": f"demo{number}", "name": f"Demo {number}"}
    return {**names, "page": f"55502{number:08d}", "access_token": secrets.token_urlsafe(40)}


def _new_bluesky(world: World) -> dict[str, Any]:
    number = world.number()
    return {
        "id": f"did:plc:{base64.b32encode(number.to_bytes(15)).decode().lower()}",
        "handle": f"demo{number}.example",
        "name": f"Demo {number}",
        "identifier": f"social{number}@demo.example",
        "app_password": "-".join(secrets.token_hex(2) for _ in range(4)),
    }


def _new_mastodon(world: World) -> dict[str, Any]:
    number = world.number()
    names = {"id": f"55504{number:08d}", "handle": f"demo{number}", "name": f"Demo {number}"}
    return {**names, "access_token": secrets.token_urlsafe(32)}


async def add_fault(_: Request, world: World, given: dict[str, Any]) -> Any:
    world.faults.append(Fault(**given))
    return dataclasses.asdict(world.faults[-1])


async def list_faults(_: Request, world: World, __: dict[str, Any]) -> Any:
    return [dataclasses.asdict(fault) for fault in world.faults if fault.times]


async def clear_faults(_: Request, world: World, __: dict[str, Any]) -> Any:
    world.faults.clear()
    return {"cleared": True}


async def set_clock(_: Request, world: World, given: dict[str, Any]) -> Any:
    """`now` as ISO 8601 with a zone, or null for the real time again."""
    now = given["now"] if "now" in given else _missing("now")
    world.fixed_now = None if now is None else _moment(now).timestamp()
    return {"now": world.moment().isoformat()}


async def set_lag(_: Request, world: World, given: dict[str, Any]) -> Any:
    world.lag_s = float(given["seconds"] if "seconds" in given else _missing("seconds"))
    return {"seconds": world.lag_s}


async def set_rules(_: Request, world: World, given: dict[str, Any]) -> Any:
    world.rules = Rules(**{**dataclasses.asdict(world.rules), **given})
    return dataclasses.asdict(world.rules)


async def set_instance(_: Request, world: World, given: dict[str, Any]) -> Any:
    """What the Mastodon server takes, and how long it processes an upload."""
    world.instance = Instance(**{**dataclasses.asdict(world.instance), **given})
    return dataclasses.asdict(world.instance)


async def list_posts(request: Request, world: World, _: dict[str, Any]) -> Any:
    return [seen(post, base(request)) for post in world.posts.values()]


async def add_post(request: Request, world: World, given: dict[str, Any]) -> Any:
    """A post "made by hand" on the network's own website: {"platform", "account", "text"}."""
    platform, account, text = (str(given.get(name, "")) for name in ("platform", "account", "text"))
    if platform == "x" and account in world.x:
        post = show_on_x(world, account, text, [], "")
    elif platform == "facebook" and account in world.pages:
        post = show_on_page(world, account, text, [], "")
    elif platform == "instagram" and account in world.instagram:
        made = containers.make(world, platform, account, "IMAGE", text, [], child=False)
        post = containers.show(world, made, instagram_posts.PATH, "")
    elif platform == "bluesky" and account in world.bluesky:
        post = show_on_bluesky(world, account, text)
    elif platform == "mastodon" and account in world.mastodon:
        post = show_on_mastodon(world, account, text, [], "", {})
    elif platform == "youtube" and account in world.channels:
        given_by_hand = {
            "snippet": {"title": "By hand", "description": text, "tags": []},
            "status": {"privacyStatus": "public"},
        }
        post = world.posts[make_video(world, account, given_by_hand, text.encode(), "").id]
    else:
        raise OrderError(f'there is no account "{account}" on platform "{platform}"')
    post.made_by_hand = True
    return seen(post, base(request))


async def delete_post(request: Request, world: World, _: dict[str, Any]) -> Any:
    """As if a person had deleted it on the network's own website."""
    return {"deleted": world.take_down(request.path_params["id"])}


async def list_requests(_: Request, world: World, __: dict[str, Any]) -> Any:
    return world.requests


def seen(post: Shown, at: str) -> dict[str, Any]:
    """One row of the table of visible posts."""
    media = [
        {"sha256": one.sha256, "width": one.width, "height": one.height, "bytes": one.size, "alt": one.alt}
        for one in post.pictures
    ]
    return {
        "platform": post.platform,
        "account": post.account,
        "remote_id": post.remote_id,
        "url": at + post.path,
        "text": post.text,
        "link": post.link,
        "media": media,
        "created_at": post.created_at.isoformat(),
        "request_id": post.request_id,
        "made_by_hand": post.made_by_hand,
    }


def base(request: Request) -> str:
    host, port = request.scope["server"]
    return f"http://{host}:{port}"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise OrderError(f'"{text}" has no time zone: write 2026-11-22T15:00:00Z')
    return moment.astimezone(UTC)


def _missing(name: str) -> Any:
    raise OrderError(f'"{name}" is missing')


async def elsewhere(_: Request) -> Response:
    """Where a redirect on order leads. Its answer looks like a success: a client that follows is fooled."""
    return JSONResponse({"id": "1", "data": {"id": "1", "text": ""}})


ROUTES = [
    Route("/elsewhere/{path:path}", elsewhere, methods=["GET", "POST", "DELETE"]),
    Route("/_sandbox/reset", door(reset), methods=["POST"]),
    Route("/_sandbox/accounts", door(list_accounts), methods=["GET"]),
    Route("/_sandbox/accounts", door(add_account), methods=["POST"]),
    Route("/_sandbox/faults", door(list_faults), methods=["GET"]),
    Route("/_sandbox/faults", door(add_fault), methods=["POST"]),
    Route("/_sandbox/faults", door(clear_faults), methods=["DELETE"]),
    Route("/_sandbox/clock", door(set_clock), methods=["POST"]),
    Route("/_sandbox/lag", door(set_lag), methods=["POST"]),
    Route("/_sandbox/rules", door(set_rules), methods=["POST"]),
    Route("/_sandbox/instance", door(set_instance), methods=["POST"]),
    Route("/_sandbox/posts", door(list_posts), methods=["GET"]),
    Route("/_sandbox/posts", door(add_post), methods=["POST"]),
    Route("/_sandbox/posts/{id}/delete", door(delete_post), methods=["POST"]),
    Route("/_sandbox/requests", door(list_requests), methods=["GET"]),
]
