"""`socialpub demo`: everything embedded, with sample stories and sandbox networks."""

from typing import Annotated, Any

import typer

from socialpub.cli.answers import NO, UNAVAILABLE, show, tell
from socialpub.cli.options import Json


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="stop when everything is delivered")] = False,
    json: Json = False,
) -> None:
    """Show the whole way with six sample stories: a fresh spool, networks that are stand-ins, invented people."""
    from socialpub.demo.play import play
    from socialpub.demo.waiting import DemoFailed, Interrupted

    def finished(report: dict[str, Any]) -> None:
        show(report, _words(report), as_json=json)

    try:
        play(tell, finished, stay=not once)
    except DemoFailed as failed:
        tell(f"The demo did not work: {failed}")
        raise typer.Exit(NO) from None
    except Interrupted:
        tell("It was stopped before everything was delivered.")
        raise typer.Exit(NO) from None
    except (OSError, RuntimeError) as trouble:
        tell(f"The demo could not go on: {trouble}")
        raise typer.Exit(UNAVAILABLE) from None


def _words(report: dict[str, Any]) -> str:
    return (
        f"{report['stories']} stories, {report['returned']} returned to its author; "
        f"{report['delivered']} of {report['deliveries']} deliveries delivered."
    )
