"""Reads one submission folder: story.toml and the files it names. Trusts no name, no type, no size, no link."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from socialpub.desk.declined import Declined
from socialpub.desk.submit import KeptFile, files_named, plain_name
from socialpub.intake.opened import NotTaken, OpenFolder, any_file, file_in, file_of, opened
from socialpub.media.refusal import MediaRefused
from socialpub.media.shelf import Shelf
from socialpub.media.video.facts import Film
from socialpub.model.document import DocumentError, StoryDocument, parse

STORY = "story.toml"
_MOST_BYTES_OF_WORDS = 256 * 1024
#: tomllib takes time by the square of a dotted key's parts; nobody writes fifty of them.
_DEEP_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")


@dataclass(frozen=True, slots=True)
class Arrival:
    document: StoryDocument
    files: tuple[KeptFile, ...]


def read_folder(path: Path, shelf: Shelf, owner: int | None = None) -> Arrival:
    """The story in the folder at `path`, its files safely kept. `owner`: the user id that it must belong to.

    Raises NotTaken; changes nothing in the folder.
    """
    with opened(path, owner) as folder:
        document = document_of(folder)
        try:
            return Arrival(document, keep_files(folder, document, shelf))
        except Declined as refusal:
            raise NotTaken(str(refusal)) from None


def document_of(folder: OpenFolder) -> StoryDocument:
    """The document in the folder's story.toml. Raises NotTaken."""
    with file_in(folder, STORY) as descriptor:
        return document_in(_words(descriptor, STORY), STORY)


def read_document(path: Path) -> StoryDocument:
    """The document in a file, whoever wrote it. For looking only. Raises NotTaken."""
    with any_file(path) as descriptor:
        return document_in(_words(descriptor, path.name), path.name)


def read_own_document(path: Path, owner: int | None) -> StoryDocument:
    """The document in a file that belongs to `owner`. Raises NotTaken."""
    with file_of(path, owner) as descriptor:
        return document_in(_words(descriptor, path.name), path.name)


def document_in(words: str, name: str) -> StoryDocument:
    """The document in these words of a file called `name`. Raises NotTaken."""
    if _DEEP_KEY.search(words):
        raise NotTaken(f"{name} is nested too deeply; write it as docs/stories.md shows")
    try:
        return parse(tomllib.loads(words))
    except DocumentError as error:
        raise NotTaken(f"{name}: {error}") from None
    except RecursionError:
        raise NotTaken(f"{name} is nested too deeply; write it as docs/stories.md shows") from None
    except ValueError as error:  # not only TOMLDecodeError: a number of 5000 digits is a plain one
        raise NotTaken(f"{name} is not valid TOML: {error}; mend that place") from None


def _words(descriptor: int, name: str) -> str:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        data = file.read(_MOST_BYTES_OF_WORDS + 1)
    if len(data) > _MOST_BYTES_OF_WORDS:
        raise NotTaken(f"{name} is over {_MOST_BYTES_OF_WORDS // 1024} kB; a story is a few words")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotTaken(f"{name} is not UTF-8 text; save it as UTF-8") from None


def keep_files(folder: OpenFolder, document: StoryDocument, shelf: Shelf) -> tuple[KeptFile, ...]:
    """Put every file that the document names onto the shelf. Raises NotTaken or Declined."""
    lasts: dict[int, float] = {}  # seconds of each video: its captions are named after it
    return tuple(_keep(folder, shelf, lasts, *named) for named in files_named(document))


def _keep(folder: OpenFolder, shelf: Shelf, lasts: dict[int, float], kind: str, position: int, name: str) -> KeptFile:
    with file_in(folder, plain_name(name)) as descriptor:
        try:
            if kind == "release":
                size = os.fstat(descriptor).st_size
                return KeptFile(kind, position, shelf.evidence(descriptor), size=size, name=name)
            if kind == "captions":
                sha256, size = shelf.keep_captions(descriptor, lasts[position])
                return KeptFile(kind, position, sha256, "text/plain", size=size, name=name)
            kept = shelf.keep_video(descriptor) if kind == "video" else shelf.keep_original(descriptor)
        except MediaRefused as refusal:
            raise NotTaken(f'"{name}": {refusal}') from None
    if isinstance(kept, Film):
        lasts[position] = kept.facts.seconds
    return KeptFile(kind, position, kept.sha256, kept.mime, kept.width, kept.height, kept.size, name)
