"""How long a text is in a network's own unit. Pure; which unit a network counts in is data (`TextLimits`)."""

import unicodedata
from functools import cache

import regex

from socialpub.model.limits import TextLimits
from socialpub.model.links import links

#: Code points that weigh 1 in a weighted count; all others weigh 2 (published configuration, version 3, where
#: the weights are 100 and 200 on a scale of 100; read 2026-11-22).
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_HEAVY, _EMOJI = 2, 2


def measure(text: str, limits: TextLimits) -> int:
    """The length that counts against `limits.longest`. Where links are shortened, each counts `link_length`.

    Only a weighted count shortens links without a scheme too; elsewhere they are plain text.
    """
    if limits.counts == "weighted":
        text = unicodedata.normalize("NFC", text)  # the network counts this form, whatever it is sent
    if limits.link_length is None:
        return _plain(text, limits)
    total = at = 0
    for link in links(text):
        if limits.counts == "weighted" or not link.bare:
            total += _plain(text[at : link.start], limits) + limits.link_length
            at = link.end
    return total + _plain(text[at:], limits)


def fits(text: str, limits: TextLimits) -> bool:
    """Whether the network takes a text of this length, and of this many bytes where it counts those as well."""
    within = limits.longest_bytes is None or size(text) <= limits.longest_bytes
    return within and measure(text, limits) <= limits.longest


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def _plain(text: str, limits: TextLimits) -> int:
    match limits.counts:
        case "characters":
            return len(text)
        case "weighted":
            return _weight(text)
        case "graphemes":
            return len(_grapheme().findall(text))
        case "bytes":
            return size(text)


def _weight(text: str) -> int:
    if text.isascii():  # a keycap is the only emoji that begins here, and it does not end here
        return len(text)
    rest, emoji = _emoji().subn("", text)
    return emoji * _EMOJI + sum(_weight_of(ord(character)) for character in rest)


def _weight_of(point: int) -> int:
    return 1 if any(first <= point <= last for first, last in _LIGHT) else _HEAVY


@cache
def _grapheme() -> "regex.Pattern[str]":
    return regex.compile(r"\X")


@cache
def _emoji() -> "regex.Pattern[str]":
    """One emoji as it is drawn: a flag, a keycap, or up to four joined pictures with their skin and sex.

    Unicode Technical Standard 51, section 1.4.9. Four signs are drawn as text unless U+FE0F follows.
    """
    picture = r"(?:[©®™♟]\ufe0f|(?![0-9#*©®™♟])(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Emoji}\ufe0f?))"
    return regex.compile(
        r"\p{RI}\p{RI}"
        r"|[0-9#*]\ufe0f?\u20e3"
        r"|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
        rf"|{picture}(?:\u200d{picture}){{0,3}}(?!\ufe0e)"
    )
