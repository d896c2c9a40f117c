"""One server for all tests of this folder, an account of its own for each."""

from collections.abc import Iterator

import pytest

from tests.real.pds import Owner, Server, new_owner, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as up:
        yield up


@pytest.fixture
def owner(server: Server) -> Owner:
    return new_owner(server)
