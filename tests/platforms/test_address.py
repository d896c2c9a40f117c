"""Where calls may go and which addresses of posts are believed. No name is ever looked up here."""

import socket

import pytest

from socialpub.model.account import Account
from socialpub.platforms.address import base, is_loopback, permalink
from socialpub.platforms.trouble import Unusable


def account(base_url: str = "") -> Account:
    return Account("main", "net", "1", base_url)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "localhost"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "128.0.0.1", "127.1", "127.0.0.1.example", "localhost.example", "LOCALHOST.", "::",
     "::ffff:127.0.0.1",
     "2130706433", "0x7f000001", "10.0.0.1", "fe80::1"],
)  # fmt: skip
def test_not_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    assert not is_loopback(host)


def test_an_empty_base_is_the_real_network_and_a_slash_at_the_end_is_dropped() -> None:
    assert base(account(), "https://api.example") == "https://api.example"
    assert base(account("http://127.0.0.1:8/net/"), "https://api.example") == "http://127.0.0.1:8/net"


def test_a_refused_base_names_the_channel_and_the_remedy() -> None:
    with pytest.raises(Unusable, match=r'channel "main".*Leave it empty for the real network'):
        base(account("http://sandbox.example"), "https://api.example")


@pytest.mark.parametrize(
    ("claimed", "base_url", "believed"),
    [
        ("https://www.net.example/p/1", "", True),
        ("https://net.example/p/1", "", True),
        ("http://www.net.example/p/1", "", False),
        ("https://evilnet.example/p", "", False),
        ("https://net.example.evil.example/", "", False),
        ("https://net.example@evil.example/", "", False),
        ("javascript:alert(1)", "", False),
        ("https://net.example/\n", "", False),
        ("https://net.example/" + "a" * 600, "", False),
        ("https://[::1", "", False),
        (None, "", False),
        (["https://net.example"], "", False),
        ("http://127.0.0.1:8/p", "http://127.0.0.1:8", True),
        ("https://net.example/p", "http://127.0.0.1:8", False),
        ("file:///etc/passwd", "http://127.0.0.1:8", False),
    ],
)
def test_which_address_of_a_post_is_believed(claimed: object, base_url: str, believed: bool) -> None:
    found = permalink(claimed, account(base_url), ("net.example",), "fallback")
    assert found == (claimed if believed else "fallback")
