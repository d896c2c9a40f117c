"""Every X request comes in here: is it signed, is the window spent, and the headers every answer carries."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import XAccount
from socialpub.sandbox.world import World
from socialpub.sandbox.x_answers import XProblem, invalid, no_credits, problem_response, too_many
from socialpub.sandbox.x_parameters import NONE, unknown
from socialpub.sandbox.x_sign_in import who

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
        except bodies.UnreadableError as why:
            raise invalid(str(why)) from why


Handler = Callable[[XCall], Awaitable[dict[str, Any]]]


def door(
    handler: Handler, limit: int, status: int = 200, takes: frozenset[str] = NONE
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: `limit` requests per account in 15 minutes, `status` when it is done, parameters it `takes`."""

    async def endpoint(request: Request) -> Response:
        world: World = request.state.world
        try:
            account = await who(request, world)
        except XProblem as problem:
            return problem_response(problem.status, problem.body)
        call = XCall(request, world, account, request.state.request_id)
        used = _spend(call, handler.__name__)
        already = too_many_calls(world, used, limit) or unknown(request, takes, world.rules)
        answer = await _answer(handler, call, status, already)
        answer.headers.update(_rate_headers(call, handler.__name__, limit))
        return answer

    return endpoint


def too_many_calls(world: World, used: int, limit: int) -> XProblem | None:
    return XProblem(429, too_many()) if used > limit and world.rules.enforce_rate_limits else None


async def _answer(handler: Handler, call: XCall, status: int, already: XProblem | None) -> Response:
    if already:
        return problem_response(already.status, already.body)
    if not call.account.credits:
        return problem_response(402, no_credits(call.account.id))
    try:
        return JSONResponse(await handler(call), status)
    except XProblem as problem:
        return problem_response(problem.status, problem.body)


def _spend(call: XCall, route: str) -> int:
    """Count one request of the account on this route; how many there were in the window."""
    world, key = call.world, (call.account.id, route)
    start, used = world.spent.get(key, (0.0, 0))
    if not 0 <= world.now() - start < WINDOW_S:
        start, used = world.now(), 0
    world.spent[key] = (start, used + 1)
    return used + 1


def _rate_headers(call: XCall, route: str, limit: int) -> dict[str, str]:
    start, used = call.world.spent[call.account.id, route]
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(max(0, limit - used)),
        "x-rate-limit-reset": str(int(start + WINDOW_S)),
    }
