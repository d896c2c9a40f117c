"""What is handed over is whole, can be checked by a stranger, and holds no credential."""

import errno
import hashlib
import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from socialpub.model.states import DeliveryState
from socialpub.records.export import Exported, export_range, export_story
from socialpub.records.refusal import RecordsError
from socialpub.store.database import Database
from socialpub.store.schema import Event, Hold, HoldRelease
from tests.records.made_up import (
    AUDITOR,
    CANARY,
    ORIGINAL,
    RELEASE,
    RENDITION,
    START,
    SetClock,
    add_channel,
    add_story,
    approve,
    deliver,
    dispatch,
    sha,
)

ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def story(db: Database) -> str:
    """One story that went out, beside another one that did not."""
    channel = add_channel(db)
    story = add_story(db)
    delivery = dispatch(db, approve(db, story, channel, START), START, DeliveryState.SENDING)
    deliver(db, delivery)
    add_story(db, "Officer Varga coached a game.")
    return story


def exported(db: Database, spool: Path, story: str, to: Path) -> Exported:
    return export_story(db, spool / "media", story, to, by=AUDITOR)


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def lines(folder: Path, name: str = "events.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def test_a_story_with_waivers_and_two_revisions_is_told_whole(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    done = exported(db, spool, story, tmp_path / "out")
    assert (done.stories, done.troubles) == ((story,), ())
    facts = read(tmp_path / "out", "story.json")
    assert [revision["document"]["text"][-6:] for revision in facts["revisions"]] == [" bike.", "Twice."]
    block, attest = facts["revisions"][1]["findings"]
    assert {(waiver["person"], waiver["reason"]) for waiver in block["waivers"]} == {
        ("rea", "rea knows why"),
        ("pia", "pia knows why"),
    }
    assert attest["attestations"][0]["answer"] == "yes, she signed"
    assert facts["submissions"][0]["submitter"] == "jruiz"
    assert facts["revisions"][1]["screenings"][0]["packs"] == "core 1"


def test_what_was_approved_and_what_went_out_stand_beside_each_other(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    exported(db, spool, story, tmp_path / "out")
    facts = read(tmp_path / "out", "story.json")
    approval, delivery = facts["approvals"][0], facts["deliveries"][0]
    assert approval["approver"] == "rea"
    assert approval["posts"][0]["digest"] == delivery["digest"]
    assert approval["posts"][0]["deadline"] == "2026-11-21T15:00:00.000000+00:00"
    assert delivery["state"] == "delivered"
    assert delivery["attempts"][0]["steps"][0]["ids"] == {"container": "c-1"}
    assert delivery["receipts"][0]["permalink"].startswith("https://square.example/")
    assert facts["channels"][0]["account"] == "4711"


def test_a_hold_on_its_delivery_is_part_of_a_story(db: Database, spool: Path, tmp_path: Path) -> None:
    story = add_story(db)
    delivery = dispatch(db, approve(db, story, add_channel(db), START), START)
    with db.transaction() as tx:
        tx.session.add(Hold(scope="delivery", target=delivery, by="pia", because="wait for the family", since=tx.now))
    exported(db, spool, story, tmp_path / "out")
    assert read(tmp_path / "out", "story.json")["deliveries"][0]["holds"][0]["because"] == "wait for the family"


@pytest.mark.parametrize("scope", ["all", "channel"])
def test_a_wide_hold_that_delayed_it_is_part_of_a_story_with_who_let_it_go(
    db: Database, spool: Path, tmp_path: Path, clock: SetClock, scope: str
) -> None:
    channel, story = add_channel(db), add_story(db)
    before = held(db, scope, channel, "over before it began")
    let_go(db, before)
    clock.advance(hours=1)
    during = held(db, scope, channel, "a critical incident")
    clock.advance(hours=1)
    delivery = dispatch(db, approve(db, story, channel, START), START, DeliveryState.SENDING)
    clock.advance(hours=1)
    let_go(db, during)
    clock.advance(hours=1)
    deliver(db, delivery)
    clock.advance(hours=1)
    held(db, scope, channel, "later")
    held(db, "channel", add_channel(db, "elsewhere"), "another channel")
    exported(db, spool, story, tmp_path / "out")
    holds = read(tmp_path / "out", "story.json")["deliveries"][0]["holds"]
    assert [hold["because"] for hold in holds] == ["a critical incident"]
    assert [release["person"] for release in holds[0]["releases"]] == ["pia", "cora"]
    told = [(event["verb"], event["data"]) for event in lines(tmp_path / "out") if event["actor"] == "uma"]
    assert told == [("hold", {"because": "a critical incident"}), ("release", {})]


def held(db: Database, scope: str, channel: str, because: str) -> str:
    target = channel if scope == "channel" else ""
    with db.transaction() as tx:
        hold = Hold(scope=scope, target=target, by="uma", because=because, since=tx.now)
        tx.session.add(hold)
        tx.session.flush()
        tx.record(AUDITOR, "hold", scope, target or hold.id, because=because)
        return hold.id


def let_go(db: Database, hold: str) -> None:
    with db.transaction() as tx:
        row = tx.session.get_one(Hold, hold)
        row.released_at = tx.now
        tx.session.add(HoldRelease(hold_id=hold, person="pia", at=tx.now - timedelta(minutes=1)))
        tx.session.add(HoldRelease(hold_id=hold, person="cora", at=tx.now))
        tx.record(AUDITOR, "release", row.scope, row.target or hold)


def test_a_stand_down_that_is_still_on_is_part_of_what_waits(db: Database, spool: Path, tmp_path: Path) -> None:
    channel, story = add_channel(db), add_story(db)
    dispatch(db, approve(db, story, channel, START), START)
    held(db, "all", channel, "a critical incident")
    held(db, "channel", channel, "wrong logo")
    exported(db, spool, story, tmp_path / "out")
    holds = read(tmp_path / "out", "story.json")["deliveries"][0]["holds"]
    assert {hold["scope"] for hold in holds} == {"all", "channel"}
    assert [event["verb"] for event in lines(tmp_path / "out")].count("hold") == 2


def test_the_exact_bytes_are_there_by_hash_and_never_by_a_senders_file_name(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    exported(db, spool, story, tmp_path / "out")
    files = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*.*")}
    assert files[f"renditions/{sha(RENDITION)}.jpg"].read_bytes() == RENDITION
    assert files[f"originals/{sha(ORIGINAL)}.heic"].read_bytes() == ORIGINAL
    assert (tmp_path / "out" / "evidence" / sha(RELEASE)).read_bytes() == RELEASE
    assert not [name for name in files if "passwd" in name]


def test_the_events_are_the_storys_own_and_each_proves_its_hash_as_the_readme_says(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    exported(db, spool, story, tmp_path / "out")
    events = lines(tmp_path / "out")
    assert [event["verb"] for event in events] == ["submit", "approve", "dispatch", "move:delivered"]
    for event in events:
        promised = event.pop("hash")
        plain = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hashlib.sha256(plain).hexdigest() == promised
    with db.reading() as session:
        assert {event["number"] for event in events} < {row.number for row in session.query(Event)}


def test_every_file_is_in_the_manifest_and_the_usual_tool_agrees(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    done = exported(db, spool, story, tmp_path / "out")
    manifest = read(tmp_path / "out", "manifest.json")
    there = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    assert {each["path"] for each in manifest["files"]} == there - {"manifest.json", "SHA256SUMS"}
    assert done.files == len(there)
    checked = subprocess.run(("sha256sum", "-c", "--strict", "SHA256SUMS"), cwd=tmp_path / "out", check=False)
    assert checked.returncode == 0
    assert manifest["chain"]["events"] == 6
    assert manifest["missing"] == []


def test_the_export_is_in_the_records_with_the_hash_of_its_manifest(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    done = exported(db, spool, story, tmp_path / "out")
    with db.reading() as session:
        event = session.query(Event).order_by(Event.number.desc()).first()
    assert event is not None
    assert (event.verb, event.actor, event.subject_id) == ("export", "uma", story)
    assert event.data["manifest"] == done.manifest == sha((tmp_path / "out" / "manifest.json").read_bytes())


def test_the_readme_tells_a_custodian_how_to_check(db: Database, spool: Path, tmp_path: Path, story: str) -> None:
    exported(db, spool, story, tmp_path / "out")
    words = (tmp_path / "out" / "README.txt").read_text("utf-8")
    head = read(tmp_path / "out", "manifest.json")["chain"]["head"]
    for wanted in ("sha256sum -c SHA256SUMS", f"records verify --head {head}", "unredacted", "Nothing is missing"):
        assert wanted in words


def test_no_credential_is_ever_in_an_export(db: Database, spool: Path, tmp_path: Path, story: str) -> None:
    exported(db, spool, story, tmp_path / "one")
    export_range(db, spool / "media", START.date(), START.date(), ZONE, tmp_path / "all", by=AUDITOR)
    written = b"\0".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "queue" not in path.parts
    )
    assert story.encode() in written
    for canary in (CANARY, CANARY.hex().encode(), b"canary", b"hunter2"):
        assert canary not in written
    assert b"https://square.example/api" in written


def test_a_missing_file_is_named_and_the_export_goes_on(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    (spool / "media" / "originals" / sha(ORIGINAL)[:2] / sha(ORIGINAL)).unlink()
    done = exported(db, spool, story, tmp_path / "out")
    name = f"originals/{sha(ORIGINAL)}.heic"
    assert done.troubles == (f"{name}: the file is gone from the spool",)
    assert read(tmp_path / "out", "manifest.json")["missing"][0]["path"] == name
    assert name in (tmp_path / "out" / "README.txt").read_text("utf-8")
    assert (tmp_path / "out" / "renditions").is_dir()


def test_an_altered_file_is_not_passed_off_as_the_one_that_went_out(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    path = spool / "media" / "renditions" / sha(RENDITION)[:2] / sha(RENDITION)
    path.chmod(0o600)
    path.write_bytes(b"another picture")
    done = exported(db, spool, story, tmp_path / "out")
    assert "its bytes have another hash" in done.troubles[0]
    assert not list((tmp_path / "out" / "renditions").iterdir())


def test_an_unknown_story_is_declined_and_leaves_nothing(db: Database, spool: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="there is no story nowhere"):
        exported(db, spool, "nowhere", tmp_path / "out" / "deep")
    assert not list((tmp_path / "out").iterdir())


def test_a_full_folder_is_not_written_into(db: Database, spool: Path, tmp_path: Path, story: str) -> None:
    (tmp_path / "out").mkdir()
    exported(db, spool, story, tmp_path / "out")  # an empty one is
    with pytest.raises(RecordsError, match=r"not empty; name one that does not exist yet"):
        exported(db, spool, story, tmp_path / "out")
    (tmp_path / "file").write_text("", "ascii")
    with pytest.raises(RecordsError, match="not a folder"):
        exported(db, spool, story, tmp_path / "file")


def test_a_full_disk_leaves_nothing_and_says_what_to_do(
    db: Database, spool: Path, tmp_path: Path, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("socialpub.records.packet.copy_new", full)
    with pytest.raises(RecordsError, match=r"No space left.*make room"):
        exported(db, spool, story, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["queue"]


def the_day(db: Database, spool: Path, first: date, last: date, to: Path) -> tuple[str, ...]:
    return export_range(db, spool / "media", first, last, ZONE, to, by=AUDITOR).stories


def test_days_are_the_departments_and_both_are_included(
    db: Database, spool: Path, tmp_path: Path, clock: SetClock
) -> None:
    clock.now = datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC)  # still the 19th in New York
    before = add_story(db)
    clock.now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    first = add_story(db)
    clock.now = datetime(2026, 11, 22, 4, 59, 59, tzinfo=UTC)
    last = add_story(db)
    clock.now = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    after = add_story(db)
    assert the_day(db, spool, date(2026, 11, 20), date(2026, 11, 21), tmp_path / "two") == (first, last)
    assert the_day(db, spool, date(2026, 11, 19), date(2026, 11, 22), tmp_path / "all") == (
        before,
        first,
        last,
        after,
    )


def test_a_story_delivered_in_the_span_belongs_to_it_too(
    db: Database, spool: Path, tmp_path: Path, clock: SetClock
) -> None:
    story = add_story(db)
    delivery = dispatch(db, approve(db, story, add_channel(db), START), START, DeliveryState.SENDING)
    clock.advance(days=3)
    deliver(db, delivery)
    assert the_day(db, spool, date(2026, 11, 23), date(2026, 11, 23), tmp_path / "sent") == (story,)
    assert the_day(db, spool, date(2026, 11, 21), date(2026, 11, 22), tmp_path / "between") == ()


def test_a_span_has_a_folder_per_story_and_shares_the_files(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    done = export_range(db, spool / "media", START.date(), START.date(), ZONE, tmp_path / "all", by=AUDITOR)
    assert len(done.stories) == 2
    for each in done.stories:
        assert read(tmp_path / "all" / "stories" / each, "story.json")["story"]["id"] == each
        assert lines(tmp_path / "all" / "stories" / each)
    assert len(list((tmp_path / "all" / "originals").iterdir())) == 1
    with db.reading() as session:
        assert session.query(Event).filter_by(verb="export").one().data["stories"] == 2


def test_days_in_the_wrong_order_are_declined(db: Database, spool: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="give them in order"):
        the_day(db, spool, date(2026, 11, 21), date(2026, 11, 20), tmp_path / "out")


@pytest.mark.parametrize("zone", [ZONE, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")])
def test_from_the_first_to_the_last_day_of_all_is_everything(
    db: Database, spool: Path, tmp_path: Path, story: str, zone: ZoneInfo
) -> None:
    done = export_range(db, spool / "media", date.min, date.max, zone, tmp_path / "out", by=AUDITOR)
    assert len(done.stories) == 2
    assert read(tmp_path / "out", "manifest.json")["asked"]["last"] == "9999-12-31"


def test_two_exports_at_one_time_differ_only_in_the_chain(
    db: Database, spool: Path, tmp_path: Path, story: str
) -> None:
    for name in ("one", "two"):
        exported(db, spool, story, tmp_path / name)
    assert read(tmp_path / "one", "story.json") == read(tmp_path / "two", "story.json")
    one, two = (lines(tmp_path / name) for name in ("one", "two"))
    assert [event["verb"] for event in two[len(one) :]] == ["export"]
    assert two[: len(one)] == one


def test_a_later_day_does_not_change_what_is_told_of_an_earlier_one(
    db: Database, spool: Path, tmp_path: Path, story: str, clock: SetClock
) -> None:
    exported(db, spool, story, tmp_path / "one")
    clock.advance(days=30)
    exported(db, spool, story, tmp_path / "two")
    assert read(tmp_path / "two", "manifest.json")["made_at"] > (START + timedelta(days=29)).isoformat()
    assert read(tmp_path / "one", "story.json") == read(tmp_path / "two", "story.json")
