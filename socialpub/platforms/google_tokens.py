"""Google's OAuth 2.0 (developers.google.com, "OAuth 2.0 for Web Server Applications"). Data.

A refresh token stays good and does not come again; `access_type=offline` with `prompt=consent` brings one each time.
One scope is enough: the description of the API (revision 20261104) lists youtube.force-ssl for every call made here.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Reading, Row, joined
from socialpub.platforms.tokens import Tokens
from socialpub.platforms.trouble import Declined

_AGAIN = (
    'Connect the account again: socialpub channel connect. An app whose consent screen is still in "Testing" loses '
    "its access after 7 days: publish it in the Google Cloud console (docs/platforms.md)."
)


def facts(declined: Declined) -> Facts:
    """The token endpoint answers {error, error_description} (RFC 6749 section 5.2)."""
    body: Mapping[str, Any] = declined.body or {}
    words = joined([body.get("error"), body.get("error_description")])
    return Facts(declined.status, words=words, bare=declined.body is None or declined.status < 400)


_READING = Reading(
    "YouTube",
    (
        Row(Means.PERSON, "Google does not take the account's refresh token any more", _AGAIN,
            statuses=(400, 401, 403), words="invalid_grant"),
        Row(Means.PERSON, "Google does not know our app", "Check client_id and client_secret against the "
            "Google Cloud console, then connect the account again: socialpub channel connect.",
            statuses=(400, 401, 403)),
    ),
    facts,
)  # fmt: skip

TOKENS = Tokens(
    network="youtube",
    page=("https://accounts.google.com", "/o/oauth2/v2/auth"),
    door=("https://oauth2.googleapis.com", "/token"),
    scopes="https://www.googleapis.com/auth/youtube.force-ssl",
    reading=_READING,
    lives_s=3600,
    app=("client_id", "client_secret"),
    asks={"access_type": "offline", "prompt": "consent"},
    rotates=False,
    in_form=True,
)
