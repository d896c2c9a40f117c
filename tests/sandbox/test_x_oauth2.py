"""Bearers and refresh tokens: two hours, and once."""

import base64
from urllib.parse import urlencode

import pytest

from tests.sandbox.plain import Reply, X, ask

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_DEMO = {
    "grant_type": "refresh_token",
    "refresh_token": "demo-x-oauth2-refresh",
    "client_id": "demo-x-client",
}


def _refresh(x: X, given: dict[str, str], **headers: str) -> Reply:
    return ask(x.sandbox.url, "POST", "/2/oauth2/token", urlencode(given), _FORM | headers)


def test_a_refresh_token_gives_the_next_pair_and_the_old_one_dies(x: X) -> None:
    answer = _refresh(x, _DEMO).json
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 7200)
    assert set(answer["scope"].split()) >= {"tweet.write", "media.write", "offline.access"}
    assert x.ask("GET", "users/me").status == 401
    x.bearer = answer["access_token"]
    assert x.ask("GET", "users/me").status == 200
    assert _refresh(x, _DEMO).json["error"] == "invalid_request"
    assert _refresh(x, {**_DEMO, "refresh_token": answer["refresh_token"]}).status == 200


def test_a_confidential_client_names_itself_in_the_header(x: X) -> None:
    given = {name: value for name, value in _DEMO.items() if name != "client_id"}
    name = base64.b64encode(b"demo-x-client:secret").decode()
    assert _refresh(x, given, authorization="Basic ???").status == 400
    assert _refresh(x, given, authorization=f"Basic {name}").status == 200


def test_an_access_token_lives_two_hours_by_the_sandbox_clock(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00Z")
    x.bearer = _refresh(x, _DEMO).json["access_token"]
    x.sandbox.clock("2026-11-22T13:59:59Z")
    assert x.ask("GET", "users/me").status == 200
    x.sandbox.clock("2026-11-22T14:00:00Z")
    assert x.ask("GET", "users/me").status == 401


@pytest.mark.parametrize(
    "given",
    [
        {**_DEMO, "grant_type": "password"},
        {**_DEMO, "client_id": "another"},
        {**_DEMO, "refresh_token": ""},
        {},
    ],
)
def test_anything_else_is_a_400_and_changes_nothing(x: X, given: dict[str, str]) -> None:
    assert _refresh(x, given).status == 400
    assert _refresh(x, _DEMO).status == 200


def test_a_lost_answer_loses_the_token(x: X) -> None:
    x.sandbox.fault("error_after_commit", path="/oauth2/token")
    assert _refresh(x, _DEMO).status == 503
    assert _refresh(x, _DEMO).status == 400
