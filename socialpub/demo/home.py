"""The folder that a demo lives in: settings, guidelines, spool, log. Writes nowhere else and reads no other settings.

The networks' pace is data. The demo's own copy of it has one second between two posts, so that nobody waits.
"""

import logging
import os
import re
import shlex
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from socialpub.app import policies_folder
from socialpub.settings import Settings, load

_SPACING = re.compile(r"^(spacing_s *= *)([0-9.]+)", re.MULTILINE)
_PREFIX = "SOCIALPUB__"

_SETTINGS = """\
# Settings of a demo. People, places and numbers are invented; ports are whichever are free.
[department]
name              = "Riverbend Police Department"
short_name        = "RPD"
city              = "Riverbend"
state             = "MA"
time_zone         = "America/New_York"
population        = 24000
phones            = { main = "555-555-0100" }
link_hosts        = ["riverbend.example"]
handles           = ["@RiverbendPD"]
public_places     = ["Riverbend Library", "Veterans Park"]
officers_named_ok = ["Officer Ruiz", "Officer Patel"]

[web]
port = 0

[public]
port = {port}
url  = "http://127.0.0.1:{port}"

[queue]
dir = "queue"

[policies]
dir = "policies"

[secrets]
key_file = "secret.key"
"""


def make_home() -> Path:
    """A fresh folder where temporary things go ($TMPDIR); only this account may look into it."""
    folder = Path(tempfile.mkdtemp(prefix="socialpub-demo-")).resolve()
    (folder / "settings.toml").write_text(_SETTINGS.replace("{port}", str(_free_port())), "utf-8")
    # The folder of its settings is not there yet: so these are the guidelines that came with socialpub.
    shutil.copytree(policies_folder(load(folder / "settings.toml")), folder / "policies")
    return folder


def _free_port() -> int:
    """For the photos that a network fetches: its address must be known before anything listens there."""
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return int(asked.getsockname()[1])


def hasten(folder: Path) -> dict[str, str]:
    """Bring the pace of the demo's networks to one second; gives what stood there, in seconds, by network."""
    were = {}
    for file in sorted((folder / "policies" / "networks").glob("*.toml")):
        text = file.read_text("utf-8")
        if found := _SPACING.search(text):
            were[file.stem] = found[2]
            file.write_text(_SPACING.sub(r"\g<1>1", text), "utf-8")
    return were


@contextmanager
def alone() -> Iterator[list[str]]:
    """Without the settings that the environment gives: they belong to a real department. Gives their names."""
    aside = {name: value for name, value in os.environ.items() if name.upper().startswith(_PREFIX)}
    for name in aside:
        del os.environ[name]
    try:
        yield sorted(aside)
    finally:
        os.environ.update(aside)


def settings_of(folder: Path) -> Settings:
    """The demo's settings. Refuses, should they lead anywhere but into `folder`."""
    settings = load(folder / "settings.toml")
    if settings.queue.database or not settings.queue.dir.is_relative_to(folder):
        raise RuntimeError(f"the demo's settings lead out of {folder}; it does not start")
    return settings


@contextmanager
def logging_into(path: Path) -> Iterator[None]:
    """What the daemon notes goes into a file; to the terminal only what is wrong."""
    root = logging.getLogger()
    levels = {handler: handler.level for handler in root.handlers}
    file = logging.FileHandler(path, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for handler in levels:
        handler.setLevel(logging.WARNING)
    root.addHandler(file)
    try:
        yield
    finally:
        root.removeHandler(file)
        file.close()
        for handler, level in levels.items():
            handler.setLevel(level)


def program() -> str:
    """How to call socialpub from here, in words that can be pasted."""
    return shlex.join([sys.executable, "-m", "socialpub"])
