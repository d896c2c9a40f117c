"""What is installed is pinned: every version, every hash, no address of anybody's server."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.town import ROOT

_LINES = (ROOT / "requirements.txt").read_text("utf-8")
_PINS = [
    block for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", _LINES, flags=re.MULTILINE)) if block
]
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _pin(block: str) -> Requirement:
    return Requirement(block.split("\\\n", maxsplit=1)[0].split("    --hash", maxsplit=1)[0].strip())


@pytest.mark.parametrize("block", _PINS, ids=lambda block: block.split("=")[0])
def test_every_line_is_one_version_with_its_hashes(block: str) -> None:
    pin = _pin(block)
    (only,) = pin.specifier
    assert only.operator == "=="
    assert "*" not in only.version
    assert pin.url is None
    assert re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)


def test_no_server_is_named() -> None:
    assert not re.findall(r"(?m)^\s*-(?!-hash=).*|https?:|git\+", _LINES)


def _wanted() -> list[Requirement]:
    extras = [line for lines in _PROJECT["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in (*_PROJECT["dependencies"], *extras)]


@pytest.mark.parametrize("wanted", _wanted(), ids=str)
def test_every_minimum_of_the_project_is_met_by_its_pin(wanted: Requirement) -> None:
    pins = [pin for pin in map(_pin, _PINS) if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert pins, f"{wanted.name} is not pinned"
    for pin in pins:
        (only,) = pin.specifier
        assert wanted.specifier.contains(only.version), f"{pin} is not {wanted}"
