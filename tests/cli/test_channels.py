"""Credentials as they are given: tried at once, and refused when they are surely another account's."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialpub.cli import channels, sheet
from socialpub.model.outcome import Health
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.cli.shell import Desk
from tests.flow.networks import ask
from tests.platforms.rig import BlueskyRig, FacebookRig, MastodonRig, XRig

RIGS = {rig.name: rig for rig in (XRig, FacebookRig, BlueskyRig, MastodonRig)}


@pytest.fixture(scope="module")
def networks() -> Iterator[Sandbox]:
    with running() as handle:
        yield handle


@pytest.fixture(params=RIGS)
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _account(networks: Sandbox, platform: str) -> dict[str, Any]:
    made: dict[str, Any] = ask(networks, "/_sandbox/accounts", {"platform": platform})
    return made


#: Which keys are asked about, for each network: those that do not say themselves whose they are.
_KEYS = (("bearer",), ("access_token",), ("identifier", "app_password"))
_NAMES = tuple(key for keys in _KEYS for key in keys)


def _file(desk: Desk, account: dict[str, Any]) -> Path:
    keys = next(keys for keys in _KEYS if keys[0] in account)
    path = desk.folder / f"{account['id']}.json"
    path.write_text(json.dumps({key: account[key] for key in keys}), "utf-8")
    path.chmod(0o600)
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
    [row] = [row for row in desk.yes("channel", "list", "--json").json if row["name"] == "main"]
    assert "could not connect" in row["trouble"]
    assert "main cannot publish" in desk("doctor").out


def test_no_credit_is_no_fault_of_the_key(desk: Desk, networks: Sandbox, network: str) -> None:
    account = _account(networks, network)
    method, pattern = RIGS[network].calls["verify"]
    fault = {"kind": "error_before_commit", "method": method, "path": pattern, "status": 402}
    ask(networks, "/_sandbox/faults", fault)
    desk.yes(*_add(network, account, networks.url, _file(desk, account)))
    [row] = [row for row in desk.yes("channel", "list", "--json").json if row["name"] == "main"]
    assert row["trouble"]
    desk.yes("channel", "verify", "main")
    [row] = [row for row in desk.yes("channel", "list", "--json").json if row["name"] == "main"]
    assert row["trouble"] == "", "it works now"


def _written(desk: Desk, **secret: str) -> Path:
    path = desk.folder / "written.json"
    path.write_text(json.dumps(secret), "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("address", "secret", "says"),
    [
        ("http://192.0.2.1", None, "base_url cannot be used"),
        ("http://[", None, "base_url cannot be used"),
        ("", {}, "missing or malformed"),
        ("", dict.fromkeys(_NAMES, "two words"), "missing or malformed"),
        ("", dict.fromkeys(_NAMES, "made-up"), "key"),
    ],
)
def test_what_can_never_publish_is_not_kept_and_its_name_stays_free(
    desk: Desk, networks: Sandbox, network: str, address: str, secret: dict[str, str] | None, says: str
) -> None:
    account = _account(networks, network)
    given = _file(desk, account) if secret is None else _written(desk, **secret)
    refused = desk(*_add(network, account, address or networks.url, given))
    assert refused.code == 1
    assert "nothing was kept" in refused.err
    assert says in refused.err
    assert "the name main is still free" in refused.err
    desk.yes(*_add(network, account, networks.url, _file(desk, account)))


def test_credentials_are_asked_for_also_when_none_are_given(desk: Desk, networks: Sandbox, network: str) -> None:
    account = _account(networks, network)
    line = [
        word for word in _add(network, account, networks.url, Path("f")) if word not in ("--secret-file", Path("f"))
    ]
    refused = desk(*line)
    assert refused.code == 1
    assert "missing or malformed" in refused.err


def test_a_mistyped_account_is_not_kept(desk: Desk, networks: Sandbox, network: str) -> None:
    account = _account(networks, network)
    for wrong in ("our-page", "1" + account["id"]):
        refused = desk(*_add(network, {**account, "id": wrong}, networks.url, _file(desk, account)))
        assert refused.code == 1, refused
        assert "nothing was kept" in refused.err


def test_working_credentials_are_never_replaced_by_useless_ones(desk: Desk, networks: Sandbox, network: str) -> None:
    account = _account(networks, network)
    desk.yes(*_add(network, account, networks.url, _file(desk, account)))
    for useless in ({}, {"consumer_key": "k"}, dict.fromkeys(_NAMES, "made-up")):
        refused = desk("channel", "secret", "main", "--secret-file", _written(desk, **useless), "--as", "adm")
        assert refused.code == 1
        assert "the credentials it had stand" in refused.err
        assert "channel add" not in refused.err
    desk.yes("channel", "verify", "main")


@pytest.mark.parametrize(("name", "address"), [("other", "http://["), ("other", "outbox"), ("two words", "")])
def test_an_outbox_folder_that_cannot_be_one_is_not_kept(desk: Desk, name: str, address: str) -> None:
    url = address or (desk.spool / "other").as_uri()
    refused = desk("channel", "add", name, "--platform", "file", "--account", "o", "--base-url", url, "--as", "adm")
    assert refused.code == 1, refused
    assert f"the name {name} is still free" in refused.err


def test_a_channel_that_is_found_ill_says_so_until_it_is_well(desk: Desk) -> None:
    folder = desk.folder / "press"
    line = ("--platform", "file", "--account", "press", "--base-url", folder.as_uri(), "--as", "adm")
    desk.yes("channel", "add", "press", *line)
    folder.write_text("no folder", "utf-8")
    assert desk("channel", "verify", "press").code == 1
    assert "cannot be written to" in desk.yes("channel", "list").out
    assert "press cannot publish" in desk("doctor").out
    folder.unlink()
    desk.yes("channel", "verify", "press")
    assert "cannot be written to" not in desk.yes("channel", "list").out
    assert "SP152" not in desk("doctor").out


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
    desk: Desk, monkeypatch: pytest.MonkeyPatch, platform: str, base_url: str, real: bool
) -> None:
    monkeypatch.setattr(channels, "tried", lambda *_: Health(alive=True, says="well"))  # nobody is asked there
    line = ("channel", "add", "main", "--platform", platform, "--account", "did:plc:abc", "--base-url", base_url)
    added = desk.yes(*line, "--as", "adm")
    assert ("not the real network" in added.out) != real
    doctor = desk("doctor")
    assert ("main is not the real network" in doctor.out) != real
    told = sheet.server({"base_url": base_url, "real": real})
    assert told == (f' on "{base_url}"' if real else f', not the real network but "{base_url}"')


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_credentials_that_others_may_read_are_refused_with_the_remedy(desk: Desk, mode: int) -> None:
    (path := _written(desk, a="b")).chmod(mode)
    refused = desk("channel", "secret", "outbox", "--secret-file", path, "--as", "adm")
    assert refused.code == 1
    assert f"chmod 600 {path}" in refused.err


def test_credentials_come_from_a_small_plain_file(desk: Desk) -> None:
    (large := desk.folder / "large.json").write_text('{"a": "' + "b" * 65_536 + '"}', "utf-8")
    large.chmod(0o600)
    os.mkfifo(pipe := desk.folder / "pipe", 0o600)
    for path, why in ((large, "over 64 kB"), (pipe, "no plain file"), (Path("/dev/zero"), "no plain file"),
                      (desk.folder, "no plain file")):  # fmt: skip
        refused = desk("channel", "secret", "outbox", "--secret-file", path, "--as", "adm")
        assert refused.code == 1
        assert why in refused.err
    answer = desk("queue", settings="/dev/zero")
    assert answer.code == 3
    assert "no plain file" in answer.err


def test_a_self_hosted_networks_own_place_is_called_real_and_a_stand_in_is_not(desk: Desk) -> None:
    account, folder = "https://news.porthalyardpd.example", (desk.folder / "newsroom").as_uri()
    line = ("channel", "add", "news", "--platform", "newsroom", "--account", account, "--base-url", folder)
    assert "not the real network" not in desk.yes(*line, "--as", "adm").out
    assert desk.yes("channel", "verify", "news").out.startswith(f"news: items are written to {desk.folder}")
    other = ("channel", "add", "dry", "--platform", "file", "--account", "dry", "--base-url", folder, "--as", "adm")
    assert "not the real network" in desk.yes(*other).out
    late = ("--platform", "newsroom", "--account", "no address", "--base-url", folder, "--as", "adm")
    assert "the name late is still free" in desk("channel", "add", "late", *late).err
