"""The listener for photos, as a network under test meets it: real, on loopback, over whatever shelf a test has."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from socialpub.media.passes import Passes
from socialpub.web import serving as server
from socialpub.web.public import build


def nothing(sha256: str) -> bytes:
    raise LookupError(sha256)


@dataclass
class Fetched:
    """`read` is the shelf that is served now."""

    passes: Passes
    url: str = ""
    read: Callable[[str], bytes] = nothing

    def asked(self, sha256: str) -> bytes:
        return self.read(sha256)

    def address(self, sha256: str, mime: str) -> str:
        assert mime == "image/jpeg"
        return f"{self.url}/{self.passes.photo(sha256)}"


@contextmanager
def listening() -> Iterator[Fetched]:
    made = Fetched(Passes(b"k" * 32, lambda: datetime.now(UTC)))
    listener = server.listen("public", "127.0.0.1", 0, "photos", "")
    with server.serving(listener, build(made.passes, made.asked), "photos") as port:
        made.url = f"http://127.0.0.1:{port}"
        yield made


@cache
def jpeg(number: int, width: int = 320, height: int = 320) -> bytes:
    """A picture of one color; another one for each number."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), (number * 16 % 256, number // 16 % 256, 99)).save(file, "JPEG")
    return file.getvalue()
