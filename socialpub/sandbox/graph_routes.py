"""Which Graph path is answered by what, under any version (/v25.0/…)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialpub.sandbox import graph_lists, graph_objects, graph_photos, graph_posts
from socialpub.sandbox.graph_answers import error, finished
from socialpub.sandbox.graph_door import door

_ROOT = "/v{version:float}"


async def nothing(request: Request) -> Response:
    rest = request.path_params["path"]
    return finished(request, error(400, 2500, f"Unknown path components: /{rest}").body, 400)


ROUTES = [
    Route(f"{_ROOT}/debug_token", door(graph_objects.debug_token), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/feed", door(graph_posts.create), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/photos", door(graph_photos.create), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/feed", door(graph_lists.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/posts", door(graph_lists.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/published_posts", door(graph_lists.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(graph_objects.read), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(graph_objects.delete), methods=["DELETE"]),
    Route(f"{_ROOT}/{{id}}", door(graph_posts.update), methods=["POST"]),
    Route(f"{_ROOT}/{{path:path}}", nothing, methods=["GET", "POST", "DELETE"]),
]
