"""Makes a submitted story ready for review: renditions, one post per channel, and what the guidelines find.

The slow work happens outside a transaction; what it gave is written in one. A second run gives the same.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from socialpub import crash
from socialpub.compose.post import compose
from socialpub.compose.refusal import CannotCompose, NoVideo
from socialpub.compose.tidy import tidy
from socialpub.desk import damaged, find
from socialpub.desk.kept import Kept, Workshop, trouble
from socialpub.desk.telling import story_waits
from socialpub.desk.videos import VideoWork, video_work, videos_for
from socialpub.media.apart import render
from socialpub.media.refusal import MediaDamaged, MediaRefused
from socialpub.media.render import Rendition as Rendered
from socialpub.model.document import StoryDocument
from socialpub.model.finding import Finding, Level
from socialpub.model.limits import Limits
from socialpub.model.people import DAEMON
from socialpub.model.post import Media, Post, encode
from socialpub.model.states import StoryState
from socialpub.policy.packs import Packs
from socialpub.policy.screen import screen
from socialpub.store.moves import move
from socialpub.store.schema import AGENCY, Asset, Channel, FoundRow, PostRow, Rendition, Revision, Screening, Story
from socialpub.store.transaction import Transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """A revision as values, so that no session is held while pictures are made."""

    story: str
    revision: str
    document: StoryDocument
    photos: Sequence[tuple[int, str]]  # position in the document, SHA-256 of the original
    videos: VideoWork
    channels: Sequence[tuple[str, str, str]]  # id, name, platform


@dataclass(frozen=True, slots=True)
class _Made:
    posts: Mapping[str, tuple[Post, tuple[str, ...]]]  # by channel id
    renditions: Sequence[Kept]
    findings: Sequence[Finding]
    packs: str
    at: datetime  # when it was begun: should midnight pass meanwhile, it is screened again


def prepare_submitted(shop: Workshop) -> int:
    """Prepare every submitted story, the oldest first; gives how many.

    One that cannot be prepared stops no other; its error is raised when all had their turn. One whose files are
    damaged waits with the reason, is tried again ever later, and is no error of this stage.
    """
    with shop.db.reading() as session:
        waiting = select(Story.id).where(Story.state == StoryState.SUBMITTED).order_by(Story.changed_at)
        stories = session.scalars(waiting).all()
    troubles = []
    for story in stories:
        if shop.pauses.waits(story, shop.db.clock()):
            continue
        try:
            prepare(shop, story)
            shop.pauses.over(story)
        except MediaDamaged as damage:
            shop.pauses.longer(story, shop.db.clock())
            damaged.stop(shop.db, story, damage)
        except Exception as error:
            log.exception("story %s cannot be prepared", story)
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return len(stories)


def prepare(shop: Workshop, story_id: str) -> None:
    """Take a submitted story; leave it in review, with posts, renditions and findings."""
    with shop.db.reading() as session:
        work = _read(session, story_id)
    made = _make(shop, work)
    crash.point("prepare.before")
    with shop.db.transaction() as tx:
        story = tx.session.get_one(Story, story_id)
        if story.state == StoryState.SUBMITTED and find.newest(tx.session, story).id == work.revision:
            _write(tx, work, made)
            move(tx, story, StoryState.IN_REVIEW, by=DAEMON)
            story_waits(tx, story, work.document.urgency)
    crash.point("prepare.after")


def _read(session: Session, story_id: str) -> _Work:
    story = session.get_one(Story, story_id)
    revision = find.newest(session, story)
    document = StoryDocument.model_validate(revision.document)
    assets = session.scalars(select(Asset).where(Asset.revision_id == revision.id, Asset.kind == "photo"))
    photos = sorted((asset.position, asset.sha256) for asset in assets)
    videos = video_work(session, revision.id)
    return _Work(story_id, revision.id, document, photos, videos, _channels(session, document))


def _channels(session: Session, document: StoryDocument) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(Channel).where(Channel.removed_at.is_(None)).order_by(Channel.name)).all()
    return [
        (row.id, row.name, row.platform) for row in rows if document.channels is None or row.name in document.channels
    ]


def _make(shop: Workshop, work: _Work) -> _Made:
    packs, at = shop.packs(), shop.db.clock()
    rendered, troubles = _render(shop, work)
    videos = videos_for(shop, work.document, work.videos, {platform for _, _, platform in work.channels})
    troubles += videos.findings
    posts: dict[str, tuple[Post, tuple[str, ...]]] = {}
    for channel, name, platform in work.channels:
        photos = [_media(work.document, position, made[platform]) for position, made in rendered.items()]
        try:
            media = [*videos.media[platform], *photos]
            _must_be_reached(shop, shop.limits[platform], media)
            composed = compose(work.document, shop.limits[platform], media)
            posts[channel] = composed.post, (*composed.notes, *videos.notes[platform])
        except CannotCompose as error:
            level = _weight(error, work.document)
            troubles.append(trouble("post", level, 0, f"{name} will not get this story: {error}"))
    findings = [*screened(work.document, shop, packs, videos.spoken), *troubles]
    return _Made(posts, [*_kept_photos(work, rendered), *videos.kept], findings, packs.version, at)


def _weight(error: CannotCompose, document: StoryDocument) -> Level:
    """Nobody has to say yes to it that a story of photos is no video, unless that channel was asked for by name."""
    return Level.NOTE if isinstance(error, NoVideo) and document.channels is None else Level.WARN


def _kept_photos(work: _Work, rendered: Mapping[int, Mapping[str, Rendered]]) -> list[Kept]:
    return [
        Kept(sha, each.sha256, each.mime, each.width, each.height, len(each.data))
        for position, sha in work.photos
        for each in rendered.get(position, {}).values()
    ]


def _must_be_reached(shop: Workshop, limits: Limits, media: Sequence[Media]) -> None:
    """A network that fetches photos must have a place to fetch them from. Raises CannotCompose."""
    if limits.fetches_media and media and not shop.public:
        raise CannotCompose(
            f"{limits.label} fetches photos from a public address, and none is set up",
            "have an administrator set [public] in settings.toml",
        )


def screened(
    document: StoryDocument, shop: Workshop, packs: Packs, spoken: Mapping[int, str] | None = None
) -> list[Finding]:
    """Findings in the words as told, and in the words as they will be shown: hidden characters hide nothing.
    `spoken`: the words of the captions, by video.
    """
    as_of = shop.department.as_of or _today(shop)
    told = screen(document, shop.department, packs, as_of, spoken)
    shown = _as_shown(document)
    if shown == document or not shown.text:
        return told
    known = {(finding.rule, finding.evidence) for finding in told}
    after = screen(shown, shop.department, packs, as_of, spoken)
    # Places count in the words as told; these stand in other words, so only the evidence says where.
    return told + [replace(each, start=None, end=None) for each in after if (each.rule, each.evidence) not in known]


def _as_shown(document: StoryDocument) -> StoryDocument:
    photos = tuple(photo.model_copy(update={"alt": photo.alt and tidy(photo.alt)}) for photo in document.photos)
    videos = tuple(video.model_copy(update={"alt": video.alt and tidy(video.alt)}) for video in document.videos)
    program = document.program and tidy(document.program)
    shown = {"text": tidy(document.text), "program": program, "photos": photos, "videos": videos}
    return document.model_copy(update=shown)


def _today(shop: Workshop) -> date:
    return shop.db.clock().astimezone(shop.department.zone).date()


def _render(shop: Workshop, work: _Work) -> tuple[dict[int, Mapping[str, Rendered]], list[Finding]]:
    """Renditions by photo and platform, and what could not be made."""
    count = len(work.photos)
    platforms = {platform: shop.limits[platform].photos.of_several(count) for _, _, platform in work.channels}
    made: dict[int, Mapping[str, Rendered]] = {}
    troubles = []
    for position, sha256 in work.photos:
        try:
            made[position] = render(shop.shelf.original(sha256), platforms) if platforms else {}
        except MediaRefused as error:
            troubles.append(trouble("photo", Level.BLOCK, position, f"photo {position + 1} cannot be used: {error}"))
    for renditions in made.values():
        damaged.keep(shop.db, shop.shelf, work.story, renditions.values())
    return made, troubles


def _media(document: StoryDocument, position: int, made: Rendered) -> Media:
    alt = tidy(document.photos[position].alt or "")  # it is published like the words: nothing hides in it either
    return Media(made.sha256, made.mime, made.width, made.height, len(made.data), alt)


def _write(tx: Transaction, work: _Work, made: _Made) -> None:
    tx.session.execute(delete(PostRow).where(PostRow.revision_id == work.revision))
    for each in made.renditions:
        if tx.session.get(Rendition, (AGENCY, each.sha256)) is None:
            tx.session.add(_rendition(tx, each))
            tx.session.flush()
    for channel, (post, notes) in made.posts.items():
        row = PostRow(
            revision_id=work.revision, channel_id=channel, body=encode(post), notes=list(notes), composed_at=tx.now
        )
        tx.session.add(row)
    write_findings(tx, work.revision, made.findings, made.packs, made.at)
    tx.session.get_one(Revision, work.revision).prepared_at = tx.now
    data = {"posts": len(made.posts), "findings": len(made.findings), "packs": made.packs}
    tx.record(DAEMON, "prepare", "story", work.story, **data)


def _rendition(tx: Transaction, each: Kept) -> Rendition:
    return Rendition(
        sha256=each.sha256,
        asset_sha256=each.asset,
        mime=each.mime,
        width=each.width,
        height=each.height,
        size=each.size,
        made_at=tx.now,
    )


def write_findings(
    tx: Transaction, revision: str, findings: Sequence[Finding], packs: str, at: datetime
) -> list[FoundRow]:
    """Add the findings of the screening that was begun at `at` (UTC); what stands there already, word for word, keeps
    its number and its waivers.
    """
    screening = Screening(revision_id=revision, packs=packs, at=at)
    tx.session.add(screening)
    tx.session.flush()
    there = tx.session.scalars(select(FoundRow).where(FoundRow.revision_id == revision)).all()
    known = [row.finding for row in there]
    new = [asdict(finding) for finding in findings if asdict(finding) not in known]
    rows = [
        FoundRow(
            revision_id=revision,
            screening_id=screening.id,
            number=number,
            rule=data["rule"],
            level=data["level"],
            finding=data,
            found_at=tx.now,
        )
        for number, data in enumerate(new, start=len(there) + 1)
    ]
    tx.session.add_all(rows)
    return rows
