"""Which patterns take more than twice as long on twice the text: `python -m tests.policy.growth`.

Each pattern that ever reads a story, ours and the packs', meets texts of one thing repeated. Only the growth is
judged, so a slow or busy machine gives the same answer: four times the text may take four times as long, not sixteen.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import thread_time
from typing import Any

from socialpub.model.document import parse
from socialpub.policy.matching import TRUSTED, Compiled
from socialpub.policy.packs import Packs, load
from socialpub.policy.screen import screen
from socialpub.policy.tokens import Part
from tests.policy.packing import DAY, DEPARTMENT
from tests.policy.score import POLICIES

SHORT, LONG = 1_000, 4_000  # characters
LINEAR = LONG / SHORT
MOST = 2 * LINEAR  # halfway, as one counts orders, to the square
_QUICK_S = 0.002  # on the long text: faster than this it cannot grow into anything

UNITS = (
    *"aA1.@-'/#&_ ():,!?\"\n\té😀\u200b\u0301١",
    "a ", "A ", "Ab ", "AB ", "1 ", "1-", "1.", "1/", "1,", "a.", "a-", "a@", "a@a.", "A'", "A-", "A.",
    "Aa'", "#a", "@a", ". ", "..", ".)", "!?", "' ", '"A ', "AB, ", "AB 1.", "AB A ", "A-A ", "a 1 ",
    "Aa 1 ", "😀 ", "😀\u200d", "🇺🇸", "e\u0301", "http://a.", "https://a.b ", "a.com ", "www.", "Mr ",
    "Mr. A", "Dr. Ab ", "named ", "named Ab ", "name is ", "Officer A", "officer ", "sgt. ", "Sgt",
    "Mon ", "Jan 1 ", "Mon, Jan 1, 20", "1/1/", "1 of ", "Christmas ", "IMG_1", "image of ", "555-",
    "(555) ", "five ", "one two ", "12 Main St ", "9-year-old ", "9-year-old Emma ", "kid ", "the ",
    "and ", "of the ", "arrested ", "victim of ", "student ", "free ", "call ", "vote ", "we will ",
    "at the ", "apt 1 ",
)  # fmt: skip
ENDS = ("", "@", "!", "x", " X1")


@dataclass(frozen=True)
class Growth:
    pattern: str
    unit: str
    end: str
    times: float  # how much longer four times the text takes; inf: it ran out of time


Search = Callable[[str], object]
_LOOKS = 8


def searches(packs: Packs) -> dict[str, Search]:
    """Every pattern that reads stories: ours, and those of the packs."""
    screen(parse({"text": "An example."}), DEPARTMENT, packs, DAY)  # some of ours are made on first use
    ours: dict[str, Search] = {source: pattern.finditer for source, pattern in TRUSTED.items()}
    theirs: dict[str, Search] = {found.source: found.spans for rule in packs.rules for found in _patterns(rule.check)}
    return ours | theirs


def _patterns(kind: Any) -> Iterator[Compiled]:
    for _, value in kind:
        for one in value if isinstance(value, tuple) else (value,):
            held = one.pattern if isinstance(one, Part) else one
            if isinstance(held, Compiled):
                yield held


def superlinear(search: Search, pattern: str = "") -> Iterator[Growth]:
    """Where it grows faster than its text. A busy machine makes one look lie: what grows does so in each of them."""
    for unit in UNITS:
        for end in ENDS:
            if _seconds(search, unit, end, LONG) > _QUICK_S and (times := _surely(search, unit, end)) > MOST:
                yield Growth(pattern, unit, end, times)


def _surely(search: Search, unit: str, end: str) -> float:
    least = _times(search, unit, end)
    for _ in range(_LOOKS):
        if least <= MOST:
            break
        least = min(least, _times(search, unit, end))
    return least


def _times(search: Search, unit: str, end: str) -> float:
    """The least of several: other work on the machine only ever adds."""
    long = min(_seconds(search, unit, end, LONG) for _ in range(3))
    short = min(_seconds(search, unit, end, SHORT) for _ in range(5))
    return long / short if short else 0.0


def _seconds(search: Search, unit: str, end: str, length: int) -> float:
    text = (unit * length)[:length] + end
    before = thread_time()
    try:
        search(text)
    except TimeoutError:
        return float("inf")
    return thread_time() - before


def main() -> None:
    found = [
        one for pattern, search in searches(load(POLICIES, "CA")).items() for one in superlinear(search, pattern)
    ]
    for one in sorted(found, key=lambda one: -one.times):
        print(f"x{one.times:<6.1f} {one.unit!r} … {one.end!r}: {one.pattern[:150]}")  # noqa: T201  a script's answer
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
