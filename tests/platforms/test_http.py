"""The tame session by itself: where it goes, what it keeps back, what it lets through."""

import json
import logging
import re
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import partial

import pytest
import requests
import urllib3

from socialpub.platforms.http import TameSession, hush, in_words, never_sent
from socialpub.platforms.trouble import Declined, NotSent, Trouble, Unclear, clean, scrubbed
from socialpub.platforms.watch import Watch

#: It says that it hangs up, for it does: else the next request may run into the closing of the line.
OK = (
    b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"id": "1"}'
)


@contextmanager
def _server(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A port that gives one raw answer per connection and keeps what it was sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            for answer in answers:
                with door.accept()[0] as peer:
                    heard.append(_request(peer))
                    with suppress(OSError):  # a client that has read enough hangs up
                        peer.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1], heard
        thread.join(5)


def _request(peer: socket.socket) -> bytes:
    """One request, to the end that its Content-Length promises."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65_536)
    promised = re.search(rb"Content-Length: (\d+)", data)
    head = data.index(b"\r\n\r\n") + 4
    while promised and len(data) < head + int(promised[1]):
        data += peer.recv(65_536)
    return data


def _session(port: int, **more: str) -> TameSession:
    base = f"http://127.0.0.1:{port}"
    return TameSession("net", "https://api.example", base, ("s3cret-token",), timeouts=(2.0, 2.0), **more)


def test_the_official_address_becomes_the_accounts_own() -> None:
    with _server(OK) as (port, heard), _session(port) as session:
        assert session.request("GET", "https://api.example/2/me", params={"a": "1"}).json() == {"id": "1"}
    assert heard[0].startswith(b"GET /2/me?a=1 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/2",
        "https://api.example.evil.example/2",
        "http://api.example/2",
        "file:///etc",
    ],
)
def test_a_call_to_any_other_host_is_a_bug(url: str) -> None:
    with _session(1) as session, pytest.raises(ValueError, match="a host that is not the network's"):
        session.request("GET", url)


def test_the_key_moves_from_query_and_form_into_the_header() -> None:
    with _server(OK, OK) as (port, heard), _session(port, bearer="s3cret-token") as session:
        session.request("GET", "https://api.example/x", params={"access_token": "s3cret-token", "q": "1"})
        session.request("POST", "https://api.example/x", data={"access_token": "s3cret-token", "q": "1"})
    for request in heard:
        head, _, body = request.partition(b"\r\n\r\n")
        assert b"Authorization: Bearer s3cret-token" in head
        assert b"access_token" not in request
        assert request.count(b"s3cret-token") == 1
        assert b"q=1" in head + body


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with _server(OK) as (port, heard), _session(port) as session:
        session.request("GET", "https://api.example/x", proxies={"http": "http://127.0.0.1:9"})
    assert heard


def test_nothing_is_sent_twice_when_the_connection_drops() -> None:
    with _server(b"", b"") as (port, heard), _session(port) as session:
        with pytest.raises(Unclear):
            session.request("POST", "https://api.example/x", data={"a": "b"})
        assert len(heard) == 1
        with pytest.raises(Unclear):  # the second answer lets the server end
            session.request("POST", "https://api.example/x", data={"a": "b"})


def test_a_redirect_is_trouble_and_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with _server(moved) as (port, _), _session(port) as session, pytest.raises(Unclear, match="redirect"):
        session.request("GET", "https://api.example/x")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{",
        b"<html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_only_a_json_object_is_a_success(body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with _server(answer) as (port, _), _session(port) as session, pytest.raises(Unclear):
        session.request("GET", "https://api.example/x")


def test_a_list_is_a_success_only_where_one_was_asked_for_and_only_once() -> None:
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8\r\n\r\n[[1], 2]"
    with _server(answer, answer) as (port, _), _session(port) as session:
        session.begin("find", lists=True)
        assert session.request("GET", "https://api.example/x").json() == [[1], 2]
        session.begin("create", visible=True)
        with pytest.raises(Unclear, match="no JSON object"):
            session.request("POST", "https://api.example/x")


@pytest.mark.parametrize("body", [b"", b"null", b"7", b'"text"', b"[", b'{"error": "no"}', b"[" * 100_000])
def test_what_is_neither_an_object_nor_a_list_is_no_list(body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with _server(answer) as (port, _), _session(port) as session:
        session.begin("find", lists=True)
        with pytest.raises(Trouble):
            session.request("GET", "https://api.example/x")


def test_an_answer_beyond_the_limit_is_not_read_to_its_end() -> None:
    body = b'{"id": "1", "padding": "' + b"a" * 30_000_000 + b'"}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with _server(answer) as (port, _), _session(port) as session:
        tracemalloc.start()
        with pytest.raises(Unclear, match="larger than 2 MB"):
            session.request("GET", "https://api.example/x")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("error", [{"code": 4}, "Invalid token", ["no"], True, 7])
def test_an_error_inside_a_success_is_an_error(error: object) -> None:
    body = json.dumps({"error": error}).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with _server(answer) as (port, _), _session(port) as session, pytest.raises(Declined) as caught:
        session.request("GET", "https://api.example/x")
    assert (caught.value.status, caught.value.body) == (200, {"error": error})


def test_a_missing_content_type_does_not_matter() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with _server(answer) as (port, _), _session(port) as session:
        assert session.request("GET", "https://api.example/x").headers["content-type"] == "application/json"


@contextmanager
def _dripping(piece: bytes, first: bytes = b"") -> Iterator[int]:
    """A port that never comes to an end of its answer: after `first`, one `piece` after the other."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with door.accept()[0] as peer, suppress(OSError):
                _request(peer)
                peer.sendall(first)
                while not over.wait(0.05):
                    peer.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        over.set()
        thread.join(5)


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nX", b"X"),
        (b"HTTP/1.1 429 Too Many\r\nX", b"X"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
    ],
)
def test_an_answer_that_drips_ends_with_the_time_for_the_whole_and_says_nothing(first: bytes, piece: bytes) -> None:
    with _dripping(piece, first) as port:
        base = f"http://127.0.0.1:{port}"
        with TameSession("net", "https://api.example", base, (), timeouts=(0.2, 0.3)) as session:
            session.begin("create", visible=True)
            begun = time.monotonic()
            with pytest.raises(Unclear) as caught:
                session.request("GET", "https://api.example/x")
            assert time.monotonic() - begun < 3
    assert caught.value.visible
    assert re.search("no answer in time|took too long", caught.value.says)


