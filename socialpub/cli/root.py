"""The commands, put together. Each lives in the file of its noun; the app is opened on first use."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from socialpub.app import App, open_app, policies_folder, utc_now
from socialpub.settings import Settings, load

app = typer.Typer(
    name="socialpub",
    help="Good stories, checked, approved by a second person, published on schedule, exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass
class Context:
    """What every command shares; nothing is opened before it is asked for."""

    path: Path

    @cached_property
    def settings(self) -> Settings:
        return load(self.path)

    @property
    def policies(self) -> Path:
        return policies_folder(self.settings)

    @property
    def today(self) -> date:
        return utc_now().astimezone(self.settings.department.zone).date()

    @cached_property
    def app(self) -> App:
        return open_app(self.settings)


SettingsFile = Annotated[
    Path, typer.Option("--settings", envvar="SOCIALPUB_SETTINGS", help="the settings file", metavar="FILE")
]
Json = Annotated[bool, typer.Option("--json", help="one JSON value instead of words")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="act as somebody; for root and the owner only")]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="the reason, for the records")]


@app.callback()
def root(ctx: typer.Context, settings: SettingsFile = Path("settings.toml")) -> None:
    """Publish a police department's good stories, safely."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in (
        "apscheduler",
        "alembic",
        "tweepy",
        "urllib3",
        "facebook",
        "oauthlib",
        "requests_oauthlib",
        "uvicorn",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    ctx.obj = Context(settings)


from socialpub.cli import channels, deliveries, demo, people, policy, records, review, running, stories  # noqa: E402

for _module in (stories, review, deliveries, channels, people, policy, records, running, demo):
    _module.add_to(app)
