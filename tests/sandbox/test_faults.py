"""Each fault met by a plain http.client: what the client sees, and whether the post is there."""

import gzip
import http.client
import json
import time
import zlib
from collections.abc import Callable

import pytest

from socialpub.sandbox.fault import KINDS
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.mischief import HUGE
from socialpub.sandbox.mischief import KINDS as ACTS
from tests.sandbox.plain import Page, X, ask, png


def test_every_kind_that_can_be_ordered_is_acted_on() -> None:
    assert set(KINDS) == set(ACTS)


@pytest.mark.parametrize("kind", ["refuse", "mid_body"])
def test_a_reset_is_a_reset_and_keeps_nothing(x: X, kind: str) -> None:
    x.sandbox.fault(kind, method="POST", path="/2/tweets")
    with pytest.raises(ConnectionResetError):
        x.post("Good morning")
    assert x.sandbox.posts() == []


def test_mid_body_reads_half_of_a_large_upload_and_no_more(page: Page) -> None:
    page.sandbox.fault("mid_body", path="/photos")
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        page.photo(b"\0" * 8_000_000)
    assert page.photo(png(2, 2)).status == 200


@pytest.mark.parametrize(("kind", "kept"), [("drop_before_commit", 0), ("drop_after_commit", 1)])
def test_a_dropped_answer_says_nothing_about_the_post(x: X, page: Page, kind: str, kept: int) -> None:
    x.sandbox.fault(kind, method="POST", times=2)
    with pytest.raises(http.client.RemoteDisconnected):
        x.post("Good morning")
    with pytest.raises(http.client.RemoteDisconnected):
        page.post(message="Good morning")
    assert len(x.sandbox.posts()) == 2 * kept


@pytest.mark.parametrize(("kind", "kept"), [("error_before_commit", 0), ("error_after_commit", 1)])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504])
def test_an_error_answer_has_the_ordered_status(x: X, kind: str, kept: int, status: int) -> None:
    x.sandbox.fault(kind, status=status, method="POST", path="/2/tweets")
    reply = x.post("Good morning")
    assert (reply.status, len(x.sandbox.posts())) == (status, kept)
    assert reply.json["status"] == status


@pytest.mark.parametrize(("status", "code"), [(401, 190), (403, 200), (500, 1), (503, 2)])
def test_a_graph_error_has_a_code(page: Page, status: int, code: int) -> None:
    page.sandbox.fault("error_before_commit", status=status, path="/feed")
    reply = page.post(message="Hi")
    assert (reply.status, reply.json["error"]["code"]) == (status, code)
    assert {"message", "type", "fbtrace_id", "is_transient"} <= reply.json["error"].keys()


def test_a_graph_error_can_be_ordered_by_code(page: Page) -> None:
    page.sandbox.fault("error_before_commit", status=400, code=190, subcode=460)
    error = page.post(message="Hi").json["error"]
    assert (error["code"], error["error_subcode"]) == (190, 460)


def test_an_order_may_name_body_and_headers(x: X) -> None:
    headers = {"Retry-After": "99999999999"}
    x.sandbox.fault("error_before_commit", status=429, body={"title": "Slow down"}, headers=headers)
    reply = x.post("Hi")
    assert (reply.status, reply.json, reply.headers["retry-after"]) == (
        429,
        {"title": "Slow down"},
        "99999999999",
    )


