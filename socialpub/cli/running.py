"""What runs: the daemon, one turn of the crank, the sandbox networks; and rendering a photo to look at."""

from pathlib import Path
from typing import Annotated

import typer

from socialpub.cli.answers import say, show
from socialpub.cli.options import Json
from socialpub.cli.views import to_the_second
from socialpub.desk.declined import Declined
from socialpub.platforms.networks import read_limits


def add_to(app: typer.Typer) -> None:
    for command in (run, render, sandbox):
        app.command(command.__name__)(command)


def run(
    ctx: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="turn the crank one time (cron)")] = False,
) -> None:
    """Be the daemon: take stories in, publish what is approved, at its time."""
    from socialpub import daemon

    if once:
        due = daemon.run_once(ctx.obj.settings)
        say(f"Next: {to_the_second(due, ctx.obj.settings.department.zone)}" if due else "Nothing is planned.")
    else:
        daemon.run(ctx.obj.settings)


def render(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="PHOTO|VIDEO")],
    network: Annotated[str, typer.Option(help="for which network")],
    to: Annotated[Path, typer.Option("-o", metavar="DIR", help="where to put it")] = Path(),
    *,
    json: Json = False,
) -> None:
    """Make the file that a network would get of this photo or video. Nothing is published."""
    from socialpub.media.look import rendered
    from socialpub.media.refusal import MediaRefused

    known = read_limits(ctx.obj.policies / "networks")
    limits = known.get(network)
    if limits is None:
        raise Declined(f'there is no network "{network}"; there are: {", ".join(sorted(known))}')
    if not file.exists():
        raise Declined(f"{file}: there is no such file; check the path")
    try:
        data = rendered(file, limits, to)
    except MediaRefused as refusal:
        raise Declined(f"{file}: {refusal}") from None
    words = f"{data['file']}: {data['width']}x{data['height']}, {data['bytes']} bytes. No location is in it."
    show(data, words, as_json=json)


def sandbox(
    host: Annotated[str, typer.Option(help="loopback only")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8421,
) -> None:
    """Run stand-ins of the networks, and a page that shows what the public would see."""
    from socialpub.sandbox.server import serve

    try:
        serve(host, port, lambda taken: say(f"The sandbox networks are at http://{host}:{taken}/"))
    except ValueError as error:
        raise Declined(str(error)) from None
    except OSError as error:
        raise Declined(f"port {port} of {host} cannot be had: {error.strerror}; name another: --port 0") from None
