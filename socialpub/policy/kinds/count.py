"""count: too many of something, or too long a run of it: emoji, capitals, marks, fancy letters."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

#: Never begun in the middle of joined ones, and read once: a chain of thousands would be read from each of its links.
_EMOJI = (
    r"(?:(?<!\u200D)(?![©®™])\p{ExtPict}[\uFE0F\U0001F3FB-\U0001F3FF]*+"
    r"(?:\u200D\p{ExtPict}[\uFE0F\U0001F3FB-\U0001F3FF]*+)*+|[\U0001F1E6-\U0001F1FF]{2})"
)
_CAPITALS = r"(?<![\w#@])\p{Lu}[\p{Lu}'-]*\p{Lu}(?![\w])"

#: What one thing is, and what may stand between two of one run.
_RUNS: Mapping[str, tuple[str, str]] = {
    "emoji_in_a_row": (_EMOJI, r"\s*"),
    "capitals_in_a_row": (_CAPITALS, r"(?:[ ,.!?:;\"'()/&-]|\b(?:\d[\d:.-]*|[AI])\b)*"),
    "marks_in_a_row": (r"[!?]", r""),
}
_SINGLES: Mapping[str, str] = {
    "letters_in_a_lowercase_hashtag": r"(?<![\w&])#[\p{Ll}\d_]+(?!\w)",
    "styled_letters": r"[\U0001D400-\U0001D7FF\u24B6-\u24E9\U0001F130-\U0001F189\uFF21-\uFF5A]+",
}


class Count(TextKind):
    what: Literal[
        "emoji_in_a_row",
        "capitals_in_a_row",
        "marks_in_a_row",
        "letters_in_a_lowercase_hashtag",
        "styled_letters",
    ]
    most: int = Field(ge=0, le=1000)

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        if self.what in _RUNS:
            return self._runs(passage)
        return self._singles(passage)

    def _runs(self, passage: Passage) -> Iterator[Span]:
        thing, between = _RUNS[self.what]
        run = trusted(rf"(?:{thing})(?:{between}(?:{thing})){{{self.most},}}")
        for found in run.finditer(passage.plain):
            yield found.span()

    def _singles(self, passage: Passage) -> Iterator[Span]:
        # Styled letters are looked for as submitted: the plain form has already unmasked them.
        styled = self.what == "styled_letters"
        for found in trusted(_SINGLES[self.what]).finditer(passage.raw if styled else passage.plain):
            if sum(char.isalpha() for char in found[0]) > self.most:
                yield passage.from_submitted(*found.span()) if styled else found.span()
