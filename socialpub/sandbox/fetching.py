"""Fetches a photo from the address a client gave, as Meta's servers do; here from this machine only."""

import asyncio
import ipaddress
import urllib.error
import urllib.request
from urllib.parse import urlsplit

#: Seconds for each step, and the most bytes that are read.
_PATIENCE, _MOST = 10, 20_000_000


class NotFetchableError(ValueError):
    """There is no photo at that address, or it may not be asked."""


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """None is followed: an address that leads elsewhere is not the one that was given."""


async def fetched(url: str) -> bytes:
    """The bytes at `url`. Raises NotFetchableError."""
    return await asyncio.to_thread(_get, url)


def _get(url: str) -> bytes:
    if not url.isascii() or not _on_this_machine(url):
        raise NotFetchableError("the sandbox fetches from http://127.0.0.1 only")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Straight)
    try:
        with opener.open(url, timeout=_PATIENCE) as answer:
            data: bytes = answer.read(_MOST)
            return data
    except (OSError, ValueError, urllib.error.URLError) as why:
        raise NotFetchableError(str(why)) from why


def _on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
