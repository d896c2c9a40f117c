"""Builds the sandbox, serves it on loopback, and runs it in a process of its own for tests and the demo."""

import asyncio
import ipaddress
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from socialpub.sandbox import control, graph_routes, page, x_routes
from socialpub.sandbox.sockets import CuttableProtocol
from socialpub.sandbox.traffic import Traffic
from socialpub.sandbox.world import fresh_world


def build() -> Starlette:
    """The networks, their control API and the public page, in a fresh world."""
    routes = [*x_routes.ROUTES, *graph_routes.ROUTES, *control.ROUTES, *page.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(Traffic)])
    app.state.world = fresh_world()
    return app


def serve(host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve until told to stop by a signal. `ready` gets the port; ValueError if `host` is not loopback."""
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
    asyncio.run(_serve(uvicorn.Server(config), ready))


async def _serve(server: uvicorn.Server, ready: Callable[[int], None]) -> None:
    telling = asyncio.create_task(_tell(server, ready))
    await server.serve()
    telling.cancel()


async def _tell(server: uvicorn.Server, ready: Callable[[int], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    ready(server.servers[0].sockets[0].getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A sandbox in a process of its own."""

    url: str


@contextmanager
def running(port: int = 0) -> Iterator[Running]:
    """Start a sandbox on a free port (or `port`), yield where it is, stop it. RuntimeError if it will not start."""
    command = [sys.executable, "-m", "socialpub.sandbox", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None  # noqa: S101  a pipe was asked for
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(
                    f"the sandbox did not start (exit code {process.wait()}); see its messages above"
                )
            yield Running(json.loads(line)["url"])
        finally:
            process.terminate()
            process.wait(timeout=10)
