"""Damaged and hostile bytes: an answer or a refusal, never a crash, and nothing private in what comes out."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialpub.media.original import examine
from socialpub.media.refusal import MediaRefused
from socialpub.media.render import render
from socialpub.model.limits import PhotoLimits
from tests.media import phone

SMALL = phone.scene(40, 30)
KINDS = {
    "jpeg": phone.jpeg(SMALL),
    "progressive": phone.saved(SMALL, "JPEG", progressive=True, exif=b"Exif\0\0" + phone.exif(3)),
    "png": phone.png(SMALL),
    "palette": phone.saved(SMALL.quantize(16), "PNG", transparency=3),
    "webp": phone.webp(SMALL),
    "lossless": phone.saved(SMALL, "WEBP", lossless=True),
    "heic": phone.heic(SMALL),
}
SIZES = {
    "it": PhotoLimits(most=1, max_bytes=20_000, width=64, height=48, widest_ratio=1.9, tallest_ratio=0.8),
    "small": PhotoLimits(most=1, max_bytes=3_000, width=16, height=16, format="image/webp"),
}

hostile = settings(
    max_examples=120,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def must_answer_or_refuse(path: Path) -> None:
    """Anything but a refusal falls through and fails the test."""
    with suppress(MediaRefused):
        assert examine(path).width > 0
    with suppress(MediaRefused):
        for rendition in render(path, SIZES).values():
            assert not [secret for secret in phone.SECRETS if secret in rendition.data]


@pytest.mark.parametrize("kind", KINDS)
@hostile
@given(flips=st.lists(st.tuples(st.integers(0), st.integers(0, 7)), min_size=1, max_size=12))
def test_flipped_bits_are_answered_or_refused(kind: str, flips: list[tuple[int, int]], tmp_path: Path) -> None:
    data = bytearray(KINDS[kind])
    for at, bit in flips:
        data[at % len(data)] ^= 1 << bit
    path = tmp_path / "photo"
    path.write_bytes(data)
    must_answer_or_refuse(path)


@pytest.mark.parametrize("kind", KINDS)
@hostile
@given(at=st.integers(0), length=st.integers(0, 400), noise=st.binary(max_size=24))
def test_cut_and_patched_files_are_answered_or_refused(
    kind: str, at: int, length: int, noise: bytes, tmp_path: Path
) -> None:
    data = KINDS[kind]
    start = at % (len(data) + 1)
    path = tmp_path / "photo"
    for changed in (data[:start], data[:start] + noise + data[start + length :]):
        path.write_bytes(changed)
        must_answer_or_refuse(path)


@hostile
@given(
    start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]),
    tail=st.binary(max_size=300),
)
def test_nothing_behind_a_true_beginning_is_answered_or_refused(start: bytes, tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(start + tail)
    must_answer_or_refuse(path)


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(os.urandom(5000).replace(b"\xff\xd8\xff", b"", 1))
    must_answer_or_refuse(path)
