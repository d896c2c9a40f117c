"""Hands over records: one story, or every story of a span of days, with the exact bytes and how to check them.

It reads the database and the shelf, writes one new folder, and leaves one event: who took what. No credentials.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from socialpub.model.people import Actor
from socialpub.model.post import canonical, encode
from socialpub.records.facts import events_about, rendition_hashes, story_facts
from socialpub.records.packet import README, Packet, as_json, new_packet, seal
from socialpub.records.readme import words
from socialpub.records.refusal import RecordsError
from socialpub.records.shelves import RENDITIONS, at, room_of
from socialpub.store.database import Database
from socialpub.store.schema import AGENCY, Agency, Delivery, Event, Receipt, Story, Submission

#: So that a double click opens the file. What is not listed keeps its hash alone as its name.
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "application/x-subrip": ".srt",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/vtt": ".vtt",
}

#: Whoever asks for more asks for everything; the calendar's own ends cannot be turned into UTC.
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Exported:
    """`manifest`: SHA-256 of manifest.json, kept in the records. `troubles`: what is missing, in words."""

    folder: Path
    stories: tuple[str, ...]
    files: int
    manifest: str
    troubles: tuple[str, ...]


def export_story(db: Database, shelf_root: Path, story_id: str, to: Path, *, by: Actor) -> Exported:
    """Everything about one story, in the new folder `to`. `shelf_root` is the spool's media folder."""

    def chosen(session: Session) -> Sequence[Story]:
        story = session.get(Story, story_id)
        if story is None:
            raise RecordsError(f"there is no story {story_id}; `socialpub queue` lists them [SP092]")
        return [story]

    return _export(db, shelf_root, to, by, chosen, {"story": story_id})


def export_range(
    db: Database, shelf_root: Path, first: date, last: date, zone: ZoneInfo, to: Path, *, by: Actor
) -> Exported:
    """Every story submitted or delivered from `first` to `last`, both days included, in department days."""
    if last < first:
        raise RecordsError(f"the last day, {last}, is before the first, {first}; give them in order [SP092]")
    start = datetime.combine(max(first, _FIRST), time.min, zone)
    end = datetime.combine(min(last, _LAST) + timedelta(days=1), time.min, zone)
    asked = {"first": first.isoformat(), "last": last.isoformat(), "zone": zone.key}
    return _export(db, shelf_root, to, by, lambda session: _between(session, start, end), asked)


def _between(session: Session, start: datetime, end: datetime) -> Sequence[Story]:
    submitted = select(Submission.story_id).where(Submission.received_at >= start, Submission.received_at < end)
    delivered = (
        select(Delivery.story_id)
        .join(Receipt, Receipt.delivery_id == Delivery.id)
        .where(Receipt.at >= start, Receipt.at < end)
    )
    wanted = or_(Story.id.in_(submitted), Story.id.in_(delivered))
    return session.scalars(select(Story).where(wanted).order_by(Story.created_at, Story.id)).all()


def _export(
    db: Database,
    shelf_root: Path,
    to: Path,
    by: Actor,
    choose: Callable[[Session], Sequence[Story]],
    asked: dict[str, str],
) -> Exported:
    made_at = encode(db.clock())
    with new_packet(to) as packet:
        files: dict[str, tuple[Path, str]] = {}
        with db.reading() as session:
            ids = [story.id for story in choose(session)]
            for story_id in ids:
                folder = "" if "story" in asked else f"stories/{story_id}/"
                files |= _write_story(session, packet, shelf_root, story_id, folder)
            chain = _chain(session)
        for name, (source, sha256) in sorted(files.items()):  # after the session: copying must hold no lock
            packet.copy(source, name, sha256)
        about = {"made_at": made_at, "by": by.name, "asked": asked, "stories": ids, "chain": chain}
        packet.write(README, words(about, packet.troubles).encode())
        manifest = seal(packet, about)
        _record(db, by, asked, ids, manifest)  # before it appears: nobody takes records without its being noted
    return Exported(to, tuple(ids), len(packet.files), manifest, packet.troubles)


def _write_story(
    session: Session, packet: Packet, shelf_root: Path, story_id: str, folder: str
) -> dict[str, tuple[Path, str]]:
    """The story's words and events; which files it takes: their name in the packet, where they lie, their hash."""
    facts = story_facts(session, session.get_one(Story, story_id))
    packet.write(f"{folder}story.json", as_json(facts))
    packet.write(f"{folder}events.jsonl", b"".join(_line(event) for event in events_about(session, facts)))
    return _files(facts, shelf_root)


def _files(facts: dict[str, Any], shelf_root: Path) -> dict[str, tuple[Path, str]]:
    types = {row["sha256"]: row["mime"] for row in facts["renditions"]}
    wanted = [(RENDITIONS, sha256, types.get(sha256, "")) for sha256 in rendition_hashes(facts)]
    for revision in facts["revisions"]:
        wanted += [(room_of(asset["kind"]), asset["sha256"], asset["mime"]) for asset in revision["assets"]]
    return {
        f"{room}/{sha256}{_ENDINGS.get(mime, '')}": (at(shelf_root, (room, sha256)), sha256)
        for room, sha256, mime in wanted
    }


def _line(event: Event) -> bytes:
    """One event in the very form its hash covers, with that hash added."""
    fields = {column.key: encode(getattr(event, column.key)) for column in Event.__table__.columns}
    return canonical(fields) + b"\n"


def _chain(session: Session) -> dict[str, Any]:
    agency = session.get_one(Agency, AGENCY)
    return {"events": agency.chain_length, "head": agency.chain_head}


def _record(db: Database, by: Actor, asked: dict[str, str], ids: Sequence[str], manifest: str) -> None:
    """Who took what: one event, under the story itself or, for a span of days, under the records."""
    with db.transaction() as tx:
        if "story" in asked:
            tx.record(by, "export", "story", asked["story"], manifest=manifest)
        else:
            tx.record(
                by, "export", "records", f"{asked['first']}/{asked['last']}", manifest=manifest, stories=len(ids)
            )
