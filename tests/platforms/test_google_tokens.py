"""Google's OAuth 2.0: a channel is connected, and its token is exchanged each hour while the refresh token stays."""

import dataclasses
import http.client
import logging
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from socialpub.model.account import Account
from socialpub.model.outcome import Deferred, Delivered, Scope
from socialpub.platforms.contract import Connected, Connecting, Renewing
from socialpub.platforms.sign_in import Invitation
from socialpub.platforms.youtube import YouTubePlatform
from tests.platforms.double import JournalDouble
from tests.platforms.rig import Sandbox, YouTubeRig, make_post


@pytest.fixture
def rig(sandbox: Sandbox) -> YouTubeRig:
    return YouTubeRig(sandbox, YouTubePlatform)


def _tube(rig: YouTubeRig) -> YouTubePlatform:
    assert isinstance(rig.platform, YouTubePlatform)
    return rig.platform


def _app(rig: YouTubeRig) -> dict[str, str]:
    mine = {key: rig.account.secret[key] for key in ("client_id", "client_secret")}
    return {**mine, "redirect": "http://127.0.0.1:1/back"}


def _invited(rig: YouTubeRig) -> Invitation:
    invited = _tube(rig).invite(_app(rig), rig.sandbox.url)
    assert isinstance(invited, Invitation)
    return invited


def _browse(address: str) -> str:
    """Where the browser ends that opens `address`."""
    place = urlsplit(address)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)) as connection:
        connection.request("GET", f"{place.path}?{place.query}")
        return connection.getresponse().headers["location"]


def _renewed(rig: YouTubeRig, account: Account) -> Account:
    secret = _tube(rig).renew(account)
    assert isinstance(secret, Mapping)
    return dataclasses.replace(account, secret=secret)


def test_the_next_token_publishes_and_the_refresh_token_stays(rig: YouTubeRig) -> None:
    assert isinstance(rig.platform, Connecting)
    assert isinstance(rig.platform, Renewing)
    new = _renewed(rig, rig.account)
    assert new.secret["refresh_token"] == rig.account.secret["refresh_token"]
    assert isinstance(rig.platform.deliver(make_post(rig), new, JournalDouble()), Delivered)
    ends = datetime.fromtimestamp(int(new.secret["ends"]), UTC)
    assert timedelta(minutes=59) < ends - datetime.now(UTC) <= timedelta(minutes=60)
    assert not _tube(rig).ends_soon(new)
    assert _tube(rig).ends_soon(rig.account), "nobody knows when it ends"
    assert _renewed(rig, new).secret["bearer"] != new.secret["bearer"]


def test_a_refresh_token_that_google_gives_anew_is_kept(rig: YouTubeRig) -> None:
    rig.fault("wrong_type", "token", body={"access_token": "a", "refresh_token": "newer", "expires_in": 60})
    assert _renewed(rig, rig.account).secret["refresh_token"] == "newer"


def test_a_dead_refresh_token_needs_a_person_and_speaks_of_the_seven_days(rig: YouTubeRig) -> None:
    account = dataclasses.replace(rig.account, secret={**rig.account.secret, "refresh_token": "gone"})
    answer = _tube(rig).renew(account)
    assert isinstance(answer, Deferred)
    assert (answer.scope, answer.needs_person) == (Scope.CHANNEL, True)
    assert "7 days" in answer.reason
    assert "channel connect" in answer.reason


@pytest.mark.parametrize(
    "kind", ["refuse", "drop_before_commit", "html_502", "empty_200", "truncated_json", "redirect"]
)
def test_an_exchange_without_a_clear_answer_is_tried_again_later(rig: YouTubeRig, kind: str) -> None:
    rig.fault(kind, "token")
    answer = _tube(rig).renew(rig.account)
    assert isinstance(answer, Deferred)
    assert (answer.scope, answer.needs_person) == (Scope.CHANNEL, False)


def test_signing_in_gives_the_channel_its_name_and_tokens_that_publish(rig: YouTubeRig) -> None:
    invited = _invited(rig)
    connected = _tube(rig).accept(_app(rig), rig.sandbox.url, invited, _browse(invited.address))
    assert isinstance(connected, Connected)
    assert connected.account == rig.account.account
    assert connected.name.startswith("Demo channel")
    account = dataclasses.replace(rig.account, secret=connected.secret)
    assert isinstance(rig.platform.deliver(make_post(rig), account, JournalDouble()), Delivered)
    assert isinstance(_tube(rig).renew(account), Mapping)


def test_a_sign_in_without_leave_to_stay_connected_is_not_kept(rig: YouTubeRig) -> None:
    invited = _invited(rig)
    answer = _tube(rig).accept(
        _app(rig),
        rig.sandbox.url,
        invited,
        _browse(invited.address.replace("access_type=offline", "access_type=online")),
    )
    assert isinstance(answer, Deferred)


def test_google_is_asked_on_its_own_page_for_one_scope_offline(rig: YouTubeRig) -> None:
    invited = _tube(rig).invite(_app(rig), "")
    assert isinstance(invited, Invitation)
    assert invited.address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    asked = parse_qs(urlsplit(invited.address).query)
    assert asked["scope"] == ["https://www.googleapis.com/auth/youtube.force-ssl"]
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "redirect"])
def test_an_app_that_lacks_something_is_told_what(rig: YouTubeRig, missing: str) -> None:
    answer = _tube(rig).invite({k: v for k, v in _app(rig).items() if k != missing}, rig.sandbox.url)
    assert isinstance(answer, Deferred)
    assert missing in answer.reason


def test_no_code_and_no_token_is_in_any_log(rig: YouTubeRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    invited = _invited(rig)
    answer = _browse(invited.address)
    connected = _tube(rig).accept(_app(rig), rig.sandbox.url, invited, answer)
    assert isinstance(connected, Connected)
    code = re.search("code=([^&]*)", answer)
    assert code is not None
    secret = _renewed(rig, dataclasses.replace(rig.account, secret=connected.secret)).secret
    for one in (code[1], invited.verifier, connected.secret["bearer"], secret["bearer"], secret["refresh_token"]):
        assert one not in caplog.text
