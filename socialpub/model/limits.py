"""What one network takes: the shape of `policies/networks/*.toml`. Data, because networks change it often."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextLimits(Strict):
    counts: Literal["characters", "weighted", "graphemes", "bytes"]
    longest: int
    link_length: int | None = None  # what every link counts as, where the network shortens links
    may_be_empty: bool = False  # with a photo


class PhotoLimits(Strict):
    most: int
    max_bytes: int
    width: int  # the rendition fits inside width x height pixels
    height: int
    format: Literal["image/jpeg", "image/png", "image/webp"] = "image/jpeg"
    widest_ratio: float | None = None  # width / height; a photo outside is padded, never cropped
    tallest_ratio: float | None = None
    alt_longest: int = 1000


class LookLimits(Strict):
    """How to ask whether a post arrived (`find`)."""

    settle_s: float  # seconds after the last visible call before "not seen" may mean "surely absent"
    looks: int  # how often it must not have been seen by then
    proves_absence: Literal["always", "with_media", "never"]


class PaceLimits(Strict):
    spacing_s: float = 0  # least seconds between two posts of one channel
    daily_cap: int | None = None  # posts a channel may show in one department day


class Limits(Strict):
    name: str
    label: str
    source: str  # where these numbers were read, and when
    text: TextLimits
    photos: PhotoLimits
    looks: LookLimits
    pace: PaceLimits = PaceLimits()
    idempotent: bool = Field(default=False, description="a second visible call with the same key shows nothing new")
