"""What Graph's own error answers mean, whichever of its networks gives them: rows and where their facts stand. Data.

Graph tells the cause by code and subcode; many come as HTTP 400 whatever they are. Source: the page "Handle
errors" on developers.facebook.com, Graph v25.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Row, Table, joined, whole_number
from socialpub.platforms.trouble import Declined

AGAIN = "Connect the channel again."

TROUBLE: Table = (Row(Means.UNCLEAR, "trouble on the network's side", statuses=range(500, 1000)),)

KEY: Table = (
    Row(Means.PERSON, "wants the account checked first", "Sign in to Facebook and follow its steps; then "
        "connect the channel again.", codes=(190,), subcodes=(459, 464)),
    Row(Means.PERSON, "the key died with a changed password", AGAIN, codes=(190,), subcodes=(460,),
        useless=True),
    Row(Means.PERSON, "the key has expired", AGAIN, codes=(190,), subcodes=(463,), useless=True),
    Row(Means.PERSON, "does not accept our key", AGAIN, codes=(102, 104, 190), useless=True),
)  # fmt: skip

PACE: Table = (
    # A limit of the app, the user or the door can be met after the post was made (Graph, and publishing most of all).
    Row(Means.PACE, "too many calls", statuses=(429,), unsure=True),
    Row(Means.PACE, "too many calls", codes=(4, 17), unsure=True),
    Row(Means.PACE, "too many calls", codes=(32, 341, 613, *range(80000, 80015))),
    Row(Means.UNCLEAR, "trouble on the network's side", codes=(1, 2)),
    Row(Means.UNCLEAR, "trouble on the network's side", transient=True),
)


def facts(declined: Declined) -> Facts:
    """Graph answers {"error": {message, type, code, error_subcode, is_transient, error_user_msg, …}}."""
    body: Mapping[str, Any] = declined.body or {}
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    return Facts(
        status=declined.status,
        code=whole_number(error.get("code")),
        subcode=whole_number(error.get("error_subcode")),
        words=joined([error.get("message"), error.get("error_user_title"), error.get("error_user_msg")]),
        transient=error.get("is_transient") is True,
        bare=not error,
    )


def unknown(declined: Declined) -> bool:
    """Whether it says that there is no such thing; also said of what the key may not see."""
    found = facts(declined)
    return (found.code, found.subcode) == (100, 33)
