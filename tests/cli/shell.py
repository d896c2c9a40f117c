"""The command line in this process: what a person would type, and what they would read."""

import contextlib
import io
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from socialpub.cli.answers import answered
from socialpub.cli.root import app
from tests.town import ROOT

ME_AS = "--as"


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """An installation of its own: a settings file, and whatever the commands make beside it."""

    folder: Path

    @property
    def spool(self) -> Path:
        return self.folder / "queue"

    def settle(self, toml: str = "") -> None:
        department = (
            '[department]\nname = "Port Halyard Police Department"\nstate = "MA"\ntime_zone = "America/New_York"\n'
        )
        policies = f'[policies]\ndir = "{ROOT / "policies"}"\n'
        (self.folder / "settings.toml").write_text(department + policies + toml, "utf-8")

    def __call__(self, *words: str | Path, settings: str = "settings.toml") -> Answer:
        line = ["--settings", str(self.folder / settings), *map(str, words)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = answered(partial(app, line))
        return Answer(code, out.getvalue(), err.getvalue())

    def yes(self, *words: str | Path) -> Answer:
        """The same, where nothing else than yes is expected."""
        answer = self(*words)
        assert answer.code == 0, answer
        return answer

    def story(
        self, name: str = "bike", toml: str = 'text = "Officers found a lost bike and brought it home."'
    ) -> Path:
        """A story's folder, ready to submit."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "story.toml").write_text(toml, "utf-8")
        return folder

    def people(self) -> None:
        """An administrator first, as the owner of the spool; then the others."""
        self.yes("user", "add", "adm", "--role", "administrator")
        for name, role in (("jruiz", "officer"), ("mhale", "reviewer"), ("panand", "pio"), ("cstark", "commander")):
            self.yes("user", "add", name, "--role", role, ME_AS, "adm")

    def outbox(self) -> None:
        url = (self.spool / "outbox").as_uri()
        line = ("--platform", "file", "--account", "outbox", "--base-url", url, ME_AS, "adm")
        self.yes("channel", "add", "outbox", *line)

    def approved(self, story: str, by: str = "mhale") -> Answer:
        """Look at it, then say yes to what was seen."""
        seen = self.yes("show", story, "--json").json["fingerprint"]
        return self.yes("approve", story, "--seen", seen, ME_AS, by)

    def approved_after_waiving(self, story: str) -> str:
        """The answer to an approval, once every open finding was set aside or answered."""
        data = self.yes("show", story, "--json").json
        for each in data["findings"]:
            if each["level"] == "attest":
                self.yes("attest", story, str(each["number"]), "--answer", "I asked", ME_AS, "jruiz")
            for who in {"block": ("mhale", "panand"), "warn": ("panand",)}.get(each["level"], ()):
                self.yes("waive", story, str(each["number"]), "--because", "fine", ME_AS, who)
        return self.approved(story).out

    def submitted(self, **more: str) -> str:
        """The id of a story in review."""
        done = self.yes("submit", self.story(**more), ME_AS, "jruiz", "--json").json
        self.yes("run", "--once")
        return str(done["story"])
