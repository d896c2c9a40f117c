"""Accounts, posts and uploads as a Mastodon server describes them (docs.joinmastodon.org, entities, 2026-07)."""

from datetime import UTC, datetime
from typing import Any

from socialpub.sandbox import mastodon_text
from socialpub.sandbox.accounts import MastodonAccount
from socialpub.sandbox.mastodon_door import MastodonCall
from socialpub.sandbox.pictures import Picture
from socialpub.sandbox.world import Shown, Upload

_BORN = "2024-01-01T00:00:00.000Z"


def account(call: MastodonCall, who: MastodonAccount) -> dict[str, Any]:
    base = call.base
    limited = {"limited": True} if who.limited else {}
    return {
        "id": who.id,
        "username": who.handle,
        "acct": who.handle,
        "display_name": who.name,
        "locked": who.locked,
        "bot": False,
        "group": False,
        "discoverable": True,
        "indexable": True,
        "created_at": _BORN,
        "note": "",
        "url": f"{base}/@{who.handle}",
        "uri": f"{base}/users/{who.handle}",
        "avatar": f"{base}/avatar.png",
        "avatar_static": f"{base}/avatar.png",
        "header": f"{base}/header.png",
        "header_static": f"{base}/header.png",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": sum(post.account == who.id for post in call.world.posts.values()),
        "last_status_at": None,
        "emojis": [],
        "fields": [],
        **limited,
    }


def credential_account(call: MastodonCall) -> dict[str, Any]:
    """The account with what only itself is told."""
    source = {"privacy": "public", "sensitive": False, "language": "en", "note": "", "fields": []}
    return {
        **account(call, call.account),
        "source": {**source, "follow_requests_count": 0, "indexable": True},
        "role": {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False},
    }


def status(call: MastodonCall, post: Shown) -> dict[str, Any]:
    """One post. Its words are HTML."""
    who = call.world.mastodon[post.account]
    names = {one.handle for one in call.world.mastodon.values()}
    return {
        "id": post.remote_id,
        "created_at": when(post.created_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": post.extra.get("visibility", "public"),
        "language": post.extra.get("language", "en"),
        "uri": f"{call.base}/users/{who.handle}/statuses/{post.remote_id}",
        "url": call.base + post.path,
        "content": mastodon_text.html(post.text, call.base, names) if post.text else "",
        "reblog": None,
        "application": {"name": who.application, "website": None},
        "account": account(call, who),
        "media_attachments": [media(call, one, ready=True) for one in post.pictures],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        "edited_at": None,
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
    }


def media(call: MastodonCall, picture: Picture, *, ready: bool) -> dict[str, Any]:
    """An upload; without an address while it is being processed."""
    url = f"{call.base}/_sandbox/media/{picture.sha256}" if ready else None
    size = {"width": picture.width, "height": picture.height}
    return {
        "id": picture.id,
        "type": "image",
        "url": url,
        "preview_url": url,
        "remote_url": None,
        "meta": {"original": size, "small": size} if ready else {},
        "description": picture.alt or None,
        "blurhash": None,
    }


def is_ready(call: MastodonCall, upload: Upload) -> bool:
    return bool(call.world.now() >= upload.extra["ready_at"])


def when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
