"""The last look lets pictures pass and nothing beside them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.refusal import MediaRefused
from socialpub.media.unmarked import must_be_unmarked
from tests.media import phone

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PICTURES = {
    JPEG: phone.saved(phone.scene(), "JPEG", quality=85),
    PNG: phone.saved(phone.scene(), "PNG"),
    WEBP: phone.saved(phone.scene(), "WEBP"),
}


def carries(data: bytes, mime: str) -> str:
    with pytest.raises(MediaRefused) as refused:
        must_be_unmarked(data, mime)
    return refused.value.reason


@pytest.mark.parametrize("mime", PICTURES)
def test_a_bare_picture_passes(mime: str) -> None:
    must_be_unmarked(PICTURES[mime], mime)


@pytest.mark.parametrize("mime", PICTURES)
def test_a_file_that_begins_as_something_else_does_not_pass(mime: str) -> None:
    for start in (b"<html>", b"%PDF-1.7", b"PK\x03\x04"):
        with pytest.raises(MediaRefused):
            must_be_unmarked(start + PICTURES[mime][len(start) :], mime)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 2}, {"optimize": True}])
def test_a_bare_jpeg_of_any_structure_passes(options: dict[str, object]) -> None:
    must_be_unmarked(phone.saved(phone.scene(), "JPEG", **options), JPEG)


@pytest.mark.parametrize(("data", "mime"), [(phone.jpeg(), JPEG), (phone.png(), PNG), (phone.webp(), WEBP)])
def test_what_a_phone_saves_does_not_pass(data: bytes, mime: str) -> None:
    assert "still carries" in carries(data, mime)


@given(marker=st.sampled_from([*range(0xE1, 0xF0), 0xFE]), body=st.binary(max_size=60))
def test_no_application_segment_or_comment_passes_anywhere(marker: int, body: bytes) -> None:
    picture, extra = PICTURES[JPEG], phone.segment(marker, body)
    for at in (2, 20, len(picture) - 2):  # first, after the JFIF header, after the scan
        assert f"FF{marker:02X}" in carries(picture[:at] + extra + picture[at:], JPEG)


def test_a_thumbnail_in_the_jfif_header_does_not_pass() -> None:
    header = phone.segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01abc")
    assert "FFE0" in carries(b"\xff\xd8" + header + PICTURES[JPEG][20:], JPEG)


@pytest.mark.parametrize("mime", PICTURES)
def test_nothing_may_follow_the_picture(mime: str) -> None:
    assert "after its end" in carries(PICTURES[mime] + phone.TAIL, mime)


@pytest.mark.parametrize("kind", [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"tIME", b"prIV"])
def test_no_png_chunk_beside_the_picture_passes(kind: bytes) -> None:
    picture, extra = PICTURES[PNG], phone.chunk(kind, b"41 N")
    for at in (33, len(picture) - 12):
        assert kind.decode() in carries(picture[:at] + extra + picture[at:], PNG)


@pytest.mark.parametrize("mime", PICTURES)
@given(data=st.data())
def test_no_bytes_at_all_make_the_last_look_fail_or_hang(mime: str, data: st.DataObject) -> None:
    picture = PICTURES[mime]
    at = data.draw(st.integers(0, len(picture)))
    noise = data.draw(st.binary(max_size=40))
    for changed in (
        picture[:at] + noise,
        noise + picture[at:],
        picture[:at] + noise + picture[at + len(noise) :],
    ):
        with suppress(MediaRefused):
            must_be_unmarked(changed, mime)


@pytest.mark.parametrize("mime", PICTURES)
@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xd8\xff", b"GIF89a"])
def test_what_is_no_such_picture_does_not_pass(data: bytes, mime: str) -> None:
    assert carries(data, mime)
