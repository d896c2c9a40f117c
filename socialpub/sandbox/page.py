"""What the public would see: each network's posts side by side, and one page per post.

Server-rendered, without script; says on every page that it is not the real network. Text of posts is data:
everything is escaped, and only http and https links become links.
"""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from socialpub.sandbox.pictures import Picture, measure
from socialpub.sandbox.world import Shown, World

_HEADERS = {
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_LABELS = {
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "youtube": "YouTube",
}
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?')\]}…]")


async def front(request: Request) -> Response:
    world: World = request.state.world
    columns = "".join(_column(world, platform) for platform in _LABELS)
    return _page("What the public would see", f'<div class="networks">{columns}</div>')


async def one_x_account(request: Request) -> Response:
    world: World = request.state.world
    handle = request.path_params["handle"]
    ids = {account.id for account in world.x.values() if account.handle == handle}
    return _timeline(world, f"@{handle} on X", [p for p in _newest(world, "x") if p.account in ids])


async def one_page(request: Request) -> Response:
    world: World = request.state.world
    page = request.path_params["page"]
    title = world.pages[page].name if page in world.pages else page
    posts = [p for p in _newest(world, "facebook") if p.account == page]
    return _timeline(world, f"{title} on Facebook", posts)


async def one_bluesky_account(request: Request) -> Response:
    world: World = request.state.world
    account = request.path_params["account"]
    title = f"@{world.bluesky[account].handle}" if account in world.bluesky else account
    return _timeline(world, f"{title} on Bluesky", [p for p in _newest(world, "bluesky") if p.account == account])


async def one_mastodon_account(request: Request) -> Response:
    world: World = request.state.world
    handle = request.path_params["handle"]
    ids = {account.id for account in world.mastodon.values() if account.handle == handle}
    return _timeline(world, f"@{handle} on Mastodon", [p for p in _newest(world, "mastodon") if p.account in ids])


async def one_post(request: Request) -> Response:
    """The permalink of a post, or the address of one of its photos."""
    world: World = request.state.world
    for post in world.posts.values():
        if request.url.path in _addresses(post):
            return _page(f"A post on {_LABELS[post.platform]}", _article(world, post, "h2"))
    return _page("This post does not exist", '<p class="none">It was never here, or it was taken down.</p>', 404)


def _addresses(post: Shown) -> set[str]:
    """Where the post is found. As on the real network, /i/ stands for any handle on X."""
    if post.platform == "x":
        return {post.path, f"/x/i/status/{post.remote_id}"}
    if post.platform == "mastodon":
        return {post.path, f"/web/statuses/{post.remote_id}"}
    return {post.path, *(f"/facebook/{post.account}/photos/{picture.id}" for picture in post.pictures)}


async def media(request: Request) -> Response:
    """The bytes as received. Only pictures are shown; anything else is a download."""
    world: World = request.state.world
    data = world.blobs.get(request.path_params["sha256"])
    if data is None:
        return Response("There is no such media.", 404, _HEADERS, "text/plain")
    return Response(data, 200, _HEADERS, measure(data)[0])


async def style(_: Request) -> Response:
    css = Path(__file__).with_name("page.css").read_bytes()
    return Response(css, 200, {"x-content-type-options": "nosniff"}, "text/css")


def _newest(world: World, platform: str) -> list[Shown]:
    return [post for post in reversed(world.posts.values()) if post.platform == platform]


def _timeline(world: World, title: str, posts: Iterable[Shown]) -> Response:
    articles = "".join(_article(world, post, "h2") for post in posts)
    return _page(title, articles or '<p class="none">Nothing published.</p>')


def _column(world: World, platform: str) -> str:
    label, articles = _LABELS[platform], "".join(_article(world, p, "h3") for p in _newest(world, platform))
    body = articles or '<p class="none">Nothing published yet.</p>'
    return (
        f'<section aria-labelledby="{platform}"><h2 id="{platform}" class="{platform}">{label}</h2>{body}</section>'
    )


def _article(world: World, post: Shown, heading: str) -> str:
    by_hand = ' · <span class="hand">made by hand</span>' if post.made_by_hand else ""
    link = f'<p class="meta">Link: {_linked(post.link)}</p>' if post.link else ""
    photos = f'<div class="photos">{"".join(map(_photo, post.pictures))}</div>' if post.pictures else ""
    if post.platform == "youtube":
        photos = _watched(post)
    when = f'<time datetime="{post.created_at.isoformat()}">{post.created_at:%d %B %Y, %H:%M:%S} UTC</time>'
    name, handle = _author(world, post)
    return (
        f'<article class="{post.platform}"><div class="by">'
        f'<span class="avatar" aria-hidden="true">{escape(_initials(name))}</span>'
        f'<div><{heading}>{escape(name)} <span class="handle">{escape(handle)}</span></{heading}>'
        f'<p class="meta"><a href="{escape(post.path)}">{when}</a>{by_hand}</p></div></div>'
        f'<p class="text">{_linked(post.text)}</p>{photos}{link}'
        f'<p class="id">{escape(post.remote_id)}</p></article>'
    )


def _author(world: World, post: Shown) -> tuple[str, str]:
    """Name, and what the network shows beside it."""
    if post.platform == "x":
        account = world.x[post.account]
        return account.name, f"@{account.handle}"
    if post.platform == "instagram":
        media = world.instagram[post.account]
        return media.name, f"@{media.username}"
    if post.platform == "bluesky":
        return world.bluesky[post.account].name, f"@{world.bluesky[post.account].handle}"
    if post.platform == "mastodon":
        there = world.mastodon[post.account]
        return there.name, f"@{there.handle}"
    if post.platform == "youtube":
        return world.channels[post.account].name, ""
    return world.pages[post.account].name, ""


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper()


def _photo(picture: Picture) -> str:
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width else ""
    image = f'<img src="/_sandbox/media/{picture.sha256}" alt="{escape(picture.alt)}"{size}>'
    caption = f"<figcaption><b>Alt text:</b> {escape(picture.alt)}</figcaption>"
    return f"<figure>{image}{caption if picture.alt else _NO_ALT}</figure>"


def _watched(post: Shown) -> str:
    """A video as it is offered: the picture that stands for it, its title, its captions. The bytes are a download."""
    video = post.extra["video"]
    title = escape(str(video.snippet["title"]))
    poster = f'<img src="/_sandbox/media/{video.poster}" alt="">' if video.poster else ""
    spoken = ", ".join(escape(one["language"]) for one in video.captions) or "none"
    file = f'<a href="/_sandbox/media/{video.sha256}">{video.size} bytes</a>'
    return f"<figure>{poster}<figcaption><b>{title}</b> ({file}; captions: {spoken})</figcaption></figure>"


_NO_ALT = '<figcaption class="missing">No alt text</figcaption>'


def _linked(text: str) -> str:
    parts, at = [], 0
    for found in _LINK.finditer(text):
        target = escape(found.group())
        parts.append(f'{escape(text[at : found.start()])}<a href="{target}" rel="noreferrer nofollow">{target}</a>')
        at = found.end()
    return "".join(parts) + escape(text[at:])


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Sandbox</title>"
        '<link rel="stylesheet" href="/_sandbox/page.css"></head><body>'
        '<p class="notice" role="note">Sandbox: not the real network</p>'
        f"<header><h1>{escape(title)}</h1>"
        '<p class="meta">Nothing here has left this machine. <a href="/">All networks</a></p></header>'
        f"<main>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, _HEADERS)


ROUTES = [
    Route("/", front, methods=["GET"]),
    Route("/x/{handle}", one_x_account, methods=["GET"]),
    Route("/x/{handle}/status/{id}", one_post, methods=["GET"]),
    Route("/facebook/{page}", one_page, methods=["GET"]),
    Route("/facebook/{page}/posts/{id}", one_post, methods=["GET"]),
    Route("/facebook/{page}/photos/{id}", one_post, methods=["GET"]),
    Route("/instagram/p/{id}", one_post, methods=["GET"]),
    Route("/bluesky/profile/{account}", one_bluesky_account, methods=["GET"]),
    Route("/bluesky/profile/{account}/post/{id}", one_post, methods=["GET"]),
    Route("/@{handle}", one_mastodon_account, methods=["GET"]),
    Route("/@{handle}/{id}", one_post, methods=["GET"]),
    Route("/web/statuses/{id}", one_post, methods=["GET"]),
    Route("/youtube/watch/{id}", one_post, methods=["GET"]),
    Route("/_sandbox/media/{sha256}", media, methods=["GET"]),
    Route("/_sandbox/page.css", style, methods=["GET"]),
]
