"""Only pixels leave: upright, in sRGB, in the size and bytes a network takes, the same every time."""

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from socialpub.media.refusal import MediaRefused
from socialpub.media.render import Rendition, render
from socialpub.model.limits import PhotoLimits
from tests.media import phone
from tests.media.conftest import Keep

Pixel = tuple[int, int, int]

KINDS = {"jpeg": phone.jpeg(), "png": phone.png(), "webp": phone.webp(), "heic": phone.heic()}
FORMATS = ["image/jpeg", "image/png", "image/webp"]


def limits(width: int = 2048, height: int = 2048, max_bytes: int = 4_000_000, **more: Any) -> PhotoLimits:
    return PhotoLimits(most=4, max_bytes=max_bytes, width=width, height=height, **more)


def only(path: Path, limit: PhotoLimits) -> Rendition:
    return render(path, {"it": limit})["it"]


def shown(rendition: Rendition) -> Image.Image:
    """As a viewer sees it that knows nothing of metadata."""
    with Image.open(BytesIO(rendition.data)) as picture:
        assert picture.size == (rendition.width, rendition.height)
        return picture.convert("RGB")


def pixel(picture: Image.Image, x: float, y: float) -> Pixel:
    found = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def corners(picture: Image.Image) -> list[Pixel]:
    """Clockwise from the top left, each a little inside."""
    return [pixel(picture, x, y) for x, y in ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))]


def near(found: Pixel, wanted: Pixel, by: int = 40) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def must_show(picture: Image.Image, wanted: tuple[Pixel, ...]) -> None:
    found = corners(picture)
    assert all(near(one, other) for one, other in zip(found, wanted, strict=True)), found


def must_be_clean(rendition: Rendition) -> None:
    assert [secret for secret in phone.SECRETS + phone.MARKS if secret in rendition.data] == []
    with Image.open(BytesIO(rendition.data)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mime", FORMATS)
def test_no_place_no_serial_and_no_other_mark_leaves(keep: Keep, kind: str, mime: str) -> None:
    assert any(secret in KINDS[kind] for secret in phone.SECRETS)
    for side in (2048, 50):  # as it is, and made smaller
        must_be_clean(only(keep(KINDS[kind]), limits(side, side, format=mime)))


def test_no_mark_of_a_large_phone_photo_leaves(large_photo: Path) -> None:
    sizes = {
        "plain": limits(),
        "padded": limits(1080, 1350, tallest_ratio=0.8),
        "few": limits(max_bytes=90_000),
    }
    found = render(large_photo, sizes)
    for rendition in found.values():
        must_be_clean(rendition)
        assert rendition.height > rendition.width
    red, green, blue, white = phone.CORNERS
    must_show(shown(found["plain"]), (white, red, green, blue))
    must_show(shown(found["few"]), (white, red, green, blue))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("side", [2048, 60])
def test_a_photo_turned_by_its_exif_is_upright(keep: Keep, orientation: int, side: int) -> None:
    upright = phone.scene()
    lying = upright.transpose(UNDO[orientation]) if orientation > 1 else upright
    found = only(keep(phone.jpeg(lying, orientation=orientation)), limits(side, side))
    assert found.width > found.height
    must_show(shown(found), phone.CORNERS)


#: What a camera held that way does to the picture; the viewer's turn is the inverse (EXIF 4.6.4, tag 0x0112).
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", [0, 9, 255, 65535])
def test_an_orientation_that_makes_no_sense_turns_nothing(keep: Keep, orientation: int) -> None:
    must_show(shown(only(keep(phone.jpeg(orientation=orientation)), limits())), phone.CORNERS)


def test_a_png_and_a_webp_are_turned_by_their_exif_too(keep: Keep) -> None:
    png, webp = (shown(only(keep(data), limits())) for data in (phone.png(), phone.webp()))
    red, green, blue, white = phone.CORNERS
    must_show(png, (white, red, green, blue))
    must_show(webp, (green, blue, white, red))


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_is_upright_once_and_not_twice(keep: Keep, orientation: int) -> None:
    import pillow_heif

    out = BytesIO()
    lying = phone.scene().transpose(UNDO[orientation]) if orientation > 1 else phone.scene()
    file = pillow_heif.from_pillow(lying)
    file.info["exif"] = b"Exif\0\0" + phone.exif(orientation)
    file.save(out, quality=90, enc_params={"preset": "ultrafast"})
    must_show(shown(only(keep(out.getvalue()), limits())), phone.CORNERS)


def test_a_profile_is_applied_and_not_passed_on(keep: Keep) -> None:
    swapped = only(keep(phone.jpeg(icc=phone.profile(swapped=True))), limits())
    red, green, blue, white = phone.CORNERS
    must_show(shown(swapped), (green, red, blue, white))
    must_be_clean(swapped)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200, phone.profile()[:150]])
