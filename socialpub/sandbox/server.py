"""Builds the sandbox, serves it on loopback, and runs it in a process of its own for tests and the demo."""

import asyncio
import ipaddress
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from socialpub.sandbox import (
    bluesky_routes,
    control,
    graph_routes,
    instagram_routes,
    mastodon_routes,
    page,
    x_routes,
    youtube_routes,
)
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.loopback import LoopbackOnly
from socialpub.sandbox.sockets import CuttableProtocol
from socialpub.sandbox.traffic import Traffic
from socialpub.sandbox.world import fresh_world


def build() -> Starlette:
    """The networks, their control API and the public page, in a fresh world."""
    networks = [
        *x_routes.ROUTES,
        *instagram_routes.ROUTES,
        *graph_routes.ROUTES,
        *bluesky_routes.ROUTES,
        *mastodon_routes.ROUTES,
        *youtube_routes.ROUTES,
    ]
    routes = [*networks, *control.ROUTES, *page.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(LoopbackOnly), Middleware(Traffic)])
    app.state.world = fresh_world()
    return app


def serve(host: str, port: int, ready: Callable[[int], None], *, with_parent: bool = False) -> None:
    """Serve until a signal comes. `ready` gets the port; ValueError if `host` is not loopback, OSError if the port
    cannot be had.

    With `with_parent` it also stops when standard input ends, that is when whoever started it is gone.
    """
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"the sandbox listens on loopback only, not on {host}: use 127.0.0.1")
    config = uvicorn.Config(
        build(),
        host=host,
        port=port,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as taken:
        asyncio.run(_Server(config, ready, with_parent=with_parent).serve(sockets=[taken]))


class _Server(uvicorn.Server):
    """Says when it listens, and can end with its parent."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None], *, with_parent: bool) -> None:
        super().__init__(config)
        self._ready, self._with_parent = ready, with_parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._with_parent:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._parent_is_gone)
        self._ready(self.servers[0].sockets[0].getsockname()[1])

    def _parent_is_gone(self) -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self.should_exit = True


@contextmanager
def running(port: int = 0) -> Iterator[Sandbox]:
    """Start a sandbox on `port` (0: a free one), yield its handle, stop it. RuntimeError if it fails."""
    command = [sys.executable, "-m", "socialpub.sandbox", "--port", str(port), "--with-parent"]
    here = Path(__file__).parents[2]  # so that this very code runs, whatever the current directory is
    # A group of its own: Ctrl-C in the terminal is for whoever started it, and that one stops it in order.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=here, process_group=0
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  a pipe was asked for
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the sandbox did not start (exit code {process.wait()}); see above why")
            yield Sandbox(json.loads(line)["url"])
        finally:
            process.terminate()
            process.wait(timeout=10)
