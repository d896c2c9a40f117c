"""What a Mastodon server's error answers mean: rows, read from the top. Data.

Mastodon answers {"error": words} and no code, in the language asked for (`lang=en`): so the words are the table.
Sources: docs.joinmastodon.org (methods, rate limits; 2026-07) and the server's own English locale file and API
controllers (github.com/mastodon/mastodon, read 2026-11-22). The rest is in classify.HTTP_ROWS.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Row, Table, joined
from socialpub.platforms.trouble import Declined

#: The code of an answer to the visible call; Mastodon itself has none.
VISIBLE = 1
_SCOPES = "write:statuses, write:media, read:accounts and read:statuses"

ROWS: Table = (
    Row(Means.UNCLEAR, "an error page that is not the server's own", statuses=(400, 403, 404, 410, 422), bare=True),
    # The key of a post is kept an hour; if that post was deleted meanwhile, the same key finds nothing.
    Row(Means.HAVE_IT, "says it already had a post under our key, and no longer has it", statuses=(404, 410),
        codes=(VISIBLE,), words="record not found|gone"),
    Row(Means.FORGOTTEN, "has forgotten the uploaded photos, or shows them in a post already",
        words="not found or already attached"),
    Row(Means.FORGOTTEN, "could not process a photo; it will be uploaded again", statuses=(422,),
        words="error processing"),
    Row(Means.AGAIN, "is still processing the photos", words="not finished processing"),
    Row(Means.PERSON, "does not let our key do this", f"Make a new token with the rights {_SCOPES}; then connect the "
        "channel again.", statuses=(403,), words="outside the authorized scopes"),
    Row(Means.PERSON, "does not let this account post", "Sign in to the server on the web and follow what it says, "
        "or write to its administrator; then connect the channel again.", statuses=(403,)),
    Row(Means.PERSON, "does not accept our key", "Connect the channel again: the token was withdrawn or is an "
        "application's own.", words="requires an authenticated user", useless=True),
    Row(Means.REFUSED, "says the text is too long", "Shorten the text.", statuses=(422,), words="character limit"),
    Row(Means.REFUSED, "does not take so many photos", "Leave some photos out.", statuses=(422,),
        words="cannot attach more than"),
    Row(Means.REFUSED, "does not take this kind of file", "Use a JPEG photo.", statuses=(422,),
        words="content type|file type"),
    Row(Means.REFUSED, "does not take a file of this size", "Use a smaller photo.", statuses=(413, 422),
        words="file size|must be less than|too large"),
    Row(Means.REFUSED, "does not take a file of this size", "Use a smaller photo.", statuses=(413,)),
)  # fmt: skip


def facts(declined: Declined) -> Facts:
    body: Mapping[str, Any] = declined.body or {}
    return Facts(
        status=declined.status,
        code=VISIBLE if declined.visible else None,
        words=joined([body.get("error"), body.get("error_description")]),
        bare="error" not in body or declined.status < 400,  # an error inside a success is not a clear no
    )


def says_missing(declined: Declined) -> bool:
    """Whether the server itself says that there is no such thing; a proxy's 404 has other words, or none."""
    return declined.status == 404 and facts(declined).words.casefold() == "record not found"
