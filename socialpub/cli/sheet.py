"""The sheet that a reviewer reads before saying yes: all that goes out, where, when, and who is in it.

Pure: data in, words out. Whatever somebody else wrote stands behind a mark or between quotation marks, so that no
story can add a post, a finding or a waiver to its own sheet.
"""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from socialpub.cli import banner
from socialpub.cli.views import at, times_of
from socialpub.cli.visible import inline, named, quoted
from socialpub.model.document import Person, StoryDocument
from socialpub.schedule.wall import in_utc


def words(data: dict[str, Any], zone: ZoneInfo) -> str:
    document = StoryDocument.model_validate(data["document"])
    lines = banner.lines(data["stops"], zone)
    wrote = f" (written by {data['author']})" if data["author"] != data["submitter"] else ""
    state = data["state"].replace("_", " ")
    lines.append(f"Story {data['id']}: {state}, by {data['submitter']}, revision {data['revision']}{wrote}")
    lines += named("Reason", data["reason"]) if data["reason"] else []
    lines += out_before(data["out_before"])
    lines += ["", "What was told:", *quoted(document.text), *_when_and_where(document, zone)]
    lines += [line for number, person in enumerate(document.people, 1) for line in _person(number, person, data)]
    lines += [line for number in range(len(document.photos)) for line in _photo(document, number)]
    lines += [line for number in range(len(document.videos)) for line in _video(document, number)]
    lines += [line for post in data["posts"] for line in _post(post)]
    lines += [""] if data["findings"] else []
    lines += [line for each in data["findings"] for line in _finding(each, data["open_findings"])]
    lines += list(_approval(data["approval"], zone))
    lines += [line for each in data["deliveries"] for line in _delivery(each, zone)]
    lines += ["", f"Fingerprint of all this: {data['fingerprint']}"] if data["fingerprint"] else []
    return "\n".join(lines)


def out_before(rows: list[dict[str, str]]) -> list[str]:
    """What a restore knows of it: it is out, or may be, although these rows do not show it."""
    if not rows:
        return []
    listed = [line for each in rows for line in named(f"   {each['channel']}", each["says"])]
    after = "   Nothing of it goes there again before somebody looked: its delivery will need a person."
    return ["", "IT WENT OUT ALREADY, or may have, before the records were restored:", *listed, after]


def _when_and_where(document: StoryDocument, zone: ZoneInfo) -> Iterator[str]:
    yield f"Not before: {_moment(document, 'not_before', zone) or 'as soon as it is approved'}"
    yield f"Deadline: {_moment(document, 'deadline', zone) or 'none stated'}"
    yield f"Urgency: {document.urgency}"
    yield f"Event: {f'{document.when:%a %b %d %Y}' if document.when else 'none stated'}"
    if document.where:
        yield from named("Place", document.where)
    if document.program:
        yield from named("Program", document.program)
    for name in document.channels or ():
        yield from named("Only for", name)


def _moment(document: StoryDocument, key: str, zone: ZoneInfo) -> str:
    moment = getattr(document, key)
    try:
        return at(in_utc(moment, zone), zone) if moment else ""
    except ValueError:
        return f"{moment} (this cannot be meant)"


def _person(number: int, person: Person, data: dict[str, Any]) -> Iterator[str]:
    consent = {True: "consented", False: "DID NOT CONSENT", None: "nobody asked for consent"}[person.consent]
    releases = [each for each in data["files"] if each["kind"] == "release" and each["position"] == number - 1]
    there = "a release is there" if releases else "no release is there"
    yield f"Person {number}: {'MINOR, ' if person.minor else ''}{consent}, {there}"
    yield from named("  name", person.name) if person.name else ["  no name given"]
    yield from named("  role", person.role) if person.role else []
    for each in releases:
        yield from named("  release", each["name"])
        yield f"  release, SHA-256: {each['sha256']}"


def _photo(document: StoryDocument, number: int) -> Iterator[str]:
    photo = document.photos[number]
    yield from named(f"Photo {number + 1}", photo.file or "")
    if photo.description:
        yield from named("  described as", photo.description)
    if photo.contains:
        yield from named("  it shows the words", photo.contains)


