"""Reads the published conformance cases for weighted counting, where they lie beside the checkout.

They are YAML; what is needed of them has one shape, so this reads that shape and nothing more.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.specs import SPECS, missing


def lines(name: str) -> list[str]:
    path = SPECS / "twitter-text" / name
    if not path.is_file():
        pytest.skip(missing(f"twitter-text/{name}"))
    return path.read_text("utf-8").split("\n")


def data(name: str) -> Any:
    return json.loads("\n".join(lines(name)))


def weighted(group: str) -> Iterator[tuple[str, int]]:
    """(text, weighted length) of each case of one group of validate.yml."""
    text = ""
    for line in _group("validate.yml", group):
        if found := re.fullmatch(r"\s+text: (\".*\")\s*", line):
            text = _quoted(found[1])
        if found := re.fullmatch(r"\s+weightedLength: (\d+)\s*", line):
            yield text, int(found[1])


def extracted(group: str) -> Iterator[tuple[str, list[str]]]:
    """(text, links) of each case of one group of extract.yml."""
    text = ""
    for line in _group("extract.yml", group):
        if found := re.fullmatch(r"\s+text: (\".*\")\s*", line):
            text = _quoted(found[1])
        if found := re.fullmatch(r"\s+expected: \[(.*)\]\s*", line):
            yield text, [_quoted(item) for item in re.findall(r'"[^"]*"', found[1])]


def _group(name: str, group: str) -> Iterator[str]:
    inside = False
    for line in lines(name):
        if found := re.fullmatch(r"  (\w+):\s*", line):
            inside = found[1] == group
        elif inside:
            yield line


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar: JSON's, with the eight-digit escapes that JSON lacks."""
    plain = re.sub(r"\\U([0-9a-fA-F]{8})", lambda found: chr(int(found[1], 16)), text)
    return str(json.loads(plain, strict=False))
