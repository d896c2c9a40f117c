"""A story's videos while it is prepared: a rendition for each network that takes one, its captions, its poster.

Opens no session while it works. What one network cannot show is left out there and said; what nobody can decode is a
block.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.kept import Kept, Workshop, trouble
from socialpub.media import captions
from socialpub.media.captions import Cue
from socialpub.media.refusal import MediaRefused
from socialpub.media.shelf import Shelf
from socialpub.media.sniff import MP4
from socialpub.media.video.apart import examine, poster, render
from socialpub.media.video.facts import Facts
from socialpub.media.video.plan import DoesNotFit, Plan, plans
from socialpub.media.video.unmarked import Shown
from socialpub.model.document import StoryDocument
from socialpub.model.finding import Finding, Level
from socialpub.model.limits import Limits, VideoLimits
from socialpub.model.post import Media
from socialpub.store.schema import Asset


@dataclass(frozen=True, slots=True)
class VideoWork:
    """SHA-256 of each original by its place in the document, and of its captions with their file's name."""

    films: Mapping[int, str]
    captions: Mapping[int, tuple[str, str]]


@dataclass(slots=True)
class Videos:
    """What became of them: by platform what its posts may show, and what was left out there."""

    media: dict[str, list[Media]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: list[Kept] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    spoken: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _One:
    """One video: its place in the document, its original, and its captions if it has any."""

    position: int
    sha256: str
    facts: Facts
    alt: str
    cues: Sequence[Cue]
    captions: tuple[str, str]  # SHA-256 of the original, name of the file

    @property
    def name(self) -> str:
        return f"video {self.position + 1}"


Made = tuple[str, int, Shown]  # SHA-256, bytes, what it shows


def video_work(session: Session, revision: str) -> VideoWork:
    """The videos and captions of a revision."""
    rows = session.scalars(select(Asset).where(Asset.revision_id == revision)).all()
    films = {row.position: row.sha256 for row in rows if row.kind == "video"}
    told = {row.position: (row.sha256, row.name) for row in rows if row.kind == "captions"}
    return VideoWork(films, told)


def spoken_in(shelf: Shelf, work: VideoWork) -> dict[int, str]:
    """The words of the captions, by video."""
    return {position: captions.words(_cues(shelf, sha256)) for position, (sha256, _) in work.captions.items()}


def _cues(shelf: Shelf, sha256: str) -> Sequence[Cue]:
    return captions.parse(shelf.original(sha256).read_bytes())


def videos_for(shop: Workshop, document: StoryDocument, work: VideoWork, platforms: set[str]) -> Videos:
    """Renditions on the shelf for every platform that takes videos, and everything to be said about them."""
    done = Videos(spoken=spoken_in(shop.shelf, work))
    taking = {name: shop.limits[name] for name in sorted(platforms) if shop.limits[name].videos is not None}
    for position, sha256 in sorted(work.films.items()):
        told = work.captions.get(position)
        try:
            facts = examine(shop.shelf.original(sha256))
            cues = _cues(shop.shelf, told[0]) if told else ()
            if told:
                captions.must_fit(cues, facts.seconds)
            alt = document.videos[position].alt or ""
            _one(shop.shelf, _One(position, sha256, facts, alt, cues, told or ("", "")), taking, done)
        except MediaRefused as error:
            says = f"video {position + 1} cannot be used: {error}"
            done.findings.append(trouble("video", Level.BLOCK, position, says))
    return done


def _one(shelf: Shelf, one: _One, taking: Mapping[str, Limits], done: Videos) -> None:
    made: dict[tuple[Plan, ...], Made] = {}  # networks of like limits share a rendition
    for platform, limits in taking.items():
        if limits.videos is None or one.position >= limits.videos.most:
            continue  # the composing room says that it was left out
        try:
            tries = tuple(plans(one.facts, shelf.original(one.sha256).stat().st_size, limits.videos))
            if tries not in made:
                made[tries] = _rendered(shelf, one, limits.videos)
        except DoesNotFit as error:
            _left_out(one, limits.label, error, platform, done)
            continue
        done.media[platform].append(_media(shelf, one, limits, made[tries], done))


def _rendered(shelf: Shelf, one: _One, limits: VideoLimits) -> Made:
    return shelf.make_rendition(partial(render, shelf.original(one.sha256), one.facts, limits))


def _left_out(one: _One, label: str, error: DoesNotFit, platform: str, done: Videos) -> None:
    says = f"{one.name} is left out on {label}: {error}"
    done.findings.append(trouble("video", Level.WARN, one.position, says))
    done.notes[platform].append(f"{says[0].upper()}{says[1:]}.")


def _media(shelf: Shelf, one: _One, limits: Limits, made: Made, done: Videos) -> Media:
    sha256, size, shown = made
    done.kept.append(Kept(one.sha256, sha256, MP4, shown.width, shown.height, size))
    told, language = _captions(shelf, one, limits, done)
    still = _poster(shelf, one, limits, sha256, done)
    return Media(sha256, MP4, shown.width, shown.height, size, one.alt, told, language, still)


def _captions(shelf: Shelf, one: _One, limits: Limits, done: Videos) -> tuple[str, str]:
    """SHA-256 and language of the captions in the network's format; both empty where it takes none."""
    kind = limits.videos.captions if limits.videos else "none"
    if not one.cues or kind == "none":
        if one.cues:
            done.notes[limits.name].append(f"The captions of {one.name} are left out: {limits.label} takes none.")
        return "", ""
    data = captions.as_vtt(one.cues) if kind == "vtt" else captions.as_srt(one.cues)
    sha256, name = shelf.keep_rendition(data), one.captions[1]
    mime = captions.VTT if kind == "vtt" else captions.SRT
    done.kept.append(Kept(one.captions[0], sha256, mime, 0, 0, len(data)))
    return sha256, captions.language_of(name)


def _poster(shelf: Shelf, one: _One, limits: Limits, sha256: str, done: Videos) -> str:
    if limits.videos is None or not limits.videos.poster:
        return ""
    still = poster(shelf.rendition(sha256), limits.photos)
    kept = shelf.keep_rendition(still.data)
    done.kept.append(Kept(one.sha256, kept, still.mime, still.width, still.height, len(still.data)))
    return kept
