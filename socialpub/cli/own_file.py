"""Reads a small file that holds credentials: a plain one, and nobody's but its owner's. It keeps nothing."""

import os
import stat
from pathlib import Path

from socialpub.desk.declined import Declined

MOST_BYTES = 64 * 1024
_OTHERS_READ = stat.S_IRGRP | stat.S_IROTH


def read(path: Path) -> bytes:
    """The bytes of the file. Raises Declined: no plain file, over 64 kB, or others may read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Declined(f"{path}: the credentials cannot be read: {error.strerror}; check the path") from None
    try:
        _refuse_odd(path, os.fstat(descriptor).st_mode)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        raise Declined(f"{path} is over {MOST_BYTES // 1024} kB; credentials are a few lines. Name the right file")
    return data


def _refuse_odd(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise Declined(f"{path} is no plain file; name the file that holds the credentials")
    if mode & _OTHERS_READ:
        raise Declined(
            f"{path}: others than its owner may read it, so they may know the credentials. First: chmod 600 {path}; "
            "who may have read it could use them, so consider new ones"
        )
