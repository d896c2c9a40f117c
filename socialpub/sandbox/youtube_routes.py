"""Which YouTube and Google path is answered by what, and what it costs (quota calculator, 2026)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialpub.sandbox import google_oauth, youtube_extras, youtube_lists, youtube_uploads, youtube_videos
from socialpub.sandbox.youtube_answers import error_body
from socialpub.sandbox.youtube_door import door

_UPLOAD = "/upload/youtube/v3"


async def nothing(_: Request) -> Response:
    return JSONResponse(error_body(404), 404)


ROUTES = [
    Route("/o/oauth2/v2/auth", google_oauth.authorize, methods=["GET"]),
    Route("/token", google_oauth.token, methods=["POST"]),
    Route(f"{_UPLOAD}/videos", door(youtube_uploads.start, 1, "uploads"), methods=["POST"]),
    Route(f"{_UPLOAD}/videos", door(youtube_uploads.put, 0), methods=["PUT"]),
    Route(f"{_UPLOAD}/thumbnails/set", door(youtube_extras.set_thumbnail, 50), methods=["POST"]),
    Route(f"{_UPLOAD}/captions", door(youtube_extras.insert_captions, 400), methods=["POST"]),
    Route("/youtube/v3/captions", door(youtube_extras.list_captions, 50), methods=["GET"]),
    Route("/youtube/v3/videos", door(youtube_videos.list_videos, 1), methods=["GET"]),
    Route("/youtube/v3/videos", door(youtube_videos.update, 50), methods=["PUT"]),
    Route("/youtube/v3/videos", door(youtube_videos.delete, 50), methods=["DELETE"]),
    Route("/youtube/v3/channels", door(youtube_lists.channels, 1), methods=["GET"]),
    Route("/youtube/v3/playlistItems", door(youtube_lists.playlist_items, 1), methods=["GET"]),
    Route("/youtube/v3/{path:path}", nothing, methods=["GET", "POST", "PUT", "DELETE"]),
]
