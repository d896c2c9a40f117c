"""Which Mastodon path is answered by what, with the scope it needs and its rate window (docs.joinmastodon.org)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialpub.sandbox import mastodon_instance, mastodon_media, mastodon_posts
from socialpub.sandbox.mastodon_answers import MastodonProblem, answer
from socialpub.sandbox.mastodon_door import DELETES, MEDIA, door

_STATUS = "/api/v1/statuses/{id}"


async def nothing(_: Request) -> Response:
    """A path that a server does not know; its words differ from those for a post that is not there."""
    return answer(MastodonProblem(404, "Not Found"))


ROUTES = [
    Route("/api/v1/accounts/verify_credentials", door(mastodon_posts.whoami, "read:accounts"), methods=["GET"]),
    Route("/api/v1/accounts/{id}/statuses", door(mastodon_posts.listed, "read:statuses"), methods=["GET"]),
    Route("/api/v1/statuses", door(mastodon_posts.create, "write:statuses"), methods=["POST"]),
    Route(_STATUS, door(mastodon_posts.shown, "read:statuses"), methods=["GET"]),
    Route(_STATUS, door(mastodon_posts.delete, "write:statuses", DELETES), methods=["DELETE"]),
    Route("/api/v2/media", door(mastodon_media.upload, "write:media", MEDIA), methods=["POST"]),
    Route("/api/v1/media/{id}", door(mastodon_media.shown, "write:media"), methods=["GET"]),
    Route("/api/v2/instance", door(mastodon_instance.instance, ""), methods=["GET"]),
    Route("/api/v1/apps/verify_credentials", door(mastodon_instance.application, ""), methods=["GET"]),
    Route("/api/v{version:int}/{path:path}", nothing, methods=["GET", "POST", "PUT", "DELETE"]),
]
