"""The sandbox is for this machine only: who asks from elsewhere, or by a foreign name, gets nothing."""

import ipaddress

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = {"localhost", "127.0.0.1", "[::1]"}


class LoopbackOnly:
    """Refuses other clients. A foreign Host header is refused too, except on the networks' own paths,

    where a client may have been sent here with the official host's name still in it. (A page in somebody's
    browser could otherwise reach the control API by a name that resolves to 127.0.0.1.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not (_is_near(scope) and _is_ours(scope)):
            refusal = PlainTextResponse("The sandbox answers this machine only.", 403)
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_near(scope: Scope) -> bool:
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


def _is_ours(scope: Scope) -> bool:
    if scope["path"].startswith(("/2/", "/v")):
        return True
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return host.rpartition(":")[0] in _NAMES or host in _NAMES
