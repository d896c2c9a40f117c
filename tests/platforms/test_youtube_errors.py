"""Each row of YouTube's and Google's errors, as the networks write them, and what it means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialpub.model.outcome import Deferred, Refused, Scope, Unconfirmed
from socialpub.platforms import classify, youtube_errors
from socialpub.platforms.google_tokens import TOKENS
from socialpub.platforms.trouble import Declined

READING = classify.Reading("YouTube", youtube_errors.ROWS, youtube_errors.facts)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _declined(status: int, reason: str = "", *, visible: bool = False, **more: Any) -> Declined:
    error = {"code": status, "message": "It failed.", "errors": [{"domain": "youtube", "reason": reason}], **more}
    return Declined(
        f"answered {status}", status=status, body={"error": error} if reason else None, headers={}, visible=visible
    )


@pytest.mark.parametrize(
    ("status", "reason", "until"),
    [
        (403, "quotaExceeded", datetime(2026, 7, 2, 7, 5, tzinfo=UTC)),
        (403, "dailyLimitExceeded", datetime(2026, 7, 2, 7, 5, tzinfo=UTC)),
        (400, "uploadLimitExceeded", NOW + timedelta(hours=24)),
        (403, "rateLimitExceeded", None),
        (403, "userRateLimitExceeded", None),
        (429, "uploadRateLimitExceeded", None),
        (429, "tooMany", None),
    ],
)
def test_a_limit_stops_the_channel_for_a_time(status: int, reason: str, until: datetime | None) -> None:
    for visible in (False, True):
        outcome = classify.outcome(_declined(status, reason, visible=visible), READING, NOW)
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.needs_person, outcome.not_before) == (Scope.CHANNEL, False, until)


@pytest.mark.parametrize(
    ("status", "reason", "says"),
    [
        (401, "authError", "onnect the channel again"),
        (401, "youtubeSignupRequired", "Create the channel"),
        (403, "authenticatedUserAccountSuspended", "YouTube Studio"),
        (403, "authenticatedUserAccountClosed", "YouTube Studio"),
        (403, "accessNotConfigured", "Enable it"),
        (403, "insufficientPermissions", "onnect the channel again"),
        (403, "forbidden", "verified phone"),
        (403, "forbiddenPrivacySetting", "YouTube Studio"),
    ],
)
def test_what_a_person_must_mend_stops_the_channel_and_says_how(status: int, reason: str, says: str) -> None:
    for visible in (False, True):
        outcome = classify.outcome(_declined(status, reason, visible=visible), READING, NOW)
        assert isinstance(outcome, Deferred)
        assert (outcome.scope, outcome.needs_person) == (Scope.CHANNEL, True)
        assert says in outcome.reason


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("invalidTitle", "title"),
        ("invalidDescription", "description"),
        ("invalidTags", "tags"),
        ("invalidImage", "picture"),
        ("contentRequired", "captions"),
        ("nameTooLong", "captions"),
        ("invalidMetadata", "captions"),
        ("invalidCategoryId", "declined"),
        ("mediaBodyRequired", "declined"),
        ("invalidPublishAt", "declined"),
    ],
)
def test_what_will_be_refused_again_is_refused_with_a_remedy(reason: str, says: str) -> None:
    outcome = classify.outcome(_declined(400, reason), READING, NOW)
    assert isinstance(outcome, Refused)
    assert says in outcome.reason
    assert outcome.remedy


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, "backendError"),
        (503, "x"),
        (504, ""),
        (404, "videoNotFound"),
        (410, "gone"),
        (403, ""),
        (400, ""),
        (404, ""),
    ],
)
def test_what_tells_nothing_defers_and_leaves_the_visible_call_unconfirmed(status: int, reason: str) -> None:
    assert isinstance(classify.outcome(_declined(status, reason), READING, NOW), Deferred)
    assert isinstance(classify.outcome(_declined(status, reason, visible=True), READING, NOW), Unconfirmed)


def test_the_reason_is_read_where_google_s_newer_answers_have_it() -> None:
    trouble = _declined(403, "", details=[])
    details: Any = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}, 7]
    trouble.body = {"error": {"code": 403, "message": "Not used before.", "errors": "none", "details": details}}
    outcome = classify.outcome(trouble, READING, NOW)
    assert isinstance(outcome, Deferred)
    assert "Enable it" in outcome.reason


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (
            datetime(2026, 11, 1, 6, 59, tzinfo=UTC),
            datetime(2026, 11, 1, 7, 5, tzinfo=UTC),
        ),  # the night of the change
        (datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 2, 8, 5, tzinfo=UTC)),  # a day of 25 hours
        (datetime(2026, 3, 8, 20, tzinfo=UTC), datetime(2026, 3, 9, 7, 5, tzinfo=UTC)),
    ],
)
def test_google_s_day_ends_at_midnight_in_california_summer_and_winter(now: datetime, then: datetime) -> None:
    assert youtube_errors.midnight(now) == then


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (400, "invalid_grant", "7 days"),
        (401, "invalid_client", "client_id and client_secret"),
        (403, "access_denied", "client_id and client_secret"),
    ],
)
def test_a_refused_exchange_needs_a_person(status: int, error: str, says: str) -> None:
    body = {"error": error, "error_description": "Token has been expired or revoked."}
    trouble = Declined("token: answered", status=status, body=body, headers={})
    outcome = classify.waits(trouble, TOKENS.reading, NOW)
    assert (outcome.needs_person, outcome.scope) == (True, Scope.CHANNEL)
    assert says in outcome.reason
