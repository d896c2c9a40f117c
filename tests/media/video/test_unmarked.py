"""The last look lets one picture and one sound pass, and nothing beside them, wherever it is put."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.refusal import MediaRefused
from socialpub.media.video.boxes import Box, boxes, inside
from socialpub.media.video.facts import facts_of
from socialpub.media.video.make import make
from socialpub.media.video.plan import Plan
from socialpub.media.video.samples import samples
from socialpub.media.video.unmarked import must_be_unmarked
from tests.media import film

INSIDE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf")


@cache
def clean() -> bytes:
    with TemporaryDirectory() as folder:
        source, to = Path(folder) / "in", Path(folder) / "out"
        source.write_bytes(film.clip())
        to.touch()
        with source.open("rb") as file:
            make(file, str(to), Plan(64, 48, 30, 0, 10**6, "copy", copy=True))
        return to.read_bytes()


def carries(data: bytes) -> str:
    with pytest.raises(MediaRefused) as refused:
        must_be_unmarked(data)
    assert refused.value.remedy
    return refused.value.reason


def parents(data: bytes, start: int = 0, end: int | None = None) -> Iterator[list[Box]]:
    """Every box that holds boxes, each after those that it lies in."""
    for box in boxes(data, start, end):
        if box.kind in INSIDE:
            yield [box]
            yield from ([box, *below] for below in parents(data, box.start, box.end))


def with_box(data: bytes, path: list[Box], extra: bytes) -> bytes:
    """The box put at the end of the last of `path`; all that hold it grow, and the frames' places with them."""
    changed = bytearray(data)
    for box in path:
        changed[box.start - 8 : box.start - 4] = struct.pack(">I", box.end - box.start + 8 + len(extra))
    at = path[-1].end
    return bytes(changed[:at]) + extra + bytes(changed[at:])


def test_what_was_made_passes() -> None:
    shown = must_be_unmarked(clean())
    assert (shown.width, shown.height, shown.heard) == (64, 48, True)


def test_what_a_phone_saves_does_not_pass() -> None:
    assert carries(film.clip())
    assert carries(film.clip(container="mp4"))


@pytest.mark.parametrize("kind", [b"udta", b"meta", b"uuid", b"\xa9xyz", b"loci", b"gmhd", b"tref", b"XMP_", b"name"])
def test_no_box_of_words_passes_in_any_place(kind: bytes) -> None:
    extra, places = film.box(kind, b"+41.1234-071.5678/"), list(parents(clean()))
    assert len(places) > 10
    for path in places:
        assert repr(kind) in carries(with_box(clean(), path, extra))
    assert repr(kind) in carries(clean() + extra)
    assert repr(kind) in carries(extra + clean())


def test_words_in_unused_room_do_not_pass() -> None:
    moov = next(box for box in boxes(clean()) if box.kind == b"moov")
    assert "unused room" in carries(with_box(clean(), [moov], film.box(b"free", b"41 N")))


def test_a_track_of_places_does_not_pass() -> None:
    data = film.with_track(film.clip())
    assert carries(data)


@pytest.mark.parametrize(
    ("at", "says"),
    [(b"mvhd", "time"), (b"tkhd", "time"), (b"mdhd", "time")],
)
def test_no_time_of_its_making_passes(at: bytes, says: str) -> None:
    data, place = bytearray(clean()), clean().index(at) + 8
    data[place : place + 4] = struct.pack(">I", 3_800_000_000)
    assert says in carries(bytes(data))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"VideoHandler", b"Rosa's Phone", "handler"),
        (b"iso2", b"rosa", "brand"),
        (b"\x55\xc4", b"\x15\xc7", "language"),
        (b"url \0\0\0\1", b"url \0\0\0\0", "address"),
    ],
)
def test_no_name_passes(old: bytes, new: bytes, says: str) -> None:
    assert old in clean()
    assert says in carries(clean().replace(old, new))


def test_a_turn_does_not_pass() -> None:
    assert "turn" in carries(film.turned(clean(), 0, 1, -1, 0))


def test_words_between_the_pictures_do_not_pass() -> None:
    """The first unit of the first frame becomes supplemental information."""
    moov = next(box for box in boxes(clean()) if box.kind == b"moov")
    table = next(inside(clean(), moov, b"trak", b"mdia", b"minf", b"stbl"))
    data = bytearray(clean())
    data[samples(clean(), table)[0].start + 4] = 6
    assert "between its pictures" in carries(bytes(data))


def test_bytes_that_belong_to_no_frame_do_not_pass() -> None:
    mdat = next(box for box in boxes(clean()) if box.kind == b"mdat")
    assert "bytes after its frames" in carries(with_box(clean(), [mdat], film.GPS))


def test_the_name_of_an_encoder_does_not_pass() -> None:
    data, at = bytearray(clean()), clean().index(b"avc1", clean().index(b"stsd")) + 4 + 42
    data[at : at + 6] = b"\5Rosa!"
    assert "encoder" in carries(bytes(data))


@given(at=st.integers(0, 6_000), noise=st.binary(min_size=1, max_size=12))
def test_no_bytes_at_all_make_the_last_look_fail_or_hang(at: int, noise: bytes) -> None:
    whole = clean()
    for changed in (whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :], noise + whole[at:]):
        with suppress(MediaRefused):
            must_be_unmarked(changed)


HONEST = {
    "mime": "video/mp4", "width": 64, "height": 48, "seconds": 2.0, "fps": 30.0, "codec": "h264", "pixels": "yuv420p",
    "turn": "", "light": "", "square": True, "channels": 1, "rate": 44_100,
}  # fmt: skip


def test_an_honest_answer_is_taken() -> None:
    assert facts_of(HONEST).seconds == 2.0


@pytest.mark.parametrize(
    "lie",
    [
        {"mime": "text/html"},
        {"width": True},
        {"width": 0},
        {"width": 1_000_000},
        {"height": 4.0},
        {"seconds": 2},
        {"seconds": -1.0},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"seconds": 10_000.0},
        {"fps": 0.0},
        {"fps": 1000.0},
        {"codec": "vp9"},
        {"codec": ["h264"]},
        {"pixels": None},
        {"turn": "inside out"},
        {"light": "pq"},
        {"square": 1},
        {"channels": -1},
        {"rate": 10**9},
        {"more": 1},
    ],
    ids=str,
)
def test_a_video_of_which_impossible_things_are_said_is_not_believed(lie: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        facts_of({**HONEST, **lie})
