"""Every Mastodon request comes in here: whose token, with which scope, is the window spent; and the answer's form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import MastodonAccount
from socialpub.sandbox.mastodon_answers import MastodonProblem, answer, rate_headers
from socialpub.sandbox.world import World


@dataclass
class MastodonCall:
    """One authenticated request."""

    request: Request
    world: World
    account: MastodonAccount
    request_id: str

    @property
    def base(self) -> str:
        return f"http://{self.domain}"

    @property
    def domain(self) -> str:
        host, port = self.request.scope["server"]
        return f"{host}:{port}"

    @property
    def asked_id(self) -> str:
        return str(self.request.path_params["id"])

    async def fields(self) -> dict[str, Any]:
        try:
            return await bodies.fields(self.request)
        except bodies.UnreadableError as why:
            raise MastodonProblem(400, str(why)) from why


@dataclass
class Answered:
    """A handler's answer that is not just a 200."""

    body: Any
    status: int = 200
    headers: dict[str, str] | None = None


@dataclass(frozen=True)
class Window:
    """So many calls of one family in so many seconds (docs.joinmastodon.org, rate limits)."""

    family: str
    limit: int
    seconds: int


EVERYTHING = Window("all", 300, 300)
MEDIA = Window("media", 30, 1800)
DELETES = Window("deletes", 30, 1800)

Handler = Callable[[MastodonCall], Awaitable[Any]]


def door(handler: Handler, scope: str, window: Window = EVERYTHING) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        world: World = request.state.world
        try:
            account = _who(request, world, scope)
        except MastodonProblem as problem:
            return answer(problem)
        used, until = _spend(world, account, window)
        call = MastodonCall(request, world, account, request.state.request_id)
        response = await _answer(handler, call, spent=used > window.limit)
        response.headers.update(rate_headers(window.limit, used, until))
        return response

    return endpoint


async def _answer(handler: Handler, call: MastodonCall, *, spent: bool) -> Response:
    if spent and call.world.rules.enforce_rate_limits:
        return answer(MastodonProblem(429))
    try:
        done = await handler(call)
    except MastodonProblem as problem:
        return answer(problem)
    if isinstance(done, Answered):
        return JSONResponse(done.body, done.status, done.headers)
    return JSONResponse(done)


def _who(request: Request, world: World, scope: str) -> MastodonAccount:
    """The account a token belongs to; raises what the server answers to a wrong, weak or suspended one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    account = next((one for one in world.mastodon.values() if one.access_token == token.strip()), None)
    if kind.lower() != "bearer" or account is None:
        raise MastodonProblem(401)
    if scope and not {scope, scope.partition(":")[0]} & set(account.scopes):
        raise MastodonProblem(403, "This action is outside the authorized scopes")
    if account.suspended:
        raise MastodonProblem(403, "Your login is currently disabled")
    return account


def _spend(world: World, account: MastodonAccount, window: Window) -> tuple[int, float]:
    """Count one call of the account in this family: how many there were, and when the window ends."""
    key = (account.id, window.family)
    start, used = world.spent.get(key, (0.0, 0))
    if not 0 <= world.now() - start < window.seconds:
        start, used = world.now(), 0
    world.spent[key] = (start, used + 1)
    return used + 1, start + window.seconds
