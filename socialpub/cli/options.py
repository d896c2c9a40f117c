"""What the commands share: the context they are given, and the options that many of them take."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from socialpub.app import App, open_app, policies_folder, utc_now
from socialpub.cli.acting import reader
from socialpub.model.limits import PaceLimits
from socialpub.schedule import slots
from socialpub.settings import Settings, SettingsError, load
from socialpub.spool import NoSpool


@dataclass
class Context:
    """What every command shares; nothing is opened before it is asked for."""

    path: Path

    @cached_property
    def settings(self) -> Settings:
        settings = load(self.path)
        try:
            slots.rules(settings.schedule, settings.department.zone, PaceLimits())
        except slots.ScheduleError as error:  # now, not in the night when the first post is planned
            raise SettingsError(f"{error} [SP007]") from None
        return settings

    @property
    def policies(self) -> Path:
        return policies_folder(self.settings)

    @property
    def today(self) -> date:
        return utc_now().astimezone(self.settings.department.zone).date()

    @cached_property
    def app(self) -> App:
        return open_app(self.settings)

    @cached_property
    def reading(self) -> App:
        """The app, for a verb that only looks: for whom is known here, and at a spool that is there already."""
        spool = self.settings.queue.dir
        if not (spool / "inbox").is_dir():
            raise NoSpool(spool, self.path)
        reader(self.app)
        return self.app


def as_text(word: str) -> str:
    """`word` as text: what the terminal sent that is no UTF-8 becomes "�"."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


SettingsFile = Annotated[
    Path, typer.Option("--settings", envvar="SOCIALPUB_SETTINGS", help="the settings file", metavar="FILE")
]
Json = Annotated[bool, typer.Option("--json", help="one JSON value instead of words")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="act as somebody; for root and the owner only")]
Because = Annotated[
    str, typer.Option("--because", metavar="TEXT", help="the reason, for the records", callback=as_text)
]
