"""GET /api/v2/instance, what the Mastodon server says of itself; and what the application of a token may do."""

from typing import Any

from socialpub.sandbox.mastodon_door import MastodonCall
from socialpub.sandbox.mastodon_server import Instance


async def instance(call: MastodonCall) -> dict[str, Any]:
    here, base = call.world.instance, call.base
    return {
        "domain": call.domain,
        "title": "Sandbox",
        "version": "4.7.0",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "Not the real network",
        "usage": {"users": {"active_month": len(call.world.mastodon)}},
        "thumbnail": {"url": f"{base}/thumbnail.png"},
        "icon": [],
        "languages": ["en"],
        "configuration": _configuration(here, base),
        "registrations": {"enabled": False, "approval_required": True, "message": None},
        "api_versions": {"mastodon": 7},
        "contact": {"email": "admin@sandbox.example", "account": None},
        "rules": [],
    }


def _configuration(here: Instance, base: str) -> dict[str, Any]:
    return {
        "urls": {"streaming": base.replace("http", "ws", 1), "about": f"{base}/about"},
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": here.max_characters,
            "max_media_attachments": here.max_media_attachments,
            "characters_reserved_per_url": here.characters_reserved_per_url,
        },
        "media_attachments": {
            "supported_mime_types": here.supported_mime_types,
            "description_limit": here.description_limit,
            "image_size_limit": here.image_size_limit,
            "image_matrix_limit": here.image_matrix_limit,
            "video_size_limit": 103_809_024,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
    }


async def application(call: MastodonCall) -> dict[str, Any]:
    return {
        "id": "1",
        "name": call.account.application,
        "website": None,
        "scopes": call.account.scopes,
        "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"],
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        "vapid_key": "",
    }
