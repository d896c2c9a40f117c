"""Where an account's calls go: the real network, or a stand-in on this machine. Never anywhere else."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from socialpub.model.account import Account
from socialpub.platforms.trouble import Unusable


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
