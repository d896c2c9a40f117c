"""Checks an OAuth 1.0a signature (RFC 5849, HMAC-SHA1). Written from the RFC; shares no code with any client.

A client may sign the official host and be sent here afterwards, or sign the loopback address: the same
path at either official host, or at this server's own address, is accepted as the base string's URL.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, unquote

OFFICIAL = ("https://api.x.com", "https://api.twitter.com")
#: How far a client's clock may be off, in seconds.
SKEW_S = 300


def header_parameters(authorization: str) -> dict[str, str]:
    """The parameters of an `Authorization: OAuth …` header; empty if it is another scheme."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    found = re.findall(r'\s*([^=,\s]+)="([^"]*)"', rest)
    return {unquote(name): unquote(value) for name, value in found}


def base_string(method: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """RFC 5849 3.4.1: method, URL without query, and all parameters, each percent-encoded."""
    encoded = sorted((_encode(name), _encode(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    return "&".join((method.upper(), _encode(url), _encode(joined)))


def sign(base: str, consumer_secret: str, token_secret: str) -> str:
    key = f"{_encode(consumer_secret)}&{_encode(token_secret)}".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()


def is_signed(
    method: str,
    urls: Sequence[str],
    query: str,
    form: str,
    oauth: dict[str, str],
    secrets: tuple[str, str],
) -> bool:
    """Whether `oauth` signs this request under one of `urls`. `form` is a form-encoded body, else empty."""
    if oauth.get("oauth_signature_method") != "HMAC-SHA1" or oauth.get("oauth_version", "1.0") != "1.0":
        return False
    signed = [(k, v) for k, v in oauth.items() if k not in ("oauth_signature", "realm")]
    parameters = [
        *parse_qsl(query, keep_blank_values=True),
        *parse_qsl(form, keep_blank_values=True),
        *signed,
    ]
    given = oauth.get("oauth_signature", "").encode()
    return any(
        hmac.compare_digest(sign(base_string(method, url, parameters), *secrets).encode(), given) for url in urls
    )


def is_fresh(oauth: dict[str, str], now: float, nonces: set[tuple[str, str, str]]) -> bool:
    """Whether the timestamp is near `now` (epoch seconds) and the nonce was never seen; remembers it."""
    stamp, nonce = oauth.get("oauth_timestamp", ""), oauth.get("oauth_nonce", "")
    if not (stamp.isascii() and stamp.isdigit() and nonce) or abs(int(stamp) - now) > SKEW_S:
        return False
    seen = (oauth.get("oauth_token", ""), stamp, nonce)
    if seen in nonces:
        return False
    nonces.add(seen)
    return True


def _encode(text: str) -> str:
    return quote(text, safe="-._~")
