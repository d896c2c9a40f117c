"""An upgrade in a process of its own: the same database, and the same words when it cannot be done."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from socialpub.store.apart import upgrade_apart
from socialpub.store.database import StoreError
from socialpub.store.upgrade import HEAD, version
from tests.clock import SetClock
from tests.databases import opened

_ALEMBIC = """
import sys
from socialpub.store.apart import upgrade_apart
from socialpub.store.database import open_engine
upgrade_apart(open_engine(sys.argv[1]))
sys.exit("alembic" in sys.modules)
"""


def test_an_empty_database_is_brought_to_the_newest_step_without_alembic_in_this_process(
    bare: str, clock: SetClock
) -> None:
    done = subprocess.run([sys.executable, "-c", _ALEMBIC, bare], check=False)
    assert done.returncode == 0
    with opened(bare, clock) as database:
        assert version(database.engine) == HEAD


def test_where_the_child_does_nothing_the_upgrade_is_made_all_the_same(
    bare: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialpub.store.apart._in_a_child", lambda _: None)
    with opened(bare, clock) as database:
        upgrade_apart(database.engine)
        assert version(database.engine) == HEAD


def test_a_database_of_a_newer_socialpub_is_refused_in_words(bare: str, clock: SetClock) -> None:
    with opened(bare, clock) as database:
        upgrade_apart(database.engine)
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StoreError, match=r"step 9999.*\[SP011\]"):
            upgrade_apart(database.engine)
