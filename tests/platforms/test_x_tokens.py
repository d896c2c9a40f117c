"""X's OAuth 2.0: an account is connected, and its tokens are exchanged in time."""

import dataclasses
import http.client
import logging
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from socialpub.model.account import Account
from socialpub.model.outcome import Deferred, Delivered, Scope
from socialpub.platforms.contract import Connected, Connecting, Renewing
from socialpub.platforms.sign_in import Invitation
from socialpub.platforms.x import XPlatform
from tests.platforms.double import JournalDouble
from tests.platforms.rig import Sandbox, XRig, make_post

APP = {"client_id": "our-app", "redirect": "http://127.0.0.1:1/back"}


@pytest.fixture
def rig(sandbox: Sandbox) -> XRig:
    """A rig whose account belongs to an app of its own."""
    rig = XRig(sandbox, XPlatform)
    whose = {"id": rig.account.account, "handle": "RiverbendPD", "client_id": "our-app", "refresh_token": "first"}
    rig.bearer = sandbox.order("accounts", {"platform": "x", **whose})["bearer"]
    return rig


def _account(rig: XRig, **secret: str) -> Account:
    given = {"client_id": "our-app", "bearer": rig.bearer, "refresh_token": "first", **secret}
    return dataclasses.replace(rig.account, secret=given)


def _x(rig: XRig) -> XPlatform:
    assert isinstance(rig.platform, XPlatform)
    return rig.platform


def _in(delta: timedelta) -> str:
    return str(int((datetime.now(UTC) + delta).timestamp()))


