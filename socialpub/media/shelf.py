"""Keeps files by the SHA-256 of their bytes: originals as received, releases, and renditions that may leave.

A file is whole or absent, at any moment of a crash. Nothing here is ever written in place or written over.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from socialpub import crash
from socialpub.media import apart, captions
from socialpub.media.original import Original
from socialpub.media.received import received
from socialpub.media.refusal import MediaDamaged, MediaRefused
from socialpub.media.video import apart as video_apart
from socialpub.media.video.facts import MAX_BYTES as MAX_VIDEO_BYTES
from socialpub.media.video.facts import Facts, Film

ORIGINALS: Final = "originals"
EVIDENCE: Final = "evidence"
RENDITIONS: Final = "renditions"

#: Who may look into a room besides the daemon: its group may see what could leave, so that reviewers look at the
#: pictures themselves. Nobody but the daemon sees what was sent in.
_MODES: Final = {ORIGINALS: 0o700, EVIDENCE: 0o700, RENDITIONS: 0o750}
Made = TypeVar("Made")

_PART: Final = ".part-"
_DAMAGED: Final = ".damaged-"
_NAME: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RESTORE = "restore this file from a backup made before the damage"


class Shelf:
    """The media folder of the spool. Several processes may keep on one shelf at once."""

    def __init__(
        self,
        root: Path,
        examine: Callable[[Path], Original] = apart.examine,
        examine_video: Callable[[Path], Facts] = video_apart.examine,
    ) -> None:
        self._root = root
        self._examine = examine
        self._examine_video = examine_video

    def keep_original(self, source: Path | int) -> Original:
        """Copies a photo (a path, or the descriptor of an open file), examines the copy, keeps it read-only.
        Keeping it twice is harmless.
        Raises MediaRefused when it is no photo we take. Its name is the hash that we computed, never one we are told.
        """
        with received(source) as file, self._part(ORIGINALS) as part:
            sha256, size = _copy(file, part), part.stat().st_size
            found = self._examine(part)
            if (found.sha256, found.size) != (sha256, size):
                raise MediaRefused(*apart.UNSAFE)  # whoever decoded it cannot be believed about anything else either
            self._settle(part, ORIGINALS, sha256, 0o400)
        return found

    def keep_video(self, source: Path | int) -> Film:
        """The same for a video. Raises MediaRefused when it is none that we take."""
        with received(source, max_bytes=MAX_VIDEO_BYTES) as file, self._part(ORIGINALS) as part:
            sha256, size = _copy(file, part), part.stat().st_size
            facts = self._examine_video(part)
            self._settle(part, ORIGINALS, sha256, 0o400)
        return Film(sha256, size, facts)

    def keep_captions(self, source: Path | int, seconds: float) -> tuple[str, int]:
        """Keeps a video's captions as they came, when they can be read; SHA-256 and bytes. `seconds`: of the video.
        Raises MediaRefused.
        """
        with received(source, max_bytes=captions.MAX_BYTES) as file, self._part(ORIGINALS) as part:
            sha256, size = _copy(file, part), part.stat().st_size
            captions.must_fit(captions.parse(part.read_bytes()), seconds)
            self._settle(part, ORIGINALS, sha256, 0o400)
        return sha256, size

    def original(self, sha256: str) -> Path:
        """Where an original is. Raises MediaDamaged when it is gone."""
        return self._there(ORIGINALS, sha256)

    def evidence(self, source: Path | int) -> str:
        """Keeps a signed release or another paper as it is, without looking inside; its SHA-256.
        Raises MediaRefused for what is no plain file or too large.
        """
        with received(source) as file, self._part(EVIDENCE) as part:
            sha256 = _copy(file, part)
            self._settle(part, EVIDENCE, sha256, 0o400)
        return sha256

    def keep_rendition(self, data: bytes) -> str:
        """Keeps bytes that may leave; their SHA-256. Keeping them twice is harmless."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._part(RENDITIONS) as part:
            part.write_bytes(data)
            self._settle(part, RENDITIONS, sha256, 0o440)
        return sha256

    def make_rendition(self, make: Callable[[Path], Made]) -> tuple[str, int, Made]:
        """Keeps what `make` writes into the empty file that it is given: SHA-256, bytes, and what `make` says of it.
        When `make` raises, or dies on the way, nothing is kept.
        """
        with self._part(RENDITIONS) as part:
            made = make(part)
            with part.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = part.stat().st_size
            self._settle(part, RENDITIONS, sha256, 0o440)
        return sha256, size, made

    def rendition(self, sha256: str) -> Path:
        """Where a rendition is. Raises MediaDamaged when it is gone."""
        return self._there(RENDITIONS, sha256)

    def prove_rendition(self, sha256: str) -> None:
        """Reads every byte of it and holds none. Raises MediaDamaged when they are gone or changed."""
        self.open_rendition(sha256).close()

    def rebuild_rendition(self, data: bytes) -> Path:
        """Keeps bytes whose file is damaged; gives where the damaged one lies now, for whoever asks what happened.
        Only for what nobody approved. That the bytes have the hash of the name is the proof that they are the same.
        """
        place = self._place(RENDITIONS, hashlib.sha256(data).hexdigest())
        aside = place.with_name(f"{_DAMAGED}{place.name}-{secrets.token_hex(4)}")
        place.rename(aside)
        self.keep_rendition(data)
        return aside

    def read_rendition(self, sha256: str) -> bytes:
        """The bytes of that hash and no others. Raises MediaDamaged when they are gone or changed."""
        path = self._there(RENDITIONS, sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _changed(path)
        return data

    def open_rendition(self, sha256: str) -> BinaryIO:
        """The same bytes as an open file, proved before, for what is too large to hold. Raises MediaDamaged."""
        path = self._there(RENDITIONS, sha256)
        file = path.open("rb")
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            raise _changed(path)
        file.seek(0)
        return file

    def sweep(self, older_than: float) -> int:
        """Removes half copies that a crash left, last written before `older_than` (seconds since 1970).
        How many there were.
        """
        parts = [part for part in self._root.glob(f"*/{_PART}*") if part.lstat().st_mtime < older_than]
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)

    def _place(self, room: str, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in 64 hex digits: {sha256!r}")
        return self._root / room / sha256[:2] / sha256

    def _there(self, room: str, sha256: str) -> Path:
        path = self._place(room, sha256)
        if not path.is_file():
            raise MediaDamaged(path, "the file is gone", _RESTORE)
        return path

    @contextmanager
    def _part(self, room: str) -> Iterator[Path]:
        """An empty file beside its future place, and gone afterwards unless it was settled there."""
        folder = self._root / room
        folder.mkdir(mode=_MODES[room], parents=True, exist_ok=True)
        part = folder / f"{_PART}{secrets.token_hex(8)}"
        part.touch(mode=0o600, exist_ok=False)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def _settle(self, part: Path, room: str, sha256: str, mode: int) -> None:
        """Under its hash for good: bytes on the disk before the name, the name before we return."""
        place = self._place(room, sha256)
        if place.exists():
            _same(place, sha256)
        else:
            self._name(part, place, mode)
        # Also for a repeat: whoever kept it first may have crashed before its name was on the disk.
        for folder in (place.parent, place.parent.parent, self._root):
            _sync(folder)
        crash.point(f"media.{room}.after")

    def _name(self, part: Path, place: Path, mode: int) -> None:
        place.parent.mkdir(mode=_MODES[place.parent.parent.name], exist_ok=True)
        part.chmod(mode)
        _sync(part)
        crash.point(f"media.{place.parent.parent.name}.before")
        part.rename(place)
        crash.point(f"media.{place.parent.parent.name}.renamed")


def _copy(file: BufferedReader, part: Path) -> str:
    """SHA-256 of what was copied; no more than `received` measured, should the source grow meanwhile."""
    digest = hashlib.sha256()
    with part.open("wb") as out:
        for block in _blocks(file, os.fstat(file.fileno()).st_size):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _blocks(file: BufferedReader, most: int) -> Iterator[bytes]:
    while block := file.read(min(1 << 20, most)):
        most -= len(block)
        yield block


def _same(place: Path, sha256: str) -> None:
    with place.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise _changed(place)


def _changed(path: Path) -> MediaDamaged:
    return MediaDamaged(path, "the file's bytes have changed since it was kept", _RESTORE)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
