"""Every YouTube request comes in here: whose is the token, is the day's quota spent, and how a refusal is said."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import ChannelAccount
from socialpub.sandbox.world import World
from socialpub.sandbox.youtube_answers import YouTubeProblem, refusal

_DAY_S = 86_400


@dataclass
class YouTubeCall:
    """One authenticated request."""

    request: Request
    world: World
    account: ChannelAccount

    @property
    def base(self) -> str:
        host, port = self.request.scope["server"]
        return f"http://{host}:{port}"

    def asked(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def parts(self, *known: str) -> set[str]:
        """The parts that were asked for; a 400 for none, or one that there is not."""
        wanted = set(filter(None, self.asked("part").split(",")))
        if not wanted:
            raise YouTubeProblem(400, "missingRequiredParameter", "Required parameter: part")
        if strange := wanted - set(known):
            raise YouTubeProblem(400, "unknownPart", f"'{min(strange)}'")
        return wanted

    async def json(self) -> dict[str, Any]:
        try:
            found = await bodies.json_body(self.request)
        except bodies.UnreadableError as why:
            raise YouTubeProblem(400, "parseError", str(why)) from why
        if not isinstance(found, dict):
            raise YouTubeProblem(400, "parseError", "an object is wanted")
        return found


Handler = Callable[[YouTubeCall], Awaitable[dict[str, Any] | Response]]


def door(handler: Handler, units: int, bucket: str = "units") -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that costs `units` of the project's day (quota calculator, 2026)."""

    async def endpoint(request: Request) -> Response:
        world: World = request.state.world
        try:
            call = YouTubeCall(request, world, _who(request, world))
            _spend(world, call.account.client_id, bucket, units)
            answer = await handler(call)
        except YouTubeProblem as problem:
            return refusal(problem)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return endpoint


def _who(request: Request, world: World) -> ChannelAccount:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    for account in world.channels.values():
        alive = account.bearer_expires is None or world.now() < account.bearer_expires
        if scheme.lower() == "bearer" and token and account.bearer == token and alive:
            return account
    raise YouTubeProblem(401, "authError", "Request had invalid authentication credentials.")


def _spend(world: World, project: str, bucket: str, units: int) -> None:
    """A project has one purse for a day; the sandbox's begins with its first call."""
    most = world.rules.youtube_uploads if bucket == "uploads" else world.rules.youtube_units
    start, used = world.spent.get((project, bucket), (0.0, 0))
    if not 0 <= world.now() - start < _DAY_S:
        start, used = world.now(), 0
    if used + units > most:
        raise YouTubeProblem(403, "quotaExceeded", "The request cannot be completed: you have exceeded your quota.")
    world.spent[project, bucket] = (start, used + units)
