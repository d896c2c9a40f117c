"""Finds people's names without a language model: capitals, titles of courtesy, "named X", the story's list.

It would rather miss a rare name than take "Happy Thanksgiving" for a neighbor: the lists of first names and
of words that are no names come from the packs' [words].
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from socialpub.model.document import Person
from socialpub.policy.matching import trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.spared import Spared

# Forty letters at most before the first small one: "A'A'A'A…" would be read again from every letter.
_CAPITAL = r"\p{Lu}[\p{L}'-]{0,40}\p{Ll}[\p{L}'-]*"
_RUN = trusted(rf"(?<![\w@#/.-])(?:{_CAPITAL})(?: (?:{_CAPITAL}|\p{{Lu}}\.(?=\W|$)))*")
_WORD = trusted(r"[^ ]+")
_TITLED = trusted(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sra|Sr|Prof)\.? ({_CAPITAL}|[A-Z]\b\.?)(?: {_CAPITAL})?")
_NAMED = trusted(
    rf"\b(?i:named|called|name is|name's|names are|goes by|ask for|asking for) ({_CAPITAL}(?: {_CAPITAL})?)"
)


@dataclass(frozen=True, slots=True)
class Name:
    start: int  # in the passage's plain text
    end: int
    adult: bool  # a listed adult, or called Mr., Mrs., Dr.

    @property
    def span(self) -> Span:
        return self.start, self.end


class NameFinder:
    def __init__(self, words: Mapping[str, tuple[str, ...]], spared: Spared, people: Iterable[Person]) -> None:
        self._first = frozenset(words.get("first_names", ()))
        self._not = frozenset(words.get("not_names", ()))
        self._spared = spared
        self._adults = _words_of(person.name for person in people if not person.minor)
        self._listed = self._adults | _words_of(person.name for person in people if person.minor)
        self._minors = self._listed - self._adults

    def names(self, passage: Passage) -> list[Name]:
        kept: list[Name] = []
        for name in sorted(self._all(passage), key=lambda name: (name.start, -name.end)):
            if kept and name.start < kept[-1].end:
                continue
            if not self._spared.covers(passage, name.span):
                kept.append(name)
        return kept

    def _all(self, passage: Passage) -> Iterator[Name]:
        text = passage.plain
        for found in _TITLED.finditer(text):
            yield Name(*found.span(), adult=True)
        for found in _NAMED.finditer(text):
            first = found[1].split()[0].lower()
            if first not in self._not:
                yield self._name(text, found.start(1), found.end(1))
        for found in _RUN.finditer(text):
            yield from self._in_run(passage, found.start(), found[0])

    def _in_run(self, passage: Passage, start: int, run: str) -> Iterator[Name]:
        """The names in a row of capitalised words: parted at words that are none."""
        part: list[Span] = []
        for found in _WORD.finditer(run):
            span = (start + found.start(), start + found.end())
            if self._is_no_name(found[0]):
                yield from self._if_a_name(passage, part)
                part = []
            else:
                part.append(span)
        yield from self._if_a_name(passage, part)

    def _is_no_name(self, word: str) -> bool:
        low = _bare(word)
        return low in self._not and low not in self._listed

    def _if_a_name(self, passage: Passage, part: list[Span]) -> Iterator[Name]:
        text = passage.plain
        while part:
            first = _bare(text[part[0][0] : part[0][1]])
            known = first in self._first or first in self._listed
            opens = part[0][0] == passage.sentence(part[0][0])[0]
            if known or (2 <= len(part) <= 3 and not opens and not _in_quotes(passage, part[0][0])):
                end = part[-1][1] - (2 if text[: part[-1][1]].endswith("'s") else 0)
                yield self._name(text, part[0][0], end)
                return
            part = part[1:] if opens else []

    def _name(self, text: str, start: int, end: int) -> Name:
        words = {_bare(word) for word in text[start:end].split()}
        return Name(start, end, adult=bool(words & self._adults) and not words & self._minors)


def _in_quotes(passage: Passage, offset: int) -> bool:
    """Capitals between quotes are mostly a title: "The Night Before the Fishing Trip"."""
    return passage.plain.count('"', passage.sentence(offset)[0], offset) % 2 == 1


def _bare(word: str) -> str:
    low = word.lower().rstrip(".,")
    return low.removesuffix("'s").removesuffix("'")


def _words_of(names: Iterable[str]) -> frozenset[str]:
    titles = {"mr", "mrs", "ms", "miss", "dr"}
    return frozenset(_bare(word) for name in names for word in name.split()) - titles - {""}