def test_a_rate_limit_on_x_says_until_when(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00Z")
    x.sandbox.fault("rate_limited")
    reply = x.post("Hi")
    assert reply.status == 429
    assert reply.headers["x-rate-limit-remaining"] == "0"
    assert int(reply.headers["x-rate-limit-reset"]) == 1_795_348_800 + 900
    assert x.sandbox.posts() == []


def test_a_quiet_rate_limit_says_nothing(x: X, page: Page) -> None:
    x.sandbox.fault("rate_limited", quiet=True, times=2)
    reply = x.post("Hi")
    assert reply.status == 429
    assert not any(name.startswith("x-rate") for name in reply.headers)
    assert "x-business-use-case-usage" not in page.post(message="Hi").headers


def test_a_rate_limit_on_a_page_hides_in_a_400(page: Page) -> None:
    page.sandbox.fault("rate_limited", path="/feed")
    reply = page.post(message="Hi")
    usage = json.loads(reply.headers["x-business-use-case-usage"])
    assert (reply.status, reply.json["error"]["code"], reply.json["error"]["is_transient"]) == (400, 32, True)
    assert [one["estimated_time_to_regain_access"] for (one,) in usage.values()] == [5]


def test_a_rate_limit_can_come_after_the_post_was_kept(page: Page) -> None:
    page.sandbox.fault("rate_limited", commit="first")
    assert page.post(message="Hi").status == 400
    assert len(page.sandbox.posts()) == 1


def test_credits_can_run_out(x: X) -> None:
    x.sandbox.fault("credits_depleted", path="/2/tweets")
    reply = x.post("Hi")
    assert (reply.status, reply.json["title"], x.sandbox.posts()) == (402, "CreditsDepleted", [])


@pytest.mark.parametrize(("commit", "kept"), [("first", 1), ("after", 1), ("never", 0)])
def test_a_slow_answer_comes(x: X, commit: str, kept: int) -> None:
    x.sandbox.fault("slow", seconds=0.05, commit=commit, path="/2/tweets")
    before = time.monotonic()
    reply = x.post("Hi")
    assert time.monotonic() - before >= 0.05
    assert (reply.status, len(x.sandbox.posts())) == (201 if kept else 503, kept)


@pytest.mark.parametrize(("commit", "at_once"), [("first", 1), ("after", 0)])
def test_a_post_arrives_though_its_client_has_gone(x: X, commit: str, at_once: int) -> None:
    x.sandbox.fault("slow", seconds=0.3, commit=commit, path="/2/tweets")
    with pytest.raises(TimeoutError):
        ask(
            x.sandbox.url,
            "POST",
            "/2/tweets",
            {"text": "Hi"},
            {"authorization": f"Bearer {x.bearer}"},
            timeout=0.1,
        )
    assert len(x.sandbox.posts()) == at_once
    _until(lambda: len(x.sandbox.posts()) == 1)


def _until(true: Callable[[], bool]) -> None:
    """Ask again until it is so; the deadline is generous and never reached by a working sandbox."""
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline


def test_a_late_commit_stays_in_the_world_it_came_into(x: X) -> None:
    x.sandbox.fault("slow", seconds=0.1, commit="after", path="/2/tweets")
    headers = {"authorization": f"Bearer {x.bearer}"}
    with pytest.raises(TimeoutError):
        ask(x.sandbox.url, "POST", "/2/tweets", {"text": "Hi"}, headers, timeout=0.02)
    x.sandbox.reset()
    x.sandbox.fault("slow", seconds=0.2, commit="never", path="/users/me")
    x.ask("GET", "users/me")  # longer than the late commit needs
    assert x.sandbox.posts() == []


def test_a_trickle_is_one_byte_at_a_time(x: X) -> None:
    x.sandbox.fault("trickle", seconds=0.001, path="/2/tweets")
    reply = x.post("Hi")
    assert (reply.status, reply.json["data"]["text"]) == (201, "Hi")


def test_a_trickle_outlasts_a_patient_client_too(x: X) -> None:
    """Each byte comes in time, the answer as a whole does not."""
    x.sandbox.fault("trickle", seconds=0.005, path="/2/tweets")
    before = time.monotonic()
    reply = x.post("Hi")
    assert time.monotonic() - before > 0.005 * len(reply.data)


def test_half_an_answer_is_a_short_read(x: X) -> None:
    x.sandbox.fault("cut_answer", path="/2/tweets")
    with pytest.raises(http.client.IncompleteRead) as short:
        x.post("Hi")
    assert short.value.partial.startswith(b'{"data"')
    assert len(x.sandbox.posts()) == 1


def test_truncated_json_is_whole_http(x: X) -> None:
    x.sandbox.fault("truncated_json", path="/2/tweets")
    reply = x.post("Hi")
    assert reply.status == 201
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(reply.data)


def test_an_empty_200_has_no_body_and_no_type(x: X) -> None:
    x.sandbox.fault("empty_200", path="/2/tweets")
    reply = x.post("Hi")
    assert (reply.status, reply.data, "content-type" in reply.headers) == (200, b"", False)
    assert len(x.sandbox.posts()) == 1


@pytest.mark.parametrize("commit", ["first", "never"])
def test_html_instead_of_json(page: Page, commit: str) -> None:
    page.sandbox.fault("html_502", commit=commit)
    reply = page.post(message="Hi")
    assert (reply.status, reply.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert len(page.sandbox.posts()) == (commit == "first")


def test_a_success_that_is_no_json(page: Page) -> None:
    page.sandbox.fault("not_json")
    reply = page.post(message="Hi")
    assert (reply.status, reply.data) == (200, b"OK")


def test_a_success_of_another_shape(page: Page) -> None:
    page.sandbox.fault("wrong_type")
    assert isinstance(page.post(message="Hi").json, list)


def test_a_huge_answer(x: X) -> None:
    x.sandbox.fault("huge", path="/2/tweets")
    assert len(x.post("Hi").data) > HUGE


def test_a_compressed_answer_that_is_not(x: X) -> None:
    x.sandbox.fault("bad_gzip", path="/2/tweets")
    reply = x.post("Hi")
    assert reply.headers["content-encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(reply.data)


def test_a_small_answer_that_unpacks_to_a_large_one(x: X) -> None:
    x.sandbox.fault("gzip_bomb", path="/2/tweets")
    data = x.post("Hi").data
    assert len(data) < 200_000
    head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, 2_000_000)
    assert head == b'"' + b" " * 1_999_999


def test_a_redirect_leads_to_another_host_and_the_log_sees_a_leaked_token(x: X) -> None:
    x.sandbox.fault("redirect", path="/2/tweets")
    reply = x.post("Hi")
    assert reply.status == 307
    assert reply.headers["location"].startswith("http://localhost:")
    ask(x.sandbox.url, "POST", "/elsewhere/2/tweets", {}, {"authorization": "Bearer leaked"})
    last = x.sandbox.requests()[-1]
    assert (last["path"], last["had_credential"]) == ("/elsewhere/2/tweets", True)
    assert x.sandbox.posts() == []


def test_faults_can_be_skipped_to_repeated_and_cleared(x: X) -> None:
    x.sandbox.fault("error_before_commit", path="/2/tweets", skip=1, times=2)
    assert [x.post(f"Hi {n}").status for n in range(4)] == [201, 503, 503, 201]
    x.sandbox.fault("error_before_commit", times=9)
    x.sandbox.order("DELETE", "faults")
    assert x.post("Hi again").status == 201


def test_an_order_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    for order in (
        {"kind": "explode"},
        {"kind": "slow", "commit": "sometimes"},
        {"kind": "huge", "commit": "after"},
        {"kind": "slow", "path": "("},
        {"kind": "mid_body", "commit": "first"},
        {"kind": "slow", "whom": "me"},
    ):
        reply = ask(sandbox.url, "POST", "/_sandbox/faults", order)
        assert (reply.status, "error" in reply.json) == (400, True), order
    assert sandbox.order("GET", "faults") == []
