"""Where an account's calls go: the real network, a server of the department's own, or a stand-in on this machine.

A server of its own is only for networks that anybody may run one of (`self_hosted` in their limits).
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.platforms.trouble import Unusable

#: A name of the public DNS: at least two labels, the last no number (`127.1` and `0x7f.1` are ways to write an IP).
_PUBLIC_NAME = re.compile(r"(?!.{254})(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]")
_NEVER_PUBLIC = (".localhost", ".local", ".internal", ".home.arpa")  # RFC 6761, 6762, 8375; ICANN 2024 (.internal)


def base(account: Account, real: str) -> str:
    """The base URL of `account`'s calls, without a slash at its end. Raises Unusable."""
    if not account.base_url:
        return real
    parts = _split(account)
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username is not None:
        raise _refused(account, "it must be a plain http:// or https:// address")
    if not is_loopback(parts.hostname or ""):
        raise _refused(account, "another address than the network's own is only taken on this machine")
    return account.base_url.rstrip("/")


def own_server(account: Account, real: str = "") -> str:
    """The base URL of `account`'s calls on a network that anybody may run a server of: https, or on this machine.

    `real` is where an empty address leads; without it one must be given. Raises Unusable.
    """
    if not account.base_url and real:
        return real
    parts = _split(account)
    host = parts.hostname or ""
    if (
        "?" in account.base_url
        or "#" in account.base_url
        or "@" in parts.netloc
        or not account.base_url.isprintable()
    ):
        raise _no_server(account, "it must hold nothing but the server's name")
    if not is_loopback(host) and not (parts.scheme == "https" and _is_public(host)):
        raise _no_server(account, "it must begin with https:// and a name that the public can look up")
    if parts.scheme not in ("http", "https"):
        raise _no_server(account, "it must begin with https://")
    return account.base_url.rstrip("/")


def is_real(base_url: str, limits: Limits | None) -> bool:
    """Whether what is sent there is for the public: the network's own address, or a place that may be one's own."""
    if not base_url or limits is None or not limits.self_hosted:
        return not base_url
    try:
        parts = urlsplit(base_url)
        return parts.scheme == "file" or (parts.scheme == "https" and not is_loopback(parts.hostname or ""))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether `host` is written as 127.0.0.0/8, ::1 or localhost. No name is looked up."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address == ipaddress.IPv6Address("::1") or (
        address.version == 4 and address in ipaddress.IPv4Network("127.0.0.0/8")
    )


def _is_public(host: str) -> bool:
    """Whether `host` is written as a public name or a public IP address. No name is looked up."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _PUBLIC_NAME.fullmatch(host) is not None and not host.endswith(_NEVER_PUBLIC)


def permalink(claimed: object, account: Account, hosts: tuple[str, ...], fallback: str) -> str:
    """The address a network claims for a post, if it is on its own (or this machine's) hosts."""
    if not isinstance(claimed, str) or len(claimed) > 500 or not claimed.isprintable():
        return fallback
    try:
        parts = urlsplit(claimed)
        host = parts.hostname or ""
    except ValueError:
        return fallback
    if account.base_url:
        return claimed if parts.scheme in ("http", "https") and is_loopback(host) else fallback
    ours = any(host == own or host.endswith("." + own) for own in hosts)
    return claimed if parts.scheme == "https" and ours else fallback


def _split(account: Account) -> SplitResult:
    try:
        parts = urlsplit(account.base_url)
        _ = parts.port  # a port that is no number is only noticed when it is read
    except ValueError:
        raise _refused(account, "it cannot be read as an address") from None
    return parts


def _refused(account: Account, why: str) -> Unusable:
    return Unusable(
        f'channel "{account.channel}": its base_url cannot be used: {why}. '
        "Leave it empty for the real network, or give one on 127.0.0.1, ::1 or localhost."
    )


def _no_server(account: Account, why: str) -> Unusable:
    return Unusable(
        f'channel "{account.channel}": its base_url cannot be used: {why}. '
        "Give the address of the server that the account is on, like https://social.example"
    )
