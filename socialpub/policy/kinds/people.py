"""people: what the story's own list says about who is in it: age, consent, role."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from socialpub.model.document import Person
from socialpub.policy.kinds.base import Hit, Kind, hit
from socialpub.policy.matching import Pattern, WordList
from socialpub.policy.subject import Subject

_CONSENT = {True: "yes", False: "no", None: "unasked"}


class People(Kind):
    """All that is written must hold. A name of the department's own list is never flagged."""

    minor: bool | None = None
    consent: tuple[Literal["yes", "no", "unasked"], ...] = ("yes", "no", "unasked")
    role: Pattern | None = None
    not_role: Pattern | None = None
    named_in: Literal["", "text"] = Field(default="")  # "text": only where the text says the name

    def find(self, subject: Subject) -> Iterator[Hit]:
        for index, person in enumerate(subject.story.people):
            if self._means(person) and not self._is_ours(person, subject):
                yield from self._hits(index, person, subject)

    def _means(self, person: Person) -> bool:
        return (
            (self.minor is None or person.minor == self.minor)
            and _CONSENT[person.consent] in self.consent
            and (self.role is None or self.role.within(person.role))
            and (self.not_role is None or not self.not_role.within(person.role))
        )

    def _is_ours(self, person: Person, subject: Subject) -> bool:
        words = {word.lower() for word in person.name.split()}
        return bool(words) and not person.minor and words <= subject.spared.people

    def _hits(self, index: int, person: Person, subject: Subject) -> Iterator[Hit]:
        if not self.named_in:
            yield Hit("people", index, evidence=person.name or person.role or None)
            return
        said = WordList(_ways_to_say(person.name)).found(subject.text.lower)
        for start, end, _ in said:
            if subject.text.plain[start].isupper() and not subject.is_spared(subject.text, (start, end)):
                yield hit(subject.text, (start, end))


def _ways_to_say(name: str) -> Iterator[str]:
    words = name.replace("’", "'").lower().split()
    yield " ".join(words)
    yield from (word for word in words if len(word) > 2)
