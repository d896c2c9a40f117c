"""What may not be cut in two: links, mail addresses, handles, tags and telephone numbers. Pure."""

from collections.abc import Iterator
from functools import cache

import regex

from socialpub.model.links import links

Span = tuple[int, int]


def whole_spans(text: str) -> list[Span]:
    """Code points [start, end) of everything in `text` that must stay in one piece; spans may overlap."""
    return [*((link.start, link.end) for link in links(text)), *_others(text)]


def _others(text: str) -> Iterator[Span]:
    for pattern in _patterns():
        for match in pattern.finditer(text):
            yield match.span()


@cache
def _patterns() -> "tuple[regex.Pattern[str], ...]":
    word = r"[\p{L}\p{M}\p{N}_\u200c\u200d\u00b7]"
    return (
        # A scheme makes a link of whatever follows, even of a host that no list knows.
        regex.compile(r"(?i)\b(?:https?://|ftp://|mailto:)\S++"),
        # Tags and handles, with the domain that federated handles carry.
        regex.compile(rf"[#＃]{word}++|[@＠]{word}++(?:[.@-]{word}++)*+"),
        # Mail addresses: bounded on the left, so that a long run of letters is not tried from each letter.
        regex.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]++(?:\.[\w-]++)*+"),
        # Telephone numbers, dates and times in figures; a stop and a space between figures end a sentence.
        regex.compile(r"(?<!\d)[+(]{0,2}\d++(?:(?:[^\S\n]?\(|\)?[^\S\n]|[).\-/:\u2010-\u2013])\d++)++"),
    )
