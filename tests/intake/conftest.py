"""The same towns as the desk's tests, with files that only their owner may write."""

import os
from collections.abc import Iterator

import pytest

from tests.desk.conftest import here, plain

__all__ = ["here", "plain"]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Whatever the account that runs the tests has: what a group may write to is refused."""
    before = os.umask(0o022)
    yield
    os.umask(before)
