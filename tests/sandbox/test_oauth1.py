"""Signatures: the RFC's own example, an independent signer, and everything that must not pass."""

import time
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import Client

from socialpub.sandbox import oauth1
from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import Reply, ask, multipart, png

SECRETS = ("consumer&secret", "token secret")


def test_the_base_string_of_the_rfc() -> None:
    """RFC 5849 section 3.4.1.1, its own example."""
    parameters = [
        *[("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("c2", ""), ("a3", "2 q")],
        *[("oauth_consumer_key", "9djdj82h48djs9d2"), ("oauth_token", "kkk9d7dh3k39sjv7")],
        *[("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131201")],
        ("oauth_nonce", "7d8f3e4a"),
    ]
    assert oauth1.base_string("post", "http://example.com/request", parameters) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%25"
        "40%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
_signs = ("https://api.x.com/2/tweets", "https://api.twitter.com/2/tweets")


def _header(client: Client, url: str, method: str, body: str, form: dict[str, str]) -> dict[str, str]:
    _, headers, _ = client.sign(url, method, body or None, form)
    return oauth1.header_parameters(str(headers["Authorization"]))


@given(query=st.dictionaries(_words.filter(bool), _words, max_size=3), url=st.sampled_from(_signs))
def test_what_an_independent_client_signs_is_signed(query: dict[str, str], url: str) -> None:
    client = Client("key", SECRETS[0], "token", SECRETS[1])
    encoded = urlencode(query)
    oauth = _header(client, f"{url}?{encoded}" if encoded else url, "GET", "", {})
    assert oauth1.is_signed("GET", _signs, encoded, "", oauth, SECRETS)
    assert not oauth1.is_signed("POST", _signs, encoded, "", oauth, SECRETS)
    assert not oauth1.is_signed("GET", _signs, f"{encoded}&more=1", "", oauth, SECRETS)
    assert not oauth1.is_signed("GET", ("https://evil.example/2/tweets",), encoded, "", oauth, SECRETS)
    assert not oauth1.is_signed("GET", _signs, encoded, "", oauth, ("other", SECRETS[1]))


def test_a_form_is_part_of_what_is_signed() -> None:
    client = Client("key", SECRETS[0], "token", SECRETS[1])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    oauth = _header(client, _signs[0], "POST", "a=1&b=two+words", form)
    assert oauth1.is_signed("POST", _signs, "", "a=1&b=two+words", oauth, SECRETS)
    assert not oauth1.is_signed("POST", _signs, "", "a=2&b=two+words", oauth, SECRETS)


@pytest.mark.parametrize("change", [{"oauth_signature_method": "PLAINTEXT"}, {"oauth_version": "2.0"}])
def test_another_method_or_version_is_not_signed(change: dict[str, str]) -> None:
    client = Client("key", SECRETS[0], "token", SECRETS[1])
    oauth = _header(client, _signs[0], "GET", "", {})
    assert not oauth1.is_signed("GET", _signs, "", "", {**oauth, **change}, SECRETS)


def test_a_nonce_is_good_once_and_a_timestamp_for_five_minutes() -> None:
    oauth = {"oauth_token": "t", "oauth_nonce": "n", "oauth_timestamp": "1000"}
    nonces: set[tuple[str, str, str]] = set()
    assert oauth1.is_fresh(oauth, 1000 + oauth1.SKEW_S, nonces)
    assert not oauth1.is_fresh(oauth, 1000, nonces)
    assert oauth1.is_fresh({**oauth, "oauth_nonce": "m"}, 1000, nonces)
    for now in (1000 + oauth1.SKEW_S + 1, 1000 - oauth1.SKEW_S - 1):
        assert not oauth1.is_fresh({**oauth, "oauth_nonce": "k"}, now, nonces)
    for stamp in ("", "noon", "-5", "١"):
        assert not oauth1.is_fresh({**oauth, "oauth_timestamp": stamp}, 1000, set())
    assert not oauth1.is_fresh({**oauth, "oauth_nonce": ""}, 1000, set())


@given(st.text())
def test_no_header_breaks_the_reader(header: str) -> None:
    assert isinstance(oauth1.header_parameters(header), dict)
    assert isinstance(oauth1.header_parameters(f"OAuth {header}"), dict)


def _signed(sandbox: Sandbox, host: str, method: str, path: str, **change: str) -> dict[str, str]:
    account = sandbox.accounts()["x"][0] | change
    client = Client(
        account["consumer_key"],
        account["consumer_secret"],
        account["access_token"],
        account["access_token_secret"],
        timestamp=change.get("timestamp"),
        nonce=change.get("nonce"),
    )
    return {"authorization": str(client.sign(f"{host}{path}", method)[1]["Authorization"])}


def _me(sandbox: Sandbox, headers: dict[str, str], path: str = "/2/users/me") -> Reply:
    return ask(sandbox.url, "GET", path, None, headers)


def test_either_official_host_and_loopback_may_be_signed(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    for host in ("https://api.x.com", "https://api.twitter.com", sandbox.url, f"http://localhost:{port}"):
        path = "/2/users/me?user.fields=created_at,verified"
        reply = _me(sandbox, _signed(sandbox, host, "GET", path), path)
        assert (reply.status, reply.json["data"]["username"]) == (200, "RiverbendPD"), host


@pytest.mark.parametrize(
    "change",
    [
        *[{"consumer_key": "wrong"}, {"consumer_secret": "wrong"}, {"access_token": "wrong"}],
        *[{"access_token_secret": "wrong"}, {"timestamp": "1000"}],
    ],
)
def test_a_wrong_key_secret_or_time_is_a_401(sandbox: Sandbox, change: dict[str, str]) -> None:
    reply = _me(sandbox, _signed(sandbox, "https://api.x.com", "GET", "/2/users/me", **change))
    assert (reply.status, reply.json["title"]) == (401, "Unauthorized")


def test_another_host_is_a_401(sandbox: Sandbox) -> None:
    assert _me(sandbox, _signed(sandbox, "https://api.evil.example", "GET", "/2/users/me")).status == 401


def test_a_replayed_request_is_a_401(sandbox: Sandbox) -> None:
    headers = _signed(sandbox, "https://api.x.com", "GET", "/2/users/me")
    assert [_me(sandbox, headers).status, _me(sandbox, headers).status] == [200, 401]


def test_the_clock_of_a_signature_is_the_real_one(sandbox: Sandbox) -> None:
    sandbox.clock("2031-01-01T00:00:00Z")
    stamp = str(int(time.time()))
    headers = _signed(sandbox, "https://api.x.com", "GET", "/2/users/me", timestamp=stamp)
    assert _me(sandbox, headers).status == 200


def test_json_and_multipart_bodies_are_not_signed(sandbox: Sandbox) -> None:
    headers = _signed(sandbox, "https://api.x.com", "POST", "/2/tweets")
    assert ask(sandbox.url, "POST", "/2/tweets", {"text": "Signed"}, headers).status == 201
    body, kind = multipart({"media_category": "tweet_image"}, {"media": png(3, 2)})
    headers = _signed(sandbox, "https://api.x.com", "POST", "/2/media/upload")
    assert ask(sandbox.url, "POST", "/2/media/upload", body, headers | kind).status == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic eDp5", "OAuth", 'OAuth x="y"'])
def test_nobody_is_let_in_without_a_credential(sandbox: Sandbox, header: str) -> None:
    assert _me(sandbox, {"authorization": header}).status == 401
