"""What a post carries beside words and pictures, for networks that ask for it: data of `[post] carries`. Pure.

It becomes options of the post, so it is shown to whoever approves, and is part of the digest.
"""

from collections.abc import Callable, Mapping

from socialpub.compose.fit import cut_at_word
from socialpub.compose.sentences import sentence_ends
from socialpub.compose.tidy import tidy
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits

#: Characters of a title; longer ones fit neither a list nor a tab.
LONGEST_TITLE = 110


def carried(story: StoryDocument, text: str, limits: Limits) -> tuple[tuple[str, str], ...]:
    """Name and value of what `limits` asks for and the story has, sorted by name. `text` is the post's own."""
    found = ((name, _FROM[name](story, text)) for name in sorted(set(limits.post.carries)))
    return tuple((name, value) for name, value in found if value)


def title(text: str) -> str:
    """The first sentence of `text`, or as much of its first line as a title holds. Adds no words."""
    line = text.strip().split("\n", 1)[0].strip()
    first = next(iter(sentence_ends(line)), len(line))
    return cut_at_word(line[:first], LONGEST_TITLE).text


_FROM: Mapping[str, Callable[[StoryDocument, str], str]] = {
    "program": lambda story, _text: tidy(story.program or ""),
    "title": lambda _story, text: title(text),
    "when": lambda story, _text: story.when.isoformat() if story.when else "",
}
