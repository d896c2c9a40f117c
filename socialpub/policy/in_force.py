"""The packs in force: read again when a file changed, and the last good ones kept when the new are broken."""

import logging
from collections.abc import Callable
from pathlib import Path

from socialpub.policy.packs import PackError, Packs, load

log = logging.getLogger(__name__)


class InForce:
    """Call it for the packs. `broken` is told once per broken change, in words for an administrator."""

    def __init__(self, folder: Path, state: str, broken: Callable[[str], None] = lambda _words: None) -> None:
        self._folder, self._state, self._broken = folder, state, broken
        self._seen = self._signature()
        self._packs = load(folder, state)

    def __call__(self) -> Packs:
        signature = self._signature()
        if signature != self._seen:
            self._seen = signature
            self._reload()
        return self._packs

    def _reload(self) -> None:
        try:
            self._packs = load(self._folder, self._state)
        except PackError as error:
            log.error("the changed guideline packs are broken, the last good ones stay in force: %s", error)
            self._broken(str(error))

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted(self._folder.rglob("*.toml"))
        return tuple((str(file), stat.st_mtime_ns, stat.st_size) for file in files for stat in [file.stat()])