def _browse(address: str) -> str:
    """Where the browser ends that opens `address`."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    with closing(connection):
        connection.request("GET", f"{place.path}?{place.query}")
        return connection.getresponse().headers["location"]


def _renewed(rig: XRig, account: Account) -> Account:
    secret = _x(rig).renew(account)
    assert isinstance(secret, Mapping)
    return dataclasses.replace(account, secret=secret)


def test_x_is_a_network_one_signs_in_to_and_whose_tokens_end(rig: XRig) -> None:
    assert isinstance(rig.platform, Connecting)
    assert isinstance(rig.platform, Renewing)


def test_the_next_tokens_publish_and_the_old_ones_are_dead(rig: XRig) -> None:
    old = _account(rig)
    new = _renewed(rig, old)
    assert isinstance(rig.platform.deliver(make_post(rig), new, JournalDouble()), Delivered)
    refused = rig.platform.deliver(make_post(rig, "Another"), old, JournalDouble())
    assert isinstance(refused, Deferred)
    assert refused.needs_person
    assert _renewed(rig, new).secret["bearer"] != new.secret["bearer"]


def test_what_the_exchange_gives_says_when_it_ends_and_keeps_the_rest(rig: XRig) -> None:
    new = _renewed(rig, _account(rig, client_secret="s", note="kept")).secret
    ends = datetime.fromtimestamp(int(new["ends"]), UTC)
    assert timedelta(minutes=119) < ends - datetime.now(UTC) <= timedelta(minutes=120)
    assert (new["client_id"], new["client_secret"], new["note"]) == ("our-app", "s", "kept")


@pytest.mark.parametrize(
    ("secret", "soon"),
    [
        ({"ends": _in(timedelta(hours=1))}, False),
        ({"ends": _in(timedelta(minutes=9))}, True),
        ({"ends": _in(timedelta(days=-1))}, True),
        ({"ends": "soon"}, True),
        ({}, True),
        ({"refresh_token": ""}, False),
    ],
)
def test_tokens_are_exchanged_ten_minutes_before_their_end(rig: XRig, secret: dict[str, str], soon: bool) -> None:
    assert _x(rig).ends_soon(_account(rig, **secret)) is soon


def test_the_four_keys_of_oauth1_never_end(rig: XRig) -> None:
    assert not _x(rig).ends_soon(rig.account)


def test_a_used_up_refresh_token_needs_a_person_and_says_what_to_do(rig: XRig) -> None:
    account = _account(rig)
    _x(rig).renew(account)
    answer = _x(rig).renew(account)
    assert isinstance(answer, Deferred)
    assert (answer.scope, answer.needs_person) == (Scope.CHANNEL, True)
    assert "socialpub channel connect" in answer.reason


@pytest.mark.parametrize(
    "kind", ["refuse", "drop_before_commit", "html_502", "empty_200", "truncated_json", "redirect"]
)
def test_an_exchange_without_a_clear_answer_is_tried_again_later(rig: XRig, kind: str) -> None:
    rig.fault(kind, "token")
    answer = _x(rig).renew(_account(rig))
    assert isinstance(answer, Deferred)
    assert (answer.scope, answer.needs_person) == (Scope.CHANNEL, False)


@pytest.mark.parametrize(
    "body",
    [{"access_token": "a"}, {"access_token": 7, "refresh_token": "r"}, {"access_token": "", "refresh_token": "r"}],
)
def test_half_an_answer_is_none(rig: XRig, body: dict[str, Any]) -> None:
    rig.fault("wrong_type", "token", body=body)
    assert isinstance(_x(rig).renew(_account(rig)), Deferred)


@pytest.mark.parametrize(("lives", "minutes"), [(99999999, 1440), (-5, 0), ("x", 120), (None, 120)])
def test_a_senseless_lifetime_is_bounded(rig: XRig, lives: Any, minutes: int) -> None:
    body = {"access_token": "a", "refresh_token": "r", "expires_in": lives}
    rig.fault("wrong_type", "token", body=body)
    ends = int(_renewed(rig, _account(rig)).secret["ends"])
    assert abs(ends - datetime.now(UTC).timestamp() - minutes * 60) < 60


# ---- signing in


def _invited(rig: XRig, app: Mapping[str, str] = APP) -> Invitation:
    invited = _x(rig).invite(app, rig.sandbox.url)
    assert isinstance(invited, Invitation)
    return invited


def test_signing_in_gives_the_account_its_name_and_tokens_that_publish(rig: XRig) -> None:
    invited = _invited(rig)
    connected = _x(rig).accept(APP, rig.sandbox.url, invited, _browse(invited.address))
    assert isinstance(connected, Connected)
    assert (connected.account, connected.name) == (rig.account.account, "@RiverbendPD")
    account = dataclasses.replace(rig.account, secret=connected.secret)
    assert isinstance(rig.platform.deliver(make_post(rig), account, JournalDouble()), Delivered)
    assert not _x(rig).ends_soon(account)
    for secret in connected.secret.values():
        assert secret not in repr(connected)


def test_a_code_is_good_once_and_only_for_who_began(rig: XRig) -> None:
    begun, other = _invited(rig), _invited(rig)
    answer = _browse(begun.address)
    stolen = re.sub("state=[^&]*", f"state={other.state}", answer)
    assert isinstance(_x(rig).accept(APP, rig.sandbox.url, other, stolen), Deferred)
    assert isinstance(_x(rig).accept(APP, rig.sandbox.url, begun, answer), Deferred), "it was used up"


def test_an_answer_to_another_sign_in_asks_the_network_nothing(rig: XRig) -> None:
    begun, other = _invited(rig), _invited(rig)
    answer = _browse(begun.address)
    before = len(rig.sandbox.requests())
    assert isinstance(_x(rig).accept(APP, rig.sandbox.url, other, answer), Deferred)
    assert len(rig.sandbox.requests()) == before
    assert isinstance(_x(rig).accept(APP, rig.sandbox.url, begun, answer), Connected)


@pytest.mark.parametrize("missing", ["client_id", "redirect"])
def test_an_app_that_lacks_something_is_told_what(rig: XRig, missing: str) -> None:
    answer = _x(rig).invite({key: value for key, value in APP.items() if key != missing}, rig.sandbox.url)
    assert isinstance(answer, Deferred)
    assert missing in answer.reason


def test_the_real_network_is_asked_on_its_own_page(rig: XRig) -> None:
    invited = _x(rig).invite(APP, "")
    assert isinstance(invited, Invitation)
    assert invited.address.startswith("https://x.com/i/oauth2/authorize?")


def test_no_code_and_no_token_is_in_any_log(rig: XRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    invited = _invited(rig)
    answer = _browse(invited.address)
    connected = _x(rig).accept(APP, rig.sandbox.url, invited, answer)
    assert isinstance(connected, Connected)
    renewed = _renewed(rig, dataclasses.replace(rig.account, secret=connected.secret))
    code = re.search("code=([^&]*)", answer)
    assert code is not None
    tokens = [code[1], invited.verifier, connected.secret["bearer"], connected.secret["refresh_token"]]
    for secret in (*tokens, renewed.secret["bearer"], renewed.secret["refresh_token"]):
        assert secret not in caplog.text
