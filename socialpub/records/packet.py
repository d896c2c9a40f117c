"""A folder of records to hand over: written beside its place, listed with the SHA-256 of every file, then named."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from socialpub.records.durable import copy_new, sync, write_new
from socialpub.records.refusal import RecordsError

MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "README.txt"
FORM = "socialpub-export-1"


@dataclass(slots=True)
class Packet:
    """What was written so far; `files` by path inside the packet. `missing`: what should be in it and is not."""

    folder: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[dict[str, str]] = field(default_factory=list)

    def write(self, name: str, data: bytes) -> str:
        """One more file; its SHA-256."""
        path = self._place(name)
        return self._listed(name, write_new(path, data), len(data))

    def copy(self, source: Path, name: str, sha256: str) -> None:
        """One more file by its hash. Gone or altered ones are named as missing, and the rest goes on."""
        if name in self.files:
            return
        path = self._place(name)
        try:
            found = copy_new(source, path)
        except FileNotFoundError:
            self._lack(name, sha256, "the file is gone from the spool")
            return
        if found != sha256:
            path.unlink()
            self._lack(name, sha256, "the file in the spool was altered: its bytes have another hash")
            return
        self._listed(name, found, path.stat().st_size)

    @property
    def troubles(self) -> tuple[str, ...]:
        return tuple(f"{each['path']}: {each['why']}" for each in self.missing)

    def _place(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def _listed(self, name: str, sha256: str, size: int) -> str:
        self.files[name] = {"sha256": sha256, "size": size}
        return sha256

    def _lack(self, name: str, sha256: str, why: str) -> None:
        entry = {"path": name, "sha256": sha256, "why": why}
        if entry not in self.missing:
            self.missing.append(entry)


def seal(packet: Packet, about: dict[str, Any]) -> str:
    """Write the manifest and a list that `sha256sum -c` reads; the manifest's SHA-256."""
    listed = [{"path": name, **packet.files[name]} for name in sorted(packet.files)]
    manifest = {"form": FORM, **about, "files": listed, "missing": packet.missing}
    sealed = packet.write(MANIFEST, as_json(manifest))
    sums = "".join(f"{packet.files[name]['sha256']}  {name}\n" for name in sorted(packet.files))
    packet.write(SUMS, sums.encode())
    return sealed


def as_json(value: Any) -> bytes:
    """JSON for people: indented, sorted, as it was written."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


@contextmanager
def new_packet(to: Path) -> Iterator[Packet]:
    """A packet that appears at `to` when all is written, or not at all. Raises RecordsError."""
    refuse_full(to)
    part: Path | None = None
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent))
        yield Packet(part)
        sync(part)
        part.replace(to)
        sync(to.parent)
    except OSError as error:
        raise RecordsError(
            f"{to}: the export could not be written: {error}. Nothing was left there; "
            "make room or name another folder, then export again [SP091]"
        ) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def refuse_full(to: Path) -> None:
    """An export never mixes with what is there already."""
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise RecordsError(f"{to}: this is not a folder; name one that does not exist yet [SP090]")
    if to.is_dir() and any(to.iterdir()):
        raise RecordsError(f"{to}: this folder is not empty; name one that does not exist yet, or empty it [SP090]")
