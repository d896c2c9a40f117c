"""The outbox folder: a network that writes each post into a folder of its own. For the demo, dry runs, tests.

`account.base_url` names the outbox, as file:///…/outbox. A post is a folder that is renamed into place when
it is whole: visible once by construction, and whether it is there can always be told.
"""

import json
import mimetypes
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
from socialpub.model.post import Post, encode
from socialpub.platforms.contract import PUBLISH, Journal, ReadMedia, Supplies
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.trouble import NoPhoto, Unusable, clean

#: Names the folder it lies in, at random: one that was there before is known again, and a bare mount point is not it.
_MARK = ".socialpub-outbox"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}")


def build(limits: Limits, supplies: Supplies) -> "FilePlatform":
    return FilePlatform(limits, supplies.read)


class FilePlatform:
    """Publishes by writing a folder and renaming it."""

    name = "file"

    def __init__(self, limits: Limits, read: ReadMedia) -> None:
        self.limits = limits
        self._read = read

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
            return Deferred(f"{self.limits.label}: the post could not be written: {_reason(error)}")

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
            if not _is_the_one(place.parent, journal):
                return AskAgain(_elsewhere(place.parent))
        except (Unusable, OSError) as error:
            return AskAgain(_reason(error))
        return Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        try:
            place = _place(account, receipt.remote_id)
            if place.exists():
                place.rename(_free(_retracted(place)))
                _sync(place.parent)
        except Unusable as trouble:
            return Refused(str(trouble), "Move the folder out of the outbox by hand.")
        except OSError as error:
            return Deferred(f"{self.limits.label}: the post could not be taken down: {_reason(error)}")
        return Delivered((receipt,))

    def verify(self, account: Account) -> Health:
        try:
            folder = _outbox(account)
        except Unusable as trouble:
            return Health(alive=False, says=str(trouble), remedy='Set base_url = "file:///…/outbox".')
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return Health(alive=True, says=f"posts are written to {folder}")
        return Health(alive=False, says=f"{there} cannot be written to", remedy="Give the daemon's user this folder.")

    def _send(self, post: Post, account: Account, journal: Journal) -> Outcome:
        place = _place(account, journal.key)
        if place.exists():
            return Delivered((_receipt(place),))
        if _retracted(place).exists():
            return Refused("this post was published and taken down", "Dispatch the story again as a new post.")
        if _intended_in(journal) and not _is_the_one(place.parent, journal):
            return Deferred(_elsewhere(place.parent), scope=Scope.CHANNEL, needs_person=True)
        with _draft(place) as draft:
            self._write(draft, post, journal)
            return _publish(draft, place, journal)

    def _write(self, draft: Path, post: Post, journal: Journal) -> None:
        """Everything that was approved, synced to disk."""
        crash.point("file.write.before")
        whole = {"post": encode(post), "key": journal.key}
        _put(draft / "post.json", json.dumps(whole, ensure_ascii=False, indent=1).encode())
        _put(draft / "text.txt", post.text.encode())
        for number, item in enumerate(post.media, 1):
            suffix = mimetypes.guess_extension(item.mime) or ".bin"
            _put(draft / f"photo-{number}{suffix}", photo(self._read, item, number))
        _put(draft / "README.txt", _explanation(post).encode())
        _sync(draft)
        crash.point("file.write.after")


def _publish(draft: Path, place: Path, journal: Journal) -> Outcome:
    """The visible step: one rename."""
    receipt = _receipt(place)
    journal.about_to_publish(folder=place.name, outbox=_marked(place.parent))
    crash.point("file.publish.before")
    try:
        draft.rename(place)
    except OSError as error:
        if place.exists():
            return Delivered((receipt,))
        return Deferred(f"the post could not be moved into the outbox: {_reason(error)}")
    try:
        _sync(place.parent)
    except OSError as error:
        return Unconfirmed(f"the outbox could not be synced to disk: {_reason(error)}")
    crash.point("file.publish.after")
    return Delivered((receipt,))


def _outbox(account: Account) -> Path:
    parts = urlsplit(account.base_url)
    path = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not path.is_absolute():
        raise Unusable(f'channel "{account.channel}": base_url must read file:///…/outbox')
    return path


def _place(account: Account, name: str) -> Path:
    """Where the post `name` of this channel stands or would. Raises Unusable for a name with a path in it."""
    for part in (account.channel, name):
        if not _NAME.fullmatch(part):
            raise Unusable(f'"{clean(part)}" cannot be the name of a folder')
    return _outbox(account) / account.channel / name


def _marked(folder: Path) -> str:
    """The mark of the channel's folder, made at its first post."""
    if not (mark := _mark(folder)):
        made = folder / f"{_MARK}.{secrets.token_hex(4)}"
        try:
            _put(made, secrets.token_hex(16).encode())
            made.rename(folder / _MARK)
        finally:
            made.unlink(missing_ok=True)
        _sync(folder)
        mark = _mark(folder)
    return mark


def _mark(folder: Path) -> str:
    try:
        return (folder / _MARK).read_text("ascii")[:100]
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return ""


def _intended_in(journal: Journal) -> str:
    """The mark of the folder that an earlier attempt was about to publish into; "" if there was none."""
    return journal.recall(PUBLISH).get("outbox", "")


def _is_the_one(folder: Path, journal: Journal) -> bool:
    """Whether this is a folder posts were written to before, and the one this post was meant for."""
    mark = _mark(folder)
    return bool(mark) and mark == (_intended_in(journal) or mark)


def _elsewhere(folder: Path) -> str:
    return f"{folder} is not the folder that was published to before; is its disk mounted?"


def _retracted(place: Path) -> Path:
    return place.with_name(place.name + ".retracted")


def _free(path: Path) -> Path:
    """`path`, or a name beside it nobody has: what was taken down once is never overwritten."""
    return path if not path.exists() else path.with_name(f"{path.name}.{secrets.token_hex(4)}")


@contextmanager
def _draft(place: Path) -> Iterator[Path]:
    """A folder beside `place` that is gone afterwards unless it was renamed. Dotted names are never posts."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f".{place.name}.*"):  # a crash left it; it was never visible
        shutil.rmtree(left, ignore_errors=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _receipt(place: Path) -> Receipt:
    return Receipt(place.name, place.resolve().as_uri())


def _explanation(post: Post) -> str:
    alts = "".join(f"\nphoto-{number}: {item.alt or '(no alt text)'}" for number, item in enumerate(post.media, 1))
    return (
        "This folder is one post of the outbox network: what a real network would have shown.\n"
        "text.txt is its text, post.json is everything that was approved.\n" + alts
    )


def _reason(error: Exception) -> str:
    return clean(error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error))
