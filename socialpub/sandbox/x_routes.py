"""Which X path is answered by what, with X's own limit per 15 minutes (docs.x.com, rate limits)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialpub.sandbox import x_consent, x_media, x_oauth2, x_posts, x_users
from socialpub.sandbox.x_door import door
from socialpub.sandbox.x_parameters import POST, POSTS, UPLOAD, USER


async def nothing(_: Request) -> Response:
    """A path X does not know: 404 without a body, as seen in public bug reports (2026-09)."""
    return Response(status_code=404)


ROUTES = [
    Route("/2/tweets", door(x_posts.create_post, 100, 201), methods=["POST"]),
    Route("/2/tweets/{id}", door(x_posts.get_post, 900, takes=POST), methods=["GET"]),
    Route("/2/tweets/{id}", door(x_posts.delete_post, 50), methods=["DELETE"]),
    Route("/2/users/me", door(x_users.get_me, 75, takes=USER), methods=["GET"]),
    Route("/2/users/{id}/tweets", door(x_users.get_posts, 900, takes=POSTS), methods=["GET"]),
    Route("/2/media/upload", door(x_media.upload, 500), methods=["POST"]),
    Route("/2/media/upload", door(x_media.status, 1000, takes=UPLOAD), methods=["GET"]),
    Route("/2/media/upload/initialize", door(x_media.initialize, 1875), methods=["POST"]),
    Route("/2/media/upload/{id}/append", door(x_media.append, 1875), methods=["POST"]),
    Route("/2/media/upload/{id}/finalize", door(x_media.finalize, 1875), methods=["POST"]),
    Route("/2/media/metadata", door(x_media.describe, 500), methods=["POST"]),
    Route("/i/oauth2/authorize", x_consent.authorize, methods=["GET"]),
    Route("/2/oauth2/token", x_oauth2.token, methods=["POST"]),
    Route("/2/{path:path}", nothing, methods=["GET", "POST", "PUT", "DELETE"]),
]
