"""What is examined is whole, within limits, and told as a person sees it."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from socialpub.media.original import Original, examine
from socialpub.media.refusal import MediaRefused
from tests.media import phone
from tests.media.conftest import Keep

KINDS = {
    "image/jpeg": phone.jpeg(),
    "image/png": phone.png(),
    "image/webp": phone.webp(),
    "image/heic": phone.heic(),
}


def refusal(path: Path) -> MediaRefused:
    with pytest.raises(MediaRefused) as refused:
        examine(path)
    return refused.value


def test_a_photo_is_told_by_hash_type_size_and_shape(keep: Keep) -> None:
    data = KINDS["image/jpeg"]
    expected = Original(hashlib.sha256(data).hexdigest(), "image/jpeg", 96, 72, len(data))
    assert examine(keep(data)) == expected


@pytest.mark.parametrize("mime", KINDS)
def test_every_kind_is_known_whatever_its_name(keep: Keep, tmp_path: Path, mime: str) -> None:
    path = keep(KINDS[mime]).rename(tmp_path / "letter.pdf")
    assert examine(path).mime == mime


@pytest.mark.parametrize("orientation", range(1, 9))
def test_width_and_height_are_as_a_person_sees_them(keep: Keep, orientation: int) -> None:
    found = examine(keep(phone.jpeg(orientation=orientation)))
    assert (found.width, found.height) == ((72, 96) if orientation > 4 else (96, 72))


def test_a_large_photo_is_measured_in_full(large_photo: Path) -> None:
    found = examine(large_photo)
    assert (found.width, found.height) == (3024, 4032)


@pytest.mark.parametrize("mime", KINDS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.8])
def test_a_photo_cut_off_is_refused_at_once(keep: Keep, mime: str, share: float) -> None:
    data = KINDS[mime].removesuffix(phone.TAIL)
    refused = refusal(keep(data[: int(len(data) * share)]))
    assert "send" in refused.remedy


def test_a_jpeg_without_its_last_bytes_is_refused(keep: Keep) -> None:
    assert "not whole" in refusal(keep(phone.jpeg(private=False)[:-2])).reason


@pytest.mark.parametrize("colour", [0, 2, 3, 6])
def test_a_png_that_promises_four_billion_pixels_is_refused_by_its_header(keep: Keep, colour: int) -> None:
    bomb = phone.png_header(65_535, 65_535, colour) + phone.chunk(b"IDAT", b"x") + phone.chunk(b"IEND", b"")
    assert "4295 megapixels" in refusal(keep(bomb)).reason


@pytest.mark.parametrize(
    "header",
    [
        b"VP8X\x0a\0\0\0\0\0\0\0" + (16_382).to_bytes(3, "little") * 2,
        b"VP8L\x0a\0\0\0\x2f" + (16_382 | 16_382 << 14).to_bytes(4, "little") + b"\0" * 5,
        b"VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a" + (16_383).to_bytes(2, "little") * 2,
    ],
)
def test_a_webp_that_promises_too_much_is_refused_by_its_header(keep: Keep, header: bytes) -> None:
    data = b"WEBP" + header
    assert "268 megapixels" in refusal(keep(b"RIFF" + len(data).to_bytes(4, "little") + data)).reason


def zeros(megabytes: int) -> bytes:
    import zlib

    return zlib.compress(bytes(megabytes << 20), 9)


@pytest.mark.parametrize(
    "bomb",
    [
        phone.chunk(b"zTXt", b"Comment\0\0" + zeros(64)),
        phone.chunk(b"iTXt", b"Comment\0\1\0\0\0" + zeros(64)),
        phone.chunk(b"iCCP", b"icc\0\0" + zeros(64)),
    ],
)
def test_a_compressed_bomb_beside_the_pixels_is_refused(keep: Keep, bomb: bytes) -> None:
    plain = phone.saved(phone.scene(), "PNG")
    assert refusal(keep(plain[:33] + bomb + plain[33:])).remedy


def test_a_file_of_a_million_parts_is_refused_before_it_is_decoded(keep: Keep) -> None:
    jpeg, png = phone.jpeg(private=False), phone.saved(phone.scene(), "PNG")
    scans = phone.saved(phone.scene(), "JPEG", progressive=True)
    last = scans[scans.rfind(b"\xff\xda") : -2]
    for crowd in (
        jpeg[:2] + phone.segment(0xFE, b"") * 1_000_000 + jpeg[2:],
        scans[:-2] + last * 200 + scans[-2:],
        png[:33] + phone.chunk(b"tEXt", b"") * 300_000 + png[33:],
    ):
        assert "parts" in refusal(keep(crowd)).reason


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(keep: Keep, kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    moving = phone.saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    assert "moving" in refusal(keep(moving)).reason


def test_a_photo_above_the_limit_in_pixels_is_refused(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialpub.media.decode.MAX_PIXELS", 96 * 72 - 1)
    for data in KINDS.values():
        assert "megapixels" in refusal(keep(data)).reason


def test_a_decoder_that_runs_out_of_memory_asks_for_a_smaller_photo(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.load", hungry)
    assert "memory" in refusal(keep(KINDS["image/jpeg"])).reason


@pytest.mark.filterwarnings("ignore:.*EXIF:UserWarning")  # Pillow mentions it; here a warning is an error
@pytest.mark.parametrize(
    "broken", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"]
)
def test_broken_exif_does_not_cost_the_officer_the_photo(keep: Keep, broken: bytes) -> None:
    plain = phone.jpeg(private=False)
    assert examine(keep(plain[:2] + phone.segment(0xE1, broken) + plain[2:])).width == 96


def test_a_link_is_refused_before_a_byte_is_read(keep: Keep, tmp_path: Path) -> None:
    link = tmp_path / "photo.jpg"
    link.symlink_to(keep(KINDS["image/jpeg"]))
    assert "link" in refusal(link).reason
