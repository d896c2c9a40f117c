"""Cleans a text without changing what it says: one Unicode form, nothing invisible, tidy white space.

What is taken out could hide words from a reader or turn their order around. Pure and idempotent.
"""

import unicodedata
from functools import cache

import regex


def tidy(text: str) -> str:
    """`text` in NFC, without control and hidden characters, trailing spaces and more than two blank lines."""
    text = regex.sub(r"\r\n?|[\v\f\u0085\u2028\u2029]", "\n", text).replace("\t", " ")
    text = unicodedata.normalize("NFC", _hidden().sub(r"\g<flag>", text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return regex.sub(r"\n{4,}", "\n\n\n", text).strip()


@cache
def _hidden() -> "regex.Pattern[str]":
    """Characters that a reader does not see; the letters inside a regional flag are kept, as they draw it."""
    return regex.compile(
        r"(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)"
        r"|(?![\n])[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}"  # Co: what is private to a font
        r"\u202a-\u202e\u2066-\u2069"  # overrides, embeddings and isolates: they turn the order of words
        r"\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # soft hyphen, zero-width space, joiners of words
        r"\U000e0000-\U000e007f]"  # letters that are never drawn
    )
