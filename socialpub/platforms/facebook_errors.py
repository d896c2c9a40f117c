"""What the Graph API's error answers mean: rows, read from the top. Data.

Graph tells the cause by code and subcode; many come as HTTP 400 whatever they are. Source: the page "Handle
errors" on developers.facebook.com, Graph v25; 506 with subcode 1455006 from published samples.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Row, Table, joined, whole_number
from socialpub.platforms.trouble import Declined

_AGAIN = "Connect the channel again."

ROWS: Table = (
    Row(Means.UNCLEAR, "trouble on the network's side", statuses=range(500, 1000)),
    Row(Means.HAVE_IT, "says it has this post already", codes=(506,)),
    Row(Means.HAVE_IT, "says it has this post already", subcodes=(1455006,)),
    Row(Means.HAVE_IT, "says these photos are in a post already", codes=(100,), subcodes=(1366051,)),
    Row(Means.PERSON, "wants the account checked first", "Sign in to Facebook and follow its steps; then "
        "connect the channel again.", codes=(190,), subcodes=(459, 464)),
    Row(Means.PERSON, "the key died with a changed password", _AGAIN, codes=(190,), subcodes=(460,),
        useless=True),
    Row(Means.PERSON, "the key has expired", _AGAIN, codes=(190,), subcodes=(463,), useless=True),
    Row(Means.PERSON, "does not accept our key", _AGAIN, codes=(102, 104, 190), useless=True),
    Row(Means.PERSON, "has blocked posting", "Look at the Page's support inbox; wait for its end.",
        codes=(368,)),
    Row(Means.PERSON, "our key may not do this", "The app needs pages_manage_posts and the person the "
        "task to create content; then connect the channel again.", codes=(3, 10, *range(200, 300))),
    # A limit of the app, the user or the door can be met after the post was made (Graph, and publishing most of all).
    Row(Means.PACE, "too many calls", statuses=(429,), unsure=True),
    Row(Means.PACE, "too many calls", codes=(4, 17), unsure=True),
    Row(Means.PACE, "too many calls", codes=(32, 341, 613, *range(80000, 80015))),
    Row(Means.UNCLEAR, "trouble on the network's side", codes=(1, 2)),
    Row(Means.UNCLEAR, "trouble on the network's side", transient=True),
    Row(Means.FORGOTTEN, "has forgotten the uploaded photos; they will be uploaded again",
        codes=(100,), words="media_fbid|attached_media"),
    Row(Means.PERSON, "does not know the Page, or hides it", _AGAIN, codes=(100,), subcodes=(33,), useless=True),
    Row(Means.REFUSED, "declined the post", "Change the post, or have an administrator look.", codes=(100,)),
)  # fmt: skip


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
