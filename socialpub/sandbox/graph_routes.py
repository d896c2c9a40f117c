"""Which Graph path is answered by what, under any version (/v25.0/…)."""

from starlette.routing import Route

from socialpub.sandbox import graph_objects, graph_photos, graph_posts
from socialpub.sandbox.graph_door import door

_ROOT = "/v{version:float}"

ROUTES = [
    Route(f"{_ROOT}/debug_token", door(graph_objects.debug_token), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/feed", door(graph_posts.create), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/photos", door(graph_photos.create), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/feed", door(graph_posts.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/posts", door(graph_posts.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/published_posts", door(graph_posts.published), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(graph_objects.read), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(graph_objects.delete), methods=["DELETE"]),
    Route(f"{_ROOT}/{{id}}", door(graph_posts.publish_hidden), methods=["POST"]),
]
