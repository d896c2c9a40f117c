"""What one network takes: the shape of `policies/networks/*.toml`. Data, because networks change it often.

A number that cannot be meant is refused here, so that no other room meets it while it publishes.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_WEEK_S = 604_800

#: Counts start at one; `NotNegative` is for what a network may have none of.
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
NotNegative = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Pixels = Annotated[int, Field(strict=True, ge=1, le=20_000)]
#: An ordinary number: `inf` and `nan` are numbers in TOML, and a stop for ever here.
Seconds = Annotated[float, Field(strict=True, ge=0, le=_WEEK_S, allow_inf_nan=False)]
#: Width / height. Beyond ten to one no picture is left between the bars.
Ratio = Annotated[float, Field(strict=True, ge=0.1, le=10, allow_inf_nan=False)]
#: In whole units of the currency.
Price = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]
Words = Annotated[str, Field(strict=True, min_length=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextLimits(Strict):
    counts: Literal["characters", "weighted", "graphemes", "bytes"]
    longest: Count
    longest_bytes: Count | None = None  # in UTF-8, where the network counts both
    link_length: Count | None = None  # what every link counts as, where the network shortens links
    may_be_empty: bool = False  # with a photo
    without: str = ""  # characters that the network refuses in any words
    most_hashtags: NotNegative | None = None
    most_mentions: NotNegative | None = None


class PhotoLimits(Strict):
    most: NotNegative
    alt_needed: bool = False  # none goes out without an alt text
    max_bytes: Annotated[int, Field(strict=True, ge=1_000, le=1_000_000_000)]  # less is megabytes, mistyped
    width: Pixels  # the rendition fits inside width x height pixels
    height: Pixels
    format: Literal["image/jpeg", "image/png", "image/webp"] = "image/jpeg"
    widest_ratio: Ratio | None = None  # width / height; a photo outside is padded, never cropped
    tallest_ratio: Ratio | None = None
    ratio_together: Ratio | None = None  # of each of several photos, where all are cropped to the first one's shape
    least: NotNegative = 0  # 1 where there is no post without a photo
    alt_longest: Count = 1000

    @model_validator(mode="after")
    def _some_shape_fits(self) -> Self:
        widest, tallest = self.widest_ratio, self.tallest_ratio
        if widest is not None and tallest is not None and widest < tallest:
            raise ValueError(
                f"widest_ratio is {widest} and tallest_ratio is {tallest}: no photo is both; "
                "each is width / height, and the widest is the larger number"
            )
        return self

    @model_validator(mode="after")
    def _some_number_fits(self) -> Self:
        if self.least > self.most:
            raise ValueError(f"least is {self.least} and most is {self.most}: no number of photos is both")
        return self

    def of_several(self, count: int) -> "PhotoLimits":
        """These limits for each of `count` photos of one post: padded to one shape where the network wants one."""
        if count < 2 or self.ratio_together is None:
            return self
        return self.model_copy(update={"widest_ratio": self.ratio_together, "tallest_ratio": self.ratio_together})


class VideoLimits(Strict):
    """What a network takes of a video. A rendition is MP4: H.264 and AAC, the index first."""

    most: NotNegative
    least: NotNegative = 0  # 1: a post without a video is no post there
    max_bytes: Annotated[int, Field(strict=True, ge=1_000, le=300_000_000_000)]
    shortest_s: Seconds = 0
    longest_s: Seconds
    width: Pixels  # the rendition fits inside width x height pixels
    height: Pixels
    fps: Annotated[int, Field(strict=True, ge=1, le=240)] = 60
    widest_ratio: Ratio | None = None  # width / height; a video outside is refused, with the remedy
    tallest_ratio: Ratio | None = None
    with_photos: bool = False  # whether one post may show photos beside it
    captions: Literal["none", "vtt", "srt"] = "none"
    poster: bool = False  # whether a picture of ours can stand for it
    alt_longest: NotNegative = 0  # 0: the network has no alt text for a video


class LookLimits(Strict):
    """How to ask whether a post arrived (`find`)."""

    settle_s: Seconds  # seconds after the last visible call before "not seen" may mean "surely absent"
    looks: Annotated[int, Field(strict=True, ge=1, le=1_000)]  # how often it must not have been seen by then
    proves_absence: Literal["always", "with_media", "never"]


class PaceLimits(Strict):
    spacing_s: Seconds = 0  # least seconds between two posts of one channel
    daily_cap: Count | None = None  # posts a channel may show in one department day


class CostLimits(Strict):
    """What the network charges for one post; 0: nothing. For people to see before they approve."""

    currency: Annotated[str, Field(strict=True, pattern="^[A-Z]{3}$")]  # ISO 4217
    post: Price = 0
    with_link: Price | None = None  # instead, where a post with a link costs something else
    alt_text: Price = 0  # for each photo that has one


class PostLimits(Strict):
    """What a post carries beside words and pictures. It is part of what is approved, as an option of the post."""

    carries: tuple[Literal["program", "title", "when"], ...] = ()
    title_longest: Count = 110  # characters; longer ones fit neither a list nor a tab


class Limits(Strict):
    name: Words
    label: Words
    source: Words  # where these numbers were read, and when
    text: TextLimits
    photos: PhotoLimits
    videos: VideoLimits | None = None  # None: it takes none
    looks: LookLimits
    pace: PaceLimits = PaceLimits()
    fetches_media: bool = Field(default=False, description="it takes no upload: it fetches photos from an address")
    post: PostLimits = PostLimits()
    cost: CostLimits | None = None  # None: a post costs nothing
    idempotent: bool = Field(default=False, description="a second visible call with the same key shows nothing new")
    self_hosted: bool = Field(default=False, description="anybody may have a place of it: base_url may name one")

    @model_validator(mode="after")
    def _a_link_fits(self) -> Self:
        length, longest = self.text.link_length, self.text.longest
        if length is not None and length > longest:
            raise ValueError(
                f"text.link_length is {length} and text.longest is {longest}: no link would ever fit; "
                "one of the two is mistyped"
            )
        return self
