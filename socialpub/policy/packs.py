"""Reads the packs of a folder: core/, then the state's, then local/. The only reader of files in this room.

A pack that is wrong anywhere is refused whole, with the file, the rule and what to change: half a rule book
would let through what the missing half forbids.
"""

import hashlib
import json
import logging
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from socialpub.policy.layers import Book, LayerError
from socialpub.policy.lowered import Lowered
from socialpub.policy.proof import prove
from socialpub.policy.rule import Rule, RuleError, build

log = logging.getLogger(__name__)


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
    lowered: tuple[Lowered, ...] = ()  # what a later layer made weigh less, and why

    def asleep(self, day: date) -> dict[str, str]:
        """The rules that do not hold on this day, each with since or until when."""
        return {rule.id: rule.asleep(day) for rule in self.rules if not rule.applies(day)}


def load(folder: Path, state: str = "") -> Packs:
    """The packs of `folder`, with the pack of this state ("MA") if there is one. Raises PackError."""
    book = Book()
    for path, layer in _files(folder, state):
        name = path.relative_to(folder).as_posix()
        with _blaming(name):
            book.add(_read(path), layer, name)
    if not book.rules:
        raise PackError(f"{folder}: no rule in core/*.toml; [policies] dir may point to the wrong folder")
    words = {name: tuple(sorted(entries)) for name, entries in book.words.items()}
    rules = _rules(book, words)
    if not rules:
        raise PackError(f"{folder}: every rule is switched off; nothing would be checked, so leave at least one on")
    with _blaming(str(folder)):
        version = _version(book)
    return Packs(rules, version, dict(book.where), dict(book.off), words, tuple(book.lowered))


@contextmanager
def _blaming(place: str) -> Iterator[None]:
    """Whatever a pack makes us die of is a refusal of that pack, and never the end of the daemon."""
    try:
        yield
    except (LayerError, RuleError) as error:
        raise PackError(f"{place}: {error}") from None
    except RecursionError:
        raise PackError(f"{place}: it is nested too deeply; take out brackets inside brackets") from None
    except Exception as error:
        log.exception("%s: a pack failed in a way nobody foresaw", place)
        raise PackError(
            f"{place}: it cannot be used: {error} ({type(error).__name__}); undo its last change"
        ) from None


def _files(folder: Path, state: str) -> list[tuple[Path, str]]:
    if state and not (len(state) == 2 and state.isascii() and state.isalpha()):
        raise PackError(f'"{state}" is no state; department.state is two letters, e.g. "MA"')
    found = [(path, "core") for path in sorted((folder / "core").glob("*.toml"))]
    own = folder / "states" / f"{state.lower()}.toml"
    found += [(own, "state")] if state and own.is_file() else []
    return found + [(path, "local") for path in sorted((folder / "local").glob("*.toml"))]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # some editors put a mark before the text
    except tomllib.TOMLDecodeError as error:
        raise LayerError(f"this is not TOML: {error}; look at that line for a missing quote or bracket") from None
    except (UnicodeDecodeError, OSError) as error:
        raise LayerError(f"it cannot be read: {error}; save it as plain text in UTF-8") from None
    except ValueError as error:  # a number of thousands of digits
        raise LayerError(f"it cannot be read: {error}; look for a mistyped number") from None


def _rules(book: Book, words: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    built = []
    for name, table in book.rules.items():
        with _blaming(f"{book.source[name]}: [{name}]"):
            rule = build(name, table, words)
            prove(rule, words)
            built.append(rule)
    return tuple(rule for rule in built if rule.id not in book.off)


def _version(book: Book) -> str:
    """The same rules in other files, order or layout are the same version."""
    words = {name: sorted(entries) for name, entries in book.words.items()}
    contents = {"rules": book.rules, "words": words, "off": book.off}
    canonical = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
