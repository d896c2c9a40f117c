"""The daemon as a real process: one per spool, ready when it says so, and its work gets done."""

import http.client
import os
import shutil
import socket
from pathlib import Path

from sqlalchemy import text

from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.database import Database
from tests.daemon.eventually import eventually
from tests.daemon.process import command, daemon, prepared, visited
from tests.town import ROOT, TEXT, looked_at


def _approved(folder: Path) -> None:
    """A story that a second person has approved, and that no daemon has seen."""
    with prepared(folder) as here:
        here.drop()
        here.turn()
        here.approve()


def test_a_story_is_published_by_a_daemon_that_was_told_of_nothing_else(tmp_path: Path) -> None:
    with prepared(tmp_path), daemon(tmp_path) as running:
        running.ready()
        with visited(tmp_path) as here:
            here.drop()
            eventually(lambda: _stories(here.app.db) == [StoryState.IN_REVIEW])
            assert here.published() == []
            here.approve()
            here.app.wake()
            eventually(here.published)
            assert [post["post"]["texts"] for post in here.published()] == [[TEXT]]
            eventually(lambda: here.states() == {DeliveryState.DELIVERED})
        assert running.stop() == 0


def _stories(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(text("SELECT state FROM stories")))


def test_a_second_daemon_on_the_same_spool_is_refused(tmp_path: Path) -> None:
    with daemon(tmp_path) as first:
        first.ready()
        with daemon(tmp_path) as second:
            assert second.ends() == 3
        assert "[SP030]" in second.log()
        assert f"process {first.process.pid}" in second.log()
        assert "Traceback" not in second.log()
        assert first.get("/healthz") == (200, "ok")


def test_a_daemon_that_was_killed_leaves_no_lock_behind(tmp_path: Path) -> None:
    with daemon(tmp_path) as first:
        first.ready().kill()
    with daemon(tmp_path) as second:
        assert second.ready().stop() == 0


def test_a_port_that_is_taken_is_refused_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with daemon(tmp_path, environ={"SOCIALPUB__WEB__PORT": port}) as refused:
            assert refused.ends() == 3
    assert f"port {port}" in refused.log()
    assert "[SP031]" in refused.log()
    assert "Traceback" not in refused.log()


def test_packs_that_cannot_be_used_refuse_the_start(tmp_path: Path) -> None:
    packs = tmp_path / "packs" / "core"
    packs.mkdir(parents=True)
    (packs / "broken.toml").write_text("[rule", "utf-8")
    with daemon(tmp_path, environ={"SOCIALPUB__POLICIES__DIR": str(packs.parent)}) as refused:
        assert refused.ends() == 3
        assert not refused.heard("READY=1")
    assert "core/broken.toml: this is not TOML" in refused.log()


def test_what_was_approved_while_nobody_ran_goes_out_at_the_start(tmp_path: Path) -> None:
    _approved(tmp_path)
    with daemon(tmp_path) as running, visited(tmp_path) as here:
        eventually(here.published)
        assert running.stop() == 0
        assert here.states() == {DeliveryState.DELIVERED}


_OURS = """
[no-bikes]
family   = "local.bikes"
says     = "Nothing about bikes."
why      = "The department asked for it."
cite     = "General order 12"
kind     = "pattern"
level    = "block"
pattern  = '\\bbike\\b'
bad      = ["Officers found a bike."]
good     = ["Officers found a dog."]
"""


def test_what_changed_guidelines_forbid_does_not_go_out_at_the_start(tmp_path: Path) -> None:
    """Whatever was approved under older packs is screened again before the first delivery is claimed."""
    _approved(tmp_path)
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    (tmp_path / "policies" / "local" / "ours.toml").write_text(_OURS, "utf-8")
    with daemon(tmp_path, environ={"SOCIALPUB__POLICIES__DIR": str(tmp_path / "policies")}) as running:
        running.ready()
        with visited(tmp_path) as here:
            eventually(lambda: _stories(here.app.db) == [StoryState.IN_REVIEW])
        assert running.stop() == 0
    with visited(tmp_path) as here:
        assert here.published() == []
        assert here.states() <= {DeliveryState.CANCELLED}


def test_once_turns_the_crank_and_says_what_comes_next(tmp_path: Path) -> None:
    _approved(tmp_path)
    turned = command(tmp_path, "run", "--once")
    assert turned.returncode == 0, turned.stderr
    assert turned.stdout.startswith("Next: ")
    assert command(tmp_path, "run", "--once").stdout == "Nothing is planned.\n"
    with visited(tmp_path) as here:
        assert here.states() == {DeliveryState.DELIVERED}


