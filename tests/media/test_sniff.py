"""The type is read from the bytes; what is not a photo is refused by its own name."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import HEAD_BYTES, sniff
from tests.media import phone


def box(*brands: bytes) -> bytes:
    body = brands[0] + b"\0\0\0\0" + b"".join(brands[1:])
    return (8 + len(body)).to_bytes(4, "big") + b"ftyp" + body + b"\0\0\0\x08meta"


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (phone.jpeg(), "image/jpeg"),
        (phone.png(), "image/png"),
        (phone.webp(), "image/webp"),
        (phone.heic(), "image/heic"),
        (box(b"heic", b"mif1", b"heic"), "image/heic"),
        (box(b"heix", b"mif1"), "image/heic"),
        (box(b"mif1", b"mif1", b"heic", b"MiHB"), "image/heic"),
    ],
)
def test_the_four_kinds_of_photo_are_taken(data: bytes, mime: str) -> None:
    assert sniff(data[:HEAD_BYTES]) == mime


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"GIF89a\1\0\1\0", "a GIF"),
        (b'<?xml version="1.0"?><svg xmlns="">', "an SVG"),
        (b"\n  <SVG onload=alert(1)>", "an SVG"),
        (b"\xef\xbb\xbf<!DOCTYPE html><script>", "a web page"),
        (b"<html>", "a web page"),
        (b"<story/>", "an XML document"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"MM\0+\0\x08\0\0", "TIFF"),
        (b"BM\x36\0", "BMP"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xff\x0a\xfa", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"RIFF\x10\0\0\0AVI LIST", "a video"),
        (b"\x1a\x45\xdf\xa3", "a video"),
        (b"MZ\x90\0", "a program"),
        (b"#!/bin/sh\n", "a program"),
        (b"Officers helped a child.\n", "a text file"),
        (b"\xff\xd8", "not a photo"),
        (b"\x89PNG\r\n", "not a photo"),
        (b"\0" * 64, "not a photo"),
        (box(b"avif", b"mif1", b"miaf"), "AVIF"),
        (box(b"mif1", b"avif", b"heic"), "AVIF"),
        (box(b"avis", b"msf1"), "a moving picture"),
        (box(b"hevc", b"msf1", b"heic"), "a moving picture"),
        (box(b"isom", b"iso2", b"avc1"), "a video"),
        (box(b"qt  "), "a video"),
        (b"\0\0\0\x08ftyp", "a video"),
    ],
)
def test_anything_else_is_refused_by_its_name_with_a_way_on(head: bytes, words: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        sniff(head)
    assert words in refused.value.reason
    assert "send" in refused.value.remedy
    assert str(refused.value) == f"{refused.value.reason}; {refused.value.remedy}"


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda tail: b"\0\0\0\x20ftyp" + tail))
def test_any_bytes_are_taken_or_refused(head: bytes) -> None:
    with suppress(MediaRefused):
        assert sniff(head).startswith("image/")
