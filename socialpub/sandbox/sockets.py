"""The raw connection behind a request, so that a fault can cut it: uvicorn's protocol, one handle more."""

import asyncio
import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "sandbox_transport"


class CuttableProtocol(H11Protocol):
    """Hands the transport to the application in `scope["state"]`; changes nothing else."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        self.app_state = {**self.app_state, _KEY: transport}
        super().connection_made(transport)


def cut(scope: Any) -> None:
    """Close the connection with no answer: the client sees the end of the stream."""
    _transport(scope).abort()


def reset(scope: Any) -> None:
    """Close the connection rudely: the client sees a reset (RST, by SO_LINGER with no time)."""
    transport = _transport(scope)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _transport(scope: Any) -> asyncio.Transport:
    transport: asyncio.Transport | None = scope.get("state", {}).get(_KEY)
    if transport is None:
        raise RuntimeError("this fault cuts a connection: run the app with socialpub.sandbox.server.serve")
    return transport
