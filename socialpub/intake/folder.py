"""Reads one submission folder: story.toml and the files it names. Trusts no name, no type, no size, no link."""

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path

from socialpub.desk.declined import Declined
from socialpub.desk.submit import KeptFile, files_named, plain_name
from socialpub.media.refusal import MediaRefused
from socialpub.media.shelf import Shelf
from socialpub.model.document import DocumentError, StoryDocument, parse

STORY = "story.toml"
_MOST_BYTES_OF_WORDS = 256 * 1024
_MOST_FILES = 60
_MOST_BYTES = 400 * 1024 * 1024  # all files of one submission together
#: tomllib takes time by the square of a dotted key's parts; nobody writes fifty of them.
_DEEP_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")


class Unreadable(Exception):  # noqa: N818  an answer to its sender
    """The folder cannot be taken; the message says why and what to change."""


@dataclass(frozen=True, slots=True)
class Arrival:
    document: StoryDocument
    files: tuple[KeptFile, ...]


def read_folder(folder: Path, shelf: Shelf) -> Arrival:
    """The story in `folder`, its files safely kept. Raises Unreadable; changes nothing in the folder."""
    _check_folder(folder)
    document = read_document(folder / STORY)
    try:
        return Arrival(document, keep_files(folder, document, shelf))
    except (Declined, MediaRefused) as refusal:
        raise Unreadable(str(refusal)) from None


def _check_folder(folder: Path) -> None:
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise Unreadable("this is not a folder; put story.toml and the photos into a folder of their own")
    sizes = []
    with os.scandir(folder) as entries:
        for entry in entries:
            sizes.append(entry.stat(follow_symlinks=False).st_size)
            if len(sizes) > _MOST_FILES:
                raise Unreadable(f"there are more than {_MOST_FILES} files; send one story per folder")
    if sum(sizes) > _MOST_BYTES:
        raise Unreadable(f"the files together are over {_MOST_BYTES // 2**20} MB; send fewer or smaller photos")


def read_document(path: Path) -> StoryDocument:
    """The document in a story.toml. Raises Unreadable."""
    return document_in(_words(path), path.name)


def document_in(words: str, name: str) -> StoryDocument:
    """The document in these words of a file called `name`. Raises Unreadable."""
    if _DEEP_KEY.search(words):
        raise Unreadable(f"{name} is nested too deeply")
    try:
        return parse(tomllib.loads(words))
    except DocumentError as error:
        raise Unreadable(f"{name}: {error}") from None
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply") from None
    except ValueError as error:  # not only TOMLDecodeError: a number of 5000 digits is a plain one
        raise Unreadable(f"{name} is not valid TOML: {error}") from None


def _words(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}; a submission needs a story.toml") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable(f"{path.name} is not a plain file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(_MOST_BYTES_OF_WORDS + 1)
    finally:
        os.close(descriptor)
    if len(data) > _MOST_BYTES_OF_WORDS:
        raise Unreadable(f"{path.name} is over {_MOST_BYTES_OF_WORDS // 1024} kB; a story is a few words")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} is not UTF-8 text; save it as UTF-8") from None


def keep_files(folder: Path, document: StoryDocument, shelf: Shelf) -> tuple[KeptFile, ...]:
    """Put every file that the document names onto the shelf. Raises Declined or MediaRefused."""
    return tuple(_keep(folder, shelf, *named) for named in files_named(document))


def _keep(folder: Path, shelf: Shelf, kind: str, position: int, name: str) -> KeptFile:
    path = folder / plain_name(name)
    try:
        if kind == "release":
            return KeptFile(kind, position, shelf.evidence(path), size=path.lstat().st_size, name=name)
        kept = shelf.keep_original(path)
    except FileNotFoundError:
        raise Declined(f'there is no "{name}" in the folder, but the story names it') from None
    except MediaRefused as refusal:
        raise Declined(f'"{name}": {refusal}') from None
    return KeptFile(kind, position, kept.sha256, kept.mime, kept.width, kept.height, kept.size, name)
