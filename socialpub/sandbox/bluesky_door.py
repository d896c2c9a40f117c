"""Every XRPC request comes in here: whose token it is, whether the points are spent, and the answer's form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import BlueskyAccount
from socialpub.sandbox.bluesky_answers import XrpcError, invalid, rate_headers, too_many
from socialpub.sandbox.world import World

#: Writes of one account: points in an hour (bsky-docs, rate limits).
POINTS, HOUR_S = 5000, 3600


@dataclass
class XrpcCall:
    """One request; `account` is whose token came with it, if one was asked for."""

    request: Request
    world: World
    request_id: str
    signed: BlueskyAccount | None
    token: str

    @property
    def account(self) -> BlueskyAccount:
        if self.signed is None:
            raise XrpcError(401, "AuthMissing", "Authentication Required")
        return self.signed

    async def json(self) -> dict[str, Any]:
        try:
            body = await bodies.json_body(self.request)
        except bodies.UnreadableError as why:
            raise XrpcError(400, "SyntaxError", str(why)) from why
        if not isinstance(body, dict):
            raise invalid("Expected object value type at $")
        return body


Handler = Callable[[XrpcCall], Awaitable[dict[str, Any]]]


def door(handler: Handler, takes: str = "", points: int = 0) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that `takes` an "access" or a "refresh" token, or none, and costs `points` of the account."""

    async def endpoint(request: Request) -> Response:
        world: World = request.state.world
        headers: dict[str, str] = {}
        try:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            signed = _whose(world, token, takes) if takes else None
            if signed:
                headers = spend(world, signed.id, "writes", points, POINTS, HOUR_S)
            call = XrpcCall(request, world, request.state.request_id, signed, token)
            answer: Response = JSONResponse(await handler(call))
        except XrpcError as problem:
            answer = problem.response()
        answer.headers.update(headers)
        return answer

    return endpoint


def spend(world: World, who: str, what: str, points: int, limit: int, window_s: int) -> dict[str, str]:
    """Count `points` in the window; gives the headers that say what is left. Raises when there is nothing left."""
    start, used = world.spent.get((who, what), (0.0, 0))
    if not 0 <= world.now() - start < window_s:
        start, used = world.now(), 0
    world.spent[who, what] = (start, used + points)
    if used + points > limit and world.rules.enforce_rate_limits:
        raise too_many()
    return rate_headers(limit, limit - used - points, start + window_s, window_s)


def _whose(world: World, token: str, kind: str) -> BlueskyAccount:
    if not token:
        raise XrpcError(401, "AuthMissing", "Authentication Required")
    for account in world.bluesky.values():
        if token in account.tokens:
            made, until = account.tokens[token]
            if made != kind:
                raise XrpcError(400, "InvalidToken", "Invalid token type")
            if until <= world.now():
                raise XrpcError(400, "ExpiredToken", "Token has expired")
            return account
    raise XrpcError(400, "InvalidToken", "Token could not be verified")