def test_a_broken_profile_is_passed_over(keep: Keep, profile: bytes) -> None:
    must_show(shown(only(keep(phone.jpeg(icc=profile)), limits())), phone.CORNERS)


@pytest.mark.parametrize("side", [2048, 40])
@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP"), ("RGB", "PNG")],
)
def test_any_colour_mode_comes_out_as_it_looks(keep: Keep, mode: str, kind: str, side: int) -> None:
    photo = keep(phone.saved(phone.scene().convert(mode), kind))
    must_show(shown(only(photo, limits(side, side))), phone.CORNERS)


@pytest.mark.parametrize("side", [2048, 40])
@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16"])
def test_gray_stays_as_light_as_it_was(keep: Keep, mode: str, side: int) -> None:
    gray = Image.new("L", (96, 72), 0)
    gray.paste(255, (48, 0, 96, 72))
    gray.paste(128, (0, 36, 48, 72)) if mode != "1" else None
    photo = gray.convert("I").point(lambda value: value * 257).convert(mode) if mode == "I;16" else gray.convert(mode)
    found = shown(only(keep(phone.saved(photo, "PNG")), limits(side, side)))
    wanted = 0 if mode == "1" else 128
    assert near(pixel(found, 0.2, 0.2), (0, 0, 0), 8)
    assert near(pixel(found, 0.8, 0.5), (255, 255, 255), 8)
    assert near(pixel(found, 0.2, 0.8), (wanted, wanted, wanted), 8)


