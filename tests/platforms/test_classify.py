"""Each row of each error table, and the rule that turns rows into outcomes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.outcome import Deferred, Refused, Scope, Unconfirmed
from socialpub.platforms import facebook_errors, graph_errors, mastodon_errors, x_errors
from socialpub.platforms.classify import HTTP_ROWS, Means, Reading, not_before, outcome, told, whole_number
from socialpub.platforms.trouble import Declined, NoPhoto, NotSent, Unclear, Unusable

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
X = Reading("X", x_errors.ROWS, x_errors.facts)
MASTODON = Reading("Mastodon", mastodon_errors.ROWS, mastodon_errors.facts)
GRAPH = Reading("Facebook Page", facebook_errors.ROWS, graph_errors.facts)


def declined(status: int, body: dict[str, Any] | None, *, visible: bool = True, **headers: str) -> Declined:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Declined("create: answered", status=status, body=body, headers=named, visible=visible)


def problem(kind: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {"title": "Error", "detail": detail, "type": f"https://api.x.com/2/problems/{kind}", **more}


def graph(code: int, subcode: int = 0, message: str = "No", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "code": code, "error_subcode": subcode, **more}}


DUPLICATE = "You are not allowed to create a Tweet with duplicate content."

#: One example per row at least; `row` is its place in the network's table, or "http" and the place there.
X_EXAMPLES: list[tuple[int, dict[str, Any] | None, Means, int | str]] = [
    (403, {"detail": DUPLICATE, "type": "about:blank", "title": "Forbidden"}, Means.HAVE_IT, 0),
    (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, Means.HAVE_IT, 1),
    (403, {"errors": [{"code": 326, "message": "This account is temporarily locked."}]}, Means.PERSON, 2),
    (403, problem("usage-capped", "Usage cap exceeded: Monthly product cap"), Means.PERSON, 3),
    (429, problem("usage-capped", "Usage cap exceeded: Monthly product cap"), Means.PERSON, 3),
    (402, {"title": "CreditsDepleted", "detail": "No credits"}, Means.PERSON, 3),
    (403, problem("client-forbidden", "When authenticating requests …"), Means.PERSON, 4),
    (403, problem("oauth1-permissions", "… the appropriate oauth1 app permissions …"), Means.PERSON, 4),
    (401, {"title": "Unauthorized", "status": 401}, Means.PERSON, 5),
    (401, None, Means.PERSON, 5),
    (402, None, Means.PERSON, 6),
    (400, problem("invalid-request", "Your media IDs are invalid."), Means.FORGOTTEN, 7),
    (403, {"detail": "Your Tweet text is too long."}, Means.REFUSED, 8),
    (413, {"title": "Payload Too Large"}, Means.REFUSED, 9),
    (503, {"title": "Service Unavailable"}, Means.UNCLEAR, "http0"),
    (408, {"title": "Timeout"}, Means.UNCLEAR, "http1"),
    (429, problem("rate-limit-exceeded"), Means.PACE, "http4"),
    (429, None, Means.PACE, "http4"),
    (403, None, Means.UNCLEAR, "http5"),
    (200, {"error": "Something went wrong"}, Means.UNCLEAR, "http5"),
    (201, {"error": {"code": 7}}, Means.UNCLEAR, "http5"),
    (400, problem("invalid-request", "One or more parameters are invalid"), Means.REFUSED, "http6"),
    (403, {"detail": "You are not permitted to reply."}, Means.REFUSED, "http6"),
]  # fmt: skip

GRAPH_EXAMPLES: list[tuple[int, dict[str, Any] | None, Means, int | str]] = [
    (500, graph(4711), Means.UNCLEAR, 0),
    (500, graph(100), Means.UNCLEAR, 0),
    (503, graph(200, is_transient=True), Means.UNCLEAR, 0),
    (400, graph(506, 1455006, "Duplicate status message"), Means.HAVE_IT, 1),
    (400, graph(100, 1455006), Means.HAVE_IT, 2),
    (400, graph(100, 1366051, "These photos were already posted."), Means.HAVE_IT, 3),
    (400, graph(190, 459), Means.PERSON, 4),
    (400, graph(190, 460), Means.PERSON, 5),
    (401, graph(190, 463), Means.PERSON, 6),
    (400, graph(190, 467), Means.PERSON, 7),
    (400, graph(102), Means.PERSON, 7),
    (400, graph(104), Means.PERSON, 7),
    (400, graph(368), Means.PERSON, 8),
    (403, graph(200), Means.PERSON, 9),
    (403, graph(10), Means.PERSON, 9),
    (429, graph(32), Means.PACE, 10),
    (429, {"error": {"message": "Slow down"}}, Means.PACE, 10),
    *((400, graph(code, is_transient=True), Means.PACE, 11) for code in (4, 17)),
    *((400, graph(code, is_transient=True), Means.PACE, 12) for code in (32, 341, 613, 80001)),
    (400, graph(1), Means.UNCLEAR, 13),
    (400, graph(2, is_transient=True), Means.UNCLEAR, 13),
    (400, graph(4711, is_transient=True), Means.UNCLEAR, 14),
    (400, graph(100, 0, "attached_media names a photo that does not exist"), Means.FORGOTTEN, 15),
    (400, graph(100, 33), Means.PERSON, 16),
    (400, graph(100), Means.REFUSED, 17),
    (403, None, Means.UNCLEAR, "http5"),
    (400, {"message": "not an error of Graph's"}, Means.UNCLEAR, "http5"),
    (200, {"error": "a text"}, Means.UNCLEAR, "http5"),
    (400, graph(4711), Means.REFUSED, "http6"),
]  # fmt: skip


MASTODON_EXAMPLES: list[tuple[int, dict[str, Any] | None, Means, int | str]] = [
    *((status, None, Means.UNCLEAR, 0) for status in (400, 403, 404, 410, 422)),
    (403, {"message": "a proxy's own"}, Means.UNCLEAR, 0),
    (404, {"error": "Record not found"}, Means.HAVE_IT, 1),
    (422, {"error": "Media 7 not found or already attached to another post"}, Means.FORGOTTEN, 2),
    (422, {"error": "Validation failed: Media not found or already attached to another post"}, Means.FORGOTTEN, 2),
    (422, {"error": "Error processing thumbnail for uploaded media"}, Means.FORGOTTEN, 3),
    (422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}, Means.AGAIN, 4),
    (403, {"error": "This action is outside the authorized scopes"}, Means.PERSON, 5),
    (403, {"error": "Your login is currently disabled"}, Means.PERSON, 6),
    (403, {"error": "This action is not allowed"}, Means.PERSON, 6),
    (422, {"error": "This method requires an authenticated user"}, Means.PERSON, 7),
    (422, {"error": "Validation failed: Text character limit of 500 exceeded"}, Means.REFUSED, 8),
    (422, {"error": "Cannot attach more than 4 files"}, Means.REFUSED, 9),
    (422, {"error": "Validation failed: File content type is not supported"}, Means.REFUSED, 10),
    (422, {"error": "File type of uploaded media could not be verified"}, Means.REFUSED, 10),
    (422, {"error": "Validation failed: File file size must be less than 16 MB"}, Means.REFUSED, 11),
    (413, None, Means.REFUSED, 12),
    (500, {"error": "Error processing thumbnail for uploaded media"}, Means.UNCLEAR, "http0"),
    (503, {"error": "Remote data could not be fetched"}, Means.UNCLEAR, "http0"),
    (401, {"error": "The access token was revoked"}, Means.PERSON, "http2"),
    (429, {"error": "Too many requests"}, Means.PACE, "http4"),
    (200, {"error": "a text"}, Means.UNCLEAR, "http5"),
    (404, {"error": "Not Found"}, Means.REFUSED, "http6"),
    (422, {"error": "Validation failed: Text can't be blank"}, Means.REFUSED, "http6"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "means", "row"), X_EXAMPLES)
def test_each_row_of_x(status: int, body: dict[str, Any] | None, means: Means, row: int | str) -> None:
    _expect(X, status, body, means, row)


@pytest.mark.parametrize(("status", "body", "means", "row"), GRAPH_EXAMPLES)
def test_each_row_of_graph(status: int, body: dict[str, Any] | None, means: Means, row: int | str) -> None:
    _expect(GRAPH, status, body, means, row)


@pytest.mark.parametrize(("status", "body", "means", "row"), MASTODON_EXAMPLES)
def test_each_row_of_mastodon(status: int, body: dict[str, Any] | None, means: Means, row: int | str) -> None:
    _expect(MASTODON, status, body, means, row)


def test_a_missing_thing_says_that_a_post_was_there_only_to_the_visible_call() -> None:
    body = {"error": "Record not found"}
    assert MASTODON.means(declined(404, body)) is Means.HAVE_IT
    assert MASTODON.means(declined(404, body, visible=False)) is Means.REFUSED


def test_what_is_only_not_yet_waits_even_after_the_visible_call() -> None:
    later = outcome(declined(422, {"error": "Cannot attach files that have not finished processing."}), MASTODON, NOW)
    assert isinstance(later, Deferred)
    assert (later.scope, later.needs_person, later.not_before) == (Scope.DELIVERY, False, None)


def _expect(reading: Reading, status: int, body: dict[str, Any] | None, means: Means, row: int | str) -> None:
    found, _ = reading.row(declined(status, body))
    place = reading.rows.index(found) if found in reading.rows else f"http{HTTP_ROWS.index(found)}"
    assert (found.means, place) == (means, row)


@pytest.mark.parametrize(
    ("reading", "examples"), [(X, X_EXAMPLES), (GRAPH, GRAPH_EXAMPLES), (MASTODON, MASTODON_EXAMPLES)]
)
def test_no_row_is_without_an_example(reading: Reading, examples: list[tuple[Any, ...]]) -> None:
    assert {row for *_, row in examples if isinstance(row, int)} == set(range(len(reading.rows)))


def test_every_row_of_http_has_an_example() -> None:
    used = {row for *_, row in X_EXAMPLES + GRAPH_EXAMPLES if isinstance(row, str)}
    own = {f"http{place}" for place in (2, 3)}  # both networks have words of their own for 401 and 402
    assert used | own == {f"http{place}" for place in range(len(HTTP_ROWS))}
    bare = Reading("Another", (), x_errors.facts)
    assert bare.row(declined(401, None))[0] is HTTP_ROWS[2]
    assert bare.row(declined(402, None))[0] is HTTP_ROWS[3]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Unclear("no answer", visible=True), Unconfirmed),
        (Unclear("no answer"), Deferred),
        (NotSent("no connection", visible=True), Deferred),
        (NotSent("no connection"), Deferred),
        (declined(503, {}), Unconfirmed),
        (declined(503, {}, visible=False), Deferred),
        (declined(403, {"detail": DUPLICATE}), Unconfirmed),
        (declined(403, {"detail": DUPLICATE}, visible=False), Deferred),
        (declined(400, problem("invalid-request")), Refused),
    ],
)
def test_only_a_visible_call_without_a_clear_no_is_unconfirmed(trouble: Any, kind: type) -> None:
    assert isinstance(outcome(trouble, X, NOW), kind)


@pytest.mark.parametrize(("status", "body"), [(429, graph(32)), (429, None), (400, graph(4)), (403, graph(17))])
def test_a_limit_that_graph_meets_late_says_nothing_of_the_visible_call(
    status: int, body: dict[str, Any] | None
) -> None:
    assert isinstance(outcome(declined(status, body), GRAPH, NOW), Unconfirmed)
    early = outcome(declined(status, body, visible=False, retry_after="60"), GRAPH, NOW)
    assert early == Deferred(early.reason, NOW + timedelta(minutes=1), Scope.CHANNEL)  # type: ignore[union-attr]  # or the test fails


@pytest.mark.parametrize("code", [32, 341, 613, 80001])
def test_a_limit_that_graph_checks_first_only_defers(code: int) -> None:
    assert isinstance(outcome(declined(400, graph(code)), GRAPH, NOW), Deferred)


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ("7", 7), (True, None), ("x", None), (10**400, None), (-(10**18), None), (1.5, None)],
)
def test_only_a_whole_number_of_a_sane_length_counts(value: object, number: int | None) -> None:
    assert whole_number(value) == number


def test_a_wrong_set_up_stops_the_channel_and_a_missing_photo_only_its_post() -> None:
    assert outcome(Unusable("no key"), X, NOW) == Deferred("X: no key", None, Scope.CHANNEL, needs_person=True)
    assert outcome(NoPhoto("gone"), X, NOW) == Deferred("X: gone", needs_person=True)


def test_what_asks_for_a_person_says_what_to_do() -> None:
    for reading in (X, GRAPH):
        for row in (*reading.rows, *HTTP_ROWS):
            assert row.says
            assert row.remedy or row.means not in (Means.PERSON, Means.REFUSED), row


def test_told_gives_words_and_remedy() -> None:
    says, remedy = told(declined(400, graph(190, 460, "Password changed")), GRAPH)
    assert says == "Facebook Page: the key died with a changed password (Password changed)"
    assert remedy == "Connect the channel again."
    assert told(Unclear("no answer in time"), X) == ("X: no answer in time", "Try again later.")


def _in(**more: float) -> str:
    return str(int((NOW + timedelta(**more)).timestamp()))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-rate-limit-reset": _in(minutes=10), "x-rate-limit-remaining": "0"}, timedelta(minutes=10)),
        ({"x-rate-limit-reset": _in(minutes=10)}, timedelta(minutes=10)),
        ({"x-rate-limit-reset": _in(minutes=10), "x-rate-limit-remaining": "5"}, None),
        (
            {
                "x-rate-limit-reset": _in(minutes=10),
                "x-rate-limit-remaining": "9",
                "x-user-limit-24hour-reset": _in(hours=7),
                "x-user-limit-24hour-remaining": "0",
            },
            timedelta(hours=7),
        ),
        ({"x-rate-limit-reset": _in(minutes=-10)}, None),
        ({"x-rate-limit-reset": _in(days=30)}, None),
        ({"x-rate-limit-reset": "9" * 30}, None),
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"retry-after": "0"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 15:05:00 GMT"}, timedelta(minutes=5)),
        ({"retry-after": "Sun, 22 Nov 2026 15:05:00 -0000"}, timedelta(minutes=5)),
        ({"retry-after": "tomorrow"}, None),
        ({"x-ratelimit-reset": "2026-11-22T15:05:00.123456Z"}, timedelta(minutes=5, microseconds=123456)),
        ({"x-ratelimit-reset": "2026-11-22T16:05:00+01:00", "x-ratelimit-remaining": "0"}, timedelta(minutes=5)),
        ({"x-ratelimit-reset": "2026-11-22T15:05:00Z", "x-ratelimit-remaining": "7"}, None),
        ({"x-ratelimit-reset": "2026-11-22T15:05:00"}, None),
        ({"x-ratelimit-reset": "2026-11-22T14:59:00Z"}, None),
        ({"x-ratelimit-reset": "2027-11-22T15:05:00Z"}, None),
        (
            {"x-business-use-case-usage": '{"1": [{"type": "p", "estimated_time_to_regain_access": 12}]}'},
            timedelta(minutes=12),
        ),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": -9999999999}]}'}, None),
        ({"x-business-use-case-usage": '{"1": {"no": "list"}}'}, None),
        ({"x-business-use-case-usage": "[" * 100_000}, None),
        ({}, None),
    ],
)
def test_when_a_rate_limit_ends(headers: dict[str, str], expected: timedelta | None) -> None:
    assert not_before(headers, NOW) == (None if expected is None else NOW + expected)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "retry-after",
                "x-rate-limit-reset",
                "x-ratelimit-reset",
                "x-rate-limit-remaining",
                "x-business-use-case-usage",
            ]
        ),
        st.text()
        | st.integers().map(str)
        | st.datetimes().map(lambda d: d.isoformat() + "Z")
        | st.datetimes().map(lambda d: d.strftime("%a, %d %b %Y %H:%M:%S GMT")),
    )
)
def test_no_header_whatever_makes_us_wait_longer_than_a_day_or_break(headers: dict[str, str]) -> None:
    when = not_before(headers, NOW)
    assert when is None or NOW < when <= NOW + timedelta(hours=25)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["error", "errors", "code", "message", "error_subcode", "detail", "type"]), inner
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.integers(400, 599), st.dictionaries(st.sampled_from(["error", "errors", "detail", "type"]), ANY_JSON))
def test_no_error_body_whatever_breaks_us_and_5xx_is_never_a_no(status: int, body: dict[str, Any]) -> None:
    for reading in (X, GRAPH):
        result = outcome(declined(status, body), reading, NOW)
        assert isinstance(result, (Deferred, Refused, Unconfirmed))
        assert result.reason.isprintable()
        if status >= 500:
            assert not isinstance(result, Refused)
