"""What kind of file these bytes are. The name and the declared type are never asked.

Reads the first bytes only; whether the rest is a whole photo is `original.examine`'s question.
"""

from typing import Final

from socialpub.media.refusal import MediaRefused

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
HEIC: Final = "image/heic"
MP4: Final = "video/mp4"
MOV: Final = "video/quicktime"

#: So many first bytes are enough for `sniff`.
HEAD_BYTES: Final = 512

TAKEN_WORDS: Final = "JPEG, PNG, WebP or HEIC"

_SEND_PHOTO = f"send the photo itself as {TAKEN_WORDS}"
_SEND_VIDEO = f"list it under the story's videos, or send a photo as {TAKEN_WORDS}"
_SEND_MP4 = "send the video itself as MP4 or MOV, as the phone recorded it"
_SEND_STILL = f"send a still photo as {TAKEN_WORDS}"

#: Brands of an ISO media file (ISO/IEC 23008-12, annex B): stills coded as HEVC, moving ones, any stills.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_SEQUENCE_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"})
_STILL_BRANDS = frozenset({b"mif1", b"mif2", b"mif3"})

#: Still pictures, however many, are no video.
_PICTURE_BRANDS = _HEIC_BRANDS | _SEQUENCE_BRANDS | _STILL_BRANDS | {b"avif"}

_KNOWN_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "this is a PDF", _SEND_PHOTO),
    (b"GIF8", "this is a GIF", _SEND_STILL),
    (b"II*\0", "this is a TIFF or a camera's raw file", _SEND_PHOTO),
    (b"MM\0*", "this is a TIFF or a camera's raw file", _SEND_PHOTO),
    (b"II+\0", "this is a TIFF", _SEND_PHOTO),
    (b"MM\0+", "this is a TIFF", _SEND_PHOTO),
    (b"BM", "this is a BMP picture", _SEND_PHOTO),
    (b"8BPS", "this is a Photoshop document", _SEND_PHOTO),
    (b"PK\x03\x04", "this is a ZIP archive or an office document", _SEND_PHOTO),
    (b"Rar!", "this is a RAR archive", _SEND_PHOTO),
    (b"7z\xbc\xaf", "this is a 7-Zip archive", _SEND_PHOTO),
    (b"\x1f\x8b", "this is a gzip archive", _SEND_PHOTO),
    (b"\0\0\1\0", "this is an icon", _SEND_PHOTO),
    (b"\xff\x0a", "this is a JPEG XL picture", _SEND_PHOTO),
    (b"\0\0\0\x0cJXL ", "this is a JPEG XL picture", _SEND_PHOTO),
    (b"\0\0\0\x0cjP  ", "this is a JPEG 2000 picture", _SEND_PHOTO),
    (b"\xd0\xcf\x11\xe0", "this is an office document", _SEND_PHOTO),
    (b"\x1a\x45\xdf\xa3", "this is a video", _SEND_VIDEO),
    (b"\0\0\1\xba", "this is a video", _SEND_VIDEO),
    (b"ID3", "this is a sound file", _SEND_PHOTO),
    (b"OggS", "this is a sound or video file", _SEND_VIDEO),
    (b"MZ", "this is a program", _SEND_PHOTO),
    (b"\x7fELF", "this is a program", _SEND_PHOTO),
    (b"#!", "this is a program", _SEND_PHOTO),
)


def sniff(head: bytes) -> str:
    """The MIME type of a photo we take, from its first HEAD_BYTES bytes. Raises MediaRefused for all else."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    raise _refusal(head)


def sniff_video(head: bytes) -> str:
    """MP4 or MOV, from the first HEAD_BYTES bytes of a video. Raises MediaRefused for all else."""
    brands = _brands(head) if head[4:8] == b"ftyp" else []
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"} or brands[:1] == [b"qt  "]:
        return MOV
    if brands and not _PICTURE_BRANDS & set(brands):
        return MP4
    raise MediaRefused(_no_video(head), _SEND_MP4)


def _no_video(head: bytes) -> str:
    if not head:
        return "this file is empty; the upload may have been cut off"
    try:
        return f"this is no video but {sniff(head)}"
    except MediaRefused as refused:
        return refused.reason.replace("this is a video", "this is a video of another kind").replace(
            "not a photo we can read", "not a video we can read"
        )


def _iso_media(head: bytes) -> str:
    """A file of boxes: HEIC, AVIF and every MP4 begin alike and differ in their brands."""
    brands = _brands(head)
    major = brands[0] if brands else b""
    if major in _SEQUENCE_BRANDS:
        raise MediaRefused("this is a moving picture", _SEND_STILL)
    if b"avif" in brands:
        raise MediaRefused("this is an AVIF picture", _SEND_PHOTO)
    if major in _HEIC_BRANDS or (major in _STILL_BRANDS and _HEIC_BRANDS & set(brands)):
        return HEIC
    raise MediaRefused("this is a video", _SEND_VIDEO)


def _brands(head: bytes) -> list[bytes]:
    """Major brand first, then the compatible ones; the four bytes between are a version."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]


def _refusal(head: bytes) -> MediaRefused:
    if not head:
        return MediaRefused("this file is empty", "send the photo again; the upload may have been cut off")
    for start, reason, remedy in _KNOWN_STARTS:
        if head.startswith(start):
            return MediaRefused(reason, remedy)
    if head[:4] == b"RIFF":
        return MediaRefused("this is a video or a sound file", _SEND_VIDEO)
    return MediaRefused(_written(head) or "this is not a photo we can read", _SEND_PHOTO)


def _written(head: bytes) -> str:
    """What to call a file of text; empty when it is none."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text:
        return "this is an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html", b"<script", b"<body", b"<head")):
        return "this is a web page"
    if text.startswith(b"<"):
        return "this is a web page or an XML document"
    words = text.decode("utf-8", "replace").rstrip("\ufffd")  # the last letter may be cut in two
    readable = all(letter.isprintable() or letter.isspace() for letter in words) and "\ufffd" not in words
    return "this is a text file" if words and readable else ""
