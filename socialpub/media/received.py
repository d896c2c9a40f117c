"""Opens a file that somebody sent: a regular file of a sane size and nothing else. It reads no pixel."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

from socialpub.media.refusal import MediaRefused

#: Twice the largest 100-megapixel phone photo seen; a video does not fit.
MAX_BYTES: Final = 40_000_000

_AGAIN = "send the photo again as a file of its own"

#: O_NONBLOCK so that a named pipe cannot make us wait; O_NOFOLLOW guards the last part of the path only.
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def received(source: Path | int, *, max_bytes: int = MAX_BYTES) -> Iterator[BufferedReader]:
    """The file at a path, open for reading. Raises MediaRefused; never follows a link, never waits.

    `source` may be the descriptor of a file that somebody opened and judged already; it stays theirs.
    """
    descriptor = os.dup(source) if isinstance(source, int) else _descriptor(source)
    try:
        _refuse_unless_plain(os.fstat(descriptor), max_bytes)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(descriptor)


def _descriptor(path: Path) -> int:
    try:
        return os.open(path, _FLAGS)
    except ValueError:
        raise MediaRefused("the file's name cannot be used", "rename it and send it again") from None
    except OSError as error:
        raise _in_words(error) from None


def _in_words(error: OSError) -> MediaRefused:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return MediaRefused("the file is not there", "send it together with the story")
    if error.errno == errno.ELOOP:
        return MediaRefused("this is a link to another file", _AGAIN)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return MediaRefused("the file may not be read", "give the socialpub account leave to read it")
    if error.errno in {errno.ENAMETOOLONG, errno.ENXIO, errno.EINVAL}:
        return MediaRefused("this is not a plain file", _AGAIN)
    raise error  # our own trouble (no descriptors left, a failing disk), not the sender's


def _refuse_unless_plain(found: os.stat_result, max_bytes: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise MediaRefused("this is a folder", _AGAIN)
    if not stat.S_ISREG(found.st_mode):
        raise MediaRefused("this is not a plain file", _AGAIN)
    if found.st_size > max_bytes:
        size, most = found.st_size / 1e6, max_bytes / 1e6
        raise MediaRefused(f"the file has {size:.0f} MB and the most is {most:.0f} MB", "send it at a smaller size")
