"""A submission folder held open: its files are opened inside it and judged by what was opened, never by a name.

A story is told by the owner of its files, so nobody else may have had a hand in them. Refused are:

- a file of another owner: somebody put it into a colleague's folder;
- a file that the group or others may write: somebody may have written over the owner's words in place. The
  group's bits are also the mask of an ACL (acl(5)), so no entry of one gives more than they say;
- a file with a second name: a hard link may be any file of the owner's, put here by somebody else;
- a folder that others may write to.

The group may write to the folder itself, because the daemon could not move it away otherwise (rename(2)). Whoever
adds or swaps a file in it leaves one of their own, or a link, and both are refused.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: O_NONBLOCK so that a pipe cannot make us wait.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

_MOST_FILES = 60
_MOST_BYTES = 1100 * 1024 * 1024  # all files of one submission together

_IN_WORDS = {
    errno.ENOENT: "is not in the folder; a story needs it",
    errno.ELOOP: "is a link to another file; send the file itself",
    errno.ENXIO: "is not a plain file; put the file itself there",
    errno.ENAMETOOLONG: "has a name that is too long; rename it",
}


class NotTaken(Exception):  # noqa: N818  an answer to its sender
    """The story cannot be taken; the message says why and what to change."""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    descriptor: int
    owner: int  # user id
    which: tuple[int, int]  # this very folder, and no later one of the same name


@contextmanager
def opened(path: Path, owner: int | None = None) -> Iterator[OpenFolder]:
    """The folder at `path`, judged, whose files all belong to its owner. `owner`: a user id it must have.

    Raises NotTaken, and OSError for the machine's own trouble.
    """
    descriptor = _folder(path)
    try:
        found = os.fstat(descriptor)
        _refuse_foreign("the folder", found.st_uid, owner)
        if found.st_mode & stat.S_IWOTH:
            raise NotTaken("everybody may write to the folder, so nobody knows who wrote it; type: chmod o-w FOLDER")
        _check_entries(descriptor, found.st_uid)
        yield OpenFolder(descriptor, found.st_uid, (found.st_dev, found.st_ino))
    finally:
        os.close(descriptor)


def _folder(path: Path) -> int:
    try:
        return os.open(path, _FOLDER)
    except OSError as error:
        if error.errno in {errno.ENOTDIR, errno.ELOOP}:
            raise NotTaken("this is not a folder; put story.toml and the photos into a folder of their own") from None
        raise


def _check_entries(descriptor: int, owner: int) -> None:
    total = 0
    with os.scandir(descriptor) as entries:
        for number, entry in enumerate(entries, start=1):
            if number > _MOST_FILES:
                raise NotTaken(f"there are more than {_MOST_FILES} files; send one story per folder")
            found = os.stat(entry.name, dir_fd=descriptor, follow_symlinks=False)
            if found.st_uid != owner:
                raise NotTaken(f'"{entry.name}" belongs to another account than the folder; one person sends a story')
            total += found.st_size
    if total > _MOST_BYTES:
        raise NotTaken(f"the files together are over {_MOST_BYTES // 2**20} MB; send fewer or smaller files")


def names_in(folder: OpenFolder) -> set[str]:
    """Everything that lies in the folder."""
    with os.scandir(folder.descriptor) as entries:
        return {entry.name for entry in entries}


@contextmanager
def file_in(folder: OpenFolder, name: str) -> Iterator[int]:
    """The descriptor of a plain file of the folder's owner, at its start. Raises NotTaken. `name` is no path."""
    with _file(name, name, folder.descriptor) as descriptor:
        _judge(name, os.fstat(descriptor), folder.owner)
        yield descriptor


@contextmanager
def file_of(path: Path, owner: int | None) -> Iterator[int]:
    """The same for a file by itself; `owner`: whose it must be, where that matters."""
    with _file(path, path.name, None) as descriptor:
        _judge(path.name, os.fstat(descriptor), owner)
        yield descriptor


@contextmanager
def any_file(path: Path) -> Iterator[int]:
    """A plain file, whoever wrote it: for looking only, in nobody's name."""
    with _file(path, path.name, None) as descriptor:
        _refuse_odd(path.name, os.fstat(descriptor))
        yield descriptor


@contextmanager
def _file(path: str | Path, name: str, inside: int | None) -> Iterator[int]:
    try:
        descriptor = os.open(path, _FILE, dir_fd=inside)
    except ValueError:
        raise NotTaken(f'"{name}" is a name that cannot be used; rename the file') from None
    except OSError as error:
        raise _in_words(name, error) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _in_words(name: str, error: OSError) -> Exception:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return NotTaken(f'"{name}" may not be read ({error.strerror}); let the group read it: chmod g+r')
    known = _IN_WORDS.get(error.errno or 0)
    return NotTaken(f'"{name}" {known}') if known else error  # else our own trouble: the disk, no descriptors left


def _judge(name: str, found: os.stat_result, owner: int | None) -> None:
    _refuse_odd(name, found)
    _refuse_foreign(f'"{name}"', found.st_uid, owner)
    if found.st_mode & _OTHERS_WRITE:
        raise NotTaken(
            f'others than its owner may write to "{name}", so nobody knows who wrote it; read it again, then let '
            "nobody else write to it: chmod go-w (on a share: create mask 0640)"
        )
    if found.st_nlink != 1:
        raise NotTaken(f'"{name}" has a second name somewhere (a hard link); send a copy of its own')


def _refuse_odd(name: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotTaken(f'"{name}" is not a plain file; put the file itself there')


def _refuse_foreign(what: str, uid: int, owner: int | None) -> None:
    if owner is not None and uid != owner:
        raise NotTaken(f"{what} belongs to another account; send only what is your own")
