"""The outbox folder: a network that writes each post into a folder of its own. For the demo, dry runs, tests.

`account.base_url` names the outbox, as file:///…/outbox. A post is a folder that is renamed into place when
it is whole: visible once by construction, and whether it is there can always be told.
"""

import json
import mimetypes
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from socialpub import crash
from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
from socialpub.model.outcome import (
    Absent,
    Answer,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
    Scope,
    Unconfirmed,
)
from socialpub.model.post import Media, Post, encode
from socialpub.platforms.contract import Journal, Supplies
from socialpub.platforms.file_video import write_video
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.folder import INTENDED, Mark, a_name, draft, folder_of, intended_in, put, reason, sync
from socialpub.platforms.trouble import NoPhoto, Unusable

_ANY = "post"


def build(limits: Limits, supplies: Supplies) -> "FilePlatform":
    return FilePlatform(limits, supplies)


class FilePlatform:
    """Publishes by writing a folder and renaming it."""

    name = "file"

    def __init__(self, limits: Limits, supplies: Supplies) -> None:
        self.limits = limits
        self._supplies = supplies

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits):
            return refused
        try:
            return self._send(post, account, journal)
        except Unusable as trouble:
            return Deferred(f"{self.limits.label}: {trouble}", scope=Scope.CHANNEL, needs_person=True)
        except NoPhoto as trouble:
            return Deferred(f"{self.limits.label}: {trouble}", needs_person=True)
        except OSError as error:
            return Deferred(f"{self.limits.label}: the post could not be written: {reason(error)}")

    def find(
        self,
        post: Post,  # noqa: ARG002  the key tells; the words need not
        account: Account,
        journal: Journal,
        since: datetime,  # noqa: ARG002  likewise
    ) -> Answer:
        try:
            place = _place(account, journal.key)
            if place.exists():
                return Found((_receipt(place),))
            if _retracted(place).exists():
                return CannotTell(f"{place.name} was published and has been taken down since")
            mark = _mark(place.parent)
            if not mark.is_the_one(journal):
                return AskAgain(mark.elsewhere())
        except (Unusable, OSError) as error:
            return AskAgain(reason(error))
        return Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        try:
            place = _place(account, receipt.remote_id)
            if place.exists():
                place.rename(_free(_retracted(place)))
                sync(place.parent)
        except Unusable as trouble:
            return Refused(str(trouble), "Move the folder out of the outbox by hand.")
        except OSError as error:
            return Deferred(f"{self.limits.label}: the post could not be taken down: {reason(error)}")
        return Delivered((receipt,))

    def verify(self, account: Account) -> Health:
        try:
            folder = _place(account, _ANY).parent.parent
        except Unusable as trouble:
            return Health(alive=False, says=trouble.says, remedy=trouble.remedy, unusable=True)
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return Health(alive=True, says=f"posts are written to {folder}")
        remedy = "Give the daemon's user this folder."
        return Health(alive=False, says=f"{there} cannot be written to", remedy=remedy, unusable=not there.is_dir())

    def _send(self, post: Post, account: Account, journal: Journal) -> Outcome:
        place = _place(account, journal.key)
        if place.exists():
            return Delivered((_receipt(place),))
        if _retracted(place).exists():
            return Refused("this post was published and taken down", "Dispatch the story again as a new post.")
        mark = _mark(place.parent)
        if intended_in(journal) and not mark.is_the_one(journal):
            return Deferred(mark.elsewhere(), scope=Scope.CHANNEL, needs_person=True)
        with draft(place.parent, f".{place.name}") as made:  # dotted names are never posts
            self._write(made, post, journal)
            return _publish(made, place, journal)

    def _write(self, made: Path, post: Post, journal: Journal) -> None:
        """Everything that was approved, synced to disk."""
        crash.point("file.write.before")
        whole = {"post": encode(post), "key": journal.key}
        put(made / "post.json", json.dumps(whole, ensure_ascii=False, indent=1).encode())
        put(made / "text.txt", post.text.encode())
        for name, item, number in _named(post):
            if item.mime.startswith("video/"):
                write_video(self._supplies, made / name, item, number, self.limits.videos)
            else:
                put(made / name, photo(self._supplies.read, item, number))
        put(made / "README.txt", _explanation(post).encode())
        sync(made)
        crash.point("file.write.after")


def _named(post: Post) -> Iterator[tuple[str, Media, int]]:
    """What each file of the post is called in its folder; photos and videos are counted each for themselves."""
    counted = {"photo": 0, "video": 0}
    for item in post.media:
        kind = "video" if item.mime.startswith("video/") else "photo"
        counted[kind] += 1
        yield f"{kind}-{counted[kind]}{mimetypes.guess_extension(item.mime) or '.bin'}", item, counted[kind]


def _publish(made: Path, place: Path, journal: Journal) -> Outcome:
    """The visible step: one rename."""
    receipt = _receipt(place)
    journal.about_to_publish(folder=place.name, **{INTENDED: _mark(place.parent).made()})
    crash.point("file.publish.before")
    try:
        made.rename(place)
    except OSError as error:
        if place.exists():
            return Delivered((receipt,))
        return Deferred(f"the post could not be moved into the outbox: {reason(error)}")
    try:
        sync(place.parent)
    except OSError as error:
        return Unconfirmed(f"the outbox could not be synced to disk: {reason(error)}")
    crash.point("file.publish.after")
    return Delivered((receipt,))


def _place(account: Account, name: str) -> Path:
    """Where the post `name` of this channel stands or would. Raises Unusable for a name with a path in it."""
    a_name(account.channel, name)
    return folder_of(account, "outbox") / account.channel / name


def _mark(folder: Path) -> Mark:
    return Mark(folder, ".socialpub-outbox")


def _retracted(place: Path) -> Path:
    return place.with_name(place.name + ".retracted")


def _free(path: Path) -> Path:
    """`path`, or a name beside it nobody has: what was taken down once is never overwritten."""
    return path if not path.exists() else path.with_name(f"{path.name}.{secrets.token_hex(4)}")


def _receipt(place: Path) -> Receipt:
    return Receipt(place.name, place.resolve().as_uri())


def _explanation(post: Post) -> str:
    alts = "".join(f"\n{Path(name).stem}: {item.alt or '(no alt text)'}" for name, item, _ in _named(post))
    return (
        "This folder is one post of the outbox network: what a real network would have shown.\n"
        "text.txt is its text, post.json is everything that was approved.\n" + alts
    )
