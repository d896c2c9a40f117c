"""Plain calls of Graph's networks on a tame session, for those that the SDK does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socialpub.platforms.http import TameSession


@dataclass(frozen=True, slots=True)
class Graph:
    """Calls under `root`, e.g. https://graph.facebook.com/v25.0. The session carries the key."""

    session: TameSession
    root: str

    def get(self, path: str, **asked: str) -> Mapping[str, Any]:
        return self._ask("GET", path, params=asked)

    def post(self, path: str, **given: str) -> Mapping[str, Any]:
        """What is empty is left out."""
        return self._ask("POST", path, data={name: value for name, value in given.items() if value})

    def _ask(self, method: str, path: str, **more: Any) -> Mapping[str, Any]:
        url = f"{self.root}/{path}"
        return self.session.answer(lambda: self.session.request(method, url, **more).json())
