"""Token classes: what a pattern cannot say well. A pack names them in capitals where a pattern may stand."""

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import PlainValidator

from socialpub.policy.matching import Compiled, compiled, trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.spared import RANKS
from socialpub.policy.subject import Subject

_RANK = "|".join(sorted((rank for rank in RANKS if rank not in ("off", "k9", "k-9")), key=len, reverse=True))
_OFFICER = trusted(rf"\b(?i:{_RANK})\.?(?: \p{{Lu}}[\p{{L}}'-]*\.?){{1,2}}")


def _person_names(passage: Passage, subject: Subject) -> list[Span]:
    return [name.span for name in subject.names(passage)]


def _child_names(passage: Passage, subject: Subject) -> list[Span]:
    return [name.span for name in subject.names(passage) if not name.adult]


def _officers(passage: Passage, _: Subject) -> list[Span]:
    return [found.span() for found in _OFFICER.finditer(passage.plain)]


#: What a pack may write instead of a pattern.
TOKENS: Mapping[str, Callable[[Passage, Subject], list[Span]]] = {
    "PERSON_NAME": _person_names,  # anyone whom the department may not always name
    "CHILD_NAME": _child_names,  # the same, without the adults on the story's own list
    "OFFICER": _officers,  # a rank and a name, whoever it is
}


class Part:
    """One side of a rule of several parts: a token class, or a pattern."""

    def __init__(self, source: str) -> None:
        self.token = TOKENS.get(source)
        self.pattern: Compiled | None = None if self.token else compiled(source)

    def spans(self, passage: Passage, subject: Subject) -> list[Span]:
        """Where it is, leaving out what the department may always say (but never an officer asked for)."""
        if self.token is not None:
            return self.token(passage, subject)
        found = self.pattern.spans(passage.plain) if self.pattern else []
        return [span for span in found if not subject.is_spared(passage, span)]


def _part(value: object) -> Part:
    if not isinstance(value, str) or not value:
        raise ValueError("a pattern, or one of " + ", ".join(TOKENS))
    if value.isupper() and value.replace("_", "").isalpha() and "_" in value and value not in TOKENS:
        raise ValueError(f"{value} is no token class; there are {', '.join(TOKENS)}")
    return Part(value)


PartField = Annotated[Part, PlainValidator(_part)]
