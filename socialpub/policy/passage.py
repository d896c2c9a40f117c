"""One piece of a story's writing, in the form that rules read, with the way back to the submitted characters.

Rules read `plain`: straight quotes, ordinary spaces and letters, nothing invisible. Every offset that leaves
this file counts code points of the field as submitted.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from socialpub.policy.matching import trusted

#: Start and end of something, in code points.
Span = tuple[int, int]

_STRAIGHT = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009\u200a\u2002\u2003\t", " "),
}
_ABBREVIATED = (
    r"(?i:(?<!\b(?:ofc|off|sgt|lt|capt|cpl|det|dep|insp|mr|mrs|ms|dr|st|ave|rd|blvd|no|vs|jr|sr"
    r"|jan|feb|mar|apr|jun|jul|aug"
    r"|sept?|oct|nov|dec|mon|tues?|wed|thur?s?|fri|sat|sun|approx|dept|ft|mt|[a-z])))"
)


@dataclass(frozen=True)
class Passage:
    """`where` and `index` as in a Finding; `field` is one of those that `subject` names."""

    where: str
    index: int
    field: str
    raw: str

    @cached_property
    def _mapped(self) -> tuple[str, list[int] | None]:
        if self.raw.isascii() and "\t" not in self.raw and "`" not in self.raw:
            return self.raw, None
        return _plain(self.raw)

    @property
    def plain(self) -> str:
        return self._mapped[0]

    @cached_property
    def lower(self) -> str:
        """`plain` in lower case, character by character: the same length."""
        low = self.plain.lower()
        return low if len(low) == len(self.plain) else "".join(_lower(char) for char in self.plain)

    def as_submitted(self, start: int, end: int) -> Span:
        """Offsets in `plain`, as offsets in the field as submitted."""
        positions = self._mapped[1]
        if positions is None:
            return start, end
        return positions[start], positions[end]

    def from_submitted(self, start: int, end: int) -> Span:
        """Offsets in the field as submitted, as offsets in `plain`."""
        positions = self._mapped[1]
        if positions is None:
            return start, end
        return bisect_left(positions, start), bisect_left(positions, end)

    @cached_property
    def words(self) -> list[int]:
        """Where each word starts, in `plain`."""
        return [found.start() for found in _WORD.finditer(self.plain)]

    def word_at(self, offset: int) -> int:
        """How many words start at or before `offset`."""
        return bisect_right(self.words, offset)

    @cached_property
    def _breaks(self) -> list[int]:
        return [0, *(found.end() for found in _END.finditer(self.plain))]

    @property
    def sentences(self) -> list[Span]:
        breaks = self._breaks
        return list(zip(breaks, [*breaks[1:], len(self.plain)], strict=True))

    def sentence(self, offset: int) -> Span:
        """The sentence around `offset`."""
        at = bisect_right(self._breaks, offset) - 1
        end = self._breaks[at + 1] if at + 1 < len(self._breaks) else len(self.plain)
        return self._breaks[at], end


# Both begin only where nothing of theirs stands before, and give nothing back: a row of 20,000 dots is read once.
_WORD = trusted(r"(?<![\w'@#/&$-])['@#/&$-]*+\w[\w'@#/&$-]*+")
_END = trusted(
    rf"(?<![.!?])(?:{_ABBREVIATED}[.!?]++|[.!?]{{2,}}+)[\"')]*+\s++|\n++|(?<=\p{{ExtPict}})\s++(?=(?-i:\p{{Lu}}))"
)


def _plain(raw: str) -> tuple[str, list[int]]:
    """The plain form, and for each of its characters where it stood; one more entry for the end."""
    chars: list[str] = []
    positions: list[int] = []
    for position, char in enumerate(raw):
        ordinary = char.isascii() and char not in "\t`"
        plain = char if ordinary else _STRAIGHT.get(char) or _one(char, chars)
        if plain:
            chars.append(plain)
            positions.append(position)
    return "".join(chars), [*positions, len(raw)]


def _one(char: str, before: list[str]) -> str:
    """The one character that `char` becomes; empty when it only decorates or hides."""
    category = unicodedata.category(char)
    if category == "Mn" and before and before[-1].isalpha():
        joined = unicodedata.normalize("NFC", before[-1] + char)
        if len(joined) == 1:
            before[-1] = joined
        return ""
    if category == "Cf" and before and before[-1].isalnum():
        return ""  # zero-width characters inside a word hide it from a reader of lists
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded.isalnum() else char


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char
