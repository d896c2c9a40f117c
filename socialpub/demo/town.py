"""Sets the demo up: its people and its channels, through the verbs of the desk, and the stories into the inbox."""

import os
import shutil
from pathlib import Path

from socialpub.app import App
from socialpub.demo.cast import ADMINISTRATOR, OFFICER, PEOPLE, STORIES
from socialpub.desk.channels import add_channel
from socialpub.desk.people import actor, add_person, person_named
from socialpub.intake.inbox import account_name
from socialpub.model.people import Actor, Role
from socialpub.sandbox.handle import Sandbox

#: The channel and the network that write into a folder.
OUTBOX, FOLDERS = "outbox", "file"


def who(app: App, name: str) -> Actor:
    """The person of this name, as the store knows them."""
    with app.db.reading() as session:
        person = person_named(session, name)
        if person is None:
            raise LookupError(f"{name} was not added")
        return actor(person, "demo")


def add_people(app: App) -> None:
    """The first administrator comes with the machine; all others are added by that person."""
    by = Actor(f"os:{_account()}", frozenset({Role.ADMINISTRATOR}), "first")
    for name, role in PEOPLE.items():
        add_person(app.db, by, name, [role], _account() if name == OFFICER else "")
        by = who(app, ADMINISTRATOR)


def add_channels(app: App, sandbox: Sandbox) -> list[str]:
    """A folder, and one account on each network of the sandbox; gives the channels' names."""
    by = who(app, ADMINISTRATOR)
    outbox = (app.spool / "outbox").as_uri()
    add_channel(app.db, by, app.vault, OUTBOX, FOLDERS, OUTBOX, {}, outbox)
    networks = sorted(sandbox.accounts())
    for network in networks:
        account, credentials = sandbox.sign_in(network)
        add_channel(app.db, by, app.vault, network, network, account, credentials, sandbox.url)
    return [OUTBOX, *networks]


def drop(app: App, story: Path) -> None:
    """Put a submission into the inbox: under a name with a dot while it is copied, whole under its own."""
    arriving = app.spool / "inbox" / f".{story.name}"
    shutil.copytree(story, arriving, copy_function=_copy)
    arriving.rename(arriving.with_name(story.name))


def _copy(source: str, to: str) -> None:
    shutil.copyfile(source, to)
    Path(to).chmod(0o640)  # whatever the umask: what others may write to is refused


def stories() -> list[Path]:
    """The story folders of the package, in the order of their names."""
    return sorted(folder for folder in STORIES.iterdir() if (folder / "story.toml").is_file())


def _account() -> str:
    return account_name(os.getuid())
