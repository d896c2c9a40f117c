"""What a network gets: picture and sound within its limits, and nothing that the phone wrote beside them."""

import hashlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from socialpub.media.refusal import MediaRefused
from socialpub.media.video import apart
from socialpub.media.video.plan import DoesNotFit, plans
from socialpub.media.video.unmarked import Shown, look
from socialpub.model.limits import PhotoLimits, VideoLimits
from tests.media import film
from tests.media.conftest import Keep

WIDE = {"most": 1, "max_bytes": 50_000_000, "longest_s": 60, "width": 1920, "height": 1920}


def limits(**other: Any) -> VideoLimits:
    return VideoLimits.model_validate(WIDE | other)


def rendered(path: Path, **other: Any) -> tuple[Shown, bytes]:
    into = path.with_suffix(".made")
    shown = apart.render(path, apart.examine(path), limits(**other), into)
    return shown, into.read_bytes()


def copied(path: Path, **other: Any) -> bool:
    return plans(apart.examine(path), path.stat().st_size, limits(**other))[0].copy


def frames(data: bytes) -> list[Any]:
    import av

    with av.open(BytesIO(data), "r") as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("other", [{}, {"width": 32, "height": 32}], ids=["copied", "made anew"])
def test_nothing_private_leaves(keep: Keep, other: dict[str, Any]) -> None:
    source = film.with_track(film.clip())
    assert all(secret in source for secret in film.SECRETS)
    path = keep(source)
    assert copied(path, **other) is not bool(other)
    shown, made = rendered(path, **other)
    assert [secret for secret in film.SECRETS if secret in made] == []
    assert shown.heard
    assert shown.seconds == pytest.approx(2, abs=0.1)


def test_a_copy_shows_the_very_same_pixels(keep: Keep) -> None:
    source = film.clip()
    _, made = rendered(keep(source))
    before, after = frames(source), frames(made)
    assert len(before) == len(after) == 60
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("other", [{}, {"width": 40}], ids=["copied", "made anew"])
def test_the_same_video_gives_the_same_bytes(keep: Keep, other: dict[str, Any]) -> None:
    one, two = (rendered(keep(film.clip()), **other)[1] for _ in range(2))
    assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()


def test_a_video_held_upright_is_upright_without_being_told(keep: Keep) -> None:
    """The left half is red as it was coded; turned to the right, the upper half is."""
    shown, made = rendered(keep(film.turned(film.clip(), 0, 1, -1, 0)))
    assert (shown.width, shown.height) == (48, 64)
    frame = frames(made)[5]
    assert frame[8, 24, 0] > 200
    assert frame[8, 24, 1] < 60
    assert abs(int(frame[56, 24, 0]) - 255) + int(frame[56, 24, 1]) + int(frame[56, 24, 2]) > 60


def test_hevc_in_the_light_of_phones_becomes_an_ordinary_video(keep: Keep) -> None:
    path = keep(film.clip(codec="libx265", pixels="yuv420p10le", transfer=18, seconds=0.5))
    shown, made = rendered(path)
    assert (shown.width, shown.height) == (64, 48)
    assert b"hvc1" not in made
    assert b"avc1" in made


def test_it_is_made_smaller_and_never_larger(keep: Keep) -> None:
    path = keep(film.clip(width=160, height=96, seconds=0.5))
    assert rendered(path, width=80, height=80)[0].width == 80
    assert rendered(path, fps=60, width=1000, height=1000)[0].width == 160


def test_frames_are_no_more_than_the_network_takes(keep: Keep) -> None:
    _, made = rendered(keep(film.clip(fps=60, seconds=1)), fps=30)
    assert 28 <= len(frames(made)) <= 31


def test_surround_sound_becomes_stereo(keep: Keep) -> None:
    import av

    shown, made = rendered(keep(film.clip(sound="5.1", rate=48_000, seconds=1)))
    assert shown.heard
    with av.open(BytesIO(made)) as container:
        assert container.streams.audio[0].codec_context.channels == 2


def test_a_video_without_sound_stays_silent(keep: Keep) -> None:
    assert not rendered(keep(film.clip(sound="")))[0].heard


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"longest_s": 1}, "lasts 2 seconds and the most is 1"),
        ({"shortest_s": 3}, "the least is 3"),
        ({"widest_ratio": 1.0}, "wider"),
        ({"tallest_ratio": 2.0}, "taller"),
        ({"max_bytes": 1000}, "cannot be made as small"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(keep: Keep, other: dict[str, Any], says: str) -> None:
    with pytest.raises(DoesNotFit, match=says) as refused:
        rendered(keep(film.clip()), **other)
    assert refused.value.remedy


def test_a_large_video_is_made_to_fit_the_bytes(keep: Keep) -> None:
    path = keep(film.clip(width=320, height=240, seconds=4, bits=3_000_000, sound=""))
    most = path.stat().st_size // 2
    shown, made = rendered(path, max_bytes=most)
    assert len(made) <= most
    assert shown.seconds == pytest.approx(4, abs=0.2)


def test_what_cannot_be_made_small_enough_in_two_tries_is_refused(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tried = keep(film.clip()), []
    facts = apart.examine(path)

    def large(_path: Path, _facts: object, plan: object, into: Path) -> Shown:
        tried.append((plan, into.stat().st_size))
        raise apart._TooLarge

    monkeypatch.setattr(apart, "_made", large)
    with pytest.raises(DoesNotFit, match="trim it"):
        apart.render(path, facts, limits(), path.with_suffix(".made"))
    assert [size for _, size in tried] == [0, 0, 0]  # a copy, and two made anew


def test_a_picture_stands_for_it_through_all_that_a_photo_goes_through(keep: Keep) -> None:
    _, made = rendered(keep(film.clip()))
    still = apart.poster(keep(made), PhotoLimits(most=1, max_bytes=100_000, width=32, height=32))
    assert (still.mime, still.width, still.height) == ("image/jpeg", 32, 24)


def test_a_full_hd_video_goes_the_whole_way(keep: Keep) -> None:
    path = keep(film.clip(width=1920, height=1080, seconds=0.5, bits=4_000_000))
    assert rendered(path)[0] == rendered(path)[0]
    assert rendered(path, width=1280, height=720)[0].width == 1280


def test_a_damaged_video_leaves_nothing_that_was_not_proved(keep: Keep) -> None:
    data = bytearray(film.clip(width=320, height=240, bits=2_000_000))
    facts = apart.examine(keep(bytes(data)))
    data[4000:20000] = bytes(16000)
    into = keep(b"")
    with suppress(MediaRefused):
        assert apart.render(keep(bytes(data)), facts, limits(width=100), into) == look(into)
