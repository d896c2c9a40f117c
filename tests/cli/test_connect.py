"""Signing in from the command line: an address to open, an address to paste, and a channel that can post."""

import http.client
import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.cli.shell import Answer, Desk
from tests.flow.networks import ask

BACK = "http://127.0.0.1:1/back"


@pytest.fixture(scope="module")
def networks() -> Iterator[Sandbox]:
    with running() as handle:
        yield handle


class Browser:
    """What is typed: the address that a browser ends at which opens the one shown last on standard output."""

    def readline(self, *_: Any) -> str:
        shown = cast("io.StringIO", sys.stdout).getvalue()
        address = re.findall(r"http://\S+/(?:i/oauth2/authorize|o/oauth2/v2/auth)\?\S+", shown)[-1]
        place = urlsplit(address)
        with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)) as line:
            line.request("GET", f"{place.path}?{place.query}")
            return line.getresponse().headers["location"] + "\n"


def _connect(desk: Desk, networks: Sandbox, name: str, client: str, *more: str) -> Answer:
    file = desk.folder / "app.json"
    file.write_text(json.dumps({"client_id": client, "redirect": BACK}), "utf-8")
    file.chmod(0o600)
    line = ("channel", "connect", name, "--app-file", file, "--base-url", networks.url, "--as", "adm")
    return desk(*line, *(more or ("--platform", "x")))


def _account(networks: Sandbox, **given: str) -> dict[str, Any]:
    made: dict[str, Any] = ask(networks, "/_sandbox/accounts", {"platform": "x", **given})
    return made


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Browser())


@pytest.mark.usefixtures("browser")
def test_signing_in_adds_a_channel_that_works(desk: Desk, networks: Sandbox) -> None:
    account = _account(networks, client_id="app-1", handle="PortHalyardPD")
    answer = _connect(desk, networks, "x-main", "app-1")
    assert answer.code == 0, answer
    assert f"x-main was added: @PortHalyardPD (account {account['id']})" in answer.out
    assert "not the real network" in answer.out
    assert "connected as @PortHalyardPD" in desk.yes("channel", "verify", "x-main").out


@pytest.mark.usefixtures("browser")
def test_signing_in_again_renews_the_credentials_of_the_same_account_only(desk: Desk, networks: Sandbox) -> None:
    _account(networks, client_id="app-2")
    _account(networks, client_id="app-3")
    assert _connect(desk, networks, "x-main", "app-2").code == 0
    again = _connect(desk, networks, "x-main", "app-2")
    assert "x-main has new credentials" in again.out
    other = _connect(desk, networks, "x-main", "app-3")
    assert other.code == 1
    assert "nothing was kept" in other.err
    assert desk("channel", "verify", "x-main").code == 0


def test_an_answer_that_belongs_to_no_sign_in_keeps_nothing(
    desk: Desk, networks: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _account(networks, client_id="app-4")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{BACK}?state=guessed&code=1\n"))
    answer = _connect(desk, networks, "x-main", "app-4")
    assert answer.code == 1
    assert "nothing was kept" in answer.err
    assert "begin again" in answer.err
    assert "x-main" not in desk.yes("channel", "list").out


def test_a_network_without_a_sign_in_says_what_to_do_instead(desk: Desk, networks: Sandbox) -> None:
    answer = _connect(desk, networks, "out", "app", "--platform", "file")
    assert answer.code == 1
    assert "file has no sign-in" in answer.err
    assert "--secret-file" in answer.err


def test_only_an_administrator_may_connect(desk: Desk, networks: Sandbox) -> None:
    file = desk.folder / "app.json"
    file.write_text(json.dumps({"client_id": "a", "redirect": BACK}), "utf-8")
    file.chmod(0o600)
    answer = desk("channel", "connect", "main", "--platform", "x", "--app-file", file, "--as", "jruiz")
    assert answer.code == 1
    assert "administrator" in answer.err


@pytest.mark.usefixtures("browser")
def test_a_video_channel_is_connected_with_the_app_s_secret(desk: Desk, networks: Sandbox) -> None:
    account = ask(networks, "/_sandbox/accounts", {"platform": "youtube"})
    app = {"client_id": account["client_id"], "client_secret": account["client_secret"], "redirect": BACK}
    file = desk.folder / "google.json"
    file.write_text(json.dumps(app), "utf-8")
    file.chmod(0o600)
    line = ("channel", "connect", "tube", "--platform", "youtube", "--app-file", file, "--base-url", networks.url)
    answer = desk(*line, "--as", "adm")
    assert answer.code == 0, answer.err
    assert account["name"] in answer.out
    verified = desk("channel", "verify", "tube")
    assert verified.code == 0, verified.err
    assert account["name"] in verified.out
