"""A photo fits, is never enlarged, never cropped, and has a shape the network takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.media.fit import Frame, Plan, frame_of, plan
from socialpub.model.limits import PhotoLimits

SIDES = st.integers(1, 12_000)
PHOTOS = st.tuples(SIDES, SIDES)
BOUNDS = st.integers(50, 4000)
FRAMES = st.builds(
    Frame,
    width=BOUNDS,
    height=BOUNDS,
    max_bytes=st.just(1),
    widest=st.none() | st.floats(1.0, 3.0),
    tallest=st.none() | st.floats(0.3, 0.95),
)
SHRINKS = st.sampled_from([1.0, 0.85, 0.4, 0.1])


@given(PHOTOS, FRAMES, SHRINKS)
def test_everything_fits_and_nothing_is_enlarged(photo: tuple[int, int], frame: Frame, shrink: float) -> None:
    made = plan(photo, frame, shrink)
    assert 1 <= made.canvas[0] <= frame.width
    assert 1 <= made.canvas[1] <= frame.height
    for inner, outer, original in zip(made.photo, made.canvas, photo, strict=True):
        assert 1 <= inner <= min(outer, original)


@given(PHOTOS, FRAMES)
def test_the_canvas_has_a_ratio_the_network_takes(photo: tuple[int, int], frame: Frame) -> None:
    width, height = plan(photo, frame).canvas
    # The last pixel cannot be split: a ratio is met when no canvas a pixel nearer would still hold the photo.
    if frame.widest and min(photo) > 1:
        assert width <= height * frame.widest + 1e-6 or height == frame.height
    if frame.tallest and min(photo) > 1:
        assert width >= height * frame.tallest - 1e-6 or width == frame.width


@given(PHOTOS, FRAMES)
def test_the_photo_keeps_its_shape_to_a_pixel(photo: tuple[int, int], frame: Frame) -> None:
    width, height = plan(photo, frame).photo
    by_width, by_height = width / photo[0], height / photo[1]
    assert abs(photo[1] * by_width - height) <= 1 or abs(photo[0] * by_height - width) <= 1


@given(PHOTOS, FRAMES)
def test_a_photo_of_an_allowed_shape_gets_no_bars(photo: tuple[int, int], frame: Frame) -> None:
    ratio = photo[0] / photo[1]
    allowed = ratio <= (frame.widest or ratio) and ratio >= (frame.tallest or ratio)
    made = plan(photo, frame)
    assert not allowed or made.canvas == made.photo


@pytest.mark.parametrize(
    ("photo", "frame", "wanted"),
    [
        ((4032, 3024), Frame(2048, 2048, 1), Plan((2048, 1536), (2048, 1536))),
        ((800, 600), Frame(2048, 2048, 1), Plan((800, 600), (800, 600))),
        ((3024, 4032), Frame(1080, 1350, 1, tallest=0.8), Plan((1080, 1350), (1012, 1350))),
        ((4000, 1000), Frame(1080, 1350, 1, widest=1.91), Plan((1080, 566), (1080, 270))),
        ((1000, 4000), Frame(1000, 1000, 1, tallest=1.0, widest=1.0), Plan((1000, 1000), (250, 1000))),
    ],
)
def test_known_photos_come_out_as_expected(photo: tuple[int, int], frame: Frame, wanted: Plan) -> None:
    assert plan(photo, frame) == wanted


def test_a_frame_takes_what_decides_a_rendition_from_the_limits() -> None:
    limits = PhotoLimits(
        most=4, max_bytes=9000, width=10, height=20, format="image/png", widest_ratio=1.9, tallest_ratio=0.8
    )
    assert frame_of(limits) == Frame(10, 20, 9000, "image/png", 1.9, 0.8)


def test_several_photos_are_all_of_one_shape_where_the_network_would_crop_them_to_one() -> None:
    limits = PhotoLimits(most=4, max_bytes=9000, width=1440, height=1800, widest_ratio=1.91, ratio_together=1.0)
    assert limits.of_several(1) is limits
    frame = frame_of(limits.of_several(2))
    assert (frame.widest, frame.tallest) == (1.0, 1.0)
    for size in ((4032, 3024), (3024, 4032), (500, 499), (1, 900), (2000, 3)):
        whole = plan(size, frame)
        assert whole.canvas[0] == whole.canvas[1]


def test_several_photos_keep_their_shapes_where_the_network_does() -> None:
    limits = PhotoLimits(most=4, max_bytes=9000, width=1440, height=1800)
    assert limits.of_several(4) is limits
