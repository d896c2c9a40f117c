"""What is being screened: one story, whose department it is, and the day. Everything a kind may look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from socialpub.model.document import StoryDocument
from socialpub.policy.names import Name, NameFinder
from socialpub.policy.passage import Passage, Span
from socialpub.policy.spared import Spared
from socialpub.settings import Department

#: The words in a file of captions; `captions` is what the document says of it, its name.
SPOKEN = "spoken"
#: What of a story can be read. `text` (also the program's name) and `alt` are published; the others tell of a picture
#: or a sound.
FIELDS = ("text", "alt", "description", "contains", "captions", "audio", "music")


@dataclass(frozen=True)
class Subject:
    story: StoryDocument
    department: Department
    as_of: date
    spared: Spared
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spoken: Mapping[int, str] = field(default_factory=dict)  # by video: the words of its captions

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        spoken = (Passage("video", index, SPOKEN, words) for index, words in sorted(self.spoken.items()) if words)
        return (*_passages(self.story), *spoken)

    def fields(self, wanted: Iterable[str]) -> list[Passage]:
        """Those passages. The words of captions are read wherever the text is: they are published like it."""
        names = frozenset(wanted)
        if names & {"text", "captions"}:
            names |= {SPOKEN}
        return [passage for passage in self.passages if passage.field in names]

    @property
    def text(self) -> Passage:
        return self.passages[0]

    @cached_property
    def _names(self) -> dict[tuple[str, int, str], list[Name]]:
        return {}

    @cached_property
    def _finder(self) -> NameFinder:
        return NameFinder(self.words, self.spared, self.story.people)

    def names(self, passage: Passage) -> list[Name]:
        """The people's names in the passage, without those that the department may always say."""
        key = (passage.where, passage.index, passage.field)
        if key not in self._names:
            self._names[key] = self._finder.names(passage)
        return self._names[key]

    def is_spared(self, passage: Passage, span: Span) -> bool:
        """Whether the span lies wholly in something that the department may always say."""
        return self.spared.covers(passage, span)


def _passages(story: StoryDocument) -> Iterator[Passage]:
    yield Passage("text", 0, "text", story.text)
    if story.program:
        yield Passage("program", 0, "text", story.program.replace("_", " "))  # some networks show it, in words
    for index, photo in enumerate(story.photos):
        for name in ("alt", "description", "contains"):
            if value := getattr(photo, name):
                yield Passage("photo", index, name, value)
    for index, video in enumerate(story.videos):
        for name in ("alt", "description", "captions", "audio", "music"):
            if isinstance(value := getattr(video, name), str) and value:
                yield Passage("video", index, name, value)
