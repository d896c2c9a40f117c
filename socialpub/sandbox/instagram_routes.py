"""Which Graph path is answered by what for an Instagram account. They come before the Pages' own."""

from starlette.routing import Route

from socialpub.sandbox import graph_door, graph_objects, instagram_media, instagram_posts
from socialpub.sandbox.instagram_door import door

_ROOT = "/v{version:float}"

ROUTES = [
    Route(f"{_ROOT}/debug_token", door(instagram_posts.debug_token, graph_door.door(graph_objects.debug_token))),
    Route(f"{_ROOT}/{{id}}/media", door(instagram_media.create), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/media", door(instagram_posts.listed), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}/media_publish", door(instagram_posts.publish), methods=["POST"]),
    Route(f"{_ROOT}/{{id}}/content_publishing_limit", door(instagram_posts.quota), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(instagram_posts.read, graph_door.door(graph_objects.read)), methods=["GET"]),
    Route(f"{_ROOT}/{{id}}", door(instagram_posts.delete, graph_door.door(graph_objects.delete)), methods=["DELETE"]),
]
