"""Reads the packs of a folder: core/, then the state's, then local/. The only reader of files in this room.

A pack that is wrong anywhere is refused whole, with the file, the rule and what to change: half a rule book
would let through what the missing half forbids.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from socialpub.policy.layers import Book, LayerError
from socialpub.policy.proof import prove
from socialpub.policy.rule import Rule, RuleError, build


class PackError(Exception):
    """The packs cannot be used; the message names the file, the rule and the remedy."""


@dataclass(frozen=True, slots=True)
class Packs:
    """The rules in force, and where each came from."""

    rules: tuple[Rule, ...]
    version: str  # SHA-256 over everything that decides a finding
    where: Mapping[str, str]  # rule → core, state or local: the last layer that touched it
    off: Mapping[str, str] = field(default_factory=dict)  # switched off → the reason given
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def load(folder: Path, state: str = "") -> Packs:
    """The packs of `folder`, with the pack of this state ("MA") if there is one. Raises PackError."""
    book = Book()
    for path, layer in _files(folder, state):
        try:
            book.add(_read(path), layer, path.relative_to(folder).as_posix())
        except LayerError as error:
            raise PackError(f"{path.relative_to(folder).as_posix()}: {error}") from None
    if not book.rules:
        raise PackError(f"{folder}: no rule in core/*.toml; [policies] dir may point to the wrong folder")
    words = {name: tuple(sorted(entries)) for name, entries in book.words.items()}
    return Packs(_rules(book, words), _version(book), dict(book.where), dict(book.off), words)


def _files(folder: Path, state: str) -> list[tuple[Path, str]]:
    if state and not (len(state) == 2 and state.isascii() and state.isalpha()):
        raise PackError(f'"{state}" is no state; department.state is two letters, e.g. "MA"')
    found = [(path, "core") for path in sorted((folder / "core").glob("*.toml"))]
    own = folder / "states" / f"{state.lower()}.toml"
    found += [(own, "state")] if state and own.is_file() else []
    return found + [(path, "local") for path in sorted((folder / "local").glob("*.toml"))]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LayerError(f"this is not TOML: {error}; look at that line for a missing quote or bracket") from None
    except (UnicodeDecodeError, OSError) as error:
        raise LayerError(f"it cannot be read: {error}; save it as plain text in UTF-8") from None


def _rules(book: Book, words: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    built = []
    for name, table in book.rules.items():
        try:
            rule = build(name, table, words)
            prove(rule, words)
        except RuleError as error:
            raise PackError(f"{book.source[name]}: [{name}]: {error}") from None
        built.append(rule)
    return tuple(rule for rule in built if rule.id not in book.off)


def _version(book: Book) -> str:
    """The same rules in other files, order or layout are the same version."""
    words = {name: sorted(entries) for name, entries in book.words.items()}
    contents = {"rules": book.rules, "words": words, "off": book.off}
    canonical = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
