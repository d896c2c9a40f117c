"""The middleware every network request passes: gives it a world and a number, logs it, applies a fault."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socialpub.sandbox.exchange import Exchange
from socialpub.sandbox.fault import Fault, take
from socialpub.sandbox.mischief import KINDS
from socialpub.sandbox.world import World

_NETWORK = re.compile(r"/2/|/v\d+(\.\d+)?/|/xrpc/|/api/v\d+/|/elsewhere/")
_SECRET = re.compile(r"token|secret|signature|authorization|nonce|code|appsecret|password", re.IGNORECASE)


class Traffic:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        world: World = scope["app"].state.world
        scope.setdefault("state", {}).update(world=world, request_id="")
        if not _NETWORK.match(scope["path"]):
            await self.app(scope, receive, send)
            return
        entry = _logged(scope, world)
        scope["state"]["request_id"] = entry["id"]
        fault = take(world.faults, scope["method"], scope["path"])
        if fault is None:
            await self.app(scope, receive, _watched(send, entry))
        else:
            await self._spoil(Exchange(self.app, scope, receive, send, world), fault, entry)

    async def _spoil(self, exchange: Exchange, fault: Fault, entry: dict[str, Any]) -> None:
        entry["fault"] = fault.kind
        entry["status"] = await KINDS[fault.kind](exchange, fault)


def _logged(scope: Scope, world: World) -> dict[str, Any]:
    """One line of the log: no header, no body, and no value of a parameter that could be a secret."""
    headers = dict(scope["headers"])
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, "***" if _SECRET.search(name) else value) for name, value in query]
    entry: dict[str, Any] = {
        "id": f"r{world.number()}",
        "at": world.moment().isoformat(),
        "method": scope["method"],
        "path": scope["path"],
        "query": urlencode(kept, safe="*,{}:"),
        "had_credential": b"authorization" in headers or any(value == "***" for _, value in kept),
        "status": None,
        "fault": "",
    }
    world.requests.append(entry)
    return entry


def _watched(send: Send, entry: dict[str, Any]) -> Send:
    async def passing(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry["status"] = message["status"]
        await send(message)

    return passing
