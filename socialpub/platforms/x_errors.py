"""What X's error answers mean: rows, read from the top. Data.

Sources: openapi.json 2.167 (problem types), docs.x.com "Response codes and errors" and "Pricing" (2026-08),
the text of the duplicate refusal as reported from the field in 2026-02. The rest is in classify.HTTP_ROWS.
"""

from collections.abc import Mapping
from typing import Any

from socialpub.platforms.classify import Facts, Means, Row, Table, joined, whole_number
from socialpub.platforms.trouble import Declined

ROWS: Table = (
    Row(Means.HAVE_IT, "says it has this post already", statuses=(403,), words="duplicate content"),
    Row(Means.HAVE_IT, "says it has this post already", statuses=(403,), codes=(187,)),
    Row(Means.PERSON, "has locked or suspended the account", "Sign in to X on the web and follow its steps.",
        statuses=(401, 403), codes=(63, 64, 326)),
    Row(Means.PERSON, "the project is used up", "Raise the cap or add credit at developer.x.com.",
        statuses=(402, 403, 429), words="usage-capped|usage cap|creditsdepleted"),
    Row(Means.PERSON, "does not let our app write", "At developer.x.com let the app read and write, then "
        "connect the channel again.", statuses=(403,),
        words="client-forbidden|oauth1 app permissions|not permitted to perform|unsupported-authentication"),
    Row(Means.PERSON, "does not accept our key", "Connect the channel again: its key is revoked or too old.",
        statuses=(401,), useless=True),
    Row(Means.PERSON, "credits are used up", "Add credit at developer.x.com.", statuses=(402,)),
    Row(Means.FORGOTTEN, "has forgotten the uploaded photos; they will be uploaded again",
        statuses=(400, 403), words="media id"),
    Row(Means.REFUSED, "says the text is too long", "Shorten the text.", statuses=(400, 403),
        words="too long"),
    Row(Means.REFUSED, "does not take a file of this size", "Use a smaller photo.", statuses=(413,)),
)  # fmt: skip


def facts(declined: Declined) -> Facts:
    """X answers with a problem {title, detail, type, status}, with {"errors": […]}, or with both."""
    body: Mapping[str, Any] = declined.body or {}
    errors = body.get("errors")
    items = [item for item in errors if isinstance(item, dict)] if isinstance(errors, list) else []
    words = [body.get("title"), body.get("detail"), body.get("type"), body.get("error")]
    words += [item.get(key) for item in items for key in ("message", "detail", "title", "type")]
    return Facts(
        status=declined.status,
        code=whole_number(items[0].get("code")) if items else None,
        words=joined(word for word in words if word != "about:blank"),  # RFC 9457: no more than the status
        bare=declined.body is None or declined.status < 400,  # an error inside a success is not a clear no
    )
