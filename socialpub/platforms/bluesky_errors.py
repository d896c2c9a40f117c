"""What a PDS's error answers mean: rows, read from the top. Data.

An answer is {error, message}; `error` is a name, and each row asks for it at the beginning of the words. Sources: the
lexicons' own lists of errors, a PDS 0.4.217 asked on 2026-11-22, the rest remembered. HTTP's own are in classify.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Row, Table, joined
from socialpub.platforms.trouble import Declined

_NEW_KEY = "Make a new app password (Settings, Privacy and security, App passwords) and connect the channel again."
_CLEAR = (400, 401, 403, 404, 413)  # an error inside a success, or from somebody in between, is not a clear no

ROWS: Table = (
    Row(Means.AGAIN, "ended our session; a new one is opened", statuses=_CLEAR, words=r"^ExpiredToken\b"),
    Row(Means.HAVE_IT, "says that something stands under this key already", statuses=_CLEAR,
        words=r"^InvalidSwap\b"),
    Row(Means.FORGOTTEN, "has forgotten the uploaded photos; they will be uploaded again", statuses=_CLEAR,
        words=r"^BlobNotFound\b|^InvalidRequest; could not find blob"),
    Row(Means.PERSON, "wants a second factor", "Connect the channel with an app password (Settings, Privacy and "
        "security, App passwords), not with the account's own.", statuses=_CLEAR,
        words=r"^AuthFactorTokenRequired\b"),
    Row(Means.PERSON, "has closed or suspended the account", "Sign in to Bluesky and follow its steps.",
        statuses=_CLEAR, words=r"^(Account|Repo)(Takedown|TakenDown|Takendown|Suspended|Deactivated)\b"),
    Row(Means.PERSON, "does not accept our key", _NEW_KEY, statuses=_CLEAR,
        words=r"^(InvalidToken|AuthenticationRequired|AuthMissing)\b", useless=True),
    Row(Means.PERSON, "does not accept our key", _NEW_KEY, statuses=(401,), useless=True),
    Row(Means.PERSON, "does not know the account", "Check the address of the server, and the account.",
        statuses=_CLEAR, words=r"^(RepoNotFound|AccountNotFound)\b|^InvalidRequest; could not find repo"),
    Row(Means.REFUSED, "does not take a file of this size", "Use a smaller photo.", statuses=_CLEAR,
        words=r"^(BlobTooLarge|PayloadTooLarge)\b|\bblob too big\b"),
    Row(Means.REFUSED, "does not take a file of this size", "Use a smaller photo.", statuses=(413,)),
    Row(Means.REFUSED, "says the text is too long", "Shorten the text.", statuses=_CLEAR,
        words=r"\b(grapheme|string) too big\b.*\btext\b|/text must not be longer than"),
)  # fmt: skip


def facts(declined: Declined) -> Facts:
    body: Mapping[str, Any] = declined.body or {}
    return Facts(
        status=declined.status,
        words=joined([body.get("error"), body.get("message")]),
        bare=declined.body is None or declined.status < 400,
    )


def named(declined: Declined, *names: str) -> bool:
    """Whether the network itself gives the error one of these names."""
    body = declined.body or {}
    return 400 <= declined.status < 500 and body.get("error") in names