def _post(post: dict[str, Any]) -> Iterator[str]:
    for number, text in enumerate(post["texts"]):
        part = f", part {number + 1} of {len(post['texts'])}" if len(post["texts"]) > 1 else ""
        yield ""
        account = f"account {inline(post['account'])}{server(post)}"
        yield f"Post for {post['channel']} ({post['platform']}, {account}){part}:"
        yield from quoted(text)
    for each in post["media"]:
        if "seconds" in each:
            yield from _video_out(each)
            continue
        yield f"   picture {each['width']}x{each['height']}, {each['mime']}, {each['size']:,} bytes: {each['file']}"
        yield from named("   alt", each["alt"]) if each["alt"] else ["   (no alt text)"]
    for key, value in (post["link_card"] or {}).items():
        yield from named(f"   link card, {key}", value)
    for name, value in post["options"]:
        yield from named(f"   option {name}", value)
    for note in post["notes"]:
        yield from named("   note", note)


def _video_out(each: dict[str, Any]) -> Iterator[str]:
    """A video as it will leave: the file to look at, and all that will be read beside it."""
    size = f"{each['width']}x{each['height']}, {each['seconds']:.0f} seconds, {each['size']:,} bytes"
    yield f"   video {size}: {each['file']}"
    yield from named("   alt", each["alt"]) if each["alt"] else ["   (no alt text)"]
    yield f"   poster: {each['poster']}" if each["poster"] else "   (no poster: the network takes a frame of its own)"
    if each["captions"]:
        yield f"   captions ({each['captions_language']}):"
        yield from quoted(each["captions"])
    else:
        yield "   (no captions)"


def _video(document: StoryDocument, number: int) -> Iterator[str]:
    video = document.videos[number]
    yield from named(f"Video {number + 1}", video.file or "")
    for label, said in (("described as", video.description), ("it sounds of", video.audio), ("music", video.music)):
        if said:
            yield from named(f"  {label}", said)
    if isinstance(video.captions, str):
        yield from named("  captions in", video.captions)
    else:
        yield "  captions: shown in the picture, says its sender" if video.captions else "  no captions"


def server(post: dict[str, Any]) -> str:
    """Which server a post goes to, where it is another than the network's own."""
    if not post["base_url"]:
        return ""
    said = " on" if post["real"] else ", not the real network but"
    return f"{said} {inline(post['base_url'])}"


def _finding(finding: dict[str, Any], still_open: list[int]) -> Iterator[str]:
    number = finding["number"]
    state = "OPEN" if number in still_open else "answered" if finding["level"] != "note" else "for your information"
    yield f"Finding {number} ({finding['level']}, {state}):"
    yield from quoted(f"{finding['says']} {finding['why']} ({finding['cite']})")
    if finding["evidence"]:
        yield from named("   it is about", finding["evidence"])
    if finding["instead"]:
        yield from named("   instead", finding["instead"])
    if finding["waived_by"]:
        yield f"   set aside by {', '.join(finding['waived_by'])}"
    if finding["attested"]:
        yield from named(f"   {finding['attested']['by']} answers", finding["attested"]["answer"])


def _approval(approval: dict[str, Any] | None, zone: ZoneInfo) -> Iterator[str]:
    if approval is None:
        return
    yield ""
    yield f"Approved by {approval['by']} at {at(approval['at'], zone)}, revision {approval['revision']}:"
    for each in approval["posts"]:
        start, end = at(each["not_before"], zone), at(each["deadline"], zone)
        yield f"   {each['channel']}: planned for {at(each['planned_at'], zone)}, between {start} and {end}"


def _delivery(row: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    held = ", HELD" if row["held"] else ""
    yield f"Delivery {row['id']} on {row['channel']}: {row['state'].replace('_', ' ')}{held}, {times_of(row, zone)}"
    for because in row["held"]:
        yield from named("   held", because)
    for each in row["receipts"]:
        yield from named("   it is", each["url"] or each["remote_id"])
    if row["reason"]:
        yield from named("   reason", row["reason"])
