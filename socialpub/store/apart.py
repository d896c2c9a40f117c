"""Upgrades a database in a process of its own: Alembic would take 10 MiB of the daemon for as long as it runs."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

import socialpub
from socialpub.store.database import open_engine
from socialpub.store.upgrade import HEAD, upgrade, version


def upgrade_apart(engine: Engine) -> None:
    """Run the missing steps, in a child where that can be done. Raises what `upgrade` raises."""
    if version(engine) != HEAD:
        _in_a_child(engine)
    upgrade(engine)  # nothing is left to do; else this process does it, or says why it cannot be done


def _in_a_child(engine: Engine) -> None:
    """Its end is not asked about: what it could not do is tried again here, where people are told."""
    subprocess.run(
        [sys.executable, "-P", "-m", "socialpub.store.apart"],
        input=engine.url.render_as_string(hide_password=False).encode(),  # no password in a list of processes
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(socialpub.__file__).parent.parent)},
        check=False,
    )


if __name__ == "__main__":
    upgrade(open_engine(sys.stdin.read()))
