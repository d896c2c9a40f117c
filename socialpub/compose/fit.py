"""Shortens a text to a network's length: at the end of a sentence, else at a word, never inside what belongs
together. Pure. It only ever leaves words out at the end; it adds nothing but the ellipsis.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex

from socialpub.compose.sentences import sentence_ends
from socialpub.compose.whole import whole_spans
from socialpub.model.limits import TextLimits
from socialpub.model.measure import fits, measure

ELLIPSIS = "…"
#: A cut at a sentence must keep this much of the room; "Wow!" alone is worse than half a paragraph and "…".
LEAST_KEPT = 1 / 3
_LOOSE_ENDS = " \t\n,;:–—-([{“‘«"


@dataclass(frozen=True, slots=True)
class Fitted:
    """`text` is no longer than the network takes. It is empty when nothing that makes sense fits."""

    text: str
    shortened: bool


def fit(text: str, limits: TextLimits) -> Fitted:
    """All of `text` if it fits; else up to the last whole sentence, else up to a word with an ellipsis."""
    if fits(text, limits):
        return Fitted(text, shortened=False)
    pieces = _Pieces(text)
    at_sentence = _longest(pieces.sentences(), lambda at: text[:at], limits)
    if at_sentence and measure(at_sentence, limits) >= limits.longest * LEAST_KEPT:
        return Fitted(at_sentence, shortened=True)
    return Fitted(_at_word(pieces, limits) or at_sentence, shortened=True)


def cut_at_word(text: str, longest: int) -> Fitted:
    """At most `longest` characters of `text`, cut at a word; for alt texts, where each word helps."""
    if len(text) <= longest:
        return Fitted(text, shortened=False)
    return Fitted(_at_word(_Pieces(text), TextLimits(counts="characters", longest=longest)), shortened=True)


class _Pieces:
    """A text and where it may be cut: between graphemes, and not inside a link, a tag or a number."""

    def __init__(self, text: str) -> None:
        self.text = text
        spans = whole_spans(text)
        inside = {at for start, end in spans for at in range(start + 1, end)}
        ends = accumulate(len(grapheme) for grapheme in regex.findall(r"\X", text))
        self.cuts = [at for at in ends if at not in inside]
        self._allowed = frozenset(self.cuts)
        self._ends_whole = frozenset(end for _, end in spans)

    def sentences(self) -> list[int]:
        return [at for at in sentence_ends(self.text) if at in self._allowed]

    def words(self) -> list[int]:
        return [at for at in self.cuts if at < len(self.text) and self.text[at].isspace()]

    def trimmed(self, cuts: Iterable[int]) -> list[int]:
        """The cuts, each back over a comma, a dash or an opening bracket that would lead nowhere."""
        back = self._back_over_loose_ends()
        return sorted({back[at] for at in cuts} - {0})

    def with_ellipsis(self, at: int) -> str:
        """A space where the ellipsis would become part of a link, or pile up on another stop."""
        glue = " " if at in self._ends_whole or self.text[at - 1] in ".!?…" else ""
        return self.text[:at] + glue + ELLIPSIS

    def _back_over_loose_ends(self) -> list[int]:
        """For every place the one to cut at instead: in one pass, for a text may be nothing but loose ends."""
        back = list(range(len(self.text) + 1))
        for at in range(1, len(back)):
            if self.text[at - 1] in _LOOSE_ENDS and (at == 1 or at - 1 in self._allowed):
                back[at] = back[at - 1]
        return back


def _at_word(pieces: _Pieces, limits: TextLimits) -> str:
    """Up to a word; where not even one fits (a script without spaces), up to a grapheme."""
    for cuts in (pieces.words(), pieces.cuts):
        if found := _longest(pieces.trimmed(cuts), pieces.with_ellipsis, limits):
            return found
    return ""


def _longest(cuts: Sequence[int], cut: Callable[[int], str], limits: TextLimits) -> str:
    """The text of the last of `cuts` that fits, or "".

    Bisects: a later cut never measures less, save where it makes or breaks a link; there the answer may be a
    word short, but never too long.
    """
    best, low, high = "", 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        candidate = cut(cuts[middle])
        if fits(candidate, limits):
            best, low = candidate, middle + 1
        else:
            high = middle
    return best
