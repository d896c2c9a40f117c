"""GET /2/users/me and GET /2/users/{id}/tweets: who am I, and what have I posted."""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from socialpub.sandbox.world import Shown
from socialpub.sandbox.x_answers import invalid, not_found
from socialpub.sandbox.x_door import XCall
from socialpub.sandbox.x_fields import includes, projected, user


async def get_me(call: XCall) -> dict[str, Any]:
    return {"data": user(call.account, call.request)}


async def get_posts(call: XCall) -> dict[str, Any]:
    """Newest first. Between `since_id` and `until_id` (exclusive), `start_time` and `end_time`."""
    account = call.request.path_params["id"]
    if account not in call.world.x:
        return {"errors": [not_found("user", "id", account)]}
    size, start = _size(call), _page_start(call)
    listed = list(filter(_wanted(call), call.world.listed("x", account)))
    page = listed[start : start + size]
    answer: dict[str, Any] = {"data": [projected(p, call.request) for p in page]} if page else {}
    answer |= includes(page, call.request, call.world)
    return answer | {"meta": _meta(page, start, size, len(listed))}


def _meta(page: list[Shown], start: int, size: int, total: int) -> dict[str, Any]:
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].remote_id, "oldest_id": page[-1].remote_id}
    if start + size < total:
        meta["next_token"] = _token(start + size)
    if start:
        meta["previous_token"] = _token(max(0, start - size))
    return meta


def _token(start: int) -> str:
    """A base32hex pagination token, as the description says; what is in it is nobody's business."""
    return base64.b32hexencode(f"from {start}".encode()).decode().rstrip("=").lower()


def _page_start(call: XCall) -> int:
    token = call.request.query_params.get("pagination_token", "")
    if not token:
        return 0
    try:
        padded = token.upper() + "=" * (-len(token) % 8)
        return int(base64.b32hexdecode(padded).decode().removeprefix("from "))
    except (binascii.Error, ValueError) as why:
        raise invalid("The `pagination_token` is not valid", pagination_token=token) from why


def _size(call: XCall) -> int:
    asked = call.request.query_params.get("max_results", "10")
    if not (asked.isascii() and asked.isdigit() and 5 <= int(asked) <= 100):
        text = f"The `max_results` query parameter value [{asked}] is not between 5 and 100"
        raise invalid(text, max_results=asked)
    return int(asked)


def _wanted(call: XCall) -> Callable[[Shown], bool]:
    """The question's bounds, checked before any post is looked at."""
    after_id, before_id = _id(call, "since_id", 0), _id(call, "until_id", 10**19)
    since, until = _time(call, "start_time", "2010-11-06"), _time(call, "end_time", "9999-01-01")

    def wanted(post: Shown) -> bool:
        made = post.created_at.replace(microsecond=0)  # X cuts times to whole seconds
        return after_id < int(post.remote_id) < before_id and since <= made < until

    return wanted


def _id(call: XCall, name: str, usual: int) -> int:
    asked = call.request.query_params.get(name, str(usual))
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 20):
        raise invalid(f"The `{name}` query parameter value [{asked}] is not valid", **{name: asked})
    return int(asked)


def _time(call: XCall, name: str, usual: str) -> datetime:
    asked = call.request.query_params.get(name, f"{usual}T00:00:00Z")
    try:
        when = datetime.fromisoformat(asked)
    except ValueError:
        when = datetime.min  # noqa: DTZ901  without a zone, so refused below
    if when.tzinfo is None:
        text = f"Invalid '{name}':'{asked}'. Must be an RFC 3339 date-time, such as 2026-11-22T15:00:00Z"
        raise invalid(text, **{name: asked})
    return when.astimezone(UTC).replace(microsecond=0)
