"""A department in a temporary folder: a whole App on a spool of its own, its people, and a clock that is set.

Flow tests speak through it: `drop` a story, `turn` the crank, let `mhale` approve, look into the outbox.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from socialpub.app import App, open_app
from socialpub.desk import find
from socialpub.desk.approve import approve
from socialpub.desk.channels import add_channel
from socialpub.desk.people import actor, add_person, person_named
from socialpub.desk.seen import fingerprint
from socialpub.intake.inbox import account_name
from socialpub.model.document import parse
from socialpub.model.people import Actor, Role
from socialpub.model.states import SETTLED, DeliveryState
from socialpub.pipeline import turn
from socialpub.policy.in_force import InForce
from socialpub.settings import Department, Policies, Public, Queue, Schedule, Secrets, Settings
from socialpub.store.database import Database
from socialpub.store.schema import Delivery, Story
from tests.clock import SetClock

ROOT = Path(__file__).parent.parent
FIRST = Actor("os:owner", frozenset({Role.ADMINISTRATOR}), "first")
TEXT = "Officers helped a young resident find a lost bike on Saturday, and everybody went home happy."

#: Name and roles. `jruiz` owns the files of this test's account.
PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "jruiz": (Role.OFFICER,),
    "mhale": (Role.REVIEWER,),
    "panand": (Role.PIO,),
    "cstark": (Role.COMMANDER,),
    "adm": (Role.ADMINISTRATOR,),
}


@dataclasses.dataclass
class Town:
    app: App
    clock: SetClock

    @property
    def spool(self) -> Path:
        return self.app.spool

    @property
    def outbox(self) -> Path:
        return self.spool / "outbox"

    def who(self, name: str) -> Actor:
        with self.app.db.reading() as session:
            user = person_named(session, name)
            assert user is not None
            return actor(user, "test")

    def add_people(self) -> None:
        for name, roles in PEOPLE.items():
            owner = account_name(self.spool.stat().st_uid) if name == "jruiz" else ""
            add_person(self.app.db, FIRST, name, roles, owner)

    def add_file_channel(self, name: str = "outbox") -> str:
        url = self.outbox.as_uri()
        return add_channel(self.app.db, self.who("adm"), self.app.vault, name, "file", name, {}, url)

    def drop(
        self,
        name: str = "bike",
        photos: Mapping[str, bytes] | None = None,
        files: Mapping[str, bytes] | None = None,
        **keys: Any,
    ) -> Path:
        """Put a submission folder into the inbox, whole at once. `files`: what the keys name beside the photos."""
        folder = self.spool / "inbox" / f".{name}"
        folder.mkdir()
        for file, data in {**(photos or {}), **(files or {})}.items():
            (folder / file).write_bytes(data)
        document = {"text": TEXT, "photos": [{"file": file, "alt": ALT} for file in photos or {}], **keys}
        parse(document)  # a test that drops nonsense writes it itself
        (folder / "story.toml").write_text(_toml(document), "utf-8")
        for path in folder.iterdir():
            path.chmod(0o640)  # whatever the umask
        return folder.rename(folder.with_name(name))

    def turn(self, seconds: float = 0) -> None:
        """Let time pass, then run every stage once."""
        self.clock.advance(seconds)
        turn(self.app)

    def story(self) -> Story:
        """The newest story."""
        with self.app.db.reading() as session:
            return session.scalars(select(Story).order_by(Story.created_at.desc(), Story.id.desc()).limit(1)).one()

    def approve(self, name: str = "mhale") -> None:
        story = self.story().id
        approve(self.app.db, self.who(name), story, self.app.terms, looked_at(self.app.db, story))

    def deliveries(self) -> list[Delivery]:
        with self.app.db.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.created_at, Delivery.id)))

    def states(self) -> set[DeliveryState]:
        return {row.state for row in self.deliveries()}

    def settle(self, within: float = 120) -> float:
        """Turn until every delivery is settled; the seconds that it took by the clock."""
        start = self.clock.now
        while self.deliveries() == [] or not self.states() <= SETTLED:
            due = turn(self.app)
            assert self.clock.now - start <= timedelta(seconds=within), self.states()
            if not self.states() <= SETTLED:
                self.clock.now = max(due or self.clock.now, self.clock.now + timedelta(milliseconds=1))
        return (self.clock.now - start).total_seconds()

    def published(self) -> list[dict[str, Any]]:
        """What the outbox shows; a folder that is being written is hidden."""
        shown = [file for file in sorted(self.outbox.glob("*/*/post.json")) if not file.parent.name.startswith(".")]
        return [json.loads(file.read_text("utf-8")) for file in shown]


def looked_at(db: Database, story: str) -> str:
    """What somebody has in hand who looked at this story just now: the fingerprint of its posts."""
    with db.reading() as session:
        return fingerprint(session, find.newest(session, find.story(session, story)))


ALT = "An officer holds a blue bike beside a smiling resident."


def _toml(document: Mapping[str, Any]) -> str:
    """Just enough TOML: JSON's strings, numbers, lists and booleans are TOML's too."""
    tables = {
        key: value
        for key, value in document.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in document.items() if key not in tables and value != []]
    for key, rows in tables.items():
        for row in rows:
            lines += [f"[[{key}]]", *(f"{name} = {json.dumps(value)}" for name, value in row.items())]
    return "\n".join(lines) + "\n"


def settings(folder: Path, database: str = "", **sections: Any) -> Settings:
    """Settings of a town: its spool in `folder`, the checkout's packs, no slots and no spacing."""
    given: dict[str, Any] = {
        "department": Department(name="Port Halyard Police Department", state="MA", time_zone="America/New_York"),
        "queue": Queue(dir=folder / "queue", database=database),
        "policies": Policies(dir=ROOT / "policies"),
        "schedule": Schedule(),
        "secrets": Secrets(key_file=folder / "secret.key"),
        "public": Public(url=(folder / "public").read_text("ascii") if (folder / "public").exists() else ""),
    }
    return Settings(**{**given, **sections})


@cache
def shipped_packs(state: str) -> InForce:
    return InForce(ROOT / "policies", state)


def share_packs(app: App) -> None:
    """The checkout's packs are read once for all: that takes longer than most tests. Others stay the app's own."""
    if app.policies == ROOT / "policies":
        app.__dict__["packs"] = shipped_packs(app.settings.department.state)


@contextmanager
def town(folder: Path, database: str = "", **sections: Any) -> Iterator[Town]:
    """A town with its people and nothing else."""
    clock = SetClock()
    app = open_app(settings(folder, database, **sections), clock, alone=True)
    try:
        share_packs(app)
        app.inbox.stillness.settles = timedelta(0)  # `drop` puts whole folders there
        here = Town(app, clock)
        here.add_people()
        yield here
    finally:
        app.db.close()
