"""A story as a document: the same keys in `story.toml`, in the API's JSON and in batches of JSON Lines.

Unknown keys are refused with a suggestion; JSON null means absent. Nothing here reads a file.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from socialpub.wanted import complaint

#: PostgreSQL keeps no NUL, and half a surrogate pair cannot be written as UTF-8.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

#: What the labelled corpus adds to a story; batch screening passes over these.
LABELS = frozenset({"clean", "subtle", "expected", "labels", "tolerated", "tricky", "note"})


class DocumentError(ValueError):
    """The document cannot be taken; the message tells its sender why and what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Person(_Part):
    """Everyone named or recognizable. `role` is free text; the name may be empty."""

    name: str = ""
    role: str = ""
    minor: bool = False
    consent: bool | None = None  # None: nobody asked
    evidence: str | None = None  # a file of the submission, e.g. a signed release


class Photo(_Part):
    file: str | None = None  # may be absent when only screening
    description: str | None = None
    alt: str | None = None
    contains: str | None = None  # what the sender says can be read in it


class Video(_Part):
    file: str | None = None
    description: str | None = None
    alt: str | None = None
    captions: bool | str | None = None
    audio: str | None = None
    music: str | None = None


class StoryDocument(_Part):
    text: str = Field(min_length=1, max_length=20_000)
    id: str | None = Field(default=None, min_length=1, max_length=200)
    program: str | None = None
    when: date | None = None
    where: str | None = None
    not_before: datetime | None = None  # naive times are department time
    deadline: datetime | None = None
    channels: tuple[str, ...] | None = None
    urgency: Literal["routine", "today"] = "routine"
    by: str | None = None
    people: tuple[Person, ...] = Field(default=(), max_length=100)
    photos: tuple[Photo, ...] = Field(default=(), max_length=20)
    videos: tuple[Video, ...] = Field(default=(), max_length=5)

    @field_validator("not_before", "deadline", "when")
    @classmethod
    def _of_our_time(cls, moment: date | None) -> date | None:
        if moment is not None and not 1900 <= moment.year < 2200:
            raise ValueError(f"the year {moment.year} cannot be meant")
        return moment

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("the text is empty")
        return text


def parse(data: Mapping[str, Any], *, labelled: bool = False) -> StoryDocument:
    """The document in `data`; `labelled` passes over a corpus' labels. Raises DocumentError."""
    kept = {key: value for key, value in data.items() if not (labelled and key in LABELS)}
    try:
        return StoryDocument.model_validate(_cleared(kept))
    except ValidationError as error:
        raise DocumentError("; ".join(_in_words(item) for item in error.errors())) from None


def _cleared(value: Any) -> Any:
    """Without nulls, and without what can be stored nowhere. Raises DocumentError."""
    if isinstance(value, Mapping):
        return {_cleared(key): _cleared(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_cleared(item) for item in value]
    if isinstance(value, str) and (found := _UNSTORABLE.search(value)):
        raise DocumentError(f"there is a character in it that is no text (U+{ord(found[0]):04X}); take it out")
    return value


_KEYS: Mapping[str, type[BaseModel]] = {"people": Person, "photos": Photo, "videos": Video}


def _in_words(error: Any) -> str:
    model = _KEYS.get(str(error["loc"][0]), StoryDocument) if len(error["loc"]) > 1 else StoryDocument
    return complaint(error, model.model_fields)
