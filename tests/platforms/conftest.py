"""One sandbox process for all tests of this room; each rig begins with a fresh world in it."""

from collections.abc import Iterator

import pytest

from socialpub.sandbox.server import running
from tests.platforms.fetched import Fetched, listening
from tests.platforms.rig import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running() as up:
        yield Sandbox(up.url)


@pytest.fixture(scope="session")
def fetched() -> Iterator[Fetched]:
    with listening() as made:
        yield made
