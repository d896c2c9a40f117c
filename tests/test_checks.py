"""Each start-up check: what makes it speak, and what it tells people to do. All is well says nothing."""

import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from socialpub import spool
from socialpub.checks import examine as tables
from socialpub.checks import place
from socialpub.checks.examine import CHECKS, ROW_CHECKS, examine, examine_ground
from socialpub.checks.found import Found, Ground, Weight
from socialpub.desk.channels import add_channel
from socialpub.desk.holds import hold_all
from socialpub.desk.people import disable_person
from socialpub.media.passes import Passes
from socialpub.model.people import Role
from socialpub.notify.send import NOBODY
from socialpub.records.backup import backup
from socialpub.records.heads import note_head
from socialpub.settings import Department, Notify, Policies, Public, Schedule, Secrets, Web
from socialpub.store.schema import Notice, User
from socialpub.store.vault import make_key
from socialpub.web import serving as server
from socialpub.web.public import build
from tests.cli.shell import Desk
from tests.databases import upgraded
from tests.town import ROOT, Town, settings, town

SPEAK = "json://127.0.0.1/"
WHOLE = Department(name="Port Halyard Police Department", state="MA", time_zone="America/New_York", population=96_400)
EVERYBODY = Notify(reviewers=(SPEAK,), pio=(SPEAK,), administrators=(SPEAK,))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    """A town in which all is well, except that nobody runs the daemon and it never made a backup."""
    with town(tmp_path, department=WHOLE, notify=EVERYBODY) as made:
        with made.app.db.transaction() as tx:
            tx.session.add(User(name="second", roles=[Role.REVIEWER], added_at=tx.now))
        add_channel(made.app.db, made.who("adm"), made.app.vault, "page", "x", "1", {"token": "t"})
        yield made


def _ground(here: Town, **sections: object) -> Ground:
    return Ground(here.app.settings.model_copy(update=sections), here.clock)


def _told(ground: Ground) -> dict[str, Found]:
    return {found.code: found for found in examine_ground(ground) if found.level is not Weight.OK}


def _says(ground: Ground, code: str, level: Weight, words: str, remedy: str) -> None:
    told = _told(ground)
    assert code in told, sorted(told)
    assert told[code].level is level
    assert words in told[code].words
    assert remedy in told[code].remedy


def _rows(here: Town, *statements: str) -> None:
    with here.app.db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_where_all_is_well_only_what_is_missing_here_is_told(here: Town) -> None:
    assert set(_told(_ground(here))) == {"SP104", "SP170", "SP180"}
    checked = {found.check for found in examine_ground(_ground(here))}
    assert checked == {name for name, _ in (*CHECKS, *ROW_CHECKS)}


def test_looking_changes_nothing(here: Town) -> None:
    def state() -> dict[str, bytes]:
        files = [
            path for path in here.spool.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        ]
        return {str(path): path.read_bytes() for path in files}

    before = state()
    _told(_ground(here))
    assert state() == before


@pytest.mark.parametrize(
    ("department", "code", "words"),
    [
        (Department(time_zone="America/New_York", population=1), "SP101", "Example Police Department"),
        (Department(name="P", population=1), "SP102", "America/New_York is assumed"),
        (Department(name="P", time_zone="America/New_York"), "SP103", "population is not set"),
    ],
)
def test_what_a_department_left_unsaid(here: Town, department: Department, code: str, words: str) -> None:
    _says(_ground(here, department=department), code, Weight.WARNING, words, "settings.toml, [department]")


@pytest.mark.parametrize(("people", "day"), [(50_000, "2027-04-26"), (49_999, "2028-04-26")])
def test_the_population_decides_the_day_of_the_accessibility_rule(here: Town, people: int, day: str) -> None:
    found = _told(_ground(here, department=WHOLE.model_copy(update={"population": people})))["SP104"]
    assert (found.level, day in found.words) == (Weight.NOTE, True)


def test_a_missing_spool_is_no_error_before_the_first_start(tmp_path: Path) -> None:
    ground = Ground(settings(tmp_path, department=WHOLE, notify=EVERYBODY), lambda: pytest.fail("no clock is needed"))
    told = _told(ground)
    assert told["SP110"].remedy == "`socialpub run` makes it."
    assert told["SP120"].remedy == "`socialpub run` makes it."
    assert not (tmp_path / "queue").exists()


def test_a_missing_folder_of_the_spool(here: Town) -> None:
    (here.spool / "corrupt").rmdir()
    _says(_ground(here), "SP110", Weight.WARNING, "corrupt", "socialpub run")


def test_a_folder_that_is_too_open(here: Town) -> None:
    (here.spool / "backup").chmod(0o755)
    _says(_ground(here), "SP111", Weight.WARNING, "(055 too much)", f"chmod 700 {here.spool / 'backup'}")


@pytest.mark.parametrize(("free", "level"), [(1_999_000_000, Weight.WARNING), (199_000_000, Weight.ERROR)])
def test_a_disk_that_is_nearly_full(here: Town, free: int, level: Weight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    _says(_ground(here), "SP112", level, f"{free // 1_000_000} MB are free", "Make room")


def test_a_network_file_system_is_no_place_for_sqlite(here: Town, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n", "utf-8")
    ground = replace(_ground(here), mounts=mounts)
    _says(ground, "SP113", Weight.ERROR, "nfs4", "or use PostgreSQL")
    mounts.write_text(f"server:/x / nfs4 rw 0 0\n/dev/sda {tmp_path} ext4 rw 0 0\n", "utf-8")
    assert "SP113" not in _told(ground)


def test_packs_that_are_not_where_the_settings_say(here: Town, tmp_path: Path) -> None:
    ground = _ground(here, policies=Policies(dir=tmp_path / "gone"))
    _says(ground, "SP130", Weight.WARNING, "gone is not there", "[policies] dir")


def test_packs_and_networks_that_are_broken(here: Town, tmp_path: Path) -> None:
    for name in ("core", "networks"):
        (tmp_path / "own" / name).mkdir(parents=True)
        (tmp_path / "own" / name / "broken.toml").write_text("[", "utf-8")
    ground = _ground(here, policies=Policies(dir=tmp_path / "own"))
    _says(ground, "SP131", Weight.ERROR, "core/broken.toml", "socialpub policy check")
    _says(ground, "SP132", Weight.ERROR, "broken.toml", "socialpub policy check")


def test_guidelines_that_weigh_less_than_those_that_came_with_it(here: Town, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "policies", own)
    ground = _ground(here, policies=Policies(dir=own))
    assert not {"SP134", "SP135"} & set(_told(ground))
    lower = 'until = 2020-01-01\nbecause = "The Chief"\n'
    (own / "local" / "ours.toml").write_text(f"[minor-named]\n{lower}", "utf-8")
    _says(ground, "SP134", Weight.WARNING, "minor-named: holds only until 2020-01-01", "local/ours.toml")
    _says(ground, "SP135", Weight.NOTE, "minor-named is not in force since 2020-01-01", "")
    (own / "local" / "ours.toml").write_text('[hashtag-case]\noff = "The Chief: old tags"\n', "utf-8")
    _says(ground, "SP134", Weight.NOTE, "hashtag-case: off (local/ours.toml): The Chief: old tags", "still meant")
    added = '[words]\nchild = ["cubs?"]\nbecause = "our team"\n'
    (own / "local" / "ours.toml").write_text(added, "utf-8")
    _says(ground, "SP134", Weight.WARNING, "words: child: added cubs? (local/ours.toml): our team", "still meant")


def test_core_guidelines_that_are_not_those_of_this_version(here: Town, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "policies", own)
    ground = _ground(here, policies=Policies(dir=own))
    (own / "local" / "ours.toml").write_text('[hashtag-case]\noff = "The Chief: old tags"\n', "utf-8")
    assert "SP136" not in _told(ground), "what is the department's own is nobody's business"
    with (own / "core" / "words.toml").open("a", encoding="utf-8") as file:
        file.write("# older\n")
    _says(ground, "SP136", Weight.WARNING, f"words.toml in {own / 'core'}", "never local")
    (own / "core" / "privacy.toml").unlink()
    _says(ground, "SP136", Weight.WARNING, "privacy.toml, words.toml", "Copy core, states and networks")


@pytest.mark.parametrize("schedule", [Schedule(slots=("moonday 09:00",)), Schedule(quiet_hours="late")])
def test_a_schedule_that_cannot_be_meant(here: Town, schedule: Schedule) -> None:
    _says(_ground(here, schedule=schedule), "SP133", Weight.ERROR, "schedule.", "[schedule]")


def test_audiences_that_nobody_listens_for(here: Town) -> None:
    ground = _ground(here, notify=Notify(reviewers=(SPEAK,), administrators=(SPEAK,)))
    _says(ground, "SP160", Weight.WARNING, "pio", "[notify] pio")


def test_a_daemon_that_does_not_run(here: Town) -> None:
    _says(_ground(here), "SP180", Weight.WARNING, "not running", "socialpub run")


def test_a_daemon_that_runs_and_gives_no_sign(here: Town) -> None:
    with spool.lock(here.spool):
        _says(_ground(here, web=Web(port=1)), "SP181", Weight.ERROR, "127.0.0.1:1", "journalctl")


@contextmanager
def _page(status: int, body: bytes) -> Iterator[int]:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_daemon_that_says_what_ails_it(here: Town) -> None:
    with spool.lock(here.spool), _page(503, b"the stage send fails: no disk") as port:
        _says(_ground(here, web=Web(port=port)), "SP181", Weight.ERROR, "the stage send fails", "journalctl")


def test_a_daemon_that_is_well(here: Town) -> None:
    with spool.lock(here.spool), _page(200, b"ok") as port:
        assert not {"SP180", "SP181"} & set(_told(_ground(here, web=Web(host="0.0.0.0", port=port))))  # noqa: S104


def test_no_backup_and_an_old_one(here: Town) -> None:
    _says(_ground(here), "SP170", Weight.WARNING, "no verified backup", "socialpub backup")
    backup(here.app.db, here.spool, here.spool / "backup", here.clock())
    here.clock.advance(25 * 3600)
    assert not {"SP170", "SP171"} & set(_told(_ground(here)))
    here.clock.advance(1)
    _says(_ground(here), "SP171", Weight.WARNING, "2026-11-20 10:00 EST", "socialpub backup")


def test_a_backup_of_a_clock_that_ran_ahead_does_not_pass_for_a_new_one(here: Town) -> None:
    backup(here.app.db, here.spool, here.spool / "backup", here.clock() + timedelta(days=400))
    assert "SP170" in _told(_ground(here))


def test_a_damaged_backup_is_none(here: Town) -> None:
    made = backup(here.app.db, here.spool, here.spool / "backup", here.clock())
    (made.folder / "socialpub.db").write_bytes(b"nonsense")
    assert "SP170" in _told(_ground(here))


def test_a_damaged_database(here: Town) -> None:
    here.app.db.close()
    file = here.spool / "socialpub.db"
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    file.write_bytes(data)
    told = _told(_ground(here))
    found = told.get("SP122") or told["SP013"]
    assert found.level is Weight.ERROR
    assert "socialpub restore" in found.remedy


def test_a_database_of_another_step(here: Town) -> None:
    _rows(here, "UPDATE alembic_version SET version_num = '9999'")
    _says(_ground(here), "SP011", Weight.ERROR, "step 9999", "Install that version again")
    _rows(here, "UPDATE alembic_version SET version_num = '0000'")
    _says(_ground(here), "SP121", Weight.WARNING, "step 0000", "make a backup before")


def test_a_sqlite_that_can_corrupt(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialpub.store.database.SAFE_SQLITE", (99, 0, 0))
    _says(_ground(here), "SP010", Weight.ERROR, "can corrupt this database", "No row was looked at")


def test_a_database_server_that_is_not_there(here: Town) -> None:
    queue = here.app.settings.queue.model_copy(update={"database": "postgresql://nobody@127.0.0.1:1/none"})
    _says(_ground(here, queue=queue), "SP013", Weight.ERROR, "cannot be used", "whether its server runs")


def test_on_postgresql_all_the_rows_are_looked_at(tmp_path: Path) -> None:
    with upgraded("postgresql", tmp_path) as url, town(tmp_path, url, department=WHOLE, notify=EVERYBODY) as here:
        told = _told(_ground(here))
        assert {"SP150", "SP181"} <= set(told)
        assert not {"SP013", "SP122", "SP170", "SP180", "SP199"} & set(told)


def test_records_that_were_cut(here: Town) -> None:
    note_head(here.app.db, here.spool, "test")
    log = here.spool / "audit-heads.log"
    log.write_text(re.sub(r" [0-9a-f]{64} ", f" {'0' * 64} ", log.read_text("utf-8")), "utf-8")
    _says(_ground(here), "SP123", Weight.ERROR, "do not hold the head", "tell the auditor")


def test_a_key_that_is_gone_open_or_another(here: Town) -> None:
    path = here.app.settings.secrets.key_file
    assert path is not None
    path.chmod(0o644)
    _says(_ground(here), "SP023", Weight.ERROR, "others may read it", "no channel can be used")
    path.unlink()
    _says(_ground(here), "SP022", Weight.ERROR, "no secret key", "no channel can be used")
    make_key(path)
    _says(_ground(here), "SP021", Weight.ERROR, "another key", "socialpub channel secret page")
    path.write_text("nonsense!", "ascii")
    _says(_ground(here), "SP020", Weight.ERROR, "not base64", "no channel can be used")


def test_no_key_is_needed_before_the_first_secret(here: Town) -> None:
    _rows(here, "DELETE FROM secrets")
    assert "SP022" not in _told(_ground(here, secrets=Secrets(key_file=here.spool / "none")))


PEOPLE = {
    "SP140": ("DELETE FROM users", "nobody is known", "--role administrator"),
    "SP141": ("DELETE FROM users WHERE name IN ('mhale', 'second', 'panand')", "no reviewer", "--role reviewer"),
    "SP142": ("DELETE FROM users WHERE name IN ('mhale', 'second')", "not enough", "--role reviewer"),
    "SP143": ("DELETE FROM users WHERE name = 'panand'", "no PIO", "--role pio"),
    "SP144": ("DELETE FROM users WHERE name IN ('cstark', 'adm')", "takes two people", "--role commander"),
    "SP145": ("DELETE FROM users WHERE name = 'adm'", "no administrator", "backup"),
}


@pytest.mark.parametrize("code", PEOPLE)
def test_people_who_are_missing(here: Town, code: str) -> None:
    statement, words, remedy = PEOPLE[code]
    _rows(here, statement)
    found = _told(_ground(here))[code]
    assert words in found.words
    assert remedy in found.remedy


def test_a_disabled_person_counts_for_nothing(here: Town) -> None:
    disable_person(here.app.db, here.who("adm"), "panand")
    assert "SP143" in _told(_ground(here))


def test_reviewers_who_are_all_officers_cannot_judge_each_other_alone(here: Town) -> None:
    _rows(here, """UPDATE users SET roles = '["officer", "reviewer"]' WHERE name IN ('mhale', 'second', 'panand')""")
    assert "SP142" in _told(_ground(here))


def test_channels_that_cannot_or_should_not_publish(here: Town) -> None:
    _rows(here, "UPDATE channels SET trouble = 'the token ended'")
    _says(
        _ground(here), "SP152", Weight.ERROR, "page cannot publish: the token ended", "socialpub channel verify page"
    )
    _rows(here, "UPDATE channels SET base_url = 'http://127.0.0.1:8421'")
    _says(_ground(here), "SP153", Weight.WARNING, "not the real network", "without --base-url")
    _rows(here, "UPDATE channels SET platform = 'telex'")
    _says(_ground(here), "SP151", Weight.ERROR, "telex", "socialpub channel remove page")
    _rows(here, "UPDATE channels SET removed_at = added_at")
    _says(_ground(here), "SP150", Weight.WARNING, "no channel", "socialpub channel add")


def test_two_channels_of_one_account_would_publish_everything_twice(here: Town) -> None:
    here.add_file_channel("again")
    assert "SP154" not in _told(_ground(here))
    _rows(here, "UPDATE channels SET platform = 'file', account = 'one', base_url = 'file:///srv/one/'")
    _says(_ground(here), "SP154", Weight.ERROR, "again and page are one account", "socialpub channel remove page")
    _rows(here, "UPDATE channels SET removed_at = added_at WHERE name = 'again'")
    assert "SP154" not in _told(_ground(here))


def test_two_channels_of_one_identity_are_one_account_wherever_they_are_asked(here: Town) -> None:
    here.add_file_channel("again")
    _rows(here, "UPDATE channels SET platform = 'bluesky', account = 'did:plc:abc', base_url = 'https://pds.example'")
    _rows(here, "UPDATE channels SET base_url = '' WHERE name = 'again'")
    _says(_ground(here), "SP154", Weight.ERROR, "again and page are one account", "socialpub channel remove page")
    assert "SP153" not in _told(_ground(here)), "either may be the account's own server"


def test_messages_that_reached_nobody(here: Town) -> None:
    with here.app.db.transaction() as tx:
        given_up = {"due_at": tx.now, "gave_up_at": tx.now, "trouble": NOBODY}
        tx.session.add(Notice(audience="pio", subject="s", body="b", **given_up))
    _says(_ground(here), "SP161", Weight.ERROR, "1 messages to pio", "[notify]")
    here.clock.advance(timedelta(days=8).total_seconds())
    assert "SP161" not in _told(_ground(here))


def test_a_clock_that_went_back(here: Town) -> None:
    here.clock.advance(-61)
    _says(_ground(here), "SP190", Weight.ERROR, "but something was recorded", "timedatectl")


def test_holds_that_stand(here: Town) -> None:
    hold_all(here.app.db, here.who("cstark"), "the incident")
    _says(_ground(here), "SP195", Weight.NOTE, "STAND-DOWN, everything is held by cstark", "socialpub release")


def test_a_check_that_fails_itself_is_told_and_stops_no_other(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Ground) -> Iterator[Found]:
        raise PermissionError(13, "Permission denied", "/queue")

    checks: tuple[tuple[str, Callable[[Ground], Iterator[Found]]], ...] = (("odd", fails), ("disk", place.disk))
    monkeypatch.setattr(tables, "CHECKS", checks)
    _says(_ground(here), "SP199", Weight.ERROR, "Permission denied", "as root")


def test_settings_that_cannot_be_read_are_all_that_is_told(tmp_path: Path) -> None:
    (found,) = examine(tmp_path / "none.toml", lambda: pytest.fail("no clock is needed"))
    assert (found.code, found.level, found.check) == ("SP001", Weight.ERROR, "settings")


def test_doctor_is_one_while_there_is_an_error_and_zero_otherwise(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle()
    assert desk("doctor").code == 0
    assert desk("user", "disable", "nobody").code == 1  # makes the spool
    answer = desk("doctor", "--json")
    assert answer.code == 1
    assert [found["code"] for found in answer.json if found["level"] == "error"] == ["SP140"]
    assert "socialpub user add" in desk("doctor").out
    desk.people()
    desk.outbox()
    assert desk("doctor").code == 0


def test_a_new_key_is_written_where_none_is_and_never_over_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle()
    key = desk.spool / "secret.key"
    assert "a fresh key" in desk.yes("doctor", "--new-key").out
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    answer = desk("doctor", "--new-key")
    assert (answer.code, key.read_bytes()) == (1, before)
    assert "move it aside first" in answer.err


def test_no_key_file_is_made_where_the_environment_holds_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    desk.settle()
    monkeypatch.setenv("SOCIALPUB__SECRETS__KEY", "A" * 43 + "=")
    assert desk("doctor", "--new-key").code == 1
    assert not (desk.spool / "secret.key").exists()


#: Codes that stand in several places, and mean the same in each.
SHARED = {"SP011", "SP013", "SP020", "SP022", "SP080", "SP081", "SP083", "SP085", "SP090", "SP091", "SP092"}
#: In a message, a code stands in brackets; in a check, it is the first argument.
_CODE = re.compile(r"\[(SP\d{3})\]|(?:error|warning|note)\(\s*\"(SP\d{3})\"|else warning\)\(\"(SP\d{3})\"")


def test_a_code_stands_for_one_meaning() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "socialpub").rglob("*.py")):
        for match in _CODE.finditer(path.read_text("utf-8")):
            places.setdefault(match[1] or match[2] or match[3], []).append(f"{path.parent.name}/{path.stem}")
    double = {code for code, where in places.items() if len(where) > 1} - {"SP110", "SP112"}  # one check, two words
    assert double <= SHARED, {code: places[code] for code in double - SHARED}
    written = {
        code
        for path in (ROOT / "socialpub").rglob("*.py")
        for code in re.findall(r"SP\d{3}", path.read_text("utf-8"))
    }
    assert written == set(places)


# --- photos that networks fetch -----------------------------------------------------------------------------------


def _fetching(tmp_path: Path) -> Policies:
    """Packs in which the channel's network fetches photos for itself."""
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder)
    file = folder / "networks" / "x.toml"
    file.write_text(file.read_text("utf-8").replace("[text]", "fetches_media = true\n\n[text]", 1), "utf-8")
    return Policies(dir=folder)


def test_a_network_that_fetches_photos_needs_an_address(here: Town, tmp_path: Path) -> None:
    ground = _ground(here, policies=_fetching(tmp_path))
    _says(ground, "SP156", Weight.ERROR, "page: its network fetches photos", "[public]")


def test_photos_are_asked_for_from_outside_and_all_is_well(here: Town) -> None:
    with _listening(here) as port:
        told = _told(_ground(here, public=Public(url=f"http://127.0.0.1:{port}")))
    assert not {"SP156", "SP157", "SP158"} & set(told)


def test_an_address_that_nobody_answers_is_told(here: Town) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        _says(_ground(here, public=Public(url=url)), "SP157", Weight.ERROR, url, "firewall")


@pytest.mark.parametrize("answer", ["HTTP/1.1 302 F\r\nlocation: /x", "HTTP/1.1 404 N", "HTTP/1.1 200 O", "nonsense"])
def test_another_than_ours_behind_the_address_is_told(here: Town, answer: str) -> None:
    with _answering(answer) as port:
        told = _told(_ground(here, public=Public(url=f"http://127.0.0.1:{port}")))
    assert ("SP157" if answer == "nonsense" else "SP158") in told


def test_a_listener_with_another_key_is_not_ours(here: Town) -> None:
    with _listening(here, key=b"x" * 32) as port:
        url = f"http://127.0.0.1:{port}"
        _says(_ground(here, public=Public(url=url)), "SP158", Weight.ERROR, "another than this socialpub", "/m/")


@contextmanager
def _listening(here: Town, key: bytes = b"") -> Iterator[int]:
    passes = Passes(key, here.clock) if key else here.app.passes
    listener = server.listen("public", "127.0.0.1", 0, "photos", "")
    with server.serving(listener, build(passes, lambda _: b""), "photos") as port:
        yield port


@contextmanager
def _answering(head: str) -> Iterator[int]:
    """Somebody who gives one answer, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            asked, _ = listener.accept()
            with asked:
                asked.recv(4096)
                asked.sendall(f"{head}\r\ncontent-length: 2\r\n\r\nok".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
