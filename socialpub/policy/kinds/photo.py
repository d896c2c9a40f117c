"""photo: what the story says, or fails to say, about a picture. No picture is opened here."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from socialpub.model.document import Photo
from socialpub.policy.kinds.base import Hit, Kind
from socialpub.policy.matching import Pattern, trusted
from socialpub.policy.subject import Subject

_FILE_NAME = trusted(
    r"(?i)^\s*(?:[\w() .-]{1,80}\.(?:jpe?g|png|heic|gif|webp|tiff?)|"
    r"(?:IMG|DSC[NF]?|PXL|MVIMG|Screenshot|Image)(?=[\w-]*\d)[\w-]++)\s*$"
)
_EMPTY_START = trusted(
    r"(?i)^\s*(?:an? )?"
    r"(?:image|photo|picture|pic|photograph|graphic|screenshot)(?: of| showing)?(?: an?| the)?\b[ :]*"
)
_WORD = trusted(r"\p{L}{3,}|\d+")


class PhotoKind(Kind):
    problem: Literal["alt_missing", "alt_is_file_name", "alt_says_nothing", "text_not_repeated", "shows"]
    fewest: int = Field(default=15, ge=0, le=200)  # alt_says_nothing: characters that say something
    shows: Pattern | None = None  # text_not_repeated: there is text in it; shows: what must not be seen
    unless: Pattern | None = None

    def find(self, subject: Subject) -> Iterator[Hit]:
        for index, photo in enumerate(subject.story.photos):
            if self._has_problem(photo, subject):
                yield Hit("photo", index, evidence=photo.alt if self.problem.startswith("alt") else photo.contains)

    def _has_problem(self, photo: Photo, subject: Subject) -> bool:
        alt = (photo.alt or "").strip()
        match self.problem:
            case "alt_missing":
                return not alt
            case "alt_is_file_name":
                return bool(_FILE_NAME.match(alt))
            case "alt_says_nothing":
                return bool(alt) and not _FILE_NAME.match(alt) and len(_EMPTY_START.sub("", alt)) < self.fewest
            case "text_not_repeated":
                return self._shows(photo, photo.contains or "") and not _repeated(photo, subject.story.text)
            case "shows":
                return self._shows(photo, _all_words(photo))

    def _shows(self, photo: Photo, words: str) -> bool:
        if not words or self.shows is None or not self.shows.within(words):
            return False
        return self.unless is None or not self.unless.within(_all_words(photo))


def _all_words(photo: Photo) -> str:
    return "\n".join(part for part in (photo.description, photo.alt, photo.contains) if part)


def _repeated(photo: Photo, text: str) -> bool:
    """Whether most of what can be read in the picture also stands in the text or the alt text."""
    wanted = {
        word.lower() for word in _WORD.findall((photo.contains or "").partition(":")[2] or photo.contains or "")
    }
    given = {word.lower() for word in _WORD.findall(text + " " + (photo.alt or ""))}
    return bool(wanted) and len(wanted & given) >= 0.6 * len(wanted)
