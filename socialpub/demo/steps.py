"""The steps of the demo. Each says its number, does or awaits one thing, and says what came of it."""

from collections.abc import Sequence

from socialpub.demo import home, reading, review, town
from socialpub.demo.cast import OFFICER, PEOPLE, PIO, REVIEWER
from socialpub.demo.reading import Found, Photo, Sent, Told
from socialpub.demo.stage import Stage
from socialpub.demo.waiting import DemoFailed
from socialpub.desk.times import PlannedPost
from socialpub.media.refusal import MediaRefused
from socialpub.media.unmarked import must_be_unmarked
from socialpub.model.states import DeliveryState, StoryState
from socialpub.schedule.wall import to_wall
from socialpub.store.schema import Asset

#: A delivery in one of these will not be delivered by waiting.
_STUCK = frozenset({DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.NEEDS_PERSON})

Plan = list[tuple[Told, Sequence[PlannedPost]]]


def set_up(stage: Stage) -> None:
    town.add_people(stage.app)
    channels = town.add_channels(stage.app, stage.sandbox)
    people = ", ".join(f"{name} ({role.value})" for name, role in PEOPLE.items())
    stage.say(f"   People, all invented: {people}. You are {OFFICER}.")
    stage.say(f"   Channels: {', '.join(sorted(channels))}. The networks are stand-ins on {stage.sandbox.url}")


def inbox(stage: Stage) -> None:
    stage.say(f"\n1. Inbox. {OFFICER} puts {len(town.stories())} stories into {stage.app.spool / 'inbox'}")
    for story in town.stories():
        files = ", ".join(f"{file.name} ({_kb(file.stat().st_size)})" for file in sorted(story.iterdir()))
        stage.say(f"   {story.name:16} {files}")
        town.drop(stage.app, story)
    stage.app.wake()


def screening(stage: Stage) -> list[Told]:
    """Until the daemon has taken all in, made posts and pictures of them, and asked the guidelines."""
    stage.say("\n2. Screening. The daemon takes them in, and reads each against the content guidelines")
    stories = stage.watch.until(lambda: _all_in_review(stage), "six stories in review")
    for story in stories:
        stage.say(f"   {story.name:16} {f'{len(story.findings)} found:' if story.findings else 'nothing found'}")
        for found in story.findings:
            stage.say(f"      {_words(found)}")
    return stories


def _all_in_review(stage: Stage) -> list[Told] | None:
    refused = sorted(each.name for each in (stage.app.spool / "corrupt").glob("*.reason.txt"))
    if refused:
        raise DemoFailed(f"the inbox refused {refused[0].removesuffix('.reason.txt')}; see corrupt/ in the spool")
    stories = reading.stories(stage.app)
    ready = [story for story in stories if story.state is StoryState.IN_REVIEW]
    return ready if len(ready) == len(town.stories()) else None


def queue(stage: Stage, stories: Sequence[Told]) -> None:
    stage.say("\n3. Review queue. Nothing goes out before a second person has said yes to exactly these posts")
    for story in stories:
        stage.say(f"   {story.name:16} fingerprint {story.fingerprint}  {story.text[:60]}…")
        for note in story.notes:
            stage.say(f"      note: {note}")


def approval(stage: Stage, stories: Sequence[Told]) -> Plan:
    stage.say(f"\n4. Approval. {REVIEWER} looks at each; {OFFICER} could not, nobody approves their own story")
    plan = []
    for story in stories:
        if review.is_returned(story):
            stage.say(f"   {story.name:16} RETURNED to {OFFICER}, who is told why:")
            for line in review.return_it(stage.app, story).splitlines():
                stage.say(f"      {line}")
        else:
            plan.append((story, _approve(stage, story)))
    return plan


def _approve(stage: Stage, story: Told) -> Sequence[PlannedPost]:
    for found, reason in review.waive_warnings(stage.app, story):
        stage.say(f"   {story.name:16} finding {found.number} ({found.level.value}) set aside: {reason}")
    planned = review.approve_it(stage.app, story)
    digests = ", ".join(f"{each.channel.name} {each.digest[:12]}" for each in _in_order(planned))
    stage.say(f"   {story.name:16} approved, digests: {digests}")
    return planned


