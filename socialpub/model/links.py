"""Finds the links in a text as networks that shorten them do: with a scheme, and bare ones like a.example/b.

The grammar follows the published conformance data for link extraction (version 3): a link begins after
something that is no letter, digit, @, # or $; its host ends in a known top-level domain; punctuation at its
end belongs to the sentence. Every repetition is bounded or possessive, so no text takes long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from socialpub.model.top_domains import top_domains

_ACCENTS = (  # Latin letters with marks, which a bare link may carry
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    r"\u1e00-\u1eff"
)
_MARKS = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"  # directional marks: never part of a host
_SCHEME_HOST = rf"[^\s\p{{Z}}!-/:-@\[-`{{-~\ufffe\uffff\ufeff{_MARKS}]"
_BARE_HOST = rf"[a-z0-9{_ACCENTS}]"
_PATH = rf"a-z0-9\u0400-\u04ff{_ACCENTS}!*';:=+,.$/%#\[\]\-\u2013_~@|&"
#: May stand inside a path or a query, but not at its end.
_NO_PATH_END = "!*';:,.$%[]~@|&\u2013"
_NO_QUERY_END = "!?*'@();:+$%[].,~|"
_LONGEST_LABEL = 63  # RFC 1035 section 2.3.4, in the form that goes over the wire


@dataclass(frozen=True, slots=True)
class Link:
    """Code points [start, end) of a text. `bare` links have no scheme; some networks do not see those."""

    start: int
    end: int
    bare: bool


def links(text: str) -> list[Link]:
    """The links of `text`, in order, none overlapping."""
    return list(_found(text))


def _found(text: str) -> Iterator[Link]:
    at = 0
    while match := _pattern().search(text, at):
        at = _end_of_path(text, match)
        if all(_fits_on_the_wire(label) for label in match["host"].split(".")):
            yield Link(match.start(), at, bare=match["scheme"] is None)


@cache
def _pattern() -> "regex.Pattern[str]":
    named = rf"(?:{_SCHEME_HOST}(?:(?:{_SCHEME_HOST}|[_-]){{0,61}}{_SCHEME_HOST})?\.){{0,20}}"
    last = rf"{_SCHEME_HOST}(?:(?:{_SCHEME_HOST}|-){{0,61}}{_SCHEME_HOST})?\."
    bare = rf"(?<![-_./])(?:{_BARE_HOST}(?:[a-z0-9{_ACCENTS}-]{{0,61}}{_BARE_HOST})?\.){{1,20}}"
    ending = r"(?:\L<top>|xn--[a-z0-9-]{1,59})(?![a-z0-9@+-])"
    return regex.compile(
        rf"(?<![a-z0-9@＠$#＃\ufffe\ufeff\uffff{_ACCENTS}])"
        rf"(?:(?P<scheme>https?://)(?P<host>{named}{last}{ending})|(?P<host>{bare}{ending}))(?::[0-9]{{1,5}})?",
        flags=regex.IGNORECASE | regex.VERSION0,
        top=top_domains(),
    )


@cache
def _tail() -> "tuple[regex.Pattern[str], regex.Pattern[str]]":
    inner = rf"\([{_PATH}]*+(?:\([{_PATH}]++\)[{_PATH}]*+)?\)"
    path = regex.compile(rf"/(?:[{_PATH}]|{inner})*+", regex.IGNORECASE)
    query = regex.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+", regex.IGNORECASE)
    return path, query


def _end_of_path(text: str, match: "regex.Match[str]") -> int:
    path, query = _tail()
    end = match.end()
    if found := path.match(text, end):
        kept = found[0].rstrip(_NO_PATH_END)
        if kept != found[0]:
            return end + len(kept)
        end = found.end()
    if found := query.match(text, end):
        kept = found[0].rstrip(_NO_QUERY_END)
        return end + len(kept)
    return end


def _fits_on_the_wire(label: str) -> bool:
    if label.isascii():
        return True
    return not label.startswith("xn--") and len(label.encode("punycode")) + len("xn--") <= _LONGEST_LABEL
