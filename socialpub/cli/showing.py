"""`socialpub show` as plain data: everything about a story or a delivery. Reads only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.cli import banner, sheet, views
from socialpub.desk import find
from socialpub.desk.declined import Declined
from socialpub.desk.findings import open_findings, waived_by
from socialpub.desk.seen import files_of, fingerprint, posts_of
from socialpub.media.shelf import RENDITIONS
from socialpub.media.video.unmarked import seconds_of
from socialpub.model.limits import Limits
from socialpub.model.states import DeliveryState
from socialpub.platforms.address import is_real
from socialpub.store.out_before import out_before
from socialpub.store.schema import (
    Approval,
    ApprovedPost,
    Asset,
    Attestation,
    Channel,
    Delivery,
    FoundRow,
    PostRow,
    Revision,
    Story,
)


def anything(
    session: Session, name: str, zone: ZoneInfo, media: Path, limits: Mapping[str, Limits]
) -> tuple[dict[str, Any], str]:
    """A story or a delivery, whichever has this id. `media`: where the spool keeps pictures."""
    try:
        row = find.story(session, name)
    except find.Several:
        raise
    except Declined as no_story:
        try:
            return views.delivery(session, find.delivery(session, name), zone)
        except find.Several:
            raise
        except Declined:
            raise no_story from None
    data = story(session, row, media, limits)
    return data, sheet.words(data, zone)


def story(session: Session, row: Story, media: Path, limits: Mapping[str, Limits]) -> dict[str, Any]:
    revision = find.newest(session, row)
    posts = [_post(session, post, media, limits) for post in posts_of(session, revision)]
    return {
        "id": row.id,
        "state": row.state.value,
        "stops": banner.read(session, [post["channel"] for post in posts]),
        "submitter": row.submitter,
        "revision": row.revision,
        "author": revision.author,
        "reason": row.reason,
        "document": revision.document,
        "files": [_file(each) for each in files_of(session, revision)],
        "fingerprint": fingerprint(session, revision),
        "posts": posts,
        "findings": [_finding(session, each) for each in find.findings(session, revision)],
        "open_findings": [each.number for each in open_findings(session, row, revision)],
        "out_before": out_before_restore(session, row.id),
        "approval": _approval(session, row),
        "deliveries": [views.delivery_row(session, each) for each in _deliveries_of(session, row)],
        "events": views.events(session, row.id),
    }


def out_before_restore(session: Session, story: str) -> list[dict[str, str]]:
    """Where it went out, or may have, by what a restore noted; what was confirmed since is in its deliveries."""
    query = select(Delivery.channel_id).where(Delivery.story_id == story, Delivery.state == DeliveryState.DELIVERED)
    settled = set(session.scalars(query))
    found = {channel: out for (_, channel), out in out_before(session, [story]).items() if channel not in settled}
    names = {channel: session.get_one(Channel, channel).name for channel in found}
    return [{"channel": names[each], "says": found[each].words} for each in sorted(found, key=lambda id_: names[id_])]


def _deliveries_of(session: Session, row: Story) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.story_id == row.id).order_by(Delivery.created_at)))


def _file(row: Asset) -> dict[str, Any]:
    return {"kind": row.kind, "position": row.position, "name": row.name, "sha256": row.sha256, "size": row.size}


def _post(session: Session, post: PostRow, media: Path, limits: Mapping[str, Limits]) -> dict[str, Any]:
    channel = session.get_one(Channel, post.channel_id)
    return {
        "channel": channel.name,
        "platform": channel.platform,
        "account": channel.account,
        "base_url": channel.base_url,
        "real": is_real(channel.base_url, limits.get(channel.platform)),
        "texts": post.body["texts"],
        "link_card": post.body["link_card"],
        "options": post.body["options"],
        "media": [_media(each, media) for each in post.body["media"]],
        "notes": post.notes,
    }


def _media(each: dict[str, Any], media: Path) -> dict[str, Any]:
    """A picture or a video as it will leave, and where to look at it; of a video also what is heard."""
    place = _place(media, each["sha256"])
    shown = each | {"file": str(place)}
    if each["mime"].startswith("video/"):
        shown["seconds"] = seconds_of(place)
        shown["poster"] = str(_place(media, each["poster_sha256"])) if each["poster_sha256"] else ""
        shown["captions"] = _read(_place(media, each["captions_sha256"])) if each["captions_sha256"] else ""
    return shown


def _read(path: Path) -> str:
    """The captions as they will leave. They were written by us, as UTF-8."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        return f"(they cannot be read: {error.strerror})"


def _place(media: Path, sha256: str) -> Path:
    return media / RENDITIONS / sha256[:2] / sha256


def _finding(session: Session, row: FoundRow) -> dict[str, Any]:
    answer = session.scalar(select(Attestation).where(Attestation.finding_id == row.id))
    attested = {"by": answer.person, "answer": answer.answer} if answer else None
    return {"number": row.number, **row.finding, "waived_by": waived_by(session, row), "attested": attested}


def _approval(session: Session, row: Story) -> dict[str, Any] | None:
    """The approval in force, with the times it is for."""
    approval = session.scalar(select(Approval).where(Approval.story_id == row.id, Approval.fell_at.is_(None)))
    if approval is None:
        return None
    posts = session.execute(
        select(ApprovedPost, Channel.name)
        .join(PostRow, PostRow.id == ApprovedPost.post_id)
        .join(Channel, Channel.id == PostRow.channel_id)
        .where(ApprovedPost.approval_id == approval.id)
        .order_by(Channel.name)
    )
    times = [
        {"channel": name, "planned_at": each.planned_at, "not_before": each.not_before, "deadline": each.deadline}
        for each, name in posts
    ]
    revision = session.get_one(Revision, approval.revision_id).number
    return {"by": approval.approver, "at": approval.at, "revision": revision, "posts": times}
