"""What is installed is pinned: every version, every hash, no address of anybody's server."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.town import ROOT


def _blocks(lines: str) -> list[str]:
    return [block for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n", "", lines)) if block]


_FILES = {name: (ROOT / name).read_text("utf-8") for name in ("requirements.txt", "requirements-dev.txt")}
#: What runs, and what tests and checks need; the second holds the first.
_RUNS, _ALL = (_blocks(lines) for lines in _FILES.values())
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _pin(block: str) -> Requirement:
    return Requirement(block.split("\\\n", maxsplit=1)[0].split("    --hash", maxsplit=1)[0].strip())


@pytest.mark.parametrize("block", [*_RUNS, *_ALL], ids=lambda block: block.split("=")[0])
def test_every_line_is_one_version_with_its_hashes(block: str) -> None:
    pin = _pin(block)
    (only,) = pin.specifier
    assert only.operator == "=="
    assert "*" not in only.version
    assert pin.url is None
    assert re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)


@pytest.mark.parametrize("lines", _FILES.values(), ids=_FILES)
def test_no_server_is_named(lines: str) -> None:
    assert not re.findall(r"(?m)^\s*-(?!-hash=).*|https?:|git\+", lines)


def test_what_is_tested_is_what_runs() -> None:
    assert {str(_pin(block)) for block in _RUNS} < {str(_pin(block)) for block in _ALL}


@pytest.mark.parametrize("tool", [Requirement(line).name for line in _PROJECT["optional-dependencies"]["dev"]])
def test_no_tool_of_the_tests_is_put_on_the_server(tool: str) -> None:
    assert canonicalize_name(tool) not in {canonicalize_name(_pin(block).name) for block in _RUNS}


def _wanted() -> list[Requirement]:
    extras = [line for lines in _PROJECT["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in (*_PROJECT["dependencies"], *extras)]


def _run() -> list[Requirement]:
    extras = [line for name in ("postgresql", "install") for line in _PROJECT["optional-dependencies"][name]]
    return [Requirement(line) for line in (*_PROJECT["dependencies"], *extras)]


@pytest.mark.parametrize("wanted", _run(), ids=str)
def test_what_runs_is_all_on_the_server(wanted: Requirement) -> None:
    assert canonicalize_name(wanted.name) in {canonicalize_name(_pin(block).name) for block in _RUNS}


@pytest.mark.parametrize("wanted", _wanted(), ids=str)
def test_every_minimum_of_the_project_is_met_by_its_pin(wanted: Requirement) -> None:
    pins = [pin for pin in map(_pin, _ALL) if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert pins, f"{wanted.name} is not pinned"
    for pin in pins:
        (only,) = pin.specifier
        assert wanted.specifier.contains(only.version), f"{pin} is not {wanted}"
