"""The spool on disk: its folders, its lock, and the little socket that wakes its daemon. Opens no database."""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

#: Folder, and who may enter: the daemon's account; the inbox also its group (officers).
FOLDERS = {
    "": 0o755,
    "inbox": 0o3770,  # sticky: nobody renames a folder that is not theirs
    "corrupt": 0o750,
    "taken": 0o750,
    "media": 0o750,
    "outbox": 0o755,
    "backup": 0o700,
}
_LONGEST_SOCKET_PATH = 107  # bytes; unix(7), sun_path


class SpoolBusy(Exception):  # noqa: N818  an answer to an administrator
    """Another daemon works on this spool."""


class NoSpool(Exception):  # noqa: N818  an answer to whoever only wanted to look
    """There is nothing to look at where the settings say."""

    def __init__(self, spool: Path, settings: Path) -> None:
        super().__init__(
            f"there is no spool at {spool}; start the daemon (socialpub run), add the first person (socialpub user "
            f"add), or name the right settings: --settings FILE (these are {settings}) [SP032]"
        )


def make(spool: Path) -> None:
    """Make what is missing; what is there keeps its owner and mode."""
    for name, mode in FOLDERS.items():
        folder = spool / name
        if not folder.is_dir():
            folder.mkdir(parents=True)
            folder.chmod(mode)


@contextlib.contextmanager
def lock(spool: Path) -> Iterator[None]:
    """Keep every other daemon out, as long as this process lives. Raises SpoolBusy."""
    with (spool / "daemon.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise SpoolBusy(
                f"{spool}: a daemon works here already (process {holder}); stop it first [SP030]"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def wake(spool: Path) -> None:
    """Tell the daemon to look now. No daemon, no harm: it looks when it starts."""
    with (
        contextlib.suppress(OSError),
        _reachable(spool) as path,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end,
    ):
        end.settimeout(0)
        end.sendto(b"wake", path)


def wakeups(spool: Path) -> socket.socket:
    """The daemon's end: a datagram is a reason to look."""
    (spool / "wake.sock").unlink(missing_ok=True)
    end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with _reachable(spool) as path:
        end.bind(path)
    (spool / "wake.sock").chmod(0o660)
    return end


@contextlib.contextmanager
def _reachable(spool: Path) -> Iterator[str]:
    """A path to the socket that is short enough, through an open folder where the real one is not."""
    path = str(spool / "wake.sock")
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        yield path
        return
    folder = os.open(spool, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/wake.sock"
    finally:
        os.close(folder)
