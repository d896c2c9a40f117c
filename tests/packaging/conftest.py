"""What is shipped, built once: the wheel as an installed folder, and the archive of the sources."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.town import ROOT


def _built(kind: str, into: Path) -> Path:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (found,) = into.iterdir()
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel where pip would put it: installing a pure wheel is unpacking it (PEP 427)."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)  # noqa: S202  our own wheel, just built
    return folder


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in the archive, without the folder that holds them all."""
    with tarfile.open(_built("sdist", tmp_path_factory.mktemp("sdist"))) as file:
        return [name.partition("/")[2] for name in file.getnames()]
