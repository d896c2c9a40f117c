"""What is taken as a video, and what is refused with a remedy: in this process, as the child does it."""

import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from socialpub.media.refusal import MediaRefused
from socialpub.media.video import apart
from socialpub.media.video.boxes import boxes, inside
from socialpub.media.video.facts import Facts
from socialpub.media.video.source import examine
from tests.media import film, phone
from tests.media.conftest import Keep


def facts(path: Path) -> Facts:
    with path.open("rb") as file:
        return examine(file)


def refusal(keep: Keep, data: bytes) -> str:
    with pytest.raises(MediaRefused) as refused:
        facts(keep(data))
    assert refused.value.remedy
    return refused.value.reason


def test_a_phones_mov_is_taken(keep: Keep) -> None:
    found = facts(keep(film.clip()))
    assert (found.mime, found.codec, found.width, found.height) == ("video/quicktime", "h264", 64, 48)
    assert found.seconds == pytest.approx(2, abs=0.1)
    assert found.fps == pytest.approx(30)
    assert (found.turn, found.light, found.square, found.rate) == ("", "", True, 44_100)


def test_an_mp4_of_hevc_without_sound_is_taken(keep: Keep) -> None:
    found = facts(keep(film.clip(codec="libx265", container="mp4", sound="")))
    assert (found.mime, found.codec, found.channels) == ("video/mp4", "hevc", 0)


@pytest.mark.parametrize(
    ("matrix", "turn", "size"),
    [((0, 1, -1, 0), "right", (48, 64)), ((0, -1, 1, 0), "left", (48, 64)), ((-1, 0, 0, -1), "around", (64, 48))],
)
def test_a_video_held_upright_is_as_large_as_a_person_sees_it(
    keep: Keep, matrix: tuple[int, ...], turn: str, size: tuple[int, int]
) -> None:
    found = facts(keep(film.turned(film.clip(), *matrix)))
    assert (found.turn, (found.width, found.height)) == (turn, size)


def test_a_mirrored_video_is_refused(keep: Keep) -> None:
    assert "mirrored" in refusal(keep, film.turned(film.clip(), -1, 0, 0, 1))


def test_the_light_of_phones_is_known_and_that_of_cinemas_refused(keep: Keep) -> None:
    hdr: dict[str, Any] = {"codec": "libx265", "pixels": "yuv420p10le", "seconds": 0.2}
    assert facts(keep(film.clip(**hdr, transfer=18))).light == "hlg"
    assert "HDR10" in refusal(keep, film.clip(**hdr, transfer=16))


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_video_cut_off_on_its_way_is_refused(keep: Keep, part: float) -> None:
    data = film.clip()
    assert "not whole" in refusal(keep, data[: int(len(data) * part)])


START = film.box(b"ftyp", b"isom\0\0\2\0isom")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\x1a\x45\xdf\xa3" + bytes(600), "video of another kind"),
        (b"%PDF-1.7" + bytes(600), "PDF"),
        (phone.jpeg(), "image/jpeg"),
        (b"just some words", "text file"),
        (START, "not whole"),
        (
            film.box(b"ftyp", b"isom\0\0\2\0isom") + film.box(b"moov", b"") + film.box(b"mdat", b""),
            "no moving picture",
        ),
    ],
    ids=["empty", "webm", "pdf", "photo", "words", "no index", "nothing"],
)
def test_what_is_no_video_is_refused_by_what_it_is(keep: Keep, data: bytes, says: str) -> None:
    assert says in refusal(keep, data)


def test_sound_alone_is_no_video(keep: Keep) -> None:
    import av

    out = BytesIO()
    with av.open(out, "w", format="mp4") as song:
        heard: Any = song.add_stream("aac", rate=44_100, layout="mono")
        for wave in film.waves(av, 1, "mono", 44_100):
            song.mux(heard.encode(wave))
    assert "no moving picture" in refusal(keep, out.getvalue())


def test_a_moment_declared_hours_later_is_refused(keep: Keep) -> None:
    data = bytearray(film.clip(sound="").replace(b"edts", b"free"))  # an edit would cut it short
    moov = next(each for each in boxes(bytes(data)) if each.kind == b"moov")
    for stts in inside(bytes(data), moov, b"trak", b"mdia", b"minf", b"stbl", b"stts"):
        data[stts.start + 12 : stts.start + 16] = struct.pack(">I", 0x00FFFFFF)
    assert "minutes and the most is 30" in refusal(keep, bytes(data))


def test_a_frame_of_more_than_4k_is_refused_before_it_is_decoded(keep: Keep) -> None:
    vast = film.clip(width=4352, height=2304, seconds=0.07, sound="")
    assert "more than 4K" in refusal(keep, vast)


def test_sound_and_pictures_of_another_make_are_refused(keep: Keep) -> None:
    assert refusal(keep, film.clip(codec="mpeg4", seconds=0.2))
    assert "colours" in refusal(keep, film.clip(pixels="yuv444p", seconds=0.2))


@pytest.mark.parametrize("part", [0.02, 0.1, 0.5, 0.8, 0.9, 0.94, 0.96, 0.98, 0.99])
def test_damage_harms_the_child_at_most(keep: Keep, part: float) -> None:
    """Not in this process: the decoders do crash on some of these."""
    data = bytearray(film.clip(seconds=0.3))
    at = int(len(data) * part)
    data[at : at + 12] = b"\xff\xfe\x00\xff\x80\x01" * 2
    with suppress(MediaRefused):
        assert apart.examine(keep(bytes(data))).seconds > 0
