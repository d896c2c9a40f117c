"""Credentials as they are given: tried at once, and refused when they are surely another account's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialpub.cli import sheet
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.cli.shell import Desk
from tests.flow.networks import ask


@pytest.fixture(scope="module")
def networks() -> Iterator[Sandbox]:
    with running() as handle:
        yield handle


@pytest.fixture(params=["x", "facebook", "instagram", "bluesky", "mastodon"])
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _account(networks: Sandbox, platform: str) -> dict[str, Any]:
    made: dict[str, Any] = ask(networks, "/_sandbox/accounts", {"platform": platform})
    return made


#: Which keys are asked about, for each network: those that do not say themselves whose they are.
_KEYS = (("bearer",), ("access_token",), ("identifier", "app_password"))


def _file(desk: Desk, account: dict[str, Any]) -> Path:
    keys = next(keys for keys in _KEYS if keys[0] in account)
    path = desk.folder / f"{account['id']}.json"
    path.write_text(json.dumps({key: account[key] for key in keys}), "utf-8")
    return path


def _add(platform: str, account: dict[str, Any], url: str, file: Path) -> tuple[str | Path, ...]:
    line = ("channel", "add", "main", "--platform", platform, "--account", account["id"])
    return (*line, "--base-url", url, "--secret-file", file, "--as", "adm")


def test_credentials_of_another_account_are_never_kept(desk: Desk, networks: Sandbox, network: str) -> None:
    ours, others = _account(networks, network), _account(networks, network)
    refused = desk(*_add(network, ours, networks.url, _file(desk, others)))
    assert refused.code == 1
    assert "nothing was kept" in refused.err
    assert others["id"] in refused.err
    assert [row["name"] for row in desk.yes("channel", "list", "--json").json] == ["outbox"]

    added = desk.yes(*_add(network, ours, networks.url, _file(desk, ours)))
    assert "connected" in added.out
    refused = desk("channel", "secret", "main", "--secret-file", _file(desk, others), "--as", "adm")
    assert refused.code == 1
    assert desk("channel", "verify", "main").code == 0, "the old credentials are still there"
    renewed = desk.yes("channel", "secret", "main", "--secret-file", _file(desk, ours), "--as", "adm")
    assert "main has new credentials. connected" in renewed.out


def test_a_network_that_does_not_answer_is_told_and_refuses_nothing(
    desk: Desk, networks: Sandbox, network: str
) -> None:
    account = _account(networks, network)
    added = desk.yes(*_add(network, account, "http://127.0.0.1:1", _file(desk, account)))
    assert "But it does not work yet" in added.out
    assert "could not connect" in added.out


def test_only_an_administrator_has_credentials_tried(desk: Desk, networks: Sandbox, network: str) -> None:
    account = _account(networks, network)
    line = (*_add(network, account, networks.url, _file(desk, account))[:-1], "panand")
    before = len(ask(networks, "/_sandbox/requests"))
    refused = desk(*line)
    assert refused.code == 1
    assert "administrator" in refused.err
    assert len(ask(networks, "/_sandbox/requests")) == before


@pytest.mark.parametrize(
    ("platform", "base_url", "real"),
    [
        ("bluesky", "https://pds.example", True),
        ("bluesky", "https://127.0.0.1:9", False),
        ("bluesky", "http://127.0.0.1:9", False),
        ("x", "http://127.0.0.1:9", False),
        ("x", "https://pds.example", False),
    ],
)
def test_only_a_server_of_ones_own_is_not_marked_as_another_than_the_real_network(
    desk: Desk, platform: str, base_url: str, real: bool
) -> None:
    line = ("channel", "add", "main", "--platform", platform, "--account", "did:plc:abc", "--base-url", base_url)
    added = desk.yes(*line, "--as", "adm")
    assert ("not the real network" in added.out) != real
    doctor = desk("doctor")
    assert ("main is not the real network" in doctor.out) != real
    told = sheet.server({"base_url": base_url, "real": real})
    assert told == (f' on "{base_url}"' if real else f', not the real network but "{base_url}"')


def test_a_self_hosted_networks_own_place_is_called_real_and_a_stand_in_is_not(desk: Desk) -> None:
    account, folder = "https://news.porthalyardpd.example", (desk.folder / "newsroom").as_uri()
    line = ("channel", "add", "news", "--platform", "newsroom", "--account", account, "--base-url", folder)
    assert "not the real network" not in desk.yes(*line, "--as", "adm").out
    assert desk.yes("channel", "verify", "news").out.startswith(f"news: items are written to {desk.folder}")
    other = ("channel", "add", "dry", "--platform", "file", "--account", "dry", "--base-url", folder, "--as", "adm")
    assert "not the real network" in desk.yes(*other).out