def test_the_watch_reaches_a_connection_that_is_used_again() -> None:
    with _server(OK) as (port, _), _session(port) as session:
        session.request("GET", "https://api.example/x")
        watch = session._watch
        with watch.within(0.01):
            while not watch.over:
                time.sleep(0.005)
        [twin] = watch._twins
        assert twin.recv(1) == b""
    assert watch._twins == []


def test_a_connection_made_after_the_end_is_ended_at_once() -> None:
    watch, (ours, theirs) = Watch(), socket.socketpair()
    with ours, theirs:
        watch.over = True
        assert watch.keep(ours) is ours
        assert theirs.recv(1) == b""
        watch.close()


def test_a_library_that_answers_with_no_object_is_unclear() -> None:
    with _session(9) as session:
        assert session.answer(lambda: {"id": "1"}) == {"id": "1"}
        nothing: list[object] = [None, [], "text"]
        for senseless in nothing:
            with pytest.raises(Unclear):
                session.answer(partial(copy, senseless))
        with pytest.raises(Unclear) as caught:
            session.answer(partial(int, "s3cret-token"))
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "s3cret" not in str(caught.value)


def test_usage_headers_are_kept_and_others_are_not() -> None:
    body = b"HTTP/1.1 200 OK\r\nX-Rate-Limit-Remaining: 3\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}"
    with _server(body) as (port, _), _session(port) as session:
        session.request("GET", "https://api.example/x")
        assert session.usage == {"x-rate-limit-remaining": "3"}


def test_trouble_says_which_call_it_was_and_keeps_no_exception_with_a_key_in_it() -> None:
    with _session(9) as session:
        session.begin("create", visible=True)
        with pytest.raises(NotSent) as caught:
            session.request("GET", "https://api.example/x", params={"t": "s3cret-token"})
    assert (str(caught.value), caught.value.visible) == ("create: could not connect", True)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "s3cret" not in repr(session) + repr(caught.value)


def test_arguments_come_by_name() -> None:
    with _session(9) as session, pytest.raises(TypeError):
        session.request("GET", "https://api.example/x", {"a": "b"})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectTimeout(), True),
        (requests.ReadTimeout(), False),
        (requests.ConnectionError(ConnectionResetError()), False),
        (requests.ConnectionError(), False),
        (_reason := requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "", None)), False),  # type: ignore[arg-type]  # a pool is not needed
        (
            requests.ConnectionError(
                urllib3.exceptions.MaxRetryError(None, "", urllib3.exceptions.NewConnectionError(None, "no"))  # type: ignore[arg-type]  # likewise
            ),
            True,
        ),
        (
            requests.exceptions.SSLError(
                urllib3.exceptions.MaxRetryError(
                    None,  # type: ignore[arg-type]  # likewise
                    "",
                    urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed")),
                )
            ),
            True,
        ),
        (requests.exceptions.SSLError(urllib3.exceptions.SSLError(ssl.SSLError("bad record"))), False),
    ],
)
def test_only_an_error_before_the_first_byte_counts_as_not_sent(error: Exception, expected: bool) -> None:
    assert never_sent(error) is expected
    assert in_words(error)


def test_loggers_that_write_keys_are_kept_quiet_even_when_asked_to_talk() -> None:
    logging.getLogger("tweepy.client").setLevel(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    hush()
    assert logging.getLogger("tweepy.client").getEffectiveLevel() == logging.INFO
    assert logging.getLogger("urllib3.connectionpool").level == logging.ERROR
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


def test_clean_takes_out_keys_in_every_spelling_and_shortens() -> None:
    assert clean("a k/y+= b k%2Fy%2B%3D", ("k/y+=", "")) == "a *** b ***"
    assert clean("x" * 1000) == "x" * 299 + "…"
    assert clean("a\r\nSet-Cookie: \x00b\u202e") == "a Set-Cookie: b"


def test_scrubbed_reaches_into_lists_and_objects() -> None:
    assert scrubbed({"a": ["key", {"b": "my key"}], "n": 7}, ("key",)) == {
        "a": ["***", {"b": "my ***"}],
        "n": 7,
    }


def test_every_trouble_is_one_kind() -> None:
    assert issubclass(NotSent, Trouble)
    assert issubclass(Declined, Trouble)
