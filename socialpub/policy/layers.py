"""Lays packs over one another: a later layer adds rules, or changes earlier ones by id. Tables in and out."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from socialpub.policy.lowered import Lowered, additions, could_block, lowerings
from socialpub.policy.matching import trusted

#: What a later layer may change of an earlier rule. Texts are replaced; `except` is added to.
CHANGEABLE = (
    "level", "off", "because", "except", "says", "why", "cite", "instead", "authority", "effective", "until",
    "block_from", "block_from_small",
)  # fmt: skip
_RULE_NAME = trusted(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


class LayerError(ValueError):
    """This pack cannot be laid over the others. The message names the rule and the remedy."""


@dataclass
class Book:
    """What has been read so far."""

    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)  # word list → the layer whose rules stand on it
    where: dict[str, str] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)  # rule → the file that last touched it
    off: dict[str, str] = field(default_factory=dict)
    lowered: list[Lowered] = field(default_factory=list)

    def add(self, pack: Mapping[str, Any], layer: str, source: str) -> None:
        """Lay one file's tables over what is there. Raises LayerError."""
        for name, table in pack.items():
            if not isinstance(table, dict):
                raise LayerError(f'"{name}" stands outside any rule; put it under a [rule-name]')
            if name == "words":
                self._add_words(table, layer, source)
            else:
                self._add_rule(name, table, source)
                self.where[name], self.source[name] = layer, source

    def _add_words(self, table: Mapping[str, Any], layer: str, source: str) -> None:
        lists = {name: entries for name, entries in table.items() if name != "because"}
        for name, entries in lists.items():
            if not isinstance(entries, list) or not all(isinstance(entry, str) and entry for entry in entries):
                raise LayerError(f'[words]: "{name}" must be a list of words, e.g. {name} = ["one", "two"]')
        others = {name: entries for name, entries in lists.items() if self.first.setdefault(name, layer) != layer}
        if whats := additions(self.words, others):
            because = _reason("words", table, whats)
            self.lowered += [Lowered("words", what, because, source, blocked=True) for what in whats]
        for name, entries in lists.items():
            self.words.setdefault(name, set()).update(entries)

    def _add_rule(self, name: str, table: dict[str, Any], source: str) -> None:
        if not _RULE_NAME.match(name):
            raise LayerError(f"[{name}]: a rule's name is small letters, digits and hyphens, e.g. [minor-named]")
        known = name in self.rules
        if known and "kind" in table:
            raise LayerError(f"[{name}]: there is a rule of this name in {self.source[name]}; choose another name")
        if known:
            self._change(name, table, source)
        elif "kind" not in table and set(table) <= set(CHANGEABLE):
            raise LayerError(f"[{name}]: there is no such rule to change{_meant(name, self.rules)}")
        else:
            self.rules[name] = dict(table)

    def _change(self, name: str, table: Mapping[str, Any], source: str) -> None:
        before = dict(self.rules[name])
        for key, value in table.items():
            if key not in CHANGEABLE:
                raise LayerError(
                    f'[{name}]: "{key}" cannot be changed here{_meant(key, CHANGEABLE)}; '
                    f"to change how it finds, switch it off and write a rule of your own"
                )
            self._change_one(name, key, value)
        if whats := lowerings(before, table):
            because = _reason(name, table, whats)
            self.lowered += [Lowered(name, what, because, source, could_block(before)) for what in whats]

    def _change_one(self, name: str, key: str, value: Any) -> None:
        if key == "off":
            if not isinstance(value, str) or not value.strip():
                raise LayerError(f'[{name}]: off needs the reason in words, e.g. off = "The Chief, 3 May: …"')
            self.off[name] = value
        elif key == "except":
            if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
                raise LayerError(f'[{name}]: except must be a list of phrases, e.g. except = ["shot hoops"]')
            before = self.rules[name].get("except", [])
            self.rules[name]["except"] = [*before, *value] if isinstance(before, list) else before
        elif key != "because":
            self.rules[name][key] = value


def _reason(name: str, table: Mapping[str, Any], whats: list[str]) -> str:
    """Why something weighs less: `off` says it itself, a state's rule names its law, all else has `because`."""
    reason = table.get("because") or table.get("off") or (table.get("cite") if table.get("authority") else "")
    if not isinstance(reason, str) or not reason.strip():
        what = "rules" if name == "words" else "the rule"
        raise LayerError(
            f"[{name}]: this makes {what} weigh less ({'; '.join(whats)}), which needs the reason in words, "
            'e.g. because = "The Chief, 3 May: …"'
        )
    return reason


def _meant(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
