"""Graph requests that come with the token of an Instagram account. All others are a Page's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from socialpub.sandbox.accounts import MediaAccount
from socialpub.sandbox.graph_answers import GraphError, bad_token, expired_token, finished, no_token, unknown_object
from socialpub.sandbox.graph_door import Asked, parameters, token_of
from socialpub.sandbox.world import World


@dataclass
class InstagramCall(Asked):
    account: MediaAccount


Handler = Callable[[InstagramCall], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


def door(handler: Handler, others: Endpoint | None = None) -> Endpoint:
    """`others` answers where the token is none of an Instagram account."""

    async def endpoint(request: Request) -> Response:
        try:
            given = await parameters(request)
            token = token_of(request, given)
            account = _owner(request.state.world, token)
            if account is None and others is not None:
                return await others(request)
            call = _call(request, given, token, account)
            return finished(request, await handler(call))
        except GraphError as problem:
            return finished(request, problem.body, problem.status)

    return endpoint


def _owner(world: World, token: str) -> MediaAccount | None:
    return next((one for one in world.instagram.values() if token and one.access_token == token), None)


def _call(request: Request, given: dict[str, Any], token: str, account: MediaAccount | None) -> InstagramCall:
    if account is None:
        raise bad_token() if token else no_token()
    world: World = request.state.world
    if account.token_expires and account.token_expires <= world.now():
        raise expired_token()
    given.pop("access_token", None)
    return InstagramCall(request, world, given, request.state.request_id, account)


def own_account(call: InstagramCall) -> MediaAccount:
    """The account in the path, if the token is its own."""
    wanted = call.request.path_params["id"]
    if wanted != call.account.id:
        raise unknown_object(wanted, call.request.method)
    return call.account
