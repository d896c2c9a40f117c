"""Folders of this machine that posts are published into: where one is, whether it is still the same one, and how
something whole is put into it. Knows nothing of what lies there.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from socialpub.model.account import Account
from socialpub.platforms.contract import PUBLISH, Journal
from socialpub.platforms.trouble import Unusable, clean

#: The id of an intent that names the mark of the folder it was for.
INTENDED = "outbox"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}")


def folder_of(account: Account, example: str) -> Path:
    """The folder that the channel's base_url names, as file:///…. Raises Unusable."""
    try:
        parts = urlsplit(account.base_url)
    except ValueError:  # brackets that hold no address
        parts = urlsplit("")
    path = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not path.is_absolute() or "\0" in str(path):
        raise Unusable(
            f'channel "{account.channel}": base_url must read file:///…/{example}', "it is the folder posts go to"
        )
    return path


def a_name(*parts: str) -> None:
    """Raises Unusable for what is no plain name of one folder, e.g. one with a path in it."""
    for part in parts:
        if not _NAME.fullmatch(part):
            raise Unusable(
                f'"{clean(part)}" cannot be the name of a folder', "use letters, digits, dots, dashes; no spaces"
            )


class Mark:
    """A file in a folder with a random number: a folder that was there before is known again, and a bare mount
    point is not it.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self.folder, self._file = folder, folder / file

    def read(self) -> str:
        """The number; "" where there is none that can be read."""
        try:
            return self._file.read_text("ascii")[:100]
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return ""

    def made(self) -> str:
        """The number, made at the folder's first post."""
        if not (mark := self.read()):
            made = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}")
            try:
                put(made, secrets.token_hex(16).encode())
                made.rename(self._file)
            finally:
                made.unlink(missing_ok=True)
            sync(self.folder)
            mark = self.read()
        return mark

    def is_the_one(self, journal: Journal) -> bool:
        """Whether this is a folder posts were written to before, and the one this post was meant for."""
        mark = self.read()
        return bool(mark) and mark == (intended_in(journal) or mark)

    def elsewhere(self) -> str:
        return f"{self.folder} is not the folder that was published to before; is its disk mounted?"


def intended_in(journal: Journal) -> str:
    """The mark of the folder that an earlier attempt was about to publish into; "" if there was none."""
    return journal.recall(PUBLISH).get(INTENDED, "")


@contextmanager
def draft(folder: Path, stem: str) -> Iterator[Path]:
    """A new folder in `folder`, gone afterwards unless it was renamed; so is what a crash left of it."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{stem}.*"):  # it was never visible
        shutil.rmtree(left, ignore_errors=True)
    made = folder / f"{stem}.{secrets.token_hex(4)}"
    made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put(path: Path, data: bytes) -> None:
    """Write a new file, through to the disk."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Bring what was renamed in `folder` through to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason(error: Exception) -> str:
    """Why a file could not be read or written, without its path."""
    return clean(error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error))
