"""Where calls may go and which addresses of posts are believed. No name is ever looked up here."""

import socket

import pytest

from socialpub.model.account import Account
from socialpub.model.limits import Limits, LookLimits, PhotoLimits, TextLimits
from socialpub.platforms.address import base, is_loopback, is_real, own_server, permalink
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


@pytest.mark.parametrize(
    "base_url",
    [
        "https://social.example", "https://social.example:8443", "https://a.b.social.example/pds",
        "https://xn--bcher-kva.example", "https://8.8.8.8", "https://[2606:4700::1]",
        "http://127.0.0.1:8421", "https://127.0.0.1:8421/net", "http://localhost:1", "http://[::1]:8421",
    ],
)  # fmt: skip
def test_a_server_of_ones_own_is_taken_over_https_or_on_this_machine(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    assert own_server(account(base_url + "/")) == base_url


@pytest.mark.parametrize(
    "base_url",
    [
        "", "social.example", "http://social.example", "ftp://social.example", "file:///srv/outbox", "ftp://localhost",
        "https://", "https://user@social.example", "https://:@social.example", "https://@social.example",
        "https://social.example?a=1", "https://social.example/?", "https://social.example#a", "https://social.example/#",
        "https://10.0.0.1", "https://192.168.1.1", "https://169.254.169.254", "https://[fe80::1]", "https://[::]",
        "https://0.0.0.0", "https://[::ffff:10.0.0.1]", "https://2130706433", "https://127.1", "https://0x7f.0.0.1",
        "https://intranet", "https://pds.local", "https://metadata.google.internal", "https://a.localhost",
        "https://social.example.", "https://social..example", "https://-social.example", "https://b\u00fccher.example",
        "https://social.example:port", "https://[::1", "https://social.example/\n", "https://so cial.example",
        "https://social.example\\@10.0.0.1", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_no_other_server_is_spoken_to(base_url: str) -> None:
    with pytest.raises(Unusable, match='channel "main": its base_url cannot be used'):
        own_server(account(base_url))


def test_an_empty_address_leads_to_where_the_network_has_one() -> None:
    assert own_server(account(), "https://social.example") == "https://social.example"


def limits(*, self_hosted: bool) -> Limits:
    return Limits(
        name="net",
        label="Net",
        source="made up",
        self_hosted=self_hosted,
        text=TextLimits(counts="characters", longest=10),
        photos=PhotoLimits(most=1, max_bytes=1_000, width=1, height=1),
        looks=LookLimits(settle_s=0, looks=1, proves_absence="always"),
    )


@pytest.mark.parametrize(
    ("base_url", "self_hosted", "real"),
    [
        ("", True, True),
        ("", False, True),
        ("https://social.example", True, True),
        ("https://social.example", False, False),
        ("https://127.0.0.1:1", True, False),
        ("http://127.0.0.1:1", True, False),
        ("https://[::1", True, False),
        ("file:///srv/newsroom", True, True),
        ("file:///srv/outbox", False, False),
    ],
)
def test_what_is_marked_as_not_the_real_network(base_url: str, self_hosted: bool, real: bool) -> None:
    assert is_real(base_url, limits(self_hosted=self_hosted)) is real
