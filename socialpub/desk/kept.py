"""What preparing a story takes, and how what it leaves is written down. Does nothing by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from socialpub.desk.damaged import Pauses
from socialpub.media.shelf import Shelf
from socialpub.model.finding import Finding, Level
from socialpub.model.limits import Limits
from socialpub.policy.packs import Packs
from socialpub.settings import Department
from socialpub.store.database import Database


@dataclass(frozen=True, slots=True)
class Workshop:
    """What preparing takes: the spool's media, the packs in force, each network's limits, who we are."""

    db: Database
    shelf: Shelf
    packs: Callable[[], Packs]
    limits: Mapping[str, Limits]
    department: Department
    public: bool = False  # whether photos can be given a public address
    pauses: Pauses = field(default_factory=Pauses)


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendition on the shelf, and the SHA-256 of the original that it was made of."""

    asset: str
    sha256: str
    mime: str
    width: int
    height: int
    size: int


def trouble(where: str, level: Level, index: int, says: str) -> Finding:
    why = "It was found while the posts were prepared."
    return Finding(
        f"prepare.{where}", f"prepare.{where}", level, where, index, None, None, None, says, why, "socialpub"
    )
