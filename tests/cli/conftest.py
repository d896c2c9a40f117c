"""Installations for the command line: an empty one, and one with people and a channel."""

from pathlib import Path

import pytest

from tests.cli.shell import Desk
from tests.intake.conftest import usual_umask

__all__ = ["usual_umask"]


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.settle()
    return desk


@pytest.fixture
def desk(empty: Desk) -> Desk:
    empty.people()
    empty.outbox()
    return empty
