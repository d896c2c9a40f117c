"""Markup that cannot be broken out of: what is not markup already is escaped, always. Knows no page.

A text of a post becomes paragraphs and links, and nothing else in it is interpreted.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape

from socialpub.model.links import links

_VOID = frozenset({"br", "img", "link", "meta"})


class Html(str):
    """Text that is markup already. Only this module makes it."""

    __slots__ = ()


def el(tag: str, /, *inner: str, **attributes: str | int | None) -> Html:
    """An element. Attributes: `class_` is class, `http_equiv` is http-equiv; None leaves one out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_quoted(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{written}>" if tag in _VOID else f"<{tag}{written}>{run(inner)}</{tag}>")


def _quoted(value: str) -> str:
    """What may stand between the double quotes of an attribute."""
    return escape(value, quote=False).replace('"', "&quot;")


def run(parts: Iterable[str]) -> Html:
    """One after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part, quote=False) for part in parts))


def document(head: Iterable[Html], body: Iterable[Html]) -> bytes:
    """A whole page, in English around whatever language stands in it."""
    inner = el(
        "html", Html("\n"), el("head", _lines(head)), Html("\n"), el("body", _lines(body)), Html("\n"), lang="en"
    )
    return f"<!DOCTYPE html>\n{inner}\n".encode()


def paragraphs(text: str) -> list[Html]:
    """The paragraphs of a text: blank lines part them, line ends stay, links can be followed."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return [el("p", _linked(each.strip("\n"))) for each in re.split(r"\n[^\S\n]*\n\s*", whole) if each.strip()]


def _linked(text: str) -> Html:
    return run(_pieces(text))


def _pieces(text: str) -> Iterator[Html]:
    at = 0
    for link in links(text):
        yield _broken(text[at : link.start])
        words = text[link.start : link.end]
        yield el("a", words, href=f"https://{words}" if link.bare else words)
        at = link.end
    yield _broken(text[at:])


def _broken(text: str) -> Html:
    return Html(el("br").join(escape(line, quote=False) for line in text.split("\n")))


def _lines(parts: Iterable[Html]) -> Html:
    return Html("\n" + "\n".join(parts) + "\n")
