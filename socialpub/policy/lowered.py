"""What makes an earlier rule weigh less: a lower level, a narrower time, harmless phrases, words, its end. Pure.

None of it is forbidden to a department, and none of it is silent: each needs its reason in words, is listed by
`policy list` and `doctor`, and is in the records. No single finding is ever set aside here; that takes people.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

#: From an attest to a warn is another question, not a lesser one.
_RANKS: Mapping[str, int] = {"block": 3, "attest": 2, "warn": 2, "note": 1}


@dataclass(frozen=True, slots=True)
class Lowered:
    """One rule that a later layer made weigh less, or one of our word lists that it added to."""

    rule: str  # or "words"
    what: str  # "level: block → note", "off"
    because: str
    source: str  # the file
    blocked: bool  # before, it could stop a story

    def __str__(self) -> str:
        return f"{self.rule}: {self.what} ({self.source}): {self.because}"


def could_block(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of this table stops a story, now or from some day on."""
    return rule.get("level") == "block" or "block_from" in rule or "block_from_small" in rule


def lowerings(rule: Mapping[str, Any], change: Mapping[str, Any]) -> list[str]:
    """What of `change` makes `rule` weigh less, in words; empty when nothing does."""
    return [words for key, value in change.items() if (words := _lowering(key, rule.get(key), value))]


def additions(words: Mapping[str, Collection[str]], lists: Mapping[str, Collection[str]]) -> list[str]:
    """What `lists` add to the `words` of the same names, in words. A list may excuse as well as find, and a name that
    counts as no name is found nowhere: so each addition to ours is told of.
    """
    added = {name: sorted(set(entries) - set(words[name])) for name, entries in lists.items()}
    return [f"{name}: added {', '.join(entries)}" for name, entries in added.items() if entries]


def _lowering(key: str, old: Any, new: Any) -> str:
    match key:
        case "off":
            return "off"
        case "except":
            return "harmless phrases added: " + ", ".join(f'"{phrase}"' for phrase in new)
        case "level" if _rank(new) < _rank(old):
            return f"level: {old} → {new}"
        case "until" if _earlier(new, old):
            return f"holds only until {new}"
        case "effective" | "block_from" | "block_from_small" if _later(new, old, key):
            return f"{key}: {old or 'always'} → {new}"
        case _:
            return ""


def _rank(level: Any) -> int:
    """A level nobody knows is refused elsewhere, in better words."""
    return _RANKS.get(level, 3) if isinstance(level, str) else 3


def _earlier(new: Any, old: Any) -> bool:
    return not isinstance(old, date) or not isinstance(new, date) or new < old


def _later(new: Any, old: Any, key: str) -> bool:
    """A rule without `effective` holds from ever on; one without `block_from` never blocks by it."""
    if not isinstance(old, date) or not isinstance(new, date):
        return key == "effective" or old is not None
    return new > old
