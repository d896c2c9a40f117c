"""Makes short videos as phones do: a place, a device and a time in every corner, coded text between the pictures.

Everything private in them is one of SECRETS, so that a test can look for it in what comes out.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np

from socialpub.media.video.boxes import boxes, inside

PLACE, DEVICE, TIME = "+41.1234-071.5678/", "Phone 99 of Rosa Example", "2026-11-20T10:00:00Z"
GPS = b"GPSTRACK-41.1234-071.5678"
SECRETS = (PLACE.encode(), DEVICE.encode(), b"Rosa", b"x264", b"Lavf", GPS, b"My handler")


@cache
def clip(
    *,
    width: int = 64,
    height: int = 48,
    seconds: float = 2,
    fps: int = 30,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: str = "mono",
    rate: int = 44_100,
    transfer: int = 0,
    container: str = "mov",
    bits: int = 0,
) -> bytes:
    """A video. `sound`: a layout, or "" for none; `transfer`: a number of ITU-T H.273."""
    import av

    out = BytesIO()
    with av.open(out, "w", format=container, options={"movflags": "use_metadata_tags"}) as film:
        film.metadata.update({"location": PLACE, "com.apple.quicktime.model": DEVICE, "creation_time": TIME})
        shown: Any = film.add_stream(
            codec, rate=fps, options={"preset": "ultrafast", "x265-params": "log-level=none"}
        )
        shown.width, shown.height, shown.pix_fmt = width, height, pixels
        shown.metadata["handler_name"] = "My handler"
        shown.codec_context.bit_rate = bits or 400_000
        if transfer:
            shown.codec_context.color_trc, shown.codec_context.color_primaries = transfer, 9
            shown.codec_context.colorspace = 9
        heard: Any = film.add_stream("aac", rate=rate, layout=sound) if sound else None
        for number_, image in enumerate(_images(width, height, int(seconds * fps))):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = number_, Fraction(1, fps)
            film.mux(shown.encode(frame))
        film.mux(shown.encode(None))
        for wave in waves(av, seconds, sound, rate) if heard else ():
            film.mux(heard.encode(wave))
        if heard:
            film.mux(heard.encode(None))
    return out.getvalue()


def _images(width: int, height: int, count: int) -> Iterator[Any]:
    """The left half red, with dots that move."""
    rng = np.random.default_rng(1)
    dots = rng.integers(0, 255, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    large = dots.repeat(8, 0).repeat(8, 1)[:height, :width].copy()
    for step in range(count):
        image = np.roll(large, step * 2, 1).copy()
        image[:, : width // 2] = (255, 0, 0)
        yield image


def waves(av: Any, seconds: float, layout: str, rate: int) -> Iterator[Any]:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    for start in range(0, int(seconds * rate), 1024):
        wave = (np.sin((np.arange(1024) + start) / 50) * 0.2).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([wave] * channels), format="fltp", layout=layout)
        frame.rate, frame.pts = rate, start
        yield frame


def turned(data: bytes, *matrix: int) -> bytes:
    """The same video with a display matrix of a, b, c, d."""
    changed = bytearray(data)
    for moov in boxes(data):
        for head in list(inside(data, moov, b"trak", b"tkhd"))[:1] if moov.kind == b"moov" else ():
            for place, value in zip((40, 44, 52, 56), matrix, strict=True):
                changed[head.start + place : head.start + place + 4] = struct.pack(">i", value * 0x10000)
    return bytes(changed)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def with_track(data: bytes, handler: bytes = b"meta") -> bytes:
    """The same video with one track more, of places: as action cameras write it. The index comes last."""
    whole = list(boxes(data))
    moov = next(each for each in whole if each.kind == b"moov")
    assert whole[-1] == moov
    entry = box(b"stsd", struct.pack(">II", 0, 1) + box(b"gpmd", bytes(6) + b"\0\1"))
    at = len(data) + 8
    table = box(
        b"stbl",
        entry
        + box(b"stts", struct.pack(">IIII", 0, 1, 1, 1000))
        + box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
        + box(b"stsz", struct.pack(">III", 0, len(GPS), 1))
        + box(b"stco", struct.pack(">III", 0, 1, at + 0)),
    )
    dinf = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", b"\0\0\0\1")))
    hdlr = box(b"hdlr", bytes(4) + b"mhlr" + handler + bytes(12) + b"\0")
    mdhd = box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 1000, 1000, 0x55C4, 0))
    mdia = box(b"mdia", mdhd + hdlr + box(b"minf", box(b"nmhd", bytes(4)) + dinf + table))
    tkhd = box(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 9, 0, 1000) + bytes(16) + struct.pack(
        ">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + bytes(8))  # fmt: skip
    trak = box(b"trak", tkhd + mdia)
    body = data[moov.start : moov.end] + trak
    head = data[: moov.start - 8] + box(b"moov", body)
    return head.replace(struct.pack(">I", at + 0) + b"", struct.pack(">I", len(head) + 8)) + box(b"mdat", GPS)
