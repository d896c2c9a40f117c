"""What a guideline found in a story, and how much it weighs."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    BLOCK = "block"  # may not go out unless two people set it aside, each with a reason
    WARN = "warn"  # may go out when one person waives it with a reason
    ATTEST = "attest"  # a question that a named person answers for this story
    NOTE = "note"  # worth knowing; stops nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, one place. `start` and `end` are code points of the field as submitted, or None."""

    rule: str
    family: str
    level: Level
    where: str  # text | program | photo | video | people
    index: int  # which photo, video or person; 0 for text
    start: int | None
    end: int | None
    evidence: str | None
    says: str
    why: str
    cite: str
    instead: str = ""