def test_once_is_refused_beside_a_daemon(tmp_path: Path) -> None:
    with daemon(tmp_path) as running:
        running.ready()
        refused = command(tmp_path, "run", "--once")
    assert refused.returncode == 3
    assert "[SP030]" in refused.stderr


def test_an_approval_on_the_command_line_is_acted_on_without_waiting_for_a_heartbeat(tmp_path: Path) -> None:
    with prepared(tmp_path) as here:
        here.drop()
        here.turn()
        story = here.story().id
        seen = looked_at(here.app.db, story)
    with daemon(tmp_path) as running, visited(tmp_path) as here:
        running.ready()
        done = command(tmp_path, "approve", story, "--seen", seen, "--as", "mhale")
        assert done.returncode == 0, done.stderr
        eventually(here.published, within=5)


def test_a_spool_with_a_very_long_path_is_woken_too(tmp_path: Path) -> None:
    folder = tmp_path / ("a-" * 60)
    folder.mkdir()
    assert len(os.fsencode(folder / "queue" / "wake.sock")) > 108
    with prepared(folder) as here:
        here.drop()
        here.turn()
        story = here.story().id
        seen = looked_at(here.app.db, story)
    with daemon(folder) as running, visited(folder) as here:
        running.ready()
        assert command(folder, "approve", story, "--seen", seen, "--as", "mhale").returncode == 0
        eventually(here.published, within=5)


_MANY = """
INSERT INTO {table} ({columns})
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
SELECT {values} FROM number, (SELECT * FROM {table} LIMIT 1) AS model
"""


def _copy_many(db: Database, table: str, count: int, **other: str) -> None:
    """Rows like the first one, with what is given as SQL instead; each id ends in its number."""
    with db.engine.begin() as connection:
        names = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        given = {"id": "substr(model.id, 1, 24) || printf('%012d', n)", **other}
        values = ", ".join(given.get(name, f'model."{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        connection.exec_driver_sql(_MANY.format(table=table, columns=columns, values=values, count=count))


def test_after_a_kill_it_dispatches_again_although_a_hundred_thousand_wait(tmp_path: Path) -> None:
    """I13: within 2 seconds on an idle machine; this leaves room for a busy one."""
    _approved(tmp_path)
    assert command(tmp_path, "run", "--once").returncode == 0
    later = "'2030-01-01T00:00:00.000000Z'"
    with visited(tmp_path) as here:
        numbered = "substr(model.story_id, 1, 24) || printf('%012d', n)"
        _copy_many(here.app.db, "stories", 100_000)
        _copy_many(
            here.app.db,
            "deliveries",
            100_000,
            state="'scheduled'",
            story_id=numbered,
            due_at=later,
            not_before=later,
            deadline="'2031-01-01T00:00:00.000000Z'",
        )
    with daemon(tmp_path) as first:
        first.ready()
        with visited(tmp_path) as here:
            here.drop("second", text="Officers read to the children of the library on Friday.")
            eventually(lambda: _in_review(here.app.db))
        first.kill()
    with visited(tmp_path) as here:
        before = len(here.published())
        here.approve()
        with daemon(tmp_path):
            eventually(lambda: len(here.published()) > before, within=15)


def _in_review(db: Database) -> bool:
    with db.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM stories WHERE state = 'in_review'")))


def test_photos_for_networks_are_served_on_a_port_of_their_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port = asked.getsockname()[1]
    with daemon(tmp_path, environ={"SOCIALPUB__PUBLIC__PORT": str(port)}) as running:
        running.ready()
        with visited(tmp_path) as here:
            path, wanted = here.app.passes.probe()
        assert _asked(port, f"/{path}") == (200, wanted)
        for elsewhere in ("/healthz", "/metrics", "/"):
            assert _asked(port, elsewhere) == (404, "")
        assert running.stop() == 0


def _asked(port: int, path: str) -> tuple[int, str]:
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        door.request("GET", path)
        answer = door.getresponse()
        return answer.status, answer.read().decode()
    finally:
        door.close()


def test_without_a_port_for_them_nothing_is_served(tmp_path: Path) -> None:
    with daemon(tmp_path) as running:
        running.ready()
        assert "photos for networks" not in running.log()