def _in_order(planned: Sequence[PlannedPost]) -> list[PlannedPost]:
    return sorted(planned, key=lambda each: each.channel.name)


def renditions(stage: Stage, plan: Plan) -> None:
    stage.say("\n5. Renditions. Only new pictures leave, upright, with nothing in the file beside the picture")
    for story, _ in plan:
        photos = reading.photos(stage.app, story.id)
        if not photos:
            raise DemoFailed(f"no picture was made for {story.name}")
        for photo in photos:
            stage.say(f"   {photo.original.name:16} {_before(stage, photo.original)} -> {_after(stage, photo)}")


def _before(stage: Stage, original: Asset) -> str:
    """What came in. A photo from a phone says more than it shows."""
    data = stage.app.shelf.original(original.sha256).read_bytes()
    kind = original.mime.removeprefix("image/").upper()
    try:
        must_be_unmarked(data, original.mime)
    except MediaRefused:
        return f"{kind} {_kb(original.size)}, with its camera's notes (place, serial number)"
    return f"{kind} {_kb(original.size)}"


def _after(stage: Stage, photo: Photo) -> str:
    must_be_unmarked(stage.app.shelf.read_rendition(photo.made.sha256), photo.made.mime)
    size = f"{photo.made.width} x {photo.made.height}"
    return f"JPEG {size}, {_kb(photo.made.size)}, no notes, frozen as {photo.made.sha256[:12]}"


def schedule(stage: Stage, plan: Plan) -> None:
    stage.say("\n6. Schedule. Each post has its time, in department time, and a deadline after which it is too late")
    zone = stage.app.zone
    for story, planned in plan:
        times = [f"{each.channel.name} {to_wall(each.planned_at, zone):%H:%M:%S}" for each in _in_order(planned)]
        stage.say(f"   {story.name:16} {', '.join(times)}")


def delivery(stage: Stage, plan: Plan) -> list[Sent]:
    """Until everything that was approved is delivered; says each as it arrives."""
    stage.say("\n7. Delivered. Exactly the approved bytes, exactly once; the address is the network's own")
    names = {story.id: story.name for story, _ in plan}
    expected = sum(len(planned) for _, planned in plan)
    said: set[str] = set()

    def look() -> list[Sent] | None:
        sent = reading.deliveries(stage.app)
        _refuse_stuck(sent, names)
        done = [each for each in sent if each.state is DeliveryState.DELIVERED]
        for each in done:
            if each.id not in said:
                said.add(each.id)
                stage.say(f"   {names[each.story]:16} {each.channel:10} {each.address}")
        return done if len(done) == expected else None

    return stage.watch.until(look, f"{expected} deliveries delivered")


def _refuse_stuck(sent: Sequence[Sent], names: dict[str, str]) -> None:
    for each in sent:
        if each.state in _STUCK:
            state = each.state.value.replace("_", " ")
            raise DemoFailed(f"{names[each.story]} on {each.channel}: {state}: {each.reason}")


def invite(stage: Stage) -> None:
    """What one can look at and try while it runs."""
    command = f"{home.program()} --settings {stage.folder / 'settings.toml'}"
    for line in (
        "\nIt goes on running. Look at it:",
        f"   what the public sees      {stage.sandbox.url}/",
        f"   is the daemon well        {stage.pages}/healthz",
        f"   what it counts            {stage.pages}/metrics",
        "Try it, in another terminal:",
        f"   {command} queue",
        f"   {command} deliveries",
        f"   {command} hold --all --because 'critical incident' --as {PIO}",
        "Ctrl-C ends it.",
    ):
        stage.say(line)


def _words(found: Found) -> str:
    evidence = f' "{found.finding["evidence"]}"' if found.finding["evidence"] else ""
    instead = f" Instead: {found.finding['instead']}" if found.finding["instead"] else ""
    return f"{found.number}. {found.level.value}:{evidence} {found.finding['says']}{instead}"


def _kb(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"
