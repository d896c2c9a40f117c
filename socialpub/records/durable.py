"""Puts bytes on the disk so that they survive a loss of power: whole under their name, or not there at all."""

import hashlib
import os
from pathlib import Path


class Damaged(Exception):  # noqa: N818  a finding about a file, reported by its caller
    """A file does not hold the bytes that its hash promises."""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: Path, data: bytes) -> str:
    """A new file that only its owner reads; the SHA-256 of what was written. Never writes over one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def copy_new(source: Path, to: Path) -> str:
    """A copy that only its owner reads, on the disk; the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as file, os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := file.read(1 << 20):
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def place(source: Path, to: Path, sha256: str, *, link: bool) -> None:
    """`source` under the name `to`, once its bytes are proved. A hard link where asked for and possible.

    Raises Damaged when the bytes do not hash to `sha256`, and FileNotFoundError when they are gone.
    """
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if link and _linked(source, to, sha256):
        return
    part = to.with_name(f".part-{to.name}")
    part.unlink(missing_ok=True)
    try:
        if copy_new(source, part) != sha256:
            raise Damaged(f"{source} does not hold the bytes of its hash")
        part.chmod(0o400)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    sync(to.parent)


def _linked(source: Path, to: Path, sha256: str) -> bool:
    """Whether a link could be made; another disk or a stricter system takes a copy instead."""
    if sha256_of(source) != sha256:
        raise Damaged(f"{source} does not hold the bytes of its hash")
    try:
        os.link(source, to)
    except OSError:
        return False
    sync(to.parent)
    return True
