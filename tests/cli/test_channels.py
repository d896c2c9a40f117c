"""Credentials as they are given: tried at once, and refused when they are surely another account's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.cli.shell import Desk
from tests.flow.networks import ask


@pytest.fixture(scope="module")
def networks() -> Iterator[Sandbox]:
    with running() as handle:
        yield handle


@pytest.fixture(params=["x", "facebook", "instagram", "mastodon"])
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _account(networks: Sandbox, platform: str) -> dict[str, Any]:
    made: dict[str, Any] = ask(networks, "/_sandbox/accounts", {"platform": platform})
    return made


def _file(desk: Desk, account: dict[str, Any]) -> Path:
    key = "bearer" if "bearer" in account else "access_token"
    path = desk.folder / f"{account['id']}.json"
    path.write_text(json.dumps({key: account[key]}), "utf-8")
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
