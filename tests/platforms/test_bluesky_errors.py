"""Each row of Bluesky's errors, by what a PDS said to us, and what the lexicons name."""

from typing import Any

import pytest

from socialpub.model.outcome import Deferred, Refused, Scope, Unconfirmed
from socialpub.platforms import bluesky_errors
from socialpub.platforms.classify import HTTP_ROWS, Means, Reading, outcome
from tests.platforms.test_classify import NOW, declined

BLUESKY = Reading("Bluesky", bluesky_errors.ROWS, bluesky_errors.facts)


def no(error: str, message: str = "No") -> dict[str, Any]:
    return {"error": error, "message": message}


RECORD = "Invalid app.bsky.feed.post record: "
EXAMPLES: list[tuple[int, dict[str, Any] | None, Means, int | str]] = [
    (400, no("ExpiredToken", "Token has expired"), Means.AGAIN, 0),
    (400, no("InvalidSwap", "Record was at bafyrei"), Means.HAVE_IT, 1),
    (400, no("BlobNotFound", "Could not find blob: bafkrei"), Means.FORGOTTEN, 2),
    (400, no("InvalidRequest", "Could not find blob: bafkrei"), Means.FORGOTTEN, 2),
    (401, no("AuthFactorTokenRequired", "A sign in code has been sent"), Means.PERSON, 3),
    (401, no("AccountTakedown", "Account has been taken down"), Means.PERSON, 4),
    (401, no("AccountDeactivated", "Account is deactivated"), Means.PERSON, 4),
    (400, no("RepoSuspended"), Means.PERSON, 4),
    (400, no("InvalidToken", "Token could not be verified"), Means.PERSON, 5),
    (401, no("AuthenticationRequired", "Invalid identifier or password"), Means.PERSON, 5),
    (401, no("AuthMissing", "Authentication Required"), Means.PERSON, 5),
    (401, no("SomethingNew"), Means.PERSON, 6),
    (401, None, Means.PERSON, 6),
    (403, no("AccountNotFound", "Account not found"), Means.PERSON, 7),
    (400, no("InvalidRequest", "Could not find repo: did:plc:abc"), Means.PERSON, 7),
    (400, no("InvalidRequest", RECORD + "blob too big (maximum 1000000, got 2100073) at $.record"), Means.REFUSED, 8),
    (413, no("PayloadTooLarge", "request entity too large"), Means.REFUSED, 8),
    (413, None, Means.REFUSED, 9),
    (400, no("InvalidRequest", RECORD + "grapheme too big (maximum 300) at $.record.text"), Means.REFUSED, 10),
    (400, no("InvalidRequest", RECORD + "string too big (maximum 3000) at $.record.text"), Means.REFUSED, 10),
    (400, no("InvalidRequest", "Record/text must not be longer than 300 graphemes"), Means.REFUSED, 10),
    (429, no("RateLimitExceeded", "Rate Limit Exceeded"), Means.PACE, "http4"),
    (500, no("InternalServerError"), Means.UNCLEAR, "http0"),
    (502, no("UpstreamFailure", "Upstream service unreachable"), Means.UNCLEAR, "http0"),
    (403, None, Means.UNCLEAR, "http5"),
    (200, no("InvalidSwap"), Means.UNCLEAR, "http5"),
    (200, no("ExpiredToken"), Means.UNCLEAR, "http5"),
    (500, no("InvalidSwap"), Means.UNCLEAR, "http0"),
    (400, no("InvalidRequest", RECORD + 'Missing required key "alt" at $.record'), Means.REFUSED, "http6"),
    (400, no("InvalidMimeType", "Referenced Mimetype does not match stored blob."), Means.REFUSED, "http6"),
    (400, no("InvalidRequest", "the text says ExpiredToken; InvalidSwap"), Means.REFUSED, "http6"),
    (400, {"error": ["InvalidSwap"], "message": {"a": 1}}, Means.REFUSED, "http6"),
    (400, {}, Means.REFUSED, "http6"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "means", "row"), EXAMPLES)
def test_each_row(status: int, body: dict[str, Any] | None, means: Means, row: int | str) -> None:
    found, _ = BLUESKY.row(declined(status, body))
    place = BLUESKY.rows.index(found) if found in BLUESKY.rows else f"http{HTTP_ROWS.index(found)}"
    assert (found.means, place) == (means, row)


def test_no_row_is_without_an_example() -> None:
    assert {row for *_, row in EXAMPLES if isinstance(row, int)} == set(range(len(BLUESKY.rows)))


def test_every_row_that_needs_somebody_says_what_to_do() -> None:
    for row in BLUESKY.rows:
        assert bool(row.remedy) == (row.means in (Means.PERSON, Means.REFUSED)), row


@pytest.mark.parametrize("visible", [True, False])
def test_an_ended_session_surely_shows_nothing_and_needs_nobody(visible: bool) -> None:
    result = outcome(declined(400, no("ExpiredToken"), visible=visible), BLUESKY, NOW)
    assert isinstance(result, Deferred)
    assert (result.needs_person, result.scope) == (False, Scope.DELIVERY)


def test_what_stands_there_already_is_looked_for() -> None:
    assert isinstance(outcome(declined(400, no("InvalidSwap")), BLUESKY, NOW), Unconfirmed)


def test_a_reset_is_obeyed_to_the_second() -> None:
    until = str(int(NOW.timestamp()) + 300)
    trouble = declined(429, no("RateLimitExceeded"), RateLimit_Remaining="0", RateLimit_Reset=until)
    result = outcome(trouble, BLUESKY, NOW)
    assert isinstance(result, Deferred)
    assert result.not_before is not None
    assert (result.scope, (result.not_before - NOW).total_seconds()) == (Scope.CHANNEL, 300)


def test_a_refusal_quotes_the_server() -> None:
    result = outcome(declined(400, no("InvalidRequest", "Invalid datetime")), BLUESKY, NOW)
    assert isinstance(result, Refused)
    assert "InvalidRequest; Invalid datetime" in result.reason
