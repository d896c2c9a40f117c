"""Patterns and word lists: how a pack's data meets a text. The only importer of `regex` and `ahocorasick`.

Every search of a story has a time limit, whoever wrote the pattern, and a pattern of a pack that is slow on long,
dull text does not load at all.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Annotated, Any

import regex
from pydantic import PlainValidator

LIMIT_S = 0.25  # processor seconds for one search of one text, while screening
PROBE_S = 0.05  # the same on a probe, at load; a probe is a tenth of the longest text
_PROBE_TIMES = 3  # the processor's clock also counts what other threads do meanwhile: slow once is not slow
_PROBES = ("a" * 2000 + "!", "1" * 2000 + "z", " " * 2000 + "!", "a 1 " * 500 + "!", "Aa " * 700, "a-" * 1000)
_REPEATED_GROUP = regex.compile(r"\)(?:[*+]|\{\d+,\})")


class Compiled:
    """A pattern of a pack. Ignores case, unless it says (?-i:…). Every search has a time limit."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._regex = regex.compile(source, regex.IGNORECASE | regex.VERSION0 | regex.MULTILINE)

    def spans(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Where it is found. Raises TimeoutError when the text takes too long."""
        found = self._regex.finditer(text, start, end, timeout=LIMIT_S)
        return [match.span() for match in found if match.end() > match.start()]

    def within(self, text: str, start: int = 0, end: int | None = None) -> bool:
        return self._regex.search(text, start, end, timeout=LIMIT_S) is not None

    def probe(self) -> None:
        """Raises ValueError when long, dull text takes it too long."""
        if any(self._slow(text) for text in (*_PROBES, *self._own_probes())):
            raise ValueError(
                f'the pattern "{self.source}" takes too long on long texts; '
                "avoid a repeat inside a repeat, as in (a+)+"
            )

    def _slow(self, text: str) -> bool:
        for _ in range(_PROBE_TIMES):
            try:
                self._regex.search(text, timeout=PROBE_S)
            except TimeoutError:
                continue
            return False
        return True

    def _own_probes(self) -> Iterator[str]:
        """Only a repeated group can explode on a letter of its own, so only those are asked."""
        if _REPEATED_GROUP.search(self.source):
            for char in sorted({char for char in self.source if char.isalnum()}):
                yield char * 2000 + "\x00"


@lru_cache(maxsize=2048)
def compiled(source: str) -> Compiled:
    """The pattern, or ValueError with what is wrong with it."""
    try:
        pattern = Compiled(source)
    except regex.error as error:
        raise ValueError(f'"{source}" is not a pattern: {error}') from None
    pattern.probe()
    return pattern


class Trusted:
    """A pattern of our own, in code: plain, and it minds case. It was tried on dull texts, and is held to the same
    time limit all the same. Every method raises TimeoutError when the text takes too long.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._regex = regex.compile(source, regex.VERSION0)

    def finditer(self, text: str) -> "list[regex.Match[str]]":
        return list(self._regex.finditer(text, timeout=LIMIT_S))

    def findall(self, text: str) -> list[str]:
        """What was found, whole."""
        return [found[0] for found in self.finditer(text)]

    def match(self, text: str) -> "regex.Match[str] | None":
        return self._regex.match(text, timeout=LIMIT_S)

    def sub(self, by: "str | Callable[[regex.Match[str]], str]", text: str) -> str:
        return self._regex.sub(by, text, timeout=LIMIT_S)


#: Every pattern of our own, by its source: each is made once, and tests try them all.
TRUSTED: dict[str, Trusted] = {}


def trusted(source: str) -> Trusted:
    if source not in TRUSTED:
        TRUSTED[source] = Trusted(source)
    return TRUSTED[source]


def _pattern(value: object) -> Compiled:
    if not isinstance(value, str) or not value:
        raise ValueError("a pattern is text between quotes")
    return compiled(value)


#: A field of a kind that holds a pattern.
Pattern = Annotated[Compiled, PlainValidator(_pattern)]


class WordList:
    """Phrases found in one pass, as whole words. Phrases and texts are in lower case."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = sorted({phrase.lower() for phrase in phrases if phrase.strip()})

    @cached_property
    def _automaton(self) -> Any:  # a C type without stubs; None for an empty list
        import ahocorasick

        if not self._phrases:
            return None
        automaton = ahocorasick.Automaton()
        for phrase in self._phrases:
            automaton.add_word(phrase, phrase)
        automaton.make_automaton()
        return automaton

    def found(self, lower: str) -> list[tuple[int, int, str]]:
        """Start, end and phrase of each whole-word occurrence; the longest where several begin or overlap."""
        if self._automaton is None:
            return []
        hits = ((last + 1 - len(phrase), last + 1, phrase) for last, phrase in self._automaton.iter(lower))
        return _longest([hit for hit in hits if _whole(lower, hit[0], hit[1])])


def _whole(text: str, start: int, end: int) -> bool:
    before = start > 0 and _joins(text[start - 1]) and _joins(text[start])
    after = end < len(text) and _joins(text[end]) and _joins(text[end - 1])
    return not before and not after


def _joins(char: str) -> bool:
    return char.isalnum() or char == "_"


def _longest(hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept
