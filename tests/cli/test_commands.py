"""The whole way of a story on the command line, its exit codes, and what is said when the answer is no."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from socialpub.intake.inbox import account_name
from tests.cli.shell import Desk
from tests.flow.networks import picture
from tests.media import film
from tests.town import ROOT

ME = account_name(os.getuid())


def test_a_story_goes_all_the_way(desk: Desk) -> None:
    story = desk.submitted()
    seen = desk.yes("show", story, "--json").json["fingerprint"]
    (planned,) = desk.yes("approve", story, "--seen", seen, "--as", "mhale", "--json").json
    assert planned["channel"] == "outbox"
    desk.yes("run", "--once")
    (delivery,) = desk.yes("deliveries", "--json").json
    assert delivery["state"] == "delivered"
    assert delivery["receipts"][0]["remote_id"]
    assert desk.yes("records", "verify", "--json").json["fault"] == ""
    desk.yes("retract", delivery["id"], "--because", "the wrong bike", "--as", "panand")
    desk.yes("run", "--once")
    assert desk.yes("show", delivery["id"], "--json").json["state"] == "retracted"


def test_what_was_taken_down_by_hand_is_said_so(desk: Desk) -> None:
    story = desk.submitted()
    seen = desk.yes("show", story, "--json").json["fingerprint"]
    desk.yes("approve", story, "--seen", seen, "--as", "mhale")
    desk.yes("run", "--once")
    (delivery,) = desk.yes("deliveries", "--json").json
    for words in ((), ("--at", "x", "--gone", "--because", "both")):
        assert desk("confirm", delivery["id"], *words, "--as", "panand").code == 2
    assert "a reason is needed" in desk("confirm", delivery["id"], "--gone", "--as", "panand").err
    told = desk.yes("confirm", delivery["id"], "--gone", "--because", "deleted, 21:40", "--as", "panand")
    assert "on your word" in told.out
    assert desk.yes("show", delivery["id"], "--json").json["state"] == "retracted"
    again = desk("confirm", delivery["id"], "--at", "x", "--as", "panand")
    assert (again.code, again.out) == (1, "")
    assert "this delivery is retracted; it waits for nobody" in again.err


def test_a_no_is_one_with_the_thing_the_reason_and_the_next_step(desk: Desk) -> None:
    story = desk.submitted()
    for words, says in (
        (
            ("approve", story, "--seen", "0", "--as", "jruiz"),
            "jruiz may not approve a story: that takes the role pio or reviewer",
        ),
        (("approve", story, "--seen", "00000000", "--as", "mhale"), "look again"),
        (("approve", "zzz", "--seen", "0", "--as", "mhale"), 'there is no story "zzz"; `socialpub queue` lists them'),
        (("reconsider", story, "--because", "x", "--as", "mhale"), "it has no approval to take back"),
        (("waive", story, "9", "--because", "x", "--as", "mhale"), "this story has no finding 9"),
        (("hold", "zzz", "--because", "x", "--as", "panand"), "`socialpub deliveries` lists them"),
        (("release", "--all", "--as", "panand"), "that is not held; `socialpub holds` lists those that stand"),
        (("submit", desk.folder / "nowhere", "--as", "jruiz"), "is not a folder"),
        (("user", "disable", "adm", "--as", "adm"), "add another one first"),
        (("user", "roles", "adm", "pio", "--as", "adm"), "nobody changes their own roles"),
        (("channel", "add", "c", "--platform", "telex", "--account", "c", "--as", "adm"), 'no platform "telex"'),
        (("channel", "verify", "radio"), "there are: outbox"),
        (("submit", desk.folder, "--as", "ghost"), "nobody called ghost"),
    ):
        answer = desk(*words)
        assert (answer.code, answer.out) == (1, ""), answer
        assert says in answer.err
        assert "Traceback" not in answer.err


def test_a_person_is_given_other_roles(desk: Desk) -> None:
    answer = desk.yes("user", "roles", "jruiz", "pio", "officer", "--as", "adm")
    assert answer.out == "jruiz is officer, pio now, and was officer\n"
    people = {row["name"]: row["roles"] for row in desk.yes("user", "list", "--json").json}
    assert people["jruiz"] == ["officer", "pio"]


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("show",),
        ("deliveries", "--state", "nonsense"),
        ("user", "add", "kim", "--role", "emperor"),
        ("user", "roles", "jruiz", "emperor"),
        ("user", "roles", "jruiz"),
        ("hold", "--because", "x", "--as", "panand"),
        ("hold", "--all", "--channel", "outbox", "--because", "x", "--as", "panand"),
        ("release", "--as", "panand"),
        ("release", "--all", "--channel", "outbox", "--as", "panand"),
        ("release", "01a2", "--all", "--as", "panand"),
        ("release", "01a2", "--channel", "outbox", "--as", "panand"),
        ("waive", "x", "three", "--because", "x"),
        ("hold", "--all"),
        ("approve", "x"),
        ("revise", "x"),
        ("revise", "x", "y", "--seen", "0"),
        ("screen", "x.jsonl", "--as-of", "tomorrow"),
        ("records", "export", "--from", "soon", "--until", "later", "--to", "x", "--as", "adm"),
    ],
)
def test_words_that_are_off_are_two(desk: Desk, words: tuple[str, ...]) -> None:
    answer = desk(*words)
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err


def test_what_is_needed_and_not_there_is_three(empty: Desk) -> None:
    assert empty("queue", settings="elsewhere.toml").code == 3
    empty.settle("[web]\nprot = 1\n")
    answer = empty("queue")
    assert answer.code == 3
    assert 'unknown key "web.prot" (did you mean "port"?) [SP003]' in answer.err
    empty.settle('[queue]\ndatabase = "postgresql://nobody@127.0.0.1:1/none"\n')
    answer = empty("user", "add", "adm", "--role", "administrator")
    assert answer.code == 3
    assert "[SP013]" in answer.err


@pytest.mark.parametrize("verb", [("queue",), ("show", "a"), ("deliveries",), ("user", "list"), ("backup",)])
def test_looking_makes_no_spool_beside_mistaken_settings(empty: Desk, verb: tuple[str, ...]) -> None:
    answer = empty(*verb)
    assert answer.code == 3
    assert f"there is no spool at {empty.spool}" in answer.err
    assert "[SP032]" in answer.err
    assert not empty.spool.exists()


def test_a_path_that_cannot_be_used_is_told_in_one_line(empty: Desk) -> None:
    answer = empty("screen", empty.folder / "gone.jsonl")
    assert answer.code == 3
    assert "gone.jsonl: No such file" in answer.err
    assert answer.err.count("\n") == 1


def test_only_one_daemon_works_on_a_spool(desk: Desk) -> None:
    from socialpub import spool

    with spool.lock(desk.spool):
        answer = desk("run", "--once")
    assert answer.code == 3
    assert "[SP030]" in answer.err


READING = [
    ("queue",),
    ("deliveries",),
    ("deliveries", "--state", "scheduled"),
    ("calendar",),
    ("holds",),
    ("channel", "list"),
    ("channel", "verify", "outbox"),
    ("user", "list"),
    ("policy", "list"),
    ("policy", "try", "A nice day."),
    ("records", "verify"),
    ("doctor",),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_reading_verb_gives_one_json_value(desk: Desk, words: tuple[str, ...]) -> None:
    assert isinstance(desk(*words, "--json").json, list | dict)
    assert desk(*words).out.strip()


def test_show_gives_json_of_stories_and_of_deliveries(desk: Desk) -> None:
    story = desk.submitted()
    desk.approved(story)
    desk.yes("run", "--once")
    (delivery,) = desk.yes("show", story, "--json").json["deliveries"]
    assert desk.yes("show", delivery["id"], "--json").json["tries"][0]["steps"]
    assert "Delivery" in desk.yes("show", delivery["id"]).out
    assert "Fingerprint" in desk.yes("show", story).out


def test_an_account_that_is_nobody_is_told_who_can_help(desk: Desk) -> None:
    answer = desk("submit", desk.story())
    assert answer.code == 1
    assert f'"{ME}" is nobody here; log in as yourself, or name yourself: --as NAME' in answer.err


def test_an_account_acts_as_its_person_and_the_records_say_how(desk: Desk) -> None:
    desk.yes("user", "add", "kim", "--role", "officer", "--os-user", ME, "--as", "adm")
    own = desk.yes("submit", desk.story("one"), "--json").json["story"]
    other = desk.yes("submit", desk.story("two", 'text = "Another."'), "--as", "jruiz", "--json").json["story"]
    for story, by, via in ((own, "kim", f"os:{ME}"), (other, "jruiz", f"as:{ME}")):
        events = desk.yes("show", story, "--json").json["events"]
        assert {(event["by"], event["via"]) for event in events} == {(by, via)}


def test_a_disabled_person_can_do_nothing(desk: Desk) -> None:
    desk.yes("user", "add", "kim", "--role", "pio", "--os-user", ME, "--as", "adm")
    story = desk.submitted()
    desk.yes("user", "disable", "kim", "--as", "adm")
    tries: list[tuple[str | Path, ...]] = [
        ("submit", desk.story("more", 'text = "More."')),
        ("revise", story, desk.story("new")),
        ("approve", story, "--seen", "0"),
        ("approve", story, "--seen", "0", "--as", "kim"),
        ("reject", story, "--because", "x"),
        ("withdraw", story, "--because", "x"),
        ("hold", "--all", "--because", "x"),
    ]
    for words in tries:
        answer = desk(*words)
        assert answer.code == 1
        assert "is nobody here" in answer.err or "nobody called kim" in answer.err


def test_only_root_and_the_owner_act_as_somebody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = desk.spool.stat().st_uid + 4711
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    answer = desk("submit", desk.story(), "--as", "jruiz")
    assert answer.code == 1
    assert "--as is for root and for the daemon's owner" in answer.err


def test_only_the_owner_adds_the_first_person(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert empty("user", "disable", "nobody").code == 1  # makes the spool
    with monkeypatch.context() as patch:
        patch.setattr(os, "getuid", lambda: empty.spool.stat().st_uid + 4711)
        assert empty("user", "add", "mallory", "--role", "administrator").code == 1
    empty.yes("user", "add", "adm", "--role", "administrator")
    assert empty("user", "add", "second", "--role", "administrator").code == 1  # now it takes the administrator


def test_nobody_submits_in_anothers_name(desk: Desk) -> None:
    answer = desk("submit", desk.story("by", 'text = "a"\nby = "mhale"'), "--as", "jruiz")
    assert answer.code == 1
    assert '"by" names mhale, but you are jruiz' in answer.err


def test_a_stand_down_takes_one_and_ends_with_two(desk: Desk) -> None:
    assert "STAND-DOWN" in desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark").out
    assert "second person" in desk.yes("release", "--all", "--as", "panand").out
    assert "Released." in desk.yes("release", "--all", "--as", "cstark").out


def test_what_a_story_says_cannot_play_with_the_terminal(desk: Desk) -> None:
    story = desk.submitted(toml='text = "Officers found a bike.\\u001b[2J \\u202e Thanks."')
    for words in (("show", story), ("queue",)):
        shown = desk.yes(*words).out
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_revise_takes_words_alone_or_a_folder(desk: Desk) -> None:
    folder = desk.story("photo", 'text = "Look."\nphotos = [{file = "a.jpg", alt = "A bike at the station."}]')
    (folder / "a.jpg").write_bytes(picture("navy"))
    story = desk.yes("submit", folder, "--as", "jruiz", "--json").json["story"]
    (folder / "story.toml").write_text(
        'text = "Look here."\nphotos = [{file = "a.jpg", alt = "A blue bike."}]', "utf-8"
    )
    assert "revision 2" in desk.yes("revise", story, folder / "story.toml", "--as", "jruiz").out
    assert "revision 3" in desk.yes("revise", story, folder, "--as", "jruiz").out
    desk.yes("run", "--once")
    assert desk.yes("show", story, "--json").json["posts"][0]["media"][0]["alt"] == "A blue bike."


def test_the_environment_wins_over_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALPUB__DEPARTMENT__TIME_ZONE", "Pacific/Honolulu")
    assert "Pacific/Honolulu" in desk.yes("calendar").out


def test_screen_policy_and_render_need_no_spool_and_make_none(empty: Desk) -> None:
    (empty.folder / "a.jpg").write_bytes(picture("navy"))
    empty.yes("screen", empty.story())
    empty.yes("policy", "check")
    empty.yes("policy", "list", "--json")
    made = empty.yes("render", empty.folder / "a.jpg", "--network", "x", "-o", empty.folder / "out", "--json").json
    assert Path(made["file"]).stat().st_size == made["bytes"]
    assert not empty.spool.exists()


def test_render_makes_a_video_too_and_says_how_long_it_is(empty: Desk) -> None:
    (empty.folder / "a.mov").write_bytes(film.clip())
    out = empty.folder / "out"
    made = empty.yes("render", empty.folder / "a.mov", "--network", "file", "-o", out, "--json").json
    assert sorted(path.name for path in out.iterdir()) == ["a-file.mp4"]
    assert (made["mime"], made["width"], made["height"], made["bytes"]) == (
        "video/mp4", 64, 48, Path(made["file"]).stat().st_size,
    )  # fmt: skip
    assert made["seconds"] == pytest.approx(2, abs=0.1)
    refused = empty("render", empty.folder / "a.mov", "--network", "x")
    assert (refused.code, "takes no video" in refused.err) == (1, True)


def test_render_names_the_networks_there_are_and_refuses_what_is_no_photo(empty: Desk) -> None:
    (empty.folder / "a.jpg").write_bytes(b"not a photo")
    answer = empty("render", empty.folder / "a.jpg", "--network", "telex")
    assert (answer.code, "there are: " in answer.err) == (1, True)
    assert empty("render", empty.folder / "a.jpg", "--network", "x").code == 1
    assert empty("render", empty.folder / "gone.jpg", "--network", "x").code == 1


def test_a_backup_comes_back_in_stand_down(desk: Desk) -> None:
    desk.submitted()
    folder = desk.yes("backup").out.split(":")[0]
    assert "STAND-DOWN" in desk.yes("restore", folder, "--replace").out
    (hold,) = [each for each in desk("doctor", "--json").json if each["code"] == "SP195"]
    assert "STAND-DOWN" in hold["words"]


def _process(*words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    keep = {key: value for key, value in os.environ.items() if not key.startswith("SOCIALPUB")}
    return subprocess.run(
        [sys.executable, "-m", "socialpub", *words],
        capture_output=True,
        cwd=ROOT,
        env={**keep, **environment},
        check=False,
    )


def test_it_is_a_program_that_ends_with_these_codes(empty: Desk) -> None:
    settings = str(empty.folder / "settings.toml")
    assert _process("--help").returncode == 0
    nothing = _process("--settings", settings, "queue", "--json")
    assert (nothing.returncode, nothing.stdout) == (3, b"")
    assert _process("--settings", settings, "user", "add", "adm", "--role", "administrator").returncode == 0
    assert _process("--settings", settings, "queue", "--json").stdout == b"[]\n"
    assert _process("--settings", settings, "show", "zz").returncode == 1
    assert _process("--settings", settings, "--nonsense").returncode == 2
    missing = _process("queue", SOCIALPUB_SETTINGS=str(empty.folder / "none.toml"))
    assert (missing.returncode, missing.stdout) == (3, b"")
    assert b"[SP001]" in missing.stderr


def test_letters_that_a_terminal_does_not_know_stop_nothing(empty: Desk) -> None:
    (empty.folder / "s.jsonl").write_text(json.dumps({"id": "é-\ud800", "text": "😀 ¡Gracias!"}) + "\n", "utf-8")
    line = ("--settings", str(empty.folder / "settings.toml"), "screen", str(empty.folder / "s.jsonl"))
    done = _process(*line, "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(done.stdout)["id"].startswith("é")
    assert _process(*line, PYTHONIOENCODING="ascii", PYTHONUTF8="0").returncode == done.returncode
