"""How many signs a reader sees: a small part of Unicode Standard Annex 29, enough for what people post.

Written for the sandbox alone. Not there: joins of Indic scripts, signs that stand before a number.
"""

import unicodedata

_JOINER = 0x200D
_FLAGS = range(0x1F1E6, 0x1F200)
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_LEADING, _VOWEL, _TRAILING, _SYLLABLES = (
    range(0x1100, 0x1160),
    range(0x1160, 0x11A8),
    range(0x11A8, 0x1200),
    range(0xAC00, 0xD7A4),
)


def count(text: str) -> int:
    total, before, flags = 0, "", 0
    for sign in text:
        flags = flags + 1 if ord(sign) in _FLAGS else 0
        if not before or not _belongs(before, sign, flags):
            total += 1
        before = sign
    return total


def _belongs(before: str, sign: str, flags: int) -> bool:
    """Whether `sign` is seen as one with what is before it. `flags`: how many halves of flags end here."""
    if before in "\r\n" or sign in "\r\n" or _is_control(before):
        return (before, sign) == ("\r", "\n")
    if flags:
        return flags % 2 == 0
    return _extends(sign) or (ord(before) == _JOINER and _is_picture(sign)) or _is_syllable(ord(before), ord(sign))


def _extends(sign: str) -> bool:
    kind, point = unicodedata.category(sign), ord(sign)
    return kind in ("Mn", "Me", "Mc") or point in (_JOINER, 0x200C) or point in _SKINS or point in _TAGS


def _is_control(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind in ("Cc", "Zl", "Zp") or (kind == "Cf" and not _extends(sign))


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So" or ord(sign) in (0x2640, 0x2642, 0x2695, 0x2764, 0x2194, 0x2195)


def _is_syllable(before: int, sign: int) -> bool:
    """Korean, written in its parts."""
    whole = before in _SYLLABLES
    open_ended = whole and (before - 0xAC00) % 28 == 0
    return (
        (before in _LEADING and (sign in _LEADING or sign in _VOWEL or sign in _SYLLABLES))
        or ((before in _VOWEL or open_ended) and (sign in _VOWEL or sign in _TRAILING))
        or ((before in _TRAILING or whole) and sign in _TRAILING)
    )
