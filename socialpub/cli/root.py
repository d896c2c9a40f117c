"""The commands, put together. Each lives in the file of its noun."""

import logging
import os
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from socialpub.cli import (
    channels,
    connect,
    deliveries,
    demo,
    doctor,
    holds,
    people,
    policy,
    records,
    review,
    running,
    stories,
)
from socialpub.cli.options import Context, SettingsFile, as_text

#: Libraries that say more than an administrator wants to read, or more than a log may hold.
_QUIET = ("apscheduler", "alembic", "tweepy", "urllib3", "facebook", "oauthlib", "requests_oauthlib", "uvicorn")


class _Words(TyperGroup):
    """Takes in what was typed: bytes that are no text must not keep anybody from stopping everything."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [word if os.path.lexists(word) else as_text(word) for word in args])


app = typer.Typer(
    name="socialpub",
    cls=_Words,
    help="Good stories, checked, approved by a second person, published on schedule, exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def root(ctx: typer.Context, settings: SettingsFile = Path("settings.toml")) -> None:
    """Publish a police department's good stories, safely."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    ctx.obj = Context(settings)


for _module in (
    stories,
    review,
    deliveries,
    holds,
    channels,
    connect,
    people,
    policy,
    records,
    running,
    doctor,
    demo,
):
    _module.add_to(app)
