"""Signing in on the sandbox's X: a code comes back to whoever asked, and is worth something once."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import Reply, ask

BACK = "https://pd.example/back?from=x"
VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": "demo-x-client",
    "redirect_uri": BACK,
    "scope": "tweet.read tweet.write users.read media.write offline.access",
    "state": "s-1",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}


def _open(sandbox: Sandbox, **changed: str) -> Reply:
    return ask(sandbox.url, "GET", f"/i/oauth2/authorize?{urlencode({**ASKED, **changed})}")


def _answer(reply: Reply) -> dict[str, Any]:
    assert reply.status == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def _redeem(sandbox: Sandbox, code: str, **changed: str) -> Reply:
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": "demo-x-client",
        **changed,
    }
    form = {"content-type": "application/x-www-form-urlencoded"}
    return ask(sandbox.url, "POST", "/2/oauth2/token", urlencode(given), form)


def test_the_browser_is_sent_back_with_the_state_and_a_code_that_gives_tokens_once(sandbox: Sandbox) -> None:
    answer = _answer(_open(sandbox))
    assert (answer["state"], answer["from"]) == ("s-1", "x")
    tokens = _redeem(sandbox, answer["code"]).json
    assert {"access_token", "refresh_token", "expires_in", "scope", "token_type"} == set(tokens)
    assert _redeem(sandbox, answer["code"]).status == 400


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "w" * 43}, {"redirect_uri": "https://other.example"}, {"client_id": "another"}]
)
def test_a_code_is_worth_nothing_to_anybody_else(sandbox: Sandbox, changed: dict[str, str]) -> None:
    assert _redeem(sandbox, _answer(_open(sandbox))["code"], **changed).status == 400


def test_a_code_is_worth_nothing_after_ten_minutes(sandbox: Sandbox) -> None:
    sandbox.clock("2026-11-22T12:00:00Z")
    code = _answer(_open(sandbox))["code"]
    sandbox.clock("2026-11-22T12:10:00Z")
    assert _redeem(sandbox, code).status == 400


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"redirect_uri": ""}, {"state": ""}])
def test_who_asks_for_nobody_is_told_so_and_sent_nowhere(sandbox: Sandbox, changed: dict[str, str]) -> None:
    assert _open(sandbox, **changed).status == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "invalid_scope"),
        ({"scope": "dm.write"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
def test_a_bad_question_comes_back_without_a_code(sandbox: Sandbox, changed: dict[str, str], error: str) -> None:
    answer = _answer(_open(sandbox, **changed))
    assert (answer["error"], "code" in answer) == (error, False)
