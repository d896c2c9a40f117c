"""One rule: what it says to people, and the kind that finds where it is broken. Built from a pack's table."""

import difflib
from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from socialpub.model.document import StoryDocument, parse
from socialpub.model.finding import Level
from socialpub.policy.kinds.base import Kind
from socialpub.policy.kinds.table import KINDS
from socialpub.policy.matching import trusted

#: From this population on, 28 CFR 35.200 (as changed by 91 FR 20902, 2026-04-20) takes the earlier date.
LARGE_CITY = 50_000
_WORDS_NAME = trusted(r"\{([a-z][a-z_]*)\}")


class RuleError(ValueError):
    """A rule cannot be built. The message says why and what to write; the caller adds file and rule."""


class Example(BaseModel):
    """A story that the rule must, or must not, find; with the day on which it is read."""

    model_config = ConfigDict(frozen=True)
    story: StoryDocument
    as_of: date | None = None


class Rule(BaseModel):
    """What every rule has, whatever its kind. The keys are those of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: str
    family: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")
    says: str = Field(min_length=1)
    why: str = Field(min_length=1)
    cite: str = Field(min_length=1)
    kind: str
    level: Level
    instead: str = ""
    bad: tuple[Example, ...] = Field(min_length=1)
    good: tuple[Example, ...] = Field(min_length=1)
    authority: str = ""  # who may change it: "state law", "the Chief"
    effective: date | None = None  # not before this day
    until: date | None = None  # not after this day
    block_from: date | None = None  # from this day a block, whatever the level
    block_from_small: date | None = None  # the same for places under 50,000 people
    check: Kind

    @field_validator("bad", "good", mode="before")
    @classmethod
    def _as_examples(cls, value: Any) -> Any:
        return tuple(_example(item) for item in value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _holds_some_day(self) -> Self:
        if self.effective is not None and self.until is not None and self.until < self.effective:
            raise ValueError(f"until ({self.until}) is before effective ({self.effective}): it would never hold")
        return self

    def asleep(self, as_of: date) -> str:
        """Why it does not hold on this day, where it does not."""
        if self.until is not None and self.until < as_of:
            return f"not in force since {self.until}"
        return f"not in force until {self.effective}"

    def applies(self, as_of: date) -> bool:
        return (self.effective is None or self.effective <= as_of) and (self.until is None or as_of <= self.until)

    def weight(self, as_of: date, population: int) -> Level:
        """The level on this day, in a place of this size."""
        small = self.block_from_small is not None and 0 < population < LARGE_CITY
        from_day = self.block_from_small if small else self.block_from
        return Level.BLOCK if from_day is not None and as_of >= from_day else self.level


def _example(item: Any) -> Any:
    if isinstance(item, str):
        return Example(story=parse({"text": item}))
    if isinstance(item, Mapping):
        told = {"text": "An example.", **item}
        as_of = told.pop("as_of", None)
        return Example(story=parse(told), as_of=as_of)
    raise ValueError("an example is a text, or a table with the keys of a story")


def build(name: str, table: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Rule:
    """The rule of this table. Raises RuleError."""
    kind = _kind(table)
    head = {key: value for key, value in table.items() if key in _HEAD}
    own = {key: _filled(value, words) for key, value in table.items() if key not in _HEAD}
    try:
        return Rule(id=name, check=kind.model_validate(own), **head)
    except ValidationError as error:
        raise RuleError("; ".join(_in_words(item, kind) for item in error.errors())) from None


_HEAD = frozenset(Rule.model_fields) - {"id", "check"}


def _kind(table: Mapping[str, Any]) -> type[Kind]:
    name = table.get("kind")
    if name is None:
        raise RuleError(f'it has no "kind"; write one of {", ".join(KINDS)}')
    if not isinstance(name, str):
        raise RuleError(f"kind is {name!r}; it must be one word between quotes: one of {', '.join(KINDS)}")
    if name not in KINDS:
        raise RuleError(f'unknown kind "{name}"{_meant(str(name), KINDS)}; there are {", ".join(KINDS)}')
    return KINDS[name]


def _filled(value: Any, words: Mapping[str, tuple[str, ...]]) -> Any:
    """Word lists put where a pattern names them: {child} becomes (?:kid|boy|…)."""
    if isinstance(value, str):
        return _WORDS_NAME.sub(lambda found: _alternatives(found[1], words), value)
    if isinstance(value, list):
        return tuple(_filled(item, words) for item in value)
    return value


def _alternatives(name: str, words: Mapping[str, tuple[str, ...]]) -> str:
    if name not in words:
        raise RuleError(f'there is no word list "{name}"{_meant(name, words)}; add it under [words]')
    return "(?:" + "|".join(words[name]) + ")"


def _meant(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""


def _in_words(error: Any, kind: type[Kind]) -> str:
    place = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        return f'unknown key "{place}"{_meant(place, [*_HEAD, *_keys(kind)])}'
    if error["type"] == "missing":
        return f'"{place}" is missing; every rule of its kind needs it'
    if not place:
        return str(error["msg"]).removeprefix("Value error, ")
    if place in ("bad", "good") and error["type"] == "too_short":
        return f'"{place}" is empty; write at least one example'
    return f'"{place}": {error["msg"].removeprefix("Value error, ")}'


def _keys(kind: type[Kind]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]
