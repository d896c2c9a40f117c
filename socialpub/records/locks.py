"""A lock file that dies with its process (flock), so that nobody has to clear it after a crash."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from socialpub.records.refusal import RecordsError


@contextmanager
def alone(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock at `path` while inside. Raises RecordsError with `busy` when another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordsError(busy) from None
        yield
    finally:
        os.close(descriptor)
