"""What the public would see: each network's posts, and one page per post. No script; says what it is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialpub.sandbox.world import World


async def media(request: Request) -> Response:
    world: World = request.state.world
    data = world.blobs.get(request.path_params["sha256"])
    if data is None:
        return Response("no such media", 404, media_type="text/plain")
    return Response(data, media_type="image/jpeg", headers={"x-content-type-options": "nosniff"})


ROUTES = [Route("/_sandbox/media/{sha256}", media, methods=["GET"])]
