"""Every Graph request comes in here: whose token, which parameters, and the answer's form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import PageAccount
from socialpub.sandbox.graph_answers import (
    GraphError,
    bad_parameter,
    bad_token,
    error,
    expired_token,
    finished,
    no_token,
)
from socialpub.sandbox.graph_fields import cut, parsed
from socialpub.sandbox.world import World


@dataclass
class Asked:
    """One authenticated request; `given` holds query and body parameters, the token taken out."""

    request: Request
    world: World
    given: dict[str, Any]
    request_id: str

    @property
    def base(self) -> str:
        host, port = self.request.scope["server"]
        return f"http://{host}:{port}"

    def text(self, name: str) -> str:
        value = self.given.get(name, "")
        if not isinstance(value, str | int | float):
            raise bad_parameter(f"Param {name} must be a string")
        return str(value)

    def says(self, name: str, usual: str) -> bool:
        """A boolean parameter, as JSON or as text; `usual` is "true" or "false" for when it is not given."""
        value = str(self.given.get(name, usual)).lower()
        if value not in ("true", "false", "1", "0"):
            raise bad_parameter(f"Param {name} must be a boolean")
        return value in ("true", "1")

    def cut(self, whole: dict[str, Any], usual: str) -> Any:
        """`whole` with the fields asked for, or the `usual` ones."""
        try:
            return cut(whole, parsed(self.text("fields") or usual))
        except ValueError as why:
            raise error(400, 2500, str(why)) from why


@dataclass
class GraphCall(Asked):
    """A request with the token of a Page."""

    page: PageAccount


Handler = Callable[[GraphCall], Awaitable[Any]]


def door(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return finished(request, await handler(await _call(request)))
        except GraphError as problem:
            return finished(request, problem.body, problem.status)

    return endpoint


async def _call(request: Request) -> GraphCall:
    world: World = request.state.world
    given = await parameters(request)
    page = owner(world, token_of(request, given))
    given.pop("access_token", None)
    return GraphCall(request, world, given, request.state.request_id, page)


async def parameters(request: Request) -> dict[str, Any]:
    try:
        return {**request.query_params, **await bodies.fields(request)}
    except bodies.UnreadableError as why:
        raise bad_parameter(str(why)) from why


def token_of(request: Request, given: dict[str, Any]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and token:
        return token.strip()
    return str(given.get("access_token", ""))


def owner(world: World, token: str) -> PageAccount:
    """The page a token belongs to; raises what the network answers to a missing, wrong or old one."""
    if not token:
        raise no_token()
    page = next((one for one in world.pages.values() if one.access_token == token), None)
    if page is None:
        raise bad_token()
    if page.token_expires and page.token_expires <= world.now():
        raise expired_token()
    return page
