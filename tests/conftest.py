"""What all tests share: a wall around loopback, and one Hypothesis profile. Rooms keep their own fixtures."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("house", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("house")

_connect = socket.socket.connect


def _is_loopback(address: Any) -> bool:
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return bool(address[0] == "localhost")


def _guarded(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and not _is_loopback(address):
        raise AssertionError(f"a test tried to reach {address!r}; tests touch only loopback")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """A test that would leave the machine fails, whoever opened the socket."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded)
        yield
