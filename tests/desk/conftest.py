"""A town on each engine, with its outbox; `plain` on SQLite alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import KINDS, upgraded
from tests.town import Town, town


@pytest.fixture(params=KINDS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with upgraded(request.param, tmp_path) as url, town(tmp_path, url) as made:
        yield _furnished(made)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        yield _furnished(made)


def _furnished(made: Town) -> Town:
    made.add_file_channel()
    return made
