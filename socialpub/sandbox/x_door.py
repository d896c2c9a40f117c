"""Every X request comes in here: who signed it, is the window spent, and the headers every answer carries."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies, oauth1
from socialpub.sandbox.accounts import XAccount
from socialpub.sandbox.world import World
from socialpub.sandbox.x_answers import (
    XProblem,
    invalid,
    no_credits,
    problem_response,
    too_many,
    unauthorized,
)

WINDOW_S = 900


@dataclass
class XCall:
    """One authenticated request."""

    request: Request
    world: World
    account: XAccount
    request_id: str

    async def json(self) -> Any:
        try:
            return await bodies.json_body(self.request)
        except bodies.Unreadable as why:
            raise invalid(str(why)) from why


Handler = Callable[[XCall], Awaitable[dict[str, Any]]]


def door(handler: Handler, limit: int, status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: `limit` requests per account in 15 minutes (docs.x.com, rate limits), `status` when done."""

    async def endpoint(request: Request) -> Response:
        world: World = request.state.world
        try:
            account = await _who(request, world)
        except XProblem as problem:
            return problem_response(problem.status, problem.body)
        left = _spend(world, account.id, handler.__name__, limit)
        answer = await _answer(
            handler, XCall(request, world, account, request.state.request_id), left, status
        )
        answer.headers.update(_rate_headers(world, account.id, handler.__name__, limit))
        return answer

    return endpoint


async def _answer(handler: Handler, call: XCall, left: int, status: int) -> Response:
    try:
        if left < 0 and call.world.rules.enforce_rate_limits:
            raise XProblem(429, too_many())
        if not call.account.credits:
            raise XProblem(402, no_credits(call.account.id))
        return JSONResponse(await handler(call), status)
    except XProblem as problem:
        return problem_response(problem.status, problem.body)


def _spend(world: World, account: str, route: str, limit: int) -> int:
    """Count one request; how many are left in the window, negative once it is overdrawn."""
    start, used = world.spent.get((account, route), (0.0, 0))
    if not 0 <= world.now() - start < WINDOW_S:
        start, used = world.now(), 0
    world.spent[account, route] = (start, used + 1)
    return limit - used - 1


def _rate_headers(world: World, account: str, route: str, limit: int) -> dict[str, str]:
    start, used = world.spent[account, route]
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(max(0, limit - used)),
        "x-rate-limit-reset": str(int(start + WINDOW_S)),
    }


async def _who(request: Request, world: World) -> XAccount:
    authorization = request.headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(world, token.strip())
    return await _signer(request, world, oauth1.header_parameters(authorization))


def _bearer(world: World, token: str) -> XAccount:
    for account in world.x.values():
        alive = account.bearer_expires is None or world.now() < account.bearer_expires
        if token and account.bearer == token and alive:
            return account
    raise unauthorized()


async def _signer(request: Request, world: World, oauth: dict[str, str]) -> XAccount:
    keys = (oauth.get("oauth_consumer_key"), oauth.get("oauth_token"))
    account = next((a for a in world.x.values() if (a.api_key, a.access_token) == keys), None)
    if account is None:
        raise unauthorized()
    form = await request.body() if bodies.kind(request) == "application/x-www-form-urlencoded" else b""
    secrets = (account.api_key_secret, account.access_token_secret)
    query = request.scope["query_string"].decode("latin-1")
    if not oauth1.is_signed(request.method, _urls(request), query, form.decode("latin-1"), oauth, secrets):
        raise unauthorized()
    # The client's clock is real even when the sandbox's is not.
    if not oauth1.is_fresh(oauth, time.time(), world.nonces):
        raise unauthorized()
    return account


def _urls(request: Request) -> list[str]:
    port = request.scope["server"][1]
    hosts = (*oauth1.OFFICIAL, f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    path = request.scope["raw_path"].decode("ascii")
    return [host + path for host in hosts]
