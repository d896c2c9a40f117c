"""From an audience ("pio", "officer:jruiz") to addresses, and an address to a label that may be shown.

An address is an apprise URL and may hold a password or a token: nothing but `label()` of it may be shown.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote, unquote_plus

from socialpub.settings import Notify
from socialpub.store.telling import ADMINISTRATORS, PIO, REVIEWERS, officer

Addresses = Callable[[str], Sequence[str]]

_MAIL = frozenset({"mailto", "mailtos"})
_KIND = re.compile(r"([a-z][a-z0-9+.-]{0,19})://", re.IGNORECASE)
_TO = re.compile(r"(?<=[?&])to=([^&#]*)")
_PERSON = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*")


def addresses_of(notify: Notify) -> Addresses:
    """A function from an audience to its addresses, each of one person; empty when none is set."""
    known = {REVIEWERS: notify.reviewers, PIO: notify.pio, ADMINISTRATORS: notify.administrators}
    known |= {officer(name): urls for name, urls in notify.officers.items()}
    alone = {audience: tuple(one for url in urls for one in _each_person(url)) for audience, urls in known.items()}
    return lambda audience: alone.get(audience, ())


def silent(notify: Notify) -> list[str]:
    """Audiences that nobody listens for; doctor says so. Officers are not counted: not all want mail."""
    to = addresses_of(notify)
    return [audience for audience in (REVIEWERS, PIO, ADMINISTRATORS) if not to(audience)]


def _each_person(url: str) -> list[str]:
    """One address per recipient of a mail: a second try must not reach those who have it already."""
    people = _recipients(url)
    if len(people) < 2:
        return [url]
    return [_TO.sub(lambda _, to=one: f"to={to}", url, count=1) for one in people]  # type: ignore[misc]  # bound per turn


def _recipients(url: str) -> list[str]:
    found = _TO.search(url)
    if kind(url) not in _MAIL or not found:
        return []
    people = [one.strip() for one in unquote_plus(found[1].replace("+", "%2B")).split(",")]
    return people if all(_PERSON.fullmatch(one) for one in people) else []


def kind(url: str) -> str:
    """What sort of address this is: "mailto", "slack"; "" for what is no URL."""
    found = _KIND.match(url)
    return found[1].lower() if found else ""


def label(url: str) -> str:
    """What may be shown of an address: a mail's recipient, else its kind and four digits to tell it by.

    Sixteen bits of a hash tell two addresses apart, and give nobody a token.
    """
    people = _recipients(url)
    if people:
        return f"mail to {', '.join(people)}"
    return f"{kind(url) or 'an unreadable address'} #{hashlib.sha256(url.encode(errors='replace')).hexdigest()[:4]}"


def masked(text: str, url: str) -> str:
    """`text` without any part of `url` that could be a secret: all values, all of its path, all of its login."""
    for piece in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(piece, "***")
    return text


def _secrets(url: str) -> set[str]:
    rest = url.partition("://")[2] or url
    place, _, query = rest.partition("?")
    login, _, host = place.rpartition("@")
    values = [pair.partition("=")[2] for pair in re.split("[&#]", query)]
    pieces = {rest, *_logins(rest), *re.split("[:/@]", login), *re.split("[:/@]", host), *values}
    shown = {*_recipients(url), re.split("[:/]", host)[0] if kind(url) in _MAIL else ""}
    both = {form for piece in pieces for form in (piece, unquote(piece), unquote_plus(piece))}
    return {piece for piece in both if len(piece) >= 4} - shown


def _logins(rest: str) -> set[str]:
    """All that may be a login or its password: one with an unescaped ?, # or @ in it ends nobody knows where."""
    parts = rest.split("@")
    before = {"@".join(parts[:count]) for count in range(1, len(parts))}
    return before | {login.partition(":")[2] for login in before}