@pytest.mark.parametrize("side", [2048, 20])
def test_transparent_parts_become_white(keep: Keep, side: int) -> None:
    clear = Image.new("RGBA", (96, 72), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (48, 0, 96, 72))
    keyed = Image.new("RGB", (96, 72), (255, 0, 0))
    keyed.paste((0, 0, 255), (48, 0, 96, 72))
    palette = keyed.quantize(4)
    index = palette.getpixel((0, 0))
    for data in (
        phone.saved(clear, "PNG"),
        phone.saved(clear, "WEBP"),
        phone.saved(keyed, "PNG", transparency=(255, 0, 0)),
        phone.saved(palette, "PNG", transparency=index),
    ):
        found = shown(only(keep(data), limits(side, side)))
        assert near(pixel(found, 0.2, 0.5), (255, 255, 255), 8)
        assert near(pixel(found, 0.8, 0.5), (0, 0, 255), 8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_photo_is_never_enlarged(keep: Keep, kind: str) -> None:
    found = only(keep(KINDS[kind]), limits(4000, 4000))
    assert sorted((found.width, found.height)) == [72, 96]


def test_a_large_photo_is_as_large_as_half_its_pixels_allow(large_photo: Path) -> None:
    found = render(large_photo, {"wide": limits(), "exact": limits(2000, 2000), "small": limits(640, 640)})
    assert {name: (it.width, it.height) for name, it in found.items()} == {
        "wide": (1512, 2016),
        "exact": (1500, 2000),
        "small": (480, 640),
    }


def test_a_photo_too_wide_is_set_on_a_blur_of_itself_and_never_cropped(keep: Keep) -> None:
    wide = Image.new("RGB", (800, 100), (0, 200, 0))
    wide.paste((255, 0, 0), (0, 0, 50, 100))
    wide.paste((0, 0, 255), (750, 0, 800, 100))
    found = only(keep(phone.saved(wide, "PNG")), limits(400, 400, widest_ratio=2.0))
    assert (found.width, found.height) == (400, 200)
    picture = shown(found)
    assert near(pixel(picture, 0.02, 0.5), (255, 0, 0))
    assert near(pixel(picture, 0.98, 0.5), (0, 0, 255))
    assert near(pixel(picture, 0.5, 0.05), (0, 200, 0), 60)  # no black bar


def test_a_photo_too_tall_gets_its_canvas_beside_it(keep: Keep) -> None:
    tall = phone.scene(100, 800)
    found = only(keep(phone.saved(tall, "PNG")), limits(400, 400, tallest_ratio=0.8))
    assert (found.width, found.height) == (320, 400)


@pytest.mark.parametrize("mime", FORMATS)
def test_bytes_are_kept_to_by_quality_and_then_by_size(keep: Keep, mime: str) -> None:
    path = keep(phone.saved(phone.scene(480, 360), "PNG"))
    free = only(path, limits(format=mime))
    less = only(path, limits(format=mime, max_bytes=len(free.data) * 8 // 10))
    least = only(path, limits(format=mime, max_bytes=len(free.data) // 6))
    assert len(least.data) <= len(free.data) // 6
    assert least.width < free.width
    if mime != "image/png":
        assert (less.width, less.height) == (free.width, free.height)
        assert len(less.data) <= len(free.data) * 8 // 10


def test_bytes_that_no_size_can_meet_are_refused_in_words(keep: Keep) -> None:
    with pytest.raises(MediaRefused) as refused:
        only(keep(phone.jpeg()), limits().model_copy(update={"max_bytes": 300}))
    assert "300 bytes" in refused.value.reason


def test_limits_that_come_to_the_same_share_one_rendition(keep: Keep) -> None:
    found = render(
        keep(phone.jpeg()), {"a": limits(), "b": limits(1000, 1000, 90_000), "c": limits(max_bytes=500_000)}
    )
    assert found["a"] == found["b"] == found["c"]
    assert found["a"].data is found["b"].data


SIZES = {
    "small": limits(320, 320),
    "first": limits(2048, 2048),
    "wide": limits(1080, 566, widest_ratio=1.91),
    "tall": limits(1080, 1350, widest_ratio=0.8, format="image/webp"),
    "tight": limits(1600, 1600, 30_000),
    "large": limits(4096, 4096),
}
LARGE = {
    "jpeg": phone.jpeg(phone.scene(3000, 2200), orientation=6),
    "png": phone.png(phone.scene(2600, 1500)),
}


@pytest.mark.parametrize("kind", [*KINDS, *(f"large {kind}" for kind in LARGE)])
def test_whichever_other_networks_are_asked_for_beside_the_bytes_are_the_same(keep: Keep, kind: str) -> None:
    path = keep(KINDS[kind] if kind in KINDS else LARGE[kind.removeprefix("large ")])
    together = render(path, SIZES)
    assert {name: only(path, limit) for name, limit in SIZES.items()} == together
    assert render(path, dict(reversed(SIZES.items()))) == together
    assert list(together) == list(SIZES)


def test_a_network_of_larger_pictures_gets_all_the_pixels_there_are(keep: Keep) -> None:
    made = render(keep(LARGE["jpeg"]), SIZES)
    assert (made["large"].width, made["large"].height) == (2200, 3000)
    assert made["first"].height == 2048


def test_a_rendition_is_named_by_the_hash_of_its_bytes(keep: Keep) -> None:
    found = only(keep(phone.jpeg()), limits())
    assert found.sha256 == hashlib.sha256(found.data).hexdigest()
    assert found.mime == "image/jpeg"


def test_nothing_asked_for_is_nothing_made(keep: Keep) -> None:
    assert render(keep(phone.jpeg()), {}) == {}


ONCE_MORE = """
import sys
from pathlib import Path
from socialpub.media.render import render
from socialpub.model.limits import PhotoLimits
sizes = {
    str(side): PhotoLimits(most=1, max_bytes=9000, width=side, height=side, widest_ratio=1.2)
    for side in (60, 300, 900)
}
print(*(it.sha256 for it in render(Path(sys.argv[1]), sizes).values()))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_make_the_same_bytes(keep: Keep, kind: str) -> None:
    path = keep(KINDS[kind] if kind != "jpeg" else phone.jpeg(phone.scene(1200, 900), orientation=6))
    runs = {
        subprocess.run(
            [sys.executable, "-c", ONCE_MORE, path],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert len(runs.pop().split()) == 3


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", b"<html><script>", b"%PDF-1.7", b"\xff\xd8\xff\xe1 again"])
def test_a_polyglot_leaves_as_pixels_only(keep: Keep, tail: bytes) -> None:
    front = phone.segment(0xFE, b"<?php system('id') ?>" + tail)
    plain = phone.jpeg(private=False)
    found = only(keep(plain[:2] + front + plain[2:] + tail), limits())
    assert tail not in found.data
    assert b"<?php" not in found.data


def test_a_rendition_that_still_carries_a_mark_is_not_given_out(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    from socialpub.media import encode

    monkeypatch.setitem(encode._JPEG_OPTIONS, "comment", phone.COMMENT)
    with pytest.raises(MediaRefused, match="still carries segment FFFE"):
        only(keep(phone.jpeg()), limits())
