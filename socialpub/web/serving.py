"""Serves one app on one address in a thread of its own, and ends it in order. It knows nothing of what is served."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from socialpub.settings import SettingsError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

#: How often a server looks whether it shall end. Its own habit is ten times a second.
_LOOK_UP = 0.5


@contextmanager
def serving(listener: socket.socket, app: "Starlette", name: str, **options: Any) -> Iterator[int]:
    """Serve `app` on `listener`; gives the port. `options` are the server's own."""
    server = _server(app, options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=name, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def listen(section: str, host: str, port: int, what: str, code: str) -> socket.socket:
    """A socket for `what`. Raises SettingsError, `code` in brackets at its end, where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"[{section}] {host} port {port}: no {what} can be served there: {error.strerror}. "
            f"Set another {section}.port, or end the program that has it {code}"
        ) from error
    listener.settimeout(0)
    return listener


def _server(app: "Starlette", options: dict[str, Any]) -> "Server":
    import asyncio

    import uvicorn

    class Quiet(uvicorn.Server):
        async def main_loop(self) -> None:
            while not await self.on_tick(0):  # noqa: ASYNC110  its end is told by a flag of uvicorn's, set in a thread
                await asyncio.sleep(_LOOK_UP)

    return Quiet(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", **options))
