"""The packs in force: read again when a file changed, and the last good ones kept when the new are broken."""

import logging
from collections.abc import Callable
from pathlib import Path

from socialpub.policy.packs import PackError, Packs, load

log = logging.getLogger(__name__)

_Signature = frozenset[tuple[str, int, int]]


class InForce:
    """Call it for the packs. `broken` is told once per broken change, in words for an administrator; `changed` is
    told of packs that are new, and so of the first. Either is told again if it raises.
    """

    def __init__(
        self,
        folder: Path,
        state: str,
        broken: Callable[[str], None] = lambda _words: None,
        changed: Callable[[Packs], None] = lambda _packs: None,
    ) -> None:
        self._folder, self._state, self._broken, self._changed = folder, state, broken, changed
        self._seen = self._signature()
        self._packs = load(folder, state)
        self._told = ""

    def __call__(self) -> Packs:
        signature = self._signature()
        if signature != self._seen:
            self._reload()
            self._seen = signature  # not before: whoever could not be told now is told at the next call
        if self._packs.version != self._told:
            self._changed(self._packs)
            self._told = self._packs.version
        return self._packs

    def _reload(self) -> None:
        try:
            self._packs = load(self._folder, self._state)
        except PackError as error:
            log.error("the changed guideline packs are broken, the last good ones stay in force: %s", error)
            self._broken(str(error))

    def _signature(self) -> _Signature:
        try:
            return frozenset(each for file in self._folder.rglob("*.toml") for each in _state_of(file))
        except OSError:  # a folder that goes away while it is read: the files are looked at again at the next call
            return frozenset()


def _state_of(file: Path) -> list[tuple[str, int, int]]:
    """One entry; none for a file that an editor has just moved away."""
    try:
        stat = file.stat()
    except OSError:
        return []
    return [(str(file), stat.st_mtime_ns, stat.st_size)]
