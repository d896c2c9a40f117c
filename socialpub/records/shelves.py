"""Where media lie by hash: `ROOM/ab/abcd…`, the same in the spool and in a backup. Reads names, writes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.store.schema import Asset, Rendition

ORIGINALS, EVIDENCE, RENDITIONS = "originals", "evidence", "renditions"
ROOMS = (ORIGINALS, EVIDENCE, RENDITIONS)

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

#: A file by its room and its SHA-256.
Shelved = tuple[str, str]


def known(room: object, sha256: object) -> bool:
    """Whether this can be a place on a shelf; what a manifest says is not trusted."""
    return room in ROOMS and isinstance(sha256, str) and _HASH.fullmatch(sha256) is not None


def at(root: Path, shelved: Shelved) -> Path:
    room, sha256 = shelved
    return root / room / sha256[:2] / sha256


def shelved_under(root: Path) -> Iterator[Shelved]:
    """Every whole file on the shelf; half copies and strangers are passed over."""
    for room in ROOMS:
        for path in sorted((root / room).glob("??/*")):
            if known(room, path.name) and path.is_file() and not path.is_symlink():
                yield room, path.name


def room_of(kind: str) -> str:
    """The room of an asset: signed papers are evidence; photos, videos and captions are originals."""
    return EVIDENCE if kind == "release" else ORIGINALS


def named_in(session: Session) -> set[Shelved]:
    """What the database says must be there: everything received, and every rendition that was approved."""
    received = {(room_of(kind), sha256) for kind, sha256 in session.execute(select(Asset.kind, Asset.sha256))}
    frozen = session.scalars(select(Rendition.sha256).where(Rendition.frozen_at.is_not(None)))
    return received | {(RENDITIONS, sha256) for sha256 in frozen}
