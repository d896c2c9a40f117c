"""`make setup` on a machine where something is missing names it, and says how to get it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.town import ROOT

_MAKE = shutil.which("make") or "make"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of what `make setup` reads."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    return tmp_path


def _fake_python(place: Path, script: str) -> None:
    python = place / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    python.chmod(0o755)


def _setup(place: Path) -> "subprocess.CompletedProcess[str]":
    environ = {**{k: v for k, v in os.environ.items() if not k.startswith("MAKE")}, "PATH": str(place / "bin")}
    done = subprocess.run(
        [_MAKE, "setup"], cwd=place, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert not (place / ".venv").exists()
    assert done.stdout.count("\n") <= 1  # what is said goes to stderr
    return done


def test_a_missing_python_is_named(place: Path) -> None:
    assert "python3 is missing: apt-get install python3 python3-venv" in _setup(place).stderr


def test_a_python_that_is_too_old_is_named(place: Path) -> None:
    _fake_python(place, 'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac')
    assert "Python 3.11 or newer is needed; this is Python 3.9.2" in _setup(place).stderr


def test_a_python_without_venv_is_named(place: Path) -> None:
    _fake_python(place, 'case "$*" in *ensurepip*) exit 1;; esac')
    assert "the Python package venv is missing: apt-get install python3-venv" in _setup(place).stderr
