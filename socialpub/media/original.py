"""Looks at a photo as it arrived: is it one, is it whole, how large is it. It changes and keeps nothing."""

import hashlib
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

from socialpub.media.decode import loaded, opened, turn_of, upright_size
from socialpub.media.fit import Size
from socialpub.media.received import received
from socialpub.media.sniff import HEAD_BYTES, JPEG, sniff

#: A JPEG is decoded at an eighth to prove it whole: every coded byte is read, few pixels are made.
_SMALLEST: Final[Size] = (1, 1)


@dataclass(frozen=True, slots=True)
class Original:
    """A photo as received. Width and height: pixels, as a person sees it. Size: bytes."""

    sha256: str
    mime: str
    width: int
    height: int
    size: int


def examine(path: Path) -> Original:
    """The photo at `path`, decoded in this process. Raises MediaRefused. See `apart.examine`."""
    with received(path) as file:
        return examine_open(file)


def examine_open(file: BufferedReader) -> Original:
    """The same for a file that `received` has opened, read from its start."""
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    mime = sniff_open(file)
    photo = opened(file, mime)
    said = photo.size
    turn = turn_of(loaded(photo, _SMALLEST))
    width, height = upright_size(said if mime == JPEG else photo.size, turn)
    return Original(sha256, mime, width, height, size)


def sniff_open(file: BufferedReader) -> str:
    """The type by the first bytes; the file stands at its start again."""
    file.seek(0)
    mime = sniff(file.read(HEAD_BYTES))
    file.seek(0)
    return mime
