"""Lets one rendition out under an address that nobody can guess and that ends by itself. Reads and serves nothing.

An address is a signature over one file, one purpose and an end. Every process with the department's key makes and
checks the same ones, so a restart and a second daemon change nothing, and nothing needs to be remembered.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

#: A network fetches within minutes of being told; an hour leaves room for a slow one that tries again. What is let
#: out is approved and about to be public, so that a leaked address shows nothing that was not meant to be seen.
LIFE: Final = timedelta(hours=1)

PHOTO: Final = "photo"
PROBE: Final = "probe"

_TIME, _FILE, _MARK = 8, 32, 32  # bytes: when it ends, what it lets out, the signature
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{96}", re.ASCII)  # base64 of these 72, which needs no padding
_SHOWN: Final = 16  # hex digits of the file that stand in its name


@dataclass(frozen=True, slots=True)
class Opened:
    """What an address lets out: a photo by its SHA-256, or the answer that proves this very house."""

    sha256: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Passes:
    """`key` is for this alone, 32 bytes. `clock` gives UTC."""

    key: bytes = field(repr=False)
    clock: Callable[[], datetime]

    def photo(self, sha256: str) -> str:
        """The path of a photo, good for `LIFE` from now: ASCII, without a slash at its beginning."""
        return self._path(bytes.fromhex(sha256), PHOTO)

    def probe(self) -> tuple[str, str]:
        """A path, and what only we answer there."""
        nonce = secrets.token_bytes(_FILE)
        return self._path(nonce, PROBE), self._answer(nonce)

    def opened(self, token: str, name: str) -> Opened | None:
        """What the path `m/{token}/{name}` lets out now; None for one that is not ours, or has ended."""
        if not _TOKEN.fullmatch(token):
            return None
        try:
            raw = urlsafe_b64decode(token)
        except (Error, ValueError):
            return None
        ends, what, mark = raw[:_TIME], raw[_TIME : _TIME + _FILE], raw[_TIME + _FILE :]
        purposes = [each for each in (PHOTO, PROBE) if hmac.compare_digest(mark, self._mark(ends, what, each))]
        if not purposes or int.from_bytes(ends) <= self.clock().timestamp() or name != _name(what):
            return None
        return Opened(sha256=what.hex()) if purposes == [PHOTO] else Opened(answer=self._answer(what))

    def _path(self, what: bytes, purpose: str) -> str:
        ends = int((self.clock() + LIFE).timestamp()).to_bytes(_TIME)
        token = urlsafe_b64encode(ends + what + self._mark(ends, what, purpose)).decode()
        return f"m/{token}/{_name(what)}"

    def _mark(self, ends: bytes, what: bytes, purpose: str) -> bytes:
        return hmac.digest(self.key, ends + what + purpose.encode(), "sha256")

    def _answer(self, nonce: bytes) -> str:
        return hmac.digest(self.key, nonce + b"answer", "sha256").hex()


def _name(what: bytes) -> str:
    return f"{what.hex()[:_SHOWN]}.jpg"
