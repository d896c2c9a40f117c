"""Whether a newsroom can take another item: its folder, the room on its disk, and what cannot be read in it."""

import os
import shutil
import stat
from pathlib import Path

from socialpub.model.outcome import Health
from socialpub.platforms.newsroom_site import Site, read

#: Bytes that must be free for the archive to count as well: a story with twenty pictures, and all lists anew.
LEAST_FREE = 100_000_000


def health(where: Site) -> Health:
    there = next(path for path in (where.folder, *where.folder.parents) if path.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        return Health(alive=False, says=f"{there} cannot be written to", remedy="Give the daemon's user this folder.")
    if (free := shutil.disk_usage(there).free) < LEAST_FREE:
        says = f"only {free // 1_000_000} MB are free at {there}"
        return Health(alive=False, says=says, remedy="Make room, or move the archive to a larger disk.")
    says = f"items are written to {where.public}, for {where.address}{_closed(there)}{_unread(where)}"
    return Health(alive=True, says=says, quota={"free_mb": str(free // 1_000_000)})


def _closed(folder: Path) -> str:
    """The web server has an account of its own; it need not list the folder, only enter it."""
    return "" if folder.stat().st_mode & stat.S_IXOTH else f"; other accounts may not enter {folder} (chmod o+x)"


def _unread(where: Site) -> str:
    unreadable = read(where)[1] if where.public.exists() else []
    if not unreadable:
        return ""
    return f"; {len(unreadable)} cannot be read and stand in no list: {', '.join(unreadable[:5])}"
