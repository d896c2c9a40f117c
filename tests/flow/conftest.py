"""A town on each engine; `plain_town` on SQLite alone, for what concerns no engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.server import running
from tests.databases import KINDS, upgraded
from tests.town import Town, town


@pytest.fixture(params=KINDS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with upgraded(request.param, tmp_path) as url, town(tmp_path, url) as made:
        made.add_file_channel()
        yield made


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        made.add_file_channel()
        yield made


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all; who uses it resets it first."""
    with running() as handle:
        yield handle
