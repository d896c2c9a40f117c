"""Makes photos as phones and cameras make them: EXIF with a place, serials and a thumbnail, XMP, a profile.

Everything private in them is one of SECRETS, so that a test can look for it in what comes out.
"""

import struct
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import skimage
from PIL import Image, ImageCms

PLACE = struct.pack(">6I", 41, 1, 12, 1, 3349, 100)  # three rationals: degrees, minutes, seconds
SERIAL = b"SERIAL-7731-0042-XYZ"
OWNER = b"CameraOwner Rosa Example"
MAKER = b"MAKERNOTE-private-wifi-name"
UNIQUE = b"0123456789abcdef0123456789abcdef"
COMMENT = b"COMMENT-shot-at-home"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>41,12.5N</exif:GPSLatitude></x:xmpmeta>'
THUMB_MARK = b"THUMBNAIL-of-the-uncropped-photo"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04 IPTC-byline-Rosa"
TAIL = b"PK\x03\x04<html><script>alert(1)</script>"
SECRETS = (
    PLACE,
    SERIAL,
    OWNER,
    MAKER,
    UNIQUE,
    COMMENT,
    b"GPSLatitude",
    b"xmpmeta",
    THUMB_MARK,
    b"IPTC-byline",
    TAIL,
)
MARKS = (
    b"Exif\0",
    b"http://ns.adobe.com/",
    b"ICC_PROFILE",
    b"Photoshop",
    b"eXIf",
    b"iCCP",
    b"EXIF",
    b"XMP ",
    b"MPF\0",
)

_ASCII, _SHORT, _LONG, _RATIONAL, _ANY = 2, 3, 4, 5, 7
Entry = tuple[int, int, int, bytes]  # tag, type, count, value


def scene(width: int = 96, height: int = 72) -> Image.Image:
    """A real photo at that size, its corners painted as CORNERS says."""
    source = Path(skimage.__file__).parent / "data" / "coffee.png"
    with Image.open(source) as coffee:
        photo = coffee.convert("RGB").resize((width, height))
    w, h = max(1, width // 4), max(1, height // 4)
    for at, colour in zip([(0, 0), (width - w, 0), (width - w, height - h), (0, height - h)], CORNERS, strict=True):
        photo.paste(colour, (*at, at[0] + w, at[1] + h))
    return photo


#: Clockwise from the top left.
CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))


def exif(orientation: int = 1) -> bytes:
    """A TIFF structure as in APP1, without its `Exif` prefix."""
    thumb = BytesIO()
    Image.new("RGB", (16, 12), "orange").save(thumb, "JPEG", comment=THUMB_MARK)
    at = 8
    camera, at = _ifd(
        at,
        [
            (0x927C, _ANY, len(MAKER), MAKER),
            (0xA420, _ASCII, len(UNIQUE), UNIQUE),
            (0xA430, _ASCII, len(OWNER), OWNER),
            (0xA431, _ASCII, len(SERIAL), SERIAL),
        ],
    )
    where, place_at = _ifd(at, [(1, _ASCII, 2, b"N\0"), (2, _RATIONAL, 3, PLACE)])
    main_at = place_at
    main = [
        (0x0112, _SHORT, 1, struct.pack(">H", orientation)),
        (0x8769, _LONG, 1, struct.pack(">I", 8)),
        (0x8825, _LONG, 1, struct.pack(">I", at)),
    ]
    first, thumbs_at = _ifd(main_at, main)
    bytes_at = thumbs_at + 2 + 2 * 12 + 4
    second, _ = _ifd(
        thumbs_at,
        [
            (0x0201, _LONG, 1, struct.pack(">I", bytes_at)),
            (0x0202, _LONG, 1, struct.pack(">I", len(thumb.getvalue()))),
        ],
    )
    first = first[: 2 + len(main) * 12] + struct.pack(">I", thumbs_at) + first[2 + len(main) * 12 + 4 :]
    head = b"MM\0*" + struct.pack(">I", main_at)
    return head + camera + where + first + second + thumb.getvalue()


def _ifd(at: int, entries: list[Entry]) -> tuple[bytes, int]:
    """One directory laid down at `at`, its long values behind it; and where the next byte goes."""
    table, values = struct.pack(">H", len(entries)), b""
    values_at = at + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        field = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", values_at + len(values))
        table += struct.pack(">HHI", tag, kind, count) + field
        values += value if len(value) > 4 else b""
    whole = table + b"\0\0\0\0" + values
    return whole, at + len(whole)


@cache  # it holds the second in which it was made
def profile(*, swapped: bool = False) -> bytes:
    """An ICC profile: sRGB, or one of another name in which red and green have changed places."""
    plain: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if not swapped:
        return plain
    names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
    count = int.from_bytes(plain[128:132], "big")
    tags = [plain[132 + 12 * n : 144 + 12 * n] for n in range(count)]
    table = b"".join(names.get(tag[:4], tag[:4]) + tag[4:] for tag in tags)
    turned = plain[:132] + table + plain[132 + 12 * count :]
    return turned.replace("sRGB built-in".encode("utf-16-be"), "swapped color".encode("utf-16-be"))


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(photo: Image.Image | None = None, *, orientation: int = 1, icc: bytes = b"", private: bool = True) -> bytes:
    """A JPEG with everything a phone, an editor and an attacker may have put around its pixels."""
    out = BytesIO()
    (photo or scene()).save(out, "JPEG", quality=90)
    plain = out.getvalue()
    if not private:
        return plain
    extras = segment(0xE1, b"Exif\0\0" + exif(orientation))
    extras += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    extras += segment(0xE2, b"ICC_PROFILE\0\x01\x01" + (icc or profile()))
    extras += segment(0xED, IPTC) + segment(0xFE, COMMENT)
    return plain[:2] + extras + plain[2:] + TAIL


def saved(photo: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    photo.save(out, kind, **options)
    return out.getvalue()


def heic(photo: Image.Image | None = None) -> bytes:
    """As a phone keeps it: with EXIF, XMP and a profile."""
    import pillow_heif

    photo = photo or scene()
    file = pillow_heif.from_pillow(photo)
    out = BytesIO()
    options = {"enc_params": {"preset": "ultrafast"}, "quality": 90}
    file.save(out, exif=b"Exif\0\0" + exif(1), xmp=XMP, **options)
    return out.getvalue()


def png(photo: Image.Image | None = None) -> bytes:
    """A PNG whose EXIF stands after the pixels, with texts before them."""
    plain = saved(photo or scene(), "PNG", icc_profile=profile())
    texts = chunk(b"tEXt", b"Comment\0" + COMMENT) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    return plain[:33] + texts + plain[33:-12] + chunk(b"eXIf", exif(6)) + plain[-12:] + TAIL


def webp(photo: Image.Image | None = None) -> bytes:
    return saved(photo or scene(), "WEBP", exif=b"Exif\0\0" + exif(8), xmp=XMP, icc_profile=profile(), quality=90)


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png_header(width: int, height: int, colour: int = 2) -> bytes:
    """A PNG that promises so many pixels."""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
