"""Killed at every point where it matters, a backup or a restore leaves nothing half done that could be used."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from socialpub.model.states import CLAIMABLE
from socialpub.records.backup import backup
from socialpub.records.manifest import newest_verified
from socialpub.records.restore import restore
from socialpub.store.database import Database, open_database
from socialpub.store.schema import Delivery, Epoch, Hold, Story
from tests.records.made_up import ADMINISTRATOR, START, add_channel, add_story, approve, dispatch

NIGHT = START + timedelta(hours=12)
SOON = START + timedelta(hours=1)

MOST = 20  # more points than there are; a sweep that never ends is a fault of its own

#: One process imports everything once and dies in its children: a copy of the spool for each point.
_SWEEP = """
import os, shutil, sys
from pathlib import Path
from socialpub import crash
from tests.records import test_kills
spool, trials, script = Path(sys.argv[1]), Path(sys.argv[2]), getattr(test_kills, sys.argv[3])
for number in range(1, test_kills.MOST):
    copy = trials / str(number)
    shutil.copytree(spool, copy)
    child = os.fork()
    if not child:
        crash.arm(number)
        script(copy)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status):
        print("ended" if os.waitstatus_to_exitcode(status) == 0 else "failed", number - 1)
        break
"""


def back_up(spool: Path) -> None:
    db = open_database(f"sqlite:///{spool / 'socialpub.db'}", lambda: NIGHT)
    backup(db, spool, spool / "backup", NIGHT)


def put_back(spool: Path) -> None:
    restore(spool / "backup" / "20261120T150000Z", spool, NIGHT, ADMINISTRATOR, replace=True)


def sweep(spool: Path, trials: Path, script: str) -> list[Path]:
    """What is left in a copy of the spool for each point at which the script was killed."""
    trials.mkdir()
    done = subprocess.run(
        (sys.executable, "-c", _SWEEP, str(spool), str(trials), script),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    word, points = done.stdout.split()
    assert word == "ended", done.stderr
    return [trials / str(number) for number in range(1, int(points) + 1)]


def test_a_backup_killed_anywhere_is_whole_or_not_there(db: Database, spool: Path, tmp_path: Path) -> None:
    add_story(db)
    first = backup(db, spool, spool / "backup", START)
    db.close()
    left = sweep(spool, tmp_path / "trials", "back_up")
    assert len(left) == 4
    for copy in left:
        newest = newest_verified(copy / "backup")
        assert newest is not None
        assert newest.at in {first.at, NIGHT}
        again = open_database(f"sqlite:///{copy / 'socialpub.db'}", lambda: NIGHT)
        backup(again, copy, copy / "backup", NIGHT + timedelta(hours=1))  # nothing is in its way
        again.close()
        assert not list((copy / "backup").glob(".part-*"))


def test_a_restore_killed_anywhere_leaves_the_old_the_new_held_or_none(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    channel = add_channel(db)
    dispatch(db, approve(db, add_story(db), channel, SOON), SOON)
    before = backup(db, spool, spool / "backup", START)
    newer = add_story(db, "Officer Ruiz read to a class.")
    (spool / "taken" / "newer").mkdir()
    # The database is open: its newest changes are in the WAL, and so they are in the copies.
    left = sweep(spool, tmp_path / "trials", "put_back")
    assert len(left) == 6
    for copy in left:
        assert_safe(copy, newer)
        restore(copy / "backup" / before.folder.name, copy, NIGHT, ADMINISTRATOR, replace=True)
        assert_held(copy)
        assert kept_aside(copy, newer)
        assert (copy / "inbox" / "newer").is_dir()


def assert_safe(spool: Path, newer: str) -> None:
    """Nothing can be sent from what a kill left: it is the old one whole, the new one held, or nothing at all."""
    if not (spool / "socialpub.db").exists():
        assert kept_aside(spool, newer)
        return
    db = open_database(f"sqlite:///{spool / 'socialpub.db'}", lambda: NIGHT)
    with db.reading() as session:
        old = session.get(Story, newer) is not None
        epoch = session.query(Epoch.number).order_by(Epoch.number.desc()).first()
    db.close()
    if old:
        assert epoch == (1,)
    else:
        assert_held(spool)


def assert_held(spool: Path) -> None:
    db = open_database(f"sqlite:///{spool / 'socialpub.db'}", lambda: NIGHT)
    with db.reading() as session:
        assert session.query(Hold).filter_by(scope="all", released_at=None).count() == 1
        assert session.query(Delivery).filter(Delivery.state.in_(CLAIMABLE)).count() == 0
    db.close()


def kept_aside(spool: Path, newer: str) -> bool:
    """Whether some database kept aside holds the newest story, with the WAL that lies beside it."""
    found = False
    for path in (spool / "replaced").glob("*/socialpub.db"):
        db = open_database(f"sqlite:///{path}", lambda: NIGHT)
        with db.reading() as session:
            found = found or session.get(Story, newer) is not None
        db.close()
    return found
