"""Headers of pictures: sizes read without decoding, and nothing that breaks the reader."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from socialpub.sandbox.pictures import measure, picture


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        *[
            ("PNG", {}),
            ("GIF", {}),
            ("JPEG", {}),
            ("JPEG", {"progressive": True}),
            ("JPEG", {"comment": b"x" * 999}),
        ],
        *[("WEBP", {}), ("WEBP", {"lossless": True}), ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"})],
    ],
)
@pytest.mark.parametrize("size", [(1, 1), (31, 17), (300, 2)])
def test_the_size_is_what_the_picture_was_made_with(kind: str, options: object, size: tuple[int, int]) -> None:
    made = io.BytesIO()
    assert isinstance(options, dict)
    Image.new("RGB", size, "navy").save(made, kind, **options)
    assert measure(made.getvalue()) == (f"image/{kind.lower()}", *size)


@given(
    start=st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe0\0\0", b"GIF8", b"RIFF0000WEBP"]
    ),
    rest=st.binary(max_size=64),
)
def test_no_bytes_break_the_reader(start: bytes, rest: bytes) -> None:
    mime, width, height = measure(start + rest)
    assert mime.startswith("image/") or (width, height) == (0, 0)


def test_zeros_after_a_jpeg_mark_are_given_up_at_once() -> None:
    assert measure(b"\xff\xd8" + bytes(20_000_000)) == ("application/octet-stream", 0, 0)


def test_a_picture_carries_the_hash_of_its_bytes() -> None:
    kept = picture("1", b"not a picture")
    assert (kept.sha256, kept.size, kept.width) == (hashlib.sha256(b"not a picture").hexdigest(), 13, 0)
