"""Which XRPC method is answered by what, with what it takes and costs (bsky-docs, rate limits)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialpub.sandbox import bluesky_repo, bluesky_server
from socialpub.sandbox.bluesky_door import door


async def nothing(_: Request) -> Response:
    return JSONResponse({"error": "MethodNotImplemented", "message": "Method Not Implemented"}, 501)


_SERVER, _REPO = "/xrpc/com.atproto.server", "/xrpc/com.atproto.repo"

ROUTES = [
    Route(f"{_SERVER}.createSession", door(bluesky_server.create_session), methods=["POST"]),
    Route(f"{_SERVER}.refreshSession", door(bluesky_server.refresh_session, "refresh"), methods=["POST"]),
    Route(f"{_SERVER}.getSession", door(bluesky_server.get_session, "access"), methods=["GET"]),
    Route(f"{_REPO}.uploadBlob", door(bluesky_repo.upload_blob, "access"), methods=["POST"]),
    Route(f"{_REPO}.putRecord", door(bluesky_repo.put_record, "access", 2), methods=["POST"]),
    Route(f"{_REPO}.deleteRecord", door(bluesky_repo.delete_record, "access", 1), methods=["POST"]),
    Route(f"{_REPO}.getRecord", door(bluesky_repo.get_record), methods=["GET"]),
    Route("/xrpc/{name:path}", nothing, methods=["GET", "POST"]),
]
