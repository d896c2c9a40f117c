"""What YouTube's error answers mean: rows, read from the top. Data.

Sources: developers.google.com/youtube/v3, "Errors" of each method and "Quota" (2026); the reasons of accounts, and
that uploadLimitExceeded ends after a day, are remembered, not read. The rest is in classify.HTTP_ROWS.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from socialpub.platforms.classify import Facts, Means, Row, Table, joined
from socialpub.platforms.trouble import Declined

_AGAIN = "Connect the channel again: socialpub channel connect."
_PACIFIC = ZoneInfo("America/Los_Angeles")  # where Google's day ends, for quotas


def midnight(now: datetime) -> datetime:
    """The next midnight in California, when quotas begin anew; some minutes later, for two clocks never agree."""
    local = now.astimezone(_PACIFIC)
    tomorrow = (local + timedelta(days=1)).date()
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, 0, 5, tzinfo=_PACIFIC).astimezone(now.tzinfo)


def in_a_day(now: datetime) -> datetime:
    return now + timedelta(hours=24)


ROWS: Table = (
    Row(Means.PACE, "the project's quota of the day is used up (docs/platforms.md)", statuses=(403, 429),
        words="quotaExceeded|dailyLimitExceeded", until=midnight),
    Row(Means.PACE, "the channel has uploaded as many videos as it may in a day", statuses=(400, 403, 429),
        words="uploadLimitExceeded", until=in_a_day),
    Row(Means.PACE, "too many calls", statuses=(403, 429), words="rateLimitExceeded|uploadRateLimitExceeded"),
    Row(Means.PERSON, "the account has no YouTube channel", "Create the channel on youtube.com, then connect it "
        "again.", statuses=(401, 403), words="youtubeSignupRequired|channelNotFound"),
    Row(Means.PERSON, "the account is suspended or closed", "Sign in to YouTube Studio and follow its steps.",
        statuses=(401, 403), words="AccountSuspended|AccountClosed|accountDelegationForbidden"),
    Row(Means.PERSON, "the YouTube Data API is not switched on for the department's project", "Enable it in the "
        "Google Cloud console (docs/platforms.md).", statuses=(403,), words="accessNotConfigured|SERVICE_DISABLED"),
    Row(Means.PERSON, "our key may not do what is needed", _AGAIN, statuses=(403,),
        words="insufficientPermissions|ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    Row(Means.PERSON, "does not accept our key", _AGAIN, statuses=(401,)),
    Row(Means.REFUSED, "does not take the title", "Change the first sentence: at most 100 characters, no < or >.",
        statuses=(400,), words="invalidTitle"),
    Row(Means.REFUSED, "does not take the description", "Change the text: at most 5000 bytes, no < or >.",
        statuses=(400,), words="invalidDescription"),
    Row(Means.REFUSED, "does not take the tags", "Have an administrator look.", statuses=(400,), words="invalidTags"),
    Row(Means.REFUSED, "does not take the picture that stands for the video", "Choose another picture.",
        statuses=(400,), words="invalidImage"),
    Row(Means.REFUSED, "does not take the captions", "Have the captions made again.", statuses=(400,),
        words="contentRequired|nameTooLong|invalidMetadata"),
    Row(Means.UNCLEAR, "an error page that is not the network's own", bare=True),
    Row(Means.PERSON, "does not let the channel do this", "Sign in to YouTube Studio, Settings, Channel, Feature "
        "eligibility: pictures of our own need a verified phone number. Else connect the channel again.",
        statuses=(403,)),
    Row(Means.UNCLEAR, "does not know the video", statuses=(404, 410)),
)  # fmt: skip


def facts(declined: Declined) -> Facts:
    """YouTube answers {"error": {code, message, errors: [{domain, reason, message}], details: [{reason}]}}."""
    body: Mapping[str, Any] = declined.body or {}
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    items = [
        item
        for name in ("errors", "details")
        if isinstance(error.get(name), list)
        for item in error[name]
        if isinstance(item, dict)
    ]
    words = [*(item.get("reason") for item in items), error.get("message")]
    return Facts(declined.status, words=joined(words), bare=not error or declined.status < 400)
