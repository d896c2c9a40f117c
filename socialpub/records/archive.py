"""Packs an export into one .zip. The same folder gives the same bytes, on any machine and at any time."""

import os
import shutil
import zipfile
from pathlib import Path

from socialpub.records.durable import sync
from socialpub.records.refusal import RecordsError

#: The earliest time a zip can hold; the true times are inside the files.
_FIXED = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100600 << 16  # a plain file that only its owner reads
_UNIX = 3


def zip_export(folder: Path, to: Path) -> Path:
    """Write the folder as the new file `to`; it appears whole or not at all. Raises RecordsError."""
    if to.exists():
        raise RecordsError(f"{to}: there is such a file already; name another one [SP090]")
    part = to.with_name(f".{to.name}.part")
    try:
        _write(folder, part)
        sync(part)
        part.replace(to)
        sync(to.parent)
    except OSError as error:
        raise RecordsError(f"{to}: it could not be written: {error}. Make room, then try again [SP091]") from error
    finally:
        part.unlink(missing_ok=True)
    return to


def _write(folder: Path, part: Path) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as archive:
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        for name in names:
            _add(archive, folder / name, f"{folder.name}/{name}")


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Stored, not compressed: photos do not shrink, and compressors differ between machines."""
    info = zipfile.ZipInfo(name, _FIXED)
    info.create_system, info.external_attr = _UNIX, _MODE
    info.file_size = path.stat().st_size  # so that files beyond 2 GiB get the larger form
    with path.open("rb") as source, archive.open(info, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)
