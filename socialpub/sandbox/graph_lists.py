"""GET /{page}/published_posts, /posts and /feed: a page's visible posts, newest first."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from socialpub.sandbox.graph_answers import bad_parameter
from socialpub.sandbox.graph_door import Asked, GraphCall
from socialpub.sandbox.graph_objects import POST_FIELDS, described
from socialpub.sandbox.graph_posts import own_page
from socialpub.sandbox.world import Shown


async def published(call: GraphCall) -> Any:
    """`limit` posts from the cursor `after` on; `since` and `until` in epoch seconds or ISO 8601."""
    posts = call.world.listed("facebook", own_page(call).id)
    return listing(call, posts, lambda post: call.cut(described(call, post), POST_FIELDS))


def listing(call: Asked, posts: list[Shown], told: Callable[[Shown], Any]) -> dict[str, Any]:
    """The part of `posts`, newest first, that was asked for, each as `told`."""
    since, until = _when(call, "since"), _when(call, "until")
    listed = [post for post in posts if _between(post, since, until)]
    start, limit = _start(call, listed), _limit(call)
    part = listed[start : start + limit]
    answer: dict[str, Any] = {"data": [told(post) for post in part]}
    return answer | (_paging(call, part, more=start + limit < len(listed)) if part else {})


def _paging(call: Asked, part: list[Shown], *, more: bool) -> dict[str, Any]:
    """The next page's address repeats the question, and the token if it came in the query, as Meta does."""
    cursors = {"before": part[0].remote_id, "after": part[-1].remote_id}
    if not more:
        return {"paging": {"cursors": cursors}}
    query = {**call.request.query_params, "after": cursors["after"]}
    return {"paging": {"cursors": cursors, "next": f"{call.base}{call.request.url.path}?{urlencode(query)}"}}


def _start(call: Asked, listed: list[Shown]) -> int:
    after = call.text("after")
    ids = [post.remote_id for post in listed]
    if after and after not in ids:
        raise bad_parameter("Invalid cursor: the post it points at is gone", subcode=1357046)
    return ids.index(after) + 1 if after else 0


def _limit(call: Asked) -> int:
    asked = call.text("limit") or "25"
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= 100):
        raise bad_parameter("Param limit must be a number from 1 to 100")
    return int(asked)


def _when(call: Asked, name: str) -> float | None:
    asked = call.text(name)
    if not asked:
        return None
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        when = datetime.fromisoformat(asked)
    except ValueError as why:
        raise bad_parameter(f"Param {name} must be a time") from why
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _between(post: Shown, since: float | None, until: float | None) -> bool:
    made = int(post.created_at.timestamp())
    return (since is None or made >= since) and (until is None or made <= until)
