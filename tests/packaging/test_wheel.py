"""The wheel works outside any checkout: its own packs, its own steps of the store, its command."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.town import ROOT


def _run(folder: Path, *words: str, code: Path) -> "subprocess.CompletedProcess[str]":
    """The command line in `folder`, with the package that lies in `code` and no other."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "socialpub", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _lines(folder: Path, *words: str, code: Path) -> list[str]:
    done = _run(folder, *words, code=code)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A folder that holds a settings file and nothing else."""
    (tmp_path / "settings.toml").write_text('[department]\nstate = "MA"\n', "utf-8")
    return tmp_path


def test_its_packs_come_from_inside_it_and_it_says_so(nowhere: Path, installed: Path) -> None:
    first = _lines(nowhere, "policy", "list", code=installed)[0]
    assert first == f"Packs are read from {installed / 'socialpub' / '_policies'}"


def test_its_packs_hold_their_own_examples(nowhere: Path, installed: Path) -> None:
    lines = _lines(nowhere, "policy", "check", code=installed)
    assert lines[0].endswith("every example holds")


def test_it_says_what_it_can_do(nowhere: Path, installed: Path) -> None:
    text = "\n".join(_lines(nowhere, "--help", code=installed))
    for verb in ("submit", "approve", "run", "policy", "channel"):
        assert verb in text


def test_it_makes_a_store_of_its_own(nowhere: Path, installed: Path) -> None:
    _lines(nowhere, "user", "add", "adm", "--role", "administrator", code=installed)
    _lines(nowhere, "queue", code=installed)
    assert (nowhere / "queue" / "socialpub.db").is_file()


def test_everything_that_is_read_at_run_time_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    data = [
        path
        for path in (ROOT / "socialpub").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]
    assert {path.relative_to(ROOT).as_posix() for path in data} <= names
    packs = [path.relative_to(ROOT / "policies") for path in (ROOT / "policies").rglob("*.toml")]
    assert {f"socialpub/_policies/{path.as_posix()}" for path in packs} <= names
    for name in ("socialpub/py.typed", "socialpub/store/migrations/env.py", "socialpub/sandbox/page.css"):
        assert name in names


def test_it_holds_nothing_but_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        tops = {name.partition("/")[0] for name in file.namelist()}
        scripts = configparser.ConfigParser()
        entry = next(name for name in file.namelist() if name.endswith("entry_points.txt"))
        scripts.read_string(file.read(entry).decode())
    assert {top for top in tops if not top.endswith(".dist-info")} == {"socialpub"}
    assert dict(scripts["console_scripts"]) == {"socialpub": "socialpub.cli:main"}


def test_in_a_checkout_the_checkout_s_packs_are_read(tmp_path: Path) -> None:
    for folder in ("socialpub", "policies"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "settings.toml").write_text("", "utf-8")
    pack = tmp_path / "policies" / "core" / "children.toml"
    rule = next(line for line in pack.read_text("utf-8").splitlines() if line.startswith("says"))
    pack.write_text(pack.read_text("utf-8").replace(rule, 'says = "This was edited in the checkout."', 1), "utf-8")
    lines = _lines(tmp_path, "policy", "list", code=tmp_path)
    assert lines[0] == f"Packs are read from {tmp_path / 'policies'}"
    assert any("This was edited in the checkout." in line for line in lines)


def test_the_archive_of_the_sources_has_all_that_is_needed_to_work_on_it(sources: list[str]) -> None:
    for folder, ending in (("tests", ".py"), ("docs", ".md"), ("policies", ".toml"), ("packaging", ".service")):
        mine = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(f"*{ending}")}
        assert mine
        assert mine <= set(sources), folder
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "requirements-dev.txt",
        "settings.toml",
        "LICENSE",
        "README.md",
    ):
        assert name in sources
    assert not [name for name in sources if name.endswith((".db", ".key", ".pyc"))]
