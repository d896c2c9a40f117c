"""The photos that a network fetches for itself: a listener of their own, which serves nothing else to anybody.

Only what an address minted here names, for an hour, as the bytes whose hash was approved. All else is an empty 404:
who does not know an address learns nothing, not even that this is socialpub.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from socialpub.media.passes import Passes
from socialpub.media.refusal import MediaDamaged
from socialpub.settings import Public
from socialpub.web import serving as server

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger(__name__)

#: Files that may be in memory at once, each of a few megabytes; and connections that may be open.
_FILES, _CONNECTIONS = 8, 64
_JPEG = b"\xff\xd8\xff"
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'",
    "connection": "close",  # nobody comes for a second file
}


def build(passes: Passes, read: Callable[[str], bytes]) -> "Starlette":
    """The app. `read` gives a rendition's bytes by hash, and no others."""
    import anyio.to_thread
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    at_once = anyio.CapacityLimiter(_FILES)

    async def one(request: "Request") -> "Response":
        opened = passes.opened(request.path_params["token"], request.path_params["name"])
        if opened is None:
            return nothing(request, None)
        if opened.answer:
            return Response(opened.answer, headers=_HEADERS, media_type="text/plain")
        data = await anyio.to_thread.run_sync(_photo, read, opened.sha256, limiter=at_once)
        return Response(data, headers=_HEADERS, media_type="image/jpeg") if data else nothing(request, None)

    def nothing(_request: "Request", _why: object) -> "Response":
        return Response(status_code=404, headers=_HEADERS)

    app = Starlette(
        routes=[Route("/m/{token}/{name}", one, methods=["GET"])],
        exception_handlers={404: nothing, 405: nothing, Exception: nothing},
    )
    app.router.redirect_slashes = False
    return app


def _photo(read: Callable[[str], bytes], sha256: str) -> bytes:
    """The photo, or nothing where it is gone, changed, or no JPEG."""
    try:
        data = read(sha256)
    except (MediaDamaged, OSError, LookupError) as error:
        log.error("a network asked for a photo that cannot be read: %s", error)
        return b""
    if not data.startswith(_JPEG):
        return b""
    log.info("a network fetched the photo %s", sha256)
    return data


@contextmanager
def serving(public: Public, passes: Passes, read: Callable[[str], bytes]) -> Iterator[int]:
    """Serve in a thread of its own; gives the port."""
    listener = server.listen("public", public.host, public.port, "photos", "[SP033]")
    options = {"http": "h11", "ws": "none", "server_header": False, "limit_concurrency": _CONNECTIONS}
    with server.serving(listener, build(passes, read), "photos", **options) as port:
        yield port
