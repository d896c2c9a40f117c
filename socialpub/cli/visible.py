"""Makes foreign words safe to look at: what nobody would see is spelled out, what is quoted cannot pass for ours.

A reviewer approves what the public will see, so nothing is left out here: it is shown as <U+XXXX>.
"""

import shutil
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

#: Before each line that somebody else wrote; nothing of ours begins with it.
QUOTE, GOES_ON = "  | ", "  : "
_NARROWEST, _WIDEST = 40, 116
_SHORT = 60  # columns beside a name


def visible(text: str) -> str:
    """`text` with its lines; each character that is not seen, or that a terminal acts upon, as its number."""
    if text.replace("\n", "").isascii() and text.replace("\n", "").isprintable():  # what nearly every text is
        return text
    return _unseen().sub(_spelled, text)


def quoted(text: str) -> list[str]:
    """Somebody else's words, line by line behind a mark; a long line goes on behind another mark."""
    width = max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns - 1, _WIDEST)) - len(QUOTE)
    lines = visible(text.replace("\r\n", "\n")).split("\n")
    return [line for each in lines for line in _marked(each, width)]


def named(label: str, text: str) -> list[str]:
    """Somebody else's words under a name of ours: beside it when they are short, else as a quotation."""
    if sum(map(_columns, text)) <= _SHORT and "\n" not in text:
        return [f"{label}: {inline(text)}"]
    return [f"{label}:", *quoted(text)]


def inline(text: str) -> str:
    """Somebody else's words inside a line of ours, between quotation marks that they cannot end."""
    whole = visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "<U+000A>")
    return f'"{whole}"'


def one_line(text: str) -> str:
    """Words that stand in a list: on one line, whoever wrote them."""
    return visible(" ".join(text.split()))


def _marked(line: str, width: int) -> Iterator[str]:
    pieces = list(_pieces(line, width))
    yield QUOTE + pieces[0]
    yield from (GOES_ON + piece for piece in pieces[1:])


def _pieces(line: str, width: int) -> Iterator[str]:
    """The line in pieces that a terminal does not break: a broken line would begin without a mark."""
    piece, used = "", 0
    for word in _unbroken(line, width):
        columns = sum(map(_columns, word))
        if piece and used + columns > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + word, used + columns
    yield piece


def _unbroken(line: str, width: int) -> Iterator[str]:
    """Words with the white space after them, none wider than `width`."""
    most = max(width // 2, 1)  # a character takes two columns at most
    for found in _words().finditer(line):
        word = found[0]
        yield from (word[at : at + most] for at in range(0, len(word), most))


def _columns(character: str) -> int:
    # Python does not know the width of the newest emoji; too wide a guess only breaks a line early.
    return 2 if character >= "\U0001f000" or unicodedata.east_asian_width(character) in "WF" else 1


def _spelled(found: "regex.Match[str]") -> str:
    if found["whole"]:
        return str(found[0])
    return "".join(f"<U+{ord(character):04X}>" for character in found[0])


@cache
def _words() -> "regex.Pattern[str]":
    import regex

    return regex.compile(r"\S+\s?|\s")


@cache
def _unseen() -> "regex.Pattern[str]":
    """Emoji are left whole, with the joiners and flags that draw them; so are new ones that Python does not know."""
    import regex

    return regex.compile(
        r"(?P<whole>\p{Extended_Pictographic}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?"
        r"(?:\u200d\p{Extended_Pictographic}[\ufe0f\U0001f3fb-\U0001f3ff]?)*"
        r"(?:(?<=\U0001f3f4)[\U000e0020-\U000e007e]{1,8}\U000e007f)?"
        r"|[0-9#*]\ufe0f\u20e3)"
        r"|(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]"
    )
